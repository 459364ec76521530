// Package walk goes through folders and hands over every file that is to be
// read, and everything that is not, each with its reason: what it passes over in
// silence would be taken for clean.
//
// It never follows a symbolic link, a junction or a mount point made with one, so
// there are no loops; it never opens a pipe, a socket or a device; and it holds
// no more in memory than the names of one folder's subfolders at each level.
// Files that appear, change or vanish meanwhile are met as they are at that
// moment: Open looks again at what it opens.
package walk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
)

// State says what is to be done with an entry.
type State uint8

// The states of an entry.
const (
	File       State = iota + 1 // a regular file, to be read
	Skipped                     // a folder or file left out by a rule
	Special                     // a pipe, socket or device: never opened
	Link                        // a symbolic link or another reparse point: not followed
	Unreadable                  // could not be looked at or into: see Err
)

// Reason says why an entry is not to be read.
type Reason string

// Reasons of entries that are Skipped (rule.*) and Unreadable (err.*).
const (
	ReasonVCS    Reason = "rule.vcs"    // the data of a version control system
	ReasonCache  Reason = "rule.cache"  // made or fetched by a program, which can do so again
	ReasonSystem Reason = "rule.system" // of the operating system
	ReasonOwn    Reason = "rule.own"    // custode's own
	ReasonCloud  Reason = "rule.cloud"  // kept in the cloud: to read it would fetch it (Windows)

	ReasonDenied   Reason = "err.denied"   // no permission
	ReasonVanished Reason = "err.vanished" // was there a moment ago, or a root that is not there
	ReasonName     Reason = "err.name"     // a path too long for the system
	ReasonLocked   Reason = "err.locked"   // in use by another program (Windows)
	ReasonIO       Reason = "err.io"       // anything else, a bad disk for one
)

// Entry is something met in a folder. Folders that are entered are not handed
// over, what is in them is.
type Entry struct {
	Path   string      // as the root was given, but for roots that are links
	Info   fs.FileInfo // of the entry itself, not of what a link leads to; nil if Unreadable without it
	State  State
	Reason Reason
	Err    error // set if Unreadable
	By     int   // with ReasonSettings, the place in Options.Leave
	Stamp  Stamp
}

// Stamp is what tells one state of a file from another. CTimeNS, Inode, Dev and
// UID are 0 on Windows.
type Stamp struct {
	Size, MTimeNS, CTimeNS int64
	Inode, Dev             uint64
	Mode                   uint32 // as fs.FileMode
	UID                    uint32
}

// Options says what else to leave out.
type Options struct {
	Exclude []string // absolute paths of folders or files: skipped as rule.own
	Leave   []string // the same, with '*' and '?' in the last part if need be: skipped as rule.settings
}

// batch is how many names of a folder are read at once. The entries of a bigger
// folder are in order within each batch.
const batch = 8192

