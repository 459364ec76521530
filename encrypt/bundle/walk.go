package bundle

import (
	"io/fs"
	"path/filepath"
	"slices"
	"sync/atomic"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

// OtherDisk is the reason of a folder that lies on another disk than the one it is
// reached through.
const OtherDisk replace.Reason = "other-disk"

// node is one open folder. It is closed when nobody needs it.
type node struct {
	disk.Tree

	path  string // on the disk
	inZip string // "" or with a slash at its end
	names []string
	users atomic.Int32
}

func (n *node) release() {
	if n.users.Add(-1) == 0 {
		_ = n.Close()
	}
}

func (n *node) rules() replace.Rules {
	return replace.Rules{
		Has:    func(name string) bool { _, ok := slices.BinarySearch(n.names, name); return ok },
		Look:   n.Look,
		Sealed: replace.Age{}.Sealed,
	}
}

// found is one file or folder that the walker came upon.
type found struct {
	in     *node // of a file; to be released
	name   string
	who    disk.ID
	member Member
}

// frame is a folder on the way from the top to where the walker stands.
type frame struct {
	*node

	next    int
	folders []string // what comes after the files
	dev     uint64
}

// walker goes through a folder: the files of each folder in the order of their
// names, then the folders in it. It holds the names of the folders it is in.
type walker struct {
	top    string // what all names in the zip begin with: the folder's name
	refuse func(path string, why replace.Reason, err error)
	skip   map[string]bool // names in the zip that are left out, and not told
	leave  func(path string) bool
	odd    func(name string) bool // names that this system could not be given again
	stack  []*frame
}

// start takes the top folder over.
func (w *walker) start(top disk.Tree, path string, who disk.ID) (found, error) {
	f, err := open(top, path, w.top+"/", who)
	if err != nil {
		return found{}, err
	}
	w.stack = append(w.stack, f)
	return folderFound(f.node, who), nil
}

func folderFound(n *node, who disk.ID) found {
	return found{member: Member{Name: n.inZip, MTime: who.MTime, Mode: who.Mode, flags: nameFlag(n.inZip)}, who: who}
}

func open(t disk.Tree, path, inZip string, who disk.ID) (*frame, error) {
	names, err := t.List()
	if err != nil {
		_ = t.Close()
		return nil, err
	}
	slices.Sort(names)
	n := &node{Tree: t, path: path, inZip: inZip, names: names}
	n.users.Store(1)
	return &frame{node: n, dev: who.Dev}, nil
}

// next gives the next file or folder. False: there is none.
func (w *walker) next() (found, bool) {
	for len(w.stack) > 0 {
		f := w.stack[len(w.stack)-1]
		for f.next < len(f.names) {
			name := f.names[f.next]
			f.next++
			if got, ok := w.file(f, name); ok {
				return got, true
			}
		}
		for len(f.folders) > 0 {
			name := f.folders[0]
			f.folders = f.folders[1:]
			if got, ok := w.enter(f, name); ok {
				return got, true
			}
		}
		w.stack = w.stack[:len(w.stack)-1]
		f.release()
	}
	return found{}, false
}

func (w *walker) file(f *frame, name string) (found, bool) {
	path := filepath.Join(f.path, name)
	if len(w.skip) > 0 && w.skip[f.inZip+name] {
		return found{}, false
	}
	who, err := f.Look(name)
	if err != nil {
		w.refuse(path, replace.Cause(err), err)
		return found{}, false
	}
	if who.Mode.IsDir() {
		f.folders = append(f.folders, name)
		return found{}, false
	}
	if w.leave != nil && who.Mode.IsRegular() && w.leave(path) {
		return found{}, false
	}
	why := f.rules().Out(name, who)
	if why == "" && w.odd(name) {
		why = UnsafeName
	}
	if why == "" && len(f.inZip)+len(name) > max16 {
		why = replace.LongName
	}
	if why != "" {
		w.refuse(path, why, nil)
		return found{}, false
	}
	f.users.Add(1)
	in := f.inZip + name
	return found{
		in: f.node, name: name, who: who,
		member: Member{Name: in, Size: who.Size, packed: who.Size, MTime: who.MTime, Mode: who.Mode, flags: nameFlag(in)},
	}, true
}

func (w *walker) enter(f *frame, name string) (found, bool) {
	path, inZip := filepath.Join(f.path, name), f.inZip+name+"/"
	refuse := func(why replace.Reason, err error) (found, bool) {
		w.refuse(path, why, err)
		return found{}, false
	}
	who, err := f.Look(name)
	switch {
	case err != nil:
		return refuse(replace.Cause(err), err)
	case who.Mode.Type() != fs.ModeDir:
		return refuse(replace.Special, nil)
	case who.Dev != f.dev:
		return refuse(OtherDisk, nil)
	case len(inZip) > max16:
		return refuse(replace.LongName, nil)
	case w.odd(name):
		return refuse(UnsafeName, nil)
	}
	t, err := f.Enter(name)
	if err != nil {
		return refuse(replace.Cause(err), err)
	}
	g, err := open(t, path, inZip, who)
	if err != nil {
		return refuse(replace.Cause(err), err)
	}
	w.stack = append(w.stack, g)
	return folderFound(g.node, who), true
}

// close lets go of the folders that are still open.
func (w *walker) close() {
	for _, f := range w.stack {
		f.release()
	}
	w.stack = nil
}
