package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"reflect"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"custode/internal/fault"
	"custode/internal/i18n"
)

//go:embed page/*.html
var pageFiles embed.FS

//go:embed static/*
var staticFiles embed.FS

// pages are the templates of one language.
type pages struct {
	words *i18n.Words
	of    map[string]*template.Template
}

// loadPages reads every page with the frame around it.
func loadPages(lang string) (*pages, error) {
	w, err := i18n.Load(lang)
	if err != nil {
		return nil, err
	}
	funcs := template.FuncMap{
		"t": func(key string, args ...any) string { return w.T(key, args...) },
		"n": func(key string, n int64, args ...any) string { return w.N(key, n, args...) },
		"int": func(n any) string {
			switch n := n.(type) {
			case int:
				return w.Int(int64(n))
			case int64:
				return w.Int(n)
			}
			return fmt.Sprint(n)
		},
		"place":    func(i int) int { return i + 1 }, // counted from 1
		"datetime": func(t time.Time) string { return w.DateTime(t.Local()) },
		"clock":    func(t time.Time) string { return t.Local().Format("15:04") },
		"list":     func(some ...any) []any { return some },
		"len64":    func(list any) int64 { return int64(reflect.ValueOf(list).Len()) },
	}
	frame, err := template.New("frame.html").Funcs(funcs).ParseFS(pageFiles, "page/frame.html", "page/parts.html")
	if err != nil {
		return nil, err
	}
	names, err := fs.Glob(pageFiles, "page/*.html")
	if err != nil {
		return nil, err
	}
	p := &pages{words: w, of: map[string]*template.Template{}}
	for _, name := range names {
		base := strings.TrimSuffix(path.Base(name), ".html")
		if base == "frame" || base == "parts" {
			continue
		}
		t, err := frame.Clone()
		if err == nil {
			t, err = t.ParseFS(pageFiles, name)
		}
		if err != nil {
			return nil, err
		}
		p.of[base] = t.Option("missingkey=error")
	}
	return p, nil
}

// frameView is what stands around every page.
type frameView struct {
	Lang, Other string // the language, and the other one
	Here        string // the page that this is, for the list of pages
	Path        string // its address, to come back to
	Style       string
	Pages       []string // of the list; none for who was not let in
	Speaks      bool     // the language can be chosen
	Alone       bool     // staff sit here: nothing leads to the owner's pages
	Staff       bool     // it is a page of the door for the staff
	Home        bool     // a way back to its first page is shown
	Newer       string   // a newer custode waits for this one to end, in words
	Exercise    bool     // nothing of what it tells has happened
	Refresh     int      // seconds after which the page is fetched anew, where there are no scripts; 0: not
	Data        any
}

// places are the pages of the list at the top, in their order.
func places() []string {
	return []string{
		"today",
		"data",
		"vault",
		"watch",
		"incident",
		"team",
		"privacy",
		"journal",
		"settings",
	}
}

// placeOf is the page of the list to which a page belongs: incident_plans is one of incident.
func placeOf(name string) string {
	switch name {
	case "alert", "problem", "problems", "sent":
		return "watch"
	case "data-seal", "data-archive", "data-archive-plan", "data-unneeded", "data-less", "data-undo", "data-others", "data-closed":
		return "data"
	case "keys", "paper", "still", "unseal", "inside", "unpack", "recover", "recover_passphrase", "done", "holders", "remove", "let-in", "new-passphrase", "rekey", "left", "left-throw":
		return "vault"
	case "tablet", "quiz", "steps":
		return "team"
	case "end_not":
		return "settings"
	case "questions":
		return "today"
	case "exercise", "exercise_result":
		return "incident"
	}
	place, _, _ := strings.Cut(name, "_")
	return place
}

// page writes a page. It is drawn whole before anything is sent.
func (v *visit) page(name string, status int, data any) error {
	return v.draw(name, status, frameView{Data: data})
}

func (v *visit) draw(name string, status int, f frameView) error {
	f.Lang, f.Path, f.Style, f.Exercise, f.Staff = v.words.Lang, "/", v.style, v.exercise, v.staff
	f.Here = placeOf(name)
	for _, l := range i18n.Languages() {
		if l != f.Lang {
			f.Other = l
		}
	}
	if v.r.Method == http.MethodGet {
		f.Path = v.r.URL.RequestURI()
	}
	if !v.staff && !v.session.since.IsZero() && (!v.session.locked || !v.office.CanLock()) && v.office.Ready() && name != "unlock" && name != "locked" && name != "stranger" {
		f.Pages = places()
		if waits := v.newer.waits(); waits != "" {
			f.Newer = v.words.T("web.end.newer", v.o.Version, waits)
		}
	}
	if f.Alone = name == "ended" || name == "quiz_pin" || name == "quiz_sit" || name == "steps_mine"; f.Alone {
		f.Pages = nil
	}
	f.Home = v.staff && !f.Alone && name != "staff"
	f.Speaks = name != "ended" && (f.Pages != nil || (!v.session.since.IsZero() || v.staff && v.r.Method == http.MethodGet) && (v.staff || f.Alone || name == "quiz" || name == "steps" || name == "start" || name == "restore" || name == "restore_found"))
	var b bytes.Buffer
	t := v.pages[v.words.Lang].of[name]
	if t == nil {
		return fmt.Errorf("web: no page %q", name)
	}
	if err := t.ExecuteTemplate(&b, "frame.html", f); err != nil {
		return err
	}
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.WriteHeader(status)
	_, _ = b.WriteTo(v.w) // who went away does not read it
	return nil
}

