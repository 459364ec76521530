package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"custode/internal/i18n"
)

// need is what a request must have.
type need int

const (
	anyone  need = iota // the guard is enough: style, script, the way in
	known               // a session, locked or not
	present             // a session that is not locked, of a shop that was set up
	fresh               // a session, and a shop that was not set up yet
)

// route is one line of the table. What changes something is a POST, always.
type route struct {
	method, pattern string
	needs           need
	serve           func(*visit) error
	upload          bool // the body is not a form, and the handler reads it itself
}

// routes is the whole table: what is not in it is not answered. A test walks it.
func routes() []route {
	all := []route{
		{"GET", "/static/{file}", anyone, asset, false},
		{"GET", "/enter/{link}", anyone, enterByLink, false},
		{"POST", "/link", anyone, giveLink, false},
		{"GET", "/unlock", known, showUnlock, false},
		{"POST", "/unlock", known, unlock, false},
		{"POST", "/lock", known, lock, false},
		{"POST", "/language", known, chooseLanguage, false},
		{"GET", "/work/{id}", known, showWork, false},
		{"GET", "/work/{id}/events", known, followWork, false},
	}
	for _, some := range [][]route{
		startRoutes(),
		restoreRoutes(),
		folderRoutes(),
		todayRoutes(),
		tabletRoutes(),
		todayActRoutes(),
		dataRoutes(),
		archiveRoutes(),
		insideRoutes(),
		lessRoutes(),
		othersRoutes(),
		vaultRoutes(),
		unsealRoutes(),
		brokenRoutes(),
		keyRoutes(),
		recoverRoutes(),
		holderRoutes(),
		rekeyRoutes(),
		leftRoutes(),
		watchRoutes(),
		watchRunRoutes(),
		decoyRoutes(),
		problemRoutes(present),
		incidentRoutes(),
		teamRoutes(),
		incidentFactRoutes(),
		incidentPaperRoutes(),
		evidenceRoutes(),
		quizRoutes(),
		stepRoutes(),
		contactRoutes(),
		registerRoutes(),
		recordRoutes(),
		exerciseRoutes(),
		openRoutes(),
		journalRoutes(),
		settingsRoutes(),
		mailRoutes(),
		channelRoutes(),
		backupRoutes(),
		endRoutes(),
		privacyRoutes(),
		requestRoutes(),
		choiceRoutes(),
		mapRoutes(),
	} {
		all = append(all, some...)
	}
	return all
}

// Pages lists the patterns of all that can be looked at, for tests and benchmarks that walk through the whole page.
func Pages() []string { return looks(routes()) }

// StaffPages are those of the door for the staff.
func StaffPages() []string { return looks(staffRoutes()) }

func looks(table []route) (patterns []string) {
	for _, r := range table {
		if r.method == http.MethodGet {
			patterns = append(patterns, r.pattern)
		}
	}
	return patterns
}

// visit is one request that may go on.
type visit struct {
	*Server
	w       http.ResponseWriter
	r       *http.Request
	session session
	words   *i18n.Words
	office  Office

	exercise bool // it is of an exercise: the office has those instead of the incidents
	upload   bool // as of the route
	mux      *http.ServeMux
}

func (v *visit) ctx() context.Context { return v.r.Context() }

// now is the time in the zone of this computer.
func (v *visit) now() time.Time { return v.o.Now() }

// field is what a form or the address says, without the blanks around.
func (v *visit) field(name string) string { return trimmed(v.r.FormValue(name)) }

// id reads the number of a thing, 1 or more, in a part of the address; none is the error where there is no such number.
func (v *visit) id(part string, none error) (int64, error) {
	n, err := strconv.ParseInt(v.r.PathValue(part), 10, 64)
	if err != nil || n < 1 {
		return 0, none
	}
	return n, nil
}

// go on with another page, so that a reload does not send the form again.
func (v *visit) see(path string) error {
	http.Redirect(v.w, v.r, path, http.StatusSeeOther)
	return nil
}

