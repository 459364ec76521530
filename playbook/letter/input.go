package letter

import (
	"time"

	"custode/internal/paper"
	"custode/playbook/fact"
)

// Stage says which notification it is.
type Stage string

// The stages of a notification (Art. 33(4)). The zero value is Preliminary.
const (
	Preliminary   Stage = "preliminary" // the first, with gaps
	Complete      Stage = "complete"    // the first, and nothing is missing
	Supplementary Stage = "supplementary"
	Withdrawn     Stage = "withdraw"
)

// Deadline is a time limit as the clocks give it.
type Deadline struct {
	Article string // "33(1)" or "GDPR:33(1)": a field takes the limit by its article
	Due     time.Time
	Late    bool
}

// Reason is one rule that speaks for or against notifying, in the letter's language.
type Reason struct{ Text, Source string }

// Done is a step that was done, in the letter's language.
type Done struct {
	At   time.Time
	Text string
}

// Evidence is something that was kept.
type Evidence struct {
	Name   string
	Digest string // hex SHA-256
}

// Change is a field that differs from the last notification, in the letter's language.
type Change struct{ Label, Was, Now string }

// Shop is what the settings know; a fact of the incident goes before it.
type Shop struct{ Name, ID, Address, Reporter, ReporterContact, ContactPoint string }

// Input is what a letter is filled from.
type Input struct {
	Facts     fact.Set
	Deadlines []Deadline
	Reasons   []Reason
	Severity  string // the estimate with its arithmetic, on one line
	Steps     []Done
	Evidence  []Evidence
	Changes   []Change
	Shop      Shop
	Plan      string // the title of the plan
	Stage     Stage
	Lang      string
	Now       time.Time
	Zone      *time.Location // nil: UTC
	RunID     string
	Head      string // the receipt of the journal; "" leaves it out
	Drill     bool
}

// State says what is known of a field.
type State uint8

// The states of a field.
const (
	Unknown State = iota
	Known
	NotApplicable
)

// Value is what a field says.
type Value struct {
	State   State
	Text    string   // of a known field
	Items   []string // where there are several values, instead of Text
	Event   int64    // the event that says so; 0 where none does
	Origin  fact.Origin
	Derived bool   // put together by custode from other answers
	Asked   bool   // a person said "unknown": not merely open
	Ask     string // the question that would settle it
	Why     string // why it does not apply
}

// Field is one field of a letter.
type Field struct {
	ID        string
	Label     string
	Facts     []string
	Articles  []string
	Mandatory bool
	Value     Value
}

// Part is a paragraph or a list of a letter that is written in sentences.
type Part struct {
	Text  paper.Text
	Items []paper.Text
}

// Section is a part of a letter.
type Section struct {
	ID     string
	Title  string
	Fields []Field // all fields that it has, in order
	Parts  []Part  // nil in a form
}

// Letter is a letter that is filled.
type Letter struct {
	Kind     Kind
	Lang     string
	Title    string
	Stage    Stage
	Sections []Section

	lib *Library
	in  Input
}

// Field finds a field of the letter.
func (l Letter) Field(id string) (Field, bool) {
	for _, s := range l.Sections {
		for _, f := range s.Fields {
			if f.ID == id {
				return f, true
			}
		}
	}
	return Field{}, false
}

// Fields lists the fields of the letter, each once.
func (l Letter) Fields() []Field {
	var out []Field
	seen := map[string]bool{}
	for _, s := range l.Sections {
		for _, f := range s.Fields {
			if !seen[f.ID] {
				seen[f.ID] = true
				out = append(out, f)
			}
		}
	}
	return out
}
