package main

import (
	"testing"

	"custode/internal/i18n"
	"custode/playbook/fact"
	"custode/playbook/plan"
	"custode/scan/watch/cases"
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
		if id == "leaver-copies-list" {
			t.Errorf("%s %s: the watch accuses somebody of the shop", c.Rule, c.Why)
		}
		if said := touched(c); c.Rule == rules.Decoy && len(said) > 0 {
			t.Errorf("a decoy holds nobody's data: %v", said)
		}
	}
}

// TestEveryReportHasItsPlan: what people report leads to a plan that there is, and their words are heard.
func TestEveryReportHasItsPlan(t *testing.T) {
	book, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	plans, err := plan.Load(book)
	if err != nil {
		t.Fatal(err)
	}
	d := &responder{library: library{plans: plans}}
	for _, why := range cases.Reports() {
		id := d.fits(cases.Case{Incident: rules.Incident{Rule: cases.Reported, Why: why}})
		if _, ok := plans.Get(id); !ok {
			t.Errorf("%s: no plan %q", why, id)
		}
	}
	for _, c := range []struct {
		why        rules.Why
		text, want string
	}{
		{cases.StrangeMail, "", "mailbox-taken-over"},
		{cases.StrangeMail, "an invoice with a changed iban, we paid the transfer", "fake-invoice"},
		{cases.StrangeMail, "I typed my password on a strange page", "mailbox-taken-over"},
		{cases.LostDevice, "the invoice was on it", "lost-device"},
		{cases.SomethingElse, "hanno rubato il portatile", "lost-device"},
		{cases.SomethingElse, "", "breach-notice"},
	} {
		if got := d.fits(cases.Case{Incident: rules.Incident{Rule: cases.Reported, Why: c.why}, Told: cases.Told{Text: c.text}}); got != c.want {
			t.Errorf("%s %q: %s, want %s", c.why, c.text, got, c.want)
		}
	}
}

// TestNoteSaid: what custode noted itself beside an alert is said in the language of who reads, whichever it was noted in.
func TestNoteSaid(t *testing.T) {
	w, err := i18n.Load("it")
	if err != nil {
		t.Fatal(err)
	}
	sh := &shell{words: w}
	for note, want := range map[string]string{
		"became incident 12": "è diventato l'incidente 12", "è diventato l'incidente 3": "è diventato l'incidente 3",
		"became incident Anna": "became incident Anna", "era il commercialista": "era il commercialista", "7": "7",
	} {
		if got := sh.noteSaid(note); got != want {
			t.Errorf("%q: %q, want %q", note, got, want)
		}
	}
}
