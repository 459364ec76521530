package lookout

import (
	"runtime/debug"
	"time"
)

// haste is how much happens. Whoever collects garbage takes half of a small computer for
// ten milliseconds each time, and what happens meanwhile is told late: while much happens
// more garbage may lie about, and when it is over the memory is given back.
type haste struct {
	events int // since the last look at the clock
	usual  int // garbage in per cent of what is in use, 0 while there is no hurry
	calm   time.Time
}

const (
	much     = 50 // events between two looks at the clock, or at once
	garbage  = 300
	calmWait = 3 * time.Second
)

// hasten takes in that something happened.
func (l *lookout) hasten(events int) {
	h := &l.haste
	if h.events += events; h.events < much || h.usual != 0 {
		return
	}
	if h.usual = debug.SetGCPercent(garbage); h.usual <= 0 || h.usual > garbage { // somebody knows better
		debug.SetGCPercent(h.usual)
	}
	h.calm = time.Time{}
}

// calm looks whether the hurry is over.
func (l *lookout) calm(now time.Time) {
	h := &l.haste
	busy := h.events >= much || len(l.queue.batches) > 0
	h.events = 0
	switch {
	case h.usual == 0:
	case busy || h.calm.IsZero():
		h.calm = now
	case now.Sub(h.calm).Abs() >= calmWait:
		debug.SetGCPercent(h.usual)
		h.usual = 0
		debug.FreeOSMemory()
	}
}
