package web

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/internal/fault"
)

const staffHost = "192.168.1.20:8751"

// newTablet makes the door for the staff, and a tablet that was let in by its code.
func newTablet(t *testing.T) *site {
	t.Helper()
	s := newDoor(t)
	var err error
	s.Server, err = NewStaff(s.o, func(host string) bool { return host == staffHost })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Server.Close)
	digits, until := s.Code()
	if len(digits) != 6 || !until.Equal(s.now.Add(codeLives)) {
		t.Fatal(digits, until)
	}
	r := s.tap("POST", "/code", url.Values{"code": {digits[:3] + " " + digits[3:]}}.Encode(), nil)
	if r.StatusCode != http.StatusSeeOther || len(r.Cookies()) != 1 || !r.Cookies()[0].Secure || !r.Cookies()[0].HttpOnly {
		t.Fatal(r.Status, r.Cookies())
	}
	s.jar = r.Cookies()[0].Value
	return s
}

// tap sends a request as the tablet would.
func (s *site) tap(method, path, body string, change func(*http.Request)) *http.Response {
	s.t.Helper()
	return s.send(method, path, body, func(r *http.Request) {
		r.Host = staffHost
		if method == http.MethodPost {
			r.Header.Set("Origin", "https://"+staffHost)
		}
		if change != nil {
			change(r)
		}
	})
}

// TestStaffDoor walks both tables: the door for the staff answers its own routes and none of the
// page's, refuses other names and origins, and to a stranger it shows the code only.
func TestStaffDoor(t *testing.T) {
	s := newTablet(t)
	own := map[string]bool{}
	for _, rt := range staffRoutes() {
		own[rt.method+" "+rt.pattern] = true
	}
	for _, rt := range routes() {
		path, name := pathOf(rt.pattern), rt.method+" "+rt.pattern
		if own[name] {
			continue
		}
		if r := s.tap(rt.method, path, "", nil); r.StatusCode != http.StatusNotFound && r.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("%s: answered to the staff: %s", name, r.Status)
		}
	}
	if r := s.tap("GET", "/", "", nil); strings.Contains(text(t, r), `href="/vault"`) {
		t.Error("the staff's page leads to the owner's")
	}
	for _, rt := range staffRoutes() {
		path, name := pathOf(rt.pattern), rt.method+" "+rt.pattern
		for _, host := range []string{"evil.test", testHost, "192.168.1.20", "192.168.1.21:8751", "127.0.0.1:8751", "localhost:8751"} {
			if r := s.tap(rt.method, path, "", func(r *http.Request) { r.Host = host }); r.StatusCode != http.StatusMisdirectedRequest {
				t.Errorf("%s: sent to %s: %s", name, host, r.Status)
			}
		}
		for _, origin := range []string{"https://evil.test", "http://" + staffHost, "https://192.168.1.20"} {
			if r := s.tap(rt.method, path, "", func(r *http.Request) { r.Header.Set("Origin", origin) }); r.StatusCode != http.StatusForbidden {
				t.Errorf("%s: from %s: %s", name, origin, r.Status)
			}
		}
		if rt.needs == anyone {
			continue
		}
		if r := s.tap(rt.method, path, "", func(r *http.Request) { r.Header.Del("Cookie") }); r.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s: without a session: %s", name, r.Status)
		}
	}
	body := text(t, s.tap("GET", "/", "", func(r *http.Request) { r.Header.Del("Cookie") }))
	if !strings.Contains(body, `name="code"`) || strings.Contains(body, `class="button first wide"`) {
		t.Errorf("a stranger sees more than the code: %s", body)
	}
}

// TestTabletKeepsItsLanguage also when its session has ended, and before it was let in.
func TestTabletKeepsItsLanguage(t *testing.T) {
	s := newTablet(t)
	for _, jar := range []string{s.jar, ""} {
		s.jar = jar
		r := s.tap("POST", "/language", url.Values{"lang": {"it"}, "back": {"/quiz"}}.Encode(), nil)
		if len(r.Cookies()) != 1 || r.Cookies()[0].Value != "it" || r.Cookies()[0].MaxAge < 1 || r.Header.Get("Location") != "/quiz" {
			t.Fatal(r.Status, r.Cookies())
		}
		kept := func(c *http.Cookie) func(*http.Request) { return func(r *http.Request) { r.AddCookie(c) } }
		s.jar = ""
		want(t, s.tap("GET", "/", "", kept(r.Cookies()[0])), http.StatusOK, `<html lang="it">`, `name="code"`, `value="en"`)
		digits, _ := s.Code()
		in := s.tap("POST", "/code", url.Values{"code": {digits}}.Encode(), kept(r.Cookies()[0]))
		if s.jar = in.Cookies()[0].Value; in.StatusCode != http.StatusSeeOther {
			t.Fatal(in.Status)
		}
		want(t, s.tap("GET", "/", "", nil), http.StatusOK, `<html lang="it">`, `href="/quiz"`)
		s.jar = ""
		want(t, s.tap("GET", "/", "", kept(&http.Cookie{Name: tongue, Value: "xx"})), http.StatusOK, `<html lang="en">`)
	}
}

