package web

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"
)

// pathOf fills in the parts of a pattern.
func pathOf(pattern string) string {
	return regexp.MustCompile(`\{[a-z]+(\.\.\.)?\}`).ReplaceAllString(strings.TrimSuffix(pattern, "{$}"), "1")
}

// TestEveryRouteRefuses walks the whole table: each route refuses another name, another origin, a
// stranger, a locked session and the wrong method, and nothing that is not in the table is answered.
func TestEveryRouteRefuses(t *testing.T) {
	s := newSite(t)
	for _, rt := range routes() {
		path, name := pathOf(rt.pattern), rt.method+" "+rt.pattern
		for _, host := range []string{"evil.test:8750", "127.0.0.1:8750", "localhost:8750", "shop.localhost", "shop.localhost:8751", "xshop.localhost:8750"} {
			if r := s.send(rt.method, path, "", func(r *http.Request) { r.Host = host }); r.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("%s: sent to %s: %s", name, host, r.Status)
			}
		}
		if rt.method == http.MethodPost {
			for say, change := range map[string]func(*http.Request){
				"another site":                 func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") },
				"another port of this machine": func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") },
				"another origin, old browser": func(r *http.Request) {
					r.Header.Del("Sec-Fetch-Site")
					r.Header.Set("Origin", "http://evil.test")
				},
				"no origin, old browser": func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "null") },
			} {
				if r := s.send(rt.method, path, "", change); r.StatusCode != http.StatusForbidden {
					t.Errorf("%s: from %s: %s", name, say, r.Status)
				}
			}
		}
		if r := s.send(rt.method, path, "", func(r *http.Request) { r.Header.Set("Origin", "http://evil.test") }); r.StatusCode != http.StatusForbidden {
			t.Errorf("%s: from another origin: %s", name, r.Status)
		}
		if r := s.send("DELETE", path, "", nil); r.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: DELETE: %s", name, r.Status)
		}
		if rt.needs == anyone {
			continue
		}
		if r := s.send(rt.method, path, "", func(r *http.Request) { r.Header.Del("Cookie") }); r.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: without a session: %s", name, r.Status)
		}
		if r := s.send(rt.method, path, "", func(r *http.Request) { r.Header.Set("Cookie", cookie+"=guessed") }); r.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: with a made-up session: %s", name, r.Status)
		}
	}
	if body := text(t, s.send("GET", "/", "", func(r *http.Request) { r.Header.Del("Cookie") })); !strings.Contains(body, "Double-click custode again") || strings.Contains(body, "terminal") {
		t.Errorf("a stranger is told: %s", body)
	}
	for _, path := range []string{"/nothing", "/static/../serve.json", "/static/custode.css/x", "/enter", "/debug/pprof/", "//evil.test/"} {
		if r := s.get(path); r.StatusCode != http.StatusNotFound && r.StatusCode != http.StatusMovedPermanently && r.StatusCode != http.StatusTemporaryRedirect {
			t.Errorf("%s: %s", path, r.Status)
		}
	}
}

// TestLockedRoutes wants every page and act closed while the page is locked, but for the way in.
func TestLockedRoutes(t *testing.T) {
	s := newSite(t)
	s.forward(idleLocks + time.Second)
	open := map[string]bool{"/unlock": true, "/lock": true, "/language": true, "/work/{id}": true, "/work/{id}/events": true}
	for _, rt := range recoverRoutes() { // each behind the recovery sheet: see TestRecoverLocked
		open[rt.pattern] = true
	}
	for _, rt := range append(quizRoutes(), stepRoutes()...) { // each behind the PIN of whoever sits there
		open[rt.pattern] = true
	}
	for _, rt := range routes() {
		if rt.needs == anyone || rt.needs == known && open[rt.pattern] {
			continue
		}
		if r := s.send(rt.method, pathOf(rt.pattern), "", nil); r.StatusCode != http.StatusForbidden || !strings.Contains(text(t, r), `type="password"`) {
			t.Errorf("%s %s: %s", rt.method, rt.pattern, r.Status)
		}
	}
}

