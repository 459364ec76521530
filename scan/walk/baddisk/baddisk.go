// Package baddisk is a disk for tests, on which what a scanner must bear happens
// at will: reads that fail in the middle, drives that never answer, folders
// without an end, files that change while they are read.
package baddisk

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"time"

	"custode/scan/walk"
)

// ErrIO is what a bad sector gives.
var ErrIO = errors.New("input/output error")

// Fault is what happens at one path. The zero Fault is none.
type Fault struct {
	Look    error  // no size and times can be had
	Open    error  // a file or folder cannot be opened
	Opened  func() // called when a file is open, before it is read
	At      int64  // reading a file from this byte on …
	Read    error  // … fails with this
	Stall   bool   // nothing at this path is ever answered, until Close
	List    error  // listing a folder fails after its first entries
	Endless bool   // a folder gives names for ever
	Panic   any    // reading it, or listing a folder, panics with this
	Short   bool   // each read gives one byte less than was asked for
}

// Disk is the real disk with faults, by absolute path.
type Disk struct {
	walk.System
	faults map[string]Fault
	end    chan struct{}
	once   sync.Once
}

// New makes a disk.
func New(faults map[string]Fault) *Disk { return &Disk{faults: faults, end: make(chan struct{})} }

// Close lets the calls that hang return.
func (d *Disk) Close() { d.once.Do(func() { close(d.end) }) }

// stall hangs where the path does.
func (d *Disk) stall(f Fault) {
	if f.Stall {
		<-d.end
	}
}

// Look fails or hangs as the path does.
func (d *Disk) Look(path string) (fs.FileInfo, error) {
	f := d.faults[path]
	d.stall(f)
	if f.Look != nil {
		return nil, &fs.PathError{Op: "lstat", Path: path, Err: f.Look}
	}
	return d.System.Look(path)
}

// Resolve hangs as the path does.
func (d *Disk) Resolve(path string) (string, error) {
	d.stall(d.faults[path])
	return d.System.Resolve(path)
}

// Folder opens a folder that may hang, fail or never end.
func (d *Disk) Folder(path string) (walk.Folder, error) {
	f := d.faults[path]
	if f.Open != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: f.Open}
	}
	real, err := d.System.Folder(path)
	if err != nil {
		return nil, err
	}
	return &folder{Folder: real, path: path, d: d, f: f}, nil
}

type folder struct {
	walk.Folder
	path  string
	d     *Disk
	f     Fault
	given int
}

func (f *folder) ReadDir(n int) ([]fs.DirEntry, error) {
	f.d.stall(f.f)
	if f.f.Panic != nil {
		panic(f.f.Panic)
	}
	if f.given > 0 && f.f.List != nil {
		return nil, f.f.List
	}
	if f.f.List != nil {
		n = 1
	}
	list, err := f.Folder.ReadDir(n)
	f.given += len(list)
	if f.f.Endless {
		time.Sleep(time.Millisecond) // no disk gives names faster than they are looked at
		for range n {
			f.given++
			list = append(list, ghost(fmt.Sprint("ghost", f.given)))
		}
		return list, nil
	}
	return list, err
}

func (f *folder) Look(d fs.DirEntry) (walk.Seen, error) {
	if g, ok := d.(ghost); ok {
		_, err := g.Info()
		return walk.Seen{}, err
	}
	if at := f.d.faults[filepath.Join(f.path, d.Name())]; at.Look != nil {
		return walk.Seen{}, at.Look
	}
	return f.Folder.Look(d)
}

// ghost is a name behind which there is nothing.
type ghost string

func (g ghost) Name() string               { return string(g) }
func (g ghost) IsDir() bool                { return false }
func (g ghost) Type() fs.FileMode          { return 0 }
func (g ghost) Info() (fs.FileInfo, error) { return nil, fs.ErrNotExist }

// Open opens a file that may fail, hang, panic or change when it is read.
func (d *Disk) Open(path string, want walk.Stamp) (walk.Content, walk.Stamp, error) {
	f := d.faults[path]
	if f.Open != nil {
		return nil, walk.Stamp{}, &fs.PathError{Op: "open", Path: path, Err: f.Open}
	}
	real, stamp, err := d.System.Open(path, want)
	if err != nil {
		return nil, stamp, err
	}
	if f.Opened != nil {
		f.Opened()
	}
	return &content{Content: real, d: d, f: f}, stamp, nil
}

type content struct {
	walk.Content
	d  *Disk
	f  Fault
	at int64
}

// give tells how many of n bytes at off there are before the fault.
func (c *content) give(n int, off int64) (int, error) {
	c.d.stall(c.f)
	if c.f.Panic != nil {
		panic(c.f.Panic)
	}
	if c.f.Read != nil && off+int64(n) > c.f.At {
		return int(max(c.f.At-off, 0)), c.f.Read
	}
	return n, nil
}

func (c *content) Read(p []byte) (int, error) {
	want, fault := c.give(len(p), c.at)
	if c.f.Short && want > 1 {
		want--
	}
	n := 0
	var err error
	if want > 0 {
		n, err = c.Content.Read(p[:want])
	}
	c.at += int64(n)
	if err == nil && n == want && fault != nil {
		err = fault
	}
	return n, err
}

func (c *content) ReadAt(p []byte, off int64) (int, error) {
	want, fault := c.give(len(p), off)
	n, err := c.Content.ReadAt(p[:want], off)
	if err == nil && fault != nil {
		err = fault
	}
	return n, err
}
