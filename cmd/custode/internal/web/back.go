package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// cameFrom is the page of ours from which a request came, as the browser says; "/" if it does not, or if that page
// cannot be looked at again: the answer to a form.
func (v *visit) cameFrom() string {
	u, err := url.Parse(v.r.Referer())
	if err != nil || !strings.EqualFold(u.Host, v.r.Host) || !v.looksAt(u.Path) || v.r.Method == http.MethodGet && u.Path == v.r.URL.Path {
		return "/"
	}
	return local(u.RequestURI())
}

// looksAt reports whether there is a page at a path for who was let in.
func (v *visit) looksAt(path string) bool {
	_, pattern := v.mux.Handler(&http.Request{Method: http.MethodGet, URL: &url.URL{Path: path}})
	return slices.ContainsFunc(v.table, func(r route) bool {
		return r.needs != anyone && r.method+" "+r.pattern == pattern
	})
}
