package watch

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"
)

var t0 = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func TestRingCountsWhatItDrops(t *testing.T) {
	r := newRing[int](3)
	for i := range 5 {
		r.put(i, t0.Add(time.Duration(i)*time.Second))
	}
	got, g, err := r.take(t.Context(), nil)
	if err != nil || !slices.Equal(got, []int{0, 1, 2}) {
		t.Fatalf("took %v, %v", got, err)
	}
	if want := (gap{lost: 2, from: t0.Add(3 * time.Second), to: t0.Add(4 * time.Second)}); !reflect.DeepEqual(g, want) {
		t.Errorf("gap %+v, want %+v", g, want)
	}
	r.put(7, t0)
	if got, g, err = r.take(t.Context(), got); err != nil || !slices.Equal(got, []int{7}) || g.lost != 0 {
		t.Errorf("then took %v, %+v, %v", got, g, err)
	}
}

func TestRingStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := newRing[int](1).take(ctx, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Whatever the reader does: taken and dropped make up all that was put, in order.
func TestRingLosesNothingInSilence(t *testing.T) {
	const n = 50_000
	r := newRing[int](100)
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := range n {
			r.put(i, t0)
		}
	})
	var seen, lost int64
	last := -1
	var spare []int
	for seen+lost < n {
		items, g, err := r.take(t.Context(), spare)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range items {
			if v <= last {
				t.Fatalf("%d after %d", v, last)
			}
			last = v
		}
		seen += int64(len(items))
		lost += g.lost
		spare = items
	}
	wg.Wait()
	if seen+lost != n || r.len() != 0 {
		t.Errorf("%d seen and %d lost of %d, %d left", seen, lost, n, r.len())
	}
}

func TestOpNames(t *testing.T) {
	if got := (Open | CloseWrite | Cover).String(); got != "open+closewrite+cover" {
		t.Error(got)
	}
	if (Open | Read).Has(Open|Write) || !(Open | Read).Has(Read) {
		t.Error("Has")
	}
}

func TestTogetherIsTheLeast(t *testing.T) {
	got := together(map[string]Caps{
		"a": {Backend: "fanotify", Changes: true, Reads: true, Who: true, Delay: time.Millisecond},
		"b": {Backend: "poll", Changes: true, Delay: time.Minute, Why: Network},
	})
	if want := (Caps{Backend: "mixed", Changes: true, Delay: time.Minute, Why: Network}); got != want {
		t.Errorf("%+v", got)
	}
}
