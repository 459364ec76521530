package contacts

import (
	"slices"
	"strings"
	"testing"

	"custode/playbook/plan"
)

func load(t *testing.T) *Book {
	t.Helper()
	b, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Whatever a step of a plan may name is a kind here, and nothing else.
func TestKindsAreThoseOfPlans(t *testing.T) {
	var ids []string
	for _, k := range load(t).Kinds() {
		ids = append(ids, k.ID)
	}
	want := plan.Contacts()
	slices.Sort(ids)
	slices.Sort(want)
	if !slices.Equal(ids, want) {
		t.Errorf("kinds %v, plans name %v", ids, want)
	}
}

func TestSentences(t *testing.T) {
	for _, k := range load(t).Kinds() {
		texts := []string{k.Ask.EN, k.Ask.IT}
		for _, h := range k.Have {
			texts = append(texts, h.EN, h.IT)
		}
		for _, s := range texts {
			if n := len(strings.Fields(s)); n > 25 {
				t.Errorf("%s: %d words: %s", k.ID, n, s)
			}
		}
	}
}

func TestPublic(t *testing.T) {
	b := load(t)
	names := func(country string) (out []string) {
		for _, p := range b.Public(country) {
			out = append(out, p.Country+" "+p.Kind+" "+p.Phone+" "+p.URL)
		}
		return out
	}
	for country, want := range map[string][]string{
		"it": {"IT authority  https://servizi.gpdp.it/", "IT police  https://www.commissariatodips.it/", "IT police 112 "},
		"UK": {"GB authority 0303 123 1113 https://ico.org.uk/for-organisations/report-a-breach/", "GB police 0300 123 2040 https://www.reportfraud.police.uk/"},
		"FR": {"EU authority  https://www.edpb.europa.eu/about-edpb/about-edpb/members_en", "EU police 112 "},
		"NO": {"EU authority  https://www.edpb.europa.eu/about-edpb/about-edpb/members_en", "EU police 112 "},
		"US": {"US police  https://www.ic3.gov/", "US police  https://reportfraud.ftc.gov/", "US police  https://www.identitytheft.gov/"},
		"CH": nil,
		"":   nil,
	} {
		if got := names(country); !slices.Equal(got, want) {
			t.Errorf("%q: %q", country, got)
		}
	}
}

// What is not whole is refused: a number that nobody can dial is worse than none.
func TestNotWhole(t *testing.T) {
	for _, c := range []struct{ old, bad string }{
		{`phone: "0303 123 1113"`, `phone: "0303 call us"`},
		{`url: https://www.ic3.gov/`, `url: http://www.ic3.gov/`},
		{`country: US`, `country: usa`},
		{`    status: read`, `    status: sure`},
		{`checked: "2026-11-28"`, `checked: "today"`},
		{`kind: police`, `kind: mayor`},
		{`  - id: bank`, `  - id: authority`},
		{`it: "Banca"`, `it: ""`},
		{`source: https://112.gov.it/en/how_it_works/`, `source: memory`},
		{`name: {en: "Emergency number", it: "Numero unico di emergenza"}`, `name: {en: "Emergency number"}`},
		{`members:`, `others:`},
	} {
		if !strings.Contains(string(raw), c.old) {
			t.Fatalf("%s does not stand in the file", c.old)
		}
		if _, err := parse([]byte(strings.Replace(string(raw), c.old, c.bad, 1))); err == nil {
			t.Errorf("taken: %s", c.bad)
		}
	}
}
