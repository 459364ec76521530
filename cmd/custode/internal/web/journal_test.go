package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"custode/internal/fault"
)

// madeUpJournal is a journal of 120 entries, of which one was changed if it is to be.
type madeUpJournal struct {
	Office

	asked JournalWish
	noted int
	wrong error
}

func (m *madeUpJournal) Journal(_ context.Context, want JournalWish) (Journal, error) {
	m.asked = want
	return Journal{
		Receipt: "120-ABCD", All: 120, Days: []JournalDay{{"Sun 29 Nov 2026", []JournalEntry{{"120", "08:59", "Files were sealed: <b>x</b>"}}}},
		Kinds: []Choice{{"files.sealed", "Files were sealed", want.Kind == "files.sealed"}},
	}, nil
}

func (m *madeUpJournal) CheckJournal(_ context.Context, receipt string) ([]string, error) {
	if receipt != "" && receipt != "120-ABCD" {
		return nil, fault.New(fault.Usage, "fault.journal.receipt")
	}
	return []string{"It is whole."}, m.wrong
}

func (m *madeUpJournal) NoteReceipt(context.Context) error { m.noted++; return nil }

func TestJournalPage(t *testing.T) {
	s, m := newSite(t), &madeUpJournal{}
	s.madeUp.Office = m
	body := want(t, s.get("/journal"), http.StatusOK, `<p class="clock">120-ABCD</p>`, "Files were sealed: &lt;b&gt;x&lt;/b&gt;", "Page 1 of 3", `href="/journal?page=2"`, `aria-current="page"`)
	if strings.Contains(body, `rel="prev"`) || m.asked != (JournalWish{Most: leafHolds}) {
		t.Errorf("the first page: %+v", m.asked)
	}
	want(t, s.get("/journal?page=3&kind=files.sealed&day=2026-11-28"), http.StatusOK, `<option value="files.sealed" selected>`, `href="/journal?day=2026-11-28&amp;kind=files.sealed&amp;page=2"`)
	if wish := (JournalWish{"files.sealed", time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC), 100, leafHolds}); m.asked != wish {
		t.Errorf("asked %+v, want %+v", m.asked, wish)
	}
	for _, page := range []string{"0", "-3", "x", "9999999999999999999"} {
		if s.get("/journal?page=" + page); m.asked.Skip != 0 {
			t.Errorf("page %s skips %d", page, m.asked.Skip)
		}
	}
	want(t, s.get("/journal?page=9"), http.StatusOK, `href="/journal?page=3"`) // beyond the end: back into it
	want(t, s.get("/journal?day=30-February"), http.StatusOK, "That is not a day", `role="alert"`)
	want(t, s.get("/journal?day=0001-01-01"), http.StatusOK, "That is not a day")
}

func TestCheckJournalPage(t *testing.T) {
	s, m := newSite(t), &madeUpJournal{}
	s.madeUp.Office = m
	want(t, s.get("/journal/check?receipt="), http.StatusOK, "It is whole.", `role="status"`)
	want(t, s.get("/journal/check?receipt="+url.QueryEscape(`12"x`)), http.StatusUnprocessableEntity, "That is not a receipt", "Compare it letter by letter", `value="12&#34;x"`)
	m.wrong = fault.New(fault.Data, "fault.journal.removed", int64(7))
	body := want(t, s.get("/journal/check"), http.StatusUnprocessableEntity, "entry 7 was removed", "it is evidence", "120-ABCD")
	if strings.Contains(body, "It is whole") {
		t.Error("it is called whole as well")
	}
	if r := s.post("/journal/receipt", nil); r.StatusCode != http.StatusSeeOther || m.noted != 1 {
		t.Errorf("%s, noted %d times", r.Status, m.noted)
	}
	want(t, s.get("/journal?noted=1"), http.StatusOK, "stays good")
}
