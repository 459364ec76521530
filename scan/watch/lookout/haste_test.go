package lookout

import (
	"runtime/debug"
	"testing"
	"time"
)

// While much happens, the memory manager is left alone; afterwards all is as it was.
func TestHasteEnds(t *testing.T) {
	percent, limit := debug.SetGCPercent(30), debug.SetMemoryLimit(58<<20)
	defer debug.SetGCPercent(percent)
	defer debug.SetMemoryLimit(limit)
	state := func() [2]int64 {
		p := debug.SetGCPercent(30)
		debug.SetGCPercent(p)
		return [2]int64{int64(p), debug.SetMemoryLimit(-1)}
	}
	usual, hurry := [2]int64{30, 58 << 20}, [2]int64{garbage, most}
	l, at := &lookout{}, time.Unix(1_790_000_000, 0)
	for i := range 5 {
		l.hasten(5)
		if l.calm(at.Add(time.Duration(i) * tickEvery)); state() != usual {
			t.Fatalf("a little is much: %v", state())
		}
	}
	if l.hasten(much); state() != hurry {
		t.Fatalf("much is nothing: %v", state())
	}
	if l.hasten(1000); state() != hurry {
		t.Fatalf("more of it: %v", state())
	}
	last := at
	for i := range 10 {
		l.hasten(much)
		last = at.Add(time.Duration(i) * time.Second)
		l.calm(last)
	}
	if state() != hurry {
		t.Fatalf("it goes on, and the hurry does not: %v", state())
	}
	if l.calm(last.Add(calmWait - 1)); state() != hurry {
		t.Fatal("over too soon")
	}
	if l.calm(last.Add(calmWait)); state() != usual {
		t.Fatalf("it was not put back: %v", state())
	}
	if l.hasten(much); state() != hurry {
		t.Fatal("a second time it does not")
	}
}