// serve lets a request through to its handler if it has what the route needs.
func (s *Server) serve(mux *http.ServeMux, rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := &visit{Server: s, w: w, r: r, mux: mux, upload: rt.upload}
		bench := strings.HasPrefix(rt.pattern, quizBench.path()) || strings.HasPrefix(rt.pattern, stepBench.path())
		sess, there := s.find(r, rt.pattern != "/work/{id}/events" && !bench)
		if there && bench { // the owner's session is not used by who sits there, but the page is
			s.doors.use(s.o.Now())
		}
		v.session = sess
		v.speak()
		defer v.recovered()
		if !rt.upload {
			r.Body = http.MaxBytesReader(w, r.Body, mostForm)
			if err := r.ParseForm(); err != nil {
				v.fail(tooLong(err))
				return
			}
		}
		if v.admitted(rt, there) {
			_ = http.NewResponseController(w).SetReadDeadline(time.Time{}) // what comes now has the time it needs: see Serve
			if err := rt.serve(v); err != nil {
				v.fail(err)
			}
		}
	})
}

// admitted answers itself what may not go on.
func (v *visit) admitted(rt route, there bool) bool {
	switch {
	case rt.needs == anyone:
		return true
	case !there:
		v.stranger()
		return false
	case rt.needs == known:
		return true
	case v.session.locked && v.office.CanLock():
		v.askPassphrase()
		return false
	case v.session.locked: // without keys there is no passphrase: only a new link opens
		v.stranger()
		return false
	case rt.needs == present && !v.office.Ready():
		_ = v.see("/start")
		return false
	case rt.needs == fresh && v.office.Ready():
		_ = v.see("/")
		return false
	}
	return true
}

// speak chooses the language: the one of the session, else what was chosen on this tablet before, else that of the shop.
func (v *visit) speak() {
	lang := v.session.lang
	if c, err := v.r.Cookie(tongue); lang == "" && v.staff && err == nil && v.pages[c.Value] != nil {
		lang = c.Value
	}
	if lang == "" {
		lang = v.o.Lang
	}
	v.words, v.office = v.pages[lang].words, v.o.Office(lang)
}

// tooLong tells a form that is too long from one that is broken.
func tooLong(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return refusal{http.StatusRequestEntityTooLarge, "web.too-long"}
	}
	return refusal{http.StatusBadRequest, "web.broken-form"}
}

// enterByLink opens a session. For another user of this computer it opens none, and the link is as good as before.
func enterByLink(v *visit) error {
	if v.otherUser() {
		return refusal{http.StatusForbidden, "web.other-user"}
	}
	c, ok := v.enter(v.r.PathValue("link"))
	if !ok {
		if _, there := v.find(v.r, true); there { // the back button, or the link a second time
			return v.see("/")
		}
		return refusal{http.StatusForbidden, "web.old-link"}
	}
	http.SetCookie(v.w, &http.Cookie{Name: cookie, Value: c, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode}) //nolint:gosec // this computer alone, without TLS: some browsers keep no Secure cookie then
	// A redirect would be part of the visit from elsewhere, to which no strict cookie is given.
	return v.page("enter", http.StatusOK, nil)
}

// local takes only a path of our own as the way back.
func local(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || len(path) == 0 || path[0] != '/' || len(path) > 1 && (path[1] == '/' || path[1] == '\\') {
		return "/"
	}
	return path
}

// A tablet speaks the language that was chosen on it also when its session has ended: it is kept in a cookie that opens
// nothing.
const (
	tongue      = "custode-language"
	tongueLives = 365 * 24 * time.Hour
)

// chooseLanguage is for this browser, until it is chosen anew.
func chooseLanguage(v *visit) error {
	lang := v.field("lang")
	if v.pages[lang] == nil {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	v.change(v.r, func(s *session) { s.lang = lang })
	if v.staff {
		http.SetCookie(v.w, &http.Cookie{Name: tongue, Value: lang, Path: "/", MaxAge: int(tongueLives / time.Second), HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode})
	}
	return v.see(local(v.field("back")))
}
