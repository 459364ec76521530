package sqlitefile

import "encoding/binary"

// readTree reads the b-tree whose root is page root.
func (r *reader) readTree(root int64, t *table) error {
	if t.live {
		if err := r.h.Table(t.name, t.columns); err != nil {
			return err
		}
		if !t.schema {
			r.info.Tables++
		}
	}
	r.stack = r.stack[:0]
	if err := r.descend(root, t); err != nil {
		return err
	}
	for len(r.stack) > 0 {
		p := &r.stack[len(r.stack)-1]
		step := p.step
		p.step++
		switch {
		case step == 2*p.cells:
			if err := r.descend(p.right, t); err != nil {
				return err
			}
		case step > 2*p.cells:
			r.stack = r.stack[:len(r.stack)-1]
		case step&1 == 0:
			// A pointer to a cell that is not in the page was marked on the way in.
			if c, ok := r.cell(p, step/2); ok {
				if err := r.descend(c.child, t); err != nil {
					return err
				}
			}
		case p.index():
			if err := r.handCell(p, step/2, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// descend reads page n of a tree: a leaf at once, an interior page by putting it on
// the stack.
func (r *reader) descend(n int64, t *table) error {
	if !r.claim(n) {
		return nil
	}
	p := &r.leaf
	var err error
	if p.b, err = r.load(p.b, n); err != nil {
		return err
	}
	p.n = n
	if !p.parse(r.usable) || !r.belongs(p, t) {
		r.markBad(n)
		return r.recoverPage(p)
	}
	if !p.inner() {
		for i := range p.cells {
			if err := r.handCell(p, i, t); err != nil {
				return err
			}
		}
		return r.handFree(p, t.field(p.kind))
	}
	if err := r.handFree(p, t.field(p.kind)); err != nil {
		return err
	}
	if len(r.stack) < cap(r.stack) {
		r.stack = r.stack[:len(r.stack)+1]
	} else {
		r.stack = append(r.stack, page{})
	}
	top := &r.stack[len(r.stack)-1]
	b := top.b
	if len(b) < r.pageSize {
		b = make([]byte, r.pageSize)
	}
	copy(b, p.b)
	*top = *p
	top.b = b
	return nil
}

// belongs reports whether a page may stand where it does in the tree of t.
func (r *reader) belongs(p *page, t *table) bool {
	if len(r.stack) == 0 {
		return t.live || p.index()
	}
	return r.stack[0].index() == p.index() && (len(r.stack) < mostLevels || !p.inner())
}

// handCell hands over the row in cell i of a page of a live table, and passes over
// the cell of an index. Cells that overlap would make much out of little: the
// payload of one page is not more than the page.
func (r *reader) handCell(p *page, i int, t *table) error {
	c, ok := r.cell(p, i)
	if ok {
		p.used += len(c.local) + 2
		ok = p.used <= r.usable
	}
	if !ok {
		r.markBad(p.n)
		return nil
	}
	if !t.live {
		if c.next == 0 {
			return nil
		}
		r.in = r.payload(c)
		if r.in.skip(); r.in.cut {
			r.markBad(p.n)
		}
		return r.handRest(&r.in)
	}
	if p.index() {
		c.rowid = 0
	}
	return r.handRow(c, t, p.n)
}

// handFree hands over what is legible in the parts of a page where no cell is.
func (r *reader) handFree(p *page, f field) error {
	clear(r.cover.bits)
	r.cover.mark(0, p.content)
	used := 0
	for i := range p.cells {
		c, ok := r.cell(p, i)
		if ok {
			used += len(c.local) + 2
			ok = used <= r.usable // as handCell counts
		}
		if !ok {
			r.markBad(p.n)
			continue
		}
		r.cover.mark(c.from, c.to)
	}
	return r.handUncovered(p.b, f)
}

// handUncovered hands over what is legible in the bytes of a page that are not
// marked as used.
func (r *reader) handUncovered(b []byte, f field) error {
	for lo, hi := r.cover.free(0, len(b)); lo < len(b); lo, hi = r.cover.free(hi, len(b)) {
		if hi-lo < shortestRun {
			continue
		}
		if err := r.carve(b[lo:hi], f); err != nil {
			return err
		}
	}
	return r.flush()
}

// readTrunks reads the trunk pages of the free list (section 1.5). What the leaf pages of
// the list hold is found with the pages that no tree reaches.
func (r *reader) readTrunks(n int64) error {
	for n != 0 && r.claim(n) {
		b, err := r.load(r.leaf.b, n)
		if err != nil {
			return err
		}
		leaves := int64(binary.BigEndian.Uint32(b[4:]))
		if leaves > int64(r.usable/4-2) {
			r.markBad(n)
			leaves = 0
		}
		if err := r.carve(b[8+4*leaves:], field{}); err != nil {
			return err
		}
		if err := r.flush(); err != nil {
			return err
		}
		n = int64(binary.BigEndian.Uint32(b))
	}
	return nil
}

// readUnreached hands over what is legible in the pages that no tree reaches:
// first those that look like pages of a b-tree, since their cells say which
// overflow pages belong to them, then the others.
func (r *reader) readUnreached() error {
	for _, trees := range [...]bool{true, false} {
		for n := int64(1); n <= r.pages; n++ {
			if n <= mostPages && r.seen.has(n) {
				continue
			}
			p := &r.leaf
			var err error
			if p.b, err = r.load(p.b, n); err != nil {
				return err
			}
			p.n = n
			tree := !r.special(n) && p.parse(r.usable)
			if tree != trees {
				continue
			}
			if n <= mostPages {
				r.seen.add(n, r.pages)
			} else {
				r.markBad(n)
			}
			if err := r.recoverPage(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// special says that page n is a pointer map (section 1.8) or the one with the
// lock bytes (section 1.4).
func (r *reader) special(n int64) bool {
	lock := int64(1<<30/r.pageSize + 1)
	if n == lock {
		return true
	}
	if r.pointers == 0 || n < 2 {
		return false
	}
	m := (n-2)/r.pointers*r.pointers + 2
	if m == lock {
		m++
	}
	return n == m
}

// recoverPage hands over what is legible in a page that is in no tree: the values
// of its cells where they are whole, the rest as it is.
func (r *reader) recoverPage(p *page) error {
	if r.special(p.n) || !p.parse(r.usable) {
		if err := r.carve(p.b, field{}); err != nil {
			return err
		}
		return r.flush()
	}
	clear(r.cover.bits)
	r.budget = carveCost * len(p.b)
	for i := range p.cells {
		c, ok := r.cell(p, i)
		if !ok || p.kind == tableInner || !r.whole(c) {
			continue
		}
		if p.used += len(c.local) + 2; p.used > r.usable {
			break
		}
		r.cover.mark(c.from, c.to)
		if err := r.handLines(c); err != nil {
			return err
		}
	}
	return r.handUncovered(p.b, field{kind: p.kind})
}
