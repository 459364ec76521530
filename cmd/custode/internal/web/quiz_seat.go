package web

import (
	"crypto/sha256"
	"net/http"
	"sync"
	"time"
)

const (
	seatIdle  = 10 * time.Minute // then whoever sat there has gone
	mostSeats = 32
)

// bench is what somebody sits down to, and where: a seat at one is none at another.
type bench string

const (
	quizBench bench = "quiz"
	stepBench bench = "steps"
)

func (b bench) cookie() string { return "custode-" + string(b) }
func (b bench) path() string   { return "/" + string(b) }

// sits is the page of who sits there.
func (b bench) sits() string {
	if b == stepBench {
		return b.path() + "/mine"
	}
	return b.path() + "/sit"
}

// key is under which a seat is kept.
func (b bench) key(token string) [32]byte { return sha256.Sum256([]byte(string(b) + " " + token)) }

// seats knows who sits where. A seat has a cookie of its own: the owner's session knows nothing of it.
type seats struct {
	mu sync.Mutex
	of map[[32]byte]*taken
}

type taken struct {
	seat QuizSeat
	used time.Time
}

// tidy ends the seats that nobody used for a while; all, if now is zero.
func (s *seats) tidy(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, t := range s.of {
		if now.IsZero() || now.Sub(t.used) >= seatIdle {
			t.seat.Leave()
			delete(s.of, k)
		}
	}
}

// seat lets somebody sit at the browser of a visit. Who sat there before leaves.
func (v *visit) seat(b bench, q QuizSeat) {
	v.leave(b)
	now := v.now()
	v.seats.tidy(now)
	s := &v.seats
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.of == nil {
		s.of = map[[32]byte]*taken{}
	}
	if len(s.of) >= mostSeats {
		gone := oldest(s.of, func(t *taken) time.Time { return t.used })
		s.of[gone].seat.Leave()
		delete(s.of, gone)
	}
	c := Token()
	s.of[b.key(c)] = &taken{q, now}
	http.SetCookie(v.w, &http.Cookie{Name: b.cookie(), Value: c, Path: b.path(), HttpOnly: true, Secure: v.r.TLS != nil, SameSite: http.SameSiteStrictMode}) //nolint:gosec // on this computer there is no TLS
}

// seated gives who sits at the browser of a visit.
func (v *visit) seated(b bench) (QuizSeat, bool) {
	c, err := v.r.Cookie(b.cookie())
	if err != nil {
		return nil, false
	}
	v.seats.tidy(v.now())
	s := &v.seats
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.of[b.key(c.Value)]
	if t == nil {
		return nil, false
	}
	t.used = v.now()
	return t.seat, true
}

// leave ends the seat of the browser of a visit, if there is one.
func (v *visit) leave(b bench) {
	c, err := v.r.Cookie(b.cookie())
	if err != nil {
		return
	}
	s := &v.seats
	s.mu.Lock()
	defer s.mu.Unlock()
	k := b.key(c.Value)
	if t := s.of[k]; t != nil {
		t.seat.Leave()
		delete(s.of, k)
	}
}
