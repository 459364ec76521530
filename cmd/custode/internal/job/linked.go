package job

import (
	"path/filepath"

	"custode/encrypt/disk"
)

// Linked knows which of the files that are to be sealed have several names on the
// disk (hard links), and whether all of these are among them. Then each name is sealed
// by itself, in a turn of its own: at every moment a name has its original or its
// proven sealed copy, and the names of one file, which share what tells that it was
// not changed, do not disturb each other.
type Linked struct {
	sys   disk.System
	dir   string
	open  disk.Folder
	names map[string]named
	files map[inode]*links
}

type inode struct{ dev, ino uint64 }

// named is one name of a file that has several.
type named struct {
	of   inode
	turn int
}

type links struct {
	names uint64 // that the file has on the disk
	found int    // of them, how many are to be sealed
}

// NewLinked begins to count. sys nil: the disk.
func NewLinked(sys disk.System) *Linked {
	if sys == nil {
		sys = disk.Real{}
	}
	return &Linked{sys: sys, names: map[string]named{}, files: map[inode]*links{}}
}

// Close lets go of the folder that was looked at last.
func (l *Linked) Close() error {
	if l.open == nil {
		return nil
	}
	err := l.open.Close()
	l.open, l.dir = nil, ""
	return err
}

// Add counts a file that is to be sealed. What cannot be looked at is left to the
// sealing, which says why.
func (l *Linked) Add(path string) {
	dir, name := filepath.Split(path)
	if l.open == nil || dir != l.dir {
		if l.Close() != nil {
			return
		}
		d, err := l.sys.Open(filepath.Clean(dir))
		if err != nil {
			return
		}
		l.open, l.dir = d, dir
	}
	who, err := l.open.Look(name)
	if err != nil || who.Links < 2 || !who.Mode.IsRegular() {
		return
	}
	at := inode{who.Dev, who.Ino}
	f := l.files[at]
	if f == nil {
		f = &links{}
		l.files[at] = f
	}
	l.names[path] = named{at, f.found}
	f.names = who.Links
	f.found++
}

// All reports whether all names of a file are to be sealed. A nil Linked knows no
// file of several names.
func (l *Linked) All(who disk.ID) bool { return l != nil && l.all(inode{who.Dev, who.Ino}) }

func (l *Linked) all(at inode) bool {
	f := l.files[at]
	return f != nil && uint64(f.found) >= f.names //nolint:gosec // a count
}

// Turns is how many turns there are: as many as one file has names, and one at least.
func (l *Linked) Turns() int {
	n := 1
	if l == nil {
		return n
	}
	for at, f := range l.files {
		if l.all(at) {
			n = max(n, f.found)
		}
	}
	return n
}

// Turn is in which turn a file is sealed, from 0.
func (l *Linked) Turn(path string) int {
	if l == nil {
		return 0
	}
	n, linked := l.names[path]
	if !linked || !l.all(n.of) {
		return 0
	}
	return n.turn
}
