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

	"custode/internal/safefile"
)

// grace is how long an announcement counts when it is over: events take their time.
const grace = 5 * time.Second

// Set is what is announced just now. It is safe for use by several goroutines.
type Set struct {
	now func() time.Time

	mu    sync.Mutex
	known map[string]*read // by name
}

// NewSet makes one.
func NewSet(now func() time.Time) *Set { return &Set{now: now, known: map[string]*read{}} }

// Put takes an announcement in.
func (s *Set) Put(name string, a Announcement) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.known[name] = newRead(a)
}

// End notes that it is over, and lets go of what has been over for a while.
func (s *Set) End(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.known[name]; a != nil && a.ended.IsZero() {
		a.ended = s.now()
	}
	s.tidy()
}

// tidy lets go of what has been over for a while, and gives its names.
func (s *Set) tidy() (gone []string) {
	now := s.now()
	for name, a := range s.known {
		if !a.ended.IsZero() && now.Sub(a.ended).Abs() > grace {
			delete(s.known, name)
			gone = append(gone, name)
		}
	}
	return gone
}

// Announced reports whether a file is announced: by its name, by the one that it will
// have, or as custode's temporary file beside one.
func (s *Set) Announced(path string) bool {
	return s.any(func(a *read) bool { return a.is(path) })
}

// Reads reports whether custode has announced that it reads a file.
func (s *Set) Reads(path string) bool {
	return s.any(func(a *read) bool { return a.is(path) || a.below(path) })
}

// none reports whether nothing is announced, nor was a moment ago.
func (s *Set) none() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.known) == 0
}

func (s *Set) any(fits func(*read) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.known {
		if (a.ended.IsZero() || s.now().Sub(a.ended).Abs() <= grace) && fits(a) {
			return true
		}
	}
	return false
}

// Relay passes announcements on to a watch in another process.
type Relay struct {
	Begin func(name string, a Announcement) // Understood is called when it has arrived there
	End   func(name string)
}

// Reader listens to announcements.
type Reader struct {
	*Set

	dir   string
	relay *Relay
	stop  chan struct{}
	done  sync.WaitGroup
}

// Listen listens in a folder, which is made if it is not there, until Close. With a relay,
// announcements are passed on too.
func Listen(dir string, now func() time.Time, relay *Relay) (*Reader, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	r := &Reader{Set: NewSet(now), dir: dir, relay: relay, stop: make(chan struct{})}
	w, err := fsnotify.NewWatcher()
	if err == nil {
		if err = w.Add(dir); err != nil {
			_ = w.Close()
		}
	}
	every, calm := time.Second, 10
	var events chan fsnotify.Event
	if err != nil { // a limit of the system: it looks by itself
		every, calm = 20*time.Millisecond, 1
		w = nil
	} else {
		events = w.Events
	}
	r.sweep()
	if err := safefile.Write(filepath.Join(dir, listening), []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		return nil, err
	}
	r.done.Go(func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		r.look()
		for n := 1; ; n++ {
			select {
			case <-r.stop:
				if w != nil {
					_ = w.Close()
				}
				return
			case <-events:
			case <-tick.C:
				if n%calm != 0 && r.none() { // what is new would have been told
					continue
				}
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
		case strings.HasSuffix(path, understood):
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
		r.Put(name, a)
		if r.relay != nil {
			r.relay.Begin(name, a)
		} else {
			r.Understood(name)
		}
	}
	r.over(there)
}

// Understood tells the process that announces that it may begin.
func (r *Reader) Understood(name string) {
	path := filepath.Join(r.dir, strings.TrimSuffix(filepath.Base(name), announced)+understood)
	if f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600); err == nil {
		_ = f.Close()
	}
}

// over ends those whose file or process is gone.
func (r *Reader) over(there map[string]bool) {
	r.mu.Lock()
	var ended []string
	for name, a := range r.known {
		if a.ended.IsZero() && (!there[name] || !lives(a.PID)) {
			a.ended = r.now()
			ended = append(ended, name)
		}
	}
	for _, name := range r.tidy() {
		_ = os.Remove(filepath.Join(r.dir, name)) // of a process that was killed
	}
	r.mu.Unlock()
	if r.relay != nil {
		for _, name := range ended {
			r.relay.End(name)
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
