package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/fault"
)

// madeUpActs takes what is done about the things of a check.
type madeUpActs struct {
	Office

	err  error
	off  bool
	done []string
}

func (m *madeUpActs) PutOff(_ context.Context, id, until, because string) error {
	m.done = append(m.done, "put off "+id+" "+until+" "+because)
	return m.err
}

func (m *madeUpActs) TakeUp(_ context.Context, id string) (bool, error) {
	m.done = append(m.done, "take up "+id)
	return m.off, m.err
}

func (m *madeUpActs) Questions(context.Context) ([]Ask, error) {
	return []Ask{
		{ID: "access.mfa", Ask: "A second step?", Options: []Choice{{"yes", "Yes", true}, {"no", "No", false}}, Said: "Yes (until 1 Dec 2027)", DayFrom: "2026-11-29", DayTo: "2027-11-29"},
		{ID: "backup.place", Ask: "Where are the copies?", Path: true, DayFrom: "2026-11-29", DayTo: "2027-11-29"},
	}, nil
}

func (m *madeUpActs) Answer(_ context.Context, id, value, until string) error {
	m.done = append(m.done, "answer "+id+" "+value+" "+until)
	return m.err
}

func (m *madeUpActs) Report(_ context.Context, audience string, asPDF bool) (Download, error) {
	m.done = append(m.done, "report "+audience)
	if asPDF {
		return Download{"custode.pdf", "application/pdf", []byte("%PDF-1.4")}, m.err
	}
	return Download{"custode.html", "text/html; charset=utf-8", []byte("<style>p{}</style><p>x")}, m.err
}

func newActs(t *testing.T) (*site, *madeUpActs) {
	t.Helper()
	s, m := newSite(t), &madeUpActs{}
	s.madeUp.Office = m
	list, _ := m.Questions(t.Context())
	s.madeUp.today = Today{
		Shop: "Bottega", Status: "act",
		First:     &Thing{ID: "data.readable", Title: "Readable", Status: "act", Acts: Acts{PutOff: true, DayFrom: "2026-11-29", DayTo: "2027-05-28"}},
		Then:      []Thing{{ID: "scan.age", Title: "Old scan", Status: "attention", Acts: Acts{PutOff: true, IsOff: true}}, {ID: "self.log", Title: "The record", Status: "act", Command: "chmod o-rwx /shop"}},
		Questions: []Thing{{ID: "access.mfa", Title: "Mail", Status: "attention", Acts: Acts{Ask: &list[0]}, Command: "custode check answer access.mfa"}},
	}
	return s, m
}

func TestPutOffPage(t *testing.T) {
	s, m := newActs(t)
	body := want(t, s.get("/"), http.StatusOK, `action="/put-off"`, `max="2027-05-28"`, `action="/take-up"`)
	if strings.Count(body, `action="/put-off"`) != 1 || strings.Count(body, `action="/take-up"`) != 1 { // not where it can't be, not where it is
		t.Errorf("forms: %s", body)
	}
	r := s.post("/put-off", url.Values{"id": {"data.readable"}, "until": {"2026-12-15"}, "because": {" the new computer comes "}})
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/?noted=put-off" || m.done[0] != "put off data.readable 2026-12-15 the new computer comes" {
		t.Errorf("%s %q", r.Status, m.done)
	}
	want(t, s.get("/?noted=put-off"), http.StatusOK, "It stays on the page with your reason")
	if body := want(t, s.get("/?noted=hint"), http.StatusOK); strings.Contains(body, `role="status"`) {
		t.Error("what is no note is said")
	}
	m.err = fault.New(fault.Usage, "fault.check.until")
	body = want(t, s.post("/put-off", url.Values{"id": {"data.readable"}, "until": {"2036-01-01"}, "because": {`it "waits"`}}), http.StatusUnprocessableEntity,
		"within 180 days", `value="2036-01-01"`, `value="it &#34;waits&#34;"`, `role="alert"`)
	if strings.Contains(body, "--until") {
		t.Error("speaks of the terminal")
	}
	m.err = nil
	for off, at := range map[bool]string{true: "/?noted=taken-up", false: "/?noted=not-off"} {
		m.off = off
		if r := s.post("/take-up", url.Values{"id": {"scan.age"}}); r.Header.Get("Location") != at {
			t.Errorf("put off %t: %s", off, r.Header.Get("Location"))
		}
	}
}

func TestAnswerPage(t *testing.T) {
	s, m := newActs(t)
	body := want(t, s.get("/"), http.StatusOK, `action="/answer"`, `name="from" value="today"`, "A second step?")
	if strings.Contains(body, "custode check answer") || strings.Contains(body, "chmod") {
		t.Error("a command is named")
	}
	want(t, s.get("/questions"), http.StatusOK, "not answered", "Yes (until 1 Dec 2027)", `value="yes" required checked`, `type="text" name="value"`)
	for from, at := range map[string]string{"today": "/?noted=answered", "": "/questions?noted=1"} {
		if r := s.post("/answer", url.Values{"id": {"access.mfa"}, "value": {"no"}, "until": {"2027-01-01"}, "from": {from}}); r.Header.Get("Location") != at {
			t.Errorf("%q: %s", from, r.Header.Get("Location"))
		}
	}
	if m.done[0] != "answer access.mfa no 2027-01-01" {
		t.Errorf("%q", m.done)
	}
	m.err = fault.On(fault.NoInput, "fault.answer.place", "/media/gone", nil)
	want(t, s.post("/answer", url.Values{"id": {"backup.place"}, "value": {"/media/gone"}}), http.StatusUnprocessableEntity, "no folder that is there: /media/gone", `value="/media/gone"`)
	m.err = fault.New(fault.Usage, "fault.answer.value", "“”", "yes, no")
	want(t, s.post("/answer", url.Values{"id": {"access.mfa"}}), http.StatusUnprocessableEntity, "None of the answers was chosen")
}

func TestReportPage(t *testing.T) {
	s, m := newActs(t)
	r := s.post("/report", url.Values{"for": {"owner"}, "form": {"page"}})
	if p := r.Header.Get("Content-Security-Policy"); !strings.Contains(p, "style-src 'sha256-") || strings.Contains(p, "unsafe") || r.Header.Get("Content-Disposition") != "" {
		t.Errorf("%v", r.Header)
	}
	r = s.post("/report", url.Values{"for": {"auditor"}, "form": {"pdf"}})
	if r.Header.Get("Content-Disposition") != "attachment; filename=custode.pdf" || r.Header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%v", r.Header)
	}
	m.err = fault.New(fault.Usage, "fault.report.for", "x")
	want(t, s.post("/report", url.Values{"for": {"x"}}), http.StatusUnprocessableEntity)
}
