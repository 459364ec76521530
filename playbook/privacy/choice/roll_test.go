package choice_test

import (
	"errors"
	"testing"

	"custode/playbook/privacy/choice"
)

// TestRoll: everybody stands as was added, and who was not added was never asked.
func TestRoll(t *testing.T) {
	var r choice.Roll
	reasons := []choice.Reason{choice.Yes, choice.SaidNo, choice.HasWithdrawn, choice.HasObjected, choice.HasExpired, choice.NotYet, choice.BasisNotValid, choice.NeverAsked, choice.Unsure}
	id := func(n int) (id choice.ID) {
		id[0], id[1], id[31] = byte(n>>8), byte(n), 7
		return id
	}
	const many = 3000
	for n := range many {
		if err := r.Add(id(2*n+1), choice.Standing{Reason: reasons[n%len(reasons)]}); err != nil {
			t.Fatal(err)
		}
	}
	for n := range many {
		want := reasons[n%len(reasons)]
		if got, ok := r.Allowed(id(2*n + 1)); got != want || ok != (want == choice.Yes) {
			t.Fatalf("%d: %s %v, want %s", n, got, ok, want)
		}
		if got, ok := r.Allowed(id(2 * n)); got != choice.NeverAsked || ok {
			t.Fatalf("between: %s %v", got, ok)
		}
	}
	if got, ok := r.Allowed(id(2 * many)); got != choice.NeverAsked || ok {
		t.Errorf("behind all: %s %v", got, ok)
	}
	if r.Count()[choice.Yes] != (many+len(reasons)-1)/len(reasons) || r.Len() != many {
		t.Errorf("%v of %d", r.Count(), r.Len())
	}
	for _, n := range []int{2*many - 1, 0} {
		if err := r.Add(id(n), choice.Standing{}); !errors.Is(err, choice.ErrOrder) {
			t.Errorf("out of order: %v", err)
		}
	}
	if got, ok := (&choice.Roll{}).Allowed(id(1)); got != choice.NeverAsked || ok {
		t.Errorf("empty: %s %v", got, ok)
	}
	var odd choice.Roll
	if err := odd.Add(id(1), choice.Standing{Reason: "a reason of tomorrow"}); err != nil {
		t.Fatal(err)
	}
	if got, ok := odd.Allowed(id(1)); got != choice.Unsure || ok {
		t.Errorf("unknown: %s %v", got, ok)
	}
}
