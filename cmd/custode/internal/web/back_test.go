package web

import (
	"net/http"
	"net/url"
	"testing"
)

// TestBack: what fails, and who asks for the passphrase, lead back to the page that it came from, if that can be looked
// at again and is ours.
func TestBack(t *testing.T) {
	s, m := requestSite(t)
	from := func(page string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Referer", page) }
	}
	ours := "http://" + testHost
	for page, back := range map[string]string{
		ours + "/privacy/requests/7":        "/privacy/requests/7",
		ours + "/journal?day=2026-11-28":    "/journal?day=2026-11-28",
		ours + "/privacy/requests/7/search": "/", // the answer to a form
		ours + "/enter/abc":                 "/",
		ours + "/nowhere":                   "/",
		"http://evil.test/journal":          "/",
		"":                                  "/",
	} {
		r := s.send("GET", "/privacy/requests/7/found", "", from(page))
		if back == "/" {
			back = `<p class="row"><a class="button" href="/">`
		} else {
			back = `<a class="button first" href="` + back + `">Back</a>`
		}
		want(t, r, http.StatusNotFound, back)
	}
	if m.held {
		t.Fatal("the keys are at hand")
	}
	want(t, s.send("POST", "/privacy/requests/7/search", "also-name=Zita+Esempio", from(ours+"/privacy/requests/7")), http.StatusOK, `<p><a href="/privacy/requests/7">`)
	again := url.Values{"passphrase": {"wrong"}, "came-from": {"/privacy/requests/7"}, "also-name": {"Zita Esempio"}}.Encode()
	want(t, s.send("POST", "/privacy/requests/7/search", again, from(ours+"/privacy/requests/7/search")), http.StatusForbidden, `<p><a href="/privacy/requests/7">`, `name="also-name" value="Zita Esempio"`)
}
