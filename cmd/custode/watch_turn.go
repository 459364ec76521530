package main

import (
	"sync"

	"custode/scan/watch/lookout"
)

// turn takes entries over from the lookout and hands them on one after the other from a
// goroutine of its own: it goes on looking while a disk writes.
type turn struct {
	list chan lookout.Entry
	done chan struct{}

	mu  sync.Mutex
	err error
}

// waiting is how many entries wait at most: beyond, the lookout does.
const waiting = 256

func inTurn(fn func(lookout.Entry) error) *turn {
	t := &turn{list: make(chan lookout.Entry, waiting), done: make(chan struct{})}
	go func() {
		defer close(t.done)
		for e := range t.list {
			if err := fn(e); err != nil {
				t.mu.Lock()
				t.err = err
				t.mu.Unlock()
			}
		}
	}()
	return t
}

// take gives the error of an entry before this one, which ends the lookout.
func (t *turn) take(e lookout.Entry) error {
	t.list <- e
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.err
}

// end waits until all were handed on.
func (t *turn) end() error {
	close(t.list)
	<-t.done
	return t.err
}
