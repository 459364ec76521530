package disk

import (
	"errors"

	"golang.org/x/sys/unix"
)

// copyAtOnce is little enough for the copy to be on its way to the disk as it goes.
const copyAtOnce = behindBy

// copyRange copies within the kernel as far as that goes: some file systems can't,
// and no two that are not the same kind.
func copyRange(src, dst *file, off, n int64) (done int64, err error) {
	if dst.large != nil { // the kernel would copy to its own memory
		return 0, nil
	}
	for done < n {
		at := off + done
		got := 0
		err := again(func() (err error) {
			got, err = unix.CopyFileRange(int(src.Fd()), &at, int(dst.Fd()), nil, int(min(n-done, copyAtOnce)), 0)
			return err
		})
		switch {
		case errors.Is(err, unix.EXDEV), errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EOPNOTSUPP), errors.Is(err, unix.EINVAL):
			return done, nil
		case err != nil:
			return done, err
		case got == 0: // the end, or a file system that says so of all its files
			return done, nil
		}
		done += int64(got)
		if err := dst.behind.wrote(int(dst.Fd()), got); err != nil {
			return done, err
		}
	}
	return done, nil
}
