package main

import (
	"errors"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
)

// TestFactsOfTwo: a correction does not overwrite unseen what somebody else has said meanwhile.
func TestFactsOfTwo(t *testing.T) {
	o, id := incidentOffice(t)
	seen := mustIncident(t, o, id, "").Seen
	a := web.Act{ID: id, Seen: seen, By: "Maria", Values: map[string]string{"people_count": "1.200"}}
	if err := o.SetFact(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	a.By, a.Values = "Anna", map[string]string{"people_count": "90"}
	over, ok := errors.AsType[*web.OvertakenError](o.SetFact(t.Context(), a))
	if !ok || !strings.Contains(over.Say, "Maria") || !strings.Contains(strings.Join(over.Stands, ""), "1,200") {
		t.Fatalf("%+v", over)
	}
	a.Seen = mustIncident(t, o, id, "").Seen // she has seen it now
	if err := o.SetFact(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*web.MistypedError](o.SetFact(t.Context(), web.Act{ID: id, Seen: 99, Values: map[string]string{"people_count": "1.5"}})); !ok {
		t.Error("1.5 people")
	}
	if err := o.SetFact(t.Context(), web.Act{ID: id, Seen: 99, Values: map[string]string{"nothing": "1"}}); !isFault(err, "fault.play.no-fact") {
		t.Error(err)
	}
	v, err := o.IncidentFacts(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]web.FactLine{}
	for _, g := range v.Groups {
		for _, f := range g.Facts {
			found[f.Key] = f
		}
	}
	if found["people_count"].Value != "90" || found["controller_name"].From != "from the settings" || found["what_happened"].Value != "The laptop is gone." || len(v.Open) == 0 {
		t.Errorf("%+v", found)
	}
}

func TestDecideOnThePage(t *testing.T) {
	o, id := incidentOffice(t)
	_, as, err := o.Assessment(t.Context(), id)
	if err != nil || len(as.Findings) != 2 || as.Findings[0].Status != "unknown" || len(as.Findings[0].Missing) == 0 || as.Severity == "" || as.Assumed == "" || len(as.Fields) != 2 {
		t.Fatalf("%+v %v", as, err)
	}
	a := web.Act{ID: id, Seen: mustIncident(t, o, id, "").Seen, By: "Anna", Values: map[string]string{"authority_decision": "no"}}
	if _, ok := errors.AsType[*web.MistypedError](o.Decide(t.Context(), a)); !ok {
		t.Error("against the rules without a reason")
	}
	a.Text = "nobody can be harmed"
	for range 2 {
		if err := o.Decide(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	head, as, err := o.Assessment(t.Context(), id)
	if err != nil || head.Seen != a.Seen+2 || len(as.Decided) != 1 || as.Decided[0].Value != "no" { // the decision, and its reason for the letters
		t.Errorf("%+v %+v %v", head, as.Decided, err)
	}
}

func TestLettersOfTheOffice(t *testing.T) {
	o, id := incidentOffice(t)
	l, err := o.Letter(t.Context(), id, "authority", "")
	if err != nil || l.Kind != "authority-garante" || len(l.Gaps) == 0 || len(l.Stages) != 4 || len(l.Told) != 0 {
		t.Fatalf("%s %+v %v", l.Kind, l.Stages, err)
	}
	a := web.Act{ID: id, Seen: l.Seen, By: "Anna"}
	f, err := o.PrintLetter(t.Context(), a, "people", "", "pdf")
	if err != nil || !strings.HasPrefix(string(f.Body), "%PDF") || f.Name != "incident-1-people.pdf" {
		t.Errorf("%s %v", f.Name, err)
	}
	if _, err := o.PrintLetter(t.Context(), a, "people", "", "exe"); !isFault(err, "fault.play.ending") {
		t.Error(err)
	}
	if err := o.SentLetter(t.Context(), a, "people", ""); err != nil {
		t.Fatal(err)
	}
	if over, ok := errors.AsType[*web.OvertakenError](o.SentLetter(t.Context(), a, "people", "")); !ok || !strings.HasPrefix(over.Say, "Sent: Anna") {
		t.Errorf("sent twice: %+v", over)
	}
	if l, err = o.Letter(t.Context(), id, "people", ""); err != nil || len(l.Told) != 2 {
		t.Errorf("%+v %v", l.Told, err)
	}
	if _, err := o.Letter(t.Context(), id, "love", ""); !isFault(err, "fault.play.no-letter") {
		t.Error(err)
	}
	r, err := o.PrintIncidentReport(t.Context(), id, "html")
	if err != nil || !strings.Contains(string(r.Body), "Anna") {
		t.Errorf("%v", err)
	}
}
