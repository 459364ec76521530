package watch

import (
	"context"
	"sync"
	"time"
)

// ring stands between a source that must never wait and a reader that may be slow.
// It holds at most a given number of things; what does not fit is dropped and
// counted, never waited for.
type ring[T any] struct {
	most  int
	ready chan struct{} // holds one token while there is something to take

	mu    sync.Mutex
	items []T
	gap   gap
	poked bool
	spare []T // what giveBack got, to be filled anew
}

// gap is what was dropped since the last take, and the marks that came since.
type gap struct {
	lost     int64
	from, to time.Time
	marks    []*mark
}

func newRing[T any](most int) *ring[T] {
	return &ring[T]{most: most, ready: make(chan struct{}, 1)}
}

// put adds v, or counts it as lost at the time now.
func (r *ring[T]) put(v T, now time.Time) {
	r.mu.Lock()
	if len(r.items) < r.most {
		r.items = append(r.items, v)
	} else {
		r.drop(1, now)
	}
	r.mu.Unlock()
	r.wake()
}

func (r *ring[T]) drop(n int64, now time.Time) {
	if r.gap.lost == 0 {
		r.gap.from = now
	}
	r.gap.lost += n
	r.gap.to = now
}

func (r *ring[T]) wake() {
	select {
	case r.ready <- struct{}{}:
	default:
	}
}

// take waits for something, and takes all there is. What was dropped, was dropped
// after the last of the items that it gives. spare is given back from an earlier
// take, to be filled anew.
func (r *ring[T]) take(ctx context.Context, spare []T) ([]T, gap, error) {
	for {
		r.mu.Lock()
		if len(r.items) > 0 || r.gap.lost > 0 || r.poked {
			items, g := r.items, r.gap
			if spare = lend(spare); spare == nil {
				spare, r.spare = r.spare, nil
			}
			r.items, r.gap, r.poked = spare, gap{}, false
			r.mu.Unlock()
			return items, g, nil
		}
		r.mu.Unlock()
		select {
		case <-r.ready:
		case <-ctx.Done():
			return nil, gap{}, ctx.Err()
		}
	}
}

// lend is a list that was dealt with, to be filled anew; after a burst its memory is
// given back. Beyond its length it is empty already.
func lend[T any](list []T) []T {
	if cap(list) > 1<<14 {
		return nil
	}
	clear(list)
	return list[:0]
}

// giveBack gives back what take gave, once nobody needs it.
func (r *ring[T]) giveBack(list []T) {
	if list = lend(list); list == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if cap(list) > cap(r.spare) {
		r.spare = list
	}
}

func (r *ring[T]) len() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.items)
}

// poke makes a take return even where there is nothing to take.
func (r *ring[T]) poke() {
	r.mu.Lock()
	r.poked = true
	r.mu.Unlock()
	r.wake()
}

// mark adds a mark behind all that is there. It is no thing of its own: it never
// counts as one too many.
func (r *ring[T]) mark(m *mark) {
	r.mu.Lock()
	r.gap.marks = append(r.gap.marks, m)
	r.poked = true
	r.mu.Unlock()
	r.wake()
}

// takeWithin is take that comes back with nothing after wait.
func (r *ring[T]) takeWithin(ctx context.Context, spare []T, wait time.Duration) ([]T, gap, error) {
	short, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	items, g, err := r.take(short, spare)
	if err != nil && ctx.Err() == nil {
		return nil, gap{}, nil
	}
	return items, g, err
}
