package sqlitefile

import (
	"bytes"
	"io"
	"math"
	"strconv"
)

// table is what is known of the b-tree that is being read.
type table struct {
	name    string
	columns []string
	order   []int // the column of each value of a record, nil for the same order
	alias   int   // the column that is the rowid, -1 for none
	live    bool  // its cells are rows to hand over; not so for an index
	schema  bool
}

// field says what remnants between the cells of a table look like.
type field struct {
	width int // values of a record, 0 when not known
	alias int // the value that is the rowid
	kind  byte
}

func (t *table) field(kind byte) field {
	f := field{alias: t.alias, kind: kind}
	if t.live && kind == tableLeaf {
		f.width = len(t.columns)
	}
	return f
}

// serialSize is the length of a value of the given serial type (section 2.1).
// The types 10 and 11 are reserved.
func serialSize(s uint64) (int64, bool) {
	switch {
	case s >= 12 && s < 1<<40:
		return int64(s-12) >> 1, true // #nosec G115 -- bounded here
	case s < 10:
		return int64("\x00\x01\x02\x03\x04\x06\x08\x08\x00\x00"[s]), true
	}
	return 0, false
}

func isText(s uint64) bool { return s >= 13 && s&1 == 1 }

// header reads the header of a record into r.serials; false when it is not one.
func (r *reader) header(p *payload) bool {
	b := p.chunk
	size, n := varint(b)
	if n == 0 && p.next != 0 { // the number itself goes over to the next page: at most nine bytes
		return false
	}
	if n == 0 || size < uint64(n) || size > headerSpace || int64(size) > p.left { // #nosec G115 -- bounded
		return false
	}
	h := int(size)
	if h <= len(b) {
		b = b[:h]
		p.drop(h)
	} else {
		r.head = p.take(r.head[:0], h)
		b = r.head
		if len(b) < h {
			return false
		}
	}
	r.serials = r.serials[:0]
	for i := n; i < h; {
		s, n := varint(b[i:])
		if n == 0 || len(r.serials) == mostColumns {
			return false
		}
		r.serials = append(r.serials, s)
		i += n
	}
	return true
}

// handRow hands over the row in cell c.
func (r *reader) handRow(c cell, t *table, page int64) error {
	r.in = r.payload(c)
	p := &r.in
	if !r.header(p) {
		r.markBad(page)
		if p.err != nil {
			return p.err
		}
		return r.handRest(p)
	}
	r.row, r.schema.sql = r.row[:0], nil
	width := r.widen(t)
	if width < 0 {
		r.markBad(page)
		width = r.widen(&r.plain)
	}
	for i, s := range r.serials {
		col := i
		if i < len(t.order) && width >= len(t.order) {
			col = t.order[i]
		}
		ok, err := r.value(p, s, col, t)
		if err != nil {
			return err
		}
		if !ok {
			r.markBad(page)
			break
		}
	}
	if a := t.alias; a >= 0 && a < len(r.serials) && r.serials[a] == 0 {
		r.values[a] = r.number(strconv.AppendInt(r.row, c.rowid, 10))
	}
	if !t.schema {
		r.info.Rows++
	}
	if err := r.h.Row(c.rowid, r.values[:width]); err != nil {
		return err
	}
	if t.schema {
		r.remember(r.values[:width])
	}
	return r.handRest(p)
}

// widen makes room for the values of a row and returns how many there are; -1 when
// the record has too few for its table's order to mean anything.
func (r *reader) widen(t *table) int {
	width := len(r.serials)
	if t.order != nil && width < len(t.order) {
		if len(t.order) > 4*width+64 {
			return -1
		}
		width = len(t.order)
	}
	if cap(r.values) < width {
		r.values = make([][]byte, 0, max(2*width, 64))
	}
	r.values = r.values[:width]
	clear(r.values)
	return width
}

