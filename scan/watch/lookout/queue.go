package lookout

import (
	"errors"
	"time"

	"custode/scan/watch"
)

// queue holds what was noted and is not judged yet.
type queue struct {
	batches []watch.Batch
	next    int // the event of the first batch that is judged next
	events  int
}

// mostQueued is how many events wait here at most: beyond, they wait where the sensors
// put them, and where those have no room they count what is lost.
const mostQueued = 3 << 16

// slice is how long is judged before what has come meanwhile is noted.
const slice = 500 * time.Microsecond

// always is ready.
var always = func() <-chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (q *queue) add(b watch.Batch) {
	q.batches = append(q.batches, b)
	q.events += len(b.Events)
}

// more is ready while something waits.
func (q *queue) more() <-chan struct{} {
	if len(q.batches) == 0 {
		return nil
	}
	return always
}

// room is from, or nil while too much waits.
func (q *queue) room(from <-chan watch.Batch) <-chan watch.Batch {
	if q.events >= mostQueued {
		return nil
	}
	return from
}

// upTo is until when all is judged, at the time now.
func (q *queue) upTo(now time.Time) time.Time {
	if len(q.batches) == 0 || q.next >= len(q.batches[0].Events) {
		return now
	}
	if at := q.batches[0].Events[q.next].At; at.Before(now) {
		return at
	}
	return now
}

// judgeNext judges for a moment, unless something new has come, which is noted first.
func (l *lookout) judgeNext(batches <-chan watch.Batch) error {
	select {
	case b := <-l.queue.room(batches):
		return l.batch(b)
	default:
	}
	err := l.judgeUntil(l.o.Now().Add(slice))
	if len(l.queue.batches) == 0 {
		l.now.flush()
	}
	return err
}

// rest judges all that waits.
func (l *lookout) rest() error {
	var err error
	for len(l.queue.batches) > 0 {
		err = errors.Join(err, l.judgeUntil(l.o.Now().Add(time.Second)))
	}
	return err
}

func (l *lookout) judgeUntil(end time.Time) error {
	l.holding, l.grave = true, false
	start := l.o.Now()
	err := l.judgeSome(end)
	l.busy += l.o.Now().Sub(start)
	return errors.Join(err, l.release())
}

func (l *lookout) judgeSome(end time.Time) error {
	var err error
	q := &l.queue
	for len(q.batches) > 0 {
		b := &q.batches[0]
		for q.next < len(b.Events) {
			err = errors.Join(err, l.event(&b.Events[q.next]))
			q.next++
			q.events--
			if l.grave || l.o.Now().After(end) {
				return err
			}
		}
		if b.Asked() { // somebody waits at the gate: what waits to be looked at is looked at now
			err = errors.Join(err, l.judged(l.judge.Settle()))
		}
		b.Done()
		*b = watch.Batch{}
		q.batches, q.next = q.batches[1:], 0
	}
	q.batches = nil
	return err
}
