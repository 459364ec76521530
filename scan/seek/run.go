package seek

import (
	"context"
	"errors"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"custode/scan"
	"custode/scan/reader"
	"custode/scan/walk"
)

// Why a sealed file was not looked into.
var (
	ErrLocked = errors.New("sealed, and no key is at hand")
	ErrNoKey  = errors.New("sealed, and no key at hand opens it")
	ErrBig    = errors.New("sealed, and too big to be opened in memory")
	ErrBroken = errors.New("the sealed file is damaged")
)

// Reasons besides those of a scan.
const (
	Locked   scan.Reason = "locked"   // sealed, and no key is at hand
	NoKey    scan.Reason = "no-key"   // sealed for a key that is not at hand
	Password scan.Reason = "password" // a document or archive that needs a password, or a sealed one within another
)

// Options say where to look.
type Options struct {
	Roots []string     // absolute folders and files, as walk.Roots gives them
	Walk  walk.Options // what is left out, and how long a drive may take
	Files []string     // further files, which may lie elsewhere
	// Unseal gives the content of a sealed file, piece by piece, from memory. Its
	// errors are those above, or the disk's. Nil: no key is at hand.
	Unseal func(ctx context.Context, at io.ReaderAt, size int64) (Content, error)
	// Show, when not nil, is told of each record, one at a time.
	Show    func(path string, r Record)
	Workers int // 0: one for each processor, and two at least
	Stretch int // see scan.Options
}

// Content is what was sealed.
type Content interface {
	io.ReaderAt
	Size() int64
}

// File is what a search says of one file. It holds no content.
type File struct {
	Result

	Path   string
	Format string
	Bytes  int64
	Opened bool // it is sealed, and was looked into
	// State is scan.Examined if all of it was looked at; else Reason says why not,
	// or Unread which parts were not.
	State  scan.State
	Reason scan.Reason
	Rule   string
	Unread []scan.Piece // the first twenty
	More   int64        // further ones
	// Pictures are those in a document that has text besides: what they show is not known.
	Pictures int64
}

// Run looks through all files, several at a time, and hands over what each has,
// in no set order, from one goroutine: all that was read, and all that was not.
// It fails only if fn does or ctx ends.
func (s *Seeker) Run(ctx context.Context, o Options, fn func(File) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	n := o.Workers
	if n == 0 {
		n = max(2, runtime.GOMAXPROCS(0))
	}
	if o.Walk.Silent == nil {
		o.Walk.Silent = &walk.Silence{}
	}
	if o.Walk.Disk == nil {
		o.Walk.Disk = walk.System{}
	}
	r := &run{o: o, s: s, helpers: make(chan struct{}, n), todo: make(chan walk.Entry, 64), done: make(chan File, 64)}
	var workers sync.WaitGroup
	for range n {
		workers.Go(func() {
			w := worker{run: r}
			for e := range r.todo {
				f := w.read(ctx, e)
				if ctx.Err() != nil || send(ctx, r.done, f) != nil {
					return
				}
			}
		})
	}
	walked := make(chan error, 1)
	go func() {
		defer close(r.done)
		walked <- r.walk(ctx)
		close(r.todo)
		workers.Wait()
	}()
	var err error
	for f := range r.done {
		if err == nil && ctx.Err() == nil {
			if err = fn(f); err != nil {
				cancel()
			}
		}
	}
	if err != nil {
		return err
	}
	return errors.Join(<-walked, ctx.Err())
}

// run is what the workers of one search share.
type run struct {
	o       Options
	s       *Seeker
	helpers chan struct{}
	todo    chan walk.Entry
	done    chan File
	showing sync.Mutex
}

