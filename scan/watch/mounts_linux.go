package watch

import (
	"os"
	"strconv"
	"strings"
)

// mount is a line of /proc/self/mountinfo.
type mount struct {
	dev    string // "8:1"
	root   string // which part of the file system, "/" for all
	at     string // where
	kind   string // "ext4", "fuse.sshfs"
	source string // "/dev/sda1"
	exec   bool   // programs may be started from it
}

func readMounts() ([]mount, error) {
	b, err := os.ReadFile("/proc/self/mountinfo")
	if err != nil {
		return nil, err
	}
	return parseMounts(string(b)), nil
}

// parseMounts passes over lines that it does not understand.
func parseMounts(text string) []mount {
	var out []mount
	for line := range strings.Lines(text) {
		left, right, ok := strings.Cut(strings.TrimSpace(line), " - ")
		l, r := strings.Fields(left), strings.Fields(right)
		if !ok || len(l) < 6 || len(r) < 2 {
			continue
		}
		m := mount{dev: l[2], root: unescape(l[3]), at: unescape(l[4]), kind: r[0], source: unescape(r[1]), exec: true}
		for o := range strings.SplitSeq(l[5], ",") {
			m.exec = m.exec && o != "noexec"
		}
		out = append(out, m)
	}
	return out
}

// unescape turns \040 back into a blank.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+4 <= len(s) {
			if n, err := strconv.ParseUint(s[i+1:i+4], 8, 8); err == nil {
				b.WriteByte(byte(n))
				i += 3
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// mountOf is the mount on which a folder lies: the last one with the longest
// name, since it hides the others.
func mountOf(mounts []mount, folder string) (mount, bool) {
	var best mount
	found := false
	for _, m := range mounts {
		if under(folder, m.at) && (!found || len(m.at) >= len(best.at)) {
			best, found = m, true
		}
	}
	return best, found
}

// remoteFuse knows the programs that bring another computer's files by FUSE.
func remoteFuse(kind string) bool {
	switch strings.TrimPrefix(kind, "fuse.") {
	case "sshfs", "rclone", "davfs", "davfs2", "s3fs", "gcsfuse", "glusterfs", "curlftpfs", "gvfsd-fuse", "smbnetfs", "ceph", "ceph-fuse", "goofys", "mount.davfs":
		return true
	}
	return false
}
