package watch

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// out is where the sensors put what they see.
type out struct {
	now    func() time.Time
	poll   time.Duration
	keep   string
	self   int // its own doings are not told, where they can be told apart
	ring   *ring[Event]
	failed chan failure  // a sensor can no longer watch a folder
	check  chan struct{} // something happened to a folder itself

	mu     sync.Mutex
	blinds []Blind
	given  [][2]string           // folders reached through a symbolic link: real name, and the one that was given
	probes map[string]chan Event // the files of a self-test that is under way
	own    map[string]time.Time  // files that custode itself reads, and until when
	much   int                   // from how many of those on the old ones are looked for
}

// failure is a folder that a sensor had to give up.
type failure struct {
	folder  string
	backend string
	err     error
}

func newOut(opt Options) *out {
	return &out{
		now: opt.Now, poll: opt.Poll, keep: opt.Keep, self: opt.self, ring: newRing[Event](opt.Ring),
		failed: make(chan failure, 16), check: make(chan struct{}, 1),
		probes: map[string]chan Event{}, own: map[string]time.Time{},
	}
}

// event passes one on, unless it is about a file of the self-test.
func (o *out) event(e Event) {
	if o.probe(e) {
		return
	}
	o.mu.Lock()
	given := o.given
	o.mu.Unlock()
	for _, g := range given {
		e.Path, e.From = moved(e.Path, g[0], g[1]), moved(e.From, g[0], g[1])
	}
	o.ring.put(e, e.At)
}

// blind records an interval in which something may have been missed.
func (o *out) blind(b Blind) {
	o.mu.Lock()
	for i, f := range b.Folders {
		for _, g := range o.given {
			b.Folders[i] = moved(f, g[0], g[1])
		}
	}
	o.blinds = append(o.blinds, b)
	o.mu.Unlock()
	o.ring.poke()
}

func (o *out) takeBlind() []Blind {
	o.mu.Lock()
	defer o.mu.Unlock()
	b := o.blinds
	o.blinds = nil
	return b
}

// link notes that the folder real was given under another name.
func (o *out) link(realName, given string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.given = slices.DeleteFunc(slices.Clone(o.given), func(g [2]string) bool { return g[1] == given })
	if realName != given {
		o.given = append(o.given, [2]string{realName, given})
	}
}

// recheck asks for a look at the folders themselves.
func (o *out) recheck() {
	select {
	case o.check <- struct{}{}:
	default:
	}
}

// expect has the events about a probe handed to the self-test, and with nil
// swallowed: some may come late.
func (o *out) expect(token string, seen chan Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.probes) > 1024 {
		for t, c := range o.probes {
			if c == nil {
				delete(o.probes, t)
			}
		}
	}
	o.probes[token] = seen
}

// probe hands an event to the self-test that waits for it.
func (o *out) probe(e Event) bool {
	name := filepath.Base(e.Path)
	if e.Path == "" {
		name = filepath.Base(e.From)
	}
	token, ok := probeToken(name)
	if !ok {
		return false
	}
	o.mu.Lock()
	c, ok := o.probes[token]
	o.mu.Unlock()
	if !ok {
		return false
	}
	select {
	case c <- e:
	default:
	}
	return true
}

// ours reports whether custode itself reads the file just now.
func (o *out) ours(path string, now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	until, ok := o.own[path]
	if ok && now.After(until) {
		delete(o.own, path)
		ok = false
	}
	return ok
}

// reading notes that custode itself reads the file until then. What is over is
// forgotten when there is much of it.
func (o *out) reading(path string, until time.Time) {
	now := o.now()
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.own) > o.much {
		for p, t := range o.own {
			if now.After(t) {
				delete(o.own, p)
			}
		}
		o.much = max(4096, 2*len(o.own))
	}
	for _, g := range o.given {
		path = moved(path, g[1], g[0])
	}
	o.own[path] = until
}

// under reports whether path is folder or lies in it.
func under(path, folder string) bool {
	rest, ok := strings.CutPrefix(path, folder)
	return ok && (rest == "" || rest[0] == filepath.Separator || strings.HasSuffix(folder, string(filepath.Separator)))
}

// moved is path after the folder from became to.
func moved(path, from, to string) string {
	if path == "" || !under(path, from) {
		return path
	}
	return to + path[len(from):]
}
