// Package walk goes through folders and hands over every file that is to be
// read, and everything that is not, each with its reason: what it passes over in
// silence would be taken for clean.
//
// It never follows a symbolic link, a junction or a mount point made with one, so
// there are no loops; it never opens a pipe, a socket or a device; and it holds
// no more in memory than the names of one folder's subfolders at each level, and a
// little of the next folders, which are listed while one is handed over.
// Files that appear, change or vanish meanwhile are met as they are at that
// moment: Open looks again at what it opens.
package walk

import (
	"cmp"
	"context"
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
	Path   string // as the root was given, but for roots that are links
	State  State
	Reason Reason
	Err    error // set if Unreadable
	By     int   // with ReasonSettings, the place in Options.Leave
	Out    bool  // a Link that leads out of the roots, or to nothing
	Held   Held  // what lies in a folder that is Skipped, with Options.Weigh
	Stamp  Stamp // of the entry itself, not of what a link leads to; zero if Unreadable without it
}

// Held sums up the regular files in a folder that is not looked into.
type Held struct {
	Files, Bytes int64
	Unknown      bool // there is more than could be counted
}

// Options says what else to leave out.
type Options struct {
	Exclude []string // absolute paths of folders or files: skipped as rule.own
	Leave   []string // the same, with '*' and '?' in the last part if need be: skipped as rule.settings
	Weigh   bool     // sum up what lies in folders that are skipped, but for those of the system
	Decoys  Decoys   // skipped as rule.decoy; nil: there are none

	Patience time.Duration // how long one call of the system may take; 0 for DefaultPatience
	Silent   *Silence      // the drives that do not answer; nil when nobody else needs to know
	Disk     Disk          // nil for System
}

// Batch is what was met in one folder: all of it or, of a big folder, a part.
type Batch struct {
	Dir     string   // "" for a single entry: a root, or a folder that could not be entered
	Entries []Entry  // in order of their names; good until the next batch
	Folders []string // the names of the subfolders that will be entered
	Last    bool     // no more of this folder
	Broken  bool     // the folder could not be read to its end
}