// walk hands out the files below the roots, and the further ones.
func (r *run) walk(ctx context.Context) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = scan.ErrPanic // what it held may be content
		}
	}()
	further := map[string]bool{}
	for _, path := range r.o.Files {
		further[path] = true
	}
	err = walk.Walk(ctx, r.o.Roots, r.o.Walk, func(e walk.Entry) error {
		delete(further, e.Path)
		return r.entry(ctx, e)
	})
	if err != nil {
		return err
	}
	for _, path := range r.o.Files {
		if !further[path] {
			continue
		}
		delete(further, path)
		e := walk.Entry{Path: path, State: walk.File}
		info, err := r.o.Walk.Disk.Look(path)
		switch {
		case err != nil:
			e.State, e.Err = walk.Unreadable, err
		case !info.Mode().IsRegular():
			e.State = walk.Special
		default:
			e.Stamp = walk.StampOf(info)
		}
		if err := r.entry(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) entry(ctx context.Context, e walk.Entry) error {
	if e.State == walk.File {
		return send(ctx, r.todo, e)
	}
	n := scan.NotRead(e, r.o.Roots)
	return send(ctx, r.done, File{Path: e.Path, State: n.State, Reason: n.Reason, Rule: n.Rule})
}

func send[T any](ctx context.Context, to chan<- T, v T) error {
	select {
	case to <- v:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// worker reads one file at a time.
type worker struct {
	*run
	reader *reader.Reader
	finder *Finder
}

// begin gives the worker what it reads with, if it has nothing.
func (w *worker) begin() {
	if w.reader == nil {
		w.reader = reader.NewReader()
		w.reader.HelpedBy(w.helpers)
		if w.o.Stretch > 0 {
			w.reader.CutInto(w.o.Stretch)
		}
	}
}

// read reads one file, for at most as long as it may take: a read from a drive
// that is gone may never return. What hangs is left behind.
func (w *worker) read(ctx context.Context, e walk.Entry) File {
	if w.o.Walk.Silent.Has(e.Stamp.Dev) {
		return File{Path: e.Path, State: scan.Failed, Reason: scan.TooSlow}
	}
	patience := w.o.Walk.Patience
	if patience == 0 {
		patience = walk.DefaultPatience
	}
	patience += time.Duration(e.Stamp.Size/2) * time.Microsecond
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	w.begin()
	own := *w
	done := make(chan File, 1)
	go func() { done <- own.whole(ctx, e) }()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case f := <-done:
		if f.Reason == scan.Stumbled {
			w.reader = nil
		}
		return f
	case <-ctx.Done():
		patience = 0
	case <-timer.C:
	}
	cancel()
	timer.Reset(max(patience/4, time.Second))
	select {
	case <-done:
	case <-timer.C:
		w.o.Walk.Silent.Add(e.Stamp.Dev)
		w.reader = nil // it is still being used
	}
	return File{Path: e.Path, State: scan.Failed, Reason: scan.TooSlow}
}

// whole reads a file, and survives a panic of a reader.
func (w *worker) whole(ctx context.Context, e walk.Entry) (f File) {
	defer func() {
		if recover() != nil { // what it holds may be content, and is dropped
			f = File{Path: e.Path, Bytes: e.Stamp.Size, State: scan.Failed, Reason: scan.Stumbled}
		}
	}()
	return w.once(ctx, e)
}

func (w *worker) once(ctx context.Context, e walk.Entry) File {
	f := File{Path: e.Path, State: scan.Examined}
	opened, stamp, err := w.o.Walk.Disk.Open(e.Path, e.Stamp)
	if err != nil {
		f.State, f.Reason = scan.Failed, scan.ReasonOf(err)
		return f
	}
	defer opened.Close() // opened for reading
	f.Bytes = stamp.Size
	src := scan.NewReading(opened, stamp.Size)
	var show func(Record)
	if w.o.Show != nil {
		show = func(r Record) {
			w.showing.Lock()
			defer w.showing.Unlock()
			w.o.Show(e.Path, r)
		}
	}
	w.finder = w.s.Finder(show)
	out, err := w.reader.Read(ctx, src, filepath.Base(e.Path), w.finder)
	if err == nil && out.Format == "age" && out.Encrypted {
		out, err = w.sealed(ctx, src, e.Path)
		f.Opened = err == nil
	}
	if err == nil {
		err = src.Failed()
	}
	f.Result = w.finder.Result()
	f.fill(out, err)
	if info, err := opened.Stat(); f.State != scan.Failed && err == nil && walk.StampOf(info) != stamp {
		f.State, f.Reason = scan.Failed, scan.Unsteady
	}
	return f
}

// sealed reads what is in a sealed file.
func (w *worker) sealed(ctx context.Context, src *scan.Reading, path string) (reader.Outcome, error) {
	if w.o.Unseal == nil {
		return reader.Outcome{Format: "age"}, ErrLocked
	}
	content, err := w.o.Unseal(ctx, src, src.Size())
	if err != nil {
		return reader.Outcome{Format: "age"}, err
	}
	name := filepath.Base(path)
	name = strings.TrimSuffix(name, filepath.Ext(name))
	return w.reader.Read(ctx, io.NewSectionReader(content, 0, content.Size()), name, w.finder)
}

// fill says what was looked at.
func (f *File) fill(out reader.Outcome, err error) {
	f.Format, f.Pictures, f.More = out.Format, out.Pictures, out.More
	for _, p := range out.Unread {
		f.Unread = append(f.Unread, scan.Piece{Path: p.Path, Reason: scan.ReasonOfReader(p.Reason)})
	}
	switch {
	case err == nil:
	case errors.Is(err, ErrLocked):
		f.State, f.Reason = scan.Sealed, Locked
	case errors.Is(err, ErrNoKey):
		f.State, f.Reason = scan.Sealed, NoKey
	case errors.Is(err, ErrBig):
		f.State, f.Reason = scan.NotExamined, scan.TooBig
	case errors.Is(err, ErrBroken):
		f.State, f.Reason = scan.NotExamined, scan.Damaged
	default:
		f.State, f.Reason = scan.Failed, scan.ReasonOf(err)
	}
	switch {
	case f.State != scan.Examined:
	case out.Encrypted:
		f.State, f.Reason = scan.Sealed, Password
	case !out.Examined:
		f.State, f.Reason = scan.NotExamined, scan.ReasonOfReader(out.Reason)
	case out.Sealed > 0:
		f.State, f.Reason = scan.NotExamined, Password
	}
}
