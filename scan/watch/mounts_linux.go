package watch

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
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

// mountChange is one that appeared or is gone.
type mountChange struct {
	at   string
	disk bool // real files are on it: no view of the kernel's own
	gone bool
}

// mountWatch tells of mounts as they appear and vanish after it was opened.
type mountWatch struct {
	fd, wake int
	before   []mount
}

func openMounts() (*mountWatch, error) {
	// Not by os.Open: the runtime of Go would listen too, and take the news away.
	fd, err := unix.Open("/proc/self/mountinfo", unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	w := &mountWatch{fd: fd}
	if w.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err == nil {
		if w.before, err = readMounts(); err == nil {
			return w, nil
		}
		_ = unix.Close(w.wake)
	}
	_ = unix.Close(fd)
	return nil, err
}

// run tells until ctx is done.
func (w *mountWatch) run(ctx context.Context, tell func([]mountChange)) {
	defer unix.Close(w.fd)
	defer unix.Close(w.wake)
	stopped := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		_, _ = unix.Write(w.wake, []byte{1, 0, 0, 0, 0, 0, 0, 0})
		close(stopped)
	})
	defer func() {
		if !stop() {
			<-stopped
		}
	}()
	fds := []unix.PollFd{{Fd: int32(w.fd), Events: unix.POLLPRI}, {Fd: int32(w.wake), Events: unix.POLLIN}} //nolint:gosec // file descriptors
	for {
		if _, err := unix.Poll(fds, -1); err != nil && !errors.Is(err, unix.EINTR) || ctx.Err() != nil {
			return
		}
		after, err := readMounts()
		if err != nil {
			continue
		}
		if changes := diffMounts(w.before, after); len(changes) > 0 {
			tell(changes)
		}
		w.before = after
	}
}

// diffMounts counts, since the same file system may be mounted twice at one place.
func diffMounts(before, after []mount) []mountChange {
	count := map[mount]int{}
	for _, m := range before {
		count[m]--
	}
	for _, m := range after {
		count[m]++
	}
	var out []mountChange
	for m, n := range count {
		if n != 0 {
			out = append(out, mountChange{at: m.at, disk: m.disk(), gone: n < 0})
		}
	}
	return out
}

// disk reports whether files of people may be on it.
func (m mount) disk() bool {
	return strings.HasPrefix(m.source, "/dev/") || strings.HasPrefix(m.kind, "fuse") || strings.HasPrefix(m.kind, "nfs") || m.kind == "cifs" || m.kind == "smb3"
}
