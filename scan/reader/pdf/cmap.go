package pdf

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	maxCMap       = 8 << 20   // bytes of a decoded CMap
	maxMappings   = 64 << 10  // mappings of one CMap
	maxCMapText   = 256 << 10 // bytes of texts of more than one character
	maxCodespaces = 256
	longestText   = 64 // bytes of UTF-16 that one code may stand for
)

// codespace is a range of codes of n bytes.
type codespace struct {
	n      int
	lo, hi [4]byte
}

// mapping says what the codes from lo to hi stand for: a text that begins with a
// prefix and ends with the character last, counted up with the code. For CIDs
// last is the CID and there is no prefix.
type mapping struct {
	lo, hi uint32
	last   int32
	at, n  uint32 // the prefix in cmap.text
}

// cmap is a CMap, section 9.7.5 and 9.10.3.
type cmap struct {
	spaces []codespace
	chars  []mapping // to characters
	cids   []mapping // to CIDs
	text   []byte
	cut    bool // there were more mappings than fit
}

func (m *cmap) cost() int { return 24*(cap(m.chars)+cap(m.cids)) + cap(m.text) + 16*cap(m.spaces) }

// reading is the state of the reading of a CMap.
type reading struct {
	*cmap
	mode   byte // 's' codespaces, 'c' and 'r' characters and ranges of them, 'C' and 'R' the same for CIDs
	have   int  // codes read of the entry
	lo, hi uint32
	low    [4]byte
	n      int
}

// readCMap reads a CMap from the source of l.
func readCMap(l *lexer, src io.Reader) *cmap {
	l.reset(src, 0)
	l.limit = maxCMap
	r := reading{cmap: &cmap{}}
	for {
		switch t := l.next(); t {
		case tokenEnd:
			r.cut = r.cut || l.at() >= maxCMap
			order(&r.chars)
			order(&r.cids)
			return r.cmap
		case tokenWord:
			r.word(l.tok)
		case tokenText:
			r.code(l.tok)
		case tokenInt:
			if (r.mode == 'C' && r.have == 1) || (r.mode == 'R' && r.have == 2) {
				r.add(&r.cids, mapping{lo: r.lo, hi: r.hi, last: int32(l.num & 0xffffff)})
				r.have = 0
			}
		case tokenArray:
			r.list(l)
		}
	}
}

func (r *reading) word(w []byte) {
	switch string(w) {
	case "begincodespacerange":
		r.mode = 's'
	case "beginbfchar":
		r.mode = 'c'
	case "beginbfrange":
		r.mode = 'r'
	case "begincidchar":
		r.mode = 'C'
	case "begincidrange":
		r.mode = 'R'
	default:
		if !bytes.HasPrefix(w, []byte("end")) {
			return
		}
		r.mode = 0
	}
	r.have = 0
}

// code takes a string, which is a code or a text by its place.
func (r *reading) code(b []byte) {
	if r.mode == 0 {
		return
	}
	want := 2 // codes before the text
	if r.mode == 'c' || r.mode == 'C' {
		want = 1
	}
	if r.have == want && (r.mode == 'c' || r.mode == 'r') {
		r.target(r.lo, r.hi, b)
		r.have = 0
		return
	}
	v, n := codeOf(b), len(b)
	if r.have == 0 || r.have >= want {
		r.lo, r.hi, r.n, r.have = v, v, n, 1
		copy(r.low[:], b)
		return
	}
	r.hi, r.have = v, 2
	if r.mode == 's' {
		if n == r.n && n >= 1 && n <= 4 && len(r.spaces) < maxCodespaces {
			s := codespace{n: n, lo: r.low}
			copy(s.hi[:], b)
			r.spaces = append(r.spaces, s)
		}
		r.have = 0
	}
}

// list takes the texts of a range, one for each code.
func (r *reading) list(l *lexer) {
	ok := r.mode == 'r' && r.have == 2
	for code := r.lo; ; code++ {
		if l.next() != tokenText {
			break
		}
		if ok && code <= r.hi {
			r.target(code, code, l.tok)
		}
	}
	r.have = 0
}

// target maps codes to a text in UTF-16BE.
func (r *reading) target(lo, hi uint32, b []byte) {
	b = b[:min(len(b), longestText)]
	var units []uint16
	var space [longestText / 2]uint16
	units = space[:0]
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	if len(b) == 1 { // a known mistake: one byte
		units = append(units, uint16(b[0]))
	}
	m := mapping{lo: lo, hi: hi, at: uint32(len(r.text))}
	last := rune(0)
	for i := 0; i < len(units); i++ {
		if i > 0 {
			r.text = utf8.AppendRune(r.text, last)
		}
		last = rune(units[i])
		if utf16.IsSurrogate(last) && i+1 < len(units) {
			if pair := utf16.DecodeRune(last, rune(units[i+1])); pair != utf8.RuneError {
				last = pair
				i++
			}
		}
	}
	m.last, m.n = last, uint32(len(r.text))-m.at
	r.add(&r.chars, m)
}

func (r *reading) add(to *[]mapping, m mapping) {
	if len(*to) >= maxMappings || len(r.text) > maxCMapText || m.hi < m.lo {
		r.cut = r.cut || m.hi >= m.lo
		r.text = r.text[:min(len(r.text), maxCMapText)]
		return
	}
	if n := len(*to); n > 0 && m.n == 0 {
		if p := &(*to)[n-1]; p.n == 0 && p.hi+1 == m.lo && p.last+int32(p.hi-p.lo)+1 == m.last {
			p.hi = m.hi
			return
		}
	}
	*to = append(*to, m)
}

func order(m *[]mapping) {
	slices.SortStableFunc(*m, func(a, b mapping) int { return cmp.Compare(a.lo, b.lo) })
	*m = slices.Clip(*m)
}

// codeOf is a code as a number; codes have up to four bytes.
func codeOf(b []byte) uint32 {
	var v uint32
	for _, c := range b[:min(len(b), 4)] {
		v = v<<8 | uint32(c)
	}
	return v
}

// lookup finds the mapping of a code.
func lookup(m []mapping, code uint32) (mapping, bool) {
	i, _ := slices.BinarySearchFunc(m, code, func(x mapping, c uint32) int {
		if x.lo <= c {
			return -1
		}
		return 1
	})
	for n := 0; i > 0 && n < 8; n++ { // ranges may lie within others
		i--
		if m[i].hi >= code {
			return m[i], true
		}
	}
	return mapping{}, false
}

// char is the text of a code; empty when there is none.
func (m *cmap) char(code uint32) string {
	x, ok := lookup(m.chars, code)
	if !ok {
		return ""
	}
	r := x.last + int32(code-x.lo)
	if r <= 0 || r > utf8.MaxRune {
		return ""
	}
	if x.n == 0 {
		return string(r)
	}
	return string(m.text[x.at:x.at+x.n]) + string(r)
}

// split says how many bytes the code has with which s begins.
func (m *cmap) split(s []byte) int {
	shortest := 4
	for _, p := range m.spaces {
		shortest = min(shortest, p.n)
		if len(s) >= p.n && p.holds(s) {
			return p.n
		}
	}
	return min(shortest, len(s))
}

func (p *codespace) holds(s []byte) bool {
	for i := range p.n {
		if s[i] < p.lo[i] || s[i] > p.hi[i] {
			return false
		}
	}
	return true
}
