package sqlitefile

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
)

// ReadWAL reads a write-ahead log (section 4 of the format): the page of every
// frame, also of those that are not committed or left from before. Leaf cells of
// table b-trees go out as the rows of one table without a name, everything else
// as remnants. The schema is not at hand, so that a column that is the rowid is nil; of values
// that go on in other pages the row has the beginning, and the rest is a
// remnant. How text is stored is told by the first frame of page 1, else by each text itself.
// An empty log is valid. Info.Pages counts the frames. Errors are as for Read.
func ReadWAL(ctx context.Context, src io.ReaderAt, size int64, o Options, h Handler) (Info, error) {
	r := newReader(ctx, src, size, o, h)
	if size == 0 {
		return r.info, nil
	}
	r.info.WAL = true
	err := r.readLog()
	if err == nil && (r.damaged || r.info.Unread > 0) {
		err = fmt.Errorf("%w: %d of %d frames unread", ErrDamaged, r.info.Unread, r.info.Pages)
	}
	return r.info, err
}

const (
	logHeader   = 32 // bytes before the first frame
	frameHeader = 24 // bytes before the page of each frame
)

func (r *reader) readLog() error {
	var b [logHeader]byte
	n, err := r.win.readAt(b[:], 0)
	if err != nil {
		return err
	}
	size := int(binary.BigEndian.Uint32(b[8:]))
	if n < len(b) || binary.BigEndian.Uint32(b[:])&^1 != 0x377f0682 || size < 512 || !r.setPageSize(size, 0) {
		r.damaged = true
		return r.readRaw()
	}
	frame := int64(frameHeader + size)
	r.pages = (r.win.size - logHeader + frame - 1) / frame
	r.info.Pages = r.pages
	if err := r.lookForHeader(); err != nil {
		return err
	}
	for i := range r.pages {
		if err := r.readFrame(logHeader+i*frame, i+1); err != nil {
			return err
		}
	}
	return nil
}

// lookForHeader looks for the first frame with page 1, which has the header of the database.
func (r *reader) lookForHeader() error {
	var b [frameHeader + 100]byte
	for i := range r.pages {
		if err := r.stop(); err != nil {
			return fmt.Errorf("sqlitefile: stopped: %w", err)
		}
		n, err := r.win.readAt(b[:], logHeader+i*int64(frameHeader+r.pageSize))
		if err != nil {
			return err
		}
		head := b[frameHeader:]
		if n == len(b) && binary.BigEndian.Uint32(b[:]) == 1 && string(head[:16]) == magic && r.pageSize-int(head[20]) >= 480 {
			r.usable = r.pageSize - int(head[20])
			r.setEncoding(binary.BigEndian.Uint32(head[56:]))
			return nil
		}
	}
	return nil
}

// readFrame reads the frame at off, the i-th.
func (r *reader) readFrame(off, i int64) error {
	if err := r.stop(); err != nil {
		return fmt.Errorf("sqlitefile: stopped: %w", err)
	}
	b := r.overflow[:frameHeader]
	if _, err := r.win.read(b, off); err != nil {
		return err
	}
	p := &r.leaf
	n := int64(binary.BigEndian.Uint32(b))
	got, err := r.win.read(p.b, off+frameHeader)
	if err != nil {
		return err
	}
	if got < len(p.b) {
		clear(p.b[got:])
		r.markBad(i)
	}
	p.n = n
	if !p.parse(r.usable) || p.kind != tableLeaf || !r.allWhole(p) {
		return r.recoverPage(p)
	}
	if r.info.Tables == 0 {
		r.info.Tables = 1
		if err := r.h.Table("", nil); err != nil {
			return err
		}
	}
	t := table{alias: -1, live: true}
	clear(r.cover.bits)
	r.cover.mark(0, p.content)
	for k := range p.cells {
		c, _ := r.cell(p, k)
		r.cover.mark(c.from, c.to)
		if err := r.handLogRow(c, &t); err != nil {
			return err
		}
	}
	return r.handUncovered(p.b, field{kind: tableLeaf, alias: -1})
}

// allWhole reports whether all cells of a page are records: pages of a log that hold
// the rest of long values may begin like a page of a tree.
func (r *reader) allWhole(p *page) bool {
	r.budget = carveCost * len(p.b)
	used := 0
	for i := range p.cells {
		c, ok := r.cell(p, i)
		if used += len(c.local) + 2; !ok || used > r.usable || !r.framed(c) {
			return false
		}
	}
	return true
}

// framed reports whether the sizes in a cell add up. Its text may be anything.
func (r *reader) framed(c cell) bool {
	size, n := varint(c.local)
	if n == 0 || size > uint64(len(c.local)) || int(size) < n { // #nosec G115 -- bounded by the page
		return c.size == 0
	}
	sum, ok := r.types(c.local[n:size], c.size-int64(size)) // #nosec G115 -- bounded by the page
	return ok && sum == c.size-int64(size)                  // #nosec G115 -- bounded by the page
}

// handLogRow hands over the row in cell c as far as its page has it.
func (r *reader) handLogRow(c cell, t *table) error {
	r.in = r.payload(c)
	p := &r.in
	p.next = 0
	if !r.header(p) {
		return nil
	}
	r.row = r.row[:0]
	r.widen(t)
	for i, s := range r.serials {
		if ok, err := r.value(p, s, i, t); err != nil {
			return err
		} else if !ok {
			break
		}
	}
	r.info.Rows++
	return r.h.Row(c.rowid, r.values)
}
