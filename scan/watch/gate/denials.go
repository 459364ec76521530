package gate

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"custode/scan/watch"
	"custode/scan/watch/rules"
)

// Denials are the sessions that may open no more files: those that were found making
// files unreadable, or changed a decoy. Each is denied until its incident is over, and
// for as long as it goes on trying, or until a person says that it may.
//
// Who is denied:
//
//   - where somebody sits at a terminal: the whole session, whoever it acts as;
//   - a service, which may work for many people in one session, as a file server does:
//     the session as that user;
//   - a program that was found by its doings in several sessions, or in one that is not
//     known: that program of that user.
//
// A session with a first sign, one file that no longer opens, say, is let in slowly for a
// minute: one open after the other, each when there was time for what the last one was
// made for to be seen. So many processes at once are found out as one is.
type Denials struct {
	now     func() time.Time
	guarded atomic.Bool

	mu      sync.Mutex
	list    map[uint64]*Denial
	doubts  map[int]time.Time // sessions with a sign: when the last one was
	changed func(guarded bool)
}

// Denial is one.
type Denial struct {
	Serial uint64 // of the incident
	Who    rules.Who
	Wide   bool // the program of the user, in whatever session
	Since  time.Time
	Denied int64     // how many opens
	Last   time.Time // when the last one was
	Path   string    // of the last one
	over   bool      // the incident is
}

// doubtful is how long a session is let in slowly after a sign.
const doubtful = time.Minute

// mostDoubts bounds the sessions with a sign.
const mostDoubts = 1 << 10

// still is how long a session must not have tried before its denial ends by itself.
const still = 10 * time.Minute

// NewDenials denies nobody.
func NewDenials(now func() time.Time) *Denials {
	return &Denials{now: now, list: map[uint64]*Denial{}, doubts: map[int]time.Time{}}
}

// Take takes in what became of incidents.
func (d *Denials) Take(news []rules.News) {
	for _, n := range news {
		i := &n.Incident
		d.mu.Lock()
		old := d.list[i.Serial]
		switch {
		case n.What == rules.Over && old != nil:
			old.over = true
		case n.What != rules.Over && old == nil && denies(i):
			d.list[i.Serial] = &Denial{Serial: i.Serial, Who: i.Who, Wide: i.Wide, Since: d.now()}
		}
		d.settle()
		d.mu.Unlock()
	}
}

// See takes in what was found of the files, before the rules make news of it.
func (d *Denials) See(facts []rules.Fact) {
	for i := range facts {
		f := &facts[i]
		if !sign(f) || f.Who.Session == 0 {
			continue
		}
		d.mu.Lock()
		if len(d.doubts) < mostDoubts {
			d.doubts[f.Who.Session] = d.now()
		}
		d.settle()
		d.mu.Unlock()
	}
}

// sign reports whether a fact is one that a program which takes files hostage would
// leave, and others hardly ever.
func sign(f *rules.Fact) bool {
	return !f.Own && (f.Lost != 0 && !f.Young || f.Verb == rules.Create && f.Noise || f.Verb == rules.Rename && f.NewEnding && !f.Young)
}

// denies reports whether an incident is one after which nothing more is opened.
func denies(i *rules.Incident) bool {
	return i.Severity == rules.Critical && i.Who.Known() &&
		(i.Rule == rules.Unreadable || i.Rule == rules.Decoy && i.Why == rules.Altered)
}

// Tick ends the denials of sessions that have stopped trying, and doubts that came to
// nothing. Call it about once a second.
func (d *Denials) Tick() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for n, x := range d.list {
		if x.over && d.now().Sub(x.Last) >= still {
			delete(d.list, n)
		}
	}
	for n, at := range d.doubts {
		if d.now().Sub(at) >= doubtful {
			delete(d.doubts, n)
		}
	}
	d.settle()
}

// Release lets a session in again, because a person said so. It reports whether it was
// denied.
func (d *Denials) Release(serial uint64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, ok := d.list[serial]
	delete(d.list, serial)
	d.settle()
	return ok
}

// settle tells the guard when there is somebody, or nobody any more. d.mu is held.
func (d *Denials) settle() {
	if g := len(d.list)+len(d.doubts) > 0; d.guarded.Swap(g) != g && d.changed != nil {
		d.changed(g)
	}
}

// onChange has a change told, at once.
func (d *Denials) onChange(tell func(guarded bool)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changed = tell
}

// List tells who is denied, the oldest first.
func (d *Denials) List() []Denial {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := make([]Denial, 0, len(d.list))
	for _, x := range d.list {
		out = append(out, *x)
	}
	slices.SortFunc(out, func(a, b Denial) int { return cmp.Compare(a.Serial, b.Serial) })
	return out
}

// Guarded reports whether anybody is denied, or let in slowly.
func (d *Denials) Guarded() bool { return d.guarded.Load() }

// Allow says whether a program may open a file. Whoever is not known may.
func (d *Denials) Allow(a Ask) Answer {
	if a.Actor == nil {
		return Yes
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	say := Yes
	if at, ok := d.doubts[a.Actor.Session]; ok && d.now().Sub(at) < doubtful {
		say = Slowly
	}
	for _, x := range d.list {
		if x.covers(a.Actor) {
			say = No
			x.Denied++
			x.Last, x.Path = d.now(), a.Path
		}
	}
	return say
}

func (x *Denial) covers(a *watch.Actor) bool {
	program := a.Program
	if a.Script != "" {
		program = a.Script
	}
	if x.Wide {
		return a.User == x.Who.User && program == x.Who.Program
	}
	return a.Session == x.Who.Session && (x.Who.Human || a.User == x.Who.User)
}
