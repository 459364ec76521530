package watch

import (
	"crypto/sha256"
	"io"
	"os"
	"os/user"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// actors makes of processes what is told of them: with the name of the user and
// the digest of the program, which take their time and are therefore asked for
// once, and not while the queue of the kernel waits.
type actors struct {
	now   func() time.Time
	users map[uint32]userName

	mu      sync.Mutex
	digests map[fileKey]*digest
}

type userName struct {
	name string
	at   time.Time
}

// digest is one that is being computed until done is closed.
type digest struct {
	sum  [sha256.Size]byte
	done chan struct{}
}

const (
	userAgain    = 10 * time.Minute
	digestWait   = 5 * time.Millisecond // for a big program that was never seen before, an event is not held up longer
	mostDigests  = 4096
	mostDigested = 1 << 30
)

func newActors(now func() time.Time) *actors {
	return &actors{now: now, users: map[uint32]userName{}, digests: map[fileKey]*digest{}}
}

// of is the actor of a process, nil for none. Only one goroutine may ask.
func (a *actors) of(p *process) *Actor {
	if p == nil {
		return nil
	}
	p.once.Do(func() {
		p.actor = &Actor{
			PID: p.pid, Start: p.start, Session: p.session, UID: p.uid, User: a.user(p.uid),
			Program: p.program, Script: p.script, Terminal: p.terminal, Parents: p.parents,
		}
		p.actor.Digest, _ = a.digest(p.program, p.file, digestWait)
	})
	if p.actor.Digest == [sha256.Size]byte{} {
		if sum, ok := a.digest(p.program, p.file, 0); ok && sum != p.actor.Digest {
			known := *p.actor
			known.Digest = sum
			p.actor = &known
		}
	}
	return p.actor
}

func (a *actors) user(uid uint32) string {
	if uid == UnknownUID {
		return ""
	}
	u, ok := a.users[uid]
	now := a.now()
	if !ok || now.Sub(u.at) > userAgain {
		u = userName{at: now}
		if found, err := user.LookupId(strconv.FormatUint(uint64(uid), 10)); err == nil {
			u.name = found.Username
		}
		a.users[uid] = u
	}
	return u.name
}

// digest is the SHA-256 of a program, if it is known within the wait.
func (a *actors) digest(path string, key fileKey, wait time.Duration) ([sha256.Size]byte, bool) {
	if path == "" || key == (fileKey{}) {
		return [sha256.Size]byte{}, false
	}
	a.mu.Lock()
	d := a.digests[key]
	if d == nil {
		if len(a.digests) >= mostDigests {
			clear(a.digests)
		}
		d = &digest{done: make(chan struct{})}
		a.digests[key] = d
		go func() {
			defer close(d.done)
			d.sum = digestOf(path, key)
		}()
	}
	a.mu.Unlock()
	select {
	case <-d.done:
		return d.sum, true
	default:
	}
	if wait == 0 {
		return [sha256.Size]byte{}, false
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-d.done:
		return d.sum, true
	case <-t.C:
		return [sha256.Size]byte{}, false
	}
}

// digestOf reads the program, if it is still the one that was started; zero if
// not.
func digestOf(path string, key fileKey) (sum [sha256.Size]byte) {
	f, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK, 0)
	if err != nil {
		return sum
	}
	defer f.Close()
	var st unix.Stat_t
	if unix.Fstat(int(f.Fd()), &st) != nil || keyOfStat(&st) != key || st.Mode&unix.S_IFMT != unix.S_IFREG {
		return sum
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(f, mostDigested)); err != nil {
		return sum
	}
	return [sha256.Size]byte(h.Sum(nil))
}
