package disk

import (
	"errors"
	"io"
	"os"

	"golang.org/x/sys/windows"

	"custode/internal/rawpath"
)

// streamsMost is how many bytes the list of a file's streams may take.
const streamsMost = 1 << 20

// streams lists those of the file beside its content. A disk that has no streams gives
// none. (wine has none either: tried on what Windows is documented to give, not on a
// real one.)
func (f *file) streams() ([]stream, error) {
	for size := 4 << 10; ; size *= 8 {
		b := make([]byte, size)
		err := windows.GetFileInformationByHandleEx(f.handle(), windows.FileStreamInfo, &b[0], uint32(len(b))) //nolint:gosec // at most streamsMost
		switch {
		case errors.Is(err, windows.ERROR_MORE_DATA) && size < streamsMost:
			continue
		case errors.Is(err, windows.ERROR_INVALID_FUNCTION), errors.Is(err, windows.ERROR_NOT_SUPPORTED), errors.Is(err, windows.ERROR_INVALID_PARAMETER),
			errors.Is(err, windows.ERROR_CALL_NOT_IMPLEMENTED), errors.Is(err, windows.ERROR_HANDLE_EOF):
			return nil, nil
		case err != nil:
			return nil, f.in.fail("streams", f.name, err)
		}
		all, ok := parseStreams(b)
		if !ok {
			return nil, f.in.fail("streams", f.name, windows.ERROR_INVALID_DATA)
		}
		return all, nil
	}
}

// Hidden names the streams that a new file in the place of this one would not get.
func (f *file) Hidden() ([]string, error) {
	all, err := f.streams()
	return foreign(all), err
}

// keepMarks gives this new file the marks of an old one. False: not all.
func (f *file) keepMarks(old *file) bool {
	all, err := old.streams()
	if err != nil {
		return false
	}
	whole := true
	for _, s := range all {
		if s.size > 0 && s.is(marks) {
			whole = copyStream(old.in.join(old.name), f.in.join(f.name), s.name) == nil && whole
		}
	}
	return whole
}

// copyStream copies a stream of one file to another, and flushes it.
func copyStream(from, to, name string) error {
	src, err := openStream(from+":"+name, windows.GENERIC_READ, windows.OPEN_EXISTING)
	if err != nil {
		return err
	}
	defer src.Close() // only read
	dst, err := openStream(to+":"+name, windows.GENERIC_WRITE, windows.CREATE_ALWAYS)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, io.LimitReader(src, markMost))
	return errors.Join(err, dst.Sync(), dst.Close())
}

func openStream(path string, access, how uint32) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(rawpath.Of(path))
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(name, access, shareAll, nil, how, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(h), path), nil
}
