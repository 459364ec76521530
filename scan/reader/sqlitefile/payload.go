package sqlitefile

import (
	"encoding/binary"
	"io"
)

// payload reads the payload of a cell from its beginning to its end: first what
// stands in the page, then one overflow page after the other (section 1.6).
type payload struct {
	r     *reader
	chunk []byte // what is at hand and was not taken
	home  bool   // chunk is in the b-tree page, not in the buffer of overflow pages
	next  int64  // the overflow page that follows, 0 for none
	left  int64  // bytes not taken, with chunk
	cut   bool   // the chain ended before the payload did
	rest  []byte // what stands behind the payload in its last page
	err   error
}

func (r *reader) payload(c cell) payload {
	return payload{r: r, chunk: c.local, home: true, next: c.next, left: c.size}
}

// advance takes the next overflow page; false when there is none.
func (p *payload) advance() bool {
	if p.left == 0 || p.cut || p.err != nil {
		return false
	}
	r := p.r
	if p.next == 0 || !r.claimNext(p.next) {
		p.cut = true
		return false
	}
	b, err := r.load(r.overflow, p.next)
	if err != nil {
		p.err = err
		return false
	}
	p.next, p.home = int64(binary.BigEndian.Uint32(b)), false
	p.chunk = b[4:r.usable]
	if int64(len(p.chunk)) > p.left {
		p.chunk, p.rest = p.chunk[:p.left], p.chunk[p.left:]
	}
	return true
}

// claimNext claims an overflow page, of a live row or of a remnant.
func (r *reader) claimNext(n int64) bool {
	if !r.follow {
		return r.claim(n)
	}
	return n >= 1 && n <= min(r.pages, mostPages) && r.seen.add(n, r.pages)
}

// drop takes n bytes of chunk.
func (p *payload) drop(n int) {
	p.chunk = p.chunk[n:]
	p.left -= int64(n)
}

// take appends the next n bytes to dst, fewer when the chain ends before.
func (p *payload) take(dst []byte, n int) []byte {
	for n > 0 && (len(p.chunk) > 0 || p.advance()) {
		k := min(n, len(p.chunk))
		dst = append(dst, p.chunk[:k]...)
		p.drop(k)
		n -= k
	}
	return dst
}

// skip passes over the rest.
func (p *payload) skip() {
	for {
		p.drop(len(p.chunk))
		if !p.advance() {
			return
		}
	}
}

// stretch reads the next left bytes of a payload.
type stretch struct {
	p    *payload
	left int64
}

// Read makes a stretch an io.Reader. It ends early where the chain is cut.
func (s *stretch) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if s.left == 0 || len(s.p.chunk) == 0 && !s.p.advance() {
		if s.p.err != nil {
			return 0, s.p.err
		}
		return 0, io.EOF
	}
	n := copy(b[:min(int64(len(b)), s.left)], s.p.chunk)
	s.p.drop(n)
	s.left -= int64(n)
	return n, nil
}

// drain passes over what is left of the stretch.
func (s *stretch) drain() {
	for s.left > 0 && (len(s.p.chunk) > 0 || s.p.advance()) {
		n := int(min(s.left, int64(len(s.p.chunk))))
		s.p.drop(n)
		s.left -= int64(n)
	}
}
