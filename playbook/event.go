// Package playbook leads a run through the plans of package plan: what was done and said
// is a list of events, and everything else (which step is next, what is known, what is
// left) is computed from them. An event is never changed or removed; a later one corrects it.
//
// Where a run stands is found by walking its plan from the start with what is known now.
// So events may come in any order and from several people, a correction of a fact leads to
// the branch that it opens, and no step can be done twice.
package playbook

import (
	"encoding/json"
	"time"

	"custode/playbook/fact"
)

// Kind says what an event is.
type Kind string

// The kinds of events.
const (
	Begun    Kind = "begun"    // Plans: what the run keeps to
	Fact     Kind = "fact"     // Key, Value, Origin; Step where it was given with a step
	Done     Kind = "done"     // Step; Text a remark
	Skipped  Kind = "skipped"  // Step, Text the reason
	Assigned Kind = "assigned" // Step, To
	Noted    Kind = "noted"    // Text; Step where it belongs to one
	Evidence Kind = "evidence" // Ref the item, Text what is to be said of it, Value its digest, Key what was done with it
	Decided  Kind = "decided"  // Key authority_decision or people_decision, Value, Text the reason, Ref what the rules had said
	Letter   Kind = "letter"   // Ref the kind of letter, Key what was done with it, Value its digest
	Lesson   Kind = "lesson"   // Text the task, Value the date, To who
	Clock    Kind = "clock"    // the computer's clock was set back: Value says how far
	Inject   Kind = "inject"   // an exercise: Ref which
	Closed   Kind = "closed"   // Text the reason where steps are left
	Reopened Kind = "reopened" // Text the reason
)

// Event is one thing that was done or said. What does not belong to its kind is empty.
type Event struct {
	Seq    int64           `json:"seq"`  // 1 for the first of the run, then without gaps
	At     time.Time       `json:"at"`   // UTC
	Zone   string          `json:"zone"` // of the computer at that time: "+01:00"
	By     string          `json:"by"`
	Kind   Kind            `json:"kind"`
	Step   string          `json:"step,omitempty"`
	Key    string          `json:"key,omitempty"`
	Value  string          `json:"value,omitempty"`
	Origin fact.Origin     `json:"origin,omitempty"`
	Text   string          `json:"text,omitempty"`
	To     string          `json:"to,omitempty"`
	Ref    string          `json:"ref,omitempty"`
	Data   json.RawMessage `json:"data,omitempty"` // of evidence: the item
	Plans  []Pin           `json:"plans,omitempty"`
	Words  fact.Wording    `json:"words,omitzero"` // of a fact that custode worded: Value in each language
}

// Say puts beside a fact its value in each language, where the value is one of them. Where it is not, it is
// what a person wrote, and stays so.
func (e *Event) Say(t fact.Wording) {
	if e.Kind == Fact && t.Whole() && (e.Value == t.EN || e.Value == t.IT) {
		e.Words = t
	}
}

// In is the value of an event of a fact in a language, where custode worded it.
func (e *Event) In(lang string) string {
	if e.Words.Whole() {
		return e.Words.In(lang)
	}
	return e.Value
}

// Pin names a plan by the digest of its bytes. The first of a run's is its own plan, the
// others are those that it calls.
type Pin struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Digest  string `json:"digest"`
}

// Who says who does something, and when: on the clock of the computer that it is done on.
type Who struct {
	Name string
	At   time.Time // in the zone of the computer
}

// event makes an event of a person; its number is given when it is written.
func (w Who) event(k Kind) Event {
	return Event{At: w.At.UTC(), Zone: w.At.Format("-07:00"), By: w.Name, Kind: k}
}
