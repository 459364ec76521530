package walk

import (
	"errors"
	"io/fs"
	"os"
	"syscall"

	"golang.org/x/sys/windows"

	"custode/internal/rawpath"
)

func stamp(info fs.FileInfo) Stamp {
	return Stamp{Size: info.Size(), MTimeNS: info.ModTime().UnixNano(), Mode: uint32(info.Mode())}
}

// openFile looks at the path before and after it opens it, and refuses what was a
// link or another file in between.
func openFile(path string) (*os.File, error) {
	before, err := rawpath.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, ErrVanished
	case err != nil:
		return nil, err
	case !before.Mode().IsRegular():
		return nil, ErrSpecial
	}
	f, err := openShared(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrVanished
	}
	if err != nil {
		return nil, err
	}
	after, err := f.Stat()
	if err == nil && !os.SameFile(before, after) {
		err = ErrChanged
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func openFolder(path string) (*os.File, error) { return openShared(path) }

// openShared opens a file or a folder so that other programs may meanwhile read it, write
// it, and put another in its place, as Word and Excel do to save. os.Open would keep them
// from it.
func openShared(path string) (*os.File, error) {
	fail := func(err error) (*os.File, error) { return nil, &fs.PathError{Op: "open", Path: path, Err: err} }
	abs, err := rawpath.Abs(path)
	if err != nil {
		return fail(err)
	}
	name, err := windows.UTF16PtrFromString(rawpath.Of(abs))
	if err != nil {
		return fail(err)
	}
	h, err := windows.CreateFile(name, windows.GENERIC_READ, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE|windows.FILE_SHARE_DELETE,
		nil, windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return fail(err)
	}
	return os.NewFile(uintptr(h), path), nil
}

func isTooLong(err error) bool {
	return errors.Is(err, windows.ERROR_FILENAME_EXCED_RANGE) || errors.Is(err, windows.ERROR_BUFFER_OVERFLOW)
}

func isLocked(err error) bool {
	return errors.Is(err, windows.ERROR_SHARING_VIOLATION) || errors.Is(err, windows.ERROR_LOCK_VIOLATION)
}

// inCloud tells a file of OneDrive or the like whose content is not on this
// computer.
func inCloud(info fs.FileInfo) bool {
	const away = windows.FILE_ATTRIBUTE_OFFLINE | windows.FILE_ATTRIBUTE_RECALL_ON_OPEN | windows.FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS
	data, ok := info.Sys().(*syscall.Win32FileAttributeData)
	return ok && data.FileAttributes&away != 0
}

// Look gives a file's size and times as they are now: those of the folder's list
// are brought up to date only when the program that writes the file closes it.
func (f systemFolder) Look(d fs.DirEntry) (Seen, error) {
	info, err := rawpath.Lstat(join(f.path, d.Name()))
	if err != nil {
		return Seen{}, err
	}
	return seen(info), nil
}
