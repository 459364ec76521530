package drill

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"custode/internal/i18n"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

// errPart is a part of an exercise that is not whole.
var errPart = errors.New("not whole")

// mostCost bounds what one mistake costs, of 100 points.
const mostCost = 40

// check holds an exercise to its plan and to the list of facts.
func (s *Scenario) check(book *fact.Book, plans *plan.Library) error {
	p, ok := plans.Get(s.Plan)
	if !ok || s.ID == "" || !s.Title.Whole() || !s.Story.Whole() {
		return fmt.Errorf("%w: head, plan %q", errPart, s.Plan)
	}
	for _, key := range slices.Sorted(maps.Keys(s.Times)) {
		d, known := book.Find(key)
		before, err := time.ParseDuration(s.Times[key])
		if !known || d.Type != fact.Moment || err != nil || before < 0 {
			return fmt.Errorf("%w: time %s", errPart, key)
		}
	}
	for _, v := range []Verdict{s.Key.Authority, s.Key.People} {
		if v.Answer != fact.Yes.String() && v.Answer != fact.No.String() || !v.Reason.Whole() || v.Source == "" {
			return fmt.Errorf("%w: key", errPart)
		}
	}
	way := map[string]bool{}
	for _, n := range Way(p, plans, s.Set(time.Time{})) {
		way[n.ID] = true
	}
	seen := map[string]bool{}
	for _, in := range s.Injects {
		if err := in.check(way); err != nil || seen[in.ID] {
			return fmt.Errorf("%w: inject %s: %w", errPart, in.ID, err)
		}
		seen[in.ID] = true
	}
	for _, w := range s.Wrong {
		if err := w.check(book, s.Facts, way); err != nil || seen[w.ID] {
			return fmt.Errorf("%w: wrong %s: %w", errPart, w.ID, err)
		}
		seen[w.ID] = true
	}
	return nil
}

// check: it happens at one moment that comes, and one of its options is a good one.
func (in Inject) check(way map[string]bool) error {
	if in.ID == "" || !in.Say.Whole() || (in.After == "") == (in.Minutes <= 0) || in.After != "" && !way[in.After] {
		return fmt.Errorf("%w: after %q, %d minutes", errPart, in.After, in.Minutes)
	}
	good := len(in.Options) == 0
	ids := map[string]bool{}
	for _, o := range in.Options {
		if o.ID == "" || ids[o.ID] || o.Costs < 0 || o.Costs > mostCost || !whole(o.Label, o.Why) {
			return fmt.Errorf("%w: option %s", errPart, o.ID)
		}
		ids[o.ID] = true
		good = good || o.Costs == 0
	}
	if !good || len(in.Options) == 1 {
		return fmt.Errorf("%w: no choice", errPart)
	}
	return nil
}

// check: it is one mistake, and truly one: the step lies on the way, the answer is untrue.
func (w Wrong) check(book *fact.Book, facts map[string]string, way map[string]bool) error {
	if w.ID == "" || w.Costs < 1 || w.Costs > mostCost || !w.Why.Whole() || w.Source == "" || (w.Skipped == "") == (w.Said == nil) {
		return errPart
	}
	if w.Said == nil {
		if !way[w.Skipped] {
			return fmt.Errorf("%w: step %s", errPart, w.Skipped)
		}
		return nil
	}
	value, err := book.Parse(w.Said.Key, w.Said.Value)
	if err != nil {
		return fmt.Errorf("%s: %w", w.Said.Key, err)
	}
	if facts[w.Said.Key] == value || value == fact.Unknown {
		return fmt.Errorf("%w: %s = %s is no mistake", errPart, w.Said.Key, value)
	}
	return nil
}

func whole(texts ...i18n.Text) bool {
	return !slices.ContainsFunc(texts, func(t i18n.Text) bool { return !t.Whole() })
}
