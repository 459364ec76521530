package playbook

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/playbook/fact"
	"custode/playbook/plan"
)

// Errors of what a person does. Those about a step come as a *StepError.
var (
	ErrClosed   = errors.New("the incident is closed")
	ErrOpen     = errors.New("the incident is not closed")
	ErrNoStep   = errors.New("no such step")
	ErrAlready  = errors.New("already done")
	ErrNot      = errors.New("not needed any more")
	ErrUnasked  = errors.New("facts are still asked for")
	ErrReason   = errors.New("a reason is needed")
	ErrLeft     = errors.New("steps are left")
	ErrRegister = errors.New("the register entry is not confirmed")
	ErrEmpty    = errors.New("nothing is said")
	ErrLong     = errors.New("the text is too long")
)

// StepError is an error about a step.
type StepError struct {
	Step string
	By   string    // of ErrAlready: who did it
	At   time.Time // and when
	Keys []string  // of ErrUnasked: what is asked for
	Err  error
}

func (e *StepError) Error() string { return e.Step + ": " + e.Err.Error() }
func (e *StepError) Unwrap() error { return e.Err }

// mostText bounds a remark, in bytes.
const mostText = 4000

// backwards is how far the clock may go back without being noted: computers of one shop
// differ a little.
const backwards = 2 * time.Minute

// Begin makes the first events of a run. The first plan is the run's own.
func Begin(who Who, plans []*plan.Plan) []Event {
	e := who.event(Begun)
	for _, p := range plans {
		e.Plans = append(e.Plans, Pin{ID: p.ID, Version: p.Version, Digest: p.Digest})
	}
	e.Seq = 1
	return []Event{e}
}

// number gives the events their numbers and says where the clock went back.
func (r *Run) number(events ...Event) []Event {
	if last := r.Last(); len(events) > 0 && last.Sub(events[0].At) > backwards {
		note := events[0]
		events = append([]Event{{At: note.At, Zone: note.Zone, By: note.By, Kind: Clock, Value: last.Sub(note.At).Round(time.Second).String()}}, events...)
	}
	for i := range events {
		events[i].Seq = int64(len(r.Events) + i + 1)
	}
	return events
}

// step finds a step with which k can be done now or ahead of its turn. What was skipped can
// be done later.
func (r *Run) step(k Kind, id string) (*plan.Step, error) {
	if !r.Closed.IsZero() {
		return nil, &StepError{Step: id, Err: ErrClosed}
	}
	s, ok := r.Find(id)
	if !ok {
		return nil, &StepError{Step: id, Err: ErrNoStep}
	}
	if m, marked := r.marks[id]; marked && (k != Done || m.State == StateDone) {
		return nil, &StepError{Step: id, By: m.By, At: m.At, Err: ErrAlready}
	}
	all := r.Steps()
	i := slices.IndexFunc(all, func(st StepState) bool { return st.ID == id })
	if i < 0 {
		return nil, &StepError{Step: id, Err: ErrNoStep} // a round that has not begun
	}
	switch all[i].State {
	case StateNot:
		return nil, &StepError{Step: id, Err: ErrNot}
	case StateDone: // a decision whose fact was said before
		return nil, &StepError{Step: id, Err: ErrAlready}
	case StateTodo, StateDoing, StateSkipped:
	}
	return s, nil
}

// Unasked lists what a step asks for and nobody has answered yet, and what custode
// filled in itself and is to be confirmed with the step (confirm).
func (r *Run) Unasked(n Node) (ask, confirm []string) {
	for _, key := range n.Step.Asks {
		v := r.answered(n.ID, key)
		switch {
		case v.Text == "" || v.Text == fact.Unknown:
			ask = append(ask, key)
		case v.Origin != fact.Said && v.Origin != fact.Step:
			confirm = append(confirm, key)
		}
	}
	return ask, confirm
}

// answered is what is known of a fact that a step asks for. A later round of a repeat asks
// anew: what was known when the round before it was done is no answer.
func (r *Run) answered(id, key string) fact.Value {
	v := r.Facts[key]
	if m, ok := r.marks[roundBefore(id)]; ok && v.Event <= m.Event {
		return fact.Value{}
	}
	return v
}

