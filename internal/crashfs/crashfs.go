// Package crashfs is a file system in memory that can lose its power, for the
// tests of whatever must not lose a file.
//
// It is as forgetful as a disk may be. What a program sees is one thing, what
// outlives a power cut is another:
//
//   - The data of a file, its size and its mode become durable with Sync of the
//     file, its name does not.
//   - Names become durable with SyncDir of their folder: creating, renaming,
//     linking and removing are all unsynced until then, and a new file whose name
//     was kept without its data has 0 bytes, or zeros.
//   - After a failed Sync the data is gone, though it can still be read, and a
//     second Sync succeeds without having written a thing, as on Linux.
//
// Crash makes the file system that a power cut would leave: each unsynced block
// of 4 KiB, each unsynced size and each unsynced change of a folder is kept or
// lost, all, none or each by a coin, so that a later change may be kept where an
// earlier one of the same folder is lost. The same seed gives the same disk.
//
// Inject makes an operation fail; OnOp calls back before each operation, which is
// the moment to take a Crash. A write is torn at the borders of blocks only, and a
// folder that is itself new needs SyncDir of the folder above, as on POSIX.
package crashfs

import (
	"fmt"
	"io/fs"
	"path"
	"strings"
	"sync"
	"syscall"
)

// Block is the size of what the disk keeps or loses as one.
const Block = 4096

// NameMax is the longest name in bytes.
const NameMax = 255

// Op is a kind of operation.
type Op string

// The kinds of operations that fail, and before which the power may go.
const (
	OpOpen    Op = "open"
	OpCreate  Op = "create"
	OpRead    Op = "read"
	OpWrite   Op = "write"
	OpReserve Op = "reserve"
	OpMeta    Op = "meta"
	OpSync    Op = "sync"
	OpSyncDir Op = "syncdir"
	OpRename  Op = "rename"
	OpLink    Op = "link"
	OpRemove  Op = "remove"
	OpLook    Op = "look"
	OpList    Op = "list"
)

// OpAny is any of them, for a Fault: N counts them all.
const OpAny Op = ""

// Ops lists all kinds of operations.
func Ops() []Op {
	return []Op{
		OpOpen, OpCreate, OpRead, OpWrite, OpReserve, OpMeta, OpSync, OpSyncDir,
		OpRename, OpLink, OpRemove, OpLook, OpList,
	}
}

// Fault makes the N-th operation of a kind (from 1) go wrong.
type Fault struct {
	Op     Op
	N      int
	Err    error // what the caller gets
	Sticky bool  // all later ones too: a disk that stays full, a share that is gone
	After  bool  // it is done all the same: only the answer was lost
	Rot    bool  // OpSync: nothing fails, but a bit of what it wrote is wrong
}

// Options of a file system.
type Options struct {
	FoldCase bool  // names that differ in case only are one, as on Windows and macOS
	NoRename bool  // RenameNoReplace is not supported (EINVAL), as on some network shares
	Space    int64 // bytes that the disk holds; 0: no limit
}

// FS is the file system. It may be used by several goroutines.
type FS struct {
	mu     sync.Mutex
	o      Options
	root   *node
	ino    uint64
	clock  int64
	used   int64
	counts map[Op]int
	total  int
	faults []Fault
	onOp   func(n int, op Op, name string)
}

// New makes an empty file system, whose top folder is "/".
func New(o Options) *FS {
	f := &FS{o: o, counts: map[Op]int{}}
	f.root = f.newNode(fs.ModeDir | 0o700)
	f.root.disk.meta = f.root.meta
	return f
}

// OnOp has fn called before each operation, with its number from 1. It may call
// Crash, or do what another program would; its own operations call it too.
func (f *FS) OnOp(fn func(n int, op Op, name string)) { f.onOp = fn }

// Inject makes operations fail. Earlier faults are forgotten and counting begins
// anew; without faults the file system is healthy again.
func (f *FS) Inject(faults ...Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults, f.counts, f.total = faults, map[Op]int{}, 0
}

// Count tells how many operations of a kind there were since New or Inject.
func (f *FS) Count(op Op) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.counts[op]
}

