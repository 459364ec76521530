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
type Denials struct {
	now     func() time.Time
	guarded atomic.Bool

	mu      sync.Mutex
	list    map[uint64]*Denial
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

// still is how long a session must not have tried before its denial ends by itself.
const still = 10 * time.Minute

// NewDenials denies nobody.
func NewDenials(now func() time.Time) *Denials {
	return &Denials{now: now, list: map[uint64]*Denial{}}
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

// denies reports whether an incident is one after which nothing more is opened.
func denies(i *rules.Incident) bool {
	return i.Severity == rules.Critical && i.Who.Known() &&
		(i.Rule == rules.Unreadable || i.Rule == rules.Decoy && i.Why == rules.Altered)
}

// Tick ends the denials of sessions that have stopped trying.
func (d *Denials) Tick() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for n, x := range d.list {
		if x.over && d.now().Sub(x.Last) >= still {
			delete(d.list, n)
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
	if g := len(d.list) > 0; d.guarded.Swap(g) != g && d.changed != nil {
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

// Guarded reports whether anybody is denied.
func (d *Denials) Guarded() bool { return d.guarded.Load() }

// Allow reports whether a program may open a file. Whoever is not known may.
func (d *Denials) Allow(a Ask) bool {
	if a.Actor == nil {
		return true
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	ok := true
	for _, x := range d.list {
		if x.covers(a.Actor) {
			ok = false
			x.Denied++
			x.Last, x.Path = d.now(), a.Path
		}
	}
	return ok
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
