//go:build !windows

package scan

import (
	"os"
	"path/filepath"
	"syscall"

	"custode/scan/walk"
)

// Readers tells who can read files, and remembers the folders it has looked at.
// The zero value is ready; it is for one goroutine, and for one moment.
type Readers struct{ folders map[string]reach }

// reach says who gets as far as a file or folder.
type reach struct{ group, everyone, known bool }

// Of tells who can read the file at path, from the mode bits of the file and
// of every folder above it: in a folder that others can't enter, an open file
// is closed. A group with the number of its owner is the owner's private one
// and counts as the owner. POSIX ACLs are not read: where a file has one, the
// group bits hold its mask, and so are the most it can give.
func (r *Readers) Of(path string) Access {
	switch at := r.folder(filepath.Dir(path)).and(path, 0o044); {
	case !at.known:
		return AccessUnknown
	case at.everyone:
		return Everyone
	case at.group:
		return GroupToo
	}
	return OwnerOnly
}

// known is Of for a file whose stamp is that of now: most files need no further look.
func (r *Readers) known(path string, s walk.Stamp) Access {
	others, group := s.Mode&0o004 != 0, s.Mode&0o040 != 0
	switch {
	case !others && !group:
		return OwnerOnly
	case !others: // which group it is, the stamp does not tell
		return r.Of(path)
	}
	switch at := r.folder(filepath.Dir(path)); {
	case !at.known:
		return AccessUnknown
	case at.everyone:
		return Everyone
	case at.group:
		return GroupToo
	}
	return OwnerOnly
}

// folder says who gets into a folder, and so past all those above it.
func (r *Readers) folder(dir string) reach {
	if at, ok := r.folders[dir]; ok {
		return at
	}
	at := reach{group: true, everyone: true, known: true}
	if parent := filepath.Dir(dir); parent != dir {
		at = r.folder(parent)
	}
	at = at.and(dir, 0o011)
	if r.folders == nil {
		r.folders = map[string]reach{}
	}
	r.folders[dir] = at
	return at
}

// and narrows who got so far by the mode bits of one more file or folder.
func (at reach) and(path string, need os.FileMode) reach {
	info, err := os.Stat(path)
	if err != nil {
		return reach{}
	}
	others, group := info.Mode()&need&0o007 != 0, info.Mode()&need&0o070 != 0
	if st, ok := info.Sys().(*syscall.Stat_t); ok && st.Uid == st.Gid {
		group = false
	}
	return reach{group: at.group && (group || others), everyone: at.everyone && others, known: at.known}
}

// MakePrivate gives the command, as an argument list, that leaves a file, or a
// folder with all that is in it, to its owner alone.
func MakePrivate(path string, all bool) []string {
	if all {
		return []string{"chmod", "-R", "go-rwx", path}
	}
	return []string{"chmod", "go-rwx", path}
}
