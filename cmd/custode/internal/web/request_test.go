package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/fault"
	"custode/internal/paper"
)

// madeUpRequests are those of a made-up shop.
type madeUpRequests struct {
	madeUpPrivacy

	asked    NewRequest
	noted    RequestNote
	wish     LetterWish
	terms    SearchTerms
	searched bool
	held     bool // the keys are at hand
}

func (m *madeUpRequests) Held(context.Context) (bool, error) { return m.held, nil }

func (m *madeUpRequests) NewRequest(_ context.Context, r NewRequest) (int64, error) {
	m.asked = r
	return 8, m.err
}

func (m *madeUpRequests) Request(_ context.Context, id int64) (Request, error) {
	if id != 7 {
		return Request{}, fault.New(fault.NoInput, "fault.request.none", "9")
	}
	return Request{
		ID: 7, Seen: 3, Title: "Request 7", Who: "Who asks is sealed.", Locked: true, Clock: "9 days left", Lines: []string{"Answer by Friday"}, Today: "2026-11-29", Received: "2026-11-20",
		Letters: []Choice{{ID: "answer", Name: "Answer"}}, Causes: []Choice{{ID: "many", Name: "Many"}}, Ends: []Choice{{ID: "answered", Name: "Answered"}}, CanLonger: "If you cannot make it", Copy: true, Do: "Make the copy",
	}, nil
}

func (m *madeUpRequests) NoteRequest(_ context.Context, n RequestNote) error {
	m.noted = n
	return m.err
}

func (m *madeUpRequests) MayLookFor(also SearchTerms) error {
	if len(also.Names) == 1 && !strings.Contains(also.Names[0], " ") {
		return fault.New(fault.Usage, "fault.request.term", "name")
	}
	return nil
}

func (m *madeUpRequests) SearchRequest(_ context.Context, _ int64, also SearchTerms, _ func(Progress)) (Outcome, error) {
	m.terms, m.searched = also, true
	return Outcome{Next: "/privacy/requests/7/found"}, nil
}

func (m *madeUpRequests) FoundRequest(context.Context, int64) (f RequestFound, err error) {
	if !m.searched {
		return f, ErrNotSearched
	}
	for range 51 {
		f.Files = append(f.Files, FoundFile{Path: "/srv/<x>.csv", Said: "1 sure place", Records: []FoundRecord{{Where: "row 2", Fields: []Fact{{"name", "Zita <b>"}}}}})
	}
	f.Rows = "51 rows"
	return f, nil
}

func (m *madeUpRequests) CopyForRequest(context.Context, int64, string) (Download, error) {
	if !m.searched {
		return Download{}, ErrNotSearched
	}
	return Download{"d.csv", "text/csv", []byte("a")}, nil
}

func (m *madeUpRequests) RequestLetter(_ context.Context, _ int64, w LetterWish) (RequestLetter, error) {
	m.wish = w
	return RequestLetter{ID: 7, Seen: 3, Title: "Request 7", Name: "Answer", Wish: w, Because: true, Gaps: []string{"a street"}, Doc: paper.Doc{Title: "Your data", Blocks: []paper.Block{{Kind: paper.Para, Text: paper.Say("Dear Zita")}}}, Langs: []Choice{{ID: "it", On: true}}}, nil
}

func (m *madeUpRequests) PrintRequestLetter(context.Context, int64, LetterWish, string) (Download, error) {
	return Download{"l.pdf", "application/pdf", []byte("%PDF-")}, m.err
}

func requestSite(t *testing.T) (*site, *madeUpRequests) {
	t.Helper()
	s, m := newSite(t), &madeUpRequests{}
	s.madeUp.Office = m
	return s, m
}

func TestNewRequest(t *testing.T) {
	s, m := requestSite(t)
	form := url.Values{"right": {"erasure"}, "how": {"mail"}, "received": {"2026-11-20"}, "name": {"Anna Verdi"}, "contact": {"anna@example.com"}, "page": {"p1"}}
	if r := s.post("/privacy/requests", form); r.Header.Get("Location") != "/privacy/requests/8" || m.asked != (NewRequest{"erasure", "mail", "2026-11-20", "Anna Verdi", "anna@example.com", "p1"}) {
		t.Errorf("%s %+v", r.Status, m.asked)
	}
	m.err = fault.New(fault.Usage, "fault.request.future", "2036-01-01")
	want(t, s.post("/privacy/requests", form), http.StatusUnprocessableEntity, "2036-01-01 is still to come", `value="Anna Verdi"`, `name="page" value="p1"`, `value="erasure" required checked`)
	m.err = fault.New(fault.Usage, "fault.request.flags")
	if body := want(t, s.post("/privacy/requests", form), http.StatusUnprocessableEntity, "Something is missing"); strings.Contains(body, "--name") {
		t.Error("speaks of the terminal")
	}
	if body := want(t, s.get("/privacy/requests/7"), http.StatusOK, "Answer by Friday", `action="/privacy/requests/7/note"`); strings.Contains(body, "custode privacy") {
		t.Error("speaks of the terminal")
	}
	want(t, s.get("/privacy/requests/9"), http.StatusNotFound)
	want(t, s.get("/privacy/requests/x"), http.StatusNotFound)
}

