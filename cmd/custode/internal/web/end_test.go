package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// TestEnd: the button ends the page; not while something goes on that it would cut off, and that is said; a watch of
// its own ends with it for who says so.
func TestEnd(t *testing.T) {
	s := newSite(t)
	over := func() bool {
		select {
		case <-s.ends:
			return true
		default:
			return false
		}
	}
	var on Going
	s.o.Going = func() Going { return on }
	refused := func(form url.Values, parts ...string) {
		t.Helper()
		if want(t, s.post("/end", form), http.StatusConflict, parts...); over() {
			t.Fatal("it has ended all the same")
		}
	}
	s.works.all = map[int]*work{7: {title: "Sealing"}, 9: {title: "Looking", ended: true}}
	on = Going{Watch: true, Files: true}
	both := url.Values{"watch": {"1"}}
	refused(both, `href="/work/7">Sealing`, `href="/vault"`, "The watch runs within custode")
	s.works.all[7].ended = true
	refused(both, `href="/vault"`)
	on = Going{Watch: true}
	refused(nil, `name="watch" value="1"`, `href="/watch#stands"`)
	s.forward(idleLocks + 1)
	if r := s.post("/end", both); r.StatusCode != http.StatusForbidden || over() {
		t.Fatal("a locked page is ended by who does not know the passphrase:", r.Status)
	}
	s.jar = s.admit("en")
	body := want(t, s.post("/end", both), http.StatusOK, "custode has ended", "close this tab")
	if !over() || strings.Contains(body, "<nav") || strings.Contains(body, "<form") || strings.Contains(body, "href=\"/settings") {
		t.Errorf("over: %v, or the last page leads somewhere: %s", over(), body)
	}
}