// TestHeaders: each answer says what a browser may do with it.
func TestHeaders(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/", "/static/custode.css", "/nothing", "/unlock"} {
		h := s.get(path).Header
		if !strings.Contains(h.Get("Content-Security-Policy"), "default-src 'none'") || strings.Contains(h.Get("Content-Security-Policy"), "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" ||
			h.Get("Cross-Origin-Opener-Policy") != "same-origin" || h.Get("Cache-Control") == "" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

// TestLinks: a link opens once, within five minutes, and a made-up one never does.
func TestLinks(t *testing.T) {
	s := newDoor(t)
	path := func() string { return strings.TrimPrefix(s.Link(), "http://"+testHost) }
	first := path()
	c := s.get(first).Cookies()
	if len(c) != 1 || !c[0].HttpOnly || c[0].SameSite != http.SameSiteStrictMode || len(c[0].Value) < 26 {
		t.Fatalf("%+v", c)
	}
	want(t, s.get(first), http.StatusForbidden, "used already")
	want(t, s.get("/enter/"+strings.Repeat("a", 26)), http.StatusForbidden, "used already")
	late := path()
	s.forward(linkLives)
	want(t, s.get(late), http.StatusForbidden, "older than five minutes")
	second := path()
	if r := s.get(second); r.StatusCode != http.StatusOK || len(r.Cookies()) != 1 || r.Cookies()[0].Value == c[0].Value { // a second browser
		t.Errorf("%s", r.Status)
	}
	s.jar = c[0].Value
	if r := s.get(second); r.StatusCode != http.StatusSeeOther { // the back button
		t.Errorf("%s", r.Status)
	}
	s.forward(dayEnds)
	want(t, s.get("/"), http.StatusUnauthorized)
}

// TestOtherUser: another user of this computer is not let in by a link that was seen on its way to the browser, and
// the owner still is.
func TestOtherUser(t *testing.T) {
	s := newDoor(t)
	theirs := netip.MustParseAddrPort("127.0.0.1:40000")
	s.o.OtherUser = func(from, to netip.AddrPort) bool { return from == theirs && to.Port() == 8750 }
	link := strings.TrimPrefix(s.Link(), "http://"+testHost)
	from := func(port int) *http.Response {
		return s.send("GET", link, "", func(r *http.Request) {
			r.RemoteAddr = netip.AddrPortFrom(theirs.Addr(), uint16(port)).String()
			*r = *r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 8750}))
		})
	}
	r := from(40000)
	if want(t, r, http.StatusForbidden, "Another user of this computer"); len(r.Cookies()) > 0 {
		t.Error("let in")
	}
	want(t, from(40001), http.StatusOK)
}

// TestGiveLink gives a link to who has the key, never to a browser.
func TestGiveLink(t *testing.T) {
	s := newDoor(t)
	ask := func(key, from string) *http.Response {
		return s.send("POST", "/link", "", func(r *http.Request) {
			r.Header = http.Header{}
			r.Header.Set("Authorization", "Bearer "+key)
			if from != "" {
				r.Header.Set("Sec-Fetch-Site", from)
			}
		})
	}
	link := want(t, ask("key", ""), http.StatusOK, "http://"+testHost+"/enter/")
	want(t, s.get(strings.TrimPrefix(link, "http://"+testHost)), http.StatusOK)
	want(t, ask("kex", ""), http.StatusForbidden)
	want(t, ask("", ""), http.StatusForbidden)
	want(t, ask("key", "same-origin"), http.StatusForbidden)
}

// TestGiveWay: a page ends when a newer custode asks it for a link, not for an older one, nor while something goes on in it.
func TestGiveWay(t *testing.T) {
	s := newSite(t)
	s.o.Version = "1.1.0"
	ask := func(version, key string) int {
		return s.send("POST", "/link", "", func(r *http.Request) {
			r.Header = http.Header{versionHeader: {version}, "Authorization": {"Bearer " + key}}
		}).StatusCode
	}
	over := func() bool {
		select {
		case <-s.ends:
			return true
		default:
			return false
		}
	}
	s.works.all = map[int]*work{1: {}}
	if body := want(t, s.get("/tablet"), http.StatusOK, `href="/settings#end"`); strings.Contains(body, "newer custode") {
		t.Error("a newer custode before there was one")
	}
	for _, c := range []struct {
		version, key string
		want         int
	}{{"1.1.0", "key", http.StatusOK}, {"", "key", http.StatusOK}, {"1.2.0", "kex", http.StatusForbidden}, {"1.2.0", "key", http.StatusOK}} {
		if got := ask(c.version, c.key); got != c.want || over() {
			t.Errorf("%+v: %d, over: %v", c, got, over())
		}
	}
	want(t, s.get("/tablet"), http.StatusOK, "A newer custode, 1.2.0, was started. This is still 1.1.0")
	s.works.all[1].ended = true
	busy := true
	s.o.Going = func() Going { return Going{Files: busy} }
	if got := ask("1.2.0", "key"); got != http.StatusOK || over() {
		t.Errorf("while a file is open: %d, over: %v", got, over())
	}
	busy = false
	for _, not := range []string{"1.0.9", "dev", "1.1.0"} {
		if got := ask(not, "key"); got != http.StatusOK || over() {
			t.Errorf("for %s: %d, over: %v", not, got, over())
		}
	}
	if got := ask("1.2.0", "key"); got != http.StatusGone || !over() {
		t.Errorf("%d, over: %v", got, over())
	}
}

