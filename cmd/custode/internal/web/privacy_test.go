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
	paper PaperWish
}

func (m *madeUpPrivacy) Privacy(context.Context) (Privacy, error) {
	return Privacy{
		Title: "What Bottega holds, and why", Scanned: "By the scan of today.", Declared: true, CanSeal: true, Today: "2026-11-29",
		Held:     []HeldKind{{"names", []HeldLine{{Folder: "Clienti", People: "~120", Files: "3", Sealed: "-", Newest: "Nov 2026", Why: "nothing says why"}}}},
		Problems: []HeldProblem{{"Not needed: names", "Delete it.", []string{"/srv/<x>.csv"}, ""}},
		Open:     []RequestLine{{7, "7", "Erasure", "9 days late", "Fri 20 Nov 2026", "received", true}},
		Contact:  "info@example.com", Address: "https://www.example.com/p",
		Papers: []CustomerPaper{
			{Which: "card", Lang: "it", Made: "5 Nov 2026", Good: true, Say: "All of it is so."},
			{Which: "statement", Lang: "it", Made: "6 Nov 2026", Say: "1 is not", Changes: []PaperChange{{Say: "Tutto è cifrato.", Lang: "it", Why: "Some lie open", Item: "data.plaintext"}, {Say: "x", Helps: "custode staff add Anna"}}},
			{Which: "long", Lang: "en", Made: "7 Nov 2026", Unknown: fault.New(fault.Config, "fault.notice.undeclared")},
		},
		Rights: []Choice{{ID: "erasure", Name: "They want their data erased"}}, Ways: []Choice{{ID: "mail", Name: "By e-mail"}},
	}, nil
}

func (m *madeUpPrivacy) CustomerPaper(_ context.Context, wish PaperWish) (Download, error) {
	m.paper = wish
	if wish.PDF {
		return Download{"n.pdf", "application/pdf", []byte("%PDF-")}, m.err
	}
	return Download{"n.html", "text/html; charset=utf-8", []byte("<style>p{}</style>")}, m.err
}

func TestPageOfRequestIsNamed(t *testing.T) {
	s := newSite(t)
	s.madeUp.Office = &madeUpPrivacy{}
	named := func() string {
		_, after, _ := strings.Cut(want(t, s.get("/privacy"), http.StatusOK), `name="page" value="`)
		name, _, _ := strings.Cut(after, `"`)
		return name
	}
	if one, two := named(), named(); one == "" || one == two {
		t.Errorf("two pages are named %q and %q", one, two)
	}
}

func TestPrivacyPage(t *testing.T) {
	s, m := newSite(t), &madeUpPrivacy{}
	s.madeUp.Office = m
	want(t, s.get("/privacy"), http.StatusOK, "<strong>nothing says why</strong>", "/srv/&lt;x&gt;.csv", `<p class="clock">9 days late</p>`, `href="/privacy/requests/7"`, `max="2026-11-29"`)
	r := s.post("/privacy/paper", url.Values{"which": {"long"}, "lang": {"it"}, "form": {"pdf"}})
	if m.paper != (PaperWish{Which: "long", Lang: "it", PDF: true}) || r.Header.Get("Content-Disposition") != "attachment; filename=n.pdf" {
		t.Errorf("%+v %v", m.paper, r.Header)
	}
	if r := s.post("/privacy/paper", url.Values{"which": {"card"}, "lang": {"en"}, "form": {"page"}}); !strings.Contains(r.Header.Get("Content-Security-Policy"), "sha256-") {
		t.Errorf("%v", r.Header)
	}
	want(t, s.post("/privacy/paper", url.Values{"which": {"../x"}, "lang": {"en"}}), http.StatusBadRequest)
	want(t, s.post("/privacy/paper", url.Values{"which": {"card"}, "lang": {"xx"}}), http.StatusBadRequest)
	m.err = fault.New(fault.Config, "fault.notice.undeclared")
	want(t, s.post("/privacy/paper", url.Values{"which": {"card"}, "lang": {"en"}}), http.StatusInternalServerError, "Nothing says yet")
}

func TestPapersOnThePrivacyPage(t *testing.T) {
	s, m := newSite(t), &madeUpPrivacy{}
	s.madeUp.Office = m
	want(t, s.get("/privacy"), http.StatusOK, `<div class="card ok"><h3>The card for the counter</h3>`, "In Italian, made on 5 Nov 2026.",
		`<span lang="it">Tutto è cifrato.</span><p class="soft">Some lie open</p><p><a href="/data">`, `<a href="/team">`,
		`<div class="card unknown"><h3>The long notice</h3>`, "Whether it is still true cannot be told:", `value="https://www.example.com/p"`, `value="info@example.com"`)
	s.post("/privacy/paper", url.Values{"which": {"statement"}, "lang": {"en"}, "form": {"page"}, "again": {"1"}, "contact": {"Maria"}})
	if m.paper != (PaperWish{Which: "statement", Lang: "en", Again: true, Contact: "Maria"}) {
		t.Errorf("%+v", m.paper)
	}
	m.err = fault.New(fault.Usage, "fault.notice.url", "my site")
	want(t, s.post("/privacy/paper", url.Values{"which": {"card"}, "lang": {"en"}, "form": {"page"}, "address": {"my site"}}), http.StatusUnprocessableEntity,
		`value="my site"`, `<option value="card" selected>`, "is no address for a QR code", "Write it whole")
	m.err = fault.On(fault.Config, "fault.notice.controller", "/home/anna/privacy.yaml", nil)
	body := want(t, s.post("/privacy/paper", url.Values{"which": {"card"}, "lang": {"en"}, "form": {"page"}, "address": {"shop.example.com"}}), http.StatusUnprocessableEntity,
		`value="shop.example.com"`, "The notice has to say who you are", `class="button first" href="/privacy/map"`)
	if strings.Contains(body, "privacy.yaml") || strings.Contains(body, "aria-invalid") {
		t.Error("it names a file of custode's own, or blames the address")
	}
}
