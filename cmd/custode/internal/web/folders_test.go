package web

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// shelves is an office of a computer with a few folders.
type shelves struct {
	*madeUp
	Setter
	TodayActor

	begun, files string // the last folder that was asked for, with which files
}

func (s *shelves) Proposals() Setup { return Setup{Folders: []string{"/home/ada/Documents"}} }

func (s *shelves) Folders(_ context.Context, at, files string) (f Folders) {
	s.begun, s.files = at, files
	switch at {
	case "":
		f.In = []FolderLine{{Path: "/srv", Name: "Drive /srv"}}
	case "/srv":
		f = Folders{At: "/srv", Name: "/srv", Hidden: true}
		for i := range 120 {
			f.In = append(f.In, FolderLine{Path: fmt.Sprintf("/srv/%03d", i), Name: fmt.Sprintf("Folder <%03d>", i)})
		}
	case "/srv/shut":
		f = Folders{At: at, Name: at, Up: "/srv", Wrong: "No permission."}
	case "/stick":
		f = Folders{At: at, Name: at, Up: "/", In: []FolderLine{{Path: "/stick/old", Name: "old"}, {Path: "/stick/c <1>.age", Name: "c <1>.age", File: true}}}
	}
	return f
}

func (s *shelves) Settings(context.Context) (Settings, error) { return Settings{}, nil }

func (s *shelves) Questions(context.Context) ([]Ask, error) {
	return []Ask{{ID: "backups", Ask: "Where?", Path: true}}, nil
}

// TestFolderForStart: who looks for a folder at the first run gets back the form with all that was typed, and with
// the folder: once, as a line or as the tick that it has. No address has a path in it.
func TestFolderForStart(t *testing.T) {
	s := newSite(t)
	o := &shelves{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return o }
	s.ready = false
	form := url.Values{"language": {"en"}, "shop": {"Da <Ada>"}, "country": {"FR"}, "folders": {"/srv/a b\r\n/srv/c"}}
	step := func(more ...string) string {
		t.Helper()
		with := url.Values{}
		maps.Copy(with, form)
		for i := 0; i < len(more); i += 2 {
			with.Set(more[i], more[i+1])
		}
		return want(t, s.post("/start/folder", with), http.StatusOK, "Da &lt;Ada&gt;", `"FR"`, "/srv/c")
	}
	for _, p := range []string{`value="/srv"`, "Drive /srv"} {
		if !strings.Contains(step(), p) {
			t.Errorf("no %s at first", p)
		}
	}
	if page := step("pick.go", "/srv"); !strings.Contains(page, "Folder &lt;049&gt;") || strings.Contains(page, "Folder &lt;050&gt;") || !strings.Contains(page, "Hidden") {
		t.Error("not the first page", page)
	}
	if page := step("pick.at", "/srv", "pick.page", "3"); !strings.Contains(page, "Folder &lt;119&gt;") || strings.Contains(page, "Folder &lt;099&gt;") || strings.Contains(page, `value="4"`) {
		t.Error("not the last page", page)
	}
	if page := step("pick.at", "/srv", "pick.page", "99"); !strings.Contains(page, "Folder &lt;000&gt;") {
		t.Error("a page that is not there", page)
	}
	if page := step("pick.go", "/srv/shut"); !strings.Contains(page, "No permission.") || strings.Contains(page, `name="pick.take"`) || !strings.Contains(page, `value="/srv"`) {
		t.Error("a folder that may not be read is offered", page)
	}
	if page := step("pick.at", "/srv", "pick.take", "/srv/d"); strings.Count(page, "/srv/d") != 1 || !strings.Contains(page, "/srv/a b\r\n/srv/c\n/srv/d") || !strings.Contains(page, `value="/home/ada/Documents">`) {
		t.Error(page)
	}
	if page := step("pick.take", "/srv/c"); strings.Count(page, "/srv/c") != 1 {
		t.Error("listed twice", page)
	}
	if page := step("pick.take", "/home/ada/Documents"); !strings.Contains(page, `value="/home/ada/Documents" checked>`) || strings.Count(page, "/home/ada/Documents") != 2 {
		t.Error("what is suggested is not ticked", page)
	}
	if page := step("pick.at", "/srv", "pick.not", "1"); !strings.Contains(page, `action="/start"`) || !strings.Contains(page, `<option value="FR" selected>`) {
		t.Error(page)
	}
}

// TestFolderForForms: the other forms begin where what was typed leads to, and get back the folder, or what was typed.
func TestFolderForForms(t *testing.T) {
	s := newSite(t)
	o := &shelves{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return o }
	post := func(status int, fields ...string) string {
		t.Helper()
		with := url.Values{}
		for i := 0; i < len(fields); i += 2 {
			with.Set(fields[i], fields[i+1])
		}
		return want(t, s.post("/folder", with), status)
	}
	for _, form := range []string{"add", "backup"} {
		if post(http.StatusOK, "for", form, "folder", "/srv"); o.begun != "/srv" {
			t.Errorf("%s begins at %q", form, o.begun)
		}
		if page := post(http.StatusOK, "for", form, "folder", "nonsense"); !strings.Contains(page, "Drive /srv") || !strings.Contains(page, `name="folder" value="nonsense"`) {
			t.Error(form, page)
		}
		for pick, want := range map[string]string{"take": "/srv/001", "not": "nonsense"} {
			page := post(http.StatusOK, "for", form, "folder", "nonsense", "pick."+pick, "/srv/001")
			id := map[string]string{"add": "folder", "backup": "backups"}[form]
			if _, field, _ := strings.Cut(page, `id="`+id+`"`); !strings.Contains(field[:strings.Index(field, ">")], `value="`+want+`"`) {
				t.Errorf("%s, %s: no %q in %s", form, pick, want, field)
			}
		}
	}
	if page := post(http.StatusOK, "for", "answer", "id", "backups", "value", "/srv", "until", "2026-12-31", "pick.take", "/srv/001"); !strings.Contains(page, `value="/srv/001"`) || !strings.Contains(page, `value="2026-12-31"`) {
		t.Error(page)
	}
	for form, kind := range map[string]string{"saved": ".age", "back": "*"} { // a file: it begins in the folder of the one that was typed
		page := post(http.StatusOK, "for", form, "file", `"/stick/typed.age"`)
		if o.begun != "/stick" || o.files != kind || !strings.Contains(page, `name="pick.take" value="/stick/c &lt;1&gt;.age" formaction="/folder#`+form+`"`) || strings.Contains(page, `value="/stick" formaction`) {
			t.Errorf("%s: %q %q in %s", form, o.begun, o.files, page)
		}
		page = post(http.StatusOK, "for", form, "file", "", "pick.take", "/stick/c <1>.age")
		if _, field, _ := strings.Cut(page, `id="`+form+`"`); !strings.Contains(field[:strings.Index(field, ">")], `value="/stick/c &lt;1&gt;.age"`) {
			t.Errorf("%s: not the file in %s", form, page)
		}
	}
	post(http.StatusBadRequest, "for", "else")
}
