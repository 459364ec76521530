package web

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"

	"custode/internal/secret"
)

// Locker locks the shop and unlocks it with the passphrase.
type Locker interface {
	// Ready reports whether the shop was set up; until then there is only the first run.
	Ready() bool
	// CanLock reports whether there are keys: without any there is no passphrase to ask for.
	CanLock() bool
	// Unlock opens the keys with a passphrase; [ErrWrong] if it is not that.
	Unlock(ctx context.Context, passphrase secret.Bytes) error
	// Lock lets go of the keys.
	Lock()
}

const (
	linkLives = 5 * time.Minute
	idleLocks = 15 * time.Minute
	dayEnds   = 12 * time.Hour // a session ends for good
	cookie    = "custode"
	mostDoors = 32 // links and sessions at a time; the oldest goes
)

// doors knows who was let in. It keeps hashes only, in memory.
type doors struct {
	mu       sync.Mutex
	links    map[[32]byte]time.Time // until when
	sessions map[[32]byte]*session
	used     time.Time // when anybody last used the page or asked for a link
}

// session is one browser.
type session struct {
	since, used time.Time
	locked      bool
	lang        string
	name        string // of who sits there, for what is done in an incident; "": nobody said
	sealed      string // what the list of sealed files is narrowed by: names of people are in no address
}

// Token is 128 random bits that stand well in a link.
func Token() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}

// Link makes an address that opens one session, once, within five minutes.
func (s *Server) Link() string {
	t := Token()
	d := &s.doors
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.links == nil {
		d.links = map[[32]byte]time.Time{}
	}
	now := s.o.Now()
	maps.DeleteFunc(d.links, func(_ [32]byte, until time.Time) bool { return !now.Before(until) })
	if len(d.links) >= mostDoors {
		clear(d.links)
	}
	d.links[sha256.Sum256([]byte(t))] = now.Add(linkLives)
	d.used = now
	return "http://" + s.o.Host + "/enter/" + t
}

// enter opens a session with a link; false if it was used, is too old, or never was.
func (s *Server) enter(link string) (cookie string, ok bool) {
	d, now := &s.doors, s.o.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	sum := sha256.Sum256([]byte(link))
	until, there := d.links[sum]
	delete(d.links, sum)
	if !there || !now.Before(until) {
		return "", false
	}
	return d.admit(now, s.o.Lang), true
}

// admit lets one more browser in, which speaks that language, and gives its cookie.
func (s *Server) admit(lang string) string {
	s.doors.mu.Lock()
	defer s.doors.mu.Unlock()
	return s.doors.admit(s.o.Now(), lang)
}

func (d *doors) admit(now time.Time, lang string) (cookie string) {
	if d.sessions == nil {
		d.sessions = map[[32]byte]*session{}
	}
	if len(d.sessions) >= mostDoors {
		delete(d.sessions, oldest(d.sessions, func(s *session) time.Time { return s.used }))
	}
	cookie = Token()
	d.sessions[sha256.Sum256([]byte(cookie))] = &session{since: now, used: now, lang: lang}
	return cookie
}

// oldest is the key of what was used longest ago.
func oldest[K comparable, T any](of map[K]T, used func(T) time.Time) (key K) {
	first := true
	for k, v := range of {
		if first || used(v).Before(used(of[key])) {
			key, first = k, false
		}
	}
	return key
}

// find gives a copy of the session of a request, and notes that it is used. Only a session that is open stays
// open by being used.
func (s *Server) find(r *http.Request, uses bool) (session, bool) {
	c, err := r.Cookie(cookie)
	if err != nil {
		return session{}, false
	}
	d, now := &s.doors, s.o.Now()
	sum := sha256.Sum256([]byte(c.Value))
	d.mu.Lock()
	defer d.mu.Unlock()
	v := d.sessions[sum]
	switch {
	case v == nil:
		return session{}, false
	case now.Sub(v.since) > dayEnds:
		delete(d.sessions, sum)
		return session{}, false
	case now.Sub(v.used) > idleLocks && uses:
		v.locked = true
	case now.Sub(v.used) > idleLocks: // the page of a work that follows it by itself: see waited
		shut := *v
		shut.locked = true
		return shut, true
	}
	if uses && !v.locked {
		v.used = now
	}
	if uses {
		d.used = now
	}
	return *v, true
}

// change changes the session of a request.
func (s *Server) change(r *http.Request, fn func(*session)) {
	c, err := r.Cookie(cookie)
	if err != nil {
		return
	}
	s.doors.mu.Lock()
	defer s.doors.mu.Unlock()
	if v := s.doors.sessions[sha256.Sum256([]byte(c.Value))]; v != nil {
		fn(v)
	}
}

// waited counts the time of a work that has ended as use by who began it, who gets as long to come back as anybody:
// else what it found would be let go of at once. A session that was locked meanwhile stays so.
func (s *Server) waited(r *http.Request) {
	s.change(r, func(v *session) {
		if now := s.o.Now(); !v.locked && now.After(v.used) {
			v.used = now
		}
	})
}

// lockAll locks every session: the keys are let go for all.
func (d *doors) lockAll() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, v := range d.sessions {
		v.locked = true
	}
}

// shut forgets everybody.
func (d *doors) shut() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.links, d.sessions = nil, nil
}

// idle reports whether nobody has used the page for a while; then the keys are let go.
func (s *Server) idle() bool {
	d, now := &s.doors, s.o.Now()
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, v := range d.sessions {
		if !v.locked && now.Sub(v.used) <= idleLocks {
			return false
		}
	}
	return true
}

// unused is for how long nobody has used the page or asked for a link.
func (d *doors) unused(now time.Time) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	return now.Sub(d.used)
}

// use notes that somebody uses the page.
func (d *doors) use(now time.Time) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.used = now
}

// deserted reports whether the page may end: see [Options.Idle]. A tablet of the staff uses it too.
func (s *Server) deserted() bool {
	d, now := &s.doors, s.o.Now()
	if s.o.Idle == 0 || d.unused(now) <= s.o.Idle || s.busy() {
		return false
	}
	staff := s.o.Office(s.o.Lang).Tablet().Server
	return staff == nil || staff.doors.unused(now) > s.o.Idle
}

// lookAround tidies every ten seconds until ctx ends.
func (s *Server) lookAround(ctx context.Context) {
	tick := time.NewTicker(10 * time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			s.tidy()
			if s.deserted() {
				s.over()
			}
		}
	}
}

// tidy ends the seats that were left, and lets go of the keys when nobody has used the page for a while. The keys are
// the owner's: the door for the staff, where nobody may be for days, never lets go of them.
func (s *Server) tidy() {
	s.seats.tidy(s.o.Now())
	if !s.staff && s.idle() && len(s.works.going()) == 0 {
		s.o.Office(s.o.Lang).Lock()
	}
}
