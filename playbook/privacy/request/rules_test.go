package request

import (
	"strings"
	"testing"
	"time"
)

// The rules with one mistake each are not taken.
func TestNotWhole(t *testing.T) {
	good := string(raw)
	for _, c := range [][2]string{
		{"years: [2020, 2035]", "years: [2035, 2020]"},
		{"months: 1", "months: 0"},
		{"months: 1", "month: 1"},
		{"identity: starts", "identity: restarts"},
		{"identity: pauses\n    identity_source: [EDPB-01-2022, BLN-IDENTITY]", "identity: pauses\n    identity_source: []"},
		{"  - id: gdpr\n    months", "  - id: gdpr\n    countries: [IT]\n    months"},
		{"\n    status: in-force", "\n    status: law"},
		{"checked: 2026-11-28", "checked: 2026-11-31"},
		{"it: \"Epifania\"", "it: \"\""},
		{"{id: epiphany,", "{id: epifany,"},
		{"day: \"06-02\"", "day: \"06-31\""},
		{"day: \"06-02\"", "day: \"06-02\", easter: 1"},
		{"{id: republic, day: \"06-02\"}", "{id: republic}"},
		{"monday: \"first 05\"", "monday: \"second 05\""},
		{"monday: \"first 05\"", "monday: \"first 13\""},
		{"\"2020-05-08\"", "\"2020-05-32\""},
		{"source: [UK-BANK]", "source: []"},
	} {
		bad := strings.Replace(good, c[0], c[1], 1)
		if bad == good {
			t.Errorf("%q is not there", c[0])
		}
		if _, err := parse([]byte(bad)); err == nil {
			t.Errorf("%q for %q is taken", c[1], c[0])
		}
	}
	if _, err := parse([]byte(good)); err != nil {
		t.Error(err)
	}
}

// What is only proposed is not counted by, wherever it stands.
func TestProposed(t *testing.T) {
	first := strings.Replace(string(raw), "countries: [GB, UK, GB-EAW, GB-ENG, GB-WLS, GB-SCT, GB-NIR]\n    months: 1", "months: 9", 1)
	first = strings.Replace(first, "\n    status: in-force", "\n    status: proposed", 1)
	r, err := parse([]byte(first))
	if err != nil {
		t.Fatal(err)
	}
	if p := r.Periods()[0]; p.Months != 9 || p.Status != Proposed {
		t.Fatalf("%+v", p)
	}
	if d := r.Due(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), "GB", nil, Options{}); d.Period.ID != "gdpr" || d.Due.Month() != time.July {
		t.Errorf("%s, %s", d.Period.ID, d.Due)
	}
}

// The earliest and the latest Easter, and those for which the rule has its exceptions.
func TestEasterOfOtherYears(t *testing.T) {
	for _, want := range []string{"1818-03-22", "1943-04-25", "1954-04-18", "1981-04-19", "2000-04-23", "2008-03-23", "2038-04-25", "2049-04-18", "2076-04-19"} {
		d, err := time.Parse(time.DateOnly, want)
		if got := easter(d.Year()); err != nil || !got.Equal(d) {
			t.Errorf("%s, want %s", got.Format(time.DateOnly), want)
		}
	}
}
