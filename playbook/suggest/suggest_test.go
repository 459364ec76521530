package suggest_test

import (
	"strings"
	"testing"

	"custode/playbook/fact"
	"custode/playbook/suggest"
)

// Each kind of data has a proposal of both texts, in both languages; what is not known proposes nothing.
func TestEveryKindHasAProposal(t *testing.T) {
	facts, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	b, err := suggest.Load(facts)
	if err != nil {
		t.Fatal(err)
	}
	def, _ := facts.Find("data_kinds")
	for _, key := range []string{"consequences", "advice_to_people"} {
		if got := b.For(key, nil, "en"); got != "" {
			t.Errorf("%s of nothing: %s", key, got)
		}
		for _, o := range def.Options {
			set := fact.Set{"data_kinds": {Text: o.ID}}
			en, it := b.For(key, set, "en"), b.For(key, set, "it")
			if o.ID != "other" && (en == "" || it == "" || en == it) {
				t.Errorf("%s of %s: %q, %q", key, o.ID, en, it)
			}
		}
	}
	both := b.For("advice_to_people", fact.Set{"data_kinds": {Text: "contact,passwords"}}, "it")
	if !strings.Contains(both, "password ovunque") || !strings.Contains(both, "Diffida") {
		t.Errorf("of two kinds: %s", both)
	}
	if got := b.For("place", fact.Set{"data_kinds": {Text: "contact"}}, "en"); got != "" {
		t.Errorf("a place is proposed: %s", got)
	}
}
