package disk

import (
	"errors"
	"io"
)

// CopyFrom has the system copy what it can copy by itself.
func (f *file) CopyFrom(src File, off, n int64) error {
	if from, ok := src.(*file); ok {
		done, err := copyRange(from, f, off, n)
		if err != nil {
			return f.in.fail("copy", f.name, err)
		}
		off, n = off+done, n-done
	}
	return Copy(f, src, off, n)
}

// Copy is CopyFrom for any system: it reads and writes.
func Copy(dst File, src File, off, n int64) error {
	if n == 0 {
		return nil
	}
	buf := make([]byte, min(n, 1<<20))
	for n > 0 {
		b := buf[:min(n, int64(len(buf)))]
		got, err := src.ReadAt(b, off)
		if got < len(b) {
			if errors.Is(err, io.EOF) {
				return io.ErrUnexpectedEOF
			}
			return code(err)
		}
		if _, err := dst.Write(b); err != nil {
			return err
		}
		off, n = off+int64(got), n-int64(got)
	}
	return nil
}
