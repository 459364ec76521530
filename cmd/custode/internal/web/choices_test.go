package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/fault"
)

// madeUpChoices are the choices of a made-up shop.
type madeUpChoices struct {
	Office

	held   bool
	err    error
	entry  ChoiceEntry
	asked  string
	forgot string
	in     []byte
	imp    ImportWish
	filter FilterWish
	list   bool
	paper  ChoicePaper
}

func (m *madeUpChoices) Held(context.Context) (bool, error) { return m.held, nil }

func (m *madeUpChoices) Choices(context.Context) (Choices, error) {
	return Choices{
		Keys: true, Held: m.held, Asked: []ChoiceQuestion{{"offers/email", "offers, e-mail"}}, Questions: []Choice{{ID: "offers", Name: "Offers", On: true}}, Today: "2026-11-29",
		Rolls: []ChoiceRoll{{"offers, e-mail", []Fact{{"said yes", "3"}}}}, Channels: []Choice{{ID: "email", Name: "e-mail"}}, Sold: &ChoiceLaw{Basis: "soft-spam", Channels: []Choice{{ID: "email", Name: "e-mail"}}}, Langs: []Choice{{ID: "en", On: true}},
	}, nil
}

func (m *madeUpChoices) RecordChoice(_ context.Context, e ChoiceEntry) ([]string, error) {
	m.entry = e
	return []string{"Kept. Yes to: offers."}, m.err
}

func (m *madeUpChoices) ChoicesOf(_ context.Context, contact string) (ChoicesOf, error) {
	m.asked = contact
	return ChoicesOf{Contact: contact, Standing: []ChoiceStanding{{"offers", "said yes", true}}, Events: []ChoiceSaid{{"yes", "We write <you>"}}}, m.err
}

func (m *madeUpChoices) ForgetChoices(_ context.Context, contact string) ([]string, error) {
	m.forgot = contact
	return []string{"2 answers were erased."}, nil
}

func (m *madeUpChoices) ImportChoices(_ context.Context, w ImportWish, in io.Reader) (ChoicesTaken, error) {
	m.imp = w
	m.in, _ = io.ReadAll(in)
	return ChoicesTaken{Title: "2 rows", Events: []string{"1 no"}, Dry: w.OnlyCounts}, m.err
}

func (m *madeUpChoices) FilterList(_ context.Context, w FilterWish, in io.Reader) error {
	m.filter, m.list = w, true
	m.in, _ = io.ReadAll(in)
	return m.err
}

func (m *madeUpChoices) FilteredList(context.Context) (FilteredList, error) {
	if !m.list {
		return FilteredList{}, ErrNoList
	}
	return FilteredList{Name: "first", Title: "2 rows in, 1 out", Any: true, Left: true}, nil
}

func (m *madeUpChoices) GiveList(_ context.Context, name, which string) (Download, error) {
	if name != "first" {
		return Download{}, ErrOtherList
	}
	return Download{which + ".csv", "text/csv", []byte("x")}, nil
}

func (m *madeUpChoices) ChoicePaper(_ context.Context, p ChoicePaper) (Download, error) {
	m.paper = p
	return Download{"f.html", "text/html; charset=utf-8", []byte("<p>")}, m.err
}

func choiceSite(t *testing.T) (*site, *madeUpChoices) {
	t.Helper()
	s, m := newSite(t), &madeUpChoices{}
	s.madeUp.Office = m
	return s, m
}

const someone = "anna@example.com"

func TestChoicePages(t *testing.T) {
	s, m := choiceSite(t)
	if body := want(t, s.get("/privacy/choices"), http.StatusOK, `name="said.offers/email"`, `name="page" value="`, "said yes", `type="hidden" name="channel" value="email"`, `action="/privacy/choices/unlock"`); strings.Contains(body, `type="file"`) || strings.Contains(body, "custode privacy") {
		t.Error("a list is asked for before the keys are there, or a command is named")
	}
	m.held = true
	want(t, s.get("/privacy/choices"), http.StatusOK, `action="/privacy/choices/filter"`, `type="file"`)
	form := url.Values{"page": {"one"}, "contact": {someone}, "said.offers/email": {"yes"}, "said.x/y": {"perhaps"}, "how": {"paper"}, "form": {"118"}}
	want(t, s.post("/privacy/choices", form), http.StatusOK, "Kept. Yes to: offers.")
	if len(m.entry.Said) != 1 || m.entry.Said["offers/email"] != "yes" || m.entry.Contact != someone || m.entry.Form != "118" || m.entry.Page != "one" {
		t.Errorf("%+v", m.entry)
	}
	sold := url.Values{"page": {"two"}, "contact": {someone}, "purpose": {"offers"}, "channel": {"email"}, "basis": {"soft-spam"}, "sale": {"118"}}
	m.entry = ChoiceEntry{}
	want(t, s.post("/privacy/choices/sold", sold), http.StatusBadRequest, "say first that all of it is so")
	if m.entry.Contact != "" {
		t.Error("entered though the shop answers for nothing")
	}
	sold.Set("sure", "1")
	want(t, s.post("/privacy/choices/sold", sold), http.StatusOK, "Kept.")
	if e := m.entry; e.Said["offers/email"] != "yes" || e.Basis != "soft-spam" || e.Sale != "118" || e.Quote || e.Page != "two" {
		t.Errorf("%+v", e)
	}
	m.err = fault.New(fault.Usage, "fault.choice.wording")
	if body := want(t, s.post("/privacy/choices", form), http.StatusUnprocessableEntity, `value="anna@example.com"`, `value="yes" checked`, "Print the form"); strings.Contains(body, "--wording") {
		t.Error("speaks of the terminal")
	}
}