// handRest ends the reading of a payload: what stands behind its values.
func (r *reader) handRest(p *payload) error {
	for p.left > 0 {
		if err := r.raw(p.chunk); err != nil {
			return err
		}
		p.drop(len(p.chunk))
		if !p.advance() {
			break
		}
	}
	if p.err != nil {
		return p.err
	}
	if err := r.raw(p.rest); err != nil {
		return err
	}
	return r.flush()
}

// number keeps a number that was appended to r.row, and returns it.
func (r *reader) number(row []byte) []byte {
	v := row[len(r.row):len(row):len(row)]
	r.row = row
	return v
}

// value reads the value of serial type s into its column; false when the record is
// broken from here on.
func (r *reader) value(p *payload, s uint64, col int, t *table) (bool, error) {
	size, ok := serialSize(s)
	if !ok || size > p.left {
		return false, p.err
	}
	if s < 12 {
		if s == 0 {
			return true, nil
		}
		b := r.digits(p, int(size))
		if int64(len(b)) < size {
			return false, p.err
		}
		r.values[col] = r.number(appendNumber(r.row, s, b))
		return true, nil
	}
	wide, sql := isText(s) && r.encoding != utf8Text, t.schema && col == schemaSQL
	most := int64(longestValue)
	if sql {
		most = longestSQL
	}
	if wide {
		most *= 2
	}
	if size > most || size > int64(rowSpace-len(r.row)) && (!p.home || size > int64(len(p.chunk))) {
		return r.long(p, size, col, isText(s))
	}
	v := r.bytes(p, int(size))
	whole := int64(len(v)) == size
	if wide {
		v = r.narrow(v)
		if err := r.spent(len(v)); err != nil {
			return false, err
		}
	}
	if sql {
		r.schema.sql = v
	}
	r.values[col] = v
	if len(v) > longestValue {
		r.values[col] = nil
		if err := r.h.Long(col, bytes.NewReader(v)); err != nil {
			return false, err
		}
	}
	return whole, p.err
}

// digits takes the bytes of a number, at most eight.
func (r *reader) digits(p *payload, n int) []byte {
	if n <= len(p.chunk) {
		b := p.chunk[:n]
		p.drop(n)
		return b
	}
	return p.take(r.num[:0], n)
}

// bytes takes the next n bytes of a payload, without copying when they stand in
// the page. There are fewer where the chain is cut.
func (r *reader) bytes(p *payload, n int) []byte {
	if p.home && n <= len(p.chunk) {
		v := p.chunk[:n:n]
		p.drop(n)
		return v
	}
	from := len(r.row)
	r.row = p.take(r.row, n)
	return r.row[from:len(r.row):len(r.row)]
}

// long streams a value.
func (r *reader) long(p *payload, size int64, col int, text bool) (bool, error) {
	s := stretch{p: p, left: size}
	var in io.Reader = &s
	if text && r.encoding != utf8Text {
		in = &narrowing{r: r, src: &s, encoding: r.encoding}
	}
	if err := r.h.Long(col, in); err != nil {
		return false, err
	}
	s.drain()
	return s.left == 0, p.err
}

// appendNumber appends the number of serial type s (1 to 9) in decimal.
func appendNumber(dst []byte, s uint64, b []byte) []byte {
	if s >= 8 {
		return append(dst, '0'+byte(s-8)) // #nosec G115 -- 8 or 9
	}
	var v uint64
	if len(b) > 0 && b[0] >= 0x80 && s != 7 {
		v = math.MaxUint64
	}
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	if s != 7 {
		return strconv.AppendInt(dst, int64(v), 10) // #nosec G115 -- two's complement
	}
	f := math.Float64frombits(v)
	if a := math.Abs(f); a == 0 || a >= 1e-5 && a < 1e18 {
		return strconv.AppendFloat(dst, f, 'f', -1, 64)
	}
	return strconv.AppendFloat(dst, f, 'g', -1, 64)
}
