package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"custode/internal/secret"
)

const testHost = "shop.localhost:8750"

// madeUp is an office for tests: nothing in it is real. What a test does not set says nothing.
type madeUp struct {
	Office // the subjects that a test does not make up itself

	mu      sync.Mutex
	ready   bool
	keys    bool
	open    bool
	today   Today
	err     error
	checked int // times the check was held anew
	broken  []BrokenOff
	door    Tablet
	doorErr error // why it does not open
	always  bool  // it opens by itself
}

const madeUpPass = "correct horse"

func (m *madeUp) Ready() bool   { m.mu.Lock(); defer m.mu.Unlock(); return m.ready }
func (m *madeUp) CanLock() bool { return m.keys }
func (m *madeUp) Lock()         { m.mu.Lock(); defer m.mu.Unlock(); m.open = false }

func (m *madeUp) Unlock(_ context.Context, p secret.Bytes) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if string(p.Reveal()) != madeUpPass {
		return ErrWrong
	}
	m.open = true
	return nil
}

func (m *madeUp) Today(_ context.Context, anew bool) (Today, error) {
	if anew {
		m.checked++
	}
	return m.today, m.err
}

func (m *madeUp) BrokenOff(context.Context) ([]BrokenOff, error) { return m.broken, nil }

func (m *madeUp) Tablet() Tablet {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.door
	t.Always = m.always
	return t
}

func (m *madeUp) Countries() []Country { return []Country{{"FR", "France"}, {"IT", "It<a>ly"}} }

func (m *madeUp) OpenDoor() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.doorErr == nil {
		m.door = Tablet{Server: &Server{}, Addresses: func() []string { return nil }}
	}
	return m.doorErr
}

func (m *madeUp) KeepDoor(always bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.always = always
	return nil
}

func (m *madeUp) ShutDoor() { m.mu.Lock(); defer m.mu.Unlock(); m.door = Tablet{} }

// site is a server with a clock that a test sets forward, and a browser that was let in.
type site struct {
	*Server
	*madeUp
	t   *testing.T
	now time.Time
	mu  sync.Mutex
	jar string // the cookie
}

// newSite makes a server of a shop that was set up, and a browser that was let in by its link.
func newSite(t *testing.T) *site {
	t.Helper()
	s := newDoor(t)
	link := strings.TrimPrefix(s.Link(), "http://"+testHost)
	r := s.get(link)
	for _, c := range r.Cookies() {
		s.jar = c.Value
	}
	if r.StatusCode != http.StatusOK || s.jar == "" {
		t.Fatalf("not let in: %s", r.Status)
	}
	return s
}

// newDoor makes a server that has let nobody in.
func newDoor(t *testing.T) *site {
	t.Helper()
	s := &site{madeUp: &madeUp{ready: true, keys: true}, t: t, now: time.Date(2026, 11, 29, 9, 0, 0, 0, time.UTC)}
	var err error
	s.Server, err = New(Options{Host: testHost, Key: "key", Lang: "en", Office: func(string) Office { return s.madeUp }, Now: func() time.Time { s.mu.Lock(); defer s.mu.Unlock(); return s.now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Server.Close)
	return s
}

func (s *site) forward(d time.Duration) { s.mu.Lock(); defer s.mu.Unlock(); s.now = s.now.Add(d) }

// send sends a request as the browser would, after change.
func (s *site) send(method, path, body string, change func(*http.Request)) *http.Response {
	s.t.Helper()
	r := httptest.NewRequestWithContext(s.t.Context(), method, "http://"+testHost+path, strings.NewReader(body))
	if s.jar != "" {
		r.AddCookie(&http.Cookie{Name: cookie, Value: s.jar})
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://"+testHost)
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Result()
}

func (s *site) get(path string) *http.Response { s.t.Helper(); return s.send("GET", path, "", nil) }

func (s *site) post(path string, form url.Values) *http.Response {
	s.t.Helper()
	return s.send("POST", path, form.Encode(), nil)
}

// text is the body of an answer.
func text(t *testing.T, r *http.Response) string {
	t.Helper()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.ToValidUTF8(b, nil))
}

// want holds an answer to its status, and to parts of its text.
func want(t *testing.T, r *http.Response, status int, parts ...string) string {
	t.Helper()
	body := text(t, r)
	if r.StatusCode != status {
		t.Errorf("%d, want %d: %s", r.StatusCode, status, body)
	}
	for _, p := range parts {
		if !strings.Contains(body, p) {
			t.Errorf("no %q in %s", p, body)
		}
	}
	return body
}
