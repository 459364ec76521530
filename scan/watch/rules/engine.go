package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Limits are the numbers from which on something is an incident. The zero
// value of a field stands for its default.
type Limits struct {
	Reads   int // 60 files in ten minutes, or three times the usual
	Deletes int // 30 in ten minutes
	Renames int // 20 in ten minutes, to endings that were not there before
	Exposed int // 20 files opened to everyone; of a folder or a sealed file, one
}

func (l Limits) filled() Limits {
	for _, p := range []struct {
		n   *int
		def int
	}{{&l.Reads, 60}, {&l.Deletes, 30}, {&l.Renames, 20}, {&l.Exposed, 20}} {
		if *p.n <= 0 {
			*p.n = p.def
		}
	}
	return l
}

// Config is what a shop sets.
type Config struct {
	Hours  Week
	Zone   *time.Location // of the shop; nil: that of the facts
	Limits Limits
	Paused func(at time.Time) bool // a maintenance pause: decoy, unreadable and blind stay on
}

const (
	minute = time.Minute
	ten    = 10 * time.Minute
	quiet  = 10 * time.Minute // an incident is over when nothing was added for so long
	idle   = 15 * time.Minute // an actor is forgotten
	actors = 4096             // at most
)

// Engine judges facts. It is not safe for concurrent use; its memory is
// bounded by the number of actors, open incidents and files in ten minutes.
type Engine struct {
	cfg     Config
	profile *Profile
	actors  map[string]*actor
	open    map[incidentKey]*incident
	recent  []touch // a ring
	next    int
	serial  uint64
	last    named    // of the last fact
	list    []*actor // those of this one
}

// named are the names of the actors of a fact.
type named struct {
	who   Who
	names []string
}

// New makes an engine that judges by a profile and teaches it.
func New(cfg Config, p *Profile) *Engine {
	cfg.Limits = cfg.Limits.filled()
	return &Engine{cfg: cfg, profile: p, actors: map[string]*actor{}, open: map[incidentKey]*incident{}}
}

// Configure takes other settings of the shop from now on.
func (e *Engine) Configure(cfg Config) {
	cfg.Limits = cfg.Limits.filled()
	e.cfg = cfg
}

// Profile is what the engine judges by.
func (e *Engine) Profile() *Profile { return e.profile }

// actor is one session, or one program of one user.
type actor struct {
	last  time.Time
	short map[sign]*window  // of a minute
	long  map[sign]*window  // of ten
	reads map[string]*burst // by folder
	began map[habitSign]*start
	made  map[string]bool // folders in which it made files
	odd   int             // files that it packed anew and that do not look like a cipher
}

// start is when somebody began to delete or to rename, and what was usual then: it does
// not become usual by going on.
type start struct {
	usual int
	last  time.Time
}

type habitSign struct {
	h *Habit
	s sign
}

// before is what was usual when this began.
func (a *actor) before(h *Habit, s sign, now int, at time.Time) int {
	k := habitSign{h, s}
	b := a.began[k]
	if b == nil || at.Sub(b.last) > ten {
		b = &start{usual: now}
		a.began[k] = b
	}
	b.last = at
	return b.usual
}

// burst is what is read in one go, and what was usual when it began: it does
// not become usual by going on.
type burst struct {
	*window
	usual int
}

// touch is a fact that may become part of an incident.
type touch struct {
	at     time.Time
	who    [2]string // its actors
	folder string
	path   string
	was    string // its name before
	kind   string
	signs  sign
}

const mostRecent = 1 << 14

// sign is what a fact speaks for, as a set.
type sign uint16

const (
	signRead       sign = 1 << iota
	signUnreadable      // T: an old file no longer opens
	signRenamed         // R: an old file has an ending that was not there before
	signDeleted         // D: an old file is gone without a twin
	signChanged         // I: an old file was changed
	signNoise           // N: a new file that nothing opens
	signExposed
	signUseless    // an old file is gone that nothing opened: a pack of a backup's store
	signWiped      // W: an old file was overwritten and deleted at once
	signRepacked   // a useless one that its session has read before, and it made new ones
	signUnexpected // a read that no habit explains
)

// signsOf says what a fact speaks for.
func signsOf(f *Fact) sign {
	var s sign
	switch f.Verb {
	case Read:
		if f.Young && f.Who.Session != 0 {
			return 0 // what it made itself; and opening a file to write it looks the same
		}
		return signRead
	case Change:
		if !f.Young {
			s = signChanged
		}
		if f.Lost != 0 && !f.Young {
			s |= signUnreadable
		}
	case Create:
		if f.Noise {
			s = signNoise
		}
	case Delete:
		switch {
		case f.Young || f.Twin || f.Dir: // the files of a folder are told one by one
		case f.Noise:
			s = signUseless
		default:
			s = signDeleted
		}
		if f.Lost != 0 && !f.Young {
			s |= signUnreadable
		}
		if f.Wiped && s&signDeleted != 0 {
			s |= signWiped | signChanged
		}
	case Rename:
		if !f.Young && f.NewEnding {
			s = signRenamed
		}
	case Permission:
		if f.Exposed {
			s = signExposed
		}
	case Writes: // a set, not a verb
	}
	if f.Own {
		s = 0 // what custode announced, and only where the result is that
	}
	return s
}

// wide begins the name of an actor that is a program in whatever session.
const wide = "p\x00"

