package walk

import (
	"context"
	"errors"
	"sync"
	"time"
)

// ErrSlow says that a drive did not answer in time.
var ErrSlow = errors.New("the drive does not answer")

// DefaultPatience is how long one call of the system may take where Options say
// nothing else.
const DefaultPatience = time.Minute

const (
	// strikes are how often in a row a drive may fail to answer before it is asked
	// no more; from the first on it gets a part of the patience only.
	strikes  = 3
	hurry    = 8
	listings = 30 // a folder may take so many times the patience to be listed, in all
)

// Silence remembers the drives that do not answer, by device number; 0 is no
// number of one (Windows has none), and is always asked. The zero value is ready,
// and may be used by several goroutines.
type Silence struct {
	mu    sync.Mutex
	drive map[uint64]int
}

// Add notes that a drive will not be asked again.
func (s *Silence) Add(dev uint64) { s.note(dev, strikes) }

// Has reports whether a drive is not to be asked.
func (s *Silence) Has(dev uint64) bool { return s.struck(dev) >= strikes }

func (s *Silence) struck(dev uint64) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.drive[dev]
}

// note adds to how often a drive did not answer; with 0 it has answered.
func (s *Silence) note(dev uint64, n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if dev == 0 || n == 0 && s.drive[dev] == 0 {
		return
	}
	if s.drive == nil {
		s.drive = map[uint64]int{}
	}
	if s.drive[dev] += n; n == 0 {
		delete(s.drive, dev)
	}
}

// calls makes calls of the system that may never return, and waits for each of
// them only so long. They are made by a goroutine of its own, which is left
// behind where it hangs.
type calls struct {
	patience time.Duration
	silent   *Silence
	todo     chan func()
	timer    *time.Timer
}

// outcome is what a call gave. A panic goes on where the call was asked for.
type outcome[T any] struct {
	value    T
	err      error
	panicked any
}

// try makes one call to the drive dev. It fails with ErrSlow if there is no answer
// in time, and with the error of ctx when that ends first.
func try[T any](ctx context.Context, c *calls, dev uint64, call func() (T, error)) (T, error) {
	if c.silent.Has(dev) {
		var none T
		return none, ErrSlow
	}
	if c.todo == nil {
		c.todo = make(chan func())
		go serve(c.todo)
	}
	done := make(chan outcome[T], 1)
	c.todo <- func() { answer(done, call) }
	return wait(ctx, c, dev, done, c.end)
}

// answer makes a call and gives what came of it.
func answer[T any](done chan<- outcome[T], call func() (T, error)) {
	var o outcome[T]
	defer func() { done <- o }()
	defer func() { o.panicked = recover() }()
	o.value, o.err = call()
}

// wait waits for what came of a call to the drive dev, as try does; giveUp is called
// when it does not come in time. What has come already is had at once.
func wait[T any](ctx context.Context, c *calls, dev uint64, done <-chan outcome[T], giveUp func()) (T, error) {
	var none T
	struck := c.silent.struck(dev)
	patience := c.patience
	if struck > 0 {
		patience = max(patience/hurry, time.Millisecond)
	}
	var o outcome[T]
	select {
	case o = <-done:
	default:
		if struck >= strikes {
			giveUp()
			return none, ErrSlow
		}
		if c.timer == nil {
			c.timer = time.NewTimer(patience)
		} else {
			c.timer.Reset(patience)
		}
		select {
		case o = <-done:
			c.timer.Stop()
		case <-ctx.Done():
			giveUp()
			return none, ctx.Err()
		case <-c.timer.C:
			giveUp()
			c.silent.note(dev, 1)
			return none, ErrSlow
		}
	}
	c.silent.note(dev, 0)
	if o.panicked != nil {
		panic(o.panicked)
	}
	return o.value, o.err
}

func serve(todo <-chan func()) {
	for call := range todo {
		call()
	}
}

// end lets go of the goroutine: it ends when its call returns.
func (c *calls) end() {
	if c.todo != nil {
		close(c.todo)
		c.todo = nil
	}
}
