package statement

import (
	"encoding/json"
	"fmt"
	"time"
)

// Published is what is kept of a printed statement: what it said, in the words in which it
// said it.
type Published struct {
	Sentences []Printed `json:"sentences"`
	Contact   string    `json:"contact,omitempty"` // whom it tells customers to ask
}

// Printed is a sentence of a printed statement.
type Printed struct {
	Sentence

	Text string `json:"text"`
}

// Encode gives the form in which it is kept.
func (p Published) Encode() ([]byte, error) { return json.Marshal(p) }

// Decode reads that form.
func Decode(raw []byte) (Published, error) {
	var p Published
	if err := json.Unmarshal(raw, &p); err != nil {
		return p, fmt.Errorf("statement: what was printed: %w", err)
	}
	return p, nil
}

// Broken is a printed sentence that is no longer true.
type Broken struct {
	Printed

	Lack   Lack
	Better bool      // the claim holds as such: only what it says (a number, a day) is too good
	Item   string    // of the daily check, which turned with it; "": none
	Since  time.Time // zero: not known
}

// Check gives the printed sentences that are no longer true as of now. turned says since when an
// item of the daily check is not green, zero where that is not known.
func (b *Book) Check(p Published, f Facts, now time.Time, turned func(item string) time.Time) []Broken {
	var out []Broken
	for _, s := range p.Sentences {
		one := Broken{Printed: s}
		c, known := b.Find(s.ID)
		if !known { // of another version, which made a claim that this one does not know
			out = append(out, one)
			continue
		}
		if lacks := c.Lacks(f, now); len(lacks) > 0 {
			one.Lack = lacks[0]
		} else if one.Lack, one.Better = c.tooGood(s.Sentence, f); !one.Better {
			continue
		}
		if one.Item = one.Lack.Item; one.Item == "" {
			one.Item = itemOf[one.Lack.Name]
		}
		if one.Since = one.Lack.Ended; one.Since.IsZero() && one.Item != "" {
			one.Since = turned(one.Item)
		}
		out = append(out, one)
	}
	return out
}

// tooGood finds what a sentence says that is better than the facts are: fewer files encrypted,
// more of them readable, something that began later. More encrypted files than it says, or a
// later proof, leave it true.
func (c Claim) tooGood(s Sentence, f Facts) (Lack, bool) {
	n, of := f.Count[c.N], f.Count[c.Of]
	switch {
	case c.N == LawHours || c.N == PeopleDays: // a promise: sooner than the law is none the worse
		if n < s.N {
			return Lack{Name: c.N, Known: true}, true
		}
	case c.N != "" && n < s.N:
		return Lack{Name: c.N, Known: true}, true
	case c.Of != "" && of-n > s.Of-s.N:
		return Lack{Name: Open, Known: true}, true
	case c.Since && day(f.Moment[c.Day]) > day(s.Day.In(f.Moment[c.Day].Location())):
		return Lack{Name: c.Day, Known: true}, true
	}
	return Lack{}, false
}

func day(t time.Time) string { return t.Format(time.DateOnly) }
