package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// madeUpIncidents has one incident with one step, that somebody else may have done.
type madeUpIncidents struct {
	Office

	begun Beginning
	acts  []Act
	err   error
	also  []StepLine
	alarm bool
	blind error // nobody can say which folders there are
}

func (m *madeUpIncidents) Incidents(context.Context, int64, int64) (Incidents, error) {
	return Incidents{Last: 4, All: 60, Open: []IncidentHead{{ID: 4, Title: "A device <b>", Clock: &IncidentClock{Name: "Authority", Left: "71 hours left", Until: "until noon", Status: "attention"}}}, Closed: []IncidentRow{{1, "closed"}}}, nil
}

func (m *madeUpIncidents) PlansFor(_ context.Context, what string) ([]PlanChoice, bool, error) {
	return []PlanChoice{{"lost-device", "Lost", "Use this if"}}, what == "", nil
}

func (m *madeUpIncidents) Scanned(context.Context) ([]ScannedFolder, error) {
	return []ScannedFolder{{"/data/a&b", "data/a&b"}, {"/data", "/data"}}, m.blind
}

func (m *madeUpIncidents) BeginIncident(_ context.Context, b Beginning) (int64, error) {
	m.begun = b
	return 5, m.err
}

func (m *madeUpIncidents) Incident(_ context.Context, id int64, _ string) (Incident, error) {
	return Incident{IncidentHead: IncidentHead{ID: id, Title: "Lost", Seen: 9, Alarm: m.alarm}, Also: m.also, Step: &IncidentStep{ID: "a/b#2", Say: "Lock it", Open: true, Keep: []IncidentNote{{"Photograph:", "The page"}}, Fields: []IncidentField{
		{Key: "place", Ask: "Where?", Kind: "text", Value: "at the bar", Found: "custode has filled in"},
		{Key: "wiped", Ask: "Wiped?", Kind: "tri", Options: []Choice{{ID: "yes", Name: "Yes"}, {ID: "no", Name: "No"}}},
		{Key: "kinds", Ask: "Which?", Kind: "list", Options: []Choice{{ID: "a", Name: "A"}, {ID: "b", Name: "B"}}},
	}}}, nil
}

func (m *madeUpIncidents) act(a Act) error { m.acts = append(m.acts, a); return m.err }

func (m *madeUpIncidents) DoStep(_ context.Context, a Act) error       { return m.act(a) }
func (m *madeUpIncidents) NoteIncident(_ context.Context, a Act) error { return m.act(a) }
func (m *madeUpIncidents) EndIncident(_ context.Context, a Act) error  { return m.act(a) }

func TestIncidentList(t *testing.T) {
	s := newSite(t)
	s.madeUp.Office = &madeUpIncidents{}
	want(t, s.get("/incident"), http.StatusOK, "A device &lt;b&gt;", "71 hours left", "until noon", `name="last" value="4"`, `href="/incident/4"`, "Page 1 of 2", `href="/incident" aria-current="page"`)
}

// TestBeginIncident: what happened never stands in an address, and a second click does not begin a second one.
func TestBeginIncident(t *testing.T) {
	s, m := newSite(t), &madeUpIncidents{}
	s.madeUp.Office = m
	want(t, s.post("/incident/what", url.Values{"what": {"it's gone"}, "last": {"4"}, "folder": {"/data"}}), http.StatusOK, `<option value="/data/a&amp;b">`, `<option value="/data" selected>`, `name="what" value="it&#39;s gone"`, `name="last" value="4"`, `name="plan" value="lost-device"`, "Which of these")
	m.blind = errors.New("the disk is gone")
	if page := want(t, s.post("/incident/what", url.Values{"what": {"it's gone"}}), http.StatusOK, `name="plan" value="lost-device"`); strings.Contains(page, `name="folder"`) {
		t.Error("folders are offered that nobody could look at")
	}
	m.blind = nil
	s.post("/incident/who", url.Values{"name": {"Anna"}, "back": {"/incident"}})
	form := url.Values{"plan": {"lost-device"}, "what": {"it's gone"}, "folder": {"/data/a&b"}, "last": {"4"}}
	if r := s.post("/incident/begin", form); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/incident/5" || m.begun != (Beginning{"lost-device", "it's gone", "Anna", "/data/a&b", 4, false}) {
		t.Errorf("%s %v %+v", r.Status, r.Header, m.begun)
	}
	m.err = &BegunError{5, "Lost, today"}
	want(t, s.post("/incident/begin", form), http.StatusConflict, "One was begun already", "Lost, today", `href="/incident/5"`, `name="again"`, "it&#39;s gone", `name="folder" value="/data/a&amp;b"`)
	m.err = nil
	form.Set("again", "1")
	if s.post("/incident/begin", form); !m.begun.Again {
		t.Error("that it is another one is not told")
	}
}

