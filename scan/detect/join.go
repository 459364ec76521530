package detect

import "hash/maphash"

// Fork returns a collector for a later stretch of the text, table or row of
// documents that is read: it knows the columns made known so far. Both may be
// used at the same time, and the fork is given back by Join. It returns nil
// where stretches can't be looked at apart: with own patterns, which look at
// what stood before.
func (c *Collector) Fork() *Collector {
	if c.own != nil || c.leaf != &c.main {
		return nil
	}
	f := c.rules.Collector()
	f.part = c.part
	for _, col := range c.columns {
		f.columns = append(f.columns, col.blank(len(f.columns)))
	}
	return f
}

// blank is the column with nothing in it, as the n-th of a file, counted from 0.
func (col *column) blank(n int) *column {
	out := &column{where: col.where, head: col.head, near: col.near, taken: col.taken, key: col.key}
	out.where.Number = int64(n) + 1
	return out
}

// keyOf is the hash by which a column is known again in a later stretch; 0 for
// one without a name.
func keyOf(name []byte) uint64 {
	if len(name) == 0 {
		return 0
	}
	return max(maphash.Bytes(labelSeed, name), 1)
}

// Join takes over what the fork f has found in the stretch that follows what c
// has looked at; lines is how many lines there are in c's stretches. Forks are
// joined in the order of their stretches and are not used any more after that.
func (c *Collector) Join(f *Collector, lines int64) {
	c.leave()
	f.leave()
	for i, col := range f.columns {
		c.columns[c.same(col, i)].join(col, lines)
	}
	c.text.join(&f.text, lines)
	merge(c.people, f.people)
	merge(c.joined, f.joined)
	merge(c.lines, f.lines)
	c.several += f.several
	c.single += f.single
	c.rowed = c.rowed || f.rowed
	for i := range c.months {
		c.months[i] |= f.months[i]
	}
}

// same returns the place of the column that is col, the i-th of a fork.
func (c *Collector) same(col *column, i int) int {
	is := func(other *column) bool { return other.key == col.key && other.where.Unit == col.where.Unit }
	if i < len(c.columns) && is(c.columns[i]) {
		return i
	}
	if col.key != 0 || col.where.Unit == Field {
		for n, other := range c.columns {
			if is(other) {
				return n
			}
		}
	}
	if len(c.columns) <= maxColumns {
		c.columns = append(c.columns, col.blank(len(c.columns)))
	}
	return len(c.columns) - 1
}

// join takes over what was found in the same column of a later stretch.
func (col *column) join(o *column, lines int64) {
	col.place.join(&o.place, lines)
	col.loose.join(&o.loose, lines)
	col.hopes.join(&o.hopes, lines)
	col.cells += o.cells
	col.confirmed = col.confirmed || o.confirmed
	if o.unnamed != nil {
		if col.unnamed == nil {
			col.unnamed = o.unnamed
		} else {
			merge(col.unnamed, o.unnamed)
		}
	}
}

// join takes over what was found in the same place of a later stretch.
func (p *place) join(o *place, lines int64) {
	p.chances.add(o.chances)
	for i := range o.tallies {
		later := &o.tallies[i]
		t := p.tallyOf(later.kind, later.example)
		if t.count == 0 {
			*t = *later
			t.line += lines
			continue
		}
		t.count += later.count
		merge(t.distinct, later.distinct)
		if t.sample == "" {
			t.sample = later.sample
		}
		if later.confidence == High || t.confidence == Low {
			t.confidence = later.confidence
		}
		if later.why != "" {
			t.witness(later.why)
		}
	}
}

// add takes over what is known from a later stretch.
func (p *chances) add(o chances) {
	p.noCard += o.noCard
	p.noNIR += o.noNIR
	p.noZeros += o.noZeros
	for i := range p.zeros {
		p.zeros[i] += o.zeros[i]
		p.long[i] += o.long[i]
	}
}