// roundBefore is the id of the same step in the round before; "" in the first.
func roundBefore(id string) string {
	i := strings.LastIndexByte(id, '#')
	if i < 0 {
		return ""
	}
	round, inner, called := strings.Cut(id[i+1:], "/")
	if called { // a step of a plan that the round calls
		inner = "/" + inner
	}
	n, err := strconv.Atoi(round)
	switch {
	case err != nil:
		return ""
	case n == 2:
		return id[:i] + inner
	}
	return id[:i+1] + strconv.Itoa(n-1) + inner
}

// Answers are facts that a person gives, by their keys.
type Answers map[string]string

// Done makes the events of a step that is done, with what was answered. A fact that the
// step asks for and that nobody has answered is an error; "unknown" is an answer.
func (r *Run) Done(who Who, id string, given Answers, remark string) ([]Event, error) {
	s, err := r.step(Done, id)
	if err != nil {
		return nil, err
	}
	events, err := r.given(who, id, given)
	if err != nil {
		return nil, err
	}
	var missing []string
	for _, key := range s.Asks {
		_, said := given[key]
		if v := r.answered(id, key); !said && v.Text == "" {
			missing = append(missing, key)
		} else if !said && v.Known() && v.Origin != fact.Said && v.Origin != fact.Step {
			events = append(events, r.factEvent(who, id, key, v.Text, fact.Said)) // confirmed
		}
	}
	if len(missing) > 0 {
		return nil, &StepError{Step: id, Keys: missing, Err: ErrUnasked}
	}
	for _, key := range sorted(s.Sets) {
		if r.Facts[key].Text != s.Sets[key] {
			events = append(events, r.factEvent(who, id, key, s.Sets[key], fact.Step))
		}
	}
	done, err := r.said(who, Done, id, remark)
	if err != nil {
		return nil, err
	}
	return r.number(append(events, done)...), nil
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func (r *Run) factEvent(who Who, step, key, value string, origin fact.Origin) Event {
	e := who.event(Fact)
	e.Step, e.Key, e.Value, e.Origin = step, key, value, origin
	return e
}

// given makes the events of facts, in the order of the forms.
func (r *Run) given(who Who, step string, given Answers) ([]Event, error) {
	var out []Event
	for _, key := range sorted(given) {
		if _, ok := r.book.Find(key); !ok {
			return nil, fmt.Errorf("%w: %s", fact.ErrNoFact, key)
		}
	}
	for _, d := range r.book.All() {
		text, ok := given[d.Key]
		if !ok {
			continue
		}
		v, err := r.book.Parse(d.Key, text)
		if err != nil {
			return nil, err
		}
		if have := r.Facts[d.Key]; have.Text == v && have.Origin == fact.Said {
			continue
		}
		out = append(out, r.factEvent(who, step, d.Key, v, fact.Said))
	}
	return out, nil
}

// said makes an event with a text of a person.
func (r *Run) said(who Who, k Kind, step, text string) (Event, error) {
	e := who.event(k)
	e.Step, e.Text = step, strings.TrimSpace(strings.ToValidUTF8(text, "\uFFFD"))
	if len(e.Text) > mostText {
		return e, ErrLong
	}
	return e, nil
}

// Skip makes the events of a step that is left out, with the reason.
func (r *Run) Skip(who Who, id, reason string) ([]Event, error) {
	if _, err := r.step(Skipped, id); err != nil {
		return nil, err
	}
	e, err := r.said(who, Skipped, id, reason)
	if err == nil && e.Text == "" {
		err = ErrReason
	}
	if err != nil {
		return nil, &StepError{Step: id, Err: err}
	}
	return r.number(e), nil
}

// Assign makes the event that a step is somebody's; "" gives it back.
func (r *Run) Assign(who Who, id, to string) ([]Event, error) {
	if _, err := r.step(Assigned, id); err != nil {
		return nil, err
	}
	e := who.event(Assigned)
	e.Step, e.To = id, strings.TrimSpace(to)
	return r.number(e), nil
}

// Note makes the event of something that a person writes down, of a step or ("") of the whole.
func (r *Run) Note(who Who, step, text string) ([]Event, error) {
	if _, ok := r.Find(step); step != "" && !ok {
		return nil, &StepError{Step: step, Err: ErrNoStep}
	}
	e, err := r.said(who, Noted, step, text)
	if err == nil && e.Text == "" {
		err = ErrEmpty
	}
	if err != nil {
		return nil, err
	}
	return r.number(e), nil
}

// Know makes the events of facts that are given without a step: by a person, or (origin)
// by what custode knows. What a person said is not overwritten by what custode knows.
func (r *Run) Know(who Who, given Answers, origin fact.Origin) ([]Event, error) {
	events, err := r.given(who, "", given)
	if err != nil {
		return nil, err
	}
	kept := events[:0]
	for _, e := range events {
		have := r.Facts[e.Key]
		if origin != fact.Said && (have.Known() && have.Origin == fact.Said || have.Text == e.Value) {
			continue
		}
		e.Origin = origin
		kept = append(kept, e)
	}
	return r.number(kept...), nil
}

// Decide makes the events of decisions (authority_decision, people_decision): what was
// decided, and the reason. ruled is what the rules said of each; a decision against them
// needs a reason. All are taken or none.
func (r *Run) Decide(who Who, given Answers, reason string, ruled map[string]string) ([]Event, error) {
	if !r.Closed.IsZero() {
		return nil, ErrClosed
	}
	var out []Event
	for _, key := range sorted(given) {
		v, err := r.book.Parse(key, given[key])
		if err != nil {
			return nil, err
		}
		if key != "authority_decision" && key != "people_decision" || v != "yes" && v != "no" {
			return nil, fmt.Errorf("%w: %s", fact.ErrValue, key)
		}
		e, err := r.said(who, Decided, "", reason)
		if err != nil {
			return nil, err
		}
		if e.Text == "" && v != ruled[key] {
			return nil, ErrReason
		}
		e.Key, e.Value, e.Ref, e.Origin = key, v, ruled[key], fact.Said
		out = append(out, e)
	}
	return r.number(out...), nil
}

// Close makes the event that ends a run. Before the register entry is confirmed it cannot
// be closed, unless a person said that it was a false alarm; where steps are left, or it was
// one, a reason is needed.
func (r *Run) Close(who Who, reason string) ([]Event, error) {
	if !r.Closed.IsZero() {
		return nil, ErrClosed
	}
	if r.SaidFalse() {
		return r.closeFalse(who, reason)
	}
	if r.Facts.Tri("registered") != fact.Yes {
		return nil, ErrRegister
	}
	return r.end(who, reason)
}

// EndExercise makes the event that ends an exercise. Nothing has happened, so nothing has to be in
// the register; where steps are left, a reason is needed.
func (r *Run) EndExercise(who Who, reason string) ([]Event, error) {
	if !r.Closed.IsZero() {
		return nil, ErrClosed
	}
	return r.end(who, reason)
}

func (r *Run) end(who Who, reason string) ([]Event, error) {
	e, err := r.said(who, Closed, "", reason)
	if err != nil {
		return nil, err
	}
	if e.Text == "" && !r.Path().Complete {
		return nil, ErrLeft
	}
	return r.number(e), nil
}

// Record makes the event of evidence, a letter, a lesson or an inject: what stands in e
// besides who and when. It is possible after the run was closed too.
func (r *Run) Record(who Who, e Event) ([]Event, error) {
	switch e.Kind {
	case Evidence, Letter, Lesson, Inject:
	default:
		return nil, fmt.Errorf("%w: %s", ErrEvents, e.Kind)
	}
	if len(e.Text) > mostText {
		return nil, ErrLong
	}
	w := who.event(e.Kind)
	e.At, e.Zone, e.By = w.At, w.Zone, w.By
	return r.number(e), nil
}
