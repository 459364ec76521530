package main

import (
	"net"
	"os"
	"sync"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
)

// TestServeTwiceAtOnce: of two that begin a page at the same moment one listens, the other gets its link.
func TestServeTwiceAtOnce(t *testing.T) {
	home := t.TempDir()
	sh := &shell{home: home, now: time.Now}
	listen, links, all := make(chan struct{}, 9), make(chan struct{}, 9), sync.WaitGroup{}
	for range 4 {
		all.Go(func() {
			l, now, runs, err := sh.standAt(t.Context(), serveOptions{addr: anyPort})
			switch {
			case err != nil:
				t.Error(err)
			case runs.Link != "":
				links <- struct{}{}
			default:
				listen <- struct{}{}
				answers(t, l, now)
			}
		})
	}
	all.Wait()
	if len(listen) != 1 || len(links) != 3 {
		t.Errorf("%d pages, %d links", len(listen), len(links))
	}
}

// answers has a page answer until the test ends.
func answers(t *testing.T, l net.Listener, now served) {
	t.Helper()
	s, err := web.New(web.Options{Host: now.host(), Key: now.Key, Lang: "en", Now: time.Now, Office: newCounter(&shell{now: time.Now}).office})
	if err != nil {
		t.Error(err)
		return
	}
	go func() { _ = s.Serve(t.Context(), l) }()
}

// TestNoteGone: who ends says so, but not where another has taken its place.
func TestNoteGone(t *testing.T) {
	sh := &shell{home: t.TempDir(), now: time.Now}
	ours, other := served{Name: "abc", Addr: "127.0.0.1:1", Key: "a", Pid: os.Getpid()}, served{Name: "abc", Addr: "127.0.0.1:2", Key: "b", Pid: os.Getpid()}
	for _, c := range []struct{ there, want served }{{other, other}, {ours, served{Name: "abc"}}} {
		if err := sh.noteServed(c.there); err != nil {
			t.Fatal(err)
		}
		if sh.noteGone(ours); sh.wasServed() != c.want {
			t.Errorf("%+v, want %+v", sh.wasServed(), c.want)
		}
	}
}
