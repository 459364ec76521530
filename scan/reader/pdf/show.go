package pdf

import "math"

// textOperator does what an operator of text says, section 9; false for any other.
func (r *run) textOperator(op string, s *scope) bool {
	st := &r.st
	switch op {
	case "BT":
		r.d.layout.flow = false
		r.tm, r.tlm = identity(), identity()
	case "ET":
	case "Tj":
		r.showText(r.bytes(1))
	case "TJ":
		r.showArray()
	case "'":
		r.move(0, -st.leading)
		r.showText(r.bytes(1))
	case "\"":
		st.word, st.letter = r.num(3), r.num(2)
		r.move(0, -st.leading)
		r.showText(r.bytes(1))
	case "Td":
		r.move(r.num(2), r.num(1))
	case "TD":
		st.leading = -r.num(1)
		r.move(r.num(2), r.num(1))
	case "Tm":
		if m := r.matrix(); m.sane() {
			r.tm, r.tlm = m, m
		}
	case "T*":
		r.move(0, -st.leading)
	case "Tc":
		st.letter = r.num(1)
	case "Tw":
		st.word = r.num(1)
	case "Tz":
		st.scale = r.num(1) / 100
	case "TL":
		st.leading = r.num(1)
	case "Ts":
		st.raised = r.num(1)
	case "Tf":
		st.size = r.num(1)
		st.font = r.fontNamed(r.bytes(2), s)
	default:
		return false
	}
	return true
}

// move goes to a new line.
func (r *run) move(x, y float64) {
	if m := (matrix{1, 0, 0, 1, x, y}).times(r.tlm); m.sane() {
		r.tm, r.tlm = m, m
	}
}

// fontNamed is the font that has a name in the resources.
func (r *run) fontNamed(n []byte, s *scope) *font {
	if f, ok := s.fonts[string(n)]; ok {
		return f
	}
	fonts := r.d.dict(s.resources.get("Font"))
	r.work -= int64(len(fonts))
	o := fonts.get(name(n))
	var f *font
	if o != nil {
		f = r.d.font(o)
	}
	if s.fonts == nil || len(s.fonts) >= maxScope {
		s.fonts = make(map[string]*font)
	}
	s.fonts[string(n)] = f
	return f
}

// showArray shows the strings of TJ, with the gaps between them.
func (r *run) showArray() {
	st := &r.st
	for i := range r.ops {
		o := &r.ops[i]
		switch o.kind {
		case tokenText:
			r.showText(r.scratch[o.from:o.to])
		case tokenInt, tokenReal:
			by := -o.num / 1000 * st.size
			if st.font != nil && st.font.vertical {
				r.advance(0, by)
			} else {
				r.advance(by*st.scale, 0)
			}
		}
	}
}

// advance moves the place of the next glyph.
func (r *run) advance(x, y float64) {
	e, f := r.tm[4]+x*r.tm[0]+y*r.tm[2], r.tm[5]+x*r.tm[1]+y*r.tm[3]
	if math.Abs(e) < 1e12 && math.Abs(f) < 1e12 {
		r.tm[4], r.tm[5] = e, f
	}
}

// showText shows a string.
func (r *run) showText(s []byte) {
	st, p := &r.st, &r.d.layout
	f := st.font
	if f == nil {
		r.glyphs += len(s)
		r.unknown += len(s)
		return
	}
	m := r.tm.times(st.ctm)
	x, y := m[4]+st.raised*m[2], m[5]+st.raised*m[3]
	// One unit of text space along the line is (dx, dy) on the page.
	dx, dy := m[0], m[1]
	size, scale := st.size, st.scale
	if f.vertical {
		dx, dy, scale = -m[2], -m[3], 1
	}
	if size*scale < 0 {
		dx, dy = -dx, -dy
	}
	unit := math.Hypot(dx, dy)
	perSize := math.Abs(size*scale) * unit
	if !(perSize > 1e-9 && perSize < 1e12) || math.IsNaN(x+y) {
		perSize, unit = 1e-9, 0
	}
	u := p.begin(x, y, dx, dy, max(perSize*f.em, 1e-9))
	p.clip = st.clip.along(p.angle)
	letter, word := st.letter*scale, st.word*scale
	if size*scale < 0 {
		letter, word = -letter, -word
	}
	p.slack = min(max(0, letter*unit), p.em)
	moved := 0.0
	for len(s) > 0 {
		g, code, n := f.next(s)
		s = s[n:]
		r.glyph(g, u+moved, g.width*perSize)
		moved += g.width*perSize + letter*unit
		if code == ' ' && n == 1 {
			moved += word * unit
		}
	}
	p.slack = 0
	if unit == 0 {
		return
	}
	by := moved / unit
	if size*scale < 0 {
		by = -by
	}
	if f.vertical {
		r.advance(0, -by)
	} else {
		r.advance(by, 0)
	}
}

// glyph counts a glyph and places it.
func (r *run) glyph(g glyph, u, w float64) {
	if g.text != " " {
		r.glyphs++
		if !g.known {
			r.unknown++
		}
	}
	p := &r.d.layout
	if t, ok := r.marks.instead(g); ok {
		r.unknown--
		if t != "" {
			p.put(u, w, t)
		}
		return
	}
	if p.full() {
		r.d.flush()
	}
	if g.text == "" {
		p.put(u, w, "\uFFFD")
		return
	}
	p.put(u, w, g.text)
}
