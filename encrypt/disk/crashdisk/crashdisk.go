// Package crashdisk makes a disk.System of a crashfs, for the tests of all that
// works on files in place: the power goes, operations fail, other programs meddle.
package crashdisk

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"sync"
	"syscall"

	"custode/encrypt/disk"
	"custode/internal/crashfs"
)

// Disk is a crashfs as those see it who work on a disk.System.
type Disk struct {
	*crashfs.FS

	NoLease bool // nothing tells when another program opens a file
	Back    bool // files are read back while they are written: once they are flushed
}

func code(err error) error {
	for _, c := range []struct{ is, errno error }{
		{disk.ErrFull, syscall.ENOSPC},
		{disk.ErrSpecial, syscall.ELOOP},
		{disk.ErrLongName, syscall.ENAMETOOLONG},
		{disk.ErrNotEmpty, syscall.ENOTEMPTY},
		{disk.ErrFailing, syscall.EIO},
		{disk.ErrNoDrive, syscall.ESTALE},
		{disk.ErrNoDrive, syscall.ENOTCONN},
		{disk.ErrNoDrive, syscall.EHOSTDOWN},
	} {
		if errors.Is(err, c.errno) {
			return fmt.Errorf("%w: %w", c.is, err)
		}
	}
	return err
}

func idOf(s crashfs.Stat) disk.ID {
	return disk.ID{
		Dev: 1, Ino: s.Ino, Size: s.Size, Allocated: s.Allocated, MTime: s.MTime, CTime: s.CTime,
		Links: uint64(s.Links), //nolint:gosec // never negative
		Mode:  s.Mode, UID: s.UID, GID: s.GID,
	}
}

// Open opens a folder.
func (m Disk) Open(dir string) (disk.Folder, error) {
	if s, err := m.Lstat(dir); err != nil {
		return nil, code(err)
	} else if !s.Mode.IsDir() {
		return nil, fs.ErrNotExist
	}
	return folder{m, dir}, nil
}

type folder struct {
	m   Disk
	dir string
}

func (d folder) join(name string) string { return path.Join(d.dir, name) }

func (d folder) List() ([]string, error) {
	names, err := d.m.List(d.dir)
	return names, code(err)
}

func (d folder) Look(name string) (disk.ID, error) {
	s, err := d.m.Lstat(d.join(name))
	return idOf(s), code(err)
}

func (d folder) opened(f *crashfs.File, err error) (disk.File, error) {
	if err != nil {
		return nil, code(err)
	}
	return &file{File: f, d: d}, nil
}

func (d folder) Open(name string) (disk.File, error) { return d.opened(d.m.FS.Open(d.join(name))) }

func (d folder) OpenAgain(name string) (disk.File, error) {
	return d.opened(d.m.FS.OpenAgain(d.join(name)))
}

func (d folder) Create(name string) (disk.File, error) {
	return d.opened(d.m.FS.Create(d.join(name), 0o600))
}

func (d folder) SyncFile(name string) error {
	f, err := d.m.FS.Open(d.join(name))
	if err != nil {
		return code(err)
	}
	return f.Sync()
}

func (d folder) Publish(from, to string) error {
	err := d.m.RenameNoReplace(d.join(from), d.join(to))
	if errors.Is(err, syscall.EINVAL) {
		if err = d.m.Link(d.join(from), d.join(to)); err == nil {
			err = d.m.FS.Remove(d.join(from))
		}
	}
	return code(err)
}

func (d folder) Swap(from, to string, was disk.ID) error {
	now, err := d.Look(to)
	if err == nil && !now.Same(was) {
		err = disk.ErrChanged
	}
	if err != nil {
		return err
	}
	return code(d.m.Rename(d.join(from), d.join(to)))
}

func (d folder) Remove(name string) error { return code(d.m.FS.Remove(d.join(name))) }

func (d folder) Sync() error { return code(d.m.SyncDir(d.dir)) }

func (d folder) Free() (int64, error) { return d.m.FS.Free(), nil }

func (d folder) Close() error { return nil }

func (d folder) Enter(name string) (disk.Tree, error) {
	s, err := d.m.Lstat(d.join(name))
	switch {
	case err != nil:
		return nil, code(err)
	case !s.Mode.IsDir():
		return nil, disk.ErrSpecial
	case s.Mode&0o400 == 0:
		return nil, syscall.EACCES
	}
	return folder{d.m, d.join(name)}, nil
}

func (d folder) MakeFolder(name string) error { return code(d.m.MakeDir(d.join(name), 0o700)) }

func (d folder) RemoveFolder(name string) error { return code(d.m.FS.Remove(d.join(name))) }

func (d folder) PublishFolder(from, to string) error {
	err := d.m.RenameNoReplace(d.join(from), d.join(to))
	if errors.Is(err, syscall.EINVAL) {
		if _, err := d.m.Lstat(d.join(to)); err == nil {
			return fs.ErrExist
		}
		err = d.m.Rename(d.join(from), d.join(to))
	}
	return code(err)
}

