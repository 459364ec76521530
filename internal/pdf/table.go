package pdf

import "custode/internal/paper"

// table draws a table; its head stands again on every page.
func (s *sheet) table(b paper.Block) {
	if len(b.Head) == 0 {
		return
	}
	widths := s.columns(b)
	s.cellSize = small + 0.5
	if b.Small {
		s.cellSize = small - 0.5
	}
	s.font("", s.cellSize)
	if len(b.Cells) > 0 { // the head does not stand alone at the end of a page
		if first := s.rowHigh(b.Head, widths) + s.rowHigh(b.Cells[0], widths); first < (s.end-margin)*0.8 {
			s.room(first)
		}
	}
	s.cells(b.Head, widths, true)
	for _, row := range b.Cells {
		page := s.f.PageNo()
		s.font("", s.cellSize)
		if s.f.GetY()+s.rowHigh(row, widths) > s.end && s.rowHigh(row, widths) < (s.end-margin)*0.8 {
			s.f.AddPage()
			s.f.SetXY(margin, margin)
		}
		if s.f.PageNo() != page {
			s.cells(b.Head, widths, true)
		}
		s.cells(row, widths, false)
	}
	s.skip(3)
}

func (s *sheet) columns(b paper.Block) []float64 {
	parts := b.Widths
	if len(parts) != len(b.Head) {
		parts = make([]int, len(b.Head))
		for i := range parts {
			parts[i] = 1
		}
	}
	sum := 0
	for _, p := range parts {
		sum += p
	}
	out := make([]float64, len(parts))
	for i, p := range parts {
		out[i] = s.width * float64(p) / float64(max(sum, 1))
	}
	return out
}

const gutter = 3.0

func (s *sheet) rowHigh(row []string, widths []float64) float64 {
	n := 1
	for i, w := range widths {
		if i < len(row) {
			n = max(n, len(s.wrap(paper.Say(row[i]), w-gutter)))
		}
	}
	return float64(n)*s.high() + 2
}

// cells draws one row, over pages where it is longer than one.
func (s *sheet) cells(row []string, widths []float64, head bool) {
	s.font("", s.cellSize)
	h := s.high()
	columns := make([][][]run, len(widths))
	most := 0
	for i, w := range widths {
		if i < len(row) {
			columns[i] = s.wrap(paper.Text{{S: row[i], Gap: head}}, w-gutter)
		}
		most = max(most, len(columns[i]))
	}
	for n := range most {
		s.room(h)
		s.font("", s.cellSize)
		x := margin
		for i, w := range widths {
			if n < len(columns[i]) {
				s.cell(x, s.f.GetY()+h*0.75, columns[i][n], head)
			}
			x += w
		}
		s.skip(h)
	}
	s.f.SetDrawColor(217, 222, 229)
	s.f.Line(margin, s.f.GetY()+0.6, margin+s.width, s.f.GetY()+0.6)
	s.skip(1.4)
}

func (s *sheet) cell(x, y float64, line []run, head bool) {
	if !head {
		s.runs(x, y, line)
		return
	}
	size, _ := s.f.GetFontSize()
	s.font("B", size)
	for _, r := range line {
		s.f.Text(x, y, r.s)
		x += s.f.GetStringWidth(r.s)
	}
	s.font("", size)
}
