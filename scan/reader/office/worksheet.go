package office

import "bytes"

// sheet reads the rows of a worksheet (ECMA-376 part 1, 18.3).
type sheet struct {
	r      *reader
	w      *walker
	f      *flow
	book   *workbook
	last   int64 // number of the last row
	column int   // of the last cell
	value  []byte
	lost   bool // a cell has a shared string that the workbook has not
}

// worksheet reads the sheet in whose root element the walker stands.
func (r *reader) worksheet(name string, hidden bool) error {
	if err := r.sheet(name, hidden); err != nil {
		return err
	}
	book := r.book
	if book == nil {
		book = &workbook{}
	}
	s := &sheet{r: r, w: &r.walk, f: &r.flow, book: book}
	s.f.begin(body)
	s.f.row.number = 1
	if err := s.read(); err != nil {
		return err
	}
	if s.lost {
		r.walk.broken = true
	}
	return nil
}

func (s *sheet) read() error {
	w := s.w
	for {
		switch w.next() {
		case atEnd:
			return nil
		case atShut:
			if string(w.name) == "row" {
				if err := s.f.row.emit(s.r.h, 1); err != nil {
					return err
				}
			}
		case atOpen:
			var err error
			switch string(w.name) {
			case "c":
				err = s.cell()
			case "row":
				err = s.row()
			case "oddHeader", "evenHeader", "firstHeader":
				err = s.margin(header)
			case "oddFooter", "evenFooter", "firstFooter":
				err = s.margin(footer)
			case "dataValidation":
				err = s.attrs(box, "prompt", "promptTitle", "error", "errorTitle")
			case "hyperlink":
				err = s.attrs(box, "tooltip")
			case "formula1":
				err = s.list()
			}
			if err != nil {
				return err
			}
		}
	}
}

// row begins a row; one that is still open ends.
func (s *sheet) row() error {
	if err := s.f.row.emit(s.r.h, 1); err != nil {
		return err
	}
	s.last++
	if n := number(s.w.attr("r"), 0); n > 0 {
		s.last = int64(n)
	}
	s.f.row.number = s.last
	s.column = -1
	return nil
}

// kindOf is what the value of a cell is.
type kindOf uint8

const (
	aNumber kindOf = iota
	aShared
	aText
	aTruth
	aDate
	anError
)

// cellKind reads the type of a cell (18.18.11).
func cellKind(t []byte) kindOf {
	switch string(t) {
	case "s":
		return aShared
	case "str", "inlineStr":
		return aText
	case "b":
		return aTruth
	case "d":
		return aDate
	case "e":
		return anError
	default:
		return aNumber
	}
}

// cell reads one cell.
func (s *sheet) cell() error {
	w := s.w
	column, style, kind := s.column+1, 0, aNumber
	for _, a := range w.attrs {
		if a.nameEnd-a.name != 1 {
			continue
		}
		value := w.tag[a.value:a.valueEnd]
		switch w.tag[a.name] {
		case 'r':
			if n := columnOf(value); n >= 0 {
				column = n
			}
		case 's':
			style = number(value, 0)
		case 't':
			kind = cellKind(value)
		}
	}
	if err := s.read1(w.depth); err != nil {
		return err
	}
	s.column = column
	if len(s.value) == 0 {
		return nil
	}
	row := &s.f.row
	if row.full(column) {
		if err := row.emit(s.r.h, 1); err != nil {
			return err
		}
	}
	if kind == aShared {
		return s.sharedCell(column)
	}
	row.begin(column)
	switch kind {
	case aText:
		row.add(unescape(s.value))
	case aTruth:
		if truth(s.value) {
			row.add([]byte("TRUE"))
		} else {
			row.add([]byte("FALSE"))
		}
	case aDate:
		row.add(date(s.value))
	case aNumber:
		row.arena = s.book.styles.appendCell(row.arena, s.value, style)
	default:
		row.add(s.value)
	}
	row.shut()
	return nil
}

