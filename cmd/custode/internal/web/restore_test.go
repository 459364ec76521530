package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/fault"
	"custode/internal/secret"
)

// madeUpBackup is a backup whose sheet is four lines "right".
type madeUpBackup struct {
	*shelves

	is       Restoring
	refuses  error
	restored int
}

func (m *madeUpBackup) Restoring(which string) (Restoring, error) {
	if which != "" && which != m.is.Which {
		return Restoring{}, ErrSheetGone
	}
	return m.is, nil
}

func (m *madeUpBackup) TakeBackup(file string) (Restoring, error) {
	if m.refuses == nil {
		m.is = Restoring{Which: "w1", File: file, Name: file}
	}
	return m.is, m.refuses
}

func (m *madeUpBackup) TypeForBackup(_ string, lines [SheetLines]secret.Bytes, _ bool) (Restoring, error) {
	r := m.is
	r.Opens = true
	for i, l := range lines {
		if r.Lines[i].Right = string(l.Reveal()) == "right"; !r.Lines[i].Right {
			r.Lines[i].Wrong, r.Opens = "mistyped", false
		}
	}
	return r, nil
}

func (m *madeUpBackup) KeysForBackup(_, _ string, p secret.Bytes) error {
	if string(p.Reveal()) != "the passphrase" {
		return ErrWrong
	}
	return nil
}

func (m *madeUpBackup) LookIntoBackup(context.Context, string, func(Progress)) (Outcome, error) {
	m.is.Seen = &BackupSeen{Shop: "Da <Anna>", Absent: []string{"/old/docs"}}
	return Outcome{Title: "whole", Next: "/start/restore/found"}, m.refuses
}

func (m *madeUpBackup) Restore(context.Context, string, func(Progress)) (Outcome, error) {
	m.restored++
	return Outcome{Title: "back", Parts: []Part{{Say: "Folders", List: []string{"/old/docs"}, To: "/settings#folders", Do: "There"}, {Say: "Alone"}}}, nil
}

// TestRestore leads from the backup to the folder: nothing is made before it was shown, and nothing that was typed to open
// it comes back.
func TestRestore(t *testing.T) {
	s := newSite(t)
	m := &madeUpBackup{shelves: &shelves{madeUp: s.madeUp}}
	s.o.Office = func(string) Office { return m }
	s.ready = false
	want(t, s.get("/start"), http.StatusOK, `href="/start/restore"`)
	want(t, s.get("/start/restore"), http.StatusOK, `action="/start/restore"`)
	want(t, s.get("/start/restore/found"), http.StatusSeeOther)
	file := url.Values{"file": {"/stick/c <1>.age"}}
	m.refuses = fault.On(fault.Data, "fault.restore.not-sealed", "/stick/c <1>.age", nil)
	want(t, s.post("/start/restore", file), http.StatusUnprocessableEntity, "/stick/c &lt;1&gt;.age", `role="alert"`)
	m.refuses = nil
	if page := want(t, s.post("/start/restore/find", url.Values{"for": {"file"}, "pick.go": {"/stick"}}), http.StatusOK, "c &lt;1&gt;.age"); strings.Contains(page, "/stick\" formaction") {
		t.Error("a folder can be taken")
	}
	want(t, s.post("/start/restore/find", url.Values{"for": {"file"}, "pick.take": {"/stick/c <1>.age"}}), http.StatusOK, `value="/stick/c &lt;1&gt;.age"`)
	want(t, s.post("/start/restore/find", url.Values{"for": {"else"}}), http.StatusBadRequest)
	want(t, s.post("/start/restore", file), http.StatusOK, `name="sheet4"`, `name="which" value="w1"`)
	for _, path := range []string{"sheet", "keys", "now"} { // of another window
		want(t, s.post("/start/restore/"+path, url.Values{"which": {"w0"}}), http.StatusConflict, "quarter of an hour")
		want(t, s.post("/start/restore/"+path, nil), http.StatusConflict)
	}
	which := url.Values{"which": {"w1"}}
	if to := s.post("/start/restore/now", which).Header.Get("Location"); to != "/start/restore" || m.restored != 0 {
		t.Error("restored unseen", to)
	}
	lines := url.Values{"which": {"w1"}, "sheet1": {"right"}, "sheet2": {"hush-hush"}, "sheet3": {"right"}, "sheet4": {"right"}}
	if page := want(t, s.post("/start/restore/sheet", lines), http.StatusUnprocessableEntity, "mistyped"); strings.Contains(page, "hush-hush") {
		t.Error("a line comes back")
	}
	keys := url.Values{"which": {"w1"}, "keys": {"/old/keys"}, "passphrase": {"hush-hush"}}
	if page := want(t, s.post("/start/restore/keys", keys), http.StatusForbidden, `value="/old/keys"`, `id="keys-wrong"`); strings.Contains(page, "hush-hush") {
		t.Error("the passphrase comes back")
	}
	keys.Set("pick.take", "/old/other")
	keys.Set("for", "keys")
	if page := want(t, s.post("/start/restore/find", keys), http.StatusOK, `value="/old/other"`); strings.Contains(page, "hush-hush") {
		t.Error("the passphrase is kept while a folder is looked for")
	}
	lines.Set("sheet2", "right")
	at := s.post("/start/restore/sheet", lines).Header.Get("Location")
	s.all.Wait()
	if page := want(t, s.get(at), http.StatusOK, "whole", `href="/start/restore/found"`); strings.Contains(page, "To today") {
		t.Error("led to Today before there are settings")
	}
	want(t, s.get("/start/restore/found"), http.StatusOK, "Da &lt;Anna&gt;", "/old/docs", `action="/start/restore/now"`)
	at = s.post("/start/restore/now", which).Header.Get("Location")
	s.all.Wait()
	if page := want(t, s.get(at), http.StatusOK, "back", "/old/docs", `href="/settings#folders">There</a>`); strings.Count(page, "<ul class=\"paths\">") != 1 || m.restored != 1 {
		t.Error(m.restored, page)
	}
}
