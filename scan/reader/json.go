package reader

import (
	"bytes"
	"unicode/utf8"
)

const (
	maxDepth   = 512 // levels of nesting of which the kind is remembered
	longestKey = 60  // the longest name, in bytes, that is taken for the name of a field
)

// awaits is what may come next in a JSON document.
type awaits uint8

const (
	aValue awaits = iota // a value
	aKey                 // a name, or the end of the object
	aColon               // the colon after a name
	aComma               // a comma, or the end of the object or array
)

// frame is an object or an array that is open.
type frame struct {
	object bool
	col    int // the column of the values in it: the last name's, or the array's own
}

// field is a name met in objects.
type field struct {
	name []byte
	col  int
	next int // the field that came after it the last time
}

// document is what is remembered of a JSON document while it is read.
type document struct {
	stack   [maxDepth]frame
	depth   int // may be more than maxDepth
	objects int // open objects among the remembered levels
	awaits  awaits
	tops    int // values met outside of all others
	fields  []field
	byName  map[string]int // place in fields
	last    int            // place in fields of the last name, -1 before the first
	columns int            // made known to the sink
	unnamed int            // the column without a name, -1 until it is needed
	pending bool           // something has been handed over since the last record
}

func (d *document) begin() {
	d.restart()
	if d.byName == nil {
		d.byName = make(map[string]int)
	}
	clear(d.byName)
	d.fields = d.fields[:0]
	d.last, d.unnamed = -1, -1
	d.tops, d.columns, d.pending = 0, 0, false
}

// restart goes back to where a document begins.
func (d *document) restart() {
	d.depth, d.objects, d.awaits = 0, 0, aValue
}

// top is the innermost open object or array; nil outside of all, and beyond the
// levels that are remembered.
func (d *document) top() *frame {
	if d.depth == 0 || d.depth > maxDepth {
		return nil
	}
	return &d.stack[d.depth-1]
}

// deep says that the document is nested beyond what is remembered: anything may
// come, and every string is a value.
func (d *document) deep() bool { return d.depth > maxDepth }

// readJSON reads the file as JSON: one document or one after the other. From
// where it is not JSON it is read as text, up to a line that begins an object.
func (r *Reader) readJSON() {
	w, d := &r.win, &r.doc
	reach := r.lim.cell + 2*r.lim.context
	for {
		if w.end-w.pos < reach {
			w.need(reach)
			if w.pos == w.end {
				break
			}
		}
		if r.jsonToken(w.buf[w.pos]) {
			continue
		}
		r.closeRecord()
		r.readBroken()
		d.restart()
	}
	r.closeRecord()
}

// readBroken reads text up to a line that begins with an object, or to the end.
func (r *Reader) readBroken() {
	w := &r.win
	object := []byte("{\"")
	for {
		if w.pos > 0 && w.buf[w.pos-1] == '\n' {
			w.need(len(object))
			if bytes.HasPrefix(w.rest(), object) {
				return
			}
		}
		if !r.nextPiece([]byte("\n{\"")) {
			return
		}
	}
}

// jsonToken reads the token that begins with c, the byte at pos; false, with
// nothing read, when it does not belong there.
func (r *Reader) jsonToken(c byte) bool {
	w, d := &r.win, &r.doc
	switch c {
	case ' ', '\t', '\r', '\n':
		r.skipBlanks()
		return true
	case '"':
		return r.jsonString()
	case ',', ':':
		if !d.punctuation(c) {
			return false
		}
	case '{', '[':
		if d.awaits != aValue && !d.deep() {
			return false
		}
		d.open(c == '{')
	case '}', ']':
		if !d.mayClose(c == '}') {
			return false
		}
		r.closeOne()
	default:
		return r.bareWord()
	}
	w.pos++
	return true
}

func (r *Reader) skipBlanks() {
	w := &r.win
	i := w.pos
	for i < w.end && w.buf[i] <= ' ' {
		switch w.buf[i] {
		case r.eol:
			r.line++
		case ' ', '\t', '\r', '\n':
		default:
			w.pos = i
			return
		}
		i++
	}
	w.pos = i
}

