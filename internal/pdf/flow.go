package pdf

import (
	"strings"

	"custode/internal/paper"
)

// run is a piece of a line in one style.
type run struct {
	s   string
	gap bool
}

func (s *sheet) font(style string, size float64) { s.f.SetFont(family, style, size) }

// known puts a box where the font lacks a character. Line ends stay.
func (s *sheet) known(t string) string {
	return strings.Map(func(r rune) rune {
		if r != '\n' && !s.glyphs[r] {
			return '\u25a1'
		}
		return r
	}, t)
}

// high is the height of a line in the size that is set.
func (s *sheet) high() float64 {
	size, _ := s.f.GetFontSize()
	return size * point * leading
}

// room begins a new page where less than so much is left.
func (s *sheet) room(h float64) {
	if s.f.GetY()+h > s.end {
		size, _ := s.f.GetFontSize()
		s.f.AddPage()
		s.font("", size)
		s.f.SetXY(margin, margin)
	}
}

func (s *sheet) skip(h float64) { s.f.SetXY(margin, s.f.GetY()+h) }

// wrap breaks a text into lines of at most so much; a word that is longer is broken. The
// size of the font is set before. There is at least one line.
func (s *sheet) wrap(t paper.Text, width float64) [][]run {
	var out [][]run
	var line []run
	used := 0.0
	size, _ := s.f.GetFontSize()
	space := s.f.GetStringWidth(" ")
	flush := func() { out, line, used = append(out, line), nil, 0 }
	glue := false // whether a space comes before the next word
	for _, span := range t {
		for i, para := range strings.Split(s.known(span.S), "\n") {
			if i > 0 {
				flush()
				glue = false
			}
			if span.Gap {
				s.font("B", size)
			} else {
				s.font("", size)
			}
			words := strings.Split(para, " ")
			for j, word := range words {
				if j > 0 {
					glue = true
				}
				if word == "" {
					continue
				}
				for word != "" {
					before := 0.0
					if glue && used > 0 {
						before = space
					}
					w := s.f.GetStringWidth(word)
					if used+before+w <= width {
						if before > 0 {
							word = " " + word
						}
						line, used, glue, word = join(line, run{word, span.Gap}), used+before+w, false, ""
						continue
					}
					if used > 0 {
						flush()
						glue = false
						continue
					}
					head := s.head(word, width)
					line, word = append(line, run{head, span.Gap}), word[len(head):]
					flush()
				}
			}
		}
	}
	s.font("", size)
	if len(line) > 0 || len(out) == 0 {
		flush()
	}
	return out
}

// join adds a piece to a line; pieces of one style are one, so that the words can be
// copied out of the PDF as they stand.
func join(line []run, r run) []run {
	if n := len(line); n > 0 && line[n-1].gap == r.gap {
		line[n-1].s += r.s
		return line
	}
	return append(line, r)
}

// head is as much of a word as has room, at least one character.
func (s *sheet) head(word string, width float64) string {
	used := 0.0
	for i, r := range word {
		used += s.f.GetStringWidth(string(r))
		if i > 0 && used > width {
			return word[:i]
		}
	}
	return word
}

// runs draws a line with its baseline at y.
func (s *sheet) runs(x, y float64, line []run) {
	size, _ := s.f.GetFontSize()
	red, green, blue := s.f.GetTextColor()
	for _, r := range line {
		if r.gap {
			s.font("B", size)
			s.f.SetTextColor(122, 38, 0)
		}
		s.f.Text(x, y, r.s)
		x += s.f.GetStringWidth(r.s)
		if r.gap {
			s.font("", size)
			s.f.SetTextColor(red, green, blue)
		}
	}
}

// lines draws lines below each other at x, over pages where need be.
func (s *sheet) lines(x float64, lines [][]run) {
	h := s.high()
	for _, l := range lines {
		s.room(h)
		s.runs(x, s.f.GetY()+h*0.75, l)
		s.skip(h)
	}
}

func (s *sheet) paragraph(t paper.Text, size float64) {
	s.font("", size)
	s.lines(margin, s.wrap(t, s.width))
}

func (s *sheet) bold(t string, size float64) {
	s.font("", size)
	lines := s.wrap(paper.Text{{S: t, Gap: true}}, s.width)
	h := s.high()
	for _, l := range lines {
		s.room(h)
		s.font("B", size)
		x := margin
		for _, r := range l {
			s.f.Text(x, s.f.GetY()+h*0.75, r.s)
			x += s.f.GetStringWidth(r.s)
		}
		s.skip(h)
	}
	s.font("", body)
}

func (s *sheet) item(t paper.Text, size float64) {
	s.font("", size)
	lines := s.wrap(t, s.width-5)
	s.room(s.high())
	s.f.Text(margin+1, s.f.GetY()+s.high()*0.75, "•")
	s.lines(margin+5, lines)
}

// row draws a field: its name on the left, its value beside it.
func (s *sheet) row(r paper.Row) {
	left := s.width * 0.34
	right := s.width - left - 4
	s.font("", body)
	value := append(paper.Text{}, r.Value...)
	var lines [][]run
	if len(r.Items) > 0 {
		for _, it := range r.Items {
			lines = append(lines, s.wrap(paper.Say("• "+it), right)...)
		}
		if r.Source != "" {
			lines = append(lines, s.wrap(paper.Say("("+r.Source+")"), right)...)
		}
	} else {
		if r.Source != "" {
			value = append(value, paper.Span{S: " (" + r.Source + ")"})
		}
		lines = s.wrap(value, right)
	}
	s.font("", body-1)
	names := s.wrap(paper.Say(r.Label), left)
	s.pair(names, lines, left+4)
}

// pair draws two columns side by side, over pages where need be.
func (s *sheet) pair(names, lines [][]run, at float64) {
	s.font("", body)
	h := s.high()
	if whole := float64(max(len(names), len(lines)))*h + 2; whole < (s.end-margin)/3 {
		s.room(whole) // a short field is not torn
	}
	for i := range max(len(names), len(lines)) {
		s.room(h)
		y := s.f.GetY() + h*0.75
		if i < len(names) {
			s.font("", body-1)
			s.f.SetTextColor(77, 87, 102)
			s.runs(margin, y, names[i])
			s.f.SetTextColor(0, 0, 0)
		}
		s.font("", body)
		if i < len(lines) {
			s.runs(margin+at, y, lines[i])
		}
		s.skip(h)
	}
	s.f.SetDrawColor(217, 222, 229)
	s.f.Line(margin, s.f.GetY()+1, margin+s.width, s.f.GetY()+1)
	s.skip(2)
}
