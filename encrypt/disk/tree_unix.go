//go:build !windows

package disk

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// Enter opens a folder in this one.
func (d *folder) Enter(name string) (Tree, error) {
	fd := -1
	err := again(func() (err error) {
		fd, err = unix.Openat(d.fd(), name, unix.O_RDONLY|unix.O_DIRECTORY|unix.O_NOFOLLOW|unix.O_CLOEXEC, 0)
		return err
	})
	if errors.Is(err, unix.ENOTDIR) || errors.Is(err, unix.ELOOP) {
		err = coded{ErrSpecial, err}
	}
	if err != nil {
		return nil, d.fail("open", name, err)
	}
	return &folder{f: os.NewFile(uintptr(fd), filepath.Join(d.f.Name(), name))}, nil
}

func (d *folder) MakeFolder(name string) error {
	return d.fail("mkdir", name, again(func() error { return unix.Mkdirat(d.fd(), name, 0o700) }))
}

func (d *folder) RemoveFolder(name string) error {
	err := again(func() error { return unix.Unlinkat(d.fd(), name, unix.AT_REMOVEDIR) })
	if errors.Is(err, unix.ENOTEMPTY) || errors.Is(err, unix.EEXIST) {
		err = coded{ErrNotEmpty, err}
	}
	return d.fail("rmdir", name, err)
}

func (d *folder) PublishFolder(from, to string) error {
	err := again(func() error { return renameNoReplace(d.fd(), from, to) })
	if errors.Is(err, ErrUnsupported) {
		if _, taken := d.Look(to); taken == nil {
			return d.fail("publish", to, fs.ErrExist)
		}
		err = again(func() error { return unix.Renameat(d.fd(), from, d.fd(), to) })
	}
	return d.fail("publish", to, err)
}

func (d *folder) Restore(mode fs.FileMode, mtime int64) (missed Missed) {
	if d.f.Chmod(mode.Perm()) != nil {
		missed |= MissedMode
	}
	if setTimes(d.fd(), mtime) != nil {
		missed |= MissedTimes
	}
	return missed
}
