package reader

import "custode/scan/reader/office"

// gridBytes is how many bytes of a sheet's first rows are looked at for its
// header.
const gridBytes = 64 << 10

// grid hands over the rows of a sheet as those of a table: the first ones are
// held until it is clear which of them is the header.
type grid struct {
	part    Part
	text    []byte  // of the rows that are held
	numbers []int64 // of the same rows
	decided bool
	cols    []int // the sink's numbers, by the sheet's columns
}

// begin begins another sheet.
func (g *grid) begin(p Part) {
	g.part, g.decided = p, false
	g.text, g.numbers, g.cols = g.text[:0], g.numbers[:0], g.cols[:0]
}

// row takes the next row.
func (g *grid) row(r *Reader, number int64, cells []office.Cell) {
	if len(cells) == 0 {
		return
	}
	if g.decided {
		g.hand(r, number, cells)
		return
	}
	s := &r.rows
	if len(g.numbers) == 0 {
		s.cells, s.rows = s.cells[:0], s.rows[:0]
	}
	row := sampleRow{at: len(g.text), first: len(s.cells)}
	size := 0
	for _, c := range cells {
		size += len(c.Value)
	}
	if len(g.text)+size > gridBytes || cells[len(cells)-1].Column >= maxColumns {
		g.decide(r)
		g.hand(r, number, cells)
		return
	}
	for _, c := range cells {
		for len(s.cells)-row.first < c.Column {
			s.cells = append(s.cells, span{from: len(g.text), to: len(g.text)})
		}
		from := len(g.text)
		g.text = append(g.text, c.Value...)
		s.cells = append(s.cells, span{from: from, to: len(g.text)})
	}
	row.n = len(s.cells) - row.first
	s.rows = append(s.rows, row)
	if g.numbers = append(g.numbers, number); len(g.numbers) == sampleRows {
		g.decide(r)
	}
}

// end ends the sheet.
func (g *grid) end(r *Reader) {
	if !g.decided {
		g.decide(r)
	}
}

// decide finds the header among the rows that are held, and hands them over.
func (g *grid) decide(r *Reader) {
	g.decided = true
	r.sink.Part(g.part)
	s := &r.rows
	if len(g.numbers) == 0 {
		return
	}
	width, _ := s.width(0)
	h := r.findHeader(g.text, width)
	for i, number := range g.numbers {
		row := s.row(i)
		switch {
		case i < h.row: // a title
			for _, c := range row {
				if c.from < c.to {
					r.sink.Text(g.text[c.from:c.to], 0, c.to-c.from, number)
				}
			}
		case i == h.row:
			for k, c := range row {
				if c.from < c.to {
					g.name(r, k, g.text[c.from:c.to])
				}
			}
		default:
			for k, c := range row {
				if c.from < c.to {
					r.sink.Cell(g.column(r, k), g.text[c.from:c.to], number)
				}
			}
			r.sink.EndRecord()
		}
	}
}

// name makes a column with a header known.
func (g *grid) name(r *Reader, column int, header []byte) {
	g.reach(r, column)
	g.cols = append(g.cols, r.sink.Column(header, false))
}

// reach makes the columns before one known, so that their numbers are those of
// the sheet.
func (g *grid) reach(r *Reader, column int) {
	for len(g.cols) < column {
		g.cols = append(g.cols, r.sink.Column(nil, false))
	}
}

// column is the sink's number of a column of the sheet.
func (g *grid) column(r *Reader, column int) int {
	g.reach(r, column+1)
	return g.cols[column]
}

// hand hands over a row.
func (g *grid) hand(r *Reader, number int64, cells []office.Cell) {
	r.sink.Part(g.part)
	for _, c := range cells {
		if c.Column >= maxColumns || len(c.Value) > r.lim.cell {
			r.sink.Text(c.Value, 0, len(c.Value), number)
			continue
		}
		r.sink.Cell(g.column(r, c.Column), c.Value, number)
	}
	r.sink.EndRecord()
}