// TestCode: six digits for a quarter of an hour; guessing is slow; new ones end the old.
func TestCode(t *testing.T) {
	s := newTablet(t)
	s.jar = ""
	try := func(digits string) int {
		return s.tap("POST", "/code", url.Values{"code": {digits}}.Encode(), nil).StatusCode
	}
	old, _ := s.Code()
	digits, _ := s.Code()
	if got := try(old); old != digits && got != http.StatusForbidden {
		t.Error("old digits:", got)
	}
	for _, wrong := range []string{"", "12345", digits + "0"} {
		if got := try(wrong); got != http.StatusForbidden && got != http.StatusTooManyRequests {
			t.Errorf("%q: %d", wrong, got)
		}
	}
	s.forward(mostWait)
	if got := try(digits); got != http.StatusSeeOther {
		t.Error(got)
	}
	tries := 0
	for range int(codeLives / time.Second) {
		if try("x") == http.StatusForbidden {
			tries++
		}
		s.forward(time.Second)
	}
	if tries > 25 {
		t.Errorf("%d guesses of a million while the digits are good", tries)
	}
	s.forward(mostWait)
	if got := try(digits); got != http.StatusForbidden {
		t.Error("digits of a quarter of an hour ago:", got)
	}
	fresh, _ := newDoor(t).Code()
	if d := newDoor(t); d.code.right(fresh, d.now) || d.code.right("", d.now) {
		t.Error("a door without a code opens")
	}
}

// TestTabletPage shows the owner the address, the fingerprint and, asked for, the code.
func TestTabletPage(t *testing.T) {
	s := newSite(t)
	want(t, s.get("/tablet"), http.StatusOK, "This door is shut", `action="/tablet/open"`)
	staff := newTablet(t)
	s.door = Tablet{Server: staff.Server, Fingerprint: "AA:0F", Addresses: func() []string { return []string{staffHost, "10.0.0.2:8751"} }}
	body := want(t, s.get("/tablet"), http.StatusOK, "https://"+staffHost+"/", "https://10.0.0.2:8751/", "<svg", "AA", ">Show the six digits<")
	if strings.Contains(body, `class="clock"`) {
		t.Error("a code without being asked for")
	}
	body = want(t, s.post("/tablet", url.Values{}), http.StatusOK, `class="clock"`, "type these six digits", ">Show new digits<")
	if !regexp.MustCompile(`Good until \d\d:\d\d\.`).MatchString(body) {
		t.Error("not until when on this day:", body)
	}
	_, rest, _ := strings.Cut(body, `<p class="clock" role="status">`)
	digits, _, _ := strings.Cut(rest, "<")
	staff.jar = ""
	if r := staff.tap("POST", "/code", url.Values{"code": {digits}}.Encode(), nil); r.StatusCode != http.StatusSeeOther {
		t.Errorf("%q: %s", digits, r.Status)
	}
	if strings.Contains(body, "another address") {
		t.Error("the door is said to be elsewhere")
	}
	s.door.Moved = "8749"
	want(t, s.get("/tablet"), http.StatusOK, "another address: there, at port 8749", ">Keep the new address<")
	s.door.Addresses = func() []string { return nil }
	want(t, s.get("/tablet"), http.StatusOK, "in no network", `action="/tablet/shut"`)
	if to := s.post("/tablet/shut", nil).Header.Get("Location"); to != "/tablet?noted=shut" || s.door.Server != nil {
		t.Error(to, s.door)
	}
	want(t, s.get("/tablet?noted=shut"), http.StatusOK, `role="status"`, "This door is shut")
	for _, always := range []string{"1", ""} {
		if to := s.post("/tablet/open", url.Values{"always": {always}}).Header.Get("Location"); to != "/tablet" || s.door.Server == nil || s.always != (always != "") {
			t.Error(to, s.door, s.always)
		}
		if to := s.post("/tablet/always", url.Values{"always": {always}}).Header.Get("Location"); to != "/tablet#always" || s.always != (always != "") {
			t.Error(to, s.always)
		}
	}
	s.door = Tablet{Failed: fault.New(fault.CannotMake, "fault.serve.door-taken", "8751")}
	want(t, s.get("/tablet"), http.StatusOK, `role="alert"`, "Another program holds", "8751", `action="/tablet/open"`)
	s.doorErr = fault.New(fault.CannotMake, "fault.keys.none")
	want(t, s.post("/tablet/open", nil), http.StatusConflict, `href="/vault">Make the keys<`)
	s.doorErr = fault.New(fault.CannotMake, "fault.serve.door")
	want(t, s.post("/tablet/open", nil), http.StatusConflict, "could not be opened")
}

