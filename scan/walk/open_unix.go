//go:build unix

package walk

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// guarded is how files and folders are opened: neither following a link nor
// waiting for the other end of a pipe.
const guarded = os.O_RDONLY | syscall.O_NOFOLLOW | syscall.O_NONBLOCK | syscall.O_CLOEXEC

// openQuietly opens without changing the time of last access where that is
// permitted.
func openQuietly(path string, flags int) (*os.File, error) {
	f, err := os.OpenFile(path, flags|noATime, 0)
	if noATime != 0 && errors.Is(err, syscall.EPERM) {
		return os.OpenFile(path, flags, 0)
	}
	return f, err
}

func openFile(path string) (*os.File, error) {
	f, err := openQuietly(path, guarded)
	switch {
	case errors.Is(err, syscall.ELOOP), errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.EOPNOTSUPP):
		return nil, ErrSpecial
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return nil, ErrVanished
	}
	return f, err
}

func openFolder(path string) (*os.File, error) {
	return openQuietly(path, guarded|syscall.O_DIRECTORY)
}

func isTooLong(err error) bool { return errors.Is(err, syscall.ENAMETOOLONG) }

func isLocked(error) bool { return false }

func inCloud(fs.FileInfo) bool { return false }

// lookAt gives a file's size and times as they are now.
func lookAt(_ string, d fs.DirEntry) (fs.FileInfo, error) { return d.Info() }
