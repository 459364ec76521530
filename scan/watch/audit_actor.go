package watch

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"sync"
	"time"

	"custode/scan/watch/objaudit"
)

// logged makes actors of those who are written down. Only one goroutine may ask for them.
type logged struct {
	now     func() time.Time
	process func(pid uint32) (start uint64, service bool)
	known   map[loggedKey]*known

	mu      sync.Mutex
	digests map[programKey]*programSum
}

// loggedKey is one process, as far as the log tells.
type loggedKey struct {
	pid     uint32
	logon   uint64
	sid     string
	program string
}

type known struct {
	actor *Actor
	seen  time.Time
}

// programKey is a program as it was when it was read.
type programKey struct {
	path string
	size int64
	mod  int64
}

// programSum is a digest that is being computed until ready.
type programSum struct {
	sum   [sha256.Size]byte
	ready bool
}

const (
	loggedIdle = 10 * time.Minute // so long after it was last seen, the number of a process may be another's
	mostLogged = 4096
	systemPID  = 4 // the kernel, also for what comes over the network
)

// newLogged begins, and knows this very program: whoever is to recognise custode needs its digest at once.
func newLogged(now func() time.Time, process func(uint32) (uint64, bool)) *logged {
	l := &logged{now: now, process: process, known: map[loggedKey]*known{}, digests: map[programKey]*programSum{}}
	if self, err := os.Executable(); err == nil {
		if key, ok := programOf(self); ok {
			l.digests[key] = &programSum{sum: sumOf(self), ready: true}
		}
	}
	return l
}

// of is who is written down.
func (l *logged) of(r objaudit.Record) *Actor {
	key, now := loggedKey{r.PID, r.Logon, r.SID, r.Program}, l.now()
	k := l.known[key]
	if k == nil || now.Sub(k.seen) > loggedIdle {
		if len(l.known) >= mostLogged {
			clear(l.known)
		}
		a := &Actor{PID: int(r.PID), UID: UnknownUID, User: r.User, Program: r.Program, Desk: r.Person()}
		if r.PID > systemPID {
			start, service := l.process(r.PID)
			a.Start, a.Desk = start, a.Desk && !service
		}
		a.Session = session(key, a.Start)
		k = &known{actor: a}
		l.known[key] = k
	}
	k.seen = now
	if k.actor.Digest == [sha256.Size]byte{} && r.Program != "" {
		if sum := l.digest(r.Program); sum != k.actor.Digest {
			a := *k.actor
			a.Digest = sum
			k.actor = &a
		}
	}
	return k.actor
}

// session groups what one process does; what comes over the network, what one log-in does.
func session(key loggedKey, start uint64) int {
	h := fnv.New32a()
	if key.pid > systemPID {
		_, _ = fmt.Fprintf(h, "%d %d ", key.pid, start) // it never fails
	}
	_, _ = fmt.Fprintf(h, "%d %s", key.logon, key.sid)
	return int(h.Sum32()>>1) + 1
}

// programOf tells a program from the one that takes its place.
func programOf(path string) (programKey, bool) {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return programKey{}, false
	}
	return programKey{fold(path), info.Size(), info.ModTime().UnixNano()}, true
}

// digest is the SHA-256 of a program; zero while it is being computed, which is not waited for.
func (l *logged) digest(path string) (sum [sha256.Size]byte) {
	key, ok := programOf(path)
	if !ok {
		return sum
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if d := l.digests[key]; d != nil {
		if d.ready {
			sum = d.sum
		}
		return sum
	}
	if len(l.digests) >= mostLogged {
		clear(l.digests)
	}
	d := &programSum{}
	l.digests[key] = d
	go func() {
		sum := sumOf(path)
		l.mu.Lock()
		defer l.mu.Unlock()
		d.sum, d.ready = sum, true
	}()
	return sum
}

// sumOf reads a program; zero where it can't be read, or is larger than a gigabyte.
func sumOf(path string) (sum [sha256.Size]byte) {
	f, err := os.Open(path)
	if err != nil {
		return sum
	}
	defer f.Close() // only read
	const most = 1 << 30
	h := sha256.New()
	if n, err := io.CopyN(h, f, most); !errors.Is(err, io.EOF) || n == most {
		return sum
	}
	return [sha256.Size]byte(h.Sum(nil))
}
