package web

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// giveLink gives a link to another process of the same user, which has read the key where only
// that user can. It is never given to a browser. A newer custode than this gets none: this page ends and leaves it
// the place, unless something goes on here. An older one, left in some other folder, and one of which nobody can say
// whether it is newer, get a link like our own: a page never goes back.
func giveLink(v *visit) error {
	key, ok := strings.CutPrefix(v.r.Header.Get("Authorization"), "Bearer ")
	if !ok || v.o.Key == "" || subtle.ConstantTimeCompare([]byte(key), []byte(v.o.Key)) != 1 || v.r.Header.Get("Sec-Fetch-Site") != "" {
		return refusal{http.StatusForbidden, "web.no-page"}
	}
	if asks := v.r.Header.Get(versionHeader); newer(asks, v.o.Version) {
		if !v.busy() {
			v.w.WriteHeader(http.StatusGone)
			v.over()
			return nil
		}
		v.newer.came(asks)
	}
	v.w.Header().Set(versionHeader, v.o.Version)
	if v.r.Header.Get(doorHeader) != "" && v.office.OpenDoor() == nil {
		v.w.Header().Set(doorHeader, "open")
		v.w.Header().Set(movedHeader, v.office.Tablet().Moved)
	}
	_, err := io.WriteString(v.w, v.Link())
	return err
}

// otherUser reports whether another user of this computer asks.
func (v *visit) otherUser() bool {
	to, ok := v.r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if v.o.OtherUser == nil || !ok {
		return false
	}
	from, err := netip.ParseAddrPort(v.r.RemoteAddr)
	here, err2 := netip.ParseAddrPort(to.String())
	return err == nil && err2 == nil && v.o.OtherUser(from, here)
}

// versionHeader says of which version the custode is that asks for a link, or gives it; doorHeader asks for the door
// for the staff too, or says that it is open; movedHeader says which port the tablets know, where that is another.
const (
	versionHeader = "Custode-Version"
	doorHeader    = "Custode-Staff-Door"
	movedHeader   = "Custode-Staff-Door-Moved"
)

// Asked is whom AskLink asks.
type Asked struct {
	Addr, Host string // where it listens, and under which name it answers
	Key        string // [Options.Key]
	Version    string // of the custode that asks
	Staff      bool   // it also asks for the door for the staff
}

// Given is what a page that runs gives.
type Given struct {
	Link    string
	Version string // of the custode that runs it; "" it did not say
	Staff   bool   // the door for the staff was asked for, and is open
	Moved   string // [Tablet.Moved]
}

// Older reports whether the page that gave it is of an older version than this, and stays because something goes on.
func (g Given) Older(than string) bool { return newer(than, g.Version) }

// ErrGone says that a page of an older version ran there, and ends now.
var ErrGone = errors.New("web: the page of an older version ends")

// errNone says that no page answers there, or not ours.
var errNone = errors.New("web: no page of ours")

// AskLink asks the page that runs at an address for a link. The error is [ErrGone], or says that none of ours
// runs there. A page of an older version in which something goes on stays, and gives its link, as does one that is
// not known to be older.
func AskLink(ctx context.Context, a Asked) (g Given, err error) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { // the name leads here in browsers only
		var d net.Dialer
		return d.DialContext(ctx, "tcp", a.Addr)
	}}}
	defer client.CloseIdleConnections()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+a.Host+"/link", nil)
	if err != nil {
		return g, errNone
	}
	r.Header.Set("Authorization", "Bearer "+a.Key)
	r.Header.Set(versionHeader, a.Version)
	if a.Staff {
		r.Header.Set(doorHeader, "open")
	}
	answer, err := client.Do(r)
	if err != nil {
		return g, errNone
	}
	defer answer.Body.Close() // read below
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	g = Given{string(body), answer.Header.Get(versionHeader), answer.Header.Get(doorHeader) != "", answer.Header.Get(movedHeader)}
	switch {
	case answer.StatusCode == http.StatusGone:
		return Given{}, ErrGone
	case err != nil || answer.StatusCode != http.StatusOK || !strings.HasPrefix(g.Link, "http://"+a.Host+"/enter/"):
		return Given{}, errNone
	}
	return g, nil
}
