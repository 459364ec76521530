package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/secret"
)

// keyOffice makes keys that are made up.
type keyOffice struct {
	*vaultOffice

	made  []string // name and passphrase
	typed [SheetLines]string
	paper Paper
}

func (o *keyOffice) CanLock() bool     { return len(o.made) > 0 }
func (o *keyOffice) OwnerName() string { return "Ada" }
func (o *keyOffice) Propose() (secret.Bytes, string) {
	return secret.FromString("one-two-three-four-five-six"), "second"
}

func (o *keyOffice) MakeKeys(_ context.Context, w KeyWish) error {
	p := string(w.Passphrase.Reveal())
	switch {
	case len(p) < 10:
		return ErrShort
	case strings.HasPrefix(p, "password") && !w.Sure:
		return ErrWeak
	}
	o.made = append(o.made, w.Name+": "+p)
	return nil
}

func (o *keyOffice) Holders(context.Context) (Holders, error) {
	return Holders{People: []WayIn{{Name: "Bea", Said: "with a passphrase"}, {Name: "Ada", Said: "with a key"}}}, nil
}

func (o *keyOffice) Paper(context.Context) (Paper, error) { return o.paper, nil }

func (o *keyOffice) PrintSheet(_ context.Context, w io.Writer, f SheetFrame) error {
	_, err := io.WriteString(w, "the sheet, "+f.Style)
	return err
}

func (o *keyOffice) TypeSheet(_ context.Context, lines [SheetLines]secret.Bytes, _ bool) (Paper, func(context.Context) (Outcome, error), error) {
	for i, l := range lines {
		o.typed[i] = string(l.Reveal())
	}
	if o.typed[3] == "" {
		return o.paper, nil, nil
	}
	return Paper{}, func(context.Context) (Outcome, error) { return Outcome{Title: "Proven"}, nil }, nil
}

func newKeys(t *testing.T) (*site, *keyOffice) {
	t.Helper()
	s, o := newVault(t)
	k := &keyOffice{vaultOffice: o, paper: Paper{Keys: true}}
	s.o.Office = func(string) Office { return k }
	return s, k
}

// TestMakeKeys: words that were shown before the present ones are not taken, a passphrase has to be
// typed twice and a weak one meant, and no page shows what was typed.
func TestMakeKeys(t *testing.T) {
	s, o := newKeys(t)
	want(t, s.get("/vault/keys"), http.StatusOK, "one-two-three-four-five-six", `name="which" value="second"`, `value="Ada"`)
	want(t, s.post("/vault/keys", url.Values{"take": {"words"}, "which": {"first"}, "name": {"Bea"}}), http.StatusConflict, "others now", `value="Bea"`)
	for _, c := range []struct {
		pass, again, sure, says string
	}{
		{"fuffi", "fuffi", "", "too short"},
		{"fuffi the cat", "fuffi the dog", "", "not the same"},
		{"password fuffi", "password fuffi", "", "type it once more"},
		{"password fuffi", "password fufi", "1", "not the same"},
	} {
		body := want(t, s.post("/vault/keys", url.Values{"passphrase-new": {c.pass}, "passphrase-again": {c.again}, "sure": {c.sure}, "name": {"Bea"}}), http.StatusUnprocessableEntity, c.says, "<details class=\"card\" open>")
		if strings.Contains(body, "fuffi") {
			t.Errorf("%q is shown", c.pass)
		}
	}
	if len(o.made) > 0 {
		t.Fatalf("made: %q", o.made)
	}
	r := s.post("/vault/keys", url.Values{"take": {"words"}, "which": {"second"}, "name": {" Bea "}})
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/vault/sheet" || len(o.made) != 1 || o.made[0] != "Bea: one-two-three-four-five-six" {
		t.Errorf("%s, %q", r.Status, o.made)
	}
	if body := want(t, s.get("/vault/keys"), http.StatusOK, "Bea"); strings.Contains(body, "one-two-three") {
		t.Error("words are proposed where there are keys")
	}
}

// TestSheetOnPage: the sheet is the answer to a form only, it asks for the passphrase, and nothing keeps it.
func TestSheetOnPage(t *testing.T) {
	s, _ := newKeys(t)
	if body := want(t, s.get("/vault/sheet"), http.StatusOK, `action="/vault/sheet"`); strings.Contains(body, "the sheet,") {
		t.Error("an address shows the sheet")
	}
	want(t, s.post("/vault/sheet", nil), http.StatusOK, `name="passphrase"`)
	r := s.post("/vault/sheet", url.Values{"passphrase": {madeUpPass}})
	if want(t, r, http.StatusOK, "the sheet, /static/sheet.css?v="); !strings.Contains(r.Header.Get("Cache-Control"), "no-store") {
		t.Errorf("kept: %q", r.Header.Get("Cache-Control"))
	}
}

// TestSheetTyped: lines go where they belong, and are not shown again; once the sheet is whole it is tried.
func TestSheetTyped(t *testing.T) {
	s, o := newKeys(t)
	o.paper.Lines[0].Right, o.paper.Lines[1].Wrong = true, "a <mistake>"
	body := want(t, s.post("/vault/prove", url.Values{"sheet1": {"QPZRY"}, "sheet2": {"9X8GF"}}), http.StatusUnprocessableEntity, "a &lt;mistake&gt;", `name="sheet2"`)
	if strings.Contains(body, "QPZRY") || strings.Contains(body, "9X8GF") || strings.Contains(body, `name="sheet1"`) {
		t.Errorf("shown again: %s", body)
	}
	if o.typed != [SheetLines]string{"QPZRY", "9X8GF"} {
		t.Errorf("typed %q", o.typed)
	}
	r := s.post("/vault/prove", url.Values{"sheet4": {"2TVDW"}})
	s.all.Wait()
	want(t, s.get(r.Header.Get("Location")), http.StatusOK, "Proven")
}
