package rules

import (
	"hash/maphash"
	"time"
)

// window counts distinct files over the last while, in steps of a tenth of it.
// It keeps eight bytes for each name and never more than mostNames of them:
// beyond, each further file counts as new.
type window struct {
	span  time.Duration
	seen  map[uint64]int64 // the step in which it was last seen
	over  [10]int          // what was counted beyond mostNames, by step
	total int              // the sum of over
	swept int64
}

const mostNames = 1 << 17

var seed = maphash.MakeSeed()

func key(path string) uint64 { return maphash.String(seed, path) }

// pair is the key of two names together.
func pair(a, b string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	_, _ = h.WriteString(a) // it never fails
	_ = h.WriteByte(0)
	_, _ = h.WriteString(b)
	return h.Sum64()
}

func newWindow(span time.Duration) *window {
	return &window{span: span, seen: map[uint64]int64{}}
}

func (w *window) step(at time.Time) int64 { return at.UnixNano() / int64(w.span/10) }

// add counts a file and says how many there are.
func (w *window) add(at time.Time, k uint64) int {
	now := w.step(at)
	w.sweep(now)
	if _, ok := w.seen[k]; ok || len(w.seen) < mostNames {
		w.seen[k] = now
	} else {
		w.over[now%10]++
		w.total++
	}
	return len(w.seen) + w.total
}

// count is how many there are at a time.
func (w *window) count(at time.Time) int {
	w.sweep(w.step(at))
	return len(w.seen) + w.total
}

// sweep forgets what is older than the window. A clock that goes back forgets
// nothing.
func (w *window) sweep(now int64) {
	if now <= w.swept {
		return
	}
	for s := max(w.swept+1, now-9); s <= now; s++ {
		w.total -= w.over[s%10]
		w.over[s%10] = 0
	}
	w.swept = now
	for k, s := range w.seen {
		if s <= now-10 {
			delete(w.seen, k)
		}
	}
}
