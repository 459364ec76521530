package archive

import (
	"io"
	"math"
)

// cuts says before which bytes of the content of a sparse file holes were.
type cuts struct {
	at   []int64
	n    int64 // bytes of content so far
	end  int64 // where the last piece ends in the file
	some bool
}

// add takes the next piece of the file; false when there can't be such a one.
func (c *cuts) add(off, n int64) bool {
	if off < c.end || n < 0 || off > math.MaxInt64/4 || n > math.MaxInt64/4 {
		return false
	}
	if n == 0 {
		return true
	}
	if c.some && off > c.end && len(c.at) < maxCuts {
		c.at = append(c.at, c.n)
	}
	c.some = true
	c.n += n
	c.end = off + n
	return c.n <= math.MaxInt64/4
}

// oldSparse reads the map of GNU's own format: in the header and in blocks that
// follow it.
func (t *tarball) oldSparse(list *cuts) bool {
	ok := true
	pieces := func(b []byte) {
		for ; len(b) >= 24 && b[0] != 0; b = b[24:] {
			ok = list.add(number(b[:12]), number(b[12:24])) && ok
		}
	}
	pieces(t.block[386:482])
	for more := t.block[482]; more != 0; more = t.block[504] {
		if _, err := io.ReadFull(&t.in, t.block[:]); err != nil {
			t.left, t.pad = 0, 0
			return false
		}
		pieces(t.block[:504])
	}
	return ok
}

// newSparse reads the map of PAX format 1.0: numbers on lines of their own before
// the content, filled up to whole blocks.
func (t *tarball) newSparse(list *cuts) bool {
	start := t.left
	ok := true
	count := t.line()
	for i := int64(0); ok && i < count; i++ {
		off, n := t.line(), t.line()
		ok = off >= 0 && n >= 0 && list.add(off, n)
	}
	fill := min(-(start-t.left)&(tarBlock-1), t.left)
	t.left -= t.in.skip(fill)
	return ok && count >= 0
}

// line reads one number and the line end behind it, -1 when there is none.
func (t *tarball) line() int64 {
	var v int64
	for i := range 20 {
		if t.left == 0 {
			return -1
		}
		c, err := t.in.ReadByte()
		if err != nil {
			return -1
		}
		t.left--
		switch {
		case c == '\n' && i > 0:
			return v
		case c < '0' || c > '9' || v > math.MaxInt64/16:
			return -1
		}
		v = v*10 + int64(c-'0')
	}
	return -1
}
