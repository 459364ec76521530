package copies

import (
	"io/fs"
	"syscall"
	"time"
)

// arrived is when a file came to where it lies: the last change of its entry.
func arrived(info fs.FileInfo) time.Time {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(st.Ctimespec.Sec, st.Ctimespec.Nsec)
	}
	return info.ModTime()
}

// device is the number of the file system on which a file lies.
func device(info fs.FileInfo) (uint64, bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return uint64(st.Dev), true //nolint:gosec // a number, not a quantity
}