// punctuation takes a comma or a colon. A comma between documents, and one after
// the last value, is let pass.
func (d *document) punctuation(c byte) bool {
	if d.deep() {
		return true
	}
	f := d.top()
	switch {
	case c == ':':
		if d.awaits != aColon {
			return false
		}
		d.awaits = aValue
	case f == nil:
		return d.awaits == aValue
	case d.awaits != aComma:
		return false
	case f.object:
		d.awaits = aKey
	default:
		d.awaits = aValue
	}
	return true
}

// open opens an object or an array.
func (d *document) open(object bool) {
	col := -1
	if f := d.top(); f != nil {
		col = f.col
	}
	if d.depth == 0 {
		d.tops++
	}
	d.depth++
	d.awaits = aValue
	if d.deep() {
		return
	}
	d.stack[d.depth-1] = frame{object: object, col: col}
	if object {
		d.objects++
		d.awaits = aKey
	}
}

// mayClose tells whether an object or array may end here. Outside of all, a
// bracket too many is let pass.
func (d *document) mayClose(object bool) bool {
	f := d.top()
	switch {
	case d.deep() || f == nil:
		return true
	case f.object != object:
		return false
	case object:
		return d.awaits == aKey || d.awaits == aComma
	}
	return d.awaits == aValue || d.awaits == aComma
}

// closeOne ends the innermost object or array. A record ends with an object that
// stands in an array or in nothing, and with an array in an array outside of all
// objects, as tables are written at times.
func (r *Reader) closeOne() {
	d := &r.doc
	f := d.top()
	if d.depth > 0 {
		d.depth--
	}
	if f == nil {
		d.awaits = aComma
		if d.depth == 0 {
			d.awaits = aValue
		}
		return
	}
	if f.object {
		d.objects--
	}
	parent := d.top()
	if parent == nil || !parent.object && (f.object || d.objects == 0) {
		r.closeRecord()
	}
	d.awaits = aComma
	if parent == nil {
		d.awaits = aValue
	}
}

func (r *Reader) closeRecord() {
	if r.doc.pending {
		r.doc.pending = false
		r.sink.EndRecord()
	}
}

// bareWord reads a number, true, false, null and what is taken for one of them.
func (r *Reader) bareWord() bool {
	w, d := &r.win, &r.doc
	if d.awaits != aValue && !d.deep() {
		return false
	}
	end := min(w.end, w.pos+r.lim.cell)
	i := w.pos
	for i < end && bareBytes[w.buf[i]] {
		i++
	}
	word := w.buf[w.pos:i]
	number := len(word) > 0 && (digit(word[0]) || word[0] == '-')
	if !number && !wordValue(word) {
		return false
	}
	if d.depth == 0 && number && i < w.end && w.buf[i] > ' ' && w.buf[i] != ',' {
		return false
	}
	w.pos = i
	if number || word[0] == 'N' && len(word) == 3 {
		r.value(word)
	}
	d.valueDone()
	return true
}

// valueDone notes that a value which is no object or array has been read.
func (d *document) valueDone() {
	d.awaits = aComma
	if d.depth == 0 {
		d.tops++
		d.awaits = aValue
	}
}

func bare(c byte) bool { return bareBytes[c] }

// bareBytes has what numbers and words outside of strings are made of.
var bareBytes = func() (in [256]bool) {
	for c := range byte(utf8.RuneSelf) {
		in[c] = letter(c) || digit(c) || c == '-' || c == '+' || c == '.' || c == '_'
	}
	return in
}()

// wordValue tells the words that stand for a value, in JSON and in what calls
// itself JSON.
func wordValue(word []byte) bool {
	switch string(word) {
	case "true", "false", "null", "True", "False", "None", "NaN", "Infinity", "undefined":
		return true
	}
	return false
}

// value hands over a value of the innermost object or array.
func (r *Reader) value(b []byte) {
	if len(b) == 0 {
		return
	}
	r.doc.pending = true
	r.sink.Cell(r.column(), b, r.line)
}

// column is the column of the value that comes now.
func (r *Reader) column() int {
	d := &r.doc
	depth := min(d.depth, maxDepth)
	if depth > 0 && d.stack[depth-1].col >= 0 {
		return d.stack[depth-1].col
	}
	if d.unnamed < 0 {
		d.unnamed = r.sink.Column(nil, true)
		d.columns++
	}
	return d.unnamed
}
