package gate

import (
	"context"
	"os"
	"strconv"
	"sync"
	"time"

	"custode/scan/watch"
)

// judge answers questions, all by one look at what happened before them.
func (g *Gate) judge(ctx context.Context, r *running, asks []ask) {
	short, cancel := context.WithTimeout(ctx, g.o.Deadline)
	defer cancel()
	pids := make([]int, len(asks))
	for i, a := range asks {
		pids[i] = int(a.pid)
	}
	var actors []*watch.Actor
	var err error
	if g.o.Judge.Guarded() {
		actors, err = g.o.Settle(short, pids...)
	} else if _, err = g.o.Settle(short); err == nil && g.o.Judge.Guarded() {
		actors, err = g.o.Settle(short, pids...)
	}
	for i, a := range asks {
		say := allowed
		switch {
		case err != nil:
			say = failed
		case actors == nil:
		default:
			switch g.o.Judge.Allow(r.ask(a, actors[i])) {
			case No:
				say = denied
			case Slowly:
				g.slowly(ctx, r, slow{a, actors[i], g.o.Now()})
				continue
			case Yes:
			}
		}
		g.say(r, a, say)
	}
}

// ask is a question as the judge understands it: the guard holds the file open.
func (r *running) ask(a ask, actor *watch.Actor) Ask {
	path, _ := os.Readlink("/proc/" + strconv.Itoa(r.proc.Pid) + "/fd/" + strconv.Itoa(int(a.fd)))
	return Ask{PID: int(a.pid), Path: path, Actor: actor}
}

// say answers the guard.
func (g *Gate) say(r *running, a ask, v verdict) {
	g.mu.Lock() // so that what is said last of whether anybody is denied is true
	defer g.mu.Unlock()
	if g.guard == r { // else it has ended
		_ = send(r.sock, reply{id: a.id, seq: a.seq, verdict: v, guarded: g.o.Judge.Guarded()}.put(nil))
		if v == denied {
			g.past.Denied++ // here, so that it is not lost with a guard that was killed
		}
	}
}

// slow is a question of a session that is let in slowly.
type slow struct {
	ask   ask
	actor *watch.Actor
	at    time.Time
}

// lane lets in one after the other.
type lane struct {
	waits []slow
}

// lanes are those of all sessions.
type lanes struct {
	mu   sync.Mutex
	list map[int]*lane
}

// pace is the time between two opens of a session that is let in slowly: long enough to
// change a file of usual size and to be seen doing it. Eight processes that wait for
// each other stay within the usual deadline.
const pace = 5 * time.Millisecond

// slowly puts a question into the lane of its session.
func (g *Gate) slowly(ctx context.Context, r *running, s slow) {
	g.lanes.mu.Lock()
	defer g.lanes.mu.Unlock()
	l := g.lanes.list[s.actor.Session]
	if l == nil {
		l = &lane{}
		g.lanes.list[s.actor.Session] = l
		g.done.Go(func() { g.drive(ctx, r, s.actor.Session, l) })
	}
	l.waits = append(l.waits, s)
}

// drive lets a session in, until nobody waits. Where there is no time left for that, all
// who wait are let in: the deadline goes before everything.
func (g *Gate) drive(ctx context.Context, r *running, session int, l *lane) {
	for {
		time.Sleep(pace)
		g.lanes.mu.Lock()
		if len(l.waits) == 0 {
			delete(g.lanes.list, session)
			g.lanes.mu.Unlock()
			return
		}
		s := l.waits[0]
		l.waits = l.waits[1:]
		g.lanes.mu.Unlock()
		say := allowed
		if g.o.Now().Sub(s.at) < g.o.Deadline*4/5 {
			short, cancel := context.WithTimeout(ctx, g.o.Deadline/5)
			if _, err := g.o.Settle(short); err != nil {
				say = failed
			}
			cancel()
		}
		if say == allowed && g.o.Judge.Allow(r.ask(s.ask, s.actor)) == No {
			say = denied
		}
		g.say(r, s.ask, say)
	}
}
