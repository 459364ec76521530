package main

import (
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
)

// TestServeContacts keeps whom to call on the page, as the command does, and the steps of an incident show it.
func TestServeContacts(t *testing.T) {
	o, id := incidentOffice(t)
	find := func(kind string) web.Contact {
		t.Helper()
		all, err := o.Contacts(t.Context())
		if err != nil || len(all.Public) == 0 {
			t.Fatalf("%+v, %v", all, err)
		}
		for _, c := range all.Own {
			if c.Kind == kind {
				return c
			}
		}
		t.Fatalf("no %s", kind)
		return web.Contact{}
	}
	if c := find("it"); c.Checked != "" || c.Ask == "" || len(c.Have) == 0 {
		t.Errorf("%+v", c)
	}
	if err := o.KeepContact(t.Context(), web.Contact{Kind: "it", Note: "only a note"}); !isFault(err, "fault.play.contact") {
		t.Errorf("nothing to call: %v", err)
	}
	if err := o.KeepContact(t.Context(), web.Contact{Kind: "baker", Name: "x"}); !isFault(err, "fault.play.contact.kind") {
		t.Errorf("no such kind: %v", err)
	}
	if err := o.RightContact(t.Context(), "it"); !isFault(err, "fault.play.contact.kind") {
		t.Errorf("right although nobody noted it: %v", err)
	}
	if err := o.KeepContact(t.Context(), web.Contact{Kind: "it", Name: "Luca\x1b[31m", Phone: "055 5550144"}); err != nil {
		t.Fatal(err)
	}
	if err := o.RightContact(t.Context(), "it"); err != nil {
		t.Fatal(err)
	}
	if c := find("it"); c.Phone != "055 5550144" || c.Old || c.Checked == "" || strings.Contains(c.Name, "\x1b") {
		t.Errorf("%+v", c)
	}
	shown := false
	for _, p := range mustIncident(t, o, id, "").Phases {
		for _, s := range p.Steps {
			shown = shown || strings.Contains(strings.Join(mustIncident(t, o, id, s.ID).Step.Calls, "|"), "055 5550144")
		}
	}
	if !shown {
		t.Error("no step says whom to call")
	}
}

// TestServeRegister: the register of the page has what the command has, and a plan is shown whole.
func TestServeRegister(t *testing.T) {
	o, _ := incidentOffice(t)
	if doc, err := o.Register(t.Context()); err != nil || doc.Title == "" || len(doc.Blocks) == 0 {
		t.Errorf("%+v, %v", doc, err)
	}
	for form, begins := range map[string]string{"pdf": "%PDF", "html": "<!", "csv": ""} {
		d, err := o.PrintRegister(t.Context(), form)
		if err != nil || len(d.Body) == 0 || !strings.HasPrefix(string(d.Body), begins) || d.Name != "register."+form {
			t.Errorf("%s: %s, %v", form, d.Name, err)
		}
	}
	p, err := o.Plan(t.Context(), "lost-device")
	if err != nil || p.Title == "" || len(p.Steps) < 8 {
		t.Fatalf("%+v, %v", p, err)
	}
	for _, s := range p.Steps {
		if (s.Say == "") != (s.Calls != nil) {
			t.Errorf("%+v", s)
		}
	}
	if _, err := o.Plan(t.Context(), "../x"); !isFault(err, "fault.play.no-plan") {
		t.Error(err)
	}
}
