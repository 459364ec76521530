package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
)

// TestChannelsOfTheOffice: only what a service took is kept, its key in a file of its own and nowhere else; it is taken
// off with its key; a screen and the sign of life are switched.
func TestChannelsOfTheOffice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	var got atomic.Value
	status := http.StatusForbidden
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got.Store(string(body))
		w.WriteHeader(status)
	}))
	t.Cleanup(srv.Close)
	address := "generic+" + srv.URL + "/hush-hush"
	keys := func() (files []string) {
		files, _ = filepath.Glob(filepath.Join(home, servicePrefix+"*"))
		return files
	}
	add := func() web.Outcome {
		t.Helper()
		out, err := o.AddService(t.Context(), web.ServiceForm{Kind: "any"}, secret.FromString(address), func(web.Progress) {})
		if err != nil || strings.Contains(strings.Join(out.Lines, " "), "hush") || strings.Contains(strings.Join(out.Lines, " "), "custode.yaml") {
			t.Fatalf("%+v %v", out, err)
		}
		return out
	}
	if out := add(); out.Next != "/settings/service?kind=any" || len(keys()) != 0 {
		t.Errorf("%+v; kept %v", out, keys())
	}
	status = http.StatusOK
	if out := add(); !strings.HasPrefix(out.Lines[0], "✓ your own address: ") || out.Next != "/settings#alerts" || len(keys()) != 1 || !strings.Contains(got.Load().(string), "test") { //nolint:errcheck,forcetypeassert // it was stored above
		t.Fatalf("%+v; kept %v, sent %v", out, keys(), got.Load())
	}
	first := keys()[0]
	if add(); len(keys()) != 1 { // a double click
		t.Errorf("kept twice: %v", keys())
	}
	var both sync.WaitGroup
	for _, other := range []string{address + "-2", address + "-3"} { // two tabs
		both.Go(func() {
			if err := o.keepService(t.Context(), "generic", secret.FromString(other)); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	if len(keys()) != 3 {
		t.Errorf("one has taken the place of the other: %v", keys())
	}
	for len(keys()) > 1 {
		set, _ := o.Settings(t.Context())
		if dropped, err := o.DropService(t.Context(), 1, set.Mark); dropped != web.DroppedAll || err != nil {
			t.Fatal(dropped, err)
		}
	}
	if keys()[0] != first {
		t.Error("another one was taken off")
	}
	if info, err := os.Stat(keys()[0]); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	raw, err := os.ReadFile(o.sh.settingsPath())
	set, wrong := o.Settings(t.Context())
	if err != nil || wrong != nil || strings.Contains(string(raw), "hush") || len(set.Alerts) == 0 || set.Alerts[0] != (web.AlertWay{Say: "Through your own address", By: "service"}) {
		t.Fatalf("%+v %v %v", set.Alerts, err, wrong)
	}
	if out, err := o.TestAlerts(t.Context(), func(web.Progress) {}); err != nil || strings.Contains(strings.Join(out.Lines, " "), "custode.yaml") {
		t.Errorf("%+v %v", out, err)
	}
	for _, c := range []struct {
		place int
		mark  string
	}{{0, "an older mark"}, {-1, set.Mark}, {1, set.Mark}} {
		if dropped, err := o.DropService(t.Context(), c.place, c.mark); dropped != web.DroppedNothing || err != nil || len(keys()) != 1 {
			t.Errorf("%+v: %v %v", c, dropped, err)
		}
	}
	if dropped, err := o.DropService(t.Context(), 0, set.Mark); dropped != web.DroppedAll || err != nil || len(keys()) != 0 {
		t.Errorf("%v %v %v", dropped, err, keys())
	}
	add()
	if err := os.Remove(keys()[0]); err != nil {
		t.Fatal(err)
	}
	own := filepath.Join(t.TempDir(), "hook.txt")
	if err := os.WriteFile(own, []byte(address+"-own"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := o.changeSettings(t.Context(), func(set *settings) bool {
		set.Alerts.Services = append(set.Alerts.Services, serviceSetting{File: own})
		return true
	}); err != nil {
		t.Fatal(err)
	}
	for _, is := range []web.Dropped{web.DroppedBare, web.DroppedWay} { // a key that was gone, and one that the owner keeps
		set, _ := o.Settings(t.Context())
		if dropped, err := o.DropService(t.Context(), 0, set.Mark); dropped != is || err != nil || !exists(own) {
			t.Errorf("%q, not %q: %v", dropped, is, err)
		}
	}
	for on, want := range map[bool]int{true: 1, false: 0} {
		if err := o.ShowOnScreen(t.Context(), on); err != nil {
			t.Fatal(err)
		}
		if set, err := o.Settings(t.Context()); err != nil || len(set.Alerts) != want {
			t.Errorf("%v: %+v %v", on, set.Alerts, err)
		}
	}
	for at, want := range map[string]bool{"07:45": true, "": true, "25:00": false, "off": false, "seven": false} {
		if done, err := o.SetBeat(t.Context(), at); done != want || err != nil {
			t.Errorf("%q: %v %v", at, done, err)
		} else if set, err := o.Settings(t.Context()); done && (err != nil || set.BeatAt != at) {
			t.Errorf("%q: %+v %v", at, set.BeatAt, err)
		}
	}
}

// TestWholeService: what cannot be the key of a service is told beside its field, and nothing of it is shown.
func TestWholeService(t *testing.T) {
	o := officeOf(t, t.TempDir())
	for _, c := range []struct{ kind, to, key, field string }{
		{"telegram", "12345", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", ""},
		{"telegram", "@me", "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw", "to"},
		{"telegram", "12345", "hush hush", "key"},
		{"ntfy", "", "bottega-8f3k", ""},
		{"ntfy", "", "https://ntfy.sh/bottega-8f3k", ""},
		{"ntfy", "https://ntfy.example.com/", "bottega-8f3k", ""},
		{"ntfy", "http://ntfy.example.com", "bottega-8f3k", "to"},
		{"ntfy", "", "hush hush", "key"},
		{"ntfy", "", "https://ntfy.example.com/bottega-8f3k", ""},
		{"ntfy", "ntfy.example.com", "https://NTFY.example.com/bottega-8f3k", ""},
		{"ntfy", "ntfy.example.com", "ntfy://shop:hush@ntfy.example.com/bottega-8f3k", ""},
		{"ntfy", "ntfy.example.com", "https://ntfy.sh/bottega-8f3k", "to"},
		{"ntfy", "ntfy.example.com", "ntfy://ntfy.sh/bottega-8f3k", "to"},
		{"ntfy", "ntfy.example.com", "ntfy.sh/bottega-8f3k", "to"},
		{"ntfy", "ntfy.example.com/alerts", "bottega-8f3k", "to"},
		{"ntfy", "", "https://ntfy.sh/hush/hush", "key"},
		{"ntfy", "", "https://ntfy.sh/", "key"},
		{"ntfy", "ntfy.example.com", "http://hush.example.com/bottega-8f3k", "key"},
		{"discord", "", "https://discord.com/api/webhooks/123/hushhush", ""},
		{"discord", "", "https://hooks.slack.com/services/AAAAAAAAA/BBBBBBBBB/CCCCCCCCCCCCCCCCCCCCCCCC", "key"},
		{"slack", "", "https://hooks.slack.com/services/AAAAAAAAA/BBBBBBBBB/CCCCCCCCCCCCCCCCCCCCCCCC", ""},
		{"any", "", "generic://example.com/hook", ""},
		{"any", "", "pigeon://hush", "key"},
	} {
		wrong := o.WholeService(web.ServiceForm{Kind: c.kind, To: c.to}, secret.FromString(c.key))
		if len(wrong) != map[bool]int{true: 0, false: 1}[c.field == ""] || wrong[c.field] == "" && c.field != "" || strings.Contains(wrong[c.field], "hush") {
			t.Errorf("%+v: %v", c, wrong)
		}
	}
}

// TestServiceAddress: a topic of ntfy is one, typed alone or with its server, and no server wins over another unsaid.
func TestServiceAddress(t *testing.T) {
	for _, c := range []struct{ to, key, want string }{
		{"", "bottega-8f3k", "ntfy://ntfy.sh/bottega-8f3k"},
		{"https://ntfy.example.com/", "bottega-8f3k", "ntfy://ntfy.example.com/bottega-8f3k"},
		{"", " https://ntfy.example.com:8443/bottega-8f3k/ ", "ntfy://ntfy.example.com:8443/bottega-8f3k"},
		{"", "ntfy.sh/bottega-8f3k", "ntfy://ntfy.sh/bottega-8f3k"},
		{"", "ntfy://shop:hush@ntfy.example.com/bottega-8f3k", "ntfy://shop:hush@ntfy.example.com/bottega-8f3k"},
		{"", "https://ntfy.sh", ""},
		{"", "http://ntfy.sh/bottega-8f3k", ""},
	} {
		if got := serviceAddress(web.ServiceForm{Kind: "ntfy", To: c.to}, secret.FromString(c.key)); string(got.Reveal()) != c.want {
			t.Errorf("%q at %q: %q, want %q", c.key, c.to, got.Reveal(), c.want)
		}
	}
}
