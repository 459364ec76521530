package playbook

import (
	"errors"
	"fmt"
	"time"

	"custode/playbook/fact"
	"custode/playbook/plan"
)

// Errors of Replay: the events are not those of a run.
var (
	ErrEvents = errors.New("not the events of a run")
	ErrPlans  = errors.New("a plan of the run is missing")
)

// Mark is what became of a step.
type Mark struct {
	State State
	By    string
	At    time.Time
	Text  string // remark or reason
	Event int64
}

// Told is what is known of a letter: prepared, or sent.
type Told struct {
	Kind   string
	What   string // prepared, sent
	Digest string
	By     string
	At     time.Time
	Event  int64
}

// Row is a run in the list of all.
type Row struct {
	ID       int64
	Plan     string
	Scenario string // of an exercise; "" for what happened
	Opened   time.Time
	Closed   time.Time // zero while open
}

// Contact is whom to call: one of a kind (package contacts).
type Contact struct {
	Kind, Name, Phone, Mail, Note string
	Checked                       time.Time // when a person last said that it is right
}

// Run is the state of one incident or exercise.
type Run struct {
	Plan   *plan.Plan
	Plans  map[string]*plan.Plan // its own and those that it calls
	Opened time.Time
	By     string
	Closed time.Time // zero while open
	Facts  fact.Set
	Events []Event

	marks    map[string]Mark
	assigned map[string]string
	book     *fact.Book
}

// Replay computes a run from its events and the plans that it keeps to, by digest.
func Replay(book *fact.Book, plans map[string]*plan.Plan, events []Event) (*Run, error) {
	if len(events) == 0 || events[0].Kind != Begun || len(events[0].Plans) == 0 {
		return nil, fmt.Errorf("%w: it does not begin", ErrEvents)
	}
	r := &Run{
		Plans: map[string]*plan.Plan{}, Opened: events[0].At, By: events[0].By, Facts: fact.Set{}, Events: events,
		marks: map[string]Mark{}, assigned: map[string]string{}, book: book,
	}
	for i, pin := range events[0].Plans {
		p := plans[pin.Digest]
		if p == nil {
			return nil, fmt.Errorf("%w: %s %s", ErrPlans, pin.ID, pin.Version)
		}
		r.Plans[p.ID] = p
		if i == 0 {
			r.Plan = p
		}
	}
	for i := range events {
		if events[i].Seq != int64(i+1) {
			return nil, fmt.Errorf("%w: number %d follows %d", ErrEvents, events[i].Seq, i)
		}
		r.apply(&events[i])
	}
	return r, nil
}

func (r *Run) apply(e *Event) {
	switch e.Kind {
	case Fact, Decided:
		r.Facts[e.Key] = e.fact().After(r.Facts[e.Key])
	case Done, Skipped:
		state := StateDone
		if e.Kind == Skipped {
			state = StateSkipped
		}
		if m, twice := r.marks[e.Step]; !twice || m.State == StateSkipped && state == StateDone {
			r.marks[e.Step] = Mark{State: state, By: e.By, At: e.At, Text: e.Text, Event: e.Seq}
		}
	case Assigned:
		r.assigned[e.Step] = e.To
	case Closed:
		r.Closed = e.At
	case Reopened:
		r.Closed = time.Time{}
	case Begun, Noted, Evidence, Letter, Lesson, Clock, Inject:
	}
}

// fact is what an event of a fact or a decision makes known.
func (e *Event) fact() fact.Value {
	origin := e.Origin
	if origin == "" {
		origin = fact.Said
	}
	return fact.Value{Text: e.Value, Origin: origin, Event: e.Seq, Words: e.Words}
}

// KnownBefore is what was known when an event was written.
func (r *Run) KnownBefore(seq int64) fact.Set {
	out := fact.Set{}
	for i := range r.Events {
		if e := &r.Events[i]; e.Seq < seq && (e.Kind == Fact || e.Kind == Decided) {
			out[e.Key] = e.fact().After(out[e.Key])
		}
	}
	return out
}

// Last is when the last event was.
func (r *Run) Last() time.Time { return r.Events[len(r.Events)-1].At }

// Letters lists what is known of letters, in the order of the events.
func (r *Run) Letters() []Told {
	var out []Told
	for _, e := range r.Events {
		if e.Kind == Letter {
			out = append(out, Told{Kind: e.Ref, What: e.Key, Digest: e.Value, By: e.By, At: e.At, Event: e.Seq})
		}
	}
	return out
}
