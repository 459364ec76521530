//go:build !windows

package scan

import (
	"bufio"
	"os"
	"strconv"
	"strings"
)

func separator(r rune) bool { return r == '/' }

// drive tells what the system says of a drive: here the folders in which drives
// are mounted say so.
func drive(string) Exposure { return NotExposed }

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
