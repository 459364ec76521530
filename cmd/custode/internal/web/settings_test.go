package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// madeUpSettings are settings that are only held in memory.
type madeUpSettings struct {
	Office

	is    Settings
	saved ShopForm
	wrong map[string]string
	why   string // a folder is refused
	seals map[string]bool
	same  bool // nothing is changed by a folder
}

func (m *madeUpSettings) Settings(context.Context) (Settings, error) { return m.is, nil }

func (m *madeUpSettings) SaveShop(_ context.Context, f ShopForm) (map[string]string, error) {
	m.saved = f
	return m.wrong, nil
}

func (m *madeUpSettings) AddFolder(context.Context, string) (bool, string, error) {
	return !m.same, m.why, nil
}

func (m *madeUpSettings) DropFolder(context.Context, string) (bool, string, error) {
	return !m.same, m.why, nil
}

func (m *madeUpSettings) SealByItself(_ context.Context, path string, on bool) (bool, string, error) {
	m.seals = map[string]bool{path: on}
	return !m.same, m.why, nil
}

func (m *madeUpSettings) Held(context.Context) (bool, error) { return true, nil }

func (m *madeUpSettings) TryBackup(_ context.Context, file string, _ func(Progress)) (Outcome, error) {
	return Outcome{Title: "Tried", Lines: []string{"compared " + file}}, nil
}

func (m *madeUpSettings) TryHome(_ context.Context, file string, _ func(Progress)) (Outcome, error) {
	return Outcome{Title: "Tried", Lines: []string{"opened " + file}}, nil
}

func (m *madeUpSettings) TestAlerts(context.Context, func(Progress)) (Outcome, error) {
	return Outcome{Title: "Tried", Lines: []string{"the mail server took it"}}, nil
}

func (m *madeUpSettings) BackUp(_ context.Context, folder string, _ func(Progress)) (Outcome, error) {
	return Outcome{Title: "Written", Lines: []string{folder}}, nil
}

func TestSettingsPage(t *testing.T) {
	s := newSite(t)
	m := &madeUpSettings{is: Settings{ShopForm: ShopForm{"Bottega <Rossi>", "IT", "en", "mon-fri 9-13", "m1"}, Folders: []string{"/srv/a b"}, Alerts: []AlertWay{{Say: "By mail to anna@example.com", By: "mail"}, {Say: "Through ntfy", By: "service", Place: 3}}, Version: "dev"}}
	s.madeUp.Office = m
	want(t, s.get("/settings"), http.StatusOK, `value="Bottega &lt;Rossi&gt;"`, "mon-fri 9-13", `name="mark" value="m1"`, "/srv/a b", "By mail to anna@example.com")

	form := url.Values{"shop": {" Da Anna "}, "country": {"IT"}, "language": {"en"}, "hours": {"x"}, "mark": {"m1"}, "spoken": {"en"}}
	if r := s.post("/settings", form); r.Header.Get("Location") != "/settings?noted=saved" || m.saved != (ShopForm{"Da Anna", "IT", "en", "x", "m1"}) {
		t.Errorf("%s %+v", r.Status, m.saved)
	}
	m.wrong = map[string]string{"hours": "Not hours."}
	if body := want(t, s.get("/settings"), http.StatusOK, `id="folders"`); strings.Contains(body, "<details open") || strings.Contains(body, `fold" open`) {
		t.Error("it is not folded")
	}
	body := want(t, s.post("/settings", form), http.StatusUnprocessableEntity, `<details class="card fold" open><summary><h2>The shop</h2>`, `value="Da Anna"`, `id="hours-wrong">Not hours.`, `role="alert"`)
	if !strings.Contains(body, `aria-describedby="hours-help hours-wrong" aria-invalid="true"`) {
		t.Error("the field is not marked")
	}
	m.wrong, m.is.Mark = map[string]string{"mark": "Changed meanwhile."}, "m2"
	want(t, s.post("/settings", form), http.StatusUnprocessableEntity, "Changed meanwhile.", `name="mark" value="m2"`, `value="Da Anna"`)
	m.wrong = nil
	form.Set("language", "it")
	s.post("/settings", form)
	want(t, s.get("/settings?noted=saved"), http.StatusOK, `<html lang="it">`, "Salvato.")
	form.Set("language", "xx")
	want(t, s.post("/settings", form), http.StatusBadRequest)
}

func TestFoldersOfThePage(t *testing.T) {
	s, m := newSite(t), &madeUpSettings{}
	s.madeUp.Office = m
	for _, c := range []struct {
		path string
		same bool
		at   string
	}{{"add", false, "added"}, {"add", true, "had"}, {"drop", false, "dropped"}, {"drop", true, "had-not"}} {
		m.same = c.same
		if r := s.post("/settings/"+c.path, url.Values{"folder": {"/x"}}); r.Header.Get("Location") != "/settings?noted="+c.at {
			t.Errorf("%+v: %s", c, r.Header.Get("Location"))
		}
		want(t, s.get("/settings?noted="+c.at), http.StatusOK, `role="status"`, `<details class="card fold" open><summary><h2>Which folders`)
	}
	m.why = "There is no folder /gone."
	want(t, s.post("/settings/add", url.Values{"folder": {"/gone"}}), http.StatusUnprocessableEntity, "There is no folder /gone.", `value="/gone"`, `<details class="card fold" open><summary><h2>Which folders`)
}

func TestWorksOfTheSettings(t *testing.T) {
	s := newSite(t)
	s.madeUp.Office = &madeUpSettings{}
	for path, says := range map[string]string{"test": "the mail server took it", "backup": "/media/stick", "backup/try": "compared /tmp/back.csv", "backup/home": "opened /tmp/back.csv"} {
		at := s.post("/settings/"+path, url.Values{"folder": {"/media/stick"}, "file": {" /tmp/back.csv"}}).Header.Get("Location")
		s.Server.all.Wait()
		want(t, s.get(at), http.StatusOK, says)
	}
}

// TestSealByItself: each folder has its button, each does its own, and what cannot be is said beside the folders.
func TestSealByItself(t *testing.T) {
	s := newSite(t)
	m := &madeUpSettings{is: Settings{Seals: []SealLine{{"/srv/<a>", true}, {"/srv/b", false}}, SealsSaid: SealsSaid{"there are no keys", "every hour", true}}}
	s.madeUp.Office = m
	want(t, s.get("/settings"), http.StatusOK, `value="/srv/&lt;a&gt;"`, "No longer", "Seal by itself", "there are no keys", "every hour", `href="/watch#stands"`, `action="/seal-due"`)
	for path, on := range map[string]string{"/srv/<a>": "", "/srv/b": "1"} {
		at := s.post("/settings/seal", url.Values{"folder": {path}, "on": {on}}).Header.Get("Location")
		if got, there := m.seals[path]; !there || got != (on != "") || !strings.Contains(at, "noted=seals") {
			t.Errorf("%s: %v, %s", path, m.seals, at)
		}
		want(t, s.get(at), http.StatusOK, "by themselves")
	}
	m.why = "it is gone"
	want(t, s.post("/settings/seal", url.Values{"folder": {"/srv/c"}, "on": {"1"}}), http.StatusUnprocessableEntity, "it is gone")
}
