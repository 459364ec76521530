package walk

import (
	"errors"
	"io/fs"
	"os"
)

// What Open finds in the place of the file that was to be opened. The error it
// gives wraps one of these, or the error of the system.
var (
	// ErrChanged says that another file stands under the path now.
	ErrChanged = errors.New("the file has been replaced by another")
	// ErrSpecial says that no regular file stands there: a folder, a link, a pipe,
	// a socket or a device.
	ErrSpecial = errors.New("not a regular file")
	// ErrVanished says that nothing stands there any more.
	ErrVanished = errors.New("the file is no longer there")
)

// Open opens a regular file for reading. It neither follows a link in the last
// part of path nor waits for anything, and on Linux does not change the time of
// last access of files of the same owner. want is the stamp of the entry: a file
// with another inode is not opened. With the zero Stamp any regular file will do.
// Size and times may differ from want: the stamp that Open returns is the one to
// remember, taken from the open file before it is read.
//
// On Windows, which gives no inode cheaply, the file is looked at before and after
// it is opened; other programs may go on writing, renaming and removing it.
func Open(path string, want Stamp) (*os.File, Stamp, error) {
	f, err := openFile(path)
	if err != nil {
		return nil, Stamp{}, at(path, err)
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = ErrSpecial
	}
	var got Stamp
	if err == nil {
		got = stamp(info)
		if want.Inode != 0 && (got.Inode != want.Inode || got.Dev != want.Dev) {
			err = ErrChanged
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, Stamp{}, at(path, err)
	}
	return f, got, nil
}

// at says on which file an error happened, unless the error does so.
func at(path string, err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok {
		return err
	}
	return &fs.PathError{Op: "open", Path: path, Err: err}
}

// reasonOf classifies an error of the file system.
func reasonOf(err error) Reason {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return ReasonDenied
	case errors.Is(err, fs.ErrNotExist):
		return ReasonVanished
	case errors.Is(err, ErrSlow):
		return ReasonSlow
	case isTooLong(err):
		return ReasonName
	case isLocked(err):
		return ReasonLocked
	}
	return ReasonIO
}
