package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/i18n"
)

func (m *madeUpWatch) StartWatch(_ context.Context, always bool) error {
	m.did = append(m.did, fmt.Sprint("start ", always))
	return nil
}

func (m *madeUpWatch) EndWatch(_ context.Context, always bool) error {
	m.did = append(m.did, fmt.Sprint("end ", always))
	return nil
}

// TestWatchButtons: the page offers what can be done about the watch, and nothing else; what a button
// says is what is done.
// TestPlainWords: what starts a computer's programs has a name that nobody in a shop knows.
func TestPlainWords(t *testing.T) {
	for _, lang := range i18n.Languages() {
		w, err := i18n.Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		for _, key := range w.Keys() {
			for _, name := range []string{"systemd", "launchd", "crontab", "daemon"} {
				if strings.HasPrefix(key, "web.") && strings.Contains(strings.ToLower(w.T(key)), name) {
					t.Errorf("%s %s: %s", lang, key, w.T(key))
				}
			}
		}
	}
}

func TestWatchButtons(t *testing.T) {
	s, m := newWatchSite(t)
	buttons := []string{"Start it now and always", "Start it again", "Start it until custode ends", `action="/watch/end"><button class="quiet" name="how" value="here"`, "End it for good"}
	for _, c := range []struct {
		run  WatchRun
		want string // which of the buttons
	}{
		{WatchRun{Always: true}, "1 3"},
		{WatchRun{Always: true, Set: true}, "2 3 5"},
		{WatchRun{Cannot: "No systemd."}, "3"},
		{WatchRun{Where: WatchHere, Always: true}, "1 4"},
		{WatchRun{Where: WatchHere, Cannot: "No systemd."}, "4"},
		{WatchRun{Where: WatchService, Always: true, Set: true}, "5"},
		{WatchRun{Where: WatchElsewhere, Always: true}, ""},
	} {
		m.run = c.run
		body := want(t, s.get("/watch"), http.StatusOK)
		var got []string
		for i, b := range buttons {
			if strings.Contains(body, b) {
				got = append(got, fmt.Sprint(i+1))
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%+v offers %q, want %s", c.run, got, c.want)
		}
	}
	for _, to := range []string{"/watch/start", "/watch/end"} {
		for _, how := range []string{"always", "here"} {
			if r := s.post(to, url.Values{"how": {how}}); r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != "/watch#stands" {
				t.Errorf("%s %s: %s", to, how, r.Status)
			}
		}
		want(t, s.post(to, nil), http.StatusBadRequest)
	}
	if fmt.Sprint(m.did) != "[start true start false end true end false]" {
		t.Errorf("%q", m.did)
	}
}
