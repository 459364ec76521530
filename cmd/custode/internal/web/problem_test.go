package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// madeUpProblems takes reports.
type madeUpProblems struct {
	Office

	got []Problem
	err error // why one is not taken
}

func (m *madeUpProblems) Problems() []Choice {
	return []Choice{{ID: "device", Name: "A device is lost"}, {ID: "else", Name: "Something else"}}
}

func (m *madeUpProblems) ReportProblem(_ context.Context, p Problem) error {
	m.got = append(m.got, p)
	return m.err
}

// TestProblemInThreeTaps: what happened, send, and it is there; nothing has to be typed.
func TestProblemInThreeTaps(t *testing.T) {
	s, m := newSite(t), &madeUpProblems{}
	s.madeUp.Office = m
	want(t, s.get("/problem"), http.StatusOK, `href="/problem/device"`, "Something else")
	body := want(t, s.get("/problem/device"), http.StatusOK, "<h1>A device is lost</h1>", "call there", `<label for="text">`, `<label for="name">`)
	page := regexp.MustCompile(`name="page" value="([a-z2-7]{26})"`).FindStringSubmatch(body)
	if page == nil {
		t.Fatal("the page has no name")
	}
	if r := s.post("/problem/device", url.Values{"page": {page[1]}}); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/problem/sent" {
		t.Fatalf("%s to %s", r.Status, r.Header.Get("Location"))
	}
	want(t, s.get("/problem/sent"), http.StatusOK, "Thank you")
	if len(m.got) != 1 || m.got[0] != (Problem{Kind: "device", Page: page[1]}) {
		t.Errorf("%+v", m.got)
	}
	if again := text(t, s.get("/problem/device")); strings.Contains(again, page[1]) {
		t.Error("two pages have one name: the second report would be lost")
	}
}

// TestProblemRefused: what is no problem, and what is too long, is not taken, and what was typed stays.
func TestProblemRefused(t *testing.T) {
	s, m := newSite(t), &madeUpProblems{}
	s.madeUp.Office = m
	want(t, s.get("/problem/x"), http.StatusNotFound)
	want(t, s.post("/problem/x", nil), http.StatusNotFound)
	long := "<b>" + strings.Repeat("è", mostTold)
	want(t, s.post("/problem/else", url.Values{"text": {long}, "name": {"Luca"}, "page": {"p"}}), http.StatusRequestEntityTooLarge, "&lt;b&gt;è", `value="Luca"`, `value="p"`, `role="alert"`)
	if len(m.got) != 0 {
		t.Errorf("%+v", m.got)
	}
}

// TestProblemsOfAnHour: the staff's door takes so many reports within an hour; then it says what to do, keeps what was
// typed, and takes them again later. The owner's own page has no such limit.
func TestProblemsOfAnHour(t *testing.T) {
	s, m := newTablet(t), &madeUpProblems{}
	s.madeUp.Office = m
	tell := func(lang string) *http.Response {
		s.tap("POST", "/language", url.Values{"lang": {lang}}.Encode(), nil)
		return s.tap("POST", "/problem/device", url.Values{"text": {"near <the> till"}, "name": {"Luca"}}.Encode(), nil)
	}
	for range mostHourly {
		if r := tell("en"); r.StatusCode != http.StatusSeeOther {
			t.Fatal(r.Status)
		}
		s.forward(time.Minute)
	}
	s.forward(-time.Second)
	want(t, tell("en"), http.StatusTooManyRequests, `role="alert"`, "Tell the owner in person", "near &lt;the&gt; till", `value="Luca"`)
	want(t, tell("it"), http.StatusTooManyRequests, `role="alert"`, "Dillo subito al titolare")
	if len(m.got) != mostHourly {
		t.Errorf("%d reports", len(m.got))
	}
	s.forward(time.Hour - 29*time.Minute)
	if r := tell("en"); r.StatusCode != http.StatusSeeOther {
		t.Error("not taken again after an hour:", r.Status)
	}

	owner, m := newSite(t), &madeUpProblems{}
	owner.madeUp.Office = m
	for range mostHourly + 1 {
		if r := owner.post("/problem/device", nil); r.StatusCode != http.StatusSeeOther {
			t.Fatal(r.Status)
		}
	}
}
