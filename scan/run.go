package scan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"custode/scan/detect"
	"custode/scan/reader"
	"custode/scan/walk"
)

// Options say what to scan and how.
type Options struct {
	Roots   []string // absolute folders or files
	Exclude []string // absolute folders to leave out: custode's own home
	// Exclusions are what the settings leave out, each with its reason.
	Exclusions []Exclusion
	Rules      *detect.Rules
	KeyID      string // names the key of Rules: with another key, sketches can't be compared
	Now        func() time.Time
	// Known gives what an earlier scan found in a folder, by file name: of all
	// its files when names is nil, else of those. Known is nil when nothing is
	// remembered. It is called from several goroutines.
	Known func(dir string, names []string) (map[string]File, error)
	// Decoys are left out. Nil: there are none.
	Decoys walk.Decoys
	// Read, when not nil, is told of every file before its content is read.
	Read func(path string)
	// Patience is how long one file may take, besides half a second for each of
	// its megabytes, and how long a drive may take to answer when folders are
	// listed: one that does not must not hold up the others. 0 stands for a minute.
	Patience time.Duration
	// Stretch is the size, in bytes, of the stretches of a big file that are read
	// at once; 0 stands for 8 MiB.
	Stretch int
	helpers chan struct{} // who helps to read them: one place for each processor
	// Disk is nil for the files of the system; tests put one there that fails.
	Disk walk.Disk
}

// Exclusion is a file or folder that the settings leave out. The last part of
// the absolute path may have '*' and '?'.
type Exclusion struct{ Path, Because string }

// RuleSettings is the rule of what the settings leave out.
const RuleSettings = "settings"

// Walk gives the options with which the roots are walked.
func (o Options) Walk() walk.Options {
	w := walk.Options{Exclude: o.Exclude, Patience: o.Patience, Disk: o.Disk, Decoys: o.Decoys}
	for _, x := range o.Exclusions {
		w.Leave = append(w.Leave, x.Path)
	}
	return w
}

// patience is how long a file may take.
func (o Options) patience(bytes int64) time.Duration {
	return cmp.Or(o.Patience, walk.DefaultPatience) + time.Duration(bytes/2)*time.Microsecond
}

func (o Options) disk() walk.Disk {
	if o.Disk == nil {
		return walk.System{}
	}
	return o.Disk
}

// rules names everything but the content that a result depends on.
func (o Options) rules() string { return o.Rules.Digest() + "." + reader.Version + "." + o.KeyID }

// Run scans the roots and hands over every file once, in no set order, from
// one goroutine. Files that have not changed since they were read with the same
// rules are handed over as they were known, with Reused set; those that are known and
// are there no more with nothing but their path and Gone. Memory does not
// grow with the number or size of files. It returns an error only if fn or
// Known fails or ctx ends: what is wrong with a file is in its State.
func Run(ctx context.Context, o Options, fn func(File) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	todo := make(chan walk.Entry, 64)
	done := make(chan File, 64)
	n := max(2, runtime.GOMAXPROCS(0))
	o.helpers = make(chan struct{}, n)
	broken := make(chan error, 2*n+1)
	var workers, sorters sync.WaitGroup
	silent := &walk.Silence{}
	for range n {
		workers.Go(func() {
			d := desk{o: o, silent: silent, broken: broken, stop: cancel}
			defer d.dismiss()
			for e := range todo {
				f := d.read(ctx, e)
				if ctx.Err() != nil || send(ctx, done, f) != nil { // what was cut off is no result
					return
				}
			}
		})
	}
	batches := make(chan batch, n)
	for range n {
		sorters.Go(func() {
			defer recovered(broken, cancel)
			for b := range batches {
				if err := (&sorter{o: o, todo: todo, done: done}).sort(ctx, b); err != nil {
					if ctx.Err() == nil {
						broken <- err
						cancel()
					}
					return
				}
			}
		})
	}
	walked := make(chan error, 1)
	go func() {
		defer close(done)
		walked <- func() error {
			defer recovered(broken, cancel)
			return walkAll(ctx, o, silent, batches)
		}()
		close(batches)
		sorters.Wait()
		close(todo)
		workers.Wait()
	}()
	for f := range done {
		if ctx.Err() != nil {
			continue
		}
		if err := fn(f); err != nil {
			cancel()
			for range done { // let the others end
			}
			return err
		}
	}
	select {
	case err := <-broken:
		return err
	default:
		return errors.Join(<-walked, ctx.Err())
	}
}

// ErrPanic says that custode itself is wrong. What the panic held may be content
// and is not told, only its type.
var ErrPanic = errors.New("scan: a panic")

// recovered turns a panic of this goroutine into an error, and ends the others,
// which may be waiting for it.
func recovered(broken chan<- error, cancel context.CancelFunc) {
	if r := recover(); r != nil {
		cancel()
		broken <- fmt.Errorf("%w of type %T", ErrPanic, r)
	}
}

// batch is some entries of a folder. They are all that is in it if it is whole.
type batch struct {
	walk.Batch
	whole bool
}

// walkAll hands over what the walk meets.
func walkAll(ctx context.Context, o Options, silent *walk.Silence, to chan<- batch) error {
	wo := o.Walk()
	wo.Weigh, wo.Silent = true, silent
	last := ""
	return walk.Folders(ctx, o.Roots, wo, func(b walk.Batch) error {
		next := batch{b, b.Dir != "" && b.Dir != last && b.Last && !b.Broken}
		last, next.Entries = b.Dir, slices.Clone(b.Entries)
		return send(ctx, to, next)
	})
}

