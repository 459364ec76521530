package watch

import (
	"crypto/sha256"
	"errors"
	"io"
	"maps"
	"os"
	"os/user"
	"slices"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// actors makes of processes what is told of them: with the name of the user and
// the digest of the program, which take their time and are therefore asked for
// once, and not while the queue of the kernel waits.
type actors struct {
	now func() time.Time

	mu      sync.Mutex
	digests map[fileKey]*digest
	users   map[uint32]*userName
}

type userName struct {
	name  string
	at    time.Time
	again bool // it is being asked for anew: meanwhile the old name holds
}

// digest is one that is being computed until done is closed.
type digest struct {
	sum  [sha256.Size]byte
	done chan struct{}
}

const (
	userAgain    = 10 * time.Minute
	digestWait   = time.Millisecond // a small program's first event waits so long for its digest
	smallProgram = 1 << 18          // a larger one's does not: meanwhile it would encrypt a hundred files
	mostDigests  = 4096
	mostDigested = 1 << 30
	digestStep   = 1 << 16 // bytes at a time, and a rest after each: events go first
	digestRest   = 200 * time.Microsecond
)

func newActors(now func() time.Time) *actors {
	return &actors{now: now, users: map[uint32]*userName{}, digests: map[fileKey]*digest{}}
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
		wait := digestWait
		if p.file.size > smallProgram {
			wait = 0
		}
		p.actor.Digest, _ = a.digest(p.program, p.file, wait)
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

// user names an account. Only the first time it waits for the answer.
func (a *actors) user(uid uint32) string {
	if uid == UnknownUID {
		return ""
	}
	now := a.now()
	a.mu.Lock()
	u := a.users[uid]
	if u == nil {
		a.mu.Unlock()
		return a.ask(uid, now)
	}
	defer a.mu.Unlock()
	if now.Sub(u.at) > userAgain && !u.again {
		u.again = true
		go a.ask(uid, now)
	}
	return u.name
}

func (a *actors) ask(uid uint32, now time.Time) string {
	u := &userName{at: now}
	if found, err := user.LookupId(strconv.FormatUint(uint64(uid), 10)); err == nil {
		u.name = found.Username
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.users[uid] = u
	return u.name
}

// meet asks for the names of accounts, and for the digest of this very program, before
// their first event: whoever is to recognise custode needs that at once.
func (a *actors) meet(uids []uint32) {
	var st unix.Stat_t
	if self, err := os.Executable(); err == nil && unix.Stat(self, &st) == nil {
		a.digest(self, keyOfStat(&st), 0)
	}
	for _, uid := range uids {
		a.user(uid)
	}
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
	buf := make([]byte, digestStep) // one for all: a big program would leave as much garbage as it is big
	for range mostDigested / digestStep {
		n, err := io.ReadFull(f, buf)
		_, _ = h.Write(buf[:n]) // it never fails
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return sum
		}
		time.Sleep(digestRest)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// accounts are those as which something runs.
func (p *processes) accounts() []uint32 {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := map[uint32]bool{}
	for _, e := range p.byPID {
		if e.p != nil {
			all[e.p.uid] = true
		}
	}
	return slices.Collect(maps.Keys(all))
}