// refusal is an answer that needs no more than its sentence and what to do.
type refusal struct {
	status int
	id     string // a key of the words; id + ".hint" says what to do
}

// errNoPage says that there is no such page.
var errNoPage error = refusal{http.StatusNotFound, "web.no-page"}

func (r refusal) Error() string { return r.id }

// failView says what went wrong and what to do next.
type failView struct {
	What, Do string
	Keys     bool // they can be made
	Recover  bool // the recovery sheet helps

	Typed []typed // what a person wrote in the form that failed
	Staff bool    // the staff read it
	Back  string  // the page from which it came; "/": not known
}

// fail makes a page of an error: what happened, on what, why, and what to do.
func (v *visit) fail(err error) {
	if errors.Is(err, context.Canceled) { // who asked has gone
		return
	}
	status, view := v.failure(err)
	view.Typed, view.Staff, view.Back = byHand(v.r.URL.Path, v.written()), v.staff, v.cameFrom()
	if err := v.page("failed", status, view); err != nil {
		http.Error(v.w, v.words.T("web.failed"), http.StatusInternalServerError)
	}
}

// failure puts an error into words, with its status.
func (v *visit) failure(err error) (status int, view failView) {
	w := v.words
	var f *fault.Error
	var no refusal
	var full noRoomError
	switch {
	case v.staff:
		return v.staffFailure(err)
	case errors.As(err, &full):
		what, do := full.words(w)
		return http.StatusRequestEntityTooLarge, failView{What: what, Do: do}
	case errors.As(err, &no):
		return no.status, failView{What: w.T(no.id), Do: w.T(no.id + ".hint"), Recover: no.id == "web.recover.gone"}
	case errors.As(err, &f):
		return statusOf(f.Code), faultView(w, f)
	}
	return http.StatusInternalServerError, failView{What: w.T("web.failed"), Do: w.T("web.failed.hint")}
}

// faultView puts a failure into words.
func faultView(w *i18n.Words, f *fault.Error) failView {
	view := failView{What: w.T(f.ID, f.Args...)}
	switch f.ID {
	case "fault.keys.damaged", "fault.keys.missing", "fault.keys.none", "fault.keys.exists", "fault.keys.no-passphrase":
		view.Recover = true
	}
	view.Keys = f.ID == "fault.keys.none"
	if f.Path != "" {
		view.What += ": " + f.Path
	}
	c := fault.Cause(f.Err)
	if c != "" {
		view.What += " (" + w.T("cause."+c) + ")"
	}
	view.What = capital(view.What)
	if hint := "cause." + c + ".hint"; c != "" && w.Has(hint) {
		view.Do = w.T(hint)
	} else if hint := "web.fault." + strings.TrimPrefix(f.ID, "fault.") + ".hint"; w.Has(hint) { // what to do on the page, where a terminal has a command
		view.Do = w.T(hint)
	} else if hint := f.ID + ".hint"; w.Has(hint) {
		view.Do = strings.ReplaceAll(w.T(hint), "`", "")
	}
	return view
}

// statusOf is the one place where our codes turn into those of HTTP.
func statusOf(c fault.Code) int {
	switch c {
	case fault.Usage, fault.Data:
		return http.StatusUnprocessableEntity
	case fault.NoInput:
		return http.StatusNotFound
	case fault.NoPerm:
		return http.StatusForbidden
	case fault.Busy, fault.CannotMake:
		return http.StatusConflict
	case fault.Interrupted:
		return http.StatusServiceUnavailable
	case fault.Bug, fault.IO, fault.Config:
	}
	return http.StatusInternalServerError
}

// recovered makes a page of a panic, and tells nothing of what was in our hands.
func (v *visit) recovered() {
	if r := recover(); r != nil {
		if r == http.ErrAbortHandler { //nolint:errorlint // the value itself: a file broke off on the way
			panic(r)
		}
		v.fail(&fault.Error{Code: fault.Bug, ID: "fault.bug", Args: []any{fmt.Sprintf("%T", r)}})
	}
}

// refuse answers what did not get as far as a visit.
func (s *Server) refuse(w http.ResponseWriter, r *http.Request, status int, id string) {
	v := &visit{Server: s, w: w, r: r}
	known, _ := s.find(r, false)
	v.session.lang = known.lang
	v.speak()
	v.fail(refusal{status, id})
}

// asset gives the style and the script. Their address changes with their content, so that they
// may be kept.
func asset(v *visit) error {
	name := v.r.PathValue("file")
	b, err := staticFiles.ReadFile("static/" + name)
	if err != nil {
		return refusal{http.StatusNotFound, "web.no-page"}
	}
	kind := map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}[path.Ext(name)]
	v.w.Header().Set("Content-Type", kind)
	if v.r.URL.Query().Get("v") == v.style {
		v.w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	}
	_, _ = v.w.Write(b)
	return nil
}

// assetsTag names the content of the files under static/.
func assetsTag() string {
	h := sha256.New()
	names, _ := fs.Glob(staticFiles, "static/*")
	for _, name := range names {
		b, _ := staticFiles.ReadFile(name)
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil))[:12]
}

// capital begins a sentence: those of faults go on after a colon elsewhere.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

func trimmed(s string) string { return strings.TrimSpace(s) }