// do runs one operation: the power may go before it, and it may fail.
func (f *FS) do(op Op, name string, fn func(broken *Fault) error) error {
	f.mu.Lock()
	f.total++
	n, hook := f.total, f.onOp
	f.mu.Unlock()
	if hook != nil {
		hook(n, op, name)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.counts[op]++
	broken := f.broken(op)
	switch {
	case broken == nil, broken.Rot:
		return wrap(op, name, fn(broken))
	case broken.After:
		if err := fn(nil); err != nil {
			return wrap(op, name, err)
		}
	case op == OpSync, op == OpWrite: // the damage that these do when they fail
		_ = fn(broken)
	}
	return wrap(op, name, broken.Err)
}

func (f *FS) broken(op Op) *Fault {
	for i := range f.faults {
		x, n := &f.faults[i], f.counts[op]
		if x.Op == OpAny {
			n = f.total
		}
		if (x.Op == op || x.Op == OpAny) && (n == x.N || x.Sticky && n > x.N) {
			return x
		}
	}
	return nil
}

func wrap(op Op, name string, err error) error {
	if err == nil {
		return nil
	}
	return &fs.PathError{Op: string(op), Path: name, Err: err}
}

// node is a file or folder: what is seen, and what is on the disk.
type node struct {
	ino       uint64
	meta      Meta
	size      int64
	blocks    map[int64][]byte // never changed in place: clones share them
	entries   map[string]entry // of a folder, by key
	links     int
	immutable bool
	busy      bool // another program has it open

	disk      durable
	dirty     map[int64]bool // blocks that the disk has not
	dirtySize bool
	dirtyMeta bool
	gone      map[int64]bool // blocks that a failed Sync dropped
	changes   []change       // of a folder: what the disk has not
}

type durable struct {
	meta    Meta
	size    int64
	blocks  map[int64][]byte
	entries map[string]entry
}

type entry struct {
	name string
	node *node
}

// change is one unsynced change of a folder; node nil: the name was removed. The
// two halves of a rename have one number.
type change struct {
	key   string
	entry entry
	pair  int64
}

// Meta is what is kept of a file besides its content.
type Meta struct {
	Mode         fs.FileMode
	UID, GID     uint32
	MTime, CTime int64
}

// Stat tells one file, or one moment of it, from another.
type Stat struct {
	Meta

	Ino       uint64
	Size      int64
	Links     int
	Allocated int64
}

func (f *FS) newNode(mode fs.FileMode) *node {
	f.ino++
	n := &node{
		ino: f.ino, meta: Meta{Mode: mode, MTime: f.tick(), CTime: f.clock},
		blocks: map[int64][]byte{}, dirty: map[int64]bool{}, gone: map[int64]bool{},
		disk: durable{blocks: map[int64][]byte{}},
	}
	if mode.IsDir() {
		n.entries, n.disk.entries = map[string]entry{}, map[string]entry{}
	}
	return n
}

func (f *FS) tick() int64 {
	f.clock++
	return f.clock
}

func (f *FS) key(name string) string {
	if f.o.FoldCase {
		return strings.ToLower(name)
	}
	return name
}

// find gives the folder that holds name, and what it has under that name.
func (f *FS) find(name string) (dir *node, base string, n *node, err error) {
	dir = f.root
	parts := strings.Split(strings.Trim(path.Clean(name), "/"), "/")
	for _, p := range parts[:len(parts)-1] {
		e, ok := dir.entries[f.key(p)]
		if !ok {
			return nil, "", nil, syscall.ENOENT
		}
		if dir = e.node; !dir.meta.Mode.IsDir() {
			return nil, "", nil, syscall.ENOTDIR
		}
	}
	base = parts[len(parts)-1]
	if base == "" || base == "." {
		return f.root, "", f.root, nil
	}
	if len(base) > NameMax {
		return nil, "", nil, syscall.ENAMETOOLONG
	}
	return dir, base, dir.entries[f.key(base)].node, nil
}

// existing is find for what must be there.
func (f *FS) existing(name string) (dir *node, base string, n *node, err error) {
	dir, base, n, err = f.find(name)
	if err == nil && n == nil {
		err = syscall.ENOENT
	}
	return dir, base, n, err
}

func (f *FS) set(dir *node, base string, n *node, pair int64) error {
	if dir.meta.Mode&0o200 == 0 {
		return syscall.EACCES
	}
	k := f.key(base)
	if old := dir.entries[k].node; old != nil {
		if old.immutable {
			return syscall.EPERM
		}
		if old.links--; old.links == 0 {
			f.used -= int64(len(old.blocks)) * Block
		}
		old.meta.CTime = f.tick()
	}
	e := entry{base, n}
	if n == nil {
		delete(dir.entries, k)
	} else {
		n.links++
		n.meta.CTime = f.tick()
		dir.entries[k] = e
	}
	dir.meta.MTime = f.tick()
	dir.changes = append(dir.changes, change{k, e, pair})
	return nil
}

// Lstat looks at a name, never through a link.
func (f *FS) Lstat(name string) (s Stat, err error) {
	err = f.do(OpLook, name, func(*Fault) error {
		_, _, n, err := f.existing(name)
		if err == nil {
			s = n.stat()
		}
		return err
	})
	return s, err
}

func (n *node) stat() Stat {
	return Stat{Meta: n.meta, Ino: n.ino, Size: n.size, Links: n.links, Allocated: int64(len(n.blocks)) * Block}
}

// String is for messages of tests.
func (o Op) String() string { return fmt.Sprintf("%q", string(o)) }
