package rtf

// control takes a control word or symbol.
func (r *reader) control() error {
	b := r.in.need(maxToken)
	if len(b) < 2 {
		r.in.pos += len(b)
		return nil
	}
	if !isLetter(b[1]) {
		return r.symbol(b)
	}
	w, v := r.in.word(b)
	m := meanings[string(w)]
	star := r.star
	r.star = false
	switch {
	case m.act == letter:
		return r.unicode(v.n)
	case m.act == none:
		if star {
			r.away()
		}
		return nil
	case m.act == rawData:
		r.fall = max(0, r.fall-1)
		r.in.drop(int64(v.n))
		return nil
	case m.act == char && r.fall > 0:
		r.fall--
		return nil
	}
	if err := r.settle(); err != nil {
		return err
	}
	if m.act < tab {
		return r.destination(m)
	}
	if m.act < inRow {
		r.fall = 0
		return r.mover(m.act)
	}
	r.format(m, v)
	return nil
}

// symbol takes a control symbol, of which b is the backslash and what follows.
func (r *reader) symbol(b []byte) error {
	c := b[1]
	r.in.pos += 2
	star := r.star
	r.star = false
	switch c {
	case '\'':
		if len(b) < 4 {
			r.in.pos += len(b) - 2
			return nil
		}
		hi, lo := nibble(b[2]), nibble(b[3])
		if hi > 15 || lo > 15 {
			return nil
		}
		r.in.pos += 2
		return r.octet(hi<<4|lo, false)
	case '*':
		r.star = true
		return nil
	case '\n', '\r':
		r.star = star
		r.fall = 0
		return r.line(r.flow.line)
	case '\\', '{', '}', '\t':
		return r.octet(c, false)
	case '~':
		return r.octet(' ', false)
	case '_':
		return r.octet('-', false)
	case '-':
		r.fall = max(0, r.fall-1)
	case '|', ':':
		// of a formula, of an index entry
	default:
		return r.octet(c, true)
	}
	return nil
}

// away skips the group. The document itself is none that is skipped.
func (r *reader) away() {
	if r.depth > 1 {
		r.in.skip()
	}
}

// destination takes the words that say what a group holds, and characters.
func (r *reader) destination(m meaning) error {
	switch m.act {
	case char:
		return r.char(m.arg)
	case dest:
		return r.enter(place(m.arg)) //nolint:gosec // a place, as the table says
	case away:
		r.away()
	case picture:
		if !r.cur.replace && r.depth > 1 {
			r.info.Pictures++
		}
		r.away()
	case twin:
		if r.info.Pictures == 0 && !r.cur.replace && r.depth > 1 {
			r.info.Pictures++
		}
		r.away()
	case objBegin:
		r.solid = false
	case objLook:
		r.cur.replace = r.solid
	case objData:
		return r.embedded()
	case shapeValue:
		return r.shapeValue()
	case paraNumber:
		r.cur.number = true
	default: // pass
	}
	return nil
}

// shapeValue takes the value of a shape's property: most are numbers.
func (r *reader) shapeValue() error {
	to := drop
	switch string(r.name) {
	case "gtextUNICODE", "wzDescription", "wzTooltip", "pihlShape":
		to = aside
	}
	r.name = r.name[:0]
	return r.enter(to)
}

// mover takes the words that end a cell, line, row or page.
func (r *reader) mover(a act) error {
	switch a {
	case tab:
		return r.tab()
	case line:
		return r.line(r.flow.line)
	case stop:
		return r.line(r.flow.shut)
	case cell:
		if at, ok := r.base(); ok {
			return r.cell(at)
		}
	case cellIn:
		if at, ok := r.inner(); ok {
			return r.cell(at)
		}
	case row, rowIn:
		return r.row(a == rowIn)
	default:
	}
	return nil
}

// format takes the words that change the formatting.
func (r *reader) format(m meaning, v number) {
	o, s := &r.octets, &r.cur
	switch m.act {
	case inRow:
		s.row = true
	case paragraph:
		s.row, s.level = false, 0
	case level:
		s.level = uint8(max(0, min(v.n, 255)))
		s.row = v.n > 0
	case plainText:
		s.font, s.other, s.right, s.gone = o.plain, o.plain, false, false
	case gone:
		s.gone = v.or(1) != 0
	case font:
		if s.dest == fonts {
			o.font = v.n
		}
		s.font = o.of(v.n)
	case fontOther:
		s.other = o.of(v.n)
	case fontDefault:
		o.deff = v.n
		o.standard()
	case fontCharset:
		if s.dest == fonts {
			o.set(pageOfCharset(v.n))
		}
	case fontPage:
		if s.dest == fonts {
			o.set(v.n)
		}
	case docPage:
		if v.n > 0 {
			o.document(v.n)
		}
	case docKind:
		o.document(int(m.arg))
	case toRight:
		s.right = false
	case toLeft:
		s.right = true
	case fallback:
		s.skips = uint8(max(0, min(v.or(1), maxSkip)))
	default:
	}
}