func TestRequestNotes(t *testing.T) {
	s, m := requestSite(t)
	form := url.Values{"seen": {"3"}, "what": {"told"}, "cause": {"many"}, "day": {"2026-11-28"}}
	if r := s.post("/privacy/requests/7/note", form); r.Header.Get("Location") != "/privacy/requests/7" || m.noted != (RequestNote{7, 3, "told", "", "many", "2026-11-28"}) {
		t.Errorf("%s %+v", r.Status, m.noted)
	}
	m.err = &OvertakenError{Say: "Something was written down", Stands: []string{"closed"}}
	want(t, s.post("/privacy/requests/7/note", form), http.StatusConflict, "Something was written down", "<li>closed</li>")
	m.err = fault.New(fault.Usage, "fault.request.reasons", "", "complex")
	want(t, s.post("/privacy/requests/7/note", form), http.StatusUnprocessableEntity, "Choose one of the answers")
	m.err = fault.New(fault.CannotMake, "fault.request.closed", "7")
	if body := want(t, s.post("/privacy/requests/7/note", form), http.StatusConflict, "open it again on its page"); strings.Contains(body, "--reopen") {
		t.Error("speaks of the terminal")
	}
	want(t, s.post("/privacy/requests/7/note", url.Values{"what": {"told"}}), http.StatusBadRequest)
}

func TestRequestSearch(t *testing.T) {
	s, m := requestSite(t)
	want(t, s.get("/privacy/requests/7/found"), http.StatusNotFound, "no longer here")
	form := url.Values{"also-name": {"Zita Altra; Z. Esempio"}, "also-phone": {" 055 1234567 "}}
	want(t, s.post("/privacy/requests/7/search", form), http.StatusOK, `name="passphrase"`, `value="Zita Altra; Z. Esempio"`)
	if m.searched {
		t.Fatal("searched without keys")
	}
	m.held = true
	if r := s.post("/privacy/requests/7/search", form); r.StatusCode != http.StatusSeeOther {
		t.Fatal(r.Status)
	}
	s.Server.all.Wait()
	if len(m.terms.Names) != 2 || m.terms.Names[1] != "Z. Esempio" || m.terms.Phones[0] != "055 1234567" || len(m.terms.Codes) > 0 {
		t.Errorf("%+v", m.terms)
	}
	if body := want(t, s.get("/privacy/requests/7/found"), http.StatusOK, "Zita &lt;b&gt;", "/srv/&lt;x&gt;.csv"); strings.Count(body, `<section`) != leafHolds {
		t.Error("not paged")
	}
	if body := want(t, s.get("/privacy/requests/7/found?page=2"), http.StatusOK); strings.Count(body, `<section`) != 1 {
		t.Error("no second page")
	}
	want(t, s.get("/privacy/requests/7/found?page=9"), http.StatusOK)
	want(t, s.post("/privacy/requests/7/copy", url.Values{"form": {"exe"}}), http.StatusBadRequest)
	if r := s.post("/privacy/requests/7/copy", url.Values{"form": {"csv"}}); r.Header.Get("Content-Disposition") != "attachment; filename=d.csv" {
		t.Error(r.Header)
	}
}

func TestRequestLetterPage(t *testing.T) {
	s, m := requestSite(t)
	page := want(t, s.get("/privacy/requests/7/letter/answer"), http.StatusOK, "Dear Zita", "1 thing in brackets is for you to fill in or check</summary>")
	if strings.Contains(page, "sentences to check") {
		t.Error("nothing is to be checked, and it is asked for")
	}
	form := url.Values{"because": {"we moved"}, "ground": {"needed", "claims"}, "lang": {"it"}, "seen": {"3"}, "form": {"show"}}
	want(t, s.post("/privacy/requests/7/letter/refusal", form), http.StatusOK, ">we moved</textarea>")
	if m.wish.Kind != "refusal" || len(m.wish.Grounds) != 2 || m.wish.Confirmed {
		t.Errorf("%+v", m.wish)
	}
	form.Set("form", "pdf")
	if r := s.post("/privacy/requests/7/letter/refusal", form); r.Header.Get("Content-Type") != "application/pdf" {
		t.Error(r.Header)
	}
	m.err = fault.New(fault.Usage, "fault.request.no-ground", "needed")
	want(t, s.post("/privacy/requests/7/letter/refusal", form), http.StatusUnprocessableEntity, "A refusal needs a ground")
	m.err = nil
	form.Set("form", "sent")
	form.Set("cause", "many")
	if r := s.post("/privacy/requests/7/letter/extension", form); r.Header.Get("Location") != "/privacy/requests/7" || m.noted != (RequestNote{7, 3, "sent", "extension", "many", ""}) {
		t.Errorf("%s %+v", r.Status, m.noted)
	}
	m.err = fault.New(fault.Usage, "fault.request.reasons", "", "many")
	want(t, s.post("/privacy/requests/7/letter/extension", form), http.StatusUnprocessableEntity, "Something is missing.", ">we moved</textarea>")
}

// TestRequestSearchRefused: what cannot be looked for is said where it was typed, and all that was typed stays.
func TestRequestSearchRefused(t *testing.T) {
	s, m := requestSite(t)
	m.held = true
	want(t, s.post("/privacy/requests/7/search", url.Values{"also-name": {"<Nobody>"}, "also-code": {"A-17"}}), http.StatusUnprocessableEntity, "cannot be looked for", `value="&lt;Nobody&gt;"`, `value="A-17"`, "<details open>")
	if m.searched {
		t.Error("it was looked for")
	}
}
