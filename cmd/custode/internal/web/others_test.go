package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// lodger is an office with files that others can read.
type lodger struct {
	*madeUp
	Closer

	others Others
	want   CloseWish
	closed int
	given  int
}

func (l *lodger) Others(_ context.Context, skip, most int64) (Others, error) {
	if skip != 0 || most != leafHolds {
		return Others{Scanned: true}, nil
	}
	return l.others, nil
}

func (l *lodger) CloseToOthers(_ context.Context, want CloseWish, _ func(Progress)) (Outcome, error) {
	l.closed++
	l.want = want
	return Outcome{Title: "they are closed"}, nil
}

func (l *lodger) Closed(context.Context, int64, int64) ([]OthersFile, int64, error) {
	return []OthersFile{{ID: "c1", Name: "<closed>.csv", Who: "since Monday"}}, 51, nil
}

func (l *lodger) GiveBack(_ context.Context, want CloseWish, _ func(Progress)) (Outcome, error) {
	l.given++
	l.want = want
	return Outcome{Title: "they are back"}, nil
}

// TestOthers: who can read what is said page by page; what is closed is what was chosen, or the list that was seen;
// nothing is done without a choice.
func TestOthers(t *testing.T) {
	s := newSite(t)
	l := &lodger{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return l }
	want(t, s.get("/data/others"), http.StatusOK, `action="/data/look"`)
	l.others.Scanned = true
	want(t, s.get("/data/others"), http.StatusOK, "Only you can read the files")
	l.others = Others{
		Scanned: true, Name: "list1", Count: 51, Folders: []string{"/shop/<x>"},
		Files: []OthersFile{{ID: "f1", Name: "<a>.csv", Status: "act", Tag: "high risk", Who: "Everybody", Where: "on a stick"}},
	}
	page := want(t, s.get("/data/others"), http.StatusOK, "&lt;a&gt;.csv", `value="f1"`, `name="seen" value="list1"`, "/shop/&lt;x&gt;", "Everybody", "on a stick", "Close all 51", `href="/data/others?page=2"`, `href="/data/closed"`)
	if strings.Contains(page, "%!") {
		t.Error(page)
	}
	for _, path := range []string{"/data/others", "/data/closed"} {
		want(t, s.post(path, url.Values{"do": {"chosen"}}), http.StatusUnprocessableEntity, "No file was chosen")
		want(t, s.post(path, url.Values{"file": {"f1"}}), http.StatusBadRequest)
	}
	if s.all.Wait(); l.closed+l.given != 0 {
		t.Fatal("done without a choice")
	}
	at := s.post("/data/others", url.Values{"do": {"all"}, "seen": {"list1"}, "folders": {"yes"}}).Header.Get("Location")
	s.all.Wait()
	want(t, s.get(at), http.StatusOK, "they are closed")
	if l.closed != 1 || !l.want.All || !l.want.Folders || l.want.Seen != "list1" {
		t.Errorf("%+v", l.want)
	}
	want(t, s.get("/data/closed"), http.StatusOK, "&lt;closed&gt;.csv", "since Monday", `href="/data/closed?page=2"`)
	at = s.post("/data/closed", url.Values{"do": {"chosen"}, "file": {"c1"}}).Header.Get("Location")
	s.all.Wait()
	want(t, s.get(at), http.StatusOK, "they are back")
	if l.given != 1 || l.want.All || len(l.want.Files) != 1 {
		t.Errorf("%+v", l.want)
	}
	s.today = Today{First: &Thing{ID: "data.access", Status: "act", Command: "chmod go-rwx x"}}
	want(t, s.get("/"), http.StatusOK, `href="/data/others"`)
}
