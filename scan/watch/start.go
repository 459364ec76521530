package watch

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options says what to watch, and how.
type Options struct {
	Folders []string         // full paths; one that is not there is waited for
	Now     func() time.Time // the clock
	Backend string           // only this one, if it works; "" is the best for each folder
	Ring    int              // how many events may wait to be taken; 0 is 262,144
	Poll    time.Duration    // how often a folder is looked at that no sensor can watch; 0 is five minutes
	// Allow is asked about each folder, by its real name, before it is watched, and again
	// whenever it has changed; one that is not allowed is as one that is not there. Nil: all.
	Allow func(realName string) bool
	// Keep is a folder of ours in which a sensor notes what it set in the system, to take it back even after it was killed; "":
	// no sensor may set anything.
	Keep  string
	Check time.Duration // how often it is checked that the folders are still there; 0 is two seconds

	self     int           // the process whose own doings are not told; 0 is this one
	patience time.Duration // how long a self-test waits for an event; 0 is two seconds
}

// The backends, by the names that are stored.
const (
	fanName     = "fanotify"
	inotifyName = "inotify"
	auditName   = "audit"
	notifyName  = "notify"
	pollName    = "poll"
)

// The limits where Options says 0.
const (
	defaultRing  = 1 << 18
	defaultPoll  = 5 * time.Minute
	defaultCheck = 2 * time.Second
)

// sensor watches folders by one means of the system. Its add returns a
// *LimitError where the system has no room for it.
type sensor interface {
	add(folder string) error
	drop(folder string)
	caps() Caps
	look() // looks at once, where it does so from time to time only
	close()
}

// Watcher watches folders until it is closed.
type Watcher struct {
	opt  Options
	out  *out
	stop context.CancelFunc
	done sync.WaitGroup

	mu      sync.Mutex
	sensors map[string]sensor
	folders []*folder
}

// Batch is what happened since the last one.
type Batch struct {
	Events []Event // in the order in which the sensor got them
	Blind  []Blind

	marks []*mark
	ring  *ring[Event]
}

// Start begins to watch. It fails only where the options are wrong: a folder that
// cannot be watched now is in Coverage with the reason.
func Start(ctx context.Context, opt Options) (*Watcher, error) {
	if opt.Now == nil {
		return nil, errors.New("watch: no clock")
	}
	for _, f := range opt.Folders {
		if !filepath.IsAbs(f) {
			return nil, fmt.Errorf("watch: %s is not a full path", f)
		}
	}
	if opt.Ring == 0 {
		opt.Ring = defaultRing
	}
	if opt.Poll == 0 {
		opt.Poll = defaultPoll
	}
	if opt.Check == 0 {
		opt.Check = defaultCheck
	}
	if opt.patience == 0 {
		opt.patience = probePatience
	}
	if opt.self == 0 {
		opt.self = os.Getpid()
	}
	ctx, stop := context.WithCancel(ctx)
	w := &Watcher{opt: opt, out: newOut(opt), stop: stop, sensors: map[string]sensor{}}
	for _, f := range opt.Folders {
		f = filepath.Clean(f)
		w.folders = append(w.folders, &folder{path: f, gone: opt.Now(), caps: Caps{Why: Gone}})
	}
	mounts, _ := openMounts() // without it, the guard finds out
	w.mu.Lock()
	for _, f := range w.folders {
		if w.see(f) {
			w.begin(ctx, f, "", nil)
		}
	}
	w.mu.Unlock()
	w.done.Go(func() { w.guard(ctx) })
	if mounts != nil {
		w.done.Go(func() { mounts.run(ctx, w.remounted) })
	}
	return w, nil
}

// Next waits until something happened. It must be called again and again: events
// that nobody takes are dropped when Options.Ring of them wait, and the next Batch
// says how many.
func (w *Watcher) Next(ctx context.Context) (Batch, error) {
	events, g, err := w.out.ring.take(ctx, nil)
	if err != nil {
		return Batch{}, err
	}
	b := Batch{Events: events, Blind: w.out.takeBlind(), marks: g.marks, ring: w.out.ring}
	if g.lost > 0 {
		b.Blind = append(b.Blind, Blind{From: g.from, To: g.to, Why: RingFull, Lost: g.lost})
	}
	return b, nil
}

// Coverage says what is seen of each folder.
func (w *Watcher) Coverage() Coverage {
	w.mu.Lock()
	defer w.mu.Unlock()
	c := Coverage{Folders: map[string]Caps{}}
	for _, f := range w.folders {
		c.Folders[f.path] = f.caps
	}
	c.Caps = together(c.Folders)
	return c
}

// Close stops watching. What was not taken is gone.
func (w *Watcher) Close() {
	w.stop()
	w.done.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sensors {
		s.close()
	}
	w.sensors = nil
}

// Reading announces that custode itself reads a file now, until done is called:
// inotify cannot tell who reads, and would take it for somebody else. A stranger's
// read of this very file at the same time is not seen.
func (w *Watcher) Reading(path string) (done func()) {
	w.mu.Lock()
	blurred := w.sensors[inotifyName] != nil
	w.mu.Unlock()
	if !blurred {
		return func() {}
	}
	w.out.reading(path, w.opt.Now().Add(time.Hour))
	return func() { w.out.reading(path, w.opt.Now().Add(readingSlack)) }
}

// readingSlack is how late events of an own read may come.
const readingSlack = time.Second
