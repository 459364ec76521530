package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/fault"
)

// madeUpPrivacy is a map of one line, and a request.
type madeUpPrivacy struct {
	Office

	err   error
	paper string
	asked NewRequest
}

func (m *madeUpPrivacy) Privacy(context.Context) (Privacy, error) {
	return Privacy{
		Title: "What Bottega holds, and why", Scanned: "By the scan of today.", Declared: true, CanSeal: true, Today: "2026-11-29",
		Held:     []HeldKind{{"names", []HeldLine{{Folder: "Clienti", People: "~120", Files: "3", Sealed: "-", Newest: "Nov 2026", Why: "nothing says why"}}}},
		Problems: []HeldProblem{{"Not needed: names", "Delete it.", []string{"/srv/<x>.csv"}, ""}},
		Open:     []RequestLine{{7, "7", "Erasure", "9 days late", "Fri 20 Nov 2026", "received", true}},
		Rights:   []Choice{{ID: "erasure", Name: "They want their data erased"}}, Ways: []Choice{{ID: "mail", Name: "By e-mail"}},
	}, nil
}

func (m *madeUpPrivacy) CustomerPaper(_ context.Context, which, lang string, asPDF bool) (Download, error) {
	m.paper = which + " " + lang
	if asPDF {
		return Download{"n.pdf", "application/pdf", []byte("%PDF-")}, m.err
	}
	return Download{"n.html", "text/html; charset=utf-8", []byte("<style>p{}</style>")}, m.err
}

func (m *madeUpPrivacy) NewRequest(_ context.Context, r NewRequest) (int64, error) {
	m.asked = r
	return 8, m.err
}

func (m *madeUpPrivacy) Request(_ context.Context, id int64) (Request, error) {
	if id != 7 {
		return Request{}, fault.New(fault.NoInput, "fault.request.none", "9")
	}
	return Request{"Request 7", []RequestSaid{{"Answer by Friday", false}, {"custode privacy requests search 7", true}}}, nil
}

func TestPrivacyPage(t *testing.T) {
	s, m := newSite(t), &madeUpPrivacy{}
	s.madeUp.Office = m
	want(t, s.get("/privacy"), http.StatusOK, "<strong>nothing says why</strong>", "/srv/&lt;x&gt;.csv", `<p class="clock">9 days late</p>`, `href="/privacy/requests/7"`, `max="2026-11-29"`)
	r := s.post("/privacy/paper", url.Values{"which": {"long"}, "lang": {"it"}, "form": {"pdf"}})
	if m.paper != "long it" || r.Header.Get("Content-Disposition") != "attachment; filename=n.pdf" {
		t.Errorf("%q %v", m.paper, r.Header)
	}
	if r := s.post("/privacy/paper", url.Values{"which": {"card"}, "lang": {"en"}, "form": {"page"}}); !strings.Contains(r.Header.Get("Content-Security-Policy"), "sha256-") {
		t.Errorf("%v", r.Header)
	}
	want(t, s.post("/privacy/paper", url.Values{"which": {"../x"}, "lang": {"en"}}), http.StatusBadRequest)
	want(t, s.post("/privacy/paper", url.Values{"which": {"card"}, "lang": {"xx"}}), http.StatusBadRequest)
	m.err = fault.New(fault.Config, "fault.notice.undeclared")
	want(t, s.post("/privacy/paper", url.Values{"which": {"card"}, "lang": {"en"}}), http.StatusInternalServerError, "Nothing says yet")
}

func TestRequestPages(t *testing.T) {
	s, m := newSite(t), &madeUpPrivacy{}
	s.madeUp.Office = m
	form := url.Values{"right": {"erasure"}, "how": {"mail"}, "received": {"2026-11-20"}, "name": {"Anna Verdi"}, "contact": {"anna@example.com"}}
	if r := s.post("/privacy/requests", form); r.Header.Get("Location") != "/privacy/requests/8" || m.asked != (NewRequest{"erasure", "mail", "2026-11-20", "Anna Verdi", "anna@example.com"}) {
		t.Errorf("%s %+v", r.Status, m.asked)
	}
	m.err = fault.New(fault.Usage, "fault.request.future", "2036-01-01")
	want(t, s.post("/privacy/requests", form), http.StatusUnprocessableEntity, "2036-01-01 is still to come", `value="Anna Verdi"`, `value="erasure" required checked`)
	m.err = fault.New(fault.Usage, "fault.request.flags")
	if body := want(t, s.post("/privacy/requests", form), http.StatusUnprocessableEntity, "Something is missing"); strings.Contains(body, "--name") {
		t.Error("speaks of the terminal")
	}
	want(t, s.get("/privacy/requests/7"), http.StatusOK, "Answer by Friday", "<code>custode privacy requests search 7</code>")
	want(t, s.get("/privacy/requests/9"), http.StatusNotFound)
	want(t, s.get("/privacy/requests/x"), http.StatusNotFound)
}
