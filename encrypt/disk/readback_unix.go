//go:build !windows

package disk

import (
	"errors"
	"io"
)

// ReadBack opens the file a second time.
func (f *file) ReadBack() (ReadBack, error) {
	if f.large == nil {
		return nil, ErrUnsupported
	}
	who, err := f.Look()
	if err != nil {
		return nil, err
	}
	other, err := f.in.read(f.name)
	if err != nil {
		return nil, err
	}
	is, err := other.Look()
	if err == nil && !is.SameFile(who) {
		err = f.in.fail("open", f.name, ErrChanged)
	}
	if err != nil {
		_ = other.Close()
		return nil, err
	}
	return newReadBack(f.large, other), nil
}

// fromDisk is a large file that is read past the page cache.
type fromDisk struct {
	*file

	d  *direct
	at int64
}

func (f *fromDisk) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.d.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		err = f.in.fail("read", f.name, err)
	}
	return n, err
}

func (f *fromDisk) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := f.ReadAt(p, f.at)
	if f.at += int64(n); n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

func (f *fromDisk) Close() error {
	f.d.close()
	return f.file.Close()
}