// TestDeserted: a page that was clicked open ends when nobody has used it for a while.
func TestDeserted(t *testing.T) {
	s := newSite(t)
	s.forward(1000 * time.Hour)
	if s.deserted() {
		t.Error("a page in a terminal ends by itself")
	}
	s.o.Idle = 12 * time.Hour
	if !s.deserted() {
		t.Error("it stays for ever")
	}
	s.Link()
	s.forward(11 * time.Hour)
	if s.deserted() {
		t.Error("it ends though somebody has just asked for a link")
	}
	s.forward(2 * time.Hour)
	s.works.all = map[int]*work{1: {}}
	if s.deserted() {
		t.Error("it ends while something goes on")
	}
	s.works.all = nil
	on := true
	s.o.Going = func() Going { return Going{Watch: on} }
	if s.deserted() {
		t.Error("it ends with the watch that runs in it")
	}
	on = false
	tablet := newTablet(t)
	tablet.forward(s.now.Sub(tablet.now))
	if s.door.Server = tablet.Server; !s.deserted() {
		t.Error("it stays for a tablet that nobody uses")
	}
	tablet.jar = tablet.admit("en")
	if tablet.tap("GET", "/", "", nil); s.deserted() {
		t.Error("it ends while the staff use the tablet")
	}
	tablet.forward(11 * time.Hour)
	tablet.tap("GET", "/quiz", "", nil)
	tablet.forward(2 * time.Hour)
	if s.forward(13 * time.Hour); s.deserted() {
		t.Error("it ends while the staff take their quizzes")
	}
}

// TestUnlock: what was typed when the page was locked is kept, over wrong tries, and sent only when it is said so.
func TestUnlock(t *testing.T) {
	s := newSite(t)
	s.forward(idleLocks + time.Second)
	typed := "it was <b>me</b> & nobody else"
	body := want(t, s.post("/check", url.Values{"note": {typed}, "passphrase": {"secret"}}), http.StatusForbidden, "is kept", `name="kept.note" value="it was &lt;b&gt;me&lt;/b&gt; &amp; nobody else"`)
	if strings.Contains(body, "secret") || s.checked != 0 {
		t.Errorf("a passphrase came back, or it was done: %s", body)
	}
	form := url.Values{"back": {"/check"}, "post": {"1"}, "kept.note": {typed}, "passphrase": {"wrong"}}
	want(t, s.post("/unlock", form), http.StatusForbidden, "not the passphrase", `name="kept.note"`)
	form.Set("passphrase", madeUpPass)
	want(t, s.post("/unlock", form), http.StatusOK, `<form method="post" action="/check">`, `name="note" value="it was`, "it was &lt;b&gt;me")
	if s.checked != 0 {
		t.Error("sent without being told to")
	}
	want(t, s.get("/"), http.StatusOK)
	for _, back := range []string{"//evil.test/", "http://evil.test/", `/\evil.test`, "javascript:alert(1)", ""} {
		s.forward(idleLocks + time.Second)
		r := s.post("/unlock", url.Values{"back": {back}, "passphrase": {madeUpPass}})
		if got := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || got != "/" {
			t.Errorf("back to %q: %s %q", back, r.Status, got)
		}
	}
}

// TestGuessing has to wait longer after each wrong try, and a right passphrase waits too.
func TestGuessing(t *testing.T) {
	s := newSite(t)
	s.forward(idleLocks + time.Second)
	try := func(pass string) int { return s.post("/unlock", url.Values{"passphrase": {pass}}).StatusCode }
	for range freeTries {
		if got := try("x"); got != http.StatusForbidden {
			t.Fatal(got)
		}
	}
	if got := try(madeUpPass); got != http.StatusTooManyRequests {
		t.Error("guessing goes on:", got)
	}
	tries := 0
	for at := s.now; s.now.Sub(at) < time.Hour; s.forward(time.Second) {
		if try("x") == http.StatusForbidden {
			tries++
		}
	}
	if tries > 70 {
		t.Errorf("%d tries in an hour", tries)
	}
	s.forward(mostWait)
	if got := try(madeUpPass); got != http.StatusSeeOther {
		t.Error(got)
	}
}

