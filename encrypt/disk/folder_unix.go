//go:build !windows

package disk

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"golang.org/x/sys/unix"
)

// Open opens a folder.
func (Real) Open(dir string) (Folder, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, code(err)
	}
	info, err := f.Stat()
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "open", Path: dir, Err: unix.ENOTDIR}
	}
	if err != nil {
		_ = f.Close()
		return nil, code(err)
	}
	return &folder{f: f}, nil
}

type folder struct {
	f    *os.File
	list sync.Mutex // List moves the place at which it reads
}

func (d *folder) fd() int { return int(d.f.Fd()) }

func (d *folder) fail(op, name string, err error) error {
	if err == nil {
		return nil
	}
	return code(&fs.PathError{Op: op, Path: filepath.Join(d.f.Name(), name), Err: err})
}

// code adds what callers look for to an error of the system.
func code(err error) error {
	for _, c := range []struct{ is, errno error }{
		{ErrFull, unix.ENOSPC},
		{ErrFull, unix.EDQUOT},
		{ErrLongName, unix.ENAMETOOLONG},
		{ErrSpecial, unix.ELOOP},
		{ErrBusy, unix.ETXTBSY},
		{ErrBusy, unix.EBUSY},
		{fs.ErrPermission, unix.EROFS},
		{ErrFailing, unix.EIO},
		{ErrNoDrive, unix.ENODEV},
		{ErrNoDrive, unix.ESTALE},
		{ErrNoDrive, unix.ENOTCONN},
		{ErrNoDrive, unix.ECONNABORTED},
		{ErrNoDrive, unix.ECONNREFUSED},
		{ErrNoDrive, unix.ECONNRESET},
		{ErrNoDrive, unix.EHOSTDOWN},
		{ErrNoDrive, unix.EHOSTUNREACH},
		{ErrNoDrive, unix.ENETDOWN},
		{ErrNoDrive, unix.ENETRESET},
		{ErrNoDrive, unix.ENETUNREACH},
		{ErrNoDrive, unix.ESHUTDOWN},
		{ErrNoDrive, unix.ETIMEDOUT},
	} {
		if errors.Is(err, c.errno) {
			return coded{c.is, err}
		}
	}
	return err
}

