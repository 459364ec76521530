package plan

import (
	"fmt"
	"maps"
	"slices"

	"custode/playbook/fact"
)

// edge leads from a step to another; field is where it is written.
type edge struct{ field, to string }

// edges lists where it can go on from a step, in a fixed order.
func (s *Step) edges() []edge {
	var out []edge
	add := func(field, to string) {
		if to != "" {
			out = append(out, edge{field, to})
		}
	}
	for _, b := range s.Branches {
		add("branches", b)
	}
	add("body", s.Body)
	for _, answer := range slices.Sorted(maps.Keys(s.On)) {
		add("on", s.On[answer])
	}
	add("next", s.Next)
	return out
}

// graph checks how the steps hang together.
func (l *linter) graph() {
	p := l.plan
	if len(p.Steps) == 0 || p.Steps[0].Type != Start {
		l.fault(min(0, len(p.Steps)-1), "type", "start", fmt.Sprint(len(p.Steps)))
		return
	}
	ends, work, whole := 0, 0, true
	for i := range p.Steps {
		s := &p.Steps[i]
		switch s.Type {
		case Start:
			if i > 0 {
				l.fault(i, "type", "start", s.ID)
			}
		case End:
			ends++
		case Action, Decision, Choice, Wait:
			work++
		case Parallel, Repeat, Call:
		}
		for _, e := range s.edges() {
			if _, ok := p.Step(e.to); !ok {
				l.fault(i, e.field, "dangling", e.to)
				whole = false
			}
		}
	}
	if ends == 0 {
		l.fault(-1, "", "endless", p.ID)
	}
	if most := l.most(); work < 8 || work > most {
		l.fault(-1, "", "size", fmt.Sprintf("%d (8-%d)", work, most))
	}
	if whole { // else much is out of reach for the one reason that was just told
		l.reach()
	}
	if l.cycles() {
		return // what follows needs a graph without circles
	}
	l.regions()
	l.calls()
	l.register()
}

// most is how many steps of work a plan may have: the one that the others call has more.
func (l *linter) most() int {
	for _, s := range l.plan.Steps {
		if slices.Contains(s.Asks, Register) {
			return 25
		}
	}
	return 15
}

// reach finds steps to which no path leads, and steps from which none leads to an end.
func (l *linter) reach() {
	p := l.plan
	seen := l.walk([]string{p.Steps[0].ID}, nil)
	back := map[string][]string{}
	var ends []string
	for i := range p.Steps {
		for _, e := range p.Steps[i].edges() {
			back[e.to] = append(back[e.to], p.Steps[i].ID)
		}
		if p.Steps[i].Type == End {
			ends = append(ends, p.Steps[i].ID)
		}
	}
	finishes := map[string]bool{}
	for len(ends) > 0 {
		id := ends[len(ends)-1]
		ends = ends[:len(ends)-1]
		if !finishes[id] {
			finishes[id] = true
			ends = append(ends, back[id]...)
		}
	}
	for i := range p.Steps {
		switch id := p.Steps[i].ID; {
		case !seen[id]:
			l.fault(i, "id", "unreachable", id)
		case !finishes[id] && len(p.Steps[i].edges()) > 0:
			l.fault(i, "next", "endless", id)
		}
	}
}

// walk gives all steps that can be reached from some, without passing those that are shut.
func (l *linter) walk(from []string, shut map[string]bool) map[string]bool {
	seen := map[string]bool{}
	for len(from) > 0 {
		id := from[len(from)-1]
		from = from[:len(from)-1]
		s, ok := l.plan.Step(id)
		if !ok || seen[id] || shut[id] {
			continue
		}
		seen[id] = true
		for _, e := range s.edges() {
			from = append(from, e.to)
		}
	}
	return seen
}

// cycles finds circles that no repeat counts: without the ways from a repeat into its body
// there must be none.
func (l *linter) cycles() bool {
	p, found := l.plan, false
	const open, done = 1, 2
	state := map[string]int{}
	var visit func(i int)
	visit = func(i int) {
		state[p.Steps[i].ID] = open
		for _, e := range p.Steps[i].edges() {
			j, ok := p.index[e.to]
			switch {
			case !ok || e.field == "body" && e.to != p.Steps[i].ID:
			case state[e.to] == open:
				l.fault(i, e.field, "loop", e.to)
				found = true
			case state[e.to] == 0:
				visit(j)
			}
		}
		state[p.Steps[i].ID] = done
	}
	for i := range p.Steps { // at most maxSteps deep
		if state[p.Steps[i].ID] == 0 {
			visit(i)
		}
	}
	return found
}