func TestDoStep(t *testing.T) {
	s, m := newSite(t), &madeUpIncidents{}
	s.madeUp.Office = m
	want(t, s.get("/incident/4?step=a/b%232"), http.StatusOK, "Lock it", `name="seen" value="9"`, `name="step" value="a/b#2"`, ">at the bar</textarea>", "custode has filled in", `<a href="/incident/4/evidence">Take photos`)
	form := url.Values{"act": {"done"}, "step": {"a/b#2"}, "seen": {"9"}, "text": {"by phone"}, "fact.place": {"home\r\nor bar"}, "fact.kinds": {"a", "b"}, "fact.wiped": {"no", "unknown"}}
	if r := s.post("/incident/4/step", form); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/incident/4" || len(m.acts) != 1 {
		t.Fatalf("%s %v", r.Status, m.acts)
	}
	if a := m.acts[0]; a.ID != 4 || a.Seen != 9 || a.Step != "a/b#2" || a.Text != "by phone" || a.What != ActDone || a.Values["place"] != "home\nor bar" || a.Values["kinds"] != "a,b" || a.Values["wiped"] != "unknown" {
		t.Errorf("%+v", a)
	}
	m.err = &MistypedError{"kinds": "That is none of them"}
	want(t, s.post("/incident/4/step", form), http.StatusUnprocessableEntity, "That is none of them", "home\nor bar</textarea>", ">by phone</textarea>", `value="b" checked`, `name="fact.wiped" value="unknown" checked`)
	m.err = &OvertakenError{"Maria did it at noon", []string{"Place: <i>"}}
	body := want(t, s.post("/incident/4/step", form), http.StatusConflict, "Maria did it at noon", "Place: &lt;i&gt;", ">by phone</textarea>", "home\nor bar</textarea>")
	if strings.Contains(body, "at the bar") {
		t.Error("what was typed has given way")
	}
	m.err = nil
	form.Set("act", "skip")
	form.Set("reason", "no SIM")
	if s.post("/incident/4/step", form); m.acts[3].Text != "no SIM" || m.acts[3].What != ActSkip {
		t.Errorf("%+v", m.acts[3])
	}
	form.Set("act", "later")
	if r := s.post("/incident/4/step", form); r.Header.Get("Location") != "/incident" {
		t.Errorf("later: %v", r.Header)
	}
	m.also = []StepLine{{ID: "x#2"}}
	if r := s.post("/incident/4/step", form); r.Header.Get("Location") != "/incident/4?step=x%232" {
		t.Errorf("later: %v", r.Header)
	}
	form.Del("seen")
	want(t, s.post("/incident/4/step", form), http.StatusBadRequest, "incomplete")
	want(t, s.get("/incident/0"), http.StatusNotFound)
	want(t, s.get("/incident/x"), http.StatusNotFound)
}

func TestNoteAndEndIncident(t *testing.T) {
	s, m := newSite(t), &madeUpIncidents{}
	s.madeUp.Office = m
	form := url.Values{"seen": {"9"}, "text": {"Rossi called"}}
	if r := s.post("/incident/4/note", form); r.StatusCode != http.StatusSeeOther || m.acts[0].Text != "Rossi called" {
		t.Errorf("%s %+v", r.Status, m.acts)
	}
	m.err = &MistypedError{"": "Too long"}
	want(t, s.post("/incident/4/note", form), http.StatusUnprocessableEntity, "Too long", ">Rossi called</textarea>")
	form.Set("act", ActClose)
	want(t, s.post("/incident/4/end", form), http.StatusUnprocessableEntity, "Too long", `value="Rossi called"`)
	m.err = &OvertakenError{Say: "Closed at noon"}
	want(t, s.post("/incident/4/end", form), http.StatusConflict, "Closed at noon", `value="Rossi called"`)
	m.err = nil
	if r := s.post("/incident/4/end", form); r.StatusCode != http.StatusSeeOther || m.acts[3].What != ActClose {
		t.Errorf("%s %+v", r.Status, m.acts)
	}
	m.alarm = true
	if page := want(t, s.get("/incident/4/end"), http.StatusOK, `value="false-alarm"`, `href="/incident/4/fact/false_alarm"`); strings.Contains(page, `value="close"`) {
		t.Error("what was said to be a false alarm is offered to be closed as an incident")
	}
}
