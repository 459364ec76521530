//go:build !windows

package evidence

import (
	"os"
	"syscall"
)

// hold marks a file as being written, for as long as it is open. Where the file system
// has no such marks, its files may be swept when they are a minute old and then cannot be
// published: that fails with an error.
func hold(f *os.File) { _ = syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }

// held reports whether a process still writes a file.
func held(path string) bool {
	f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return true
	}
	defer f.Close() // it was only looked at
	return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil
}
