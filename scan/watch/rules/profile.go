package rules

import (
	"cmp"
	"slices"
	"time"
)

// Learning is how long the watch only learns before a stranger is reported.
const Learning = 7 * 24 * time.Hour

// Habit is what one user does with one program in one folder.
type Habit struct {
	Folder  string
	User    string
	Program string
	Digest  string    // of the program when it was seen last
	Verbs   Verb      // all that it did
	Hours   HourSet   // the hours of the week in which it did
	Most    int       // the most distinct files that it read in ten minutes
	Deleted int       // the most that it deleted
	Renamed int       // the most to which it gave an ending that was new
	Decoys  bool      // it read decoys while the watch learned
	First   time.Time // when it was first seen
	Last    time.Time // and last
	Said    Answer    // what a person said of it
	By      string    // who
	On      time.Time // and when
}

// Answer is what a person said of a habit.
type Answer string

// The answers.
const (
	Unsaid Answer = ""
	Normal Answer = "normal"
	Wrong  Answer = "wrong" // never normal: it is reported each time
)

// HourSet is a set of the 168 hours of a week, from Sunday midnight, in the
// shop's zone.
type HourSet [3]uint64

func hourOf(at time.Time) int { return int(at.Weekday())*24 + at.Hour() }

// Add puts the hour of a time into the set.
func (s *HourSet) Add(at time.Time) { h := hourOf(at); s[h/64] |= 1 << (h % 64) }

// Near reports whether the hour of a time, or one beside it, is in the set on
// any day of the week: a nightly work is not surprising on a Tuesday because
// it was learned from Thursday on.
func (s HourSet) Near(at time.Time) bool {
	for d := range 7 {
		for _, h := range []int{at.Hour() + 23, at.Hour(), at.Hour() + 1} {
			i := d*24 + h%24
			if s[i/64]&(1<<(i%64)) != 0 {
				return true
			}
		}
	}
	return false
}

// OfDay is the set of hours of the day that occur.
func (s HourSet) OfDay() [24]bool {
	var out [24]bool
	for i := range 168 {
		if s[i/64]&(1<<(i%64)) != 0 {
			out[i%24] = true
		}
	}
	return out
}

// Key names a habit.
type Key struct{ Folder, User, Program string }

// Key names the habit.
func (h *Habit) Key() Key { return Key{h.Folder, h.User, h.Program} }

// Profile is what is usual. It is not safe for concurrent use.
type Profile struct {
	Since  time.Time // when learning began; zero not yet
	habits map[Key]*Habit
}

// mostHabits bounds the profile: beyond, the one that was seen longest ago and
// that nobody spoke of is forgotten.
const mostHabits = 10_000

// NewProfile makes a profile of habits that were stored.
func NewProfile(since time.Time, list []Habit) *Profile {
	p := &Profile{Since: since, habits: map[Key]*Habit{}}
	for _, h := range list {
		p.habits[h.Key()] = &h
	}
	return p
}

// Habits lists all, by folder, user and program.
func (p *Profile) Habits() []Habit {
	out := make([]Habit, 0, len(p.habits))
	for _, h := range p.habits {
		out = append(out, *h)
	}
	slices.SortFunc(out, func(a, b Habit) int {
		return cmp.Or(cmp.Compare(a.Folder, b.Folder), cmp.Compare(a.User, b.User), cmp.Compare(a.Program, b.Program))
	})
	return out
}

// Learned reports whether the seven days are over.
func (p *Profile) Learned(at time.Time) bool {
	return !p.Since.IsZero() && at.Sub(p.Since) >= Learning
}

// learn notes a fact and says to which habit it belongs, and whether that is
// a new one. After the seven days only what a person called normal grows.
func (p *Profile) learn(f *Fact) (h *Habit, fresh bool) {
	k := Key{f.Folder, f.Who.User, f.Who.Program}
	if p.Since.IsZero() {
		p.Since = f.At
	}
	h = p.habits[k]
	if h == nil {
		if len(p.habits) >= mostHabits {
			p.forget()
		}
		h, fresh = &Habit{Folder: f.Folder, User: f.Who.User, Program: f.Who.Program, Digest: f.Who.Digest, First: f.At}, true
		p.habits[k] = h
	}
	h.Last = f.At
	if p.grows(h, f.At) {
		if only := h.Verbs != 0 && h.Verbs&Writes == 0; !only || f.Verb&Writes == 0 || !p.Learned(f.At) {
			h.Verbs |= f.Verb // what may read may not write for that: rule Stranger speaks first
		}
		h.Hours.Add(f.At)
		if h.Digest == "" {
			h.Digest = f.Who.Digest // a big program's is not known at its first event
		}
		h.Decoys = h.Decoys || f.Decoy && f.Verb == Read
	}
	return h, fresh
}

// seen reports whether anybody was seen in a folder with a program: where the process
// was gone before its user could be asked.
func (p *Profile) seen(folder, program string) bool {
	for k := range p.habits {
		if k.Folder == folder && k.Program == program && k.User != "" {
			return true
		}
	}
	return false
}

// grows reports whether a habit may still learn.
func (p *Profile) grows(h *Habit, at time.Time) bool {
	return h.Said == Normal || h.Said == Unsaid && !p.Learned(at)
}

func (p *Profile) forget() {
	var oldest *Key
	for k, h := range p.habits {
		if h.Said == Unsaid && (oldest == nil || h.Last.Before(p.habits[*oldest].Last)) {
			oldest = &k
		}
	}
	if oldest != nil {
		delete(p.habits, *oldest)
	}
}

// Expects reports whether a habit explains a fact.
func (p *Profile) Expects(f *Fact) bool {
	h := p.habits[Key{f.Folder, f.Who.User, f.Who.Program}]
	return f.Own || h != nil && h.Said != Wrong && h.Verbs&f.Verb != 0
}

// Answer notes what a person said of a habit. It reports whether there is one.
func (p *Profile) Answer(k Key, a Answer, by string, on time.Time) bool {
	h := p.habits[k]
	if h == nil {
		return false
	}
	h.Said, h.By, h.On = a, by, on
	return true
}
