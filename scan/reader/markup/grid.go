package markup

import "slices"

// spans is how far a cell reaches.
type spans struct{ columns, rows int }

// place is what is known of one column of a table.
type place struct {
	column int // the sink's number
	rows   int // further rows that a cell above reaches into
}

// title is the cell of a header.
type title struct {
	text    []byte
	line    int64
	columns int // that it is above
}

// grid is the table that is open. Tables in it are text.
type grid struct {
	depth  int  // tables that are open
	head   bool // a thead is open
	rows   int  // begun
	named  bool // the table has a header: cells go out as cells
	in     bool // a row is open
	cell   bool // a cell is open
	naming bool // it is one of a header that is being read
	guess  bool // nothing but its words can say that it is one
	at     int  // the place of the cell
	reach  spans
	places []place
	titles []title // of the header being read
	buf    []byte  // the cell
	line   int64   // where it begins
	long   bool    // it goes out as text
	any    bool    // the row has a cell
}

// takes reports whether text belongs to a cell that is kept.
func (g *grid) takes() bool { return g.depth == 1 && g.cell && (g.named || g.naming) }

func (g *grid) open(o *out) {
	if g.takes() {
		// What stands before a table in a cell is no value of the cell any more.
		g.spill(o)
	}
	if g.depth++; g.depth > 1 {
		return
	}
	*g = grid{depth: 1, places: g.places[:0], titles: g.titles[:0], buf: g.buf[:0]}
}

// spill turns the cell that is open into text. The blanks at its end are those of a tag.
func (g *grid) spill(o *out) {
	o.part('\n')
	o.text(trim(g.buf), g.line)
	g.buf = g.buf[:0]
	g.long = true
}

// add takes text of the cell that is open.
func (g *grid) add(o *out, b []byte, line int64) {
	if !g.long && len(g.buf)+len(b) > longestCell {
		g.spill(o)
	}
	if g.long {
		o.text(b, line)
		return
	}
	if len(g.buf) == 0 {
		n := blanks(b)
		g.line = line + lines(b[:n])
		b = b[n:]
	}
	g.buf = append(g.buf, b...)
}

func (h *page) startRow() {
	g := &h.table
	h.endRow()
	if g.depth != 1 {
		return
	}
	g.rows++
	g.in, g.at, g.any = true, 0, false
}

func (h *page) startCell(th bool) {
	g := &h.table
	h.endCell()
	if g.depth != 1 {
		h.out.part('\t')
		return
	}
	if !g.in {
		h.startRow()
	}
	plain := !th && !g.head
	if !g.named && (g.rows > 1 || plain && h.header == nil) {
		h.noHeader()
		h.out.part('\t')
		g.cell = true
		return
	}
	g.cell, g.long, g.buf, g.line = true, false, g.buf[:0], h.line
	g.naming, g.reach = !g.named, h.span
	g.guess = g.guess || plain
	for !g.naming && g.at < len(g.places) && g.places[g.at].rows > 0 {
		g.places[g.at].rows--
		g.at++
	}
}

// endCell ends the cell that is open.
func (h *page) endCell() {
	g := &h.table
	if g.depth != 1 || !g.cell {
		if g.depth > 1 || !g.in {
			h.out.part('\t')
		}
		return
	}
	g.cell = false
	v := trim(g.buf)
	switch {
	case g.long:
		h.out.part('\n')
		if g.naming {
			g.naming = false
			h.noHeader()
		}
	case g.naming:
		g.naming = false
		g.titles = append(g.titles, title{slices.Clone(v), g.line, g.reach.columns})
		if len(v) > longestName || len(g.titles) > mostColumns {
			h.noHeader()
		}
	case g.named:
		h.handCell(v)
	default:
		h.out.part('\t')
	}
}

// handCell hands over the value of the cell that has ended.
func (h *page) handCell(v []byte) {
	g := &h.table
	column := -2
	if g.at < len(g.places) {
		column = g.places[g.at].column
	}
	if len(v) > 0 {
		if column == -2 {
			column = h.out.column(nil, false)
		}
		if h.out.cell(column, v, g.line) {
			g.any = true
		}
	}
	for range g.reach.columns {
		if g.at < len(g.places) {
			g.places[g.at].rows = g.reach.rows - 1
		}
		g.at++
	}
}

// endRow ends the row that is open: of a header the columns are made known now.
func (h *page) endRow() {
	g := &h.table
	if g.depth != 1 {
		h.part()
		return
	}
	h.endCell()
	if !g.in {
		return
	}
	g.in = false
	switch {
	case g.named:
		for g.at < len(g.places) {
			g.places[g.at].rows = max(0, g.places[g.at].rows-1)
			g.at++
		}
		if g.any {
			h.out.sink.EndRecord()
		}
	case len(g.titles) > 0 && g.guess && !h.header(g.words()):
		h.noHeader()
	case len(g.titles) > 0:
		g.named = true
		for _, t := range g.titles {
			column := h.out.column(t.text, false)
			for range t.columns {
				if len(g.places) < mostColumns {
					g.places = append(g.places, place{column: column})
				}
			}
		}
		g.titles = g.titles[:0]
	}
	h.out.part('\n')
	h.empty()
}

// words are the cells of what may be a header.
func (g *grid) words() [][]byte {
	cells := make([][]byte, len(g.titles))
	for i, t := range g.titles {
		cells[i] = t.text
	}
	return cells
}

// noHeader hands over as text what was taken for a header.
func (h *page) noHeader() {
	g := &h.table
	for _, t := range g.titles {
		h.out.text(t.text, t.line)
		h.out.part('\t')
	}
	g.titles = g.titles[:0]
	g.rows = max(g.rows, 2) // no other row is taken for one
}

func (h *page) endTable() {
	g := &h.table
	if g.depth == 1 {
		h.endRow()
		g.named = false
	}
	g.depth = max(0, g.depth-1)
	h.part()
}
