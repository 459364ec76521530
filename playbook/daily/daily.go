// Package daily is the judgement of the daily check: a pure function from facts
// to items, each green, amber, red or unknown, with why it matters and what to
// do now, and a score that an unknown can never improve.
//
// It reads no clock, file or database: package job gathers the facts. It
// writes no words: a [Phrase] names a sentence and its values, a face says it.
package daily

import (
	"cmp"
	"slices"
	"time"
)

// Status is the judgement of one item, and of the whole.
type Status string

// The four answers.
const (
	OK        Status = "ok"
	Attention Status = "attention"
	Act       Status = "act"
	Unknown   Status = "unknown" // it matters, and could not be checked
)

// urgency orders what is to be done first.
func (s Status) urgency() int {
	switch s {
	case Act:
		return 3
	case Unknown:
		return 2
	case Attention:
		return 1
	case OK:
	}
	return 0
}

// Phrase names a sentence of the catalogue and what fills it. Args may hold
// int64, string, [time.Time], [time.Duration] and Phrase; with Plural the sentence has a form for one
// and one for many, N decides and is its first value.
type Phrase struct {
	Key    string
	Plural bool
	N      int64
	Args   []any
}

// Item is one line of the check.
type Item struct {
	ID      string
	Group   Group
	Status  Status
	Worth   Status // what the score counts: Status, or worse where that is gentler than the facts
	Title   Phrase
	Why     Phrase
	Do      Phrase   // zero when there is nothing to do
	Command []string // an argument list, never a shell string; nil when none helps
	Minutes int      // about how long that takes
	Paths   []File   // the files concerned, worst first
	MapsTo  []string // the standards it serves
	Weight  int

	Evidence Evidence
	Aged     bool    // the evidence is too old for a better status
	Question bool    // only the owner can say it, and has not
	Snooze   *Snooze // put off by the owner; Status is amber then
}

// Kind says what the evidence of an item is.
type Kind string

// The kinds of evidence.
const (
	Measured  Kind = "measured"  // custode looked
	Recorded  Kind = "recorded"  // it stands in custode's own records
	Exercised Kind = "exercised" // somebody tried it
	Declared  Kind = "declared"  // somebody said so
)

// Evidence is what an item rests on.
type Evidence struct {
	Kind Kind
	At   time.Time // when it was seen, tried or said; zero: now
	From Phrase    // where it was seen, for who wants to look; zero: the title says it
}

// Snooze is an item put off: seen, until a day, for a reason.
type Snooze struct {
	Until       time.Time // the end of that day
	Because, By string
	Was         Status // what it counted as then; once it counts as less it is not put off any more
}

// File is a file concerned by an item.
type File struct {
	Path   string
	Risk   string // high, medium, low, or "" where it does not matter
	Note   string // a key of the catalogue that says what is with it, or ""
	People int64

	Because string // why the settings leave it out
	Whole   bool   // it is a whole data folder
}

// Result is the whole check.
type Result struct {
	At     time.Time
	Status Status
	Score  int      // 0 to 100
	Caps   []string // the items that keep the score down, however good the rest is
	Items  []Item   // by group
}

// Judge judges the facts as of now. The same facts give the same result.
func Judge(f Facts, now time.Time) Result {
	r := Result{At: now, Status: OK, Items: []Item{
		plaintext(f), access(f), stray(f), purpose(f, now), retention(f), scanAge(f, now), unread(f), selfLog(f), receipt(f, now),
	}}
	if len(f.Left) > 0 {
		r.Items = append(r.Items, excluded(f))
	}
	r.Items = append(r.Items, sealing(f, now)...)
	if len(f.Copies) > 0 {
		r.Items = append(r.Items, copies(f))
	}
	if f.Auto != nil {
		r.Items = append(r.Items, autoSealing(f.Auto, now))
	}
	r.Items = append(r.Items, backups(f, now)...)
	r.Items = append(r.Items, watching(f, now)...)
	r.Items = append(r.Items, responding(f, now)...)
	r.Items = append(r.Items, quizzes(f, now))
	r.Items = append(r.Items, promises(f, now)...)
	r.Items = append(r.Items, computer(f, now)...)
	r.Items = append(r.Items, answered(f, now)...)
	for i, it := range r.Items {
		it = it.spare(f, now).lost(f).decay(now).snooze(f.Snoozes, now)
		if s := it.standing(); s.urgency() > r.Status.urgency() {
			r.Status = s
		}
		r.Items[i] = it
	}
	slices.SortStableFunc(r.Items, func(a, b Item) int {
		return cmp.Compare(slices.Index(Groups(), a.Group), slices.Index(Groups(), b.Group))
	})
	r.Score, r.Caps = Score(r.Items)
	return r
}

// standing is what an item adds to the status of the whole: a question that was not answered is
// nothing that could not be checked.
func (it Item) standing() Status {
	if it.Question && it.Status == Unknown {
		return Attention
	}
	return it.Status
}

// First gives the things to do first, at most n: red before unknown before amber, then by weight,
// then what takes least; what was put off and what only the owner can answer come last.
func (r Result) First(n int) []Item {
	var out []Item
	for _, it := range r.Items {
		if it.Status != OK {
			out = append(out, it)
		}
	}
	later := func(it Item) int {
		switch {
		case it.Snooze != nil:
			return 2
		case it.Question:
			return 1
		}
		return 0
	}
	slices.SortStableFunc(out, func(a, b Item) int {
		return cmp.Or(cmp.Compare(later(a), later(b)), cmp.Compare(b.Status.urgency(), a.Status.urgency()),
			cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Minutes, b.Minutes))
	})
	return out[:min(n, len(out))]
}

// Count tells how many items have a status; open questions are counted as questions only.
func (r Result) Count(s Status) (n int) {
	for _, it := range r.Items {
		if it.Status == s && !it.Question {
			n++
		}
	}
	return n
}

// Questions tells how many items only the owner can answer, and has not.
func (r Result) Questions() (n int) {
	for _, it := range r.Items {
		if it.Question {
			n++
		}
	}
	return n
}
