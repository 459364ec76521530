//go:build !windows

package private

import (
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// others are the mode bits of everybody but the owner.
const others = 0o077

// modes are all mode bits, those of setuid, setgid and sticky too.
const modes = 0o7777

// Look tells who may reach a file or folder. It is not opened: a watch would see it read.
func Look(path string) (was string, err error) {
	mode, err := look(path)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%04o", mode), nil
}

// Closed reports whether only its owner may reach it. It is not opened either.
func Closed(path string) (bool, error) {
	mode, err := look(path)
	return err == nil && mode&others == 0, err
}

func look(path string) (mode uint32, err error) {
	var st unix.Stat_t
	if err := unix.Lstat(path, &st); err != nil {
		return 0, &fs.PathError{Op: "lstat", Path: path, Err: err}
	}
	return modeOf(&st)
}

// modeOf gives the mode bits of a file or folder; ErrLink: it is something else.
func modeOf(st *unix.Stat_t) (mode uint32, err error) {
	if kind := uint32(st.Mode) & unix.S_IFMT; kind != unix.S_IFREG && kind != unix.S_IFDIR { //nolint:unconvert // macOS has 16 bits
		return 0, ErrLink
	}
	return uint32(st.Mode) & modes, nil //nolint:unconvert // macOS has 16 bits
}

// Close leaves it to its owner alone. ErrStays: the disk took it, and did not do it.
func Close(path string) error {
	return at(path, func(fd int, mode uint32) error { return set(path, fd, mode&^others) })
}

// Restore gives it back to those who could reach it; what its owner may do stays as it is now. ErrOpened: it is not
// closed any more, and stays as it is.
func Restore(path, was string) error {
	before, err := strconv.ParseUint(was, 8, 32)
	if err != nil || before&^modes != 0 {
		return errText
	}
	return at(path, func(fd int, mode uint32) error {
		if mode&others != 0 {
			return ErrOpened
		}
		return set(path, fd, mode|uint32(before)&others) //nolint:gosec // 32 bits, see above
	})
}

// at holds a file or folder open.
func at(path string, do func(fd int, mode uint32) error) error {
	fd, err := unix.Open(path, unix.O_RDONLY|unix.O_NOFOLLOW|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err == unix.ELOOP { //nolint:errorlint // an errno
		return ErrLink
	}
	if err != nil {
		return &fs.PathError{Op: "open", Path: path, Err: err}
	}
	f := os.NewFile(uintptr(fd), path)
	defer f.Close() // nothing was written
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	mode, err := modeOf(&st)
	if err != nil {
		return err
	}
	return do(fd, mode)
}

// set sets the mode bits, and looks whether they are.
func set(path string, fd int, mode uint32) error {
	if err := unix.Fchmod(fd, mode); err != nil {
		return &fs.PathError{Op: "chmod", Path: path, Err: err}
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		return &fs.PathError{Op: "stat", Path: path, Err: err}
	}
	if uint32(st.Mode)&others != mode&others { //nolint:unconvert // macOS has 16 bits
		return ErrStays
	}
	return nil
}
