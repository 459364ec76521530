package lookout

import (
	"runtime/debug"
	"time"
)

// haste is how much happens. Whoever collects garbage takes half of a small computer for
// thirty milliseconds each time, and what happens meanwhile is told late; at a limit of
// memory he does nothing else. While much happens more garbage may lie about, and when it
// is over the memory is given back.
type haste struct {
	on     bool
	events int   // since the last look at the clock
	usual  int   // garbage in per cent of what is in use, while there is no hurry
	limit  int64 // of memory, then
	calm   time.Time
}

const (
	much     = 50 // events between two looks at the clock, or at once
	garbage  = 200
	most     = 128 << 20 // of memory, in a hurry
	calmWait = 3 * time.Second
)

// hasten takes in that something happened.
func (l *lookout) hasten(events int) {
	h := &l.haste
	if h.events += events; h.events < much || h.on {
		return
	}
	h.on, h.calm = true, time.Time{}
	h.usual, h.limit = debug.SetGCPercent(garbage), debug.SetMemoryLimit(-1)
	if h.usual < 0 || h.usual > garbage { // somebody knows better
		debug.SetGCPercent(h.usual)
	}
	debug.SetMemoryLimit(max(h.limit, most))
}

// calm looks whether the hurry is over.
func (l *lookout) calm(now time.Time) {
	h := &l.haste
	busy := h.events >= much || len(l.queue.batches) > 0
	h.events = 0
	switch {
	case !h.on:
	case busy || h.calm.IsZero():
		h.calm = now
	case now.Sub(h.calm).Abs() >= calmWait:
		h.on = false
		debug.SetGCPercent(h.usual)
		debug.SetMemoryLimit(h.limit)
		debug.FreeOSMemory()
	}
}