// regions holds the branches of a parallel and the body of a repeat to what is theirs:
// the only way in is the parallel or the repeat, the only way out its next or itself.
func (l *linter) regions() {
	owner := map[string]string{}
	var walk func(entry, exit, mine string)
	walk = func(entry, exit, mine string) {
		queue := []string{entry}
		for len(queue) > 0 {
			id := queue[0]
			queue = queue[1:]
			i, ok := l.plan.index[id]
			if !ok || id == exit {
				continue
			}
			if whose, taken := owner[id]; taken {
				if whose != mine {
					l.fault(i, "id", "region", whose+", "+mine)
				}
				continue
			}
			owner[id] = mine
			s := &l.plan.Steps[i]
			switch s.Type {
			case End:
				if mine != l.plan.ID {
					l.fault(i, "type", "region", mine)
				}
			case Parallel:
				for n, b := range s.Branches {
					if b == s.Next || slices.Contains(s.Branches[:n], b) {
						l.fault(i, "branches", "region", b)
						continue
					}
					walk(b, s.Next, fmt.Sprintf("%s %d", s.ID, n+1))
				}
				if len(s.Branches) == 1 {
					l.fault(i, "branches", "region", s.Branches[0])
				}
				queue = append(queue, s.Next)
			case Repeat:
				walk(s.Body, s.ID, s.ID)
				queue = append(queue, s.Next)
			case Start, Action, Decision, Choice, Wait, Call:
				for _, e := range s.edges() {
					queue = append(queue, e.to)
				}
			}
		}
	}
	walk(l.plan.Steps[0].ID, "", l.plan.ID)
}

// calls checks that called plans are there and never call back.
func (l *linter) calls() {
	for i, s := range l.plan.Steps {
		if s.Type != Call || s.Plan == "" {
			continue
		}
		if s.Plan == l.plan.ID {
			l.fault(i, "plan", "circle", s.Plan)
			continue
		}
		called, ok := l.called(s.Plan)
		if !ok {
			l.fault(i, "plan", "call", s.Plan)
			continue
		}
		seen := map[string]bool{}
		todo := []*Plan{called}
		for len(todo) > 0 && !seen[l.plan.ID] {
			p := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			for _, c := range p.Steps {
				if c.Type != Call || seen[c.Plan] {
					continue
				}
				seen[c.Plan] = true
				if next, ok := l.called(c.Plan); ok {
					todo = append(todo, next)
				}
			}
		}
		if seen[l.plan.ID] {
			l.fault(i, "plan", "circle", s.Plan)
		}
	}
}

func (l *linter) called(id string) (*Plan, bool) {
	if l.known.Plans == nil {
		return nil, false
	}
	return l.known.Plans(id)
}

// register checks that no path comes to an end past the entry in the register.
func (l *linter) register() {
	p := l.plan
	shut := map[string]bool{}
	for _, s := range p.Steps {
		if l.enters(&s) {
			shut[s.ID] = true
		}
	}
	seen := l.walk([]string{p.Steps[0].ID}, shut)
	for i, s := range p.Steps {
		if s.Type == End && seen[s.ID] {
			l.fault(i, "id", "register", s.ID)
		}
	}
}

// enters reports whether a step makes the entry: it asks for it, or calls a plan that has
// such a step. A plan that is not known is told of by calls.
func (l *linter) enters(s *Step) bool {
	if slices.Contains(s.Asks, Register) && s.Type == Action || s.Sets[Register] == fact.Yes.String() {
		return true
	}
	if s.Type != Call {
		return false
	}
	called, ok := l.called(s.Plan)
	return !ok || slices.ContainsFunc(called.Steps, func(c Step) bool {
		return slices.Contains(c.Asks, Register) || c.Sets[Register] == fact.Yes.String()
	})
}
