package main

import (
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/i18n"
)

// TestServeOpenHeld: a copy that cannot be removed, as a program has it open on Windows, is told of, stays in the list
// and is tried again until it can be; when the page ends it is left.
func TestServeOpenHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		words, err := i18n.Load("en")
		if err != nil {
			t.Fatal(err)
		}
		o := &office{counter: &counter{}, sh: &shell{words: words}}
		var free atomic.Bool
		open := func() string {
			one, until := &pageFile{name: "a.csv"}, make(chan struct{})
			one.stop = func() { close(until) }
			o.files.follow(one, func() (web.Outcome, error) {
				<-until
				return web.Outcome{Title: "closed"}, one.gone(func() error {
					if free.Load() {
						return nil
					}
					return fault.On(fault.IO, "fault.opening.remove", "/run/x", nil)
				})
			})
			return one.id
		}
		id := open()
		one := o.files.all[id]
		for range 2 {
			if _, err := o.Done(t.Context(), id); !isFault(err, "fault.opening.held") {
				t.Fatalf("it cannot be removed: %v", err)
			}
			one.stop = func() {}
		}
		if list := o.opened(); len(list) != 1 || list[0].Ended || !strings.Contains(strings.Join(list[0].Said, " "), "It is tried again") {
			t.Errorf("%+v", list)
		}
		free.Store(true)
		if out, err := o.Done(t.Context(), id); err != nil || out.Title != "closed" || len(o.opened()) != 0 {
			t.Errorf("%+v, %v", out, err)
		}
		free.Store(false)
		open()
		o.closeFiles() // it ends
		if list := o.opened(); len(list) != 1 || !list[0].Ended {
			t.Errorf("the page has ended: %+v", list)
		}
	})
}
