package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/ring"
	"custode/internal/secret"
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

func TestRequestsOfTheOffice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	ask := web.NewRequest{Right: "erasure", How: "mail", Received: time.Now().AddDate(0, 0, -2).Format(time.DateOnly), Name: "Anna Verdi", Contact: "anna@example.com"}
	if _, err := o.NewRequest(t.Context(), ask); err == nil {
		t.Error("who asks was taken without keys to seal it")
	}
	_, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	u.Wipe()
	id, err := o.NewRequest(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	p, err := o.Privacy(t.Context())
	if err != nil || len(p.Open) != 1 || p.Open[0].ID != id || p.Open[0].Late || !p.CanSeal {
		t.Errorf("%+v %v", p.Open, err)
	}
	tells := func() bool {
		r, err := o.Request(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range r.Lines {
			if strings.Contains(l.Text, "Anna Verdi, anna@example.com") {
				return true
			}
		}
		return false
	}
	if tells() {
		t.Error("who asks is shown while the keys are locked")
	}
	if err := o.Unlock(t.Context(), secret.FromString("one two three four")); err != nil {
		t.Fatal(err)
	}
	if !tells() {
		t.Error("who asks is not shown while the keys are unlocked")
	}
	if o.Lock(); tells() {
		t.Error("who asks is shown after the keys were locked")
	}
	ask.Name = ""
	if _, err := o.NewRequest(t.Context(), ask); !isFault(err, "fault.request.flags") {
		t.Error(err)
	}
	ask.Name, ask.Received = "Anna", "2096-01-01"
	if _, err := o.NewRequest(t.Context(), ask); !isFault(err, "fault.request.future") {
		t.Error(err)
	}
}
