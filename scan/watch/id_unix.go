//go:build !windows

package watch

import (
	"io/fs"
	"syscall"
)

// fileID tells one file from another that took its name.
type fileID struct{ dev, ino uint64 }

func identify(info fs.FileInfo) fileID {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return fileID{uint64(st.Dev), st.Ino} //nolint:unconvert // the type differs from system to system
	}
	return fileID{}
}

// hasModes says that the system tells of permissions as it does of changes.
const hasModes = true

// sameName reports whether two paths name the same file, as far as the names tell.
func sameName(a, b string) bool { return a == b }
