package crashfs

import (
	"io/fs"
	"maps"
	"syscall"
)

// What follows makes and looks at a disk before and after a test: it counts as no
// operation, never fails on purpose, and is durable at once.

func (f *FS) put(name string, mode fs.FileMode) (*node, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	dir, base, old, err := f.find(name)
	if err != nil {
		return nil, wrap("put", name, err)
	}
	if old != nil {
		return nil, wrap("put", name, syscall.EEXIST)
	}
	n := f.newNode(mode)
	n.disk.meta = n.meta
	if err := f.set(dir, base, n, f.tick()); err != nil {
		return nil, wrap("put", name, err)
	}
	dir.syncDir()
	return n, nil
}

// Mkdir makes a folder.
func (f *FS) Mkdir(name string) error {
	_, err := f.put(name, fs.ModeDir|0o700)
	return err
}

// Put makes a file, or a link or device where the mode says so.
func (f *FS) Put(name string, data []byte, mode fs.FileMode) error {
	n, err := f.put(name, mode)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.write(n, data, 0); err != nil {
		return err
	}
	n.sync()
	return nil
}

// Grow makes a file that is all hole up to size.
func (f *FS) Grow(name string, size int64) error {
	return f.change(name, func(n *node) { n.size, n.disk.size = size, size })
}

// Chmod sets the permissions of a file or folder.
func (f *FS) Chmod(name string, mode fs.FileMode) error {
	return f.change(name, func(n *node) {
		n.meta.Mode = n.meta.Mode.Type() | mode.Perm()
		n.disk.meta = n.meta
	})
}

// Immutable makes a file one that can be neither removed nor renamed (chattr +i).
func (f *FS) Immutable(name string, on bool) error {
	return f.change(name, func(n *node) { n.immutable = on })
}

// SetBusy makes a file one that another program has open. A crash ends that.
func (f *FS) SetBusy(name string, on bool) error {
	return f.change(name, func(n *node) { n.busy = on })
}

// Overwrite changes a file in place, as another program would.
func (f *FS) Overwrite(name string, data []byte) error {
	return f.change(name, func(n *node) {
		_, _ = f.write(n, data, 0)
		n.sync()
	})
}

func (f *FS) change(name string, fn func(n *node)) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, _, n, err := f.existing(name)
	if err == nil {
		fn(n)
	}
	return wrap("change", name, err)
}

// Get gives the content of a file as a program sees it now.
func (f *FS) Get(name string) ([]byte, error) {
	var out []byte
	err := f.change(name, func(n *node) {
		out = make([]byte, n.size)
		n.readAt(out, 0)
	})
	return out, err
}

// Stat is Lstat that counts as no operation.
func (f *FS) Stat(name string) (s Stat, err error) {
	err = f.change(name, func(n *node) { s = n.stat() })
	return s, err
}

// Names lists a folder, in no order.
func (f *FS) Names(dir string) (names []string, err error) {
	err = f.change(dir, func(n *node) {
		for e := range maps.Values(n.entries) {
			names = append(names, e.name)
		}
	})
	return names, err
}

// Free tells how many bytes the disk has left; 1 TB where it has no limit.
func (f *FS) Free() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.o.Space == 0 {
		return 1e12
	}
	return f.o.Space - f.used
}
