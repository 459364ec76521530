package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestLockedWork: while the page is locked, a work says that it goes on and how far it is; of what, where and how
// it ended, nothing.
func TestLockedWork(t *testing.T) {
	s := newSite(t)
	v := &visit{Server: s.Server, w: discard{}, words: s.pages["en"].words}
	v.r, _ = http.NewRequestWithContext(t.Context(), http.MethodPost, "/x", nil)
	goOn, at := make(chan struct{}), make(chan struct{})
	if err := v.begin("Looking for Rossi", "/privacy/request/1", func(_ context.Context, tell func(Progress)) (Outcome, error) {
		tell(Progress{Done: 30, Total: 120, Note: "in Clienti/rossi.csv"})
		close(at)
		<-goOn
		return Outcome{Title: "Found Rossi", Lines: []string{"rossi.csv"}, Next: "/privacy/request/1"}, nil
	}); err != nil {
		t.Fatal(err)
	}
	<-at
	s.doors.lockAll()
	silent := func(r *http.Response, status int, part string) {
		t.Helper()
		if body := want(t, r, status, part); strings.Contains(strings.ToLower(body), "rossi") || strings.Contains(body, "/privacy/request") {
			t.Errorf("a locked page tells of what: %s", body)
		}
	}
	silent(s.get("/work/1"), http.StatusOK, `value="25"`)
	close(goOn)
	s.all.Wait()
	silent(s.get("/work/1"), http.StatusForbidden, `type="password"`)
	w := s.works.all[1]
	w.set(func() { w.progress.Note = "in Clienti/rossi.csv" })
	silent(s.get("/work/1/events"), http.StatusOK, `"ended":true`)
	s.post("/unlock", url.Values{"passphrase": {madeUpPass}})
	want(t, s.get("/work/1"), http.StatusOK, "Found Rossi", "rossi.csv")
}

// TestWorkKeepsOpen: who began a work that takes longer than an unused page stays open has time to see what it
// found; but for who has locked the page meanwhile.
func TestWorkKeepsOpen(t *testing.T) {
	for _, locked := range []bool{false, true} {
		s := newSite(t)
		s.open = true
		v := &visit{Server: s.Server, w: discard{}, words: s.pages["en"].words}
		v.r, _ = http.NewRequestWithContext(t.Context(), http.MethodPost, "/x", nil)
		v.r.AddCookie(&http.Cookie{Name: cookie, Value: s.jar})
		goOn := make(chan struct{})
		if err := v.begin("Looking", "/", func(context.Context, func(Progress)) (Outcome, error) { <-goOn; return Outcome{Title: "Found"}, nil }); err != nil {
			t.Fatal(err)
		}
		if locked {
			s.doors.lockAll()
		}
		s.forward(idleLocks + time.Minute)
		s.tidy()
		if now, _ := s.find(v.r, false); !now.locked { // as the script of the page does, which follows it
			t.Error("open, though nobody used it")
		}
		close(goOn)
		s.all.Wait()
		if s.tidy(); s.open == locked {
			t.Errorf("locked by the button %t: the keys are held %t", locked, s.open)
		}
		if s.forward(idleLocks + time.Second); !locked {
			if s.tidy(); s.open {
				t.Error("nobody came back, and the keys are held for ever")
			}
		}
	}
}

// TestWorkNotForgotten: however many are begun after it, a work that goes on is known: else the page could end, and a
// newer custode take its place, in the middle of it.
func TestWorkNotForgotten(t *testing.T) {
	s := newSite(t)
	v := &visit{Server: s.Server, w: discard{}, words: s.pages["en"].words}
	v.r, _ = http.NewRequestWithContext(t.Context(), http.MethodPost, "/x", nil)
	goOn := make(chan struct{})
	end := sync.OnceFunc(func() { close(goOn) })
	defer end()
	long := func(context.Context, func(Progress)) (Outcome, error) { <-goOn; return Outcome{Title: "Sealed"}, nil }
	short := func(context.Context, func(Progress)) (Outcome, error) { return Outcome{Title: "Looked"}, nil }
	if err := v.begin("Sealing", "/", long); err != nil {
		t.Fatal(err)
	}
	for range 2 * mostWorks {
		if err := v.begin("Looking", "/", short); err != nil {
			t.Fatal(err)
		}
		for len(s.works.going()) > 1 { // until it has ended
			time.Sleep(time.Millisecond)
		}
	}
	if all := s.works.going(); len(all) != 1 || all[0].Path != "/work/1" || !s.busy() || len(s.works.all) != mostWorks {
		t.Errorf("%+v of %d", all, len(s.works.all))
	}
	end()
	s.all.Wait()
	want(t, s.get("/work/1"), http.StatusOK, "Sealed")
}
