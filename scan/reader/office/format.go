package office

import "bytes"

// formatKind is what a number format makes of a number.
type formatKind uint8

const (
	formatNone formatKind = iota
	formatDate
	formatTime
	formatBoth
	formatDigits // the digits are put into a pattern, as telephone and tax numbers are
)

// format is one number format; pattern is that of formatDigits, with 0 for a
// digit that is always shown, # for one that is there when needed.
type format struct {
	kind    formatKind
	pattern []byte // literal characters have a \ in front
}

// builtin is the kind of the formats which every program knows by number
// (ECMA-376 part 1, 18.8.30), with those of East Asia.
func builtin(id int) formatKind {
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id >= 34 && id <= 36, id >= 50 && id <= 58:
		return formatDate
	case id >= 18 && id <= 21, id >= 32 && id <= 33, id >= 45 && id <= 47:
		return formatTime
	case id == 22:
		return formatBoth
	default:
		return formatNone
	}
}

// parseFormat understands a format code (ECMA-376 part 1, 18.8.31) as far as it
// matters here: dates, times and patterns of digits. Only its first section is
// looked at.
func parseFormat(code []byte) format {
	if bytes.EqualFold(code, []byte("general")) || bytes.EqualFold(code, []byte("standard")) {
		return format{}
	}
	var p codeParser
	for i := 0; i < len(code) && code[i] != ';'; {
		i = p.take(code, i)
	}
	switch {
	case p.date && p.time:
		return format{kind: formatBoth}
	case p.date || p.month && !p.time:
		return format{kind: formatDate}
	case p.time:
		return format{kind: formatTime}
	}
	if p.other || p.places == 0 || p.zeros < 2 && !p.inner {
		return format{}
	}
	return format{kind: formatDigits, pattern: p.pattern}
}

// codeParser is what has been seen of a format code.
type codeParser struct {
	date, time, month bool
	other             bool // it is not a mere pattern of digits
	pattern           []byte
	places, zeros     int
	literal, inner    bool // a literal character was seen after a digit, between digits
}

// take takes what stands at i and returns where the next begins.
func (p *codeParser) take(code []byte, i int) int {
	rest := code[i:]
	switch c := rest[0]; c {
	case '"':
		n := bytes.IndexByte(rest[1:], '"')
		if n < 0 {
			return len(code)
		}
		for _, c := range rest[1 : n+1] {
			p.show(c)
		}
		return i + n + 2
	case '\\':
		if len(rest) > 1 {
			p.show(rest[1])
		}
		return i + 2
	case '_', '*':
		return i + 2
	case '[':
		n := bytes.IndexByte(rest, ']')
		if n < 0 {
			return len(code)
		}
		p.bracket(rest[1:n])
		return i + n + 1
	case '0', '#', '?':
		p.digit(c)
	case ' ', '-', '(', ')', '+', ':':
		p.show(c)
	default:
		p.other = true
		return i + p.letter(rest)
	}
	return i + 1
}

// letter takes a letter, or some that belong together, and returns how many.
func (p *codeParser) letter(rest []byte) int {
	for _, half := range [...]string{"AM/PM", "A/P"} {
		if len(rest) >= len(half) && bytes.EqualFold(rest[:len(half)], []byte(half)) {
			p.time = true
			return len(half)
		}
	}
	switch rest[0] | 0x20 {
	case 'd', 'y':
		p.date = true
	case 'h', 's':
		p.time = true
	case 'm':
		p.month = true
	}
	return 1
}

// bracket takes what stands in brackets: colours and countries say nothing, an
// [h] is a time, a condition makes the pattern depend on the number.
func (p *codeParser) bracket(b []byte) {
	if len(b) == 0 {
		return
	}
	switch c := b[0] | 0x20; {
	case (c == 'h' || c == 'm' || c == 's') && bytes.Count(bytes.ToLower(b), []byte{c}) == len(b):
		p.time = true
	case b[0] == '<' || b[0] == '>' || b[0] == '=':
		p.other = true
	}
}

func (p *codeParser) digit(c byte) {
	if c == '?' {
		c = '#'
	}
	p.places++
	if c == '0' {
		p.zeros++
	}
	p.inner = p.inner || p.literal
	p.pattern = append(p.pattern, c)
}

func (p *codeParser) show(c byte) {
	p.literal = p.places > 0
	p.pattern = append(p.pattern, '\\', c)
}

// appendPattern puts the digits of a whole number into a pattern, from behind.
func appendPattern(dst, digits, pattern []byte) []byte {
	places := 0
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == '\\' {
			i++
			continue
		}
		places++
	}
	first := true
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == '\\' {
			i++
			dst = append(dst, pattern[i])
			continue
		}
		if first {
			first = false
			if n := len(digits) - places; n > 0 {
				dst = append(dst, digits[:n]...)
				digits = digits[n:]
			}
		}
		switch {
		case len(digits) >= places:
			dst = append(dst, digits[0])
			digits = digits[1:]
		case pattern[i] == '0':
			dst = append(dst, '0')
		}
		places--
	}
	return dst
}

// styles are the formats of a workbook, by the style of a cell.
type styles struct {
	formats []format
	cells   []uint16 // the style's place in formats; 0 is no format
	from04  bool     // days are counted from 1904
}

// appendCell appends the number b as a cell of the given style shows it.
func (s *styles) appendCell(dst, b []byte, style int) []byte {
	from := len(dst)
	dst = appendNumeral(dst, b)
	if style < 0 || style >= len(s.cells) || s.cells[style] == 0 {
		return dst
	}
	value := dst[from:]
	f := &s.formats[s.cells[style]]
	var room [64]byte
	if len(value) > len(room) {
		return dst
	}
	plain := room[:copy(room[:], value)]
	if f.kind != formatDigits {
		if out, ok := appendSerial(dst[:from], plain, f.kind, s.from04); ok {
			return out
		}
		return append(dst[:from], plain...)
	}
	if !plainDigits(plain) {
		return dst
	}
	return appendPattern(dst[:from], plain, f.pattern)
}

// read reads the styles of a workbook (ECMA-376 part 1, 18.8).
func (s *styles) read(w *walker) {
	s.formats = []format{{}}
	byID := make(map[int]uint16)
	inCells := false
	var code []byte
	for {
		switch w.next() {
		case atEnd:
			return
		case atShut:
			if string(w.name) == "cellXfs" {
				inCells = false
			}
		case atOpen:
			switch string(w.name) {
			case "cellXfs":
				inCells = true
			case "numFmt":
				code = appendText(code[:0], w.attr("formatCode"))
				s.define(byID, number(w.attr("numFmtId"), -1), code)
			case "xf":
				if inCells && len(s.cells) < maxStyles {
					s.cells = append(s.cells, s.use(byID, number(w.attr("numFmtId"), 0)))
				}
			}
		}
	}
}

// define takes a format code.
func (s *styles) define(byID map[int]uint16, id int, code []byte) {
	if id < 0 || len(code) > maxWord || len(byID) >= maxFormats {
		return
	}
	f := parseFormat(code)
	if f.kind == formatNone {
		byID[id] = 0
		return
	}
	byID[id] = uint16(len(s.formats)) //nolint:gosec // at most maxFormats and the built-in ones
	s.formats = append(s.formats, f)
}

// use is the place of a format among the formats.
func (s *styles) use(byID map[int]uint16, id int) uint16 {
	n, ok := byID[id]
	if kind := builtin(id); !ok && kind != formatNone {
		n = uint16(len(s.formats)) //nolint:gosec // at most maxFormats and the built-in ones
		byID[id] = n
		s.formats = append(s.formats, format{kind: kind})
	}
	return n
}
