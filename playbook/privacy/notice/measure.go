package notice

import (
	"cmp"
	"slices"

	"custode/internal/readable"
)

// PerMinute is how many words a customer reads in a minute: the low end of what Brysbaert
// found for silent reading of non-fiction ("How many words do we read per minute?", Journal
// of Memory and Language 109, 2019): 175 to 300, in the mean 238. Slower than the 200 of
// package readable: staff who learn are used to reading, and nobody chooses one's customers.
const PerMinute = 175

// shortest is how many words a sentence has at least when sentences are counted: shorter
// pieces count as part of the next one. Both indices reward short sentences; without this,
// a text chopped to pieces would pass for an easy one.
const shortest = 4

// Bounds is what the short notice keeps to.
type Bounds struct {
	Words   int     // at most
	Seconds int     // fewer
	Index   float64 // at least: Gulpease in Italian (below 80 hard for who finished primary school), Flesch in English
}

// For gives the bounds of a language.
func For(lang string) Bounds {
	if lang == "it" {
		return Bounds{170, 60, 80}
	}
	return Bounds{170, 60, 70}
}

// Measured is how long a text takes to read, and how easy it is.
type Measured struct {
	Words   int     `json:"words"`
	Seconds int     `json:"seconds"`
	Index   float64 `json:"index"` // 0 to 100
	Scale   string  `json:"scale"` // gulpease, flesch
}

// Measure measures all that a reader of the notice has before the eyes, headings too.
func (n *Notice) Measure() Measured { return measure(n.Lang, n.read()) }

// read gives the texts in the order in which they are read.
func (n *Notice) read() []string {
	texts := []string{n.Title}
	if n.Note != "" {
		texts = append(texts, n.Note)
	}
	for _, p := range n.Parts {
		if p.Title != "" {
			texts = append(texts, p.Title)
		}
		group := ""
		for _, c := range n.Claims {
			if c.Part != p.ID {
				continue
			}
			if n.Long && c.Group != group {
				texts = append(texts, n.names[c.Group])
			}
			group = c.Group
			if c.Label != "" {
				texts = append(texts, c.Label)
			}
			texts = append(texts, c.Text)
		}
	}
	return texts
}

// measure counts texts of a language.
func measure(lang string, texts []string) Measured {
	var c readable.Counts
	waiting := 0 // words of pieces that count as part of what follows
	for _, t := range texts {
		for _, s := range readable.Sentences(t) {
			one := readable.Count(s)
			c.Words, c.Letters, c.Syllables = c.Words+one.Words, c.Letters+one.Letters, c.Syllables+one.Syllables
			if waiting += one.Words; waiting >= shortest {
				c.Sentences, waiting = c.Sentences+1, 0
			}
		}
	}
	c.Sentences = max(c.Sentences, 1)
	m := Measured{Words: c.Words, Seconds: (c.Words*60 + PerMinute - 1) / PerMinute, Scale: "flesch", Index: c.Flesch()}
	if lang == "it" {
		m.Scale, m.Index = "gulpease", c.Gulpease()
	}
	m.Index = min(max(m.Index, 0), 100)
	return m
}

// Reason is a bound that a notice does not keep to.
type Reason string

// The reasons.
const (
	TooLong Reason = "long" // too many words, or seconds
	TooHard Reason = "hard" // the index is too low
)

// UnfitError says that a notice is no short one.
type UnfitError struct {
	Measured Measured
	Bounds   Bounds
	Reasons  []Reason
	Shorten  []Claim // what of the owner's own making is longest, the longest first
}

func (e *UnfitError) Error() string { return "notice: too long or too hard to read" }

// Fits reports whether the short notice keeps to its bounds: nil, or an *UnfitError.
func (n *Notice) Fits() error {
	m, b := n.Measure(), For(n.Lang)
	e := &UnfitError{Measured: m, Bounds: b}
	if m.Words > b.Words || m.Seconds >= b.Seconds {
		e.Reasons = append(e.Reasons, TooLong)
	}
	if m.Index < b.Index {
		e.Reasons = append(e.Reasons, TooHard)
	}
	if len(e.Reasons) == 0 {
		return nil
	}
	for _, c := range n.Claims {
		if len(c.Trace.Categories)+len(c.Trace.Recipients) > 0 || c.Trace.Controller {
			e.Shorten = append(e.Shorten, c)
		}
	}
	slices.SortStableFunc(e.Shorten, func(a, b Claim) int { return cmp.Compare(len(readable.Words(b.Text)), len(readable.Words(a.Text))) })
	return e
}