// again repeats a call that a signal cut short.
func again(fn func() error) error {
	for {
		if err := fn(); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

func (d *folder) List() ([]string, error) {
	d.list.Lock()
	defer d.list.Unlock()
	if _, err := d.f.Seek(0, 0); err != nil {
		return nil, code(err)
	}
	names, err := d.f.Readdirnames(-1)
	return names, code(err)
}

func (d *folder) Look(name string) (ID, error) {
	var st unix.Stat_t
	err := again(func() error { return unix.Fstatat(d.fd(), name, &st, unix.AT_SYMLINK_NOFOLLOW) })
	if err != nil {
		return ID{}, d.fail("lstat", name, err)
	}
	return id(&st), nil
}

func (d *folder) openat(name string, flags int, perm uint32) (*file, error) {
	fd := -1
	err := again(func() (err error) {
		fd, err = unix.Openat(d.fd(), name, flags|unix.O_CLOEXEC|unix.O_NOFOLLOW, perm)
		return err
	})
	if err != nil {
		return nil, d.fail("open", name, err)
	}
	return &file{File: os.NewFile(uintptr(fd), filepath.Join(d.f.Name(), name)), in: d, name: name}, nil
}

func (d *folder) Open(name string) (File, error) {
	f, err := d.read(name)
	if err != nil {
		return nil, err
	}
	inOrder(int(f.Fd()))
	return f, nil
}

// read does not wait for the other end of a pipe, and refuses it.
func (d *folder) read(name string) (*file, error) {
	f, err := d.openat(name, unix.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	who, err := f.Look()
	if err == nil && !who.Mode.IsRegular() {
		err = d.fail("open", name, ErrSpecial)
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

func (d *folder) OpenAgain(name string) (File, error) {
	f, err := d.read(name)
	if err != nil {
		return nil, err
	}
	dropCache(int(f.Fd()))
	who, err := f.Look()
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	if d := newDirect(f.File, who.Size); d != nil {
		return &fromDisk{file: f, d: d}, nil
	}
	return f, nil
}

func (d *folder) Create(name string) (File, error) {
	f, err := d.openat(name, unix.O_RDWR|unix.O_CREAT|unix.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	return f, nil
}

func (d *folder) SyncFile(name string) error {
	f, err := d.read(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func (d *folder) Publish(from, to string) error {
	err := again(func() error { return renameNoReplace(d.fd(), from, to) })
	if errors.Is(err, ErrUnsupported) {
		if err = again(func() error { return unix.Linkat(d.fd(), from, d.fd(), to, 0) }); err == nil {
			err = again(func() error { return unix.Unlinkat(d.fd(), from, 0) })
		}
	}
	return d.fail("publish", to, err)
}

func (d *folder) Swap(from, to string, was ID) error {
	now, err := d.Look(to)
	switch {
	case err != nil:
		return err
	case !now.Same(was):
		return d.fail("swap", to, ErrChanged)
	}
	return d.fail("swap", to, again(func() error { return unix.Renameat(d.fd(), from, d.fd(), to) }))
}

func (d *folder) Remove(name string) error {
	return d.fail("remove", name, again(func() error { return unix.Unlinkat(d.fd(), name, 0) }))
}

// Sync takes file systems at their word that have no fsync for folders.
func (d *folder) Sync() error {
	err := d.f.Sync()
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		return nil
	}
	return code(err)
}

func (d *folder) Close() error { return d.f.Close() }

type file struct {
	*os.File

	in     *folder
	name   string
	held   bool
	behind behind
	large  *straight // or nil
}

func (f *file) Read(p []byte) (int, error) {
	f.settle()
	n, err := f.File.Read(p)
	return n, code(err)
}

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	f.settle()
	n, err := f.File.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		err = code(err)
	}
	return n, err
}

func (f *file) Write(p []byte) (int, error) {
	if f.large != nil {
		n, err := f.large.Write(p)
		return n, f.in.fail("write", f.name, err)
	}
	n, err := f.File.Write(p)
	if err != nil {
		return n, code(err)
	}
	return n, f.in.fail("sync_file_range", f.name, f.behind.wrote(int(f.Fd()), n))
}

func (f *file) Sync() error {
	if f.large != nil {
		return f.in.fail("sync", f.name, f.large.sync())
	}
	return code(f.File.Sync())
}

func (f *file) Close() error {
	if f.large != nil {
		f.large.close()
	}
	return f.File.Close()
}

func (f *file) Look() (ID, error) {
	var st unix.Stat_t
	if err := again(func() error { return unix.Fstat(int(f.Fd()), &st) }); err != nil {
		return ID{}, f.in.fail("fstat", f.name, err)
	}
	return id(&st), nil
}

func (f *file) Hold() error {
	err := f.in.fail("lease", f.name, lease(int(f.Fd())))
	f.held = err == nil
	return err
}

func (f *file) Held() bool { return f.held && leased(int(f.Fd())) }

func (f *file) Reserve(size int64) error {
	if err := again(func() error { return reserve(int(f.Fd()), size) }); err != nil {
		return f.in.fail("fallocate", f.name, err)
	}
	f.large = newStraight(f.File, size)
	return nil
}

func (f *file) Remove(want ID) error {
	now, err := f.in.Look(f.name)
	switch {
	case err != nil:
		return err
	case !now.Same(want):
		return f.in.fail("remove", f.name, ErrChanged)
	}
	return f.in.Remove(f.name)
}

// settle ends the writing, which would change the times. Sync gives its error.
func (f *file) settle() {
	if f.large != nil {
		_ = f.large.settle()
	}
}

// Keep copies owner, access list and attributes, then the mode, then the times,
// which the others would change.
func (f *file) Keep(old File) (missed Missed) {
	f.settle()
	from, ok := old.(*file)
	if !ok {
		return MissedTimes | MissedOwner | MissedMode | MissedAccess | MissedExtra
	}
	was, err := from.Look()
	if err != nil {
		return MissedTimes | MissedOwner | MissedMode | MissedAccess | MissedExtra
	}
	now, err := f.Look()
	mode := was.Mode.Perm()
	if err != nil || now.UID != was.UID || now.GID != was.GID {
		if err := f.Chown(int(was.UID), int(was.GID)); err != nil {
			missed |= MissedOwner
			mode = mode&0o700 | 0o400 // our group is not theirs
		}
	}
	if err := f.Chmod(mode); err != nil {
		missed |= MissedMode
	}
	if missed&MissedOwner == 0 {
		missed |= keepAttributes(int(from.Fd()), int(f.Fd()))
	}
	if err := setTimes(int(f.Fd()), was.MTime); err != nil {
		missed |= MissedTimes
	}
	return missed
}

func (f *file) Restore(mode fs.FileMode, mtime int64) (missed Missed) {
	f.settle()
	if err := f.Chmod(mode.Perm()); err != nil {
		missed |= MissedMode
	}
	if err := setTimes(int(f.Fd()), mtime); err != nil {
		missed |= MissedTimes
	}
	return missed
}

// keepAttributes copies the extended attributes that a user set, and the access
// list where the system keeps it as one.
func keepAttributes(from, to int) (missed Missed) {
	names, err := attributes(from)
	if err != nil {
		return MissedExtra
	}
	for _, name := range names {
		if err := copyAttribute(from, to, name); err != nil {
			if name == accessList {
				missed |= MissedAccess
			} else {
				missed |= MissedExtra
			}
		}
	}
	return missed
}
