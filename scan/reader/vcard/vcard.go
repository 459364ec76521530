// Package vcard reads address cards and calendars as a stream: vCard 2.1
// (versit, 1996), 3.0 (RFC 2426) and 4.0 (RFC 6350), iCalendar (RFC 5545) and
// vCalendar 1.0 (versit, 1996).
//
// Each component (what stands between BEGIN and END) is a record, and its
// properties are fields with plain English names ("Full name", "Email", "Phone",
// see nameOf), others with their own. A component inside another ends the record
// of the outer one; what follows it there is a record of its own. Lines that
// are no property, and values that are very long, are handed over as text. Memory is
// about 0.3 MiB whatever the file.
package vcard

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
)

const (
	windowSize = 32 << 10 // bytes of the file held at a time
	maxValue   = 64 << 10 // bytes of a property that is handed over as a cell
	maxName    = 64       // bytes of a property's name
	maxColumns = 500      // names made known; a file's other ones share one
	around     = 512      // bytes of context on both sides of a piece of text
)

// ErrDamaged says that the file ends inside a card or a calendar: it may be cut
// off. All of what is there has been handed over.
var ErrDamaged = errors.New("vcard: damaged")

// Sink takes what is found in one file, in order, from one goroutine. Every slice is
// valid only during the call.
type Sink interface {
	// Text hands over free text: buf[from:to] is new, what stands before and
	// after is context (up to 512 bytes a side). line is that of buf[from].
	Text(buf []byte, from, to int, line int64)
	// Column makes known a field and returns the number by which Cell names it.
	Column(name []byte, field bool) int
	// Cell hands over one value.
	Cell(column int, value []byte, line int64)
	// EndRecord closes the card or event whose cells came before it.
	EndRecord()
}

// reader is what one Read knows.
type reader struct {
	lines
	sink    Sink
	columns map[string]int
	names   map[string]string
	filled  bool  // the record has cells
	depth   int64 // components that are open
	photos  int64
	p       property
	value   []byte // a decoded value
	part    []byte // decoded, before its charset
	mixed   []byte // the same, with bytes that are not UTF-8
	sets    charset
	spool   spool
}

// Read reads src, which is UTF-8, to its end. It returns how many pictures, sounds,
// keys, files and other values that are no text stand in it in base64: they are
// passed over. So are the properties that machines write for machines: VERSION, PRODID,
// UID, REV, DTSTAMP, SEQUENCE, CALSCALE.
//
// Errors of src, and that of a ctx that is done, are returned wrapped; what was read
// until then has been handed over. An error that is ErrDamaged says that the
// end is missing. No error holds anything of the content.
func Read(ctx context.Context, src io.Reader, s Sink) (photos int64, err error) {
	r := &reader{sink: s, columns: make(map[string]int), names: make(map[string]string)}
	r.r, r.stop, r.buf, r.lf, r.cr, r.line = src, ctx.Err, make([]byte, windowSize), -1, -1, 1
	r.spool.sink = s
	if text, _, ok := r.peek(); ok && bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		r.pos += 3
	}
	for {
		text, eol, ok := r.peek()
		if !ok {
			break
		}
		n := len(text)
		if !r.mid {
			text = r.startLine(text)
		}
		r.add(text)
		if eol > 0 {
			r.p.endLine()
		}
		r.take(n, eol)
	}
	r.finish()
	r.endRecord()
	switch {
	case r.err != nil:
		return r.photos, fmt.Errorf("vcard: reading stopped: %w", r.err)
	case r.depth > 0:
		return r.photos, ErrDamaged
	}
	return r.photos, nil
}

// startLine decides whether a line goes on with the property at hand, and returns
// what of it does (RFC 6350, 3.2; vCard 2.1, 2.1.3).
func (r *reader) startLine(text []byte) []byte {
	p := &r.p
	switch {
	case !p.open:
	case p.soft && !bytes.HasPrefix(text, []byte("END:")) && !bytes.HasPrefix(text, []byte("BEGIN:")):
		p.soft = false
		return text
	case len(text) > 0 && (text[0] == ' ' || text[0] == '\t'):
		return text[1:]
	case len(text) > 0 && p.isBase64() && bytes.IndexByte(text, ':') < 0:
		return text // base64 that was not folded
	}
	r.finish()
	p.begin(r.line)
	return text
}

