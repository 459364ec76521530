package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"custode/internal/sample"
)

// lines is an output that several may write and read.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }

func (l *lines) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

var oneTime = regexp.MustCompile(`http://([a-z0-9]+\.localhost:\d+)(/enter/[a-z0-9]+)`)

// readableShop is shopAndHome with a shop in which everybody, root or not, can read each file.
func readableShop(t *testing.T) (shop, home string, truth sample.Truth) {
	t.Helper()
	shop, home, truth = shopAndHome(t)
	openUp(shop)
	if r := custode(t, home, "scan", "--json"); r.code > 1 {
		t.Fatalf("scan: %+v", r)
	}
	return shop, home, truth
}

// servedPage runs the page of a home, and gives a browser that was let in.
func servedPage(t *testing.T, home string, more ...string) *visitor {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var out lines
	env := map[string]string{"HOME": t.TempDir(), "CUSTODE_HOME": home, "LANG": "en_GB.UTF-8"}
	sh := &shell{in: os.Stdin, out: &out, err: &out, env: func(k string) string { return env[k] }, now: time.Now, width: 120, shelf: readOnce}
	ended := make(chan int, 1)
	go func() {
		ended <- sh.run(ctx, append([]string{"serve", "--no-browser", "--addr", "127.0.0.1:0"}, more...))
	}()
	v := &visitor{t: t, home: home, out: &out}
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != 0 {
			t.Errorf("serve: %d: %s", code, out.String())
		}
		if raw, err := os.ReadFile(filepath.Join(home, servedFile)); err != nil || strings.Contains(string(raw), "key") {
			t.Errorf("left behind: %s %v", raw, err)
		}
	})
	for end := time.Now().Add(time.Minute); v.host == ""; time.Sleep(10 * time.Millisecond) {
		if m := oneTime.FindStringSubmatch(out.String()); m != nil {
			v.host = m[1]
			v.enter(m[2])
		} else if time.Now().After(end) {
			t.Fatalf("no address: %s", out.String())
		}
	}
	return v
}

// visitor is a browser.
type visitor struct {
	t      *testing.T
	home   string
	host   string
	client *http.Client
	out    *lines // of the command
}

// enter opens a link.
func (v *visitor) enter(path string) {
	v.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		v.t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(v.host)
	tr := &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, network, "127.0.0.1:"+port)
	}}
	v.t.Cleanup(tr.CloseIdleConnections)
	v.client = &http.Client{Jar: jar, Transport: tr}
	if code, body := v.get(path); code != http.StatusOK {
		v.t.Fatalf("%d %s", code, body)
	}
}

func (v *visitor) do(method, path, body string) (int, string) {
	v.t.Helper()
	r, err := http.NewRequestWithContext(v.t.Context(), method, "http://"+v.host+path, strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "http://"+v.host)
	}
	answer, err := v.client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return answer.StatusCode, string(raw)
}

func (v *visitor) get(path string) (int, string) { v.t.Helper(); return v.do("GET", path, "") }
func (v *visitor) post(path, form string) (int, string) {
	v.t.Helper()
	return v.do("POST", path, form)
}

// sees wants a page to be there and to say something.
func (v *visitor) sees(path string, parts ...string) string {
	v.t.Helper()
	code, body := v.get(path)
	if code != http.StatusOK {
		v.t.Errorf("%s: %d %s", path, code, body)
	}
	for _, p := range parts {
		if !strings.Contains(body, p) {
			v.t.Errorf("%s: no %q in %s", path, p, body)
		}
	}
	return body
}

// TestServeToday: the page of a real shop shows the check that the command shows, and to look at
// it again is no new check.
func TestServeToday(t *testing.T) {
	_, home, _ := readableShop(t)
	v := servedPage(t, home)
	v.sees("/", "Act now", "25 files with personal data lie open", "Bottega")
	count := func() int { return strings.Count(custode(t, home, "journal", "show", "--json").out, `"check.done"`) }
	held := count()
	v.sees("/")
	if n := count(); n != held {
		t.Errorf("%d checks by looking, want %d", n, held)
	}
	if code, _ := v.post("/check", ""); code != http.StatusOK {
		t.Error(code)
	}
	if n := count(); n != held+1 {
		t.Errorf("%d checks after asking for one, want %d", n, held+1)
	}
	raw, err := os.ReadFile(filepath.Join(home, servedFile))
	if err != nil {
		t.Fatal(err)
	}
	var s served
	if err := json.Unmarshal(raw, &s); err != nil || s.host() != v.host {
		t.Fatal(err, s)
	}
	if info, err := os.Stat(filepath.Join(home, servedFile)); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Error(info.Mode(), err)
	}
	r := custode(t, home, "serve", "--no-browser", "--addr", "127.0.0.1:0") // a second one asks the first for a link
	m := oneTime.FindStringSubmatch(r.out)
	if r.code != 0 || m == nil || m[1] != v.host || !strings.Contains(r.out, "running already") {
		t.Fatalf("%+v", r)
	}
	v.sees("/tablet", "This door is shut")
	if r := custode(t, home, "serve", "--no-browser", "--lan"); r.code != 0 || !strings.Contains(r.out, "The door for the staff's tablet is open") || !strings.Contains(r.out, "/enter/") {
		t.Errorf("--lan is ignored: %+v", r)
	}
	v.sees("/tablet", "Shut the door")
	(&visitor{t: t, host: v.host}).enter(m[2])
	if code, _ := v.get(m[2]); code != http.StatusOK { // it sends us home, we have a session
		t.Error(code)
	}
}

// TestServeAddr: the page is for this computer alone.
func TestServeAddr(t *testing.T) {
	_, home, _ := shopAndHome(t)
	for _, addr := range []string{"0.0.0.0:8750", ":8750", "192.0.2.7:8750", "[::]:8750", "example.com:80", "127.0.0.1", "127.0.0.1:x", ""} {
		if r := custode(t, home, "serve", "--no-browser", "--addr", addr); r.code != 64 || !strings.Contains(r.err, "only for this computer") {
			t.Errorf("%q: %+v", addr, r)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if r := custode(t, home, "serve", "--no-browser", "--addr", l.Addr().String()); r.code != 73 || !strings.Contains(r.err, "127.0.0.1:0") {
		t.Errorf("%+v", r)
	}
}
