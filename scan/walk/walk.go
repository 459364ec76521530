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
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"time"
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
	ReasonSlow     Reason = "err.slow"     // the drive did not answer in time
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
	Out    bool  // a Link that leads out of the roots, or to nothing
	Held   Held  // what lies in a folder that is Skipped, with Options.Weigh
	Stamp  Stamp
}

// Held sums up the regular files in a folder that is not looked into.
type Held struct {
	Files, Bytes int64
	Unknown      bool // there is more than could be counted
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
	Weigh   bool     // sum up what lies in folders that are skipped, but for those of the system

	Patience time.Duration // how long one call of the system may take; 0 for DefaultPatience
	Silent   *Silence      // the drives that do not answer; nil when nobody else needs to know
	Disk     Disk          // nil for System
}

// batch is how many names of a folder are read at once, and looks of how many of
// them the sizes and times are asked for at once: not long before they are handed
// over. The entries of a bigger folder are in order within each batch.
const (
	batch = 8192
	looks = 256
)

// Walk hands over what is in the roots, which are absolute and clean paths of
// folders or files, to fn from one goroutine: the files of a folder in order of
// their names, then its subfolders, one after the other. Roots inside others and
// roots given twice are walked once; a rule does not leave out a root, the settings
// (Options.Leave) do.
//
// What cannot be read is an entry, no error. Walk ends with the first error of fn
// or of ctx, and gives it as it is.
func Walk(ctx context.Context, roots []string, o Options, fn func(Entry) error) error {
	w, err := newWalker(o, fn)
	if err != nil {
		return err
	}
	defer w.calls.end()
	starts := w.settle(ctx, roots, o)
	for _, s := range starts {
		w.roots[w.rules.key(s.path)] = false
	}
	for _, s := range starts {
		switch {
		case w.roots[w.rules.key(s.path)]:
			continue
		case s.slow:
			err = w.fn(unreadable(s.path, nil, &fs.PathError{Op: "lstat", Path: s.path, Err: ErrSlow}))
		default:
			err = w.root(ctx, s.path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func newWalker(o Options, fn func(Entry) error) (*walker, error) {
	list, err := parseRules(skipText)
	if err != nil {
		return nil, err
	}
	w := &walker{
		fn:       fn,
		rules:    newRules(list, runtime.GOOS == "windows"),
		roots:    make(map[string]bool),
		excluded: make(map[string]bool),
		weighs:   o.Weigh,
		disk:     o.Disk,
		calls:    calls{patience: cmp.Or(o.Patience, DefaultPatience), silent: o.Silent},
	}
	if w.disk == nil {
		w.disk = System{}
	}
	if w.calls.silent == nil {
		w.calls.silent = &Silence{}
	}
	return w, nil
}

// walker is one walk.
type walker struct {
	fn       func(Entry) error
	rules    *rules
	roots    map[string]bool // by key: has it been met?
	excluded map[string]bool // by key
	left     leaves
	reals    []string // where the roots really are
	weighs   bool
	disk     Disk
	calls    calls
}

// look tells what lies at path on the drive dev, 0 for unknown.
func (w *walker) look(ctx context.Context, dev uint64, path string) (fs.FileInfo, error) {
	return try(ctx, &w.calls, dev, func() (fs.FileInfo, error) { return w.disk.Look(path) })
}

// root walks one root.
func (w *walker) root(ctx context.Context, path string) error {
	if w.own(path) {
		w.roots[w.rules.key(path)] = true
		info, _ := w.look(ctx, 0, path)
		return w.skipped(ctx, entry(path, info, Skipped, ReasonOwn))
	}
	if by, ok := w.leaveRoot(path); ok {
		w.roots[w.rules.key(path)] = true
		info, _ := w.look(ctx, 0, path)
		e := entry(path, info, Skipped, ReasonSettings)
		e.By = by
		return w.skipped(ctx, e)
	}
	info, err := w.look(ctx, 0, path)
	if err != nil {
		return w.unread(ctx, path, nil, err)
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
	return w.file(ctx, path, info)
}

// file hands over what is no folder.
func (w *walker) file(ctx context.Context, path string, info fs.FileInfo) error {
	e := classify(path, info)
	if e.State == Link {
		e.Out = w.leadsOut(ctx, path)
	}
	return w.fn(e)
}

// unread hands over what could not be read, unless that is because the walk ends.
func (w *walker) unread(ctx context.Context, path string, info fs.FileInfo, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.fn(unreadable(path, info, err))
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
	case errors.Is(err, ErrSlow):
		return ReasonSlow
	case isTooLong(err):
		return ReasonName
	case isLocked(err):
		return ReasonLocked
	}
	return ReasonIO
}

// folder hands over what is in a folder. It is closed before its subfolders are
// opened, so that depth costs no open files. One that is never listed to its end
// is given up, and what is known of it is handed over.
func (w *walker) folder(ctx context.Context, path string, info fs.FileInfo) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	dev := stamp(info).Dev
	l, err := w.list(ctx, dev, path)
	if err != nil {
		return w.unread(ctx, path, info, err)
	}
	subs, err := w.files(ctx, l, info)
	if closeErr := l.close(ctx); err == nil && closeErr != nil {
		err = w.unread(ctx, path, info, closeErr)
	}
	if err != nil {
		return err
	}
	slices.Sort(subs)
	for i, name := range subs {
		subs[i] = ""
		sub := filepath.Join(path, name)
		// A folder can have become a link since its name was read.
		info, err := w.look(ctx, dev, sub)
		if err != nil {
			err = w.unread(ctx, sub, nil, err)
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
func (w *walker) files(ctx context.Context, l *listing, info fs.FileInfo) (subs []string, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		list, readErr := l.next(ctx)
		for _, found := range list {
			enter, err := w.one(ctx, l.path, found)
			if err != nil {
				return nil, err
			}
			if enter {
				subs = append(subs, found.entry.Name())
			}
		}
		switch {
		case errors.Is(readErr, io.EOF):
			return subs, nil
		case readErr != nil:
			return subs, w.unread(ctx, l.path, info, readErr)
		}
	}
}

// one hands over one entry of a folder, unless it is a folder to enter.
func (w *walker) one(ctx context.Context, dir string, l looked) (enter bool, err error) {
	path, info := filepath.Join(dir, l.entry.Name()), l.info
	key := w.rules.key(path)
	if l.err != nil {
		return false, w.unread(ctx, path, nil, l.err)
	}
	if w.excluded[key] {
		return false, w.skipped(ctx, entry(path, info, Skipped, ReasonOwn))
	}
	if by, ok := w.leaveOut(path); ok {
		if _, isRoot := w.roots[key]; isRoot {
			w.roots[key] = true
		}
		e := entry(path, info, Skipped, ReasonSettings)
		e.By = by
		return false, w.skipped(ctx, e)
	}
	if _, isRoot := w.roots[key]; !isRoot {
		if why := w.rules.skip(dir, l.entry.Name(), info.IsDir()); why != "" {
			return false, w.skipped(ctx, entry(path, info, Skipped, why))
		}
	} else if !info.IsDir() {
		w.roots[key] = true
	}
	if info.IsDir() {
		return true, nil
	}
	return false, w.file(ctx, path, info)
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
