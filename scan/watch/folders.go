package watch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// folder is one that was asked for.
type folder struct {
	path   string // as it was given
	real   string // without symbolic links
	id     fileID
	sensor sensor    // nil while it is gone
	gone   time.Time // since when it is not there; zero while it is
	caps   Caps
}

// rung is one way to watch a folder; why says why it is not the best one.
type rung struct {
	backend string
	why     Why
}

// see looks whether the folder is there, and which one it is.
func (w *Watcher) see(f *folder) bool {
	name, err := filepath.EvalSymlinks(f.path)
	if err != nil {
		return false
	}
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() || w.opt.Allow != nil && !w.opt.Allow(name) {
		return false
	}
	f.real, f.id = name, identify(info)
	w.out.link(f.real, f.path)
	return true
}

// begin watches the folder by the best means there is below the backend that
// failed ("" for none).
func (w *Watcher) begin(ctx context.Context, f *folder, below string, cause error) {
	rungs := ladder(f.real)
	if w.opt.Backend != "" {
		rungs = []rung{{backend: w.opt.Backend}, {backend: pollName, why: System}}
	}
	if i := slices.IndexFunc(rungs, func(r rung) bool { return r.backend == below }); i >= 0 {
		rungs = rungs[i+1:]
	}
	f.sensor, f.caps = nil, Caps{Why: System, Err: cause}
	for _, r := range rungs {
		s, err := w.sensor(ctx, r.backend)
		if err == nil {
			err = s.add(f.real)
		}
		if err != nil {
			if s != nil {
				s.drop(f.real)
			}
			if cause == nil {
				cause = err
			}
			continue
		}
		f.sensor, f.gone, f.caps = s, time.Time{}, promised(s)
		f.caps.Why, f.caps.Err = r.why, cause
		if limit := (*LimitError)(nil); errors.As(cause, &limit) {
			f.caps.Why = Limit
		}
		return
	}
	f.caps.Err = cause
}

// promised is what a sensor is good for before it was tried. Whether the system writes down who reads is up to settings of
// others: that is promised by a self-test alone.
func promised(s sensor) Caps {
	c := s.caps()
	if c.Backend == auditName {
		c.Reads, c.Who = false, false
	}
	return c
}

// sensor makes each one once.
func (w *Watcher) sensor(ctx context.Context, backend string) (sensor, error) {
	if s := w.sensors[backend]; s != nil {
		return s, nil
	}
	s, err := makeSensor(ctx, backend, w.out)
	if err != nil {
		return nil, err
	}
	w.sensors[backend] = s
	return s, nil
}

// guard looks again and again whether the folders are still what they were, and
// whether the clock still goes as time does.
func (w *Watcher) guard(ctx context.Context) {
	tick := time.NewTicker(w.opt.Check)
	defer tick.Stop()
	last := w.opt.Now()
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-w.out.failed:
			w.lower(ctx, f)
			continue
		case <-w.out.check:
		case <-tick.C:
		}
		now := w.opt.Now()
		if jumped(now.Round(0).Sub(last.Round(0)), now.Sub(last)) {
			w.out.blind(Blind{From: last, To: now, Why: Clock, Lost: -1})
		}
		w.mu.Lock()
		for _, f := range w.folders {
			w.revisit(ctx, f, last, now)
		}
		w.mu.Unlock()
		last = now
	}
}

// clockSlack is how far the clock may be put right in one step.
const clockSlack = 5 * time.Second

// remounter is a sensor that must be told what was mounted, or is no longer
// mounted, in a watched folder.
type remounter interface{ mounted(root, at string) }

// remounted tells that names under a place mean other files now: in a watched
// folder, for the folder itself, or on a disk that was plugged in.
func (w *Watcher) remounted(changes []mountChange) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range changes {
		inside := false
		now := w.opt.Now()
		for _, f := range w.folders {
			if under(f.real, c.at) {
				w.out.recheck()
				inside = true
			}
			if f.sensor == nil || f.real == c.at || !under(c.at, f.real) {
				continue
			}
			inside = true
			if s, ok := f.sensor.(remounter); ok {
				s.mounted(f.real, c.at)
			}
			w.out.event(Event{At: now, Op: Cover, Path: c.at, Dir: true})
			w.out.blind(Blind{From: now, To: w.opt.Now(), Why: Covered, Lost: -1, Folders: []string{c.at}})
		}
		if c.disk && !inside {
			w.out.event(Event{At: now, Op: Cover, Path: c.at, Dir: true})
		}
	}
	for _, s := range w.sensors {
		if s, ok := s.(interface{ remark() }); ok {
			s.remark()
		}
	}
}

// jumped reports whether the clock was set between two looks at it: Go keeps the
// time of day beside the time that really passes.
func jumped(byClock, really time.Duration) bool { return (byClock - really).Abs() > clockSlack }

// revisit tells that a folder vanished, returned, or is another one than before.
func (w *Watcher) revisit(ctx context.Context, f *folder, last, now time.Time) {
	before, was := f.id, f.gone.IsZero()
	there := w.see(f)
	switch {
	case was && !there:
		if f.sensor != nil {
			f.sensor.drop(f.real)
		}
		f.sensor, f.gone = nil, last
		f.caps = Caps{Why: Gone}
		w.out.event(Event{At: now, Op: Delete, Path: f.path, Dir: true})
	case !was && there:
		since := f.gone
		if w.begin(ctx, f, "", nil); f.sensor == nil {
			return
		}
		w.out.event(Event{At: now, Op: Create, Path: f.path, Dir: true})
		w.out.blind(Blind{From: since, To: now, Why: Gone, Lost: -1, Folders: []string{f.path}})
	case was && before != f.id:
		if f.sensor != nil {
			f.sensor.drop(f.real)
		}
		w.begin(ctx, f, "", nil)
		w.out.event(Event{At: now, Op: Cover, Path: f.path, Dir: true})
		w.out.blind(Blind{From: last, To: now, Why: Covered, Lost: -1, Folders: []string{f.path}})
	}
}

// lower takes the next lesser sensor for a folder that one had to give up.
func (w *Watcher) lower(ctx context.Context, fail failure) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.opt.Now()
	for _, f := range w.folders {
		if f.real != fail.folder || f.sensor == nil || f.caps.Backend != fail.backend {
			continue // it gave up before, and fails again for what was under way
		}
		f.sensor.drop(f.real)
		w.begin(ctx, f, f.caps.Backend, fail.err)
		w.out.blind(Blind{From: now, To: w.opt.Now(), Why: f.caps.Why, Lost: -1, Folders: []string{f.path}})
	}
}
