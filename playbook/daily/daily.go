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
	Status  Status
	Title   Phrase
	Why     Phrase
	Do      Phrase   // zero when there is nothing to do
	Command []string // an argument list, never a shell string; nil when none helps
	Paths   []File   // the files concerned, worst first
	MapsTo  []string // the standards it serves
	Weight  int
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
	Score  int    // 0 to 100
	Items  []Item // in the order of the catalogue
}

// Judge judges the facts as of now. The same facts give the same result.
func Judge(f Facts, now time.Time) Result {
	r := Result{At: now, Status: OK, Items: []Item{
		plaintext(f), access(f), scanAge(f, now), unread(f), selfLog(f),
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
	if f.Watch != nil {
		r.Items = append(r.Items, watchRunning(f.Watch), watchAlerts(f.Watch))
	}
	for _, it := range r.Items {
		if it.Status.urgency() > r.Status.urgency() {
			r.Status = it.Status
		}
	}
	r.Score = Score(r.Items)
	return r
}

// First gives the things to do first, at most n: red before unknown before
// amber, then by weight.
func (r Result) First(n int) []Item {
	var out []Item
	for _, it := range r.Items {
		if it.Status != OK {
			out = append(out, it)
		}
	}
	slices.SortStableFunc(out, func(a, b Item) int {
		return cmp.Or(cmp.Compare(b.Status.urgency(), a.Status.urgency()), cmp.Compare(b.Weight, a.Weight))
	})
	return out[:min(n, len(out))]
}

// The bounds of the score: a red in an item that others build on, and anything
// that could not be looked at, can't be made up for by greens.
const (
	capRed     = 49
	capUnknown = 89
)

// Score is the weighted share of what is in order: green counts whole, amber
// half, red and unknown nothing. An item of weight 3 or more that is red caps
// it at 49, any unknown at 89.
func Score(items []Item) int {
	got, all, limit := 0, 0, 100
	for _, it := range items {
		all += 2 * it.Weight
		switch it.Status {
		case OK:
			got += 2 * it.Weight
		case Attention:
			got += it.Weight
		case Act:
			if it.Weight >= 3 {
				limit = min(limit, capRed)
			}
		case Unknown:
			limit = min(limit, capUnknown)
		}
	}
	if all == 0 {
		return 0
	}
	return min(limit, 100*got/all)
}
