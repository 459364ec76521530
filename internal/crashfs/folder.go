package crashfs

import (
	"io/fs"
	"maps"
	"slices"
	"syscall"
)

// List names what is in a folder, in order.
func (f *FS) List(dir string) (names []string, err error) {
	err = f.do(OpList, dir, func(*Fault) error {
		_, _, n, err := f.existing(dir)
		if err != nil {
			return err
		}
		if !n.meta.Mode.IsDir() {
			return syscall.ENOTDIR
		}
		for _, k := range slices.Sorted(maps.Keys(n.entries)) {
			names = append(names, n.entries[k].name)
		}
		return nil
	})
	return names, err
}

// SyncDir makes the names in a folder durable, not the data behind them.
func (f *FS) SyncDir(dir string) error {
	return f.do(OpSyncDir, dir, func(*Fault) error {
		_, _, n, err := f.existing(dir)
		if err == nil {
			n.syncDir()
		}
		return err
	})
}

func (n *node) syncDir() {
	n.disk.entries, n.changes, n.disk.meta = maps.Clone(n.entries), nil, n.meta
}

// MakeDir makes a new folder; its name is durable after SyncDir of the folder above.
func (f *FS) MakeDir(name string, mode fs.FileMode) error {
	return f.do(OpCreate, name, func(*Fault) error {
		dir, base, n, err := f.find(name)
		switch {
		case err != nil:
			return err
		case n != nil:
			return syscall.EEXIST
		}
		n = f.newNode(fs.ModeDir | mode.Perm())
		n.disk.meta = n.meta
		return f.set(dir, base, n, f.tick())
	})
}

// SetDirMeta sets mode and MTime of a folder; SyncDir makes them durable.
func (f *FS) SetDirMeta(name string, mode fs.FileMode, mtime int64) error {
	return f.do(OpMeta, name, func(*Fault) error {
		_, _, n, err := f.existing(name)
		if err != nil {
			return err
		}
		n.meta.Mode, n.meta.MTime, n.meta.CTime = n.meta.Mode.Type()|mode.Perm(), mtime, f.tick()
		n.dirtyMeta = true
		return nil
	})
}

// Rename gives a file another name; a file of that name is replaced.
func (f *FS) Rename(from, to string) error { return f.rename(from, to, true) }

// RenameNoReplace is Rename that fails where the new name is taken.
func (f *FS) RenameNoReplace(from, to string) error { return f.rename(from, to, false) }

func (f *FS) rename(from, to string, replace bool) error {
	return f.do(OpRename, from, func(*Fault) error {
		if !replace && f.o.NoRename {
			return syscall.EINVAL
		}
		dir, base, n, err := f.existing(from)
		if err != nil {
			return err
		}
		dir2, base2, old, err := f.find(to)
		switch {
		case err != nil:
			return err
		case old == n:
			return nil
		case old != nil && !replace:
			return syscall.EEXIST
		case n.immutable || old != nil && old.immutable:
			return syscall.EPERM
		case dir.meta.Mode&0o200 == 0:
			return syscall.EACCES
		}
		pair := f.tick()
		if err := f.set(dir2, base2, n, pair); err != nil {
			return err
		}
		return f.set(dir, base, nil, pair)
	})
}

// Link gives a file a second name, which must be free.
func (f *FS) Link(from, to string) error {
	return f.do(OpLink, from, func(*Fault) error {
		_, _, n, err := f.existing(from)
		if err != nil {
			return err
		}
		dir, base, old, err := f.find(to)
		switch {
		case err != nil:
			return err
		case old != nil:
			return syscall.EEXIST
		case n.immutable || n.meta.Mode.IsDir():
			return syscall.EPERM
		}
		return f.set(dir, base, n, f.tick())
	})
}

// Remove takes a name away. A file that can't be written is removed all the same,
// unless it is immutable or its folder can't be written, as on Unix.
func (f *FS) Remove(name string) error {
	return f.do(OpRemove, name, func(*Fault) error {
		dir, base, n, err := f.existing(name)
		if err != nil {
			return err
		}
		if n.meta.Mode.IsDir() && len(n.entries) > 0 {
			return syscall.ENOTEMPTY
		}
		return f.set(dir, base, nil, f.tick())
	})
}
