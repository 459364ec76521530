package reader

const (
	sampleRows  = 20      // rows looked at to tell a table
	sampleCells = 1 << 13 // their cells; beyond them nothing more is looked at
)

// sample is the first rows of what may be a table.
type sample struct {
	cells []span
	rows  []sampleRow
}

// sampleRow says where a row begins in the text and in sample.cells.
type sampleRow struct{ at, first, n int }

func (s *sample) row(i int) []span {
	r := s.rows[i]
	return s.cells[r.first : r.first+r.n]
}

// take splits the first rows of b that are not empty. A row of more cells than
// are looked at is taken for as many.
func (s *sample) take(d *dialect, b []byte, last bool) {
	s.cells, s.rows = s.cells[:0], s.rows[:0]
	i := 0
	for i < len(b) && len(s.rows) < sampleRows && len(s.cells) < sampleCells {
		row := sampleRow{at: i, first: len(s.cells)}
		for {
			c := d.split(b, i, last)
			if c.ending == tooLong {
				s.cells = s.cells[:row.first]
				return
			}
			s.cells = append(s.cells, c)
			i = c.next
			if c.ending != atDelim || len(s.cells) == sampleCells {
				break
			}
		}
		row.n = len(s.cells) - row.first
		if row.n == 1 && s.cells[row.first].from == s.cells[row.first].to {
			s.cells = s.cells[:row.first]
			continue
		}
		s.rows = append(s.rows, row)
	}
}

// width is the number of cells that most rows from the given one have, and agree
// how many do; the wider one where two are equally frequent.
func (s *sample) width(from int) (width, agree int) {
	for i := from; i < len(s.rows); i++ {
		n := s.rows[i].n
		same := 0
		for j := from; j < len(s.rows); j++ {
			if s.rows[j].n == n {
				same++
			}
		}
		if same > agree || same == agree && n > width {
			width, agree = n, same
		}
	}
	return width, agree
}

// looks is what the cells of a sample look like, taken together.
type looks struct {
	cells     int // that are not empty
	bytes     int // in all cells
	spaced    int // cells, not the first of a row, that begin after a blank
	open      int // rows with a cell of unbalanced brackets
	noFirst   int // rows whose first cell is empty
	noLast    int // rows whose last cell is empty
	typed     int // columns mostly of numbers, dates, codes
	sentences int // columns of three words or more on average
	clock     bool
}

// look looks along the rows from the given one.
func (s *sample) look(b []byte, from int) looks {
	var l looks
	for i := from; i < len(s.rows); i++ {
		row := s.row(i)
		l.noFirst += count(row[0].from == row[0].to)
		l.noLast += count(row[len(row)-1].from == row[len(row)-1].to)
		broken := false
		for k, c := range row {
			l.cells += count(c.from < c.to)
			l.bytes += c.to - c.from
			l.spaced += count(k > 0 && c.from < c.to && c.from > 0 && b[c.from-1] == ' ')
			broken = broken || unbalanced(b[c.from:c.to])
		}
		l.open += count(broken)
	}
	return l
}

// lookDown looks down the columns; width is their number.
func (s *sample) lookDown(b []byte, from, width int, l *looks) {
	for k := range min(width, 64) {
		seen, values, words := 0, 0, 0
		for i := from; i < len(s.rows); i++ {
			row := s.row(i)
			if k >= len(row) || row[k].from == row[k].to {
				continue
			}
			cell := b[row[k].from:row[k].to]
			seen++
			values += count(typed(cell))
			words += wordCount(cell)
			if k == 0 && clock(cell) {
				l.clock = true
			}
		}
		l.typed += count(seen > 0 && values*2 > seen)
		l.sentences += count(seen > 0 && words >= 3*seen)
	}
}

func count(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// clock tells a cell that ends with a time of day as logs have it, 12:34:56.
func clock(cell []byte) bool {
	if len(cell) < 8 {
		return false
	}
	for i, c := range cell[len(cell)-8:] {
		if (i == 2 || i == 5) != (c == ':') || c != ':' && !digit(c) {
			return false
		}
	}
	return true
}

// unbalanced tells a cell in which a bracket is opened and not closed, or the
// other way round: what splitting program code or a log at commas gives.
func unbalanced(cell []byte) bool {
	depth := 0
	for _, c := range cell {
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		}
		if depth < 0 {
			return true
		}
	}
	return depth != 0
}

// wordCount counts the words between blanks.
func wordCount(cell []byte) int {
	n := 0
	for i, c := range cell {
		n += count(c != ' ' && (i == 0 || cell[i-1] == ' '))
	}
	return n
}