func TestChoicesOfOne(t *testing.T) {
	s, m := choiceSite(t)
	want(t, s.post("/privacy/choices/of", url.Values{"contact": {someone}}), http.StatusOK, `name="passphrase"`, `value="anna@example.com"`)
	want(t, s.post("/privacy/choices/forget", url.Values{"contact": {someone}, "sure": {"1"}}), http.StatusOK, `name="passphrase"`)
	if m.asked+m.forgot != "" {
		t.Fatal("done without keys")
	}
	m.held = true
	want(t, s.post("/privacy/choices/of", url.Values{"contact": {someone}}), http.StatusOK, "you may", "We write &lt;you&gt;")
	want(t, s.post("/privacy/choices/forget", url.Values{"contact": {someone}}), http.StatusBadRequest)
	if m.forgot != "" {
		t.Error("erased without being sure")
	}
	want(t, s.post("/privacy/choices/forget", url.Values{"contact": {someone}, "sure": {"1"}}), http.StatusOK, "2 answers were erased.")
}

func TestChoiceLists(t *testing.T) {
	s, m := choiceSite(t)
	send := func(path string, fields ...string) *http.Response {
		body := ""
		for i := 0; i < len(fields); i += 2 {
			body += "--x\r\nContent-Disposition: form-data; name=\"" + fields[i] + "\"\r\n\r\n" + fields[i+1] + "\r\n"
		}
		body += "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\x\\list.csv\"\r\n\r\ne-mail\n" + someone + "\n\r\n--x--\r\n"
		return s.send("POST", path, body, multi)
	}
	want(t, send("/privacy/choices/filter", "purpose", "offers", "channel", "email"), http.StatusForbidden, "was not read")
	if m.in != nil {
		t.Fatal("a list was read without keys")
	}
	want(t, s.get("/privacy/choices/filtered"), http.StatusNotFound, "no longer here")
	m.held = true
	if r := send("/privacy/choices/filter", "purpose", "offers", "channel", "email"); r.Header.Get("Location") != "/privacy/choices/filtered" || m.filter != (FilterWish{"list.csv", "offers", "email", ""}) || !bytes.Contains(m.in, []byte(someone)) {
		t.Errorf("%s %+v", r.Status, m.filter)
	}
	want(t, s.get("/privacy/choices/filtered"), http.StatusOK, "2 rows in, 1 out", `name="name" value="first"`)
	want(t, s.post("/privacy/choices/filtered", url.Values{"which": {"list"}, "name": {"another"}}), http.StatusConflict, "Another list was filtered since")
	if r := s.post("/privacy/choices/filtered", url.Values{"which": {"list"}, "name": {"first"}}); r.Header.Get("Content-Disposition") != "attachment; filename=list.csv" {
		t.Error(r.Header)
	}
	want(t, s.post("/privacy/choices/filtered", url.Values{"which": {"../x"}}), http.StatusBadRequest)
	want(t, send("/privacy/choices/import", "only", "1", "purpose", "news"), http.StatusOK, "once more")
	if m.imp.Name != "list.csv" || m.imp.Purpose != "news" || !m.imp.OnlyCounts || m.imp.AllNo {
		t.Errorf("%+v", m.imp)
	}
	m.err = fault.New(fault.Data, "fault.choice.state", "3")
	if body := want(t, send("/privacy/choices/import"), http.StatusUnprocessableEntity, "none says yes or no"); strings.Contains(body, "--all-no") {
		t.Error("speaks of the terminal")
	}
	r := s.send("POST", "/privacy/choices/import", "", func(r *http.Request) { r.ContentLength = mostList * 2 })
	want(t, r, http.StatusRequestEntityTooLarge)
}

func TestChoicePaper(t *testing.T) {
	s, m := choiceSite(t)
	form := url.Values{"kind": {"card"}, "lang": {"it"}, "ask": {"offers"}, "channel": {"email", "sms"}, "first": {"101"}}
	if r := s.post("/privacy/choices/paper", form); r.StatusCode != http.StatusOK || m.paper.First != 101 || len(m.paper.Channels) != 2 || m.paper.Lang != "it" {
		t.Errorf("%s %+v", r.Status, m.paper)
	}
	m.err = fault.New(fault.Usage, "fault.form.mail")
	want(t, s.post("/privacy/choices/paper", form), http.StatusUnprocessableEntity, "Type the address of the shop", `value="101"`)
	form.Set("kind", "x")
	want(t, s.post("/privacy/choices/paper", form), http.StatusBadRequest)
}

// TestStreamedList: a list that does not say how long it is is read up to the limit and no further; nothing
// of it, or of one that breaks off, reaches the office.
func TestStreamedList(t *testing.T) {
	s, m := choiceSite(t)
	m.held = true
	head := "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\r\n"
	sent := &counted{r: io.MultiReader(strings.NewReader(head), io.LimitReader(endless{}, 4*mostList))}
	stream := func(body io.Reader) *http.Response {
		return s.send("POST", "/privacy/choices/import", "", func(r *http.Request) {
			multi(r)
			r.ContentLength, r.Body = -1, io.NopCloser(body)
		})
	}
	want(t, stream(sent), http.StatusRequestEntityTooLarge, "64 MB")
	if over := sent.n - mostList; over > 1<<20 {
		t.Errorf("%d bytes were read beyond the limit", over)
	}
	want(t, stream(strings.NewReader(head+"e-mail\nanna@exam")), http.StatusBadRequest, "did not arrive whole", "Nothing was taken in")
	if m.in != nil {
		t.Errorf("%d bytes reached the office", len(m.in))
	}
}

// endless is a line that never ends.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'x'
	}
	return len(b), nil
}

// counted counts what is read.
type counted struct {
	r io.Reader
	n int64
}

func (c *counted) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}
