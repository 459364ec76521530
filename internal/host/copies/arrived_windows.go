package copies

import (
	"io/fs"
	"syscall"
	"time"
)

// arrived is when a file came to where it lies: Windows keeps that beside the time of its
// last change, which a copy takes over from its original.
func arrived(info fs.FileInfo) time.Time {
	at := info.ModTime()
	if st, ok := info.Sys().(*syscall.Win32FileAttributeData); ok {
		if made := time.Unix(0, st.CreationTime.Nanoseconds()); made.After(at) {
			return made
		}
	}
	return at
}

// device is not told by a file's entry here: the name of its drive is looked at.
func device(fs.FileInfo) (uint64, bool) { return 0, false }
