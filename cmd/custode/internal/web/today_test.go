package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestPageOf: a thing leads to where it is done, by itself or by its group, and only to a page that is there; where the keys
// are gone to the one that brings them back.
func TestPageOf(t *testing.T) {
	for _, c := range []struct {
		thing Thing
		want  string
	}{
		{Thing{ID: "watch.alive", Group: "watch"}, "/watch"},
		{Thing{ID: "privacy.requests", Group: "privacy"}, "/privacy"},
		{Thing{ID: "self.receipt", Group: "own"}, "/journal"},
		{Thing{ID: "sealed.sound", Group: "data"}, "/vault"},
		{Thing{ID: "host.lock", Group: "computer"}, ""},
		{Thing{ID: "backup.home", Group: "backup"}, "/settings#backup"},
		{Thing{ID: "backup.home", Group: "backup", Command: "custode keys recover"}, "/recover"},
		{Thing{ID: "sealed.copies", Group: "sealed", Command: "custode open --leftovers"}, "/vault/left"},
		{Thing{ID: "keys.recovery", Group: "sealed", Command: "custode keys drill"}, "/vault/sheet"},
		{Thing{ID: "data.plaintext", Group: "data", Command: "custode encrypt"}, "/data"},
		{Thing{ID: "response.drill", Group: "response", Command: "custode playbook drill list"}, "/exercise"},
		{Thing{ID: "backup.restore", Group: "backup", Command: "custode backup --try"}, "/settings#copies"},
		{Thing{ID: "data.access", Group: "data", Command: "chmod -R o-rwx /shop"}, ""},
		{Thing{ID: "data.purpose", Group: "data", Command: "custode --home /h privacy map"}, "/privacy/map"},
		{Thing{ID: "data.retention", Group: "data", Command: "custode privacy purge /shop/old --dry-run"}, "/data/unneeded"},
		{Thing{ID: "keys.recovery", Group: "sealed", Command: "custode keys rotate --finish"}, "/vault/keys"},
		{Thing{ID: "sealed.kept", Group: "sealed", Command: "custode keys drill"}, "/vault/sheet"},
		{Thing{ID: "self.log", Group: "own", Command: "custode journal verify"}, "/journal"},
		{Thing{ID: "self.log", Group: "own", Command: "custode init"}, ""},
		{Thing{ID: "keys.second", Group: "sealed", Command: "custode verify"}, "/vault"},
	} {
		got := pageOf(c.thing)
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.thing.ID, got, c.want)
		}
		place, _, _ := strings.Cut(got, "#")
		if got != "" && !slices.ContainsFunc(routes(), func(r route) bool { return r.method == http.MethodGet && r.pattern == place }) {
			t.Errorf("%s leads to %s, which is not there", c.thing.ID, got)
		}
	}
}

// TestOldest: the one that was used longest ago goes, whatever its key, also if that is zero.
func TestOldest(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2026, 11, 29, h, 0, 0, 0, time.UTC) }
	for want, of := range map[int]map[int]time.Time{0: {0: at(1), 1: at(2), 2: at(3)}, 2: {0: at(3), 1: at(2), 2: at(1)}} {
		if got := oldest(of, func(t time.Time) time.Time { return t }); got != want {
			t.Errorf("%d, want %d", got, want)
		}
	}
}

// TestNoSuchNumber: an address with a number that nothing can have is answered in words, on every page of one thing.
func TestNoSuchNumber(t *testing.T) {
	s := newSite(t)
	for _, path := range []string{"/watch/", "/incident/", "/privacy/requests/"} {
		for _, n := range []string{"0", "-1", "x", "99999999999999999999"} {
			if body := want(t, s.get(path+n), http.StatusNotFound, "<h1>"); strings.Contains(body, "went wrong inside") {
				t.Errorf("%s%s: %s", path, n, body)
			}
		}
	}
}

// TestLinkWhileSomebodyGuesses: a wrong passphrase on the page does not keep the owner's own custode from getting a link.
func TestLinkWhileSomebodyGuesses(t *testing.T) {
	s := newSite(t)
	for range 10 {
		s.tries.failure(s.o.Now())
	}
	r := s.send(http.MethodPost, "/link", "", func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer key")
		r.Header.Del("Sec-Fetch-Site")
		r.Header.Del("Origin")
	})
	want(t, r, http.StatusOK, "/enter/")
}

// TestFolded: after the first thing all that has to be done now is shown, and otherwise three things; a fold for one is none,
// and one that holds a form that was refused is open.
func TestFolded(t *testing.T) {
	things := func(act, soon int) (list []Thing) {
		for i := range act + soon {
			status := "attention"
			if i < act {
				status = "act"
			}
			list = append(list, Thing{ID: strconv.Itoa(i), Status: status})
		}
		return list
	}
	for _, c := range []struct{ act, soon, next int }{{0, 0, 0}, {0, 3, 3}, {0, 4, 4}, {1, 4, 3}, {5, 0, 5}, {5, 2, 5}, {5, 1, 6}} {
		v := todayView{Today: Today{Then: things(c.act, c.soon)}}
		if len(v.Next()) != c.next || len(v.Next())+len(v.Later()) != c.act+c.soon {
			t.Errorf("%d now and %d soon: %d shown, %d folded", c.act, c.soon, len(v.Next()), len(v.Later()))
		}
	}
	if v := (todayView{Tried: tried{ID: "2"}}); !v.TriedIn(things(0, 3)) || v.TriedIn(things(0, 2)) || (todayView{}).TriedIn([]Thing{{}}) {
		t.Error("a fold is open where no form was refused, or is not where one was")
	}
}
