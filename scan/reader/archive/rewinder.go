package archive

import (
	"errors"
	"fmt"
	"io"
)

// minKeep is the least that a Rewinder keeps, in bytes: enough for what Zip reads
// ahead of content that it comes back to.
const minKeep = 512 << 10

// Rewinder gives random access to a stream that can be opened again from its
// start: a ZIP that lies deflated in another archive is read through it, without a
// temporary file and without holding it whole.
//
// It goes through the stream once and keeps its end, where a ZIP has its
// directory. After that it goes through the stream with two cursors, each of which
// keeps what it read last, so that whoever reads the directory and the content in
// turns makes neither go back; where both have gone further, one starts again. So
// a ZIP whose members lie in the order of its directory is inflated three times at
// most, and once when it is not larger than half of what is kept. Disorder costs a
// pass for each step back; the stream's own Spend counts every byte.
//
// It is for one goroutine, in spite of being an io.ReaderAt.
type Rewinder struct {
	open func() (io.ReadCloser, error)
	keep int
	size int64 // -1 as long as nobody knows
	hint int64
	tail cursor
	two  [2]cursor
	err  error
}

// cursor is one passage through the stream. ring holds the last bytes read, the
// byte at p of the stream at p modulo its length.
type cursor struct {
	rc   io.ReadCloser
	ring []byte
	pos  int64
	eof  bool
}

// NewRewinder reads what open gives, each time from the start. size is what is
// said of the number of bytes, -1 when nothing is: it only saves memory. keep is
// the memory to use, in bytes, at least 512 KiB.
func NewRewinder(open func() (io.ReadCloser, error), size int64, keep int) *Rewinder {
	return &Rewinder{open: open, keep: max(keep, minKeep), size: -1, hint: size}
}

// Size is the number of bytes of the stream, found out by going through it once. A
// stream that ends with ErrDamaged has the bytes that it gave before. Any other
// error stays: everything fails with it from then on.
func (r *Rewinder) Size() (int64, error) {
	if r.size >= 0 || r.err != nil {
		return max(r.size, 0), r.err
	}
	room := r.keep / 2
	if r.hint >= 0 && r.hint < int64(room) {
		room = max(int(r.hint), hop)
	}
	if err := r.restart(&r.tail, room); err != nil {
		return 0, err
	}
	for !r.tail.eof {
		if err := r.step(&r.tail); err != nil {
			return 0, err
		}
	}
	r.size = r.tail.pos
	return r.size, nil
}

// ReadAt reads at off, as io.ReaderAt has it.
func (r *Rewinder) ReadAt(p []byte, off int64) (int, error) {
	size, err := r.Size()
	if err != nil {
		return 0, err
	}
	if off < 0 {
		return 0, errors.New("archive: negative offset")
	}
	n := 0
	for n < len(p) && off < size {
		c := &r.tail
		if !c.has(off) {
			c = r.pick(off)
			if err := r.reach(c, off); err != nil {
				return n, err
			}
		}
		k := c.copy(p[n:], off)
		n += k
		off += int64(k)
	}
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// Close lets go of the stream. What Size knows stays known.
func (r *Rewinder) Close() error {
	var all error
	for _, c := range []*cursor{&r.tail, &r.two[0], &r.two[1]} {
		all = errors.Join(all, c.close())
		c.ring = nil
	}
	if r.err == nil {
		r.err = io.ErrClosedPipe
	}
	return all
}

// pick chooses the cursor that goes to off: one that has it, or has the shortest
// way on; else one that is done or was never used; else the one that went beyond it
// least.
func (r *Rewinder) pick(off int64) *cursor {
	best, rank, way := &r.two[0], 4, int64(0)
	for i := range r.two {
		c := &r.two[i]
		k, w := 3, c.pos-off
		switch {
		case c.has(off):
			k = 0
		case c.rc != nil && c.pos <= off:
			k, w = 1, off-c.pos
		case c.rc == nil || c.eof:
			k = 2
		}
		if k < rank || k == rank && w < way {
			best, rank, way = c, k, w
		}
	}
	return best
}

// reach brings c to where it has off.
func (r *Rewinder) reach(c *cursor, off int64) error {
	if c.has(off) {
		return nil
	}
	if c.rc == nil || c.pos > off {
		if err := r.restart(c, r.keep/4); err != nil {
			return err
		}
	}
	for c.pos <= off {
		if c.eof { // there was more the first time
			r.err = fmt.Errorf("archive: opened again: %w", io.ErrUnexpectedEOF)
			return r.err
		}
		if err := r.step(c); err != nil {
			return err
		}
	}
	return nil
}

// restart puts c at the start.
func (r *Rewinder) restart(c *cursor, room int) error {
	if r.err != nil {
		return r.err
	}
	err := c.close()
	if err == nil {
		c.rc, err = r.open()
	}
	if err != nil {
		c.rc = nil
		r.err = fmt.Errorf("archive: opening again: %w", err)
		return r.err
	}
	if c.ring == nil {
		c.ring = make([]byte, room)
	}
	c.pos, c.eof = 0, false
	return nil
}

// step reads once.
func (r *Rewinder) step(c *cursor) error {
	at := int(c.pos % int64(len(c.ring)))
	for range maxIdle {
		n, err := c.rc.Read(c.ring[at:min(len(c.ring), at+feedSize)])
		c.pos += int64(n)
		if err == io.EOF || errors.Is(err, ErrDamaged) {
			c.eof = true
			return nil
		}
		if err != nil {
			r.err = err
			return err
		}
		if n > 0 {
			return nil
		}
	}
	r.err = fmt.Errorf("archive: reading: %w", io.ErrNoProgress)
	return r.err
}

func (c *cursor) close() error {
	if c.rc == nil {
		return nil
	}
	rc := c.rc
	c.rc = nil
	return rc.Close()
}

// has says that the byte at off is in the ring.
func (c *cursor) has(off int64) bool {
	return off < c.pos && off >= c.pos-int64(len(c.ring))
}

// copy copies what the ring has from off on.
func (c *cursor) copy(p []byte, off int64) int {
	at := int(off % int64(len(c.ring)))
	n := min(int64(len(p)), c.pos-off, int64(len(c.ring)-at))
	return copy(p, c.ring[at:at+int(n)])
}
