package drill

import (
	"strconv"

	"custode/playbook/fact"
	"custode/playbook/plan"
)

// Node is a step on the way. Its ID is the one that a run gives it: "notice/aware" in a
// called plan, "search#2" in the second round of a repeat.
type Node struct {
	ID    string
	Step  *plan.Step
	Round int // 0 outside a repeat
}

// deepest bounds plans that call each other; linted ones do not.
const deepest = 10

// Way gives the steps that somebody does who answers what is true, in the order of the
// plan: what a perfect exercise consists of.
func Way(p *plan.Plan, plans *plan.Library, facts fact.Set) []Node {
	w := wayfarer{plans: plans, facts: facts}
	if len(p.Steps) > 0 {
		w.from(leg{plan: p}, p.Steps[0].ID, "")
	}
	return w.out
}

// leg is a part of the way: a plan, and what stands before and behind the ids of its steps.
type leg struct {
	plan           *plan.Plan
	prefix, suffix string
	round, depth   int
}

type wayfarer struct {
	plans *plan.Library
	facts fact.Set
	out   []Node
}

func (w *wayfarer) from(l leg, id, stop string) {
	for left := 1000; id != stop && left > 0; left-- {
		s, ok := l.plan.Step(id)
		if !ok {
			return
		}
		id = s.Next
		switch s.Type {
		case plan.End:
			return
		case plan.Start:
		case plan.Action, plan.Wait, plan.Decision, plan.Choice:
			w.out = append(w.out, Node{ID: l.prefix + s.ID + l.suffix, Step: s, Round: l.round})
			if s.Type == plan.Decision || s.Type == plan.Choice {
				id = s.On[w.answer(s.Asks[0])]
			}
		case plan.Parallel:
			for _, b := range s.Branches {
				w.from(l, b, s.Next)
			}
		case plan.Repeat:
			w.rounds(l, s)
		case plan.Call:
			if called, ok := w.plans.Get(s.Plan); ok && l.depth < deepest {
				w.from(leg{plan: called, prefix: l.prefix + s.ID + l.suffix + "/", round: l.round, depth: l.depth + 1}, called.Steps[0].ID, "")
			}
		}
	}
}

// rounds goes through the body of a repeat: once, for its question is still open, and
// again as long as the true answer does not end it.
func (w *wayfarer) rounds(l leg, s *plan.Step) {
	for n := 1; n == 1 || n <= s.Max && s.Until.Eval(w.facts) != fact.Yes; n++ {
		body := l
		body.round = n
		if n > 1 {
			body.suffix = l.suffix + "#" + strconv.Itoa(n)
		}
		w.from(body, s.Body, s.ID)
	}
}

func (w *wayfarer) answer(key string) string {
	if v := w.facts[key]; v.Known() {
		return v.Text
	}
	return fact.Unknown
}
