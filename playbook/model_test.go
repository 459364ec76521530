package playbook

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/playbook/fact"
	"custode/playbook/plan"
)

// fresh is a run of a plan of the library, with nothing done.
func fresh(t *testing.T, book *fact.Book, lib *plan.Library, id string) *Run {
	t.Helper()
	var plans []*plan.Plan
	byDigest := map[string]*plan.Plan{}
	var add func(id string)
	add = func(id string) {
		p, ok := lib.Get(id)
		if !ok {
			t.Fatalf("no plan %s", id)
		}
		if byDigest[p.Digest] != nil {
			return
		}
		byDigest[p.Digest] = p
		plans = append(plans, p)
		for i := range p.Steps {
			if p.Steps[i].Type == plan.Call {
				add(p.Steps[i].Plan)
			}
		}
	}
	add(id)
	r, err := Replay(book, byDigest, Begin(Who{"anna", time.Unix(1_000_000, 0)}, plans))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// checker walks a plan on every combination of answers. Two ways that have the same
// steps open, with the same answers to what can still decide, go on alike: the second is
// not walked again.
type checker struct {
	t      *testing.T
	seen   map[string]bool
	states int
	ends   int
}

// clone is a copy of a run to which more can be done.
func clone(r *Run) *Run {
	c := *r
	c.Facts, c.marks = maps.Clone(r.Facts), maps.Clone(r.marks)
	return &c
}

// deciding are the facts on which the way depends that may still come.
func deciding(r *Run, open []Node) []string {
	a := reach{run: r, seen: map[string]bool{}}
	for _, n := range open {
		a.node(n.ID)
		a.seen[n.ID] = true
	}
	keys := map[string]bool{}
	for id := range a.seen {
		_, s, ok := r.locate(id)
		if !ok {
			continue
		}
		switch s.Type {
		case plan.Decision, plan.Choice:
			keys[s.Asks[0]] = true
		case plan.Repeat:
			for _, k := range s.Until.Keys() {
				keys[k] = true
			}
		case plan.Start, plan.Action, plan.Parallel, plan.Wait, plan.Call, plan.End:
		}
	}
	// a repeat around the open step decides too
	for _, p := range r.Plans {
		for i := range p.Steps {
			if p.Steps[i].Type == plan.Repeat {
				for _, k := range p.Steps[i].Until.Keys() {
					keys[k] = true
				}
			}
		}
	}
	return slices.Sorted(maps.Keys(keys))
}

func (c *checker) walk(r *Run, depth int) {
	if r.SaidFalse() { // a step may ask it; how such a run ends is checked of each state before
		return
	}
	c.ending(r)
	path := r.Path()
	if path.Complete {
		c.ends++
		registers := func(n Node) bool {
			return slices.Contains(n.Step.Asks, "registered") || n.Step.Sets["registered"] == "yes"
		}
		if !slices.ContainsFunc(path.Passed, registers) {
			c.t.Errorf("%s: a way ends without the register: %s", r.Plan.ID, names(path.Passed))
		}
		return
	}
	if len(path.Open) == 0 {
		c.t.Errorf("%s: nothing is open and it has not ended: after %s", r.Plan.ID, names(path.Passed))
		return
	}
	if depth > 400 {
		c.t.Fatalf("%s: it does not end: %s", r.Plan.ID, names(path.Passed))
	}
	keys := deciding(r, path.Open)
	state := names(path.Open)
	for _, k := range keys {
		state += " " + k + "=" + r.Facts[k].Text
	}
	if c.seen[state] {
		return
	}
	c.seen[state] = true
	c.states++
	n := path.Open[0]
	for _, given := range answersFor(r, n.Step, keys) {
		next := clone(r)
		for k, v := range given {
			next.Facts[k] = fact.Value{Text: v, Origin: fact.Said}
		}
		for k, v := range n.Step.Sets {
			next.Facts[k] = fact.Value{Text: v, Origin: fact.Step}
		}
		next.marks[n.ID] = Mark{State: StateDone}
		c.walk(next, depth+1)
	}
	skipped := clone(r)
	skipped.marks[n.ID] = Mark{State: StateSkipped}
	c.walk(skipped, depth+1)
}

// ending checks the two ways to close a run, wherever it stands: with the register confirmed, or
// as a false alarm with the reason why it was one.
func (c *checker) ending(r *Run) {
	who := Who{"anna", time.Unix(1_000_060, 0)}
	if _, err := r.Close(who, "enough"); r.Facts.Tri("registered") != fact.Yes && !errors.Is(err, ErrRegister) {
		c.t.Errorf("%s: closed without the register: %v", r.Plan.ID, err)
	}
	if _, err := r.CloseFalse(who, " "); !errors.Is(err, ErrReason) {
		c.t.Errorf("%s: a false alarm without a reason: %v", r.Plan.ID, err)
	}
	none := clone(r)
	none.Facts[falseAlarm] = fact.Value{Text: "yes", Origin: fact.Said}
	if p := none.Path(); !p.Complete || len(p.Open) > 0 {
		c.t.Errorf("%s: of a false alarm is left: %s", r.Plan.ID, names(p.Open))
	}
	if _, err := none.Close(who, ""); !errors.Is(err, ErrReason) {
		c.t.Errorf("%s: a false alarm closed without a reason: %v", r.Plan.ID, err)
	}
	if events, err := none.Close(who, "it lay at home"); err != nil || len(events) != 1 || events[0].Kind != Closed || events[0].Text == "" {
		c.t.Errorf("%s: a false alarm is not closed: %v, %v", r.Plan.ID, events, err)
	}
}

func names(nodes []Node) string {
	var out []string
	for _, n := range nodes {
		out = append(out, n.ID)
	}
	return strings.Join(out, " ")
}

// answersFor lists all combinations of answers to what decides, of what a step asks for.
func answersFor(r *Run, s *plan.Step, deciding []string) []map[string]string {
	out := []map[string]string{{}}
	for _, key := range s.Asks {
		if !slices.Contains(deciding, key) {
			continue
		}
		d, _ := r.book.Find(key)
		values := []string{fact.Unknown}
		switch d.Type {
		case fact.YesNo:
			values = append(values, "yes", "no")
		case fact.Number:
			values = append(values, "0", "5", "5000")
		default:
			for _, o := range d.Options {
				values = append(values, o.ID)
			}
		}
		var more []map[string]string
		for _, m := range out {
			for _, v := range values {
				c := maps.Clone(m)
				c[key] = v
				more = append(more, c)
			}
		}
		out = more
	}
	return out
}

// Every plan is walked on every combination of answers, unknown and skipped included:
// each way ends, and none passes by the register, unless it was a false alarm.
func TestEveryWay(t *testing.T) {
	book, lib := library(t)
	for _, p := range lib.All() {
		t.Run(p.ID, func(t *testing.T) {
			c := &checker{t: t, seen: map[string]bool{}}
			c.walk(fresh(t, book, lib, p.ID), 0)
			if c.ends == 0 {
				t.Error("no way ends")
			}
			t.Logf("%d states, %d ends", c.states, c.ends)
		})
	}
}

func library(t *testing.T) (*fact.Book, *plan.Library) {
	t.Helper()
	book, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	lib, err := plan.Load(book)
	if err != nil {
		t.Fatal(err)
	}
	return book, lib
}

// On every way of every plan, what nobody knows takes the branch of the careful answer.
func TestUnknownIsCareful(t *testing.T) {
	_, lib := library(t)
	n := 0
	for _, p := range lib.All() {
		for _, s := range p.Steps {
			if s.Type != plan.Decision {
				continue
			}
			n++
			if s.On[fact.Unknown] == "" || s.On[fact.Unknown] != s.On[s.Cautious] {
				t.Errorf("%s %s: unknown leads to %q, %s to %q", p.ID, s.ID, s.On[fact.Unknown], s.Cautious, s.On[s.Cautious])
			}
		}
	}
	if n == 0 {
		t.Error(fmt.Errorf("no decision in any plan"))
	}
}
