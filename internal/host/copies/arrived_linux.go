package copies

import (
	"io/fs"
	"syscall"
	"time"
)

// arrived is when a file came to where it lies: the last change of its entry, which a copy
// that keeps the time of its original can't set.
func arrived(info fs.FileInfo) time.Time {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return time.Unix(int64(st.Ctim.Sec), int64(st.Ctim.Nsec)) //nolint:unconvert // their types differ by processor
	}
	return info.ModTime()
}

// device is the number of the file system on which a file lies.
func device(info fs.FileInfo) (uint64, bool) {
	st, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return 0, false
	}
	return uint64(st.Dev), true //nolint:unconvert // its type differs by processor
}
