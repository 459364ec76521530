package cacao

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"custode/internal/i18n"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

// walk reads a step and all that follow it.
func (r *reader) walk(at, exit string) {
	if before, seen := r.exits[at]; seen {
		if before != exit {
			r.note(at, "shared", r.ids[at], nil)
		}
		return
	}
	r.exits[at] = exit
	id := r.ids[at]
	if r.placed[id] {
		return // the second writing of a step of ours
	}
	s := r.doc.Workflow[at]
	place := 1<<20 + len(r.steps)
	if e := r.ext[at]; e != nil {
		place = e.Place
	}
	if s.Type == typeStart && exit == "" {
		place = -1 << 30
	}
	out := r.content(at, s)
	i := r.add(out, place)
	r.lead(at, s, &out, exit)
	r.steps[i].step = out
}

// lead reads where it goes on from a step, and with it what kind of step it is.
func (r *reader) lead(at string, s *step, out *plan.Step, exit string) {
	switch s.Type {
	case typeEnd:
		out.Type = plan.End
	case typeStart:
		out.Type = plan.Start
		out.Next = r.next(at, s, exit)
	case typeCall:
		out.Type, out.Plan = plan.Call, ""
		if e := r.ext[at]; e != nil && playbookID(e.Plan) == s.PlaybookID {
			out.Plan = e.Plan
		} else {
			out.Plan = "playbook-" + slug(strings.TrimPrefix(s.PlaybookID, "playbook--"), "unknown")
			r.note(at, "call", s.PlaybookID, s.PlaybookID)
		}
		out.Next = r.next(at, s, exit)
	case typeParallel:
		out.Type = plan.Parallel
		out.Next = r.next(at, s, exit)
		for _, b := range s.NextSteps {
			out.Branches = append(out.Branches, r.resolve(at, b, out.Next))
		}
	case typeWhile:
		r.while(at, s, out, exit)
	case typeIf:
		r.either(at, s, out, exit)
	case typeSwitch:
		r.choose(at, s, out, exit)
	default: // an action, or what nobody knows
		if out.Type = plan.Action; s.Delay > 0 {
			out.Type, out.For = plan.Wait, time.Duration(min(s.Delay, 2*366*24*3600*1000))*time.Millisecond
		}
		if s.Type != typeAction {
			r.note(at, "type", s.Type, s)
		}
		out.Next = r.next(at, s, exit)
	}
}

// while reads a repeat.
func (r *reader) while(at string, s *step, out *plan.Step, exit string) {
	out.Type = plan.Repeat
	out.Next = r.next(at, s, exit)
	inner := out.ID
	if e := r.ext[at]; e != nil {
		out.Max = e.Max
		if c, err := r.known.Facts.Compile(e.Until); err == nil && pattern(r.known.Facts, c) == s.Condition {
			out.Until = c
		}
	}
	if out.Max == 0 {
		out.Max = 5
		r.note(at, "while", s.Condition, nil)
	}
	if key, answer, ok := plain(r.known.Facts, s.Condition); out.Until == nil && ok {
		out.Until, _ = r.known.Facts.Compile(key + " != " + answer)
	}
	if out.Until == nil { // the person is asked after each time whether it still holds
		inner = r.unusedID(out.ID + "-holds")
		r.note(at, "condition", s.Condition, s.Condition)
		out.Until, _ = r.known.Facts.Compile(Holds + " == no")
		r.add(plan.Step{
			ID: inner, Type: plan.Action, Phase: plan.Verify, Role: plan.Responder, Say: i18n.Text{EN: clean(s.Condition)},
			Asks: []string{Holds}, Next: out.ID,
		}, 1<<20+len(r.steps))
	}
	out.Body = r.resolve(at, s.OnTrue, inner)
}

func (r *reader) unusedID(id string) string {
	for n := 2; ; n++ {
		used := r.placed[id]
		for _, other := range r.ids {
			used = used || other == id
		}
		if !used {
			return id
		}
		id = fmt.Sprintf("%s-%d", strings.TrimRight(id, "-0123456789"), n)
	}
}

// meet is where the branches of a condition go on.
func (r *reader) meet(at string, s *step, exit string) string {
	if s.OnCompletion == "" && s.OnSuccess == "" {
		return exit
	}
	return r.next(at, s, exit)
}

// either reads an if.
func (r *reader) either(at string, s *step, out *plan.Step, exit string) {
	out.Type = plan.Decision
	inner := r.meet(at, s, exit)
	key, yes, ok := plain(r.known.Facts, s.Condition)
	if !ok {
		key, yes = Holds, "yes"
		out.Say = i18n.Text{EN: clean(s.Condition)}
		r.note(at, "condition", s.Condition, s.Condition)
	}
	no := map[string]string{"yes": "no", "no": "yes"}[yes]
	then := r.resolve(at, s.OnTrue, inner)
	out.Asks, out.Cautious = []string{key}, yes // to do more is the cautious way, as far as one can tell
	out.On = map[string]string{yes: then, fact.Unknown: then, no: r.resolve(at, s.OnFalse, inner)}
	r.note(at, "cautious", yes, nil)
}

// choose reads a switch: one of ours, or one over a fact that we know, or else one question a case.
func (r *reader) choose(at string, s *step, out *plan.Step, exit string) {
	inner := r.meet(at, s, exit)
	d, known := factOf(r.known.Facts, s.Switch)
	cases := slices.Sorted(maps.Keys(s.Cases))
	takes := known && (d.Type == fact.YesNo || d.Type == fact.OneOf)
	for _, c := range cases {
		_, option := d.Option(c)
		takes = takes && (c == "default" || option || d.Type == fact.YesNo && (c == "yes" || c == "no"))
	}
	if takes {
		out.Type, out.Asks, out.On = plan.Choice, []string{d.Key}, map[string]string{}
		for _, c := range cases {
			to := r.resolve(at, s.Cases[c], inner)
			if c == "default" {
				c = fact.Unknown
			}
			out.On[c] = to
		}
		if d.Type == fact.YesNo {
			out.Type = plan.Decision
			if e := r.ext[at]; e != nil {
				out.Cautious = e.Cautious
			}
		}
		return
	}
	r.note(at, "condition", s.Switch, s.Switch)
	r.ladder(at, s, out, inner)
}

// ladder asks for one case after the other whether it is this one; where none is, the default
// is taken.
func (r *reader) ladder(at string, s *step, out *plan.Step, inner string) {
	cases := slices.DeleteFunc(slices.Sorted(maps.Keys(s.Cases)), func(c string) bool { return c == "default" })
	other := r.resolve(at, s.Cases["default"], inner)
	for i, c := range slices.Backward(cases) {
		q := plan.Step{ID: out.ID, Type: plan.Decision, Phase: out.Phase, Role: out.Role, How: out.How}
		if i > 0 {
			q.ID = r.unusedID(fmt.Sprintf("%s-%d", out.ID, i+1))
		}
		q.Say, q.Asks, q.Cautious = i18n.Text{EN: clean(s.Switch + " = " + c)}, []string{Holds}, "no"
		q.On = map[string]string{"yes": r.resolve(at, s.Cases[c], inner), "no": other, fact.Unknown: other}
		other = q.ID
		if i == 0 {
			*out = q
			return
		}
		r.add(q, 1<<20+len(r.steps))
	}
	out.Type, out.Next = plan.Action, other // a switch without cases
}
