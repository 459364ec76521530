package crashfs

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"syscall"
)

// File is an open file. Several goroutines may call ReadAt.
type File struct {
	fs   *FS
	n    *node
	name string
	pos  int64
}

// Open opens a file for reading; links and special files are refused.
func (f *FS) Open(name string) (*File, error) {
	var out *File
	err := f.do(OpOpen, name, func(*Fault) error {
		_, _, n, err := f.existing(name)
		switch {
		case err != nil:
			return err
		case n.meta.Mode&fs.ModeSymlink != 0:
			return syscall.ELOOP
		case n.meta.Mode&0o400 == 0:
			return syscall.EACCES
		}
		out = &File{fs: f, n: n, name: name}
		return nil
	})
	return out, err
}

// OpenAgain opens a file and drops what the memory has of it: what is read then
// comes from the disk.
func (f *FS) OpenAgain(name string) (*File, error) {
	file, err := f.Open(name)
	if err != nil {
		return nil, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	n := file.n
	n.blocks = maps.Clone(n.blocks)
	for b := range n.blocks {
		if n.dirty[b] {
			continue
		}
		if old, ok := n.disk.blocks[b]; ok {
			n.blocks[b] = old
		} else {
			delete(n.blocks, b)
		}
	}
	return file, nil
}

// Create makes a new file and opens it for writing; a name that is taken is refused.
func (f *FS) Create(name string, mode fs.FileMode) (*File, error) {
	var out *File
	err := f.do(OpCreate, name, func(*Fault) error {
		dir, base, n, err := f.find(name)
		if err != nil {
			return err
		}
		if n != nil {
			return syscall.EEXIST
		}
		n = f.newNode(mode.Perm())
		n.disk.meta = n.meta
		if err := f.set(dir, base, n, f.tick()); err != nil {
			return err
		}
		out = &File{fs: f, n: n, name: name}
		return nil
	})
	return out, err
}

// Name is the name that the file was opened by.
func (f *File) Name() string { return f.name }

// Stat is Lstat of the open file.
func (f *File) Stat() (s Stat, err error) {
	err = f.fs.do(OpLook, f.name, func(*Fault) error {
		s = f.n.stat()
		return nil
	})
	return s, err
}

// Busy tells whether another program has the file open.
func (f *File) Busy() bool {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	return f.n.busy
}

// Read reads on from where the last one stopped.
func (f *File) Read(p []byte) (int, error) {
	n, err := f.ReadAt(p, f.pos)
	f.pos += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// ReadAt reads what the program sees, which may not be on the disk.
func (f *File) ReadAt(p []byte, off int64) (n int, err error) {
	err = f.fs.do(OpRead, f.name, func(*Fault) error {
		n = f.n.readAt(p, off)
		return nil
	})
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}

func (n *node) readAt(p []byte, off int64) int {
	if off >= n.size {
		return 0
	}
	p = p[:min(int64(len(p)), n.size-off)]
	for i := 0; i < len(p); {
		at := off + int64(i)
		b, in := at/Block, at%Block
		end := min(len(p), i+int(Block-in))
		clear(p[i:end])
		if data := n.blocks[b]; int64(len(data)) > in {
			copy(p[i:end], data[in:])
		}
		i = end
	}
	return len(p)
}

// Write appends at the file's place. One that fails writes the first half.
func (f *File) Write(p []byte) (n int, err error) {
	err = f.fs.do(OpWrite, f.name, func(broken *Fault) error {
		if broken != nil {
			p = p[:len(p)/2]
		}
		n, err = f.fs.write(f.n, p, f.pos)
		f.pos += int64(n)
		return err
	})
	return n, err
}

func (f *FS) write(n *node, p []byte, off int64) (int, error) {
	done := 0
	for done < len(p) {
		at := off + int64(done)
		b, in := at/Block, at%Block
		end := min(len(p), done+int(Block-in))
		old, ok := n.blocks[b]
		if !ok {
			if f.o.Space > 0 && f.used+Block > f.o.Space {
				return done, syscall.ENOSPC
			}
			f.used += Block
		}
		data := make([]byte, max(int64(len(old)), in+int64(end-done)))
		copy(data, old)
		copy(data[in:], p[done:end])
		n.blocks[b], n.dirty[b] = data, true
		delete(n.gone, b)
		done = end
		if now := off + int64(done); now > n.size {
			n.size, n.dirtySize = now, true
		}
	}
	n.meta.MTime = f.tick()
	n.meta.CTime = f.clock
	n.dirtyMeta = true
	return done, nil
}

// Reserve fails where there is no room for so many bytes.
func (f *File) Reserve(size int64) error {
	return f.fs.do(OpReserve, f.name, func(*Fault) error {
		if f.fs.o.Space > 0 && f.fs.used+size > f.fs.o.Space {
			return syscall.ENOSPC
		}
		return nil
	})
}

// SetMeta sets mode, owner and MTime.
func (f *File) SetMeta(m Meta) error {
	return f.fs.do(OpMeta, f.name, func(*Fault) error {
		m.Mode = f.n.meta.Mode.Type() | m.Mode.Perm()
		m.CTime = f.fs.tick()
		f.n.meta, f.n.dirtyMeta = m, true
		return nil
	})
}

// Sync makes data, size and mode durable, not the name. When it fails, what was to
// be written is lost, and can still be read until the memory is dropped.
func (f *File) Sync() error {
	return f.fs.do(OpSync, f.name, func(broken *Fault) error {
		if broken != nil && !broken.Rot {
			for b := range f.n.dirty {
				f.n.gone[b] = true
			}
			clear(f.n.dirty)
			f.n.dirtySize = false
			return nil
		}
		wrote := len(f.n.dirty) > 0
		f.n.sync()
		if broken != nil && wrote {
			f.n.rot()
		}
		return nil
	})
}

func (n *node) sync() {
	n.disk.blocks = maps.Clone(n.disk.blocks)
	for b := range n.dirty {
		n.disk.blocks[b] = n.blocks[b]
	}
	n.disk.meta = n.meta
	if n.dirtySize || len(n.gone) == 0 {
		n.disk.size = n.size
	}
	clear(n.dirty)
	n.dirtySize, n.dirtyMeta = false, false
}

// rot makes one bit of the last block wrong, on the disk only.
func (n *node) rot() {
	b := max(n.size-1, 0) / Block
	if data := n.disk.blocks[b]; len(data) > 0 {
		data = append([]byte(nil), data...)
		data[len(data)/2] ^= 1
		n.disk.blocks[b] = data
	}
}

// Close lets go of the file. It syncs nothing.
func (f *File) Close() error { return nil }