// Walk hands over what is in the roots, which are absolute and clean paths of
// folders or files, to fn from one goroutine: the files of a folder in order of
// their names, then its subfolders, one after the other. Roots inside others and
// roots given twice are walked once; a rule does not leave out a root, the settings
// (Options.Leave) do.
//
// What cannot be read is an entry, no error. Walk ends with the first error of fn
// or of ctx, and gives it as it is.
func Walk(ctx context.Context, roots []string, o Options, fn func(Entry) error) error {
	return Folders(ctx, roots, o, func(b Batch) error {
		for _, e := range b.Entries {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := fn(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// Folders walks as Walk does, and hands over the entries of a folder together. The
// next folders are listed meanwhile.
func Folders(ctx context.Context, roots []string, o Options, fn func(Batch) error) error {
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
			err = w.single(unreadable(s.path, Seen{}, &fs.PathError{Op: "lstat", Path: s.path, Err: ErrSlow}))
		default:
			err = w.root(ctx, s.path)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func newWalker(o Options, fn func(Batch) error) (*walker, error) {
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
		decoys:   o.Decoys,
		tokens:   make(chan struct{}, aheadAll),
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
	fn       func(Batch) error
	rules    *rules
	roots    map[string]bool // by key: has it been met?
	excluded map[string]bool // by key
	left     leaves
	reals    []string // where the roots really are
	weighs   bool
	disk     Disk
	decoys   Decoys
	calls    calls
	tokens   chan struct{} // one for each folder that is listed ahead
	room     []Entry       // for the next batch
}

// look tells what lies at path on the drive dev, 0 for unknown.
func (w *walker) look(ctx context.Context, dev uint64, path string) (fs.FileInfo, error) {
	return try(ctx, &w.calls, dev, func() (fs.FileInfo, error) { return w.disk.Look(path) })
}

// seen looks at what will not be entered; what can't be seen is zero.
func (w *walker) seen(ctx context.Context, dev uint64, path string) Seen {
	info, err := w.look(ctx, dev, path)
	if err != nil {
		return Seen{}
	}
	return seen(info)
}

// single hands over one entry by itself.
func (w *walker) single(e Entry) error { return w.fn(Batch{Entries: []Entry{e}, Last: true}) }

// root walks one root.
func (w *walker) root(ctx context.Context, path string) error {
	if w.own(path) {
		w.roots[w.rules.key(path)] = true
		return w.single(w.skipped(ctx, entry(path, w.seen(ctx, 0, path), Skipped, ReasonOwn)))
	}
	if by, ok := w.leaveRoot(path); ok {
		w.roots[w.rules.key(path)] = true
		e := entry(path, w.seen(ctx, 0, path), Skipped, ReasonSettings)
		e.By = by
		return w.single(w.skipped(ctx, e))
	}
	return w.visit(ctx, 0, path, w.begin(path))
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

// visit hands over a file or walks a folder, as soon as it is listed.
func (w *walker) visit(ctx context.Context, dev uint64, path string, coming <-chan outcome[*listing]) error {
	key := w.rules.key(path)
	if _, ok := w.roots[key]; ok {
		w.roots[key] = true
	}
	l, err := wait(ctx, &w.calls, dev, coming, func() { forget(coming) })
	switch {
	case err != nil:
		return w.unread(ctx, path, Seen{}, err)
	case l.err != nil:
		return w.unread(ctx, path, l.seen, l.err)
	case !l.seen.folder():
		return w.single(w.file(ctx, path, l.seen))
	}
	return w.folder(ctx, l)
}

// file tells what is to be done with what is no folder.
func (w *walker) file(ctx context.Context, path string, s Seen) Entry {
	e := classify(path, s)
	switch {
	case e.State == Link:
		e.Out = w.leadsOut(ctx, path)
	case e.State == File && w.decoy(ctx, e):
		e.State, e.Reason = Skipped, ReasonDecoy
	}
	return e
}

// unread hands over what could not be read, unless that is because the walk ends.
func (w *walker) unread(ctx context.Context, path string, s Seen, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return w.single(unreadable(path, s, err))
}

// classify tells what is to be done with something that is no folder.
func classify(path string, s Seen) Entry {
	switch mode := fs.FileMode(s.Mode); {
	case mode&(fs.ModeSymlink|fs.ModeIrregular) != 0:
		return entry(path, s, Link, "")
	case !mode.IsRegular():
		return entry(path, s, Special, "")
	case s.Cloud:
		return entry(path, s, Skipped, ReasonCloud)
	}
	return entry(path, s, File, "")
}

func entry(path string, s Seen, state State, reason Reason) Entry {
	return Entry{Path: path, State: state, Reason: reason, Stamp: s.Stamp}
}

func unreadable(path string, s Seen, err error) Entry {
	e := entry(path, s, Unreadable, reasonOf(err))
	e.Err = err
	return e
}

// folder hands over what is in a folder. It is closed before its subfolders are
// entered, so that depth costs no open files. One that is never listed to its end
// is given up, and what is known of it is handed over.
func (w *walker) folder(ctx context.Context, l *listing) error {
	dev := l.seen.Dev
	subs, err := w.files(ctx, l)
	if closeErr := l.close(ctx, w); err == nil && closeErr != nil {
		err = w.unread(ctx, l.path, l.seen, closeErr)
	}
	if err != nil {
		return err
	}
	slices.Sort(subs)
	soon := &queue{w: w, dev: dev, dir: l.path, names: subs}
	defer soon.drop()
	for i := range subs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.visit(ctx, dev, soon.path(i), soon.take(i)); err != nil {
			return err
		}
	}
	return nil
}

// files hands over what is no folder in an open folder and returns the names of
// the folders to enter.
func (w *walker) files(ctx context.Context, l *listing) (subs []string, err error) {
	met := 0
	for first := true; ; first = false {
		if !first || l.stale {
			l.next(ctx, w)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out := w.room[:0]
		for i := range l.looked {
			found := &l.looked[i]
			if e := w.one(ctx, l, found); e.State != 0 {
				out = append(out, e)
			} else {
				subs = append(subs, found.name)
			}
		}
		l.looked = l.looked[:0]
		enter := slices.Clone(subs[met:])
		met = len(subs)
		last, broken := l.ended()
		if broken != nil {
			out = append(out, unreadable(l.path, l.seen, broken))
		}
		if err := ctx.Err(); err != nil { // what failed because of that is no result
			return nil, err
		}
		w.room = out
		if err := w.fn(Batch{Dir: l.path, Entries: out, Folders: enter, Last: last, Broken: broken != nil}); err != nil || last {
			return subs, err
		}
	}
}

// one tells what is to be done with one entry of a folder; it has no state if it is
// a folder to enter.
func (w *walker) one(ctx context.Context, l *listing, found *looked) Entry {
	path := join(l.path, found.name)
	if found.err != nil {
		return unreadable(path, Seen{}, found.err)
	}
	key := w.rules.key(path)
	skip := func(why Reason) Entry {
		if found.folder {
			found.seen = w.seen(ctx, l.seen.Dev, path)
			found.seen.Mode |= uint32(fs.ModeDir) // also when it does not answer
		}
		return w.skipped(ctx, entry(path, found.seen, Skipped, why))
	}
	if w.excluded[key] {
		return skip(ReasonOwn)
	}
	if by, ok := w.leaveOut(path); ok {
		if _, isRoot := w.roots[key]; isRoot {
			w.roots[key] = true
		}
		e := skip(ReasonSettings)
		e.By = by
		return e
	}
	if _, isRoot := w.roots[key]; !isRoot {
		if why := w.rules.skip(l.path, found.name, found.folder); why != "" {
			return skip(why)
		}
	} else if !found.folder {
		w.roots[key] = true
	}
	if found.folder {
		return Entry{}
	}
	return w.file(ctx, path, found.seen)
}
