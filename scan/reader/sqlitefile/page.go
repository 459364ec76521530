package sqlitefile

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
)

// window reads pages. It reads ahead only where pages are asked for one after
// the other, so that a file with scattered pages is not read many times.
type window struct {
	src      io.ReaderAt
	size     int64
	pageSize int
	buf      []byte
	from, to int64 // what of the file is in buf
	ahead    int   // bytes to read the next time
}

// readAt reads into b what the file has at off. A file that ends before is no
// error.
func (w *window) readAt(b []byte, off int64) (int, error) {
	if off >= w.size {
		return 0, nil
	}
	b = b[:min(int64(len(b)), w.size-off)]
	n, err := w.src.ReadAt(b, off)
	if err != nil && n < len(b) && !errors.Is(err, io.EOF) {
		return n, fmt.Errorf("sqlitefile: reading at %d: %w", off, err)
	}
	return n, nil
}

// read copies what the file has at off into b and returns how much that is.
func (w *window) read(b []byte, off int64) (int, error) {
	if off < w.from || off+int64(len(b)) > w.to {
		if err := w.fill(len(b), off); err != nil {
			return 0, err
		}
	}
	if off < w.from || off >= w.to {
		return 0, nil
	}
	return copy(b, w.buf[off-w.from:w.to-w.from]), nil
}

func (w *window) fill(n int, off int64) error {
	if off >= w.from && off <= w.to+int64(16*w.pageSize) && w.to > 0 {
		w.ahead = min(2*max(w.ahead, n), max(readAhead, n))
	} else {
		w.ahead = n
	}
	if cap(w.buf) < w.ahead {
		w.buf = make([]byte, w.ahead)
	}
	got, err := w.readAt(w.buf[:w.ahead], off)
	w.from, w.to = off, off+int64(got)
	return err
}

// load reads page n into b, with zeros where the file is cut short.
func (r *reader) load(b []byte, n int64) ([]byte, error) {
	if err := r.stop(); err != nil {
		return nil, fmt.Errorf("sqlitefile: stopped: %w", err)
	}
	got, err := r.win.read(b[:r.pageSize], (n-1)*int64(r.pageSize))
	if err != nil {
		return nil, err
	}
	if got < r.pageSize {
		clear(b[got:r.pageSize])
		r.damaged = true
		r.markBad(n)
	}
	return b[:r.pageSize], nil
}

// set is a set of page numbers, one bit each.
type set struct{ bits []uint64 }

// add reports whether n was not yet in the set. Pages beyond mostPages are never in it.
func (s *set) add(n, pages int64) bool {
	if n > mostPages {
		return true
	}
	if s.bits == nil {
		s.bits = make([]uint64, min(pages, mostPages)/64+1)
	}
	bit := uint64(1) << (n & 63)
	if s.bits[n>>6]&bit != 0 {
		return false
	}
	s.bits[n>>6] |= bit
	return true
}

func (s *set) has(n int64) bool {
	return n>>6 < int64(len(s.bits)) && s.bits[n>>6]&(1<<(n&63)) != 0
}

// cover is what of a page is in use, one bit for each byte.
type cover struct{ bits []uint64 }

// mark says that the bytes from lo to hi are in use.
func (c *cover) mark(lo, hi int) {
	for lo < hi {
		w, i := lo>>6, lo&63
		n := min(64-i, hi-lo)
		c.bits[w] |= (^uint64(0) >> (64 - n)) << i
		lo += n
	}
}

// free finds the first run of bytes at or after i that is not in use; lo is n when
// there is none before n.
func (c *cover) free(i, n int) (lo, hi int) {
	lo = c.next(i, n, 0)
	return lo, c.next(lo, n, ^uint64(0))
}

// next finds the first bit from i on that is not as in flip, at most n.
func (c *cover) next(i, n int, flip uint64) int {
	for i < n {
		if w := ^(c.bits[i>>6] ^ flip) >> (i & 63); w != 0 {
			return min(n, i+bits.TrailingZeros64(w))
		}
		i = i&^63 + 64
	}
	return n
}

