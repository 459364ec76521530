package web

import (
	"context"
	"net/http"
	"net/url"
	"testing"
)

// brokenOffice is an office with a work that was broken off.
type brokenOffice struct {
	*vaultOffice

	left, finished []string
}

func (o *brokenOffice) NeedsKeys(_ context.Context, id string) (bool, error) {
	return id == "unsealing", nil
}

func (o *brokenOffice) Leave(_ context.Context, id string) error {
	o.left = append(o.left, id)
	return nil
}

func (o *brokenOffice) Finish(_ context.Context, id string, _ func(Progress)) (Outcome, error) {
	o.finished = append(o.finished, id)
	return Outcome{Title: "Finished", Next: "/vault"}, nil
}

// TestBrokenOff: it can be finished, for which the passphrase is asked where the keys are needed, or left; then
// one is where one was.
func TestBrokenOff(t *testing.T) {
	s, vault := newVault(t)
	o := &brokenOffice{vaultOffice: vault}
	s.o.Office = func(string) Office { return o }
	s.broken = []BrokenOff{{ID: "sealing", Say: "It was broken off.", Left: "2 are left.", Do: "Go on", Not: "Leave it"}}
	for _, page := range []string{"/", "/vault"} {
		want(t, s.get(page), http.StatusOK, "It was broken off.", "2 are left.", "Go on", "Leave it", `name="id" value="sealing"`, `name="back" value="`+page+`"`)
	}
	want(t, s.post("/broken/finish", url.Values{"id": {"unsealing"}, "back": {"/vault"}}), http.StatusOK, `name="passphrase"`, `name="id" value="unsealing"`)
	if r := s.post("/broken/finish", url.Values{"id": {"sealing"}, "back": {"/vault"}}); r.Header.Get("Location") != "/work/1" {
		t.Errorf("%s to %s", r.Status, r.Header.Get("Location"))
	}
	if s.all.Wait(); len(o.finished) != 1 || o.finished[0] != "sealing" {
		t.Errorf("finished: %q", o.finished)
	}
	for back, to := range map[string]string{"/vault": "/vault", "//example.com": "/"} {
		if r := s.post("/broken/leave", url.Values{"id": {"sealing"}, "back": {back}}); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != to {
			t.Errorf("%s to %s", r.Status, r.Header.Get("Location"))
		}
	}
	if len(o.left) != 2 {
		t.Errorf("left: %q", o.left)
	}
}
