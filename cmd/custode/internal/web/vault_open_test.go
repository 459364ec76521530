package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// openOffice opens files that are made up.
type openOffice struct {
	*vaultOffice

	opened, done []string
	used         bool
}

func (o *openOffice) Open(_ context.Context, path string) error {
	o.opened = append(o.opened, path)
	return nil
}
func (o *openOffice) InUse(string) bool { return o.used }
func (o *openOffice) Done(_ context.Context, id string) (Outcome, error) {
	o.done = append(o.done, id)
	return Outcome{Title: "It is closed"}, nil
}

// TestOpenOnPage: a file opens only once the passphrase was given, which the page asks for with the
// path of the file in the form and in no address; one that a program has open is closed only when that is meant.
func TestOpenOnPage(t *testing.T) {
	s, v := newVault(t)
	o := &openOffice{vaultOffice: v}
	s.o.Office = func(string) Office { return o }
	o.vault.Files = []SealedFile{{Path: "/shop/rossi.csv.age", Name: "rossi.csv", Opens: true}, {Path: "/shop/away.age", Name: "away"}}
	o.vault.Open = []OpenFile{{ID: "x1", Name: "verdi.csv", Said: []string{"opened today"}}}
	body := want(t, s.get("/vault"), http.StatusOK, `name="file" value="/shop/rossi.csv.age"`, `name="id" value="x1"`, "opened today")
	if strings.Contains(body, "/shop/away.age") {
		t.Error("a file that does not open has the button")
	}
	want(t, s.post("/vault/open", url.Values{"file": {"/shop/ rossi.csv.age"}}), http.StatusOK, `name="passphrase"`, `name="file" value="/shop/ rossi.csv.age"`)
	if len(o.opened) > 0 {
		t.Fatal("opened without keys")
	}
	r := s.post("/vault/open", url.Values{"file": {"/shop/ rossi.csv.age"}, "passphrase": {madeUpPass}})
	if to := r.Header.Get("Location"); to != "/vault#open" || len(o.opened) != 1 || o.opened[0] != "/shop/ rossi.csv.age" {
		t.Errorf("to %q, opened %q", to, o.opened)
	}
	o.used = true
	want(t, s.post("/vault/done", url.Values{"id": {"x1"}, "name": {"verdi.csv"}}), http.StatusConflict, "verdi.csv", `name="sure"`)
	if len(o.done) > 0 {
		t.Fatal("closed while a program has it open")
	}
	r = s.post("/vault/done", url.Values{"id": {"x1"}, "name": {"verdi.csv"}, "sure": {"1"}})
	s.all.Wait()
	want(t, s.get(r.Header.Get("Location")), http.StatusOK, "It is closed")
	if len(o.done) != 1 || o.done[0] != "x1" {
		t.Errorf("closed %q", o.done)
	}
}
