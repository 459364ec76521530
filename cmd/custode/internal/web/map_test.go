package web

import (
	"context"
	"net/http"
	"net/url"
	"testing"

	"custode/internal/fault"
)

// madeUpMap asks one thing of each kind.
type madeUpMap struct {
	Office

	answered MapAnswer
	done     bool
	err      error
}

func (m *madeUpMap) MapQuestion(_ context.Context, at string) (MapQuestion, error) {
	switch at {
	case "use-0":
		return MapQuestion{At: at, Kind: "use", ID: "books", Title: "1 of 3: Books", Months: 120, Least: 120, Recipients: []Choice{{"tax", "the <tax> office", true}}}, nil
	case "why-health":
		return MapQuestion{At: at, Kind: "why", ID: "health", Title: "Health: why?", Uses: []Choice{{ID: "books", Name: "Books"}}, Bases: []Choice{{ID: "consent", Name: "they said yes"}}}, nil
	}
	return MapQuestion{Kind: "shop", Title: "What for?", GoOn: "use-2", Trades: []Choice{{ID: "bar", Name: "Bar"}}}, nil
}

func (m *madeUpMap) AnswerMap(_ context.Context, a MapAnswer) (string, bool, error) {
	m.answered = a
	return "use-1", m.done, m.err
}

func TestMapPages(t *testing.T) {
	s, m := newSite(t), &madeUpMap{}
	s.madeUp.Office = m
	want(t, s.get("/privacy/map"), http.StatusOK, `href="/privacy/map?at=use-2"`, `value="bar" required`)
	want(t, s.get("/privacy/map?at=use-0"), http.StatusOK, `min="120"`, "the &lt;tax&gt; office", `value="tax" checked`)
	want(t, s.get("/privacy/map?at=why-health"), http.StatusOK, `value="consent"`)
	form := url.Values{"at": {"use-0"}, "id": {"books"}, "say": {"yes"}, "months": {"130"}, "recipient": {"tax", "own-2"}, "own": {"Zita"}}
	if r := s.post("/privacy/map", form); r.Header.Get("Location") != "/privacy/map?at=use-1" || m.answered.Months != 130 || len(m.answered.Recipients) != 2 || m.answered.Own != "Zita" {
		t.Errorf("%s %+v", r.Status, m.answered)
	}
	m.err = fault.New(fault.Usage, "fault.map.months", "120")
	want(t, s.post("/privacy/map", form), http.StatusUnprocessableEntity, "from 120 to 1200", `value="130"`, `value="Zita"`, "<details open>")
	m.err, m.done = nil, true
	if r := s.post("/privacy/map", form); r.Header.Get("Location") != "/privacy" {
		t.Error(r.Header)
	}
}