// The kinds of b-tree pages (section 1.6).
const (
	indexInner = 2
	tableInner = 5
	indexLeaf  = 10
	tableLeaf  = 13
)

// page is a page of a b-tree.
type page struct {
	n       int64
	b       []byte // all of it
	kind    byte
	cells   int // number of cells
	array   int // where the pointers to them stand
	content int // where cells may begin: behind the pointers
	right   int64
	step    int // the next child (even) or cell (odd) of an interior page
	used    int // bytes of payload that have been handed over
}

// parse reads the header of the b-tree page in p.b.
func (p *page) parse(usable int) bool {
	at := 0
	if p.n == 1 {
		at = 100
	}
	b := p.b
	p.kind, p.step, p.used, p.right = b[at], 0, 0, 0
	p.cells = int(binary.BigEndian.Uint16(b[at+3:]))
	p.array = at + 8
	switch p.kind {
	case indexInner, tableInner:
		p.right = int64(binary.BigEndian.Uint32(b[at+8:]))
		p.array = at + 12
	case indexLeaf, tableLeaf:
	default:
		return false
	}
	p.content = p.array + 2*p.cells
	return p.content <= usable
}

func (p *page) inner() bool { return p.kind == indexInner || p.kind == tableInner }
func (p *page) index() bool { return p.kind == indexInner || p.kind == indexLeaf }

// cell is one cell of a b-tree page.
type cell struct {
	from, to int // its place in the page
	child    int64
	rowid    int64
	size     int64  // of the payload, in bytes
	local    []byte // what of it stands in the page
	next     int64  // the first overflow page, 0 for none
}

// cell reads cell i of p.
func (r *reader) cell(p *page, i int) (cell, bool) {
	at := int(binary.BigEndian.Uint16(p.b[p.array+2*i:]))
	if at < p.content || at >= r.usable {
		return cell{}, false
	}
	return r.cellAt(p.b[:r.usable], at, p.kind)
}

// cellAt reads the cell of a page of the given kind that begins at b[at].
func (r *reader) cellAt(b []byte, at int, kind byte) (cell, bool) {
	c := cell{from: at}
	if kind == indexInner || kind == tableInner {
		if at+4 > len(b) {
			return c, false
		}
		c.child = int64(binary.BigEndian.Uint32(b[at:]))
		at += 4
	}
	if kind != tableInner {
		v, n := varint(b[at:])
		if n == 0 || v > 1<<40 {
			return c, false
		}
		c.size = int64(v) // #nosec G115 -- bounded above
		at += n
	}
	if kind == tableInner || kind == tableLeaf {
		v, n := varint(b[at:])
		if n == 0 {
			return c, false
		}
		c.rowid = int64(v) // #nosec G115 -- a rowid is the two's complement of the varint
		at += n
	}
	local := r.localSize(c.size, kind)
	if kind == tableInner {
		local = 0
	}
	c.to = at + local
	if int64(local) < c.size {
		c.to += 4
	}
	if c.to > len(b) {
		return c, false
	}
	c.local = b[at : at+local]
	if int64(local) < c.size {
		c.next = int64(binary.BigEndian.Uint32(b[at+local:]))
	}
	return c, true
}

// localSize is how much of a payload of size bytes stands in the page itself
// (section 1.6, "payload overflow").
func (r *reader) localSize(size int64, kind byte) int {
	u := int64(r.usable)
	most := u - 35
	if kind != tableLeaf {
		most = (u-12)*64/255 - 23
	}
	if size <= most {
		return int(size)
	}
	least := (u-12)*32/255 - 23
	if k := least + (size-least)%(u-4); k <= most {
		return int(k)
	}
	return int(least)
}

// varint reads a number of one to nine bytes (section 1.6); n is 0 when b ends
// inside it.
func varint(b []byte) (v uint64, n int) {
	if len(b) > 0 && b[0] < 0x80 {
		return uint64(b[0]), 1
	}
	for i := range min(len(b), 8) {
		v = v<<7 | uint64(b[i]&0x7f)
		if b[i] < 0x80 {
			return v, i + 1
		}
	}
	if len(b) < 9 {
		return 0, 0
	}
	return v<<8 | uint64(b[8]), 9
}
