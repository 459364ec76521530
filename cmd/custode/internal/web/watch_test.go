package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/fault"
)

// madeUpWatch has 120 alerts; number 7 is the one that the tests look at.
type madeUpWatch struct {
	Office

	wish    WatchWish
	part    [2]int64
	settled []Settled
	looked  bool
	state   string
	opened  int64 // the incident
	run     WatchRun
	did     []string
}

func (m *madeUpWatch) Watch(_ context.Context, want WatchWish) (Watch, error) {
	m.wish = want
	w := Watch{
		Status: "attention", Runs: "The watch is off.", Run: m.run, Unseen: 1, All: 120, Chart: "<svg></svg>", ChartWords: "Files changed: 3.",
		Hours: []WatchHour{{"Sun 29 Nov 2026 08:00", 3, 0, 1, true}}, GapsHead: "1 gap:", Gaps: []string{"a gap <x>"}, Decoys: Decoys{Status: "ok", Title: "All 5 decoys lie there.", Laid: true},
	}
	if want.Skip == 0 {
		w.Alerts = append(w.Alerts, m.line())
	}
	w.Alerts = append(w.Alerts, AlertLine{ID: 3, Status: "ok", Tag: "LOOKED AT", Title: "Old", What: "Long ago.", Looked: "by anna"})
	return w, nil
}

func (m *madeUpWatch) line() AlertLine {
	l := AlertLine{ID: 7, Status: "act", Tag: "GRAVE", Title: "Files & more", What: "Somebody read 412 files."}
	if m.looked {
		l.Looked = "Looked at by anna"
	}
	return l
}

func (m *madeUpWatch) Alert(_ context.Context, id, skip, most int64) (Alert, error) {
	if id != 7 {
		return Alert{}, fault.New(fault.NoInput, "fault.alerts.unknown", "8")
	}
	m.part = [2]int64{skip, most}
	return Alert{
		AlertLine: m.line(), State: m.state, Steps: []string{"Unplug it."}, CanOpen: true, Habit: "The user anna reads files.", Incident: m.opened,
		Timeline: []Moment{{"04:31:05", "It began."}}, Rows: []Row{{"Program", "/usr/bin/<tar>"}}, Files: []AlertFile{{"/srv/x.csv", "sealed then"}}, All: 120, Tally: "8 files.",
	}, nil
}

func (m *madeUpWatch) SettleAlert(_ context.Context, _ int64, s Settled) error {
	switch {
	case m.looked:
		return ErrLooked
	case s.State != m.state:
		return ErrWorse
	}
	m.looked = true
	m.settled = append(m.settled, s)
	return nil
}

func (m *madeUpWatch) OpenIncident(context.Context, int64) (int64, error) {
	if m.opened != 0 {
		return 0, fault.New(fault.CannotMake, "fault.alerts.incident", "2")
	}
	m.opened = 2
	return 2, nil
}

func newWatchSite(t *testing.T) (*site, *madeUpWatch) {
	t.Helper()
	s, m := newSite(t), &madeUpWatch{state: "high"}
	s.madeUp.Office = m
	return s, m
}

func TestWatchPage(t *testing.T) {
	s, m := newWatchSite(t)
	body := want(t, s.get("/watch"), http.StatusOK, "The watch is off.", "1 alert that nobody has looked at", `href="/watch/7"`, "Files &amp; more",
		"<svg></svg>", "Files changed: 3.", "a gap &lt;x&gt;", "All 5 decoys", "Alerts that were looked at", `href="/watch?page=2"`, `aria-current="page"`)
	if !strings.Contains(body, "Lay some in new folders too") || strings.Contains(body, "Lay the missing ones") {
		t.Error("none of the decoys is missing")
	}
	if strings.Index(body, `href="/watch/7"`) > strings.Index(body, `href="/watch/3"`) || m.wish != (WatchWish{Most: leafHolds}) {
		t.Errorf("%+v", m.wish)
	}
	body = want(t, s.get("/watch?page=2&span=week"), http.StatusOK, `href="/watch/3"`, "Page 2 of 3", "page=3&amp;span=week")
	if m.wish != (WatchWish{leafHolds, leafHolds, true}) || strings.Contains(body, "The watch is off.") || strings.Contains(body, "<svg>") {
		t.Errorf("the second page: %+v %s", m.wish, body)
	}
	want(t, s.get("/watch?noted=7"), http.StatusOK, "alert 7 was looked at")
	if body := text(t, s.get("/watch?noted=%3Cb%3E")); strings.Contains(body, `role="status"`) {
		t.Error("what is no number is told")
	}
}

func TestAlertPage(t *testing.T) {
	s, m := newWatchSite(t)
	want(t, s.get("/watch/7"), http.StatusOK, "<h1>Files &amp; more</h1>", "Unplug it.", "Open an incident", "It was us, all is well", "The user anna reads files.", "It began.", "/usr/bin/&lt;tar&gt;", "sealed then",
		`name="state" value="high"`, `href="/watch/7?page=2"`)
	if s.get("/watch/7?page=2"); m.part != [2]int64{leafHolds, leafHolds} {
		t.Errorf("%v", m.part)
	}
	for _, id := range []string{"0", "-1", "x", "99999999999999999999"} {
		want(t, s.get("/watch/"+id), http.StatusNotFound, "no such alert")
	}
	want(t, s.get("/watch/8"), http.StatusNotFound, "no alert 8")
}

// TestSettleTwice: of two tabs the second is told, what it had typed is shown, and nothing is done twice.
func TestSettleTwice(t *testing.T) {
	s, m := newWatchSite(t)
	form := url.Values{"state": {"note"}, "note": {"the <adviser>"}, "normal": {"1"}}
	want(t, s.post("/watch/7/settle", form), http.StatusConflict, "has got worse", `value="the &lt;adviser&gt;"`, " checked", `role="alert"`)
	form.Set("state", "high")
	if r := s.post("/watch/7/settle", form); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/watch?noted=7" {
		t.Fatalf("%s to %s", r.Status, r.Header.Get("Location"))
	}
	body := want(t, s.post("/watch/7/settle", form), http.StatusConflict, "has looked at this alert already", "the &lt;adviser&gt;", "Looked at by anna", "Open an incident")
	if len(m.settled) != 1 || m.settled[0] != (Settled{"high", "the <adviser>", true}) || strings.Contains(body, "It was us, all is well") {
		t.Errorf("%+v", m.settled)
	}
	form.Set("note", strings.Repeat("è", mostNote+1))
	want(t, s.post("/watch/7/settle", form), http.StatusRequestEntityTooLarge, "too long")
}

// TestOpenTwice: an alert becomes an incident once.
func TestOpenTwice(t *testing.T) {
	s, _ := newWatchSite(t)
	const goes = "/incident/2"
	if r := s.post("/watch/7/incident", nil); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != goes {
		t.Fatalf("%s to %s", r.Status, r.Header.Get("Location"))
	}
	for _, body := range []string{
		want(t, s.post("/watch/7/incident", nil), http.StatusConflict, "This alert is incident 2 already"),
		want(t, s.get("/watch/7"), http.StatusOK, "This alert is incident 2"),
	} {
		if strings.Contains(body, "/watch/7/incident") || strings.Contains(body, "/watch/7/settle") {
			t.Errorf("it is offered again: %s", body)
		}
	}
	if s.get("/watch/7/incident").StatusCode != http.StatusMethodNotAllowed {
		t.Error("a link opens an incident")
	}
}
