package main

import (
	"testing"

	"custode/cmd/custode/internal/web"
)

// TestWatchWithinThePage: a watch that the page starts is heard and is the only one of the home, a second
// click starts no other, and its end is written down, so that it is not told as a gap.
func TestWatchWithinThePage(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	o.sh.langFixed = true
	stands := func(running bool, where string) {
		t.Helper()
		w, err := o.Watch(t.Context(), web.WatchWish{Most: 50})
		if err != nil || w.Run.Where != where || (w.Status == "ok") != running || len(w.Gaps) > 0 {
			t.Fatalf("%+v %v", w, err)
		}
	}
	stands(false, web.WatchNowhere)
	free, err := o.sh.lock("watch")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.StartWatch(t.Context(), false); !isFault(err, "fault.busy") {
		t.Errorf("beside another: %v", err)
	}
	free()
	for range 2 {
		if err := o.StartWatch(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		stands(true, web.WatchHere)
	}
	if _, err := o.sh.lock("watch"); err == nil {
		t.Error("another watch would start beside it")
	}
	for range 2 {
		if err := o.EndWatch(t.Context(), false); err != nil {
			t.Fatal(err)
		}
		stands(false, web.WatchNowhere)
	}
}