func (d folder) Restore(mode fs.FileMode, mtime int64) disk.Missed {
	if err := d.m.SetDirMeta(d.dir, mode, mtime); err != nil {
		return disk.MissedMode | disk.MissedTimes
	}
	return 0
}

type file struct {
	*crashfs.File

	d       folder
	held    bool
	flushed chan struct{} // or nil
}

func (f *file) Read(p []byte) (int, error)  { n, err := f.File.Read(p); return n, code(err) }
func (f *file) Write(p []byte) (int, error) { n, err := f.File.Write(p); return n, code(err) }

func (f *file) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.File.ReadAt(p, off)
	return n, code(err)
}

// Sync lets whoever reads back go on.
func (f *file) Sync() error {
	err := f.File.Sync()
	if err == nil && f.flushed != nil {
		close(f.flushed)
		f.flushed = nil
	}
	return code(err)
}

func (f *file) Reserve(n int64) error { return code(f.File.Reserve(n)) }

func (f *file) CopyFrom(src disk.File, off, n int64) error { return disk.Copy(f, src, off, n) }

// readBack waits until the file is flushed, so that there is one order.
type readBack struct {
	f       *file
	in      *crashfs.File
	flushed chan struct{}
	stop    chan struct{}
	once    sync.Once
}

// ReadBack says ErrUnsupported unless Back is set.
func (f *file) ReadBack() (disk.ReadBack, error) {
	if !f.d.m.Back {
		return nil, disk.ErrUnsupported
	}
	f.flushed = make(chan struct{})
	return &readBack{f: f, flushed: f.flushed, stop: make(chan struct{})}, nil
}

func (r *readBack) Read(p []byte) (_ int, err error) {
	select {
	case <-r.flushed:
	case <-r.stop:
		return 0, fs.ErrClosed
	}
	if r.in == nil {
		if r.in, err = r.f.d.m.FS.OpenAgain(r.f.Name()); err != nil {
			return 0, code(err)
		}
	}
	n, err := r.in.Read(p)
	return n, code(err)
}

func (r *readBack) Interrupt() { r.once.Do(func() { close(r.stop) }) }

func (r *readBack) Close() error {
	r.Interrupt()
	if r.in != nil {
		return code(r.in.Close())
	}
	return nil
}

func (f *file) Look() (disk.ID, error) {
	s, err := f.Stat()
	return idOf(s), code(err)
}

func (f *file) Hold() error {
	if f.d.m.NoLease {
		return disk.ErrUnsupported
	}
	if f.held = !f.Busy(); !f.held {
		return disk.ErrBusy
	}
	return nil
}

func (f *file) Held() bool { return f.held && !f.Busy() }

func (f *file) Keep(old disk.File) disk.Missed {
	from, ok := old.(*file)
	if !ok {
		return disk.MissedMode
	}
	s, err := from.Stat()
	if err == nil {
		err = f.SetMeta(s.Meta)
	}
	if err != nil {
		return disk.MissedMode
	}
	return 0
}

func (f *file) Restore(mode fs.FileMode, mtime int64) disk.Missed {
	s, err := f.Stat()
	if s.Mode, s.MTime = mode, mtime; err == nil {
		err = f.SetMeta(s.Meta)
	}
	if err != nil {
		return disk.MissedMode | disk.MissedTimes
	}
	return 0
}

func (f *file) Remove(want disk.ID) error {
	name := path.Base(f.Name())
	now, err := f.d.Look(name)
	if err != nil {
		return err
	}
	if !now.Same(want) {
		return disk.ErrChanged
	}
	return f.d.Remove(name)
}

// Survival is the n-th idea of what a power cut spares: nothing, all, then each
// change by a coin.
func Survival(n uint64) crashfs.Survival {
	keep := []float64{0, 1, 0.5, 0.2, 0.8}
	return crashfs.Survival{Keep: keep[min(n, 2+n%3)], Split: n%2 == 0, Seed: n}
}

// Faults lists all that may go wrong once, or from then on, in a run that does so
// many operations of each kind.
func Faults(count func(crashfs.Op) int, errs ...error) (out []crashfs.Fault) {
	for _, op := range crashfs.Ops() {
		for n := range count(op) {
			for _, err := range errs {
				out = append(out, crashfs.Fault{Op: op, N: n + 1, Err: err}, crashfs.Fault{Op: op, N: n + 1, Err: err, Sticky: true})
			}
			switch op {
			case crashfs.OpSync:
				out = append(out, crashfs.Fault{Op: op, N: n + 1, Rot: true}, crashfs.Fault{Op: op, N: n + 1, Rot: true, Sticky: true})
			case crashfs.OpCreate, crashfs.OpRename, crashfs.OpLink, crashfs.OpRemove, crashfs.OpSyncDir:
				out = append(out, crashfs.Fault{Op: op, N: n + 1, Err: syscall.EIO, After: true})
			default:
			}
		}
	}
	return out
}
