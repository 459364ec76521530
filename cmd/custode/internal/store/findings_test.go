package store

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/scan/detect"
)

// TestFindingsComeBack holds the quick reading of findings to the library's.
func TestFindingsComeBack(t *testing.T) {
	where := detect.Where{Unit: detect.Column, Name: "Email", Number: 3, Row: 2, Path: "a.zip!/b.csv", Sheet: "Foglio1", Index: 1, Section: "comments"}
	full := detect.Finding{Kind: detect.Email, Count: 3, Distinct: 2, Confidence: detect.High, Sample: "m…@e….it", Where: where, Why: "header", Pattern: "p", Person: true, Example: true}
	escaped := full
	escaped.Where.Name = "E\"mail\\ <x>\n"
	for _, c := range []struct {
		findings []detect.Finding
		quick    bool
	}{
		{[]detect.Finding{full}, true},
		{[]detect.Finding{full, {Kind: detect.Card}, full}, true},
		{[]detect.Finding{full, escaped}, false},
		{[]detect.Finding{}, false},
	} {
		raw, err := json.Marshal(c.findings)
		if err != nil {
			t.Fatal(err)
		}
		got, err := parseFindings(string(raw))
		if diff := cmp.Diff(c.findings, got); diff != "" || err != nil {
			t.Errorf("%s: %v %s", raw, err, diff)
		}
		if _, quick := simpleFindings(string(raw)); quick != c.quick {
			t.Errorf("%s: quick %v", raw, quick)
		}
	}
	for _, bad := range []string{"", "[", "[{", `[{"kind"`, `[{"kind":"x"}`, `[{"kind":"x"}]x`, `[{"kind":"x","count":1.5}]`, `[{"count":}]`, `[{"person":1}]`} {
		if _, err := parseFindings(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	if got, err := parseFindings(`[{"kind":"x","new":[1]}, {"kind":"y"}]`); err != nil || len(got) != 2 {
		t.Errorf("of a newer custode: %v %v", got, err)
	}
}

func FuzzFindings(f *testing.F) {
	f.Add(`[{"kind":"email","count":3,"where":{"unit":"line","number":1}}]`)
	f.Fuzz(func(t *testing.T, text string) {
		got, ok := simpleFindings(text)
		var want []detect.Finding
		if err := json.Unmarshal([]byte(text), &want); err == nil && ok && len(got) != len(want) {
			t.Errorf("%q: %v, want %v %v", text, got, want, err)
		}
	})
}
