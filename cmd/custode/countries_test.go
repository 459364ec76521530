package main

import (
	"slices"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
)

// TestCountries: every country of the list is one that the settings take, under a name in the language, and the list has
// those in which shops are likeliest.
func TestCountries(t *testing.T) {
	o := officeOf(t, t.TempDir())
	for lang, want := range map[string][]web.Country{
		"en": {{Code: "IT", Name: "Italy"}, {Code: "GB", Name: "United Kingdom"}, {Code: "SM", Name: "San Marino"}, {Code: "CH", Name: "Switzerland"}},
		"it": {{Code: "IT", Name: "Italia"}, {Code: "DE", Name: "Germania"}, {Code: "GB", Name: "Regno Unito"}, {Code: "VA", Name: "Città del Vaticano"}},
	} {
		all := o.counter.office(lang).Countries()
		for _, c := range want {
			if !slices.Contains(all, c) {
				t.Errorf("%s: no %v", lang, c)
			}
		}
		for _, c := range all {
			if code, ok := countryCode(c.Code); !ok || code != c.Code || len(c.Name) < 3 {
				t.Errorf("%s: %v is not taken", lang, c)
			}
		}
		if !slices.IsSortedFunc(all, func(a, b web.Country) int { return strings.Compare(byName(a), byName(b)) }) {
			t.Error(all)
		}
	}
}

// TestCountriesOfToday: countries are called as they call themselves now, and stand where people look for them.
func TestCountriesOfToday(t *testing.T) {
	o := officeOf(t, t.TempDir())
	for lang, want := range map[string]map[string]string{
		"en": {"CZ": "Czechia", "MK": "North Macedonia", "MO": "Macao SAR China", "SZ": "Eswatini", "TR": "Türkiye"},
		"it": {"CZ": "Cechia", "MK": "Macedonia del Nord", "PA": "Panama", "SZ": "Eswatini", "TR": "Turchia"},
	} {
		at := map[string]int{}
		for i, c := range o.counter.office(lang).Countries() {
			at[c.Code] = i
			if name := want[c.Code]; name != "" && c.Name != name {
				t.Errorf("%s: %s is called %q, not %q", lang, c.Code, c.Name, name)
			}
		}
		if lang == "en" && (at["AX"] > at["AL"] || at["TR"] > at["TM"]) {
			t.Errorf("a mark on a letter moves a country: Åland is %d, Albania %d, Türkiye %d, Turkmenistan %d", at["AX"], at["AL"], at["TR"], at["TM"])
		}
	}
}
