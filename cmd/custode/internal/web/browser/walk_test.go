package browser

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptrace"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
)

// reader reads pages without a browser, to find out which there are.
type reader struct {
	t    *testing.T
	base *url.URL
	http.Client
}

// newReader is let in by a link.
func newReader(t *testing.T, link string) *reader {
	t.Helper()
	base, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	dialer := net.Dialer{Timeout: 5 * time.Second}
	to := "127.0.0.1:" + base.Port() // Go does not know where names under .localhost lead
	r := &reader{t: t, base: base, Client: http.Client{
		Jar: jar, Timeout: time.Minute,
		Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, network, to)
		}},
	}}
	t.Cleanup(r.CloseIdleConnections)
	if a := r.read(link); a.status != http.StatusOK {
		t.Fatalf("not let in: %d", a.status)
	}
	return r
}

// answer is what a page sent.
type answer struct {
	status int
	kind   string
	body   string
	first  time.Duration // until the first byte
	at     string        // where it led
}

func (r *reader) read(path string) answer {
	r.t.Helper()
	at, err := r.base.Parse(path)
	if err != nil {
		r.t.Fatal(err)
	}
	var a answer
	var began time.Time
	trace := &httptrace.ClientTrace{GotFirstResponseByte: func() { a.first = time.Since(began) }}
	req, err := http.NewRequestWithContext(httptrace.WithClientTrace(r.t.Context(), trace), http.MethodGet, at.String(), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	began = time.Now()
	resp, err := r.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	a.status, a.kind, a.body, a.at = resp.StatusCode, resp.Header.Get("Content-Type"), string(body), resp.Request.URL.RequestURI()
	return a
}

// report reports a problem, as somebody of the shop does, and gives the address of the page that thanks.
func (r *reader) report() string {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodPost, r.base.Scheme+"://"+r.base.Host+"/problem/files", strings.NewReader("text=They+do+not+open&name=Luca&page=x"))
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := r.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		r.t.Fatalf("a problem cannot be reported: %s", resp.Status)
	}
	return resp.Request.URL.RequestURI()
}

// mostOfOne is how many addresses of one pattern are looked at.
const mostOfOne = 3

var links = regexp.MustCompile(`<a [^>]*href="(/[^"#]*)|<form method="get" action="(/[^"#]*)"`)

// walk follows every link from today's page, and gives the addresses of all pages, some of each
// pattern. That no page is forgotten, see everyPage.
func (r *reader) walk() (pages []string) {
	r.t.Helper()
	sent := r.report() // there is an alert now
	seen, of := map[string]bool{"/": true, sent: true}, map[string]int{}
	for queue := []string{"/", sent}; len(queue) > 0; queue = queue[1:] {
		path := queue[0]
		pattern := patternOf(path, web.Pages())
		if pattern == "" {
			r.t.Errorf("a link leads to %s, which is nowhere", path)
			continue
		}
		if of[pattern]++; of[pattern] > mostOfOne {
			continue
		}
		a := r.read(path)
		if a.status != http.StatusOK {
			r.t.Errorf("a link leads to %s: %d", path, a.status)
		}
		if !strings.HasPrefix(a.kind, "text/html") || a.at != path {
			continue
		}
		pages = append(pages, path)
		for _, m := range links.FindAllStringSubmatch(a.body, -1) {
			next := strings.ReplaceAll(m[1]+m[2], "&amp;", "&")
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	slices.Sort(pages)
	return pages
}
