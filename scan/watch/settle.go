package watch

import (
	"context"
	"errors"
)

// mark goes the way of the events, through all queues and behind all that happened
// before it. done is closed when whoever takes the batches has dealt with those.
type mark struct {
	pids   []int
	actors []*Actor // of pids, nil where nobody knows
	done   chan struct{}
}

// settler is a sensor that can pass on marks.
type settler interface{ settle(m *mark) }

// Settle waits until everything that happened to the files before the call has been
// told by Next and dealt with: see Batch.Done. It also says which processes have the
// given numbers. They are asked anew, so they must be held meanwhile; nil is one that
// cannot be known.
//
// Only fanotify can tell what "before" is: else the error is errors.ErrUnsupported.
func (w *Watcher) Settle(ctx context.Context, pids ...int) ([]*Actor, error) {
	w.mu.Lock()
	s, ok := w.sensors[fanName].(settler)
	w.mu.Unlock()
	if !ok {
		return nil, errors.ErrUnsupported
	}
	m := &mark{pids: pids, done: make(chan struct{})}
	s.settle(m)
	select {
	case <-m.done:
		return m.actors, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Asked reports whether somebody waits for Done.
func (b Batch) Asked() bool { return len(b.marks) > 0 }

// Done says that the batch, like all batches before it, has been dealt with: nobody may
// look at its events any more.
func (b Batch) Done() {
	if b.ring != nil {
		b.ring.giveBack(b.Events)
	}
	for _, m := range b.marks {
		close(m.done)
	}
}
