package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
)

// incidentOffice is the office of a home with an incident just begun by Anna.
func incidentOffice(t *testing.T) (*office, int64) {
	t.Helper()
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	id, err := o.BeginIncident(t.Context(), web.Beginning{Plan: "lost-device", What: "the laptop is gone", By: "Anna"})
	if err != nil {
		t.Fatal(err)
	}
	return o, id
}

func mustIncident(t *testing.T, o *office, id int64, step string) web.Incident {
	t.Helper()
	v, err := o.Incident(t.Context(), id, step)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestBeginIncidentOnce(t *testing.T) {
	o, id := incidentOffice(t)
	b := web.Beginning{Plan: "lost-device"}
	_, err := o.BeginIncident(t.Context(), b)
	begun, ok := errors.AsType[*web.BegunError](err)
	if !ok || begun.ID != id {
		t.Fatalf("a second click: %v", err)
	}
	b.Again = true
	if second, err := o.BeginIncident(t.Context(), b); err != nil || second == id {
		t.Errorf("%d %v", second, err)
	}
	list, err := o.Incidents(t.Context(), 0, 50)
	if err != nil || len(list.Open) != 2 || list.All != 0 || list.Last != id+1 || !strings.HasPrefix(list.Open[0].Next, "Write down when and where") {
		t.Errorf("%+v %v", list, err)
	}
	plans, all, err := o.PlansFor(t.Context(), "the laptop is gone")
	if err != nil || all || plans[0].ID != "lost-device" || len(plans) > mostOffered {
		t.Errorf("%+v %v %v", plans, all, err)
	}
	if plans, all, err = o.PlansFor(t.Context(), ""); err != nil || !all || len(plans) < 8 {
		t.Errorf("%+v %v %v", plans, all, err)
	}
}

// TestStepsOfTwo: two people have the same page open. The second is told who was faster, nothing is
// done twice, and a fact that the other has corrected is not overwritten unseen.
func TestStepsOfTwo(t *testing.T) {
	o, id := incidentOffice(t)
	v := mustIncident(t, o, id, "")
	if v.Step == nil || v.Step.ID != "seen" || len(v.Step.Fields) != 3 || v.Clock == nil || v.Clock.Left != "" {
		t.Fatalf("%+v", v)
	}
	a := web.Act{ID: id, Seen: v.Seen, By: "Maria", What: web.ActDone, Step: "seen", Values: map[string]string{"place": "unknown", "occurred_from": "2026-13-45T00:00"}}
	wrong, ok := errors.AsType[*web.MistypedError](o.DoStep(t.Context(), a))
	if !ok || len(*wrong) != 2 || (*wrong)["occurred_from"] == "" || (*wrong)["detected_at"] == "" {
		t.Fatalf("%v", wrong)
	}
	now := o.sh.now().Format("2006-01-02T15:04")
	a.Values = map[string]string{"place": "at the bar", "occurred_from": now, "detected_at": "unknown"}
	if err := o.DoStep(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	n := mustIncident(t, o, id, "").Seen
	a.By, a.Values = "Anna", map[string]string{"place": "at home", "occurred_from": now, "detected_at": now}
	over, ok := errors.AsType[*web.OvertakenError](o.DoStep(t.Context(), a))
	if !ok || !strings.Contains(over.Say, "done by Maria") || !strings.Contains(strings.Join(over.Stands, "|"), "at the bar") {
		t.Fatalf("%+v", over)
	}
	a.What = web.ActSkip
	if over, ok = errors.AsType[*web.OvertakenError](o.DoStep(t.Context(), a)); !ok || over == nil {
		t.Error("a step that was done is left out")
	}
	after := mustIncident(t, o, id, "seen")
	if after.Seen != n || after.Step.Open || !strings.Contains(after.Step.Done, "Maria") {
		t.Errorf("done twice: %d, then %d events; %+v", n, after.Seen, after.Step)
	}
}

// TestStepLater keeps what was typed, and a note that is sent twice stands once.
func TestStepLater(t *testing.T) {
	o, id := incidentOffice(t)
	seen := mustIncident(t, o, id, "").Seen
	later := web.Act{ID: id, Seen: seen, By: "Anna", What: web.ActLater, Step: "seen", Text: "ask the taxi", Values: map[string]string{"place": "in the taxi"}}
	for range 2 {
		if err := o.DoStep(t.Context(), later); err != nil {
			t.Fatal(err)
		}
	}
	v := mustIncident(t, o, id, "")
	if v.Step.ID != "seen" || len(v.Step.Fields) != 2 || len(v.Notes) != 1 || v.Notes[0].Text != "ask the taxi" {
		t.Errorf("%+v %+v", v.Step, v.Notes)
	}
	note := web.Act{ID: id, Seen: v.Seen, By: "Anna", Text: "one\r\ntwo\x1b[31m"}
	for range 2 {
		if err := o.NoteIncident(t.Context(), note); err != nil {
			t.Fatal(err)
		}
	}
	if v = mustIncident(t, o, id, ""); len(v.Notes) != 2 || v.Notes[0].Text != "one\ntwo[31m" || !strings.HasPrefix(v.Notes[0].Head, "Anna, ") {
		t.Errorf("%+v", v.Notes)
	}
	if _, ok := errors.AsType[*web.MistypedError](o.NoteIncident(t.Context(), web.Act{ID: id, Text: " \n"})); !ok {
		t.Error("an empty note is kept")
	}
	if _, ok := errors.AsType[*web.MistypedError](o.DoStep(t.Context(), web.Act{ID: id, Seen: v.Seen, What: web.ActSkip, Step: "seen"})); !ok {
		t.Error("a step is left out without a reason")
	}
}

// TestLettersAsked: first stand the letters that the plan asks for, and not the form of another country.
func TestLettersAsked(t *testing.T) {
	o, id := incidentOffice(t)
	v, err := o.Letters(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[bool]string{}
	for first, list := range map[bool][]web.LetterLine{true: v.Letters, false: v.Others} {
		for _, l := range list {
			kinds[first] += " " + l.Kind
		}
	}
	for kind, first := range map[string]bool{"authority-garante": true, "people": true, "police": true, "register": true, "authority-ico": false, "recipient": false} {
		if !strings.Contains(kinds[first], kind) || strings.Contains(kinds[!first], kind) {
			t.Errorf("%s: asked for%s, others%s", kind, kinds[true], kinds[false])
		}
	}
}

func TestEndIncident(t *testing.T) {
	o, id := incidentOffice(t)
	a := web.Act{ID: id, What: web.ActClose, By: "Anna", Text: "enough"}
	if _, ok := errors.AsType[*web.MistypedError](o.EndIncident(t.Context(), a)); !ok {
		t.Error("closed without the register")
	}
	if err := o.SetFact(t.Context(), web.Act{ID: id, Seen: mustIncident(t, o, id, "").Seen, By: "Anna", Values: map[string]string{"false_alarm": "yes"}}); err != nil {
		t.Fatal(err)
	}
	if v := mustIncident(t, o, id, ""); !v.Alarm {
		t.Error("a false alarm that was said is to be closed as any other")
	}
	a.What = web.ActFalse
	if err := o.EndIncident(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*web.OvertakenError](o.EndIncident(t.Context(), a)); !ok {
		t.Error("closed twice")
	}
	v := mustIncident(t, o, id, "")
	if v.Closed == "" || v.Step != nil || v.Clock != nil || !strings.Contains(v.Said, "enough") {
		t.Errorf("%+v", v)
	}
	a.What, a.Text = web.ActReopen, "found more"
	if err := o.EndIncident(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	if _, ok := errors.AsType[*web.OvertakenError](o.EndIncident(t.Context(), a)); !ok {
		t.Error("opened twice")
	}
	if _, err := o.Incident(t.Context(), id+7, ""); !isFault(err, "fault.play.unknown") {
		t.Error(err)
	}
}

// TestIncidentOfFolder: an incident that is about a folder knows what custode knows of it, also when the folder is gone
// since; one of which nothing is known holds nothing up.
func TestIncidentOfFolder(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	list, err := o.Scanned(t.Context())
	if err != nil || len(list) < 3 || list[0] != (web.ScannedFolder{Path: shop, Name: shop}) || filepath.Dir(list[1].Path) != shop || list[1].Name != filepath.Join("bottega", filepath.Base(list[1].Path)) {
		t.Fatalf("%+v %v", list, err)
	}
	people := func(folder string) (known bool) {
		t.Helper()
		id, err := o.BeginIncident(t.Context(), web.Beginning{Plan: "lost-device", Folder: folder, Again: true})
		if err != nil {
			t.Fatal(err)
		}
		v, err := o.IncidentFacts(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range v.Groups {
			known = known || slices.ContainsFunc(g.Facts, func(f web.FactLine) bool { return f.Key == "people_count" && f.From != "" })
		}
		return known
	}
	if people("") || people(filepath.Join(shop, "no such folder")) {
		t.Error("how many people are concerned is known of nothing")
	}
	if !people(list[1].Path) {
		t.Errorf("of %s nothing is known", list[1].Path)
	}
	if err := os.RemoveAll(list[1].Path); err != nil {
		t.Fatal(err)
	}
	if !people(list[1].Path) {
		t.Error("what was lost is not known any more")
	}
}
