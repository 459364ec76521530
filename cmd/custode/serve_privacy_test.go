package main

import (
	"bytes"
	"testing"

	"custode/cmd/custode/internal/web"
)

func TestPrivacyOfTheOffice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	p, err := o.Privacy(t.Context())
	if err != nil || p.Declared || p.NoScan || len(p.Held) == 0 || p.Held[0].Lines[0].Used || p.CanSeal {
		t.Fatalf("%+v %v", p, err)
	}
	if _, err := o.CustomerPaper(t.Context(), "notice", "it", true); !isFault(err, "fault.notice.undeclared") {
		t.Error(err)
	}
	if r := custode(t, home, "privacy", "map", "--yes", "--trade", "hairdresser"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	if p, err = o.Privacy(t.Context()); err != nil || !p.Declared || len(p.Uses) == 0 || !p.Held[0].Lines[0].Used || len(p.Problems) == 0 {
		t.Errorf("%+v %v", p, err)
	}
	d, err := o.CustomerPaper(t.Context(), "statement", "it", true)
	if err != nil || !bytes.HasPrefix(d.Body, []byte("%PDF-")) || d.Name != "custode-statement.pdf" {
		t.Errorf("%s %v", d.Name, err)
	}
	j, err := o.Journal(t.Context(), web.JournalWish{Kind: "statement.printed", Most: 9})
	if err != nil || j.All != 1 { // or else nobody would be told when it is no longer true
		t.Errorf("%d kept, %v", j.All, err)
	}
	if r := custode(t, home, "privacy", "statement", "--check"); r.code > 1 { // a paper without a known file is no failure
		t.Errorf("%+v", r)
	}
}
