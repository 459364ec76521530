package web

import (
	"context"
	"net/http"
	"net/url"
	"testing"
)

// beginner is an office of a shop that was not set up.
type beginner struct {
	*madeUp

	got   Setup
	wrong map[string]string
}

func (b *beginner) Proposals() Setup {
	return Setup{Language: "en", Shop: "My shop", Country: "GB", Folders: []string{"/home/ada/Documents"}}
}

func (b *beginner) SetUp(_ context.Context, s Setup) (map[string]string, error) {
	b.got = s
	if len(b.wrong) == 0 {
		b.mu.Lock()
		b.ready = true
		b.mu.Unlock()
	}
	return b.wrong, nil
}

func (b *beginner) Look(context.Context, func(Progress)) (Outcome, error) {
	return Outcome{Title: "looked", Next: "/"}, nil
}

// TestStart: a shop that was not set up has one page only; what is wrong is said beside its
// field, and nothing that was typed is lost.
func TestStart(t *testing.T) {
	s := newSite(t)
	b := &beginner{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return b }
	want(t, s.get("/start"), http.StatusSeeOther)
	b.ready = false
	for _, rt := range routes() {
		if rt.needs == present {
			if r := s.send(rt.method, pathOf(rt.pattern), "", nil); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/start" {
				t.Errorf("%s %s: %s", rt.method, rt.pattern, r.Status)
			}
		}
	}
	want(t, s.get("/start"), http.StatusOK, `value="/home/ada/Documents" checked`, `value="My shop"`)
	form := url.Values{"language": {"it"}, "shop": {"Da <Ada>"}, "country": {"Atlantis"}, "folders": {"/srv/a\r\n\"/srv/b\"\n\n"}}
	b.wrong = map[string]string{"country": "no such country", "folders": "no such folder"}
	want(t, s.post("/start", form), http.StatusUnprocessableEntity, `<html lang="it">`, "no such country", "no such folder", `value="Da &lt;Ada&gt;"`, `<option value="" selected></option>`, `<option value="IT">It&lt;a&gt;ly</option>`, "/srv/a", `value="/home/ada/Documents">`)
	b.wrong = nil
	if r := s.post("/start", form); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/work/1" {
		t.Error(r.Status, r.Header)
	}
	if len(b.got.Folders) != 2 || b.got.Folders[1] != "/srv/b" || b.got.Shop != "Da <Ada>" {
		t.Errorf("%+v", b.got)
	}
	s.all.Wait()
	want(t, s.get("/work/1"), http.StatusOK, "looked")
	want(t, s.post("/start", form), http.StatusSeeOther) // in another tab
}
