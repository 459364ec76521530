package playbook

import (
	"strconv"
	"strings"
	"time"

	"custode/playbook/fact"
	"custode/playbook/plan"
)

// State is where a step stands.
type State string

// The states of a step.
const (
	StateTodo    State = "todo"
	StateDoing   State = "doing" // its turn, and somebody has taken it
	StateDone    State = "done"
	StateSkipped State = "skipped"
	StateNot     State = "not-needed" // no way leads there any more
)

// Node is one step of a run. In a called plan its ID begins with that of the call
// ("notice/aware"), in a repeated body it ends with the round ("search#2").
type Node struct {
	ID    string
	Step  *plan.Step
	Since time.Time // its turn since; zero while it is not
	Round int       // of the repeat that it stands in; 0 outside
	Most  int       // rounds at most
}

// Path is where a run stands.
type Path struct {
	Passed   []Node // done or skipped, in the order of the plan
	Open     []Node // their turn
	Complete bool   // the end is reached
}

// place is where the walk is: in which plan, behind which prefix and suffix of ids.
type place struct {
	plan   *plan.Plan
	prefix string
	round  string
	n, of  int
}

func (p place) id(step string) string { return p.prefix + step + p.round }

type walk struct {
	run  *Run
	path Path
	left int // steps until it is surely a loop: plans are linted, copies in a database may not be
}

// mostWalked bounds one walk; a plan has at most some hundred steps.
const mostWalked = 100_000

// Path walks the plan with what is known now. Of a false alarm nothing is left to do but to close it.
func (r *Run) Path() Path {
	w := walk{run: r, left: mostWalked}
	_, w.path.Complete = w.from(place{plan: r.Plan}, r.Plan.Steps[0].ID, "", r.Opened)
	if r.SaidFalse() {
		w.path.Open, w.path.Complete = nil, true
	}
	return w.path
}

// Turn lists the steps whose turn it is: of a closed run none.
func (r *Run) Turn() []Node {
	if !r.Closed.IsZero() {
		return nil
	}
	return r.Path().Open
}

// from walks from a step until the step named stop, or the end: ok says that it got
// there, since is when the last step on the way was done.
func (w *walk) from(at place, id, stop string, since time.Time) (_ time.Time, ok bool) {
	for id != stop {
		s, there := at.plan.Step(id)
		if w.left--; !there || w.left < 0 {
			return since, false
		}
		switch s.Type {
		case plan.End:
			return since, stop == ""
		case plan.Start:
			id = s.Next
		case plan.Action, plan.Wait:
			if since, ok = w.pass(at, s, since); !ok {
				return since, false
			}
			id = s.Next
		case plan.Decision, plan.Choice:
			if since, ok = w.decide(at, s, since); !ok {
				return since, false
			}
			id = s.On[answer(w.run.Facts, s)]
		case plan.Parallel, plan.Repeat, plan.Call:
			if since, ok = w.group(at, s, since); !ok {
				return since, false
			}
			id = s.Next
		default:
			return since, false
		}
	}
	return since, true
}

// pass goes over a step that is done, or stops at it.
func (w *walk) pass(at place, s *plan.Step, since time.Time) (time.Time, bool) {
	n := Node{ID: at.id(s.ID), Step: s, Since: since, Round: at.n, Most: at.of}
	m, marked := w.run.marks[n.ID]
	if !marked {
		w.path.Open = append(w.path.Open, n)
		return since, false
	}
	w.path.Passed = append(w.path.Passed, n)
	if m.At.After(since) {
		since = m.At
	}
	return since, true
}

// decide goes over a decision that was made: at its step, or because a person said the
// fact before. What custode found itself is confirmed at the step.
func (w *walk) decide(at place, s *plan.Step, since time.Time) (time.Time, bool) {
	if _, marked := w.run.marks[at.id(s.ID)]; !marked && w.run.settled(at.id(s.ID), s) {
		w.path.Passed = append(w.path.Passed, Node{ID: at.id(s.ID), Step: s, Since: since, Round: at.n, Most: at.of})
		return since, true
	}
	return w.pass(at, s, since)
}

// settled reports whether a person has already said the fact that a decision asks for.
func (r *Run) settled(id string, s *plan.Step) bool {
	v := r.answered(id, s.Asks[0])
	return v.Known() && (v.Origin == fact.Said || v.Origin == fact.Step)
}

// answer is the branch of a decision or choice: by the fact as it is known now.
func answer(facts fact.Set, s *plan.Step) string {
	if v := facts[s.Asks[0]]; v.Known() {
		return v.Text
	}
	return fact.Unknown
}

func (w *walk) group(at place, s *plan.Step, since time.Time) (time.Time, bool) {
	switch s.Type {
	case plan.Parallel:
		all, last := true, since
		for _, branch := range s.Branches {
			end, ok := w.from(at, branch, s.Next, since)
			all = all && ok
			if end.After(last) {
				last = end
			}
		}
		return last, all
	case plan.Repeat:
		return w.repeat(at, s, since)
	case plan.Call, plan.Start, plan.Action, plan.Decision, plan.Choice, plan.Wait, plan.End: // only a call comes here
	}
	called := w.run.Plans[s.Plan]
	if called == nil {
		return since, false
	}
	inner := place{plan: called, prefix: at.id(s.ID) + "/", n: at.n, of: at.of}
	return w.from(inner, called.Steps[0].ID, "", since)
}

func (w *walk) repeat(at place, s *plan.Step, since time.Time) (time.Time, bool) {
	for n := 1; n <= s.Max && s.Until.Eval(w.run.Facts) != fact.Yes; n++ {
		body := at
		body.n, body.of = n, s.Max
		if n > 1 {
			body.round = at.round + "#" + strconv.Itoa(n)
		}
		end, ok := w.from(body, s.Body, s.ID, since)
		if since = end; !ok {
			return since, false
		}
	}
	return since, true
}

// located is a plan of the run and the call that leads to it.
type located struct {
	plan   *plan.Plan
	prefix string
	up     *located
	call   *plan.Step
}

// locate finds the step that an id of the run stands for, and the plan that it is in.
func (r *Run) locate(id string) (located, *plan.Step, bool) {
	at := located{plan: r.Plan}
	for {
		head, rest, deeper := strings.Cut(id, "/")
		name, round, counted := strings.Cut(head, "#")
		s, ok := at.plan.Step(name)
		if !ok || counted && !rounds(round) {
			return at, nil, false
		}
		if !deeper {
			return at, s, true
		}
		if s.Type != plan.Call || r.Plans[s.Plan] == nil {
			return at, nil, false
		}
		up := at
		at = located{plan: r.Plans[s.Plan], prefix: at.prefix + head + "/", up: &up, call: s}
		id = rest
	}
}

// Find gives the step that an id of the run stands for, if a person does it.
func (r *Run) Find(id string) (*plan.Step, bool) {
	_, s, ok := r.locate(id)
	if !ok {
		return nil, false
	}
	switch s.Type {
	case plan.Action, plan.Decision, plan.Choice, plan.Wait:
		return s, true
	case plan.Start, plan.Parallel, plan.Repeat, plan.Call, plan.End: // nobody does these
	}
	return nil, false
}

// rounds reports whether text is what may stand behind a "#": numbers from 2, with
// more of them where repeats are nested.
func rounds(text string) bool {
	for t := range strings.SplitSeq(text, "#") {
		if n, err := strconv.Atoi(t); err != nil || n < 2 || strconv.Itoa(n) != t {
			return false
		}
	}
	return true
}
