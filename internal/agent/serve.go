package agent

import (
	"context"
	"encoding/binary"
	"net"
	"os"
	"sync"
	"time"

	"custode/internal/secret"
)

// Options of an agent.
type Options struct {
	Idle, Longest time.Duration
	Now           func() time.Time
	Ready         func()        // it listens
	Tick          time.Duration // how often it looks whether to let go; 0: half a second, the screen every five
	// Locked asks whether the screen is locked; where it has been known once and is not
	// any more, the session is over. Nil: nobody knows.
	Locked func(ctx context.Context) (locked, known bool)
}

// How often the clock is looked at, and the screen.
const (
	tick        = 500 * time.Millisecond
	screenEvery = 10
)

type server struct {
	Options
	mu           sync.Mutex
	key          secret.Bytes
	start, last  time.Time
	end          context.CancelFunc
	unlink       func() // takes the socket away, once
	conversation sync.WaitGroup
}

// Serve holds the key until it is time to let go, and wipes it. It takes the place of
// an agent that is there already.
func Serve(ctx context.Context, path string, key secret.Bytes, o Options) error {
	defer key.Wipe()
	pin(key.Reveal())
	_ = Lock(ctx, path) // nobody there: good
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		return err
	}
	l, err := new(net.ListenConfig).Listen(ctx, "unix", path)
	if err != nil {
		return err
	}
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false) // by then it may be another one's
	}
	mine, err := os.Lstat(path)
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		_ = l.Close()
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	now := o.Now().Round(0) // the clock on the wall: it goes on while the computer sleeps
	s := &server{Options: o, key: key, start: now, last: now, end: cancel}
	s.unlink = sync.OnceFunc(func() {
		if there, err := os.Lstat(path); err == nil && os.SameFile(mine, there) {
			_ = os.Remove(path) // one that is left is taken away by the next agent
		}
	})
	go s.watch(ctx)
	context.AfterFunc(ctx, func() {
		s.unlink()
		_ = l.Close()
	})
	if o.Ready != nil {
		o.Ready()
	}
	for {
		c, err := l.Accept()
		if err != nil {
			break
		}
		s.conversation.Go(func() { s.talk(c) })
	}
	cancel()
	s.conversation.Wait()
	return nil
}

// watch ends the agent when it is time.
func (s *server) watch(ctx context.Context) {
	defer s.end()
	every := s.Tick
	if every == 0 {
		every = tick
	}
	t := time.NewTicker(every)
	defer t.Stop()
	was := false
	for n := 0; ; n++ {
		if s.over() {
			return
		}
		if s.Locked != nil && n%screenEvery == 0 {
			locked, known := s.Locked(ctx)
			if locked || was && !known {
				return
			}
			was = was || known
		}
		select {
		case <-t.C:
		case <-ctx.Done():
			return
		}
	}
}

// over reports whether the time is up. A clock that was put back counts as that.
func (s *server) over() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.Now().Round(0)
	return now.Sub(s.last) >= s.Idle || now.Sub(s.start) >= s.Longest || now.Before(s.start.Add(-time.Minute))
}

func (s *server) talk(c net.Conn) {
	defer c.Close()                             // the other end sees it
	_ = c.SetDeadline(time.Now().Add(patience)) //nolint:forbidigo // of the system, not of the state
	if !samePeer(c) {
		return
	}
	what, body, err := receive(c)
	clear(body)
	if err != nil || s.over() {
		return
	}
	s.mu.Lock()
	var out []byte
	switch what {
	case askKey:
		s.last = s.Now().Round(0)
		out = append(out, s.key.Reveal()...)
	case askStatus:
		last := s.start.Add(s.Longest)
		until := s.last.Add(s.Idle)
		if until.After(last) {
			until = last
		}
		for _, n := range []int64{int64(s.Idle), until.UnixNano(), last.UnixNano()} {
			out = binary.BigEndian.AppendUint64(out, uint64(n)) //nolint:gosec // the bits count
		}
	case askLock:
		s.key.Wipe()
		s.unlink() // before the other end goes on: it may put its own there
		defer s.end()
	default:
		s.mu.Unlock()
		return
	}
	s.mu.Unlock()
	_ = send(c, answer, out) // who hung up does not want it
	clear(out)
}
