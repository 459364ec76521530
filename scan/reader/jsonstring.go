package reader

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

// quotedText is a string of a JSON document: win.buf[from:to] without its quotes.
type quotedText struct {
	from, to int
	lines    int // line ends inside it
	escaped  bool
}

// jsonString reads the name or the value whose opening quote is at pos; false
// when none belongs there or it is not closed before the end of the file.
func (r *Reader) jsonString() bool {
	w, d := &r.win, &r.doc
	name := d.awaits == aKey && !d.deep()
	if !name && d.awaits != aValue && !d.deep() {
		return false
	}
	s, ok := r.findQuote()
	switch {
	case !ok && s.to == w.end && w.eof:
		return false
	case !ok:
		r.longString()
		d.pending = true
		if name {
			d.top().col = -1
		}
	default:
		b := w.buf[s.from:s.to]
		if s.escaped {
			r.cell = appendUnescaped(r.cell[:0], b)
			b = r.cell
		}
		if name {
			r.name(b)
		} else {
			r.value(b)
		}
		r.line += int64(s.lines)
		w.pos = s.to + 1
	}
	if name {
		d.awaits = aColon
		if ok && w.pos < w.end && w.buf[w.pos] == ':' {
			d.awaits = aValue
			w.pos++
		}
	} else {
		d.valueDone()
	}
	return true
}

// findQuote finds the closing quote of the string that begins at pos; it is not
// ok when that is farther than the longest cell.
func (r *Reader) findQuote() (quotedText, bool) {
	w := &r.win
	s := quotedText{from: w.pos + 1}
	end := min(w.end, s.from+r.lim.cell)
	b := w.buf[:end]
	i := s.from
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for i+8 <= len(b) { // eight bytes in one step, as long as none of them is a sign or a line end
		x := binary.LittleEndian.Uint64(b[i:])
		quote, slash := x^'"'*ones, x^'\\'*ones
		if hit := ((quote-ones)&^quote | (slash-ones)&^slash | (x-' '*ones)&^x) & highs; hit != 0 {
			i += bits.TrailingZeros64(hit) >> 3
			break
		}
		i += 8
	}
	for i < len(b) {
		switch b[i] {
		case '"':
			s.to = i
			return s, true
		case '\\':
			s.escaped = true
			i++
		case r.eol:
			s.lines++
		}
		i++
	}
	s.to = end
	return s, false
}

// longString hands over a string that is too long for a cell as text, without
// its escapes, up to its closing quote or the end of the file.
func (r *Reader) longString() {
	w := &r.win
	w.pos++
	for {
		w.need(2 * maxEscape)
		rest := w.rest()
		if len(rest) == 0 {
			break
		}
		k := bytes.IndexAny(rest[:min(len(rest), r.lim.cell)], `"\`)
		if k < 0 {
			k = min(len(rest), r.lim.cell)
		}
		r.spool.add(rest[:k], r.line)
		r.line += int64(bytes.Count(rest[:k], []byte{r.eol}))
		w.pos += k
		if k == len(rest) || k == r.lim.cell {
			continue
		}
		if rest[k] == '"' {
			w.pos++
			break
		}
		w.need(maxEscape)
		var one [utf8.UTFMax]byte
		plain, n := appendEscape(one[:0], w.rest())
		r.spool.add(plain, r.line)
		w.pos += n
	}
	r.spool.flush()
}

// name takes the name of a field. One that could itself hold data about somebody
// is handed over as a value.
func (r *Reader) name(b []byte) {
	d := &r.doc
	f := d.top()
	if d.last >= 0 {
		if next := d.fields[d.last].next; next >= 0 && bytes.Equal(d.fields[next].name, b) {
			d.last, f.col = next, d.fields[next].col
			return
		}
	}
	i, ok := d.byName[string(b)]
	if !ok {
		i, ok = r.newField(b)
	}
	if !ok {
		f.col = -1
		r.value(b)
		return
	}
	if d.last >= 0 {
		d.fields[d.last].next = i
	}
	d.last, f.col = i, d.fields[i].col
}

// newField makes a field known to the sink; false for a name that holds data, or
// when there are as many as there may be.
func (r *Reader) newField(b []byte) (place int, ok bool) {
	d := &r.doc
	// One column is kept for all that has no name.
	free := d.columns < maxColumns-count(d.unnamed < 0)
	if !free || len(b) == 0 || len(b) > longestKey || bytes.IndexByte(b, '@') >= 0 || digits(b) >= 5 {
		return 0, false
	}
	place = len(d.fields)
	if place < cap(d.fields) {
		d.fields = d.fields[:place+1]
	} else {
		d.fields = append(d.fields, field{})
	}
	f := &d.fields[place]
	f.name = append(f.name[:0], b...)
	f.next = -1
	f.col = r.sink.Column(f.name, true)
	d.columns++
	d.byName[string(b)] = place
	return place, true
}

func digits(b []byte) int {
	n := 0
	for _, c := range b {
		n += count(digit(c))
	}
	return n
}

// maxEscape is the length of the longest escape: a pair of \u for one character.
const maxEscape = 12

// appendUnescaped appends src without its escapes.
func appendUnescaped(dst, src []byte) []byte {
	for {
		i := bytes.IndexByte(src, '\\')
		if i < 0 {
			return append(dst, src...)
		}
		dst = append(dst, src[:i]...)
		var n int
		dst, n = appendEscape(dst, src[i:])
		src = src[i+n:]
	}
}

// appendEscape appends what the escape at the beginning of src stands for, and
// tells its length. What is no escape is appended as it is.
func appendEscape(dst, src []byte) (out []byte, n int) {
	if len(src) < 2 {
		return append(dst, src...), len(src)
	}
	switch c := src[1]; c {
	case '"', '\\', '/':
		return append(dst, c), 2
	case 'n':
		return append(dst, '\n'), 2
	case 't':
		return append(dst, '\t'), 2
	case 'r':
		return append(dst, '\r'), 2
	case 'b', 'f':
		return append(dst, ' '), 2
	case 'u':
		c, ok := hex4(src[2:])
		if !ok {
			return append(dst, '\\', 'u'), 2
		}
		if utf16.IsSurrogate(c) && len(src) >= maxEscape && src[6] == '\\' && src[7] == 'u' {
			if low, ok := hex4(src[8:]); ok && utf16.DecodeRune(c, low) != utf8.RuneError {
				return utf8.AppendRune(dst, utf16.DecodeRune(c, low)), maxEscape
			}
		}
		return utf8.AppendRune(dst, c), 6
	}
	return append(dst, src[0]), 1
}

// hex4 reads four hexadecimal digits.
func hex4(b []byte) (rune, bool) {
	if len(b) < 4 {
		return 0, false
	}
	var v rune
	for _, c := range b[:4] {
		switch {
		case digit(c):
			v = v<<4 | rune(c-'0')
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			v = v<<4 | rune(c|0x20-'a'+10)
		default:
			return 0, false
		}
	}
	return v, true
}
