package seek

// putTogether looks for names that are split over two columns.
func (f *Finder) putTogether() {
	r := &f.row
	var both []byte
	for i := range r.held[:r.helds] {
		for k := range r.held[:r.helds] {
			a, b := &r.held[i], &r.held[k]
			if i == k || !f.pair(a.column, b.column) {
				continue
			}
			both = append(append(append(both[:0], a.text...), ' '), b.text...)
			f.other.hits = f.other.hits[:0]
			f.s.look(&f.other, both, 0, len(both))
			for _, h := range f.other.hits {
				if h.units != 0 || h.at >= len(a.text) || h.end <= len(a.text) || f.s.named>>h.term&1 == 0 {
					continue
				}
				if h.short {
					r.short |= 1 << h.term
				} else {
					r.full |= 1 << h.term
				}
				first := a
				if b.line < a.line || b.line == a.line && b.column < a.column {
					first = b
				}
				r.mark(first.column, first.line)
			}
		}
	}
	clear(both)
	clear(f.other.hits)
}

// pair tells whether a given name in one column and a last name in the other are
// of one person: by what their headers say or, where there are none, because they
// stand side by side.
func (f *Finder) pair(a, b int) bool {
	if a < 0 || b < 0 {
		return false
	}
	x, y := &f.cols[a], &f.cols[b]
	if x.role != 0 && y.role != 0 && !f.row.header {
		return (x.role|y.role) == given|family && (x.whose == y.whose || x.whose == "" || y.whose == "")
	}
	return (!x.named && !y.named || f.row.header) && (x.number-y.number == 1 || y.number-x.number == 1)
}
