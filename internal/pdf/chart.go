package pdf

import "custode/internal/paper"

// The measures of a chart, in millimetres.
const (
	chartHigh = 22.0
	chartDot  = 0.6
	chartLeft = 7.0
)

// chart draws the dots between three lines, and what they show below.
func (s *sheet) chart(b paper.Block) {
	if len(b.Dots) > 0 {
		s.room(chartHigh + 14)
		top := s.f.GetY() + 2
		s.font("", small-1)
		s.f.SetTextColor(77, 87, 102)
		s.f.SetDrawColor(217, 222, 229)
		for i, mark := range []string{"100", "50", "0"} {
			y := top + chartHigh*float64(i)/2
			s.f.Line(margin+chartLeft, y, margin+s.width, y)
			s.f.Text(margin+chartLeft-1.2-s.f.GetStringWidth(mark), y+0.9, mark)
		}
		s.f.SetDrawColor(28, 36, 48)
		s.f.SetFillColor(28, 36, 48)
		at := func(d paper.Dot) (x, y float64) {
			return margin + chartLeft + 1 + d.X*(s.width-chartLeft-2), top + chartHigh*(1-d.Y)
		}
		for i, d := range b.Dots {
			x, y := at(d)
			if d.Joined && i > 0 {
				fromX, fromY := at(b.Dots[i-1])
				s.f.Line(fromX, fromY, x, y)
			}
			s.f.Circle(x, y, chartDot, "F")
		}
		s.f.SetTextColor(0, 0, 0)
		s.skip(chartHigh + 4)
	}
	s.paragraph(b.Text, small+0.5)
	s.skip(2)
}
