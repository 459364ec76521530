package quiet_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"custode/encrypt/quiet"
)

// TestLoop lets time pass by a clock of its own.
func TestLoop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		touched := make(chan []quiet.Touched)
		var mu sync.Mutex // of looks and fail
		var looks []string
		var fail error
		tries := 0
		ctx, stop := context.WithCancel(t.Context())
		go quiet.Loop{
			Now: time.Now, Touched: touched, Every: time.Hour, Retry: time.Minute,
			Quiet: func(path string) (time.Duration, bool) { return 10 * time.Minute, path != "other" },
			Look: func(_ context.Context, only []string) ([]quiet.Waiting, error) {
				mu.Lock()
				defer mu.Unlock()
				what := strings.Join(only, "+")
				if only == nil {
					what = "all"
				}
				looks = append(looks, time.Since(start).String()+" "+what)
				if what == "busy" && tries < 2 {
					tries++
					return []quiet.Waiting{{Path: "busy", Until: time.Now().Add(10 * time.Minute)}}, nil
				}
				return nil, fail
			},
		}.Run(ctx)
		want := func(list ...string) {
			t.Helper()
			synctest.Wait()
			mu.Lock()
			defer mu.Unlock()
			if strings.Join(looks, ", ") != strings.Join(list, ", ") {
				t.Errorf("looks: %q, want %q", looks, list)
			}
			looks = nil
		}
		want("0s all")
		touched <- []quiet.Touched{{Path: "a"}, {Path: "b"}, {Path: "other"}}
		time.Sleep(9 * time.Minute)
		touched <- []quiet.Touched{{Path: "a"}} // not quiet: its time begins anew
		time.Sleep(2 * time.Minute)
		want("10m0s b")
		time.Sleep(8 * time.Minute)
		want("19m0s a")
		touched <- []quiet.Touched{{Path: "gone"}, {Path: "busy"}, {Path: "gone", Gone: true}}
		time.Sleep(21 * time.Minute)
		want("29m0s busy", "39m0s busy") // open at first: looked at again
		time.Sleep(9 * time.Minute)
		want("49m0s busy")
		set := func(err error) {
			mu.Lock()
			defer mu.Unlock()
			fail = err
		}
		set(errors.New("no"))
		touched <- []quiet.Touched{{All: true}}
		time.Sleep(63 * time.Second)
		want("49m2s all", "50m2s all") // an error: again after a minute
		set(nil)
		time.Sleep(62 * time.Minute)
		want("51m2s all", "1h51m2s all")
		stop()
		synctest.Wait()
	})
}

// TestMany: beyond what is remembered, all folders are looked at.
func TestMany(t *testing.T) {
	var q quiet.Queue
	n := 0
	for ; q.Put(strings.Repeat("x", n%100)+time.Duration(n).String(), time.Unix(0, 0)); n++ {
		if n > 1_000_000 {
			t.Fatal("no limit")
		}
	}
	if got := len(q.Take(time.Unix(1, 0))); got != n || !q.Next().IsZero() {
		t.Errorf("%d of %d taken", got, n)
	}
}
