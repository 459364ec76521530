package web

import (
	"context"
	"net/http"
	"net/url"
	"testing"
)

// madeUpDecoys are laid nowhere.
type madeUpDecoys struct{ *madeUp }

func (madeUpDecoys) LayDecoys(context.Context, func(Progress)) (Outcome, error) {
	return Outcome{Title: "Laid"}, nil
}

func (madeUpDecoys) RemoveDecoys(context.Context, func(Progress)) (Outcome, error) {
	return Outcome{Title: "Taken out"}, nil
}

// TestDecoys: each button does its own, and no other word does anything.
func TestDecoys(t *testing.T) {
	s := newSite(t)
	s.o.Office = func(string) Office { return madeUpDecoys{s.madeUp} }
	for do, says := range map[string]string{"lay": "<h1>Laid", "remove": "<h1>Taken out"} {
		at := s.post("/watch/decoys", url.Values{"do": {do}}).Header.Get("Location")
		s.Server.all.Wait()
		want(t, s.get(at), http.StatusOK, says)
	}
	want(t, s.post("/watch/decoys", nil), http.StatusBadRequest)
}