// TestStranger: the server was started anew in the middle of a form; the text is still there.
func TestStranger(t *testing.T) {
	s := newSite(t)
	s.doors.shut()
	want(t, s.post("/check", url.Values{"note": {"what <happened>"}}), http.StatusUnauthorized, "what &lt;happened&gt;")
}

// TestFlood: who asks for more than is answered at once is told so, and nobody waits for ever.
func TestFlood(t *testing.T) {
	s := newSite(t)
	for range mostAtOnce {
		s.slots <- struct{}{}
	}
	r := s.get("/")
	if want(t, r, http.StatusServiceUnavailable, "at once"); r.Header.Get("Retry-After") == "" {
		t.Error("nobody says when")
	}
	for range mostAtOnce {
		<-s.slots
	}
	want(t, s.get("/"), http.StatusOK)
}

// TestLongForm is refused, not cut.
func TestLongForm(t *testing.T) {
	s := newSite(t)
	want(t, s.post("/check", url.Values{"note": {strings.Repeat("x", mostForm)}}), http.StatusRequestEntityTooLarge, "too long")
	want(t, s.send("POST", "/check", "a=%zz", nil), http.StatusBadRequest, "incomplete")
	if s.checked != 0 {
		t.Error("done all the same")
	}
}

// TestWork goes on when nobody looks, tells how far it is, and how it ended.
func TestWork(t *testing.T) {
	s := newSite(t)
	goOn, at := make(chan struct{}), make(chan struct{})
	w := s.send("GET", "/", "", nil)
	_ = w.Body.Close()
	v := &visit{Server: s.Server, w: discard{}, r: w.Request, words: s.pages["en"].words}
	v.r, _ = http.NewRequestWithContext(t.Context(), http.MethodPost, "/x", nil)
	if err := v.begin("Looking", "/", func(_ context.Context, tell func(Progress)) (Outcome, error) {
		tell(Progress{Done: 30, Total: 120, Note: "in Clienti"})
		close(at)
		<-goOn
		return Outcome{Title: "Looked", Lines: []string{"12 files"}, Next: "/"}, nil
	}); err != nil {
		t.Fatal(err)
	}
	<-at
	want(t, s.get("/work/1"), http.StatusOK, `value="25"`, "in Clienti", "You can leave")
	close(goOn)
	s.all.Wait()
	want(t, s.get("/work/1"), http.StatusOK, "Looked", "12 files")
	want(t, s.get("/work/1/events"), http.StatusOK, `"ended":true`)
	want(t, s.get("/work/2"), http.StatusNotFound)
	want(t, s.get("/work/x"), http.StatusNotFound)
	if err := v.begin("Looking", "/", func(context.Context, func(Progress)) (Outcome, error) { panic("4111 1111 1111 1111") }); err != nil {
		t.Fatal(err)
	}
	s.all.Wait()
	if body := want(t, s.get("/work/2"), http.StatusOK, `role="alert"`); strings.Contains(body, "4111") {
		t.Error("a panic tells what was in our hands")
	}
}

type discard struct{}

func (discard) Header() http.Header         { return http.Header{} }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

// TestLanguages: the page speaks both, and a visitor may choose.
func TestLanguages(t *testing.T) {
	s := newSite(t)
	s.today = Today{Shop: "Bottega <Rossi>", Status: "act", First: &Thing{Status: "act", Tag: "RED", Title: "25 files lie open", Why: "w", Do: "d", Command: "custode encrypt"}}
	want(t, s.get("/"), http.StatusOK, `<html lang="en">`, "One thing to do first", "Bottega &lt;Rossi&gt;")
	if r := s.post("/language", url.Values{"lang": {"it"}, "back": {"/"}}); r.StatusCode != http.StatusSeeOther {
		t.Error(r.Status)
	}
	want(t, s.get("/"), http.StatusOK, `<html lang="it">`, "Una cosa da fare per prima")
	want(t, s.post("/language", url.Values{"lang": {"xx"}}), http.StatusBadRequest)
}
