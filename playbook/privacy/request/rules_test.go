package request

import (
	"strings"
	"testing"
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