// TestCertificate: kept while it is good, made anew when it is old or the addresses have changed.
func TestCertificate(t *testing.T) {
	now := time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)
	raw, err := NewCertificate([]string{"192.168.1.20"}, now)
	if err != nil {
		t.Fatal(err)
	}
	_, first, err := ReadCertificate(raw, []string{"192.168.1.20"}, now.AddDate(1, 0, 0))
	if err != nil || len(first) != 32*3-1 {
		t.Fatal(first, err)
	}
	for name, c := range map[string]struct {
		addresses []string
		now       time.Time
	}{
		"another address": {[]string{"192.168.1.21"}, now},
		"one more":        {[]string{"192.168.1.20", "10.0.0.2"}, now},
		"about to end":    {nil, now.Add(certLives - certEarly + time.Second)},
		"not yet":         {nil, now.Add(-2 * time.Hour)},
	} {
		if _, _, err := ReadCertificate(raw, c.addresses, c.now); !errors.Is(err, errStale) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := ReadCertificate(raw[:100], nil, now); err == nil {
		t.Error("a broken file is read")
	}
}

// TestStaffTLS: over the network there is TLS only, and the page's name opens nothing there.
func TestStaffTLS(t *testing.T) {
	s := newDoor(t)
	now := time.Now()
	raw, err := NewCertificate([]string{"127.0.0.1"}, now)
	if err != nil {
		t.Fatal(err)
	}
	cert, _, err := ReadCertificate(raw, nil, now)
	if err != nil {
		t.Fatal(err)
	}
	l, err := ListenStaff(t.Context(), "0", cert)
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(l.Addr().String())
	staff, err := NewStaff(s.o, func(host string) bool { return slices.Contains([]string{"127.0.0.1:" + port}, host) })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- staff.Serve(ctx, l) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}}
	defer client.CloseIdleConnections()
	for url, status := range map[string]int{"https://127.0.0.1:" + port + "/": 200, "http://127.0.0.1:" + port + "/": 400, "https://127.0.0.1:" + port + "/journal": 404, "https://localhost:" + port + "/": 421} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		a, err := client.Do(r)
		if err != nil {
			t.Errorf("%s: %v", url, err)
			continue
		}
		if _ = a.Body.Close(); a.StatusCode != status {
			t.Errorf("%s: %s, want %d", url, a.Status, status)
		}
	}
}

// TestStaffDoorNeverLocks: the owner's keys are let go of when the owner's page is idle, never because nobody is at
// the tablet, nor when its door shuts.
func TestStaffDoorNeverLocks(t *testing.T) {
	open := func(s *site) bool { s.madeUp.mu.Lock(); defer s.madeUp.mu.Unlock(); return s.madeUp.open }
	unlocked := func(s *site) { s.madeUp.mu.Lock(); defer s.madeUp.mu.Unlock(); s.madeUp.open = true }
	tablet := newTablet(t)
	unlocked(tablet)
	tablet.tidy()
	tablet.forward(2 * idleLocks)
	tablet.tidy()
	if !open(tablet) {
		t.Error("an idle tablet locks the owner's keys")
	}
	if tablet.Server.Close(); !open(tablet) {
		t.Error("the end of the staff's door locks the owner's keys")
	}
	page := newSite(t)
	unlocked(page)
	if page.tidy(); !open(page) {
		t.Error("a page in use is locked")
	}
	page.forward(2 * idleLocks)
	if page.tidy(); open(page) {
		t.Error("an idle page is not locked")
	}
}