// add takes some of the property at hand. Of one that becomes too long, pictures
// are passed over and the rest is handed over as text.
func (r *reader) add(b []byte) {
	p := &r.p
	for len(b) > 0 && !p.skip {
		n := min(len(b), maxValue+1-len(p.raw))
		p.raw = append(p.raw, b[:n]...)
		b = b[n:]
		if len(p.raw) <= maxValue {
			return
		}
		if p.find(); !p.long && (p.isPicture() || p.isBase64()) {
			p.skip = true
			return
		}
		r.overflow(false)
	}
}

// overflow hands over as text what there is of a long property; all of it at its
// end, and before that up to a place where nothing is cut in two.
func (r *reader) overflow(last bool) {
	p := &r.p
	if !p.long {
		p.qp = p.isQuoted()
		r.sets.of(p)
		r.spool.add(p.raw[:p.head()], p.line)
		p.raw = p.raw[:copy(p.raw, p.raw[p.head():])]
		p.long = true
	}
	to := len(p.raw)
	if !last {
		to = cutValue(p.raw)
	}
	if p.colon < 0 { // no property, so nothing in it is encoded
		r.spool.add(p.raw[:to], r.line)
	} else {
		r.value = r.decode(r.value[:0], p.raw[:to], p)
		r.spool.add(r.value, r.line)
	}
	p.raw = p.raw[:copy(p.raw, p.raw[to:])]
}

// cutValue finds where a value that is encoded can be cut: behind a blank or a
// comma; failing that before what may be half an escape or a character. It is more
// than 0 for a value of some length.
func cutValue(b []byte) int {
	const span = 1024
	from := max(0, len(b)-span)
	if i := bytes.LastIndexAny(b[from:len(b)-1], " ,"); i >= 0 {
		return from + i + 1
	}
	to := len(b)
	for len(b)-to < 4 && to > 1 && (b[to-1] == '=' || b[to-1] == '\\' || b[to-1] >= 0x80 || to > 2 && b[to-2] == '=') {
		to--
	}
	return to
}

// finish ends the property at hand.
func (r *reader) finish() {
	p := &r.p
	if !p.open {
		return
	}
	p.open = false
	switch {
	case p.skip:
		r.photos++
	case p.long:
		r.overflow(true)
		r.spool.flush()
	case len(p.raw) > 0:
		r.property()
	}
}

// property hands over a whole property.
func (r *reader) property() {
	p := &r.p
	p.find()
	name := p.name()
	if len(name) == 0 {
		r.spool.add(p.raw, p.line)
		r.spool.flush()
		return
	}
	value := p.raw[p.head():]
	switch string(name) {
	case "BEGIN":
		r.endRecord()
		r.depth++
		return
	case "END":
		r.endRecord()
		r.depth = max(0, r.depth-1)
		return
	case "VERSION", "PRODID", "UID", "REV", "DTSTAMP", "SEQUENCE", "CALSCALE":
		return // of machines
	}
	if p.isPicture() {
		r.photos++
		return
	}
	p.qp, p.b64 = p.isQuoted(), p.isBase64()
	known := r.known(name)
	p.eachParam(func(key, value []byte) { r.param(known, key, value) })
	r.field(known, value)
}

// known is a name as a string; the same name is made one only once.
func (r *reader) known(name []byte) string {
	s, ok := r.names[string(name)]
	if !ok {
		s = string(name)
		if len(r.names) < maxColumns {
			r.names[s] = s
		}
	}
	return s
}

func (r *reader) endRecord() {
	if r.filled {
		r.sink.EndRecord()
		r.filled = false
	}
}

// cell hands over a value that is not empty.
func (r *reader) cell(name string, value []byte) {
	if value = bytes.TrimSpace(value); len(value) == 0 {
		return
	}
	column, ok := r.columns[name]
	if !ok {
		if len(r.columns) >= maxColumns {
			name = "Other"
		}
		if column, ok = r.columns[name]; !ok {
			column = r.sink.Column([]byte(name), true)
			r.columns[name] = column
		}
	}
	r.sink.Cell(column, value, r.p.line)
	r.filled = true
}