func (e *Engine) actor(name string, at time.Time) *actor {
	a := e.actors[name]
	if a == nil {
		if len(e.actors) >= actors {
			e.evict()
		}
		a = &actor{short: map[sign]*window{}, long: map[sign]*window{}, reads: map[string]*burst{}, began: map[habitSign]*start{}, made: map[string]bool{}}
		e.actors[name] = a
	}
	a.last = at
	return a
}

func (e *Engine) evict() {
	var oldest string
	for n, a := range e.actors {
		if oldest == "" || a.last.Before(e.actors[oldest].last) {
			oldest = n
		}
	}
	delete(e.actors, oldest)
}

// names of the actors of a fact: the session where it is known, so that a loop
// of short programs is one; and the program of the user, so that one that
// starts new sessions is one as well.
func (e *Engine) names(w Who) []string {
	if e.last.names != nil && e.last.who == w {
		return e.last.names
	}
	list := []string{fmt.Sprintf(wide+"%s\x00%s", w.User, w.Program)}
	if w.Session != 0 {
		list = []string{fmt.Sprintf("s\x00%d", w.Session), list[0]}
	}
	e.last = named{w, list}
	return list
}

// count adds a fact to the windows of an actor.
func (a *actor) count(f *Fact, s sign) {
	k := pair(f.Path, f.From)
	for bit := sign(1); bit <= signUnexpected; bit <<= 1 {
		if s&bit == 0 || bit == signRead {
			continue
		}
		if a.short[bit] == nil {
			a.short[bit], a.long[bit] = newWindow(minute), newWindow(ten)
		}
		a.short[bit].add(f.At, k)
		a.long[bit].add(f.At, k)
	}
}

// remember keeps a fact for the incident that it may become part of.
func (e *Engine) remember(f *Fact, who []string, s sign) {
	t := touch{at: f.At, folder: f.Folder, path: f.Path, was: f.From, kind: f.Was.String(), signs: s}
	copy(t.who[:], who)
	if len(e.recent) < mostRecent {
		e.recent = append(e.recent, t)
		return
	}
	e.recent[e.next] = t
	e.next = (e.next + 1) % mostRecent
}

func (a *actor) n(m map[sign]*window, s sign, at time.Time) int {
	if m[s] == nil {
		return 0
	}
	return m[s].count(at)
}

// See judges one fact.
func (e *Engine) See(f Fact) []News {
	if e.cfg.Zone != nil {
		f.At = f.At.In(e.cfg.Zone)
	}
	habit, fresh := e.profile.learn(&f)
	s, who := signsOf(&f), e.names(f.Who)
	list := e.list[:0] // good until the next fact
	for _, n := range who {
		list = append(list, e.actor(n, f.At))
	}
	// The windows of what is read are kept with the folder, and only what no
	// habit explains counts against a session.
	bulk := e.bulk(&f, habit, list, &s)
	if s&signUseless != 0 && e.repacks(&f, list[0]) {
		s = s&^signUseless | signRepacked
	}
	if f.Verb == Create {
		list[0].made[f.Folder] = true
	}
	for _, a := range list {
		a.count(&f, s)
	}
	e.remember(&f, who, s)
	e.list = list
	hits := [6]*hit{e.decoy(&f, habit), e.unreadable(&f, s, list)}
	if e.cfg.Paused == nil || !e.cfg.Paused(f.At) {
		hits = [6]*hit{hits[0], hits[1], bulk, e.stranger(&f, habit, fresh), e.hours(&f, habit), e.mass(&f, s, habit, list)}
	}
	var out []News
	for _, h := range hits {
		if h != nil {
			out = append(out, e.hit(&f, s, h, who)...)
		}
	}
	e.grow(&f, s, who)
	return out
}

// Open lists the open incidents as they stand, the oldest first: what is worth
// keeping from time to time, since a killed watch tells no more of them.
func (e *Engine) Open() []Incident {
	out := make([]Incident, 0, len(e.open))
	for _, i := range e.open {
		out = append(out, i.copy())
	}
	slices.SortFunc(out, func(a, b Incident) int { return cmp.Compare(a.Serial, b.Serial) })
	return out
}

// Tick closes incidents to which nothing was added for a while and forgets
// actors that are gone. Call it about once a minute.
func (e *Engine) Tick(now time.Time) []News {
	var out []News
	for k, i := range e.open {
		if now.Sub(i.Last) >= quiet {
			delete(e.open, k)
			out = append(out, News{Over, i.copy()})
		}
	}
	slices.SortFunc(out, func(a, b News) int { return cmp.Compare(a.Incident.Serial, b.Incident.Serial) })
	for n, a := range e.actors {
		if now.Sub(a.last) >= idle {
			delete(e.actors, n)
		}
	}
	return out
}

// Blindness reports that the watch could not see from a time to another. why
// is the sensor's identifier; files is how many were found changed afterwards, and paths are
// some of them.
func (e *Engine) Blindness(from, to time.Time, why string, files int, paths ...string) []News {
	k := incidentKey{rule: Blind, folder: why}
	if i := e.open[k]; i != nil {
		i.Last = to
		i.Counts.Files += files
		i.Paths = append(i.Paths, paths[:min(len(paths), MostPaths-len(i.Paths))]...)
		return nil
	}
	i := e.begin(k, &Fact{At: to}, &hit{rule: Blind, severity: High, why: Why(why)})
	i.Opened, i.Counts.Files, i.Paths = from, files, paths
	return []News{{Began, i.copy()}}
}
