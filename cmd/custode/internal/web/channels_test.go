package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/secret"
)

// madeUpChannels are ways that are only held in memory.
type madeUpChannels struct {
	*madeUpSettings

	wrong   map[string]string
	key     string
	form    ServiceForm
	drops   []int
	dropped Dropped
	screen  bool
	beat    string
}

func (m *madeUpChannels) WholeService(ServiceForm, secret.Bytes) map[string]string { return m.wrong }

func (m *madeUpChannels) AddService(_ context.Context, f ServiceForm, key secret.Bytes, _ func(Progress)) (Outcome, error) {
	m.form, m.key = f, string(key.Reveal())
	return Outcome{Title: "Set"}, nil
}

func (m *madeUpChannels) DropService(_ context.Context, place int, mark string) (Dropped, error) {
	m.drops = append(m.drops, place)
	if mark != m.is.Mark {
		return DroppedNothing, nil
	}
	return m.dropped, nil
}

func (m *madeUpChannels) ShowOnScreen(_ context.Context, on bool) error { m.screen = on; return nil }

func (m *madeUpChannels) SetBeat(_ context.Context, at string) (bool, error) {
	m.beat = at
	return at != "25:00", nil
}

// TestChannels: each service has a page of its own, its key comes back in no page, also not from a locked one; what is set
// is taken off where the settings are still those that were shown.
func TestChannels(t *testing.T) {
	s := newSite(t)
	m := &madeUpChannels{madeUpSettings: &madeUpSettings{is: Settings{ShopForm: ShopForm{Mark: "m1"}, Alerts: []AlertWay{{Say: "Through <ntfy>", By: "service", Place: 3}, {Say: "By mail", By: "mail"}}, Screen: true}}}
	s.madeUp.Office = m
	want(t, s.get("/settings"), http.StatusOK, "Through &lt;ntfy&gt;", `name="place" value="3"`, `href="/settings/service"`, `action="/settings/screen"`, `action="/settings/beat"`)
	list := want(t, s.get("/settings/service?kind=nonsense"), http.StatusOK)
	for _, kind := range services() {
		if at := "/settings/service?kind=" + kind; !strings.Contains(list, `href="`+at+`"`) || !strings.Contains(want(t, s.get(at), http.StatusOK), `name="password-key"`) {
			t.Errorf("no page of %s", kind)
		}
	}
	form := url.Values{"kind": {"telegram"}, "to": {"<12>"}, "password-key": {"hush-hush"}}
	m.wrong = map[string]string{"to": "no number", "key": "no key"}
	if body := want(t, s.post("/settings/service", form), http.StatusUnprocessableEntity, "no number", `value="&lt;12&gt;"`, `aria-describedby="key-help key-wrong"`); strings.Contains(body, "hush") || m.key != "" {
		t.Errorf("the key comes back, or it was tried: %s", body)
	}
	s.forward(idleLocks + 1)
	if body := want(t, s.post("/settings/service", form), http.StatusForbidden); strings.Contains(body, "hush") {
		t.Error("a locked page gives the key back")
	}
	s.jar, m.wrong = s.admit("en"), nil
	at := s.post("/settings/service", form).Header.Get("Location")
	s.Server.all.Wait()
	if want(t, s.get(at), http.StatusOK, "Set"); m.key != "hush-hush" || m.form != (ServiceForm{"telegram", "<12>"}) {
		t.Errorf("%+v", m)
	}
	want(t, s.post("/settings/service", url.Values{"kind": {"pigeon"}}), http.StatusBadRequest)
	drop := url.Values{"place": {"3"}, "mark": {"m1"}}
	for _, place := range []string{"", "the first", "1.5"} { // none of them is the first
		want(t, s.post("/settings/service/drop", url.Values{"place": {place}, "mark": {"m1"}}), http.StatusBadRequest)
	}
	for dropped, says := range map[Dropped]string{DroppedAll: "is erased", DroppedWay: "was not touched", DroppedBare: "was not there any more"} {
		m.dropped, m.drops = dropped, nil
		to := s.post("/settings/service/drop", drop).Header.Get("Location")
		if to != "/settings?noted="+string(dropped) || len(m.drops) != 1 || m.drops[0] != 3 {
			t.Error(to, m.drops)
		}
		want(t, s.get(to), http.StatusOK, says)
	}
	m.is.Mark = "m2"
	want(t, s.post("/settings/service/drop", drop), http.StatusConflict, `role="alert"`)
	for on, want := range map[string]bool{"1": true, "": false} {
		if s.post("/settings/screen", url.Values{"on": {on}}); m.screen != want {
			t.Errorf("%q: %v", on, m.screen)
		}
	}
	for _, c := range []struct {
		at, off, want string
		status        int
	}{{"07:45", "", "07:45", http.StatusSeeOther}, {"07:45", "1", "", http.StatusSeeOther}, {"25:00", "", "25:00", http.StatusUnprocessableEntity}, {"", "", "25:00", http.StatusUnprocessableEntity}} {
		if want(t, s.post("/settings/beat", url.Values{"at": {c.at}, "off": {c.off}}), c.status); m.beat != c.want {
			t.Errorf("%+v: %q", c, m.beat)
		}
	}
}