// sharedCell adds a cell that has a shared string.
func (s *sheet) sharedCell(column int) error {
	i := number(bytes.TrimSpace(s.value), -1)
	text, ok := s.book.shared.get(i)
	if !ok {
		if i < 0 || i >= s.book.shared.total {
			s.lost = true
		}
		return nil
	}
	if len(text) > 0 {
		s.f.row.cells = append(s.f.row.cells, Cell{Column: column, Value: text})
	}
	return nil
}

// read1 reads the value of the cell that is open at depth.
func (s *sheet) read1(depth int) error {
	w := s.w
	s.value = s.value[:0]
	inside := false
	for {
		switch w.next() {
		case atEnd:
			return nil
		case atShut:
			if w.depth < depth {
				return nil
			}
			inside = false
		case atOpen:
			switch string(w.name) {
			case "v", "t":
				inside = true
			case "f", "rPh":
				w.leave()
			}
		case atText:
			if !inside {
				continue
			}
			s.value = w.appendPlain(s.value)
			if n := wholeRunes(s.value, maxValue); n < len(s.value) {
				if err := s.f.add(box, s.value[n:]); err != nil {
					return err
				}
				s.value = s.value[:n]
			}
		}
	}
}

// columnOf reads the letters of a cell's reference, AB12; -1 when it has none.
func columnOf(ref []byte) int {
	n := 0
	for i, c := range ref {
		c |= 0x20
		if c < 'a' || c > 'z' || i == 4 {
			if i == 0 || n > maxColumns {
				return -1
			}
			return n - 1
		}
		n = n*26 + int(c-'a') + 1
	}
	return -1
}

// date makes 2006-01-02T15:04:05 a date with a time that has one.
func date(b []byte) []byte {
	if len(b) > 10 && b[10] == 'T' {
		if tail := bytes.TrimRight(b[11:], "0:.Z"); len(tail) == 0 {
			return b[:10]
		}
		b[10] = ' '
	}
	return b
}

// margin reads a header or a footer, without its codes (18.3.1.46).
func (s *sheet) margin(p place) error {
	w, f := s.w, s.f
	depth := w.depth
	var text []byte
	for {
		switch w.next() {
		case atEnd:
			return nil
		case atShut:
			if w.depth < depth {
				return f.line(p)
			}
		case atText:
			text = bytes.TrimSpace(withoutCodes(w.appendPlain(text[:0])))
			if err := f.add(p, text); err != nil {
				return err
			}
		}
	}
}

// withoutCodes takes the codes out of a header, in place.
func withoutCodes(b []byte) []byte {
	out := b[:0]
	for i := 0; i < len(b); i++ {
		if b[i] != '&' || i+1 == len(b) {
			out = append(out, b[i])
			continue
		}
		i++
		switch c := b[i]; {
		case c == '&':
			out = append(out, '&')
		case c == '"':
			for i++; i < len(b) && b[i] != '"'; i++ {
				continue
			}
		case c == 'K':
			i += colour(b[i+1:])
		case c >= '0' && c <= '9':
			for i+1 < len(b) && b[i+1] >= '0' && b[i+1] <= '9' {
				i++
			}
		case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '+' || c == '-':
			out = append(out, '\n')
		default: // no code; it may be the first byte of a longer character
			out = append(out, '&', c)
		}
	}
	return out
}

// colour is how many bytes a colour takes at the beginning of b: six digits of
// RGB, or a colour of the theme and its shade, as in 01+049. 0 when it is none.
func colour(b []byte) int {
	const size = 6
	for i := range size {
		if i >= len(b) || !isHex(b[i]) && (i != 2 || b[i] != '+' && b[i] != '-') {
			return 0
		}
	}
	return size
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}

// attrs hands over attributes that are shown as text.
func (s *sheet) attrs(p place, names ...string) error {
	for _, name := range names {
		if err := s.f.value(p, s.w.attr(name)); err != nil {
			return err
		}
	}
	return nil
}

// list hands over the list of a cell's choices, where it is written out.
func (s *sheet) list() error {
	for {
		switch s.w.next() {
		case atText:
			if len(s.w.text) == 0 || s.w.text[0] != '"' && s.w.text[0] != '&' {
				continue
			}
			if err := s.f.text(s.w); err != nil {
				return err
			}
		case atShut:
			return s.f.line(body)
		case atEnd:
			return nil
		}
	}
}
