// Package inplace is what those have in common who put new files in the place of old
// ones: packages replace, unseal and reseal. It goes through the files folder by
// folder and batch by batch, so that one flush of a folder is for many files, and
// calls [Steps] for what differs. See package replace for the whole sequence, and for
// what is true at every moment of it.
package inplace

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"

	"custode/encrypt/disk"
)

// batchBytes is how much a batch may hold, unless it is one file.
const batchBytes = 64 << 20

// Options of a run. FS is needed.
type Options struct {
	FS      disk.System
	Workers int           // files at once; 0: eight; 1: one after the other, in order
	Batch   int           // files of a batch, which are open and held until it is finished; 0: 128
	Name    func() string // the random part of a temporary name; nil: from the system
	Bytes   func(n int64) // is told how many bytes more were read, by several goroutines; may be nil
}

// Steps is what is done to the files of one folder. Only Make is called by several
// goroutines at once.
type Steps[J Based] interface {
	// Look makes a job of a name. False: there is nothing to do, or it is reported.
	Look(name string) (J, bool)
	// Make takes one file as far as a proven temporary file. Nothing that a user sees
	// has changed by then. A job that is not Over is to be finished.
	Make(ctx context.Context, j J)
	// Finish gives the new files of a batch their names, and reports all that are not
	// Full.
	Finish(ctx context.Context, batch []J)
	// Again makes a new job of one that found no room.
	Again(j J) J
	// NoRoom reports that there was none for it.
	NoRoom(j J)
}

// Way enters folders.
type Way[J Based] interface {
	// Enter begins a folder that holds these names.
	Enter(p *Place, names []string) Steps[J]
	// Closed reports a file whose folder cannot be read.
	Closed(path string, err error)
	// GivenUp reports a file that was put off, when the run ended before its turn.
	GivenUp(path string)
}

// FullError says that a disk has no room even for one file alone.
type FullError struct {
	Path       string // the file
	Need, Free int64  // bytes
	Err        error
}

func (e *FullError) Error() string {
	return fmt.Sprintf("%s: needs %d bytes, %d are free: %v", e.Path, e.Need, e.Free, e.Err)
}

// Unwrap gives the disk's own error.
func (e *FullError) Unwrap() error { return e.Err }

// Engine is one run.
type Engine struct {
	Options

	last      bool           // the second pass: what is still in use is reported
	live      sync.Map       // our temporary names that are in use
	finishing sync.WaitGroup // the batch before, while the next one is made

	mu      sync.Mutex
	later   []string // put off to the second pass
	stop    error
	failing int             // how many files in a row met with an error of the drive
	written map[uint64]bool // drives on which a file was finished
}

// New makes a run.
func New(o Options) *Engine {
	if o.Workers <= 0 {
		o.Workers = 8
	}
	if o.Batch <= 0 {
		o.Batch = 128
	}
	if o.Name == nil {
		o.Name = RandomName
	}
	return &Engine{Options: o}
}

// Stopped is why the run ends, or nil.
func (e *Engine) Stopped(ctx context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stop != nil {
		return e.stop
	}
	return ctx.Err()
}

// End ends the run: what is made is finished, and no more is begun.
func (e *Engine) End(err error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stop == nil {
		e.stop = err
	}
}

// Later puts a file off to the second pass. False: this is the second.
func (e *Engine) Later(path string) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.last {
		e.later = append(e.later, path)
	}
	return !e.last
}

// Run goes through the files. It ends early when ctx is done, after End, or when a
// disk is full (FullError) or gone (NoDriveError). The paths are taken as they are; those of one folder are
// best given together. A temporary file that an earlier run left is removed, and
// nothing tells of it.
func Run[J Based](ctx context.Context, e *Engine, way Way[J], files []string) error {
	todo := files
	for pass := range 2 {
		e.last = pass == 1
		for _, g := range ByFolder(todo) {
			if e.Stopped(ctx) != nil {
				break
			}
			folder(ctx, e, way, g)
		}
		e.finishing.Wait()
		todo, e.later = e.later, nil
		if len(todo) == 0 || e.Stopped(ctx) != nil {
			break
		}
	}
	if !e.last {
		for _, path := range todo {
			way.GivenUp(path)
		}
	}
	return e.Stopped(ctx)
}

// folder does what is to be done in one folder.
func folder[J Based](ctx context.Context, e *Engine, way Way[J], g *Group) {
	d, err := e.FS.Open(g.Dir)
	var names []string
	if err == nil {
		if names, err = d.List(); err != nil {
			_ = d.Close()
		}
	}
	if err != nil {
		if e.heed(g.Dir, err); e.Stopped(ctx) != nil {
			return
		}
		for _, n := range g.Names {
			way.Closed(filepath.Join(g.Dir, n), err)
		}
		return
	}
	p := &Place{Folder: d, run: e, dir: g.Dir}
	for _, n := range names {
		if IsTemporary(n) {
			p.clean(n)
		}
	}
	s := way.Enter(p, names)
	var jobs []J
	var size int64
	for _, name := range g.Names {
		if e.Stopped(ctx) != nil {
			break
		}
		j, ok := s.Look(name)
		if !ok {
			continue
		}
		more := j.Base().Who.Size
		if len(jobs) > 0 && (len(jobs) == e.Batch || size+more > batchBytes) {
			batch(ctx, p, s, jobs)
			jobs, size = nil, 0
		}
		jobs, size = append(jobs, j), size+more
	}
	if len(jobs) > 0 && e.Stopped(ctx) == nil {
		batch(ctx, p, s, jobs)
	}
	e.behind(func() { _ = p.Close() })
}

// behind runs fn behind the batch that is being finished, while the next is made.
// With one worker it runs at once, so that tests see one order.
func (e *Engine) behind(fn func()) {
	e.finishing.Wait()
	if e.Workers == 1 {
		fn()
		return
	}
	e.finishing.Go(fn)
}

// batch makes files side by side and has them finished together. Those that found no
// room are tried again one by one: the others have made room by then.
func batch[J Based](ctx context.Context, p *Place, s Steps[J], jobs []J) {
	e := p.run
	work := make(chan J)
	var making sync.WaitGroup
	for range min(e.Workers, len(jobs)) {
		making.Go(func() {
			for j := range work {
				s.Make(ctx, j)
			}
		})
	}
	for _, j := range jobs {
		work <- j
	}
	close(work)
	making.Wait()
	var full []J
	for _, j := range jobs {
		if j.Base().Full {
			full = append(full, j)
		}
	}
	e.behind(func() {
		s.Finish(ctx, jobs)
		for _, j := range jobs {
			p.heed(j.Base())
		}
	})
	if len(full) > 0 {
		e.finishing.Wait()
		alone(ctx, p, s, full)
	}
}

// alone tries files one by one that found no room.
func alone[J Based](ctx context.Context, p *Place, s Steps[J], full []J) {
	for _, j := range full {
		if p.run.Stopped(ctx) != nil {
			s.NoRoom(j)
			continue
		}
		again := s.Again(j)
		s.Make(ctx, again)
		s.Finish(ctx, []J{again})
		if b := again.Base(); b.Full {
			err := b.Err
			s.NoRoom(again)
			free, _ := p.Free()
			p.run.End(&FullError{Path: p.Path(b.Name), Need: b.Who.Size + b.Who.Size>>8 + 64<<10, Free: free, Err: err})
		}
	}
}
