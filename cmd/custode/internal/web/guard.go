package web

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"
)

// mostAtOnce is how many requests are answered at a time; more are told to come again.
const mostAtOnce = 64

// mostForm is how long a form may be; an upload has its own limit.
const mostForm = 256 << 10

// policy lets a page load its own style, script, pictures and progress, and send its forms home;
// nothing else, and nobody may frame it.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// guard stands before everything. The name that a request was sent to must be ours, so that no
// name of somebody else's that leads to this computer does (DNS rebinding); what changes something
// must come from our own pages (net/http's CrossOriginProtection, by Sec-Fetch-Site, else Origin).
func (s *Server) guard(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, r, http.StatusForbidden, "web.foreign-origin")
	}))
	inside := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin") // with none, forms of old browsers would come from nowhere
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !s.ours(r.Host) {
			http.Error(w, "421 this page has another name", http.StatusMisdirectedRequest)
			return
		}
		if o := r.Header.Get("Origin"); o != "" && o != "null" && !strings.EqualFold(o, s.scheme+"://"+r.Host) { // also where it only reads
			s.refuse(w, r, http.StatusForbidden, "web.foreign-origin")
			return
		}
		if from := ofAddress(r.RemoteAddr); s.each != nil {
			if !s.each.enters(from) {
				s.tooMany(w, r)
				return
			}
			defer s.each.leaves(from)
		}
		select {
		case s.slots <- struct{}{}:
			defer func() { <-s.slots }()
		default:
			s.tooMany(w, r)
			return
		}
		inside.ServeHTTP(w, r)
	})
}

// tooMany says that it may be asked again in a moment.
func (s *Server) tooMany(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "2")
	s.refuse(w, r, http.StatusServiceUnavailable, "web.too-many")
}

// quiet takes what net/http would write on the terminal about broken connections: it names
// addresses, and helps nobody.
func quiet(s *http.Server) { s.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError) }

// pace slows down who guesses: after each failure the next try has to wait, twice as long each
// time, a minute at most. A success makes it forget.
type pace struct {
	turn   sync.Mutex // held during a try, which may take 256 MiB
	mu     sync.Mutex
	failed int
	open   time.Time
}

const (
	freeTries = 3 // a person mistypes
	mostWait  = time.Minute
)

// try makes a try when it is its turn. Tries are made one after another: who sends many at once guesses no faster, and
// takes no more memory. With a wait it was not made. Right is whether a guess was right, [ErrWrong] that it was not; what
// is neither counts for nothing.
func (p *pace) try(now func() time.Time, do func() (right bool, err error)) (wait time.Duration, err error) {
	p.turn.Lock()
	defer p.turn.Unlock()
	if wait = p.wait(now()); wait > 0 {
		return wait, nil
	}
	right, err := do()
	switch {
	case errors.Is(err, ErrWrong):
		p.failure(now())
	case right:
		p.success()
	}
	return 0, err
}

// wait is how long nobody may try yet.
func (p *pace) wait(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return max(0, p.open.Sub(now))
}

func (p *pace) failure(now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed++
	if n := p.failed - freeTries; n >= 0 {
		p.open = now.Add(min(mostWait, time.Second<<min(n, 6)))
	}
}

func (p *pace) success() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failed, p.open = 0, time.Time{}
}
