//go:build !windows

package scan

import (
	"os"
	"path/filepath"
	"syscall"
)

// WhoCanRead tells who can read the file at path, from the mode bits of the
// file and of every folder above it: in a folder that others can't enter, an
// open file is closed. A group with the number of its owner is the owner's
// private one and counts as the owner. POSIX ACLs are not read: where a file
// has one, the group bits hold its mask, and so are the most it can give.
func WhoCanRead(path string) Access {
	group, everyone := true, true
	for at, need := path, os.FileMode(0o044); ; need = 0o011 {
		info, err := os.Stat(at)
		if err != nil {
			return AccessUnknown
		}
		mode := info.Mode().Perm()
		everyone = everyone && mode&need&0o007 != 0
		private := false
		if st, ok := info.Sys().(*syscall.Stat_t); ok {
			private = st.Uid == st.Gid
		}
		// A folder of another group that everyone may enter lets the group in too.
		group = group && (mode&need&0o070 != 0 && !private || mode&need&0o007 != 0)
		parent := filepath.Dir(at)
		if parent == at {
			break
		}
		at = parent
	}
	switch {
	case everyone:
		return Everyone
	case group:
		return GroupToo
	}
	return OwnerOnly
}

// MakePrivate gives the command, as an argument list, that leaves a file to its owner alone.
func MakePrivate(path string) []string { return []string{"chmod", "go-rwx", path} }
