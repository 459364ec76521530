package web

import (
	"context"
	"crypto/subtle"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// giveLink gives a link to another process of the same user, which has read the key where only
// that user can. It is never given to a browser.
func giveLink(v *visit) error {
	key, ok := strings.CutPrefix(v.r.Header.Get("Authorization"), "Bearer ")
	if wait := v.tries.wait(v.now()); wait > 0 || !ok || v.o.Key == "" || subtle.ConstantTimeCompare([]byte(key), []byte(v.o.Key)) != 1 || v.r.Header.Get("Sec-Fetch-Site") != "" {
		return refusal{http.StatusForbidden, "web.no-page"}
	}
	_, err := io.WriteString(v.w, v.Link())
	return err
}

// AskLink asks the page that runs at an address for a link; false if none does, or not ours.
func AskLink(ctx context.Context, addr, host, key string) (link string, ok bool) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { // the name leads here in browsers only
		var d net.Dialer
		return d.DialContext(ctx, "tcp", addr)
	}}}
	defer client.CloseIdleConnections()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+host+"/link", nil)
	if err != nil {
		return "", false
	}
	r.Header.Set("Authorization", "Bearer "+key)
	answer, err := client.Do(r)
	if err != nil {
		return "", false
	}
	defer answer.Body.Close() // read below
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	link = string(body)
	return link, err == nil && answer.StatusCode == http.StatusOK && strings.HasPrefix(link, "http://"+host+"/enter/")
}
