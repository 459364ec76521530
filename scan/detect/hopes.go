package detect

// hope counts a number that nothing but its check digit speaks for, until the
// end of the file says whether the column is full of them.
func (col *column) hope(kind Kind, h uint64, value []byte) {
	col.hopes.tally(kind).add(h, Medium, value)
}

// hopeful is how many there must be, and how many of ten cells, for a column to
// be one of them.
const (
	hopefulCells = 5
	hopefulTenth = 8
)

// settleHopes makes findings of the numbers that fill a column.
func (c *Collector) settleHopes(col *column) {
	for i := range col.hopes.tallies {
		h := &col.hopes.tallies[i]
		if h.count < hopefulCells || 10*h.count < hopefulTenth*col.cells {
			continue
		}
		t := col.tally(h.kind)
		if t.count > 0 {
			t.count += h.count
			merge(t.distinct, h.distinct)
			continue
		}
		*t = *h
		t.why = WhyColumn
		if c.people.Count() == 0 {
			merge(c.people, h.distinct)
			c.rowed = true
		}
	}
	col.hopes.tallies = nil
	for i := range col.tallies {
		t := &col.tallies[i]
		if t.why == WhyShape && (t.kind == NINO || t.kind == IdentityCard) && t.count >= hopefulCells && 10*t.count >= hopefulTenth*col.cells {
			t.confidence, t.why = Medium, WhyColumn
		}
	}
}
