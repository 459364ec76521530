package main

import (
	"testing"

	"custode/playbook/fact"
	"custode/playbook/plan"
	"custode/scan/watch/rules"
)

// TestEveryAlertHasItsPlan: what happened to files leads to a plan that there is; that the watch
// saw too little leads to none.
func TestEveryAlertHasItsPlan(t *testing.T) {
	book, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	plans, err := plan.Load(book)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range toldCases() {
		id := planFor(c)
		if c.Rule == rules.Blind {
			if id != "" {
				t.Errorf("%s: %s", c.Rule, id)
			}
			continue
		}
		if _, ok := plans.Get(id); !ok {
			t.Errorf("%s %s: no plan %q", c.Rule, c.Why, id)
		}
	}
}
