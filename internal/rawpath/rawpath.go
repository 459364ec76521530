// Package rawpath names files so that the system takes the name as it stands.
//
// Windows reads most paths in its own way: CON.txt and aux.csv are devices, a dot or
// a blank at the end of a name is cut off, and 260 characters are enough. Such files
// exist all the same: a Linux server, a NAS or an unpacked zip makes them. In the form
// that begins with \\?\ a path is none of that. Elsewhere every path stands for itself.
package rawpath

import (
	"errors"
	"io/fs"
	"os"
)

// Lstat is os.Lstat for an absolute and clean path. Its error names path.
func Lstat(path string) (fs.FileInfo, error) {
	info, err := os.Lstat(Of(path))
	return info, plain(path, err)
}

// Stat is os.Stat, in the same way.
func Stat(path string) (fs.FileInfo, error) {
	info, err := os.Stat(Of(path))
	return info, plain(path, err)
}

// Open is os.Open, in the same way. On Windows others can't remove or rename the file
// meanwhile.
func Open(path string) (*os.File, error) {
	f, err := os.Open(Of(path))
	return f, plain(path, err)
}

// plain has an error name the path as people know it.
func plain(path string, err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return &fs.PathError{Op: e.Op, Path: path, Err: e.Err}
	}
	return err
}
