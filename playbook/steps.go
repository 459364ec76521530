package playbook

import (
	"time"

	"custode/playbook/fact"
	"custode/playbook/plan"
)

// StepState is a step of a run for a list of all of them.
type StepState struct {
	Node
	State    State
	By       string // who did it
	At       time.Time
	Text     string // remark, or the reason why it was skipped
	Assigned string
	Early    bool // it was said before its turn, or without being asked
}

// Steps lists the steps of the run in the order of the plan: what was done, what is open,
// what may still come, and what is not needed.
func (r *Run) Steps() []StepState {
	path := r.Path()
	seen := map[string]bool{}
	var out []StepState
	add := func(n Node, s State) {
		if seen[n.ID] {
			return
		}
		seen[n.ID] = true
		st := StepState{Node: n, State: s, Assigned: r.assigned[n.ID]}
		if m, marked := r.marks[n.ID]; marked {
			st.State, st.By, st.At, st.Text = m.State, m.By, m.At, m.Text
			st.Early = s != m.State
		}
		out = append(out, st)
	}
	for _, n := range path.Passed {
		add(n, StateDone)
	}
	for _, n := range path.Open {
		if r.assigned[n.ID] != "" {
			add(n, StateDoing)
		} else {
			add(n, StateTodo)
		}
	}
	ahead := reach{run: r, seen: map[string]bool{}}
	for _, n := range path.Open {
		ahead.node(n.ID)
	}
	for _, n := range r.all(place{plan: r.Plan}, 0) {
		if ahead.seen[n.ID] {
			add(n, StateTodo)
		} else {
			add(n, StateNot)
		}
	}
	return out
}

// deepestCall is how deep plans may call each other.
const deepestCall = 5

// all lists the steps that a person does, of a plan and those that it calls.
func (r *Run) all(at place, depth int) []Node {
	var out []Node
	for i := range at.plan.Steps {
		s := &at.plan.Steps[i]
		switch s.Type {
		case plan.Call:
			if p := r.Plans[s.Plan]; p != nil && depth < deepestCall {
				out = append(out, r.all(place{plan: p, prefix: at.id(s.ID) + "/"}, depth+1)...)
			}
		case plan.Action, plan.Decision, plan.Choice, plan.Wait:
			out = append(out, Node{ID: at.id(s.ID), Step: s})
		case plan.Start, plan.End, plan.Parallel, plan.Repeat:
		}
	}
	return out
}

// reach finds what may still come: every step to which a way leads from the open ones,
// where decisions that were made already take only their branch.
type reach struct {
	run  *Run
	seen map[string]bool
}

// node goes on from a node of the run, whose id tells the calls that it stands in.
func (a *reach) node(id string) {
	at, s, ok := a.run.locate(id)
	if !ok {
		return
	}
	for _, next := range a.after(at.prefix+s.ID, s) {
		a.step(at, next)
	}
	for at.up != nil { // behind the plan that was called
		call := at.call
		at = *at.up
		a.step(at, call.Next)
	}
}

func (a *reach) step(at located, id string) {
	s, ok := at.plan.Step(id)
	key := at.prefix + id
	if !ok || a.seen[key] {
		return
	}
	a.seen[key] = true
	if called := a.run.Plans[s.Plan]; s.Type == plan.Call && called != nil {
		a.step(located{plan: called, prefix: at.prefix + s.ID + "/", up: &at, call: s}, called.Steps[0].ID)
	}
	for _, next := range a.after(key, s) {
		a.step(at, next)
	}
}

// after lists where the ways from a step lead.
func (a *reach) after(id string, s *plan.Step) []string {
	var out []string
	switch s.Type {
	case plan.Decision, plan.Choice:
		if _, marked := a.run.marks[id]; marked || a.run.settled(id, s) {
			return []string{s.On[answer(a.run.Facts, s)]}
		}
		for _, id := range s.On {
			out = append(out, id)
		}
		return out
	case plan.Parallel:
		out = append(out, s.Branches...)
	case plan.Repeat:
		if s.Until.Eval(a.run.Facts) != fact.Yes {
			out = append(out, s.Body)
		}
	case plan.Start, plan.Action, plan.Wait, plan.Call, plan.End:
	}
	if s.Next != "" {
		out = append(out, s.Next)
	}
	return out
}

// AssignedTo says whose a step is; "" nobody's in particular.
func (r *Run) AssignedTo(id string) string { return r.assigned[id] }

// Due is when a step should be done: a soft target. Where it counts from a moment that is
// not known yet there is none.
func (r *Run) Due(n Node) (time.Time, bool) {
	switch from := n.Step.Due.From; {
	case n.Step.Due.Within == 0:
		return time.Time{}, false
	case from == "start":
		return r.Opened.Add(n.Step.Due.Within), true
	default:
		at, ok := r.Facts.Time(from)
		return at.Add(n.Step.Due.Within), ok
	}
}
