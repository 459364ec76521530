package fact

import (
	"cmp"
	"maps"
	"strconv"
	"strings"
	"time"

	"custode/internal/i18n"
)

// Origin says where a value comes from.
type Origin string

// Where values come from. A value that custode filled in is shown as such and can be corrected.
const (
	Said     Origin = "said"     // a person said it
	Step     Origin = "step"     // a step that was done says it
	Scan     Origin = "scan"     // the scan's findings
	Alert    Origin = "alert"    // an alert of the watch
	Journal  Origin = "journal"  // what the journal says, such as what was sealed when
	Settings Origin = "settings" // the shop's settings
	Before   Origin = "before"   // what was said in the incident before
)

// Wording is a sentence of custode's own in each language.
type Wording = i18n.Text

// Value is what is known of a fact.
type Value struct {
	Text   string `json:"text"` // canonical: see Book.Parse
	Origin Origin `json:"origin"`
	Event  int64  `json:"event"`          // the event of the run that says so; 0 where there is none
	From   Origin `json:"from,omitempty"` // where custode had it from that a person then confirmed

	Words Wording `json:"-"` // a sentence of custode's own, in each language; empty of all else
}

// After is the value that comes after another: one that a person confirms keeps where
// custode had it from.
func (v Value) After(was Value) Value {
	if v.Origin == Said && v.Words.Empty() && v.Text != "" && (v.Text == was.Words.EN || v.Text == was.Words.IT) {
		v.Text, v.Words = was.Text, was.Words // confirmed as it was read, in whichever language
	}
	if v.Text != was.Text || v.Origin != Said {
		return v
	}
	if v.From = was.From; was.Origin != Said && was.Origin != Step {
		v.From = was.Origin
	}
	return v
}

// Source is where the value came from in the first place.
func (v Value) Source() Origin { return cmp.Or(v.From, v.Origin) }

// Known reports whether it is a value, and not "unknown", "n/a" or nothing.
func (v Value) Known() bool {
	return v.Text != "" && v.Text != Unknown && v.Text != NotApplicable
}

// Set is what is known about one incident. Reading a nil Set is fine.
type Set map[string]Value

// In gives the set with custode's own sentences in a language. What a person wrote stays as it was written.
func (s Set) In(lang string) Set {
	out := maps.Clone(s)
	for key, v := range out {
		if v.Words.Whole() {
			v.Text = v.Words.In(lang)
			out[key] = v
		}
	}
	return out
}

// Tri gives a yes/no fact.
func (s Set) Tri(key string) Tri {
	switch s[key].Text {
	case "yes":
		return Yes
	case "no":
		return No
	}
	return Maybe
}

// Text gives a text or the id of a choice; "" where it is not known.
func (s Set) Text(key string) string {
	if v := s[key]; v.Known() {
		return v.Text
	}
	return ""
}

// Number gives a number.
func (s Set) Number(key string) (int64, bool) {
	n, err := strconv.ParseInt(s[key].Text, 10, 64)
	return n, err == nil
}

// Time gives a moment.
func (s Set) Time(key string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339, s[key].Text)
	return t, err == nil
}

// List gives the ids of a list; nil where it is not known.
func (s Set) List(key string) []string {
	if v := s[key]; v.Known() {
		return strings.Split(v.Text, ",")
	}
	return nil
}

// Tri is a truth value of Kleene's three-valued logic. The zero value is Maybe.
type Tri int8

// The three values.
const (
	Maybe Tri = 0
	Yes   Tri = 1
	No    Tri = -1
)

func (t Tri) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	case Maybe:
	}
	return Unknown
}

// Not gives the opposite; of Maybe it is Maybe.
func (t Tri) Not() Tri { return -t }

// And is No where one is No, else Maybe where one is Maybe.
func (t Tri) And(u Tri) Tri { return min3(t, u) }

// Or is Yes where one is Yes, else Maybe where one is Maybe.
func (t Tri) Or(u Tri) Tri { return -min3(-t, -u) }

// min3 is the smaller in the order No, Maybe, Yes.
func min3(t, u Tri) Tri {
	if t < u {
		return t
	}
	return u
}

func truth(b bool) Tri {
	if b {
		return Yes
	}
	return No
}
