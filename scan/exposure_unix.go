//go:build !windows

package scan

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

func separator(r rune) bool { return r == '/' }

// drive tells what the system says of a drive: here the folders in which drives
// are mounted say so.
func drive(string) Exposure { return NotExposed }

// builtIn reports whether Linux says that the disk on which a folder lies is
// one of the computer's own.
func builtIn(dir string) bool {
	info, err := os.Stat(dir)
	if err != nil {
		return false
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && fixedDisk("/sys", uint64(st.Dev)) //nolint:unconvert // the widths differ between systems
}

// fixedDisk looks a device up in sysfs: a disk that is fixed says that it is not
// removable, and does not hang on USB or a card reader.
func fixedDisk(sys string, dev uint64) bool {
	device, err := filepath.EvalSymlinks(filepath.Join(sys, "dev", "block", fmt.Sprintf("%d:%d", unix.Major(dev), unix.Minor(dev))))
	if err != nil || strings.Contains(device, "/usb") || strings.Contains(device, "/mmc") {
		return false
	}
	for _, dir := range []string{device, filepath.Dir(device)} { // of a partition, the disk says it
		if raw, err := os.ReadFile(filepath.Join(dir, "removable")); err == nil {
			return strings.TrimSpace(string(raw)) == "0"
		}
	}
	return false
}

// networkTypes are the file systems of other computers, as Linux calls them.
var networkTypes = map[string]bool{
	"nfs": true, "nfs4": true, "cifs": true, "smb3": true, "smbfs": true, "afpfs": true, "davfs": true,
	"fuse.sshfs": true, "fuse.davfs": true, "fuse.glusterfs": true, "ceph": true, "afs": true,
}

// networkMounts lists where drives of other computers are mounted; nothing
// where the system does not tell.
func networkMounts() []string {
	f, err := os.Open("/proc/self/mountinfo")
	if err != nil {
		return nil
	}
	defer f.Close() // opened for reading
	return networkAmong(bufio.NewScanner(f))
}

// networkAmong reads lines of mountinfo (proc(5)): the fifth word is the folder,
// the type stands behind a hyphen.
func networkAmong(lines *bufio.Scanner) []string {
	var out []string
	for lines.Scan() {
		words, rest, ok := strings.Cut(lines.Text(), " - ")
		fields := strings.Fields(words)
		kind, _, _ := strings.Cut(rest, " ")
		if !ok || len(fields) < 5 || !networkTypes[kind] {
			continue
		}
		out = append(out, unescaped(fields[4]))
	}
	return out
}

// unescaped undoes \040 and the like.
func unescaped(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+3 < len(s) {
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