// sorter sorts out which files need no reading.
type sorter struct {
	o    Options
	todo chan<- walk.Entry
	done chan<- File
}

func (s *sorter) sort(ctx context.Context, b batch) error {
	earlier, err := s.earlier(b)
	if err != nil {
		return err
	}
	for _, name := range b.Folders { // what is known under that name is of a file that was there, or of the folder when it could not be entered
		if _, ok := earlier[name]; ok {
			b.whole = false
		}
	}
	rules := s.o.rules()
	for i := range b.Entries {
		e := &b.Entries[i]
		f, ok := earlier[filepath.Base(e.Path)]
		if ok {
			delete(earlier, filepath.Base(e.Path))
		}
		if e.State == walk.File {
			if !ok || f.Rules != rules || f.cutShort() || !f.unchanged(e.Stamp) {
				err = send(ctx, s.todo, *e)
			} else {
				f.Reused, f.Settled = true, b.whole
				err = send(ctx, s.done, f)
			}
		} else {
			n := unread(*e, s.o.Roots)
			if e.Reason == walk.ReasonSettings {
				n.Rule, n.Because = RuleSettings, s.o.Exclusions[e.By].Because
			}
			n.Settled = ok && b.whole && n.State == Skipped && n.State == f.State && n.Reason == f.Reason && n.Rule == f.Rule && n.Stamp == f.Stamp && len(f.Findings) == 0
			err = send(ctx, s.done, n)
		}
		if err != nil {
			return err
		}
	}
	if !b.whole {
		return nil
	}
	for name := range earlier {
		if err := send(ctx, s.done, File{Path: filepath.Join(b.Dir, name), Gone: true}); err != nil {
			return err
		}
	}
	return nil
}

// earlier gives what is known of a folder or, of a big one, of these files.
func (s *sorter) earlier(b batch) (map[string]File, error) {
	if s.o.Known == nil || len(b.Entries) == 0 && !b.whole {
		return nil, nil
	}
	if b.whole {
		return s.o.Known(b.Dir, nil)
	}
	names := make([]string, 0, len(b.Entries))
	for i := range b.Entries {
		names = append(names, filepath.Base(b.Entries[i].Path))
	}
	return s.o.Known(filepath.Dir(b.Entries[0].Path), names)
}

func send[T any](ctx context.Context, to chan<- T, v T) error {
	select {
	case to <- v:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// cutShort reports whether the reading of a file ended before its end: by the
// system's doing or by the file's own. What came of that is shown, but a file is
// read again each time until it could be read whole.
func (f File) cutShort() bool {
	if f.State == Failed || f.UnreadMore > 0 { // which those are is not known
		return true
	}
	early := func(r Reason) bool { return r == Damaged || r == TooBig }
	return f.State == NotExamined && (early(f.Reason) || slices.ContainsFunc(f.Unread, func(p Piece) bool { return early(p.Reason) }))
}

// unchanged reports whether the file is sure to be as it was when it was read. A
// file written in the same tick of the clock as the reading may have changed
// after it without showing: such a result does not hold.
func (f File) unchanged(now walk.Stamp) bool {
	if f.ReadAt.IsZero() || !f.Stamp.Same(now) {
		return false
	}
	last := max(now.MTimeNS, now.CTimeNS)
	tick := 20 * time.Millisecond // the coarse clock of Linux ticks every 1 to 10 ms, NTFS finer
	if last%int64(time.Second) == 0 {
		tick = 2 * time.Second // FAT
	}
	return f.ReadAt.UnixNano()-last > int64(tick)
}

// unread makes the result of an entry that has no content to read.
func unread(e walk.Entry, roots []string) File {
	f := File{Path: e.Path, Stamp: e.Stamp, Held: e.Held, State: Skipped, Risk: None, RiskReason: NothingFound}
	switch e.State {
	case walk.Skipped:
		f.Reason, f.Rule = ByRule, string(e.Reason)
		if e.Reason == walk.ReasonCloud { // a file that somebody will read, if not we
			f.State, f.Reason = NotExamined, InCloud
		}
	case walk.Link:
		f.Reason = IsLink
		if e.Out {
			f.State, f.Reason = NotExamined, LinkOut
		}
	case walk.Special:
		f.Reason = IsSpecial
		if slices.Contains(roots, e.Path) { // it was asked for by name
			f.State = Failed
		}
	case walk.Unreadable, walk.File:
		f.State, f.Reason = Failed, reasonOf(e.Err)
		if e.Reason == walk.ReasonName {
			f.Reason = LongName
		}
		if f.Reason == Vanished && slices.Contains(roots, e.Path) {
			f.Reason = Absent
		}
	}
	return f
}

// reasonOf classifies why a file could not be read.
func reasonOf(err error) Reason {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return Permission
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, walk.ErrVanished):
		return Vanished
	case errors.Is(err, walk.ErrChanged):
		return Unsteady
	case errors.Is(err, walk.ErrSlow):
		return TooSlow
	case errors.Is(err, walk.ErrSpecial):
		return IsSpecial
	case inUse(err):
		return InUse
	}
	return Broken
}
