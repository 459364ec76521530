// Package quiet decides when a file is to be looked at for automatic sealing: once
// nobody has touched it for some time. It knows no disk and no database; what a look
// is, Loop.Look says.
package quiet

import (
	"context"
	"slices"
	"time"
)

// Queue holds the files that were touched, each until it was left alone for a while.
// It is for one goroutine.
type Queue struct {
	due map[string]time.Time
}

// most is how many files are remembered one by one.
const most = 100_000

// Put has a file looked at at that time, and not before. False: there are too many,
// and all folders are to be looked at instead.
func (q *Queue) Put(path string, at time.Time) bool {
	if q.due == nil {
		q.due = map[string]time.Time{}
	}
	if _, there := q.due[path]; !there && len(q.due) >= most {
		return false
	}
	q.due[path] = at
	return true
}

// Drop forgets a file.
func (q *Queue) Drop(path string) { delete(q.due, path) }

// Take gives the files whose time has come, in order of their names, and forgets them.
func (q *Queue) Take(now time.Time) (out []string) {
	for path, at := range q.due {
		if !at.After(now) {
			out = append(out, path)
			delete(q.due, path)
		}
	}
	slices.Sort(out)
	return out
}

// Next tells when the next file's time comes; zero: there is none.
func (q *Queue) Next() (at time.Time) {
	for _, t := range q.due {
		if at.IsZero() || t.Before(at) {
			at = t
		}
	}
	return at
}

// Waiting is a file that is to be looked at again.
type Waiting struct {
	Path  string
	Until time.Time
}

// Touched is what a watch tells.
type Touched struct {
	Path string
	Gone bool // no longer there
	All  bool // something was missed, or a folder came: look at all folders
}

// Loop is the work of automatic sealing.
type Loop struct {
	Now     func() time.Time
	Touched <-chan []Touched
	// Quiet tells how long a file must be left alone; false: it does not concern us.
	Quiet func(path string) (time.Duration, bool)
	// Look looks at these files, or at all folders where there are none, and tells
	// which to look at again. After an error all folders are looked at again.
	Look  func(ctx context.Context, only []string) ([]Waiting, error)
	Every time.Duration // all folders are looked at at least so often
	Retry time.Duration // after an error
}

// Run looks at all folders, and then at what was touched once it is quiet, until ctx
// is done or Touched is closed.
func (l Loop) Run(ctx context.Context) {
	var q Queue
	all := l.Now() // when all folders are looked at
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case batch, open := <-l.Touched:
			if !open {
				return
			}
			if l.take(&q, batch) {
				all = earlier(all, l.Now().Add(settle))
			}
		case <-timer.C:
			all = l.look(ctx, &q, all)
		}
		next := all
		if at := q.Next(); !at.IsZero() {
			next = earlier(next, at)
		}
		timer.Reset(max(0, next.Sub(l.Now())))
	}
}

// settle is how long after something was missed all folders are looked at: where one
// thing is missed, others are.
const settle = 2 * time.Second

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// look looks at what it is time for, and tells when all folders are looked at next.
func (l Loop) look(ctx context.Context, q *Queue, all time.Time) time.Time {
	now := l.Now()
	var only []string
	if now.Before(all) {
		if only = q.Take(now); len(only) == 0 {
			return all
		}
	} else {
		q.Take(now) // they are among all
	}
	waiting, err := l.Look(ctx, only)
	if only == nil || err != nil {
		all = l.Now().Add(l.Every)
	}
	if err != nil {
		all = l.Now().Add(min(l.Retry, l.Every))
	}
	for _, w := range waiting {
		if !q.Put(w.Path, w.Until) {
			return earlier(all, l.Now().Add(l.Retry))
		}
	}
	return all
}

// take notes what was touched, and reports whether all folders are to be looked at.
func (l Loop) take(q *Queue, batch []Touched) (again bool) {
	for _, t := range batch {
		if t.All {
			again = true
			continue
		}
		if t.Gone {
			q.Drop(t.Path)
			continue
		}
		if d, ours := l.Quiet(t.Path); ours && !q.Put(t.Path, l.Now().Add(d)) {
			again = true
		}
	}
	return again
}