// Walk hands over what is in the roots, which are absolute and clean paths of
// folders or files, to fn from one goroutine: the files of a folder in order of
// their names, then its subfolders, one after the other. Roots inside others and
// roots given twice are walked once; a rule does not leave out a root, the settings
// (Options.Leave) do.
//
// What cannot be read is an entry, no error. Walk ends with the first error of fn
// or of ctx, and gives it as it is.
func Walk(ctx context.Context, roots []string, o Options, fn func(Entry) error) error {
	list, err := parseRules(skipText)
	if err != nil {
		return err
	}
	w := &walker{
		fn:       fn,
		rules:    newRules(list, runtime.GOOS == "windows"),
		roots:    make(map[string]bool),
		excluded: make(map[string]bool),
	}
	starts := w.settle(roots, o)
	for _, s := range starts {
		w.roots[w.rules.key(s)] = false
	}
	for _, s := range starts {
		if w.roots[w.rules.key(s)] {
			continue
		}
		if err := w.root(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// walker is one walk.
type walker struct {
	fn       func(Entry) error
	rules    *rules
	roots    map[string]bool // by key: has it been met?
	excluded map[string]bool // by key
	left     leaves
}

// root walks one root.
func (w *walker) root(ctx context.Context, path string) error {
	if w.own(path) {
		w.roots[w.rules.key(path)] = true
		info, _ := os.Lstat(path)
		return w.fn(entry(path, info, Skipped, ReasonOwn))
	}
	if by, ok := w.leaveRoot(path); ok {
		w.roots[w.rules.key(path)] = true
		info, _ := os.Lstat(path)
		e := entry(path, info, Skipped, ReasonSettings)
		e.By = by
		return w.fn(e)
	}
	info, err := os.Lstat(path)
	if err != nil {
		return w.fn(unreadable(path, nil, err))
	}
	return w.visit(ctx, path, info)
}

// own tells whether a path is excluded or lies in a folder that is.
func (w *walker) own(path string) bool {
	for {
		if w.excluded[w.rules.key(path)] {
			return true
		}
		up := filepath.Dir(path)
		if up == path {
			return false
		}
		path = up
	}
}

// visit hands over a file or walks a folder.
func (w *walker) visit(ctx context.Context, path string, info fs.FileInfo) error {
	key := w.rules.key(path)
	if _, ok := w.roots[key]; ok {
		w.roots[key] = true
	}
	if info.IsDir() {
		return w.folder(ctx, path, info)
	}
	return w.fn(classify(path, info))
}

// classify tells what is to be done with something that is no folder.
func classify(path string, info fs.FileInfo) Entry {
	switch mode := info.Mode(); {
	case mode&(fs.ModeSymlink|fs.ModeIrregular) != 0:
		return entry(path, info, Link, "")
	case !mode.IsRegular():
		return entry(path, info, Special, "")
	case inCloud(info):
		return entry(path, info, Skipped, ReasonCloud)
	}
	return entry(path, info, File, "")
}

func entry(path string, info fs.FileInfo, state State, reason Reason) Entry {
	e := Entry{Path: path, Info: info, State: state, Reason: reason}
	if info != nil {
		e.Stamp = stamp(info)
	}
	return e
}

func unreadable(path string, info fs.FileInfo, err error) Entry {
	e := entry(path, info, Unreadable, reasonOf(err))
	e.Err = err
	return e
}

// reasonOf classifies an error of the file system.
func reasonOf(err error) Reason {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return ReasonDenied
	case errors.Is(err, fs.ErrNotExist):
		return ReasonVanished
	case isTooLong(err):
		return ReasonName
	case isLocked(err):
		return ReasonLocked
	}
	return ReasonIO
}

// folder hands over what is in a folder. It is closed before its subfolders are
// opened, so that depth costs no open files.
func (w *walker) folder(ctx context.Context, path string, info fs.FileInfo) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	dir, err := openFolder(path)
	if err != nil {
		return w.fn(unreadable(path, info, err))
	}
	subs, err := w.files(ctx, dir, path, info)
	if closeErr := dir.Close(); err == nil && closeErr != nil {
		err = w.fn(unreadable(path, info, closeErr))
	}
	if err != nil {
		return err
	}
	slices.Sort(subs)
	for i, name := range subs {
		subs[i] = ""
		sub := filepath.Join(path, name)
		// A folder can have become a link since its name was read.
		info, err := os.Lstat(sub)
		if err != nil {
			err = w.fn(unreadable(sub, nil, err))
		} else {
			err = w.visit(ctx, sub, info)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// files hands over what is no folder in an open folder and returns the names of
// the folders to enter.
func (w *walker) files(ctx context.Context, dir *os.File, path string, info fs.FileInfo) (subs []string, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		list, readErr := dir.ReadDir(batch)
		slices.SortFunc(list, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
		for _, d := range list {
			enter, err := w.one(path, d)
			if err != nil {
				return nil, err
			}
			if enter {
				subs = append(subs, d.Name())
			}
		}
		switch {
		case errors.Is(readErr, io.EOF):
			return subs, nil
		case readErr != nil:
			return subs, w.fn(unreadable(path, info, readErr))
		}
	}
}

// one hands over one entry of a folder, unless it is a folder to enter.
func (w *walker) one(dir string, d fs.DirEntry) (enter bool, err error) {
	path := filepath.Join(dir, d.Name())
	key := w.rules.key(path)
	info, err := lookAt(path, d)
	if err != nil {
		return false, w.fn(unreadable(path, nil, err))
	}
	if w.excluded[key] {
		return false, w.fn(entry(path, info, Skipped, ReasonOwn))
	}
	if by, ok := w.leaveOut(path); ok {
		if _, isRoot := w.roots[key]; isRoot {
			w.roots[key] = true
		}
		e := entry(path, info, Skipped, ReasonSettings)
		e.By = by
		return false, w.fn(e)
	}
	if _, isRoot := w.roots[key]; !isRoot {
		if why := w.rules.skip(dir, d.Name(), info.IsDir()); why != "" {
			return false, w.fn(entry(path, info, Skipped, why))
		}
	} else if !info.IsDir() {
		w.roots[key] = true
	}
	if info.IsDir() {
		return true, nil
	}
	return false, w.fn(classify(path, info))
}

// place is a root or an excluded path: as it will be called, and where it is when
// all links on the way to it have been followed.
type place struct{ path, real string }

// settle resolves roots that are links, puts roots that lie in others, by
// whatever path, under the name of the outer one and after it, and notes what is
// excluded under the names by which the walk will meet it.
func (w *walker) settle(roots []string, o Options) []string {
	places := rootPlaces(roots)
	starts := make([]string, 0, len(places))
	for i, p := range places {
		for _, outer := range places[:i] {
			if rel, ok := inside(outer.real, p.real); ok {
				p.path = filepath.Join(outer.path, rel)
				break
			}
		}
		places[i] = p
		starts = append(starts, p.path)
	}
	w.leave(o.Leave, places)
	for _, path := range o.Exclude {
		x := located(path)
		w.excluded[w.rules.key(x.path)] = true
		w.excluded[w.rules.key(x.real)] = true
		for _, p := range places {
			if rel, ok := inside(p.real, x.real); ok {
				w.excluded[w.rules.key(filepath.Join(p.path, rel))] = true
			} else if _, ok := inside(x.real, p.real); ok {
				w.excluded[w.rules.key(p.path)] = true
			}
		}
	}
	return starts
}

// located finds out where a path really is; a path that is not there, or cannot be
// looked at, is taken as it is.
func located(path string) place {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		real = path
	}
	return place{path: path, real: real}
}

// inside tells whether a path is a folder or lies in it, and its path from there.
func inside(folder, path string) (rel string, ok bool) {
	rel, err := filepath.Rel(folder, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return "", false
	}
	return rel, true
}

// String names the state, for messages and tests.
func (s State) String() string {
	switch s {
	case File:
		return "file"
	case Skipped:
		return "skipped"
	case Special:
		return "special"
	case Link:
		return "link"
	case Unreadable:
		return "unreadable"
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}
