package intent

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// grace is how long an announcement counts when it is over: events take their time.
const grace = 10 * time.Second

// Reader listens to announcements. It is safe for use by several goroutines.
type Reader struct {
	dir  string
	now  func() time.Time
	stop chan struct{}
	done sync.WaitGroup

	mu    sync.Mutex
	known map[string]*read // by name of the file
}

// Listen listens in a folder, which is made if it is not there, until Close.
func Listen(dir string, now func() time.Time) (*Reader, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	r := &Reader{dir: dir, now: now, stop: make(chan struct{}), known: map[string]*read{}}
	w, err := fsnotify.NewWatcher()
	if err == nil {
		if err = w.Add(dir); err != nil {
			_ = w.Close()
		}
	}
	every := time.Second
	var events chan fsnotify.Event
	if err != nil { // a limit of the system: it looks by itself
		every = 20 * time.Millisecond
		w = nil
	} else {
		events = w.Events
	}
	r.sweep()
	if err := os.WriteFile(filepath.Join(dir, listening), []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return nil, err
	}
	r.done.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-r.stop:
				if w != nil {
					_ = w.Close()
				}
				return
			case <-events:
			case <-tick.C:
			}
			r.look()
		}
	})
	return r, nil
}

// Close ends it.
func (r *Reader) Close() {
	close(r.stop)
	r.done.Wait()
	_ = os.Remove(filepath.Join(r.dir, listening)) // a left one names a process that is gone
}

// sweep removes what killed processes left.
func (r *Reader) sweep() {
	list, err := os.ReadDir(r.dir)
	if err != nil {
		return
	}
	for _, e := range list {
		path := filepath.Join(r.dir, e.Name())
		info, err := e.Info()
		switch {
		case err != nil || !info.Mode().IsRegular():
		case strings.HasSuffix(path, announced):
			if a, ok := load(path); ok && runsOurs(a.PID) {
				continue
			}
			_ = os.Remove(path)
		case strings.HasSuffix(path, understood), strings.HasSuffix(path, ".new"):
			_ = os.Remove(path)
		}
	}
}

// look takes in what is new in the folder, and what is gone from it.
func (r *Reader) look() {
	list, err := os.ReadDir(r.dir)
	if err != nil {
		return
	}
	there := map[string]bool{}
	for _, e := range list {
		name := e.Name()
		if !strings.HasSuffix(name, announced) {
			continue
		}
		there[name] = true
		r.mu.Lock()
		known := r.known[name] != nil
		r.mu.Unlock()
		if known {
			continue
		}
		path := filepath.Join(r.dir, name)
		a, ok := load(path)
		if !ok || !runsOurs(a.PID) {
			continue
		}
		r.mu.Lock()
		r.known[name] = newRead(a)
		r.mu.Unlock()
		if f, err := os.OpenFile(strings.TrimSuffix(path, announced)+understood, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
			_ = f.Close()
		}
	}
	now := r.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, a := range r.known {
		switch {
		case a.ended.IsZero() && (!there[name] || !lives(a.PID)):
			a.ended = now
		case !a.ended.IsZero() && now.Sub(a.ended).Abs() > grace:
			delete(r.known, name)
			_ = os.Remove(filepath.Join(r.dir, name)) // of a process that was killed
		}
	}
}

// load reads an announcement that nobody else may have written.
func load(path string) (a Announcement, ok bool) {
	info, err := os.Lstat(path)
	if err != nil || !info.Mode().IsRegular() || info.Size() > mostBytes || hasModes && info.Mode().Perm()&0o022 != 0 {
		return a, false
	}
	dir, err := os.Stat(filepath.Dir(path))
	if err != nil || !sameOwner(info, dir) {
		return a, false
	}
	raw, err := os.ReadFile(path)
	return a, err == nil && json.Unmarshal(raw, &a) == nil
}

// Announced reports whether a file is announced: by its name, by the one that it will
// have, or as custode's temporary file beside one.
func (r *Reader) Announced(path string) bool {
	return r.any(func(a *read) bool { return a.is(path) })
}

// Reads reports whether custode has announced that it reads a file.
func (r *Reader) Reads(path string) bool {
	return r.any(func(a *read) bool { return a.is(path) || a.below(path) })
}

func (r *Reader) any(fits func(*read) bool) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.known {
		if fits(a) {
			return true
		}
	}
	return false
}
