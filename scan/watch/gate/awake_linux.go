package gate

import (
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// awake keeps processors from falling asleep while a program opens many files in a row, with
// threads that take only time that nobody else wants. To wake one takes longer than all the
// rest of an answer, on virtual computers above all; and who is answered is not sent to
// another one because that has nothing to do.
type awake struct {
	since time.Time
	until atomic.Int64 // since then, in nanoseconds
	wake  []chan struct{}
	n     int // so often something was seen
}

// The threads rest when nobody has opened anything for so long. There are at most so many,
// each with its processor: a computer with more of them has some that are awake anyway.
const (
	awakeFor  = 300 * time.Microsecond
	mostAwake = 2
)

func newAwake() *awake {
	a := &awake{since: clock()}
	for cpu := range min(runtime.NumCPU(), mostAwake) {
		c := make(chan struct{}, 1)
		a.wake = append(a.wake, c)
		go a.stay(cpu, c)
	}
	return a
}

// saw notes that files are opened in a row.
func (a *awake) saw(now time.Time) {
	at := int64(now.Sub(a.since))
	last := a.until.Swap(at + int64(awakeFor))
	if a.n++; last < at || a.n%nearEvery == 0 { // they rest; or one was just about to
		for _, c := range a.wake {
			select {
			case c <- struct{}{}:
			default:
			}
		}
	}
}

// stay is one thread.
func (a *awake) stay(cpu int, wake <-chan struct{}) {
	runtime.LockOSThread()
	var set unix.CPUSet
	set.Set(cpu)
	if unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_IDLE}, 0) != nil || unix.SchedSetaffinity(0, &set) != nil {
		return
	}
	for range wake {
		for int64(clock().Sub(a.since)) < a.until.Load() { // it is awake: that is all
		}
	}
}
