package seek

import (
	"bytes"
	"math/bits"
	"slices"
	"strings"

	"custode/scan/detect"
	"custode/scan/reader"
)

// The limits of what a Finder remembers of a file.
const (
	maxColumns = 1 << 16 // of all tables together; what comes further is the last one's
	maxHeld    = 16      // cells of a record in which a part of a name stood
	maxName    = 200     // the longest of those, in bytes
	maxShown   = 256 << 10
)

// Finder takes what a reader finds in one file, and gives the places that are
// about the person. It is a reader.Splitter: stretches of big files are searched
// at once, unless records are handed over. It belongs to one goroutine, and is
// used for one file after the other.
type Finder struct {
	s    *Seeker
	show func(Record) // nil: nobody wants the records

	found
	other  found // of names put together
	part   reader.Part
	parts  []counted // how many columns parts have
	cols   []column
	row    record
	past   past
	block  block
	result Result
}

// counted is how many columns a part has so far.
type counted struct {
	part reader.Part
	n    int
}

// column is a column of a table or a field of an object.
type column struct {
	number int
	header string // as it may be told
	name   string // as it stands: content
	named  bool
	role   role
	whose  string
	terms  uint32 // found in the name of a field: all its values are about the person
}

// record is what is known of the row or object whose cells are coming in.
type record struct {
	open, header      bool
	full, short, last uint32
	first, end        int64 // the lines of its cells
	hit               bool
	number            int64 // of the first match,
	column            int   // and its column, by its place in Finder.cols, -1 for none
	held              [maxHeld]held
	helds             int
	cells             []shownCell // with show
	text              []byte
	cut               bool
}

// held is a cell in which a part of a name stands.
type held struct {
	column int
	line   int64
	text   []byte
}

// shownCell is a cell of the record, its value in record.text.
type shownCell struct{ column, from, to int }

// past is the record that came last: a link in a page comes after its row.
type past struct {
	first, end int64
	at         int // its place in Result.Places, -1 for none
	full       uint32
}

// Finder makes a finder. show is told of each record that is about the person,
// and may be nil.
func (s *Seeker) Finder(show func(Record)) *Finder {
	f := &Finder{s: s, show: show}
	f.Reset()
	return f
}

// Reset makes the finder ready for another file. What it held is overwritten.
func (f *Finder) Reset() {
	f.hits, f.other.hits = f.hits[:0], f.other.hits[:0]
	f.part, f.parts, f.cols = reader.Part{}, f.parts[:0], f.cols[:0]
	f.row.clear()
	f.past, f.block, f.result = past{at: -1}, block{}, Result{}
}

// Result ends the file and gives what was found in it.
func (f *Finder) Result() Result {
	f.leave()
	r := f.result
	f.result = Result{}
	return r
}

// leave ends the record and the text that were read last.
func (f *Finder) leave() {
	f.EndRecord()
	f.endBlock()
}

// Part says where what follows stands.
func (f *Finder) Part(p reader.Part) {
	if p == f.part {
		return
	}
	f.leave()
	f.past = past{at: -1}
	f.part = p
}

// Column makes a column known. A name may hold what is looked for too: in a file
// without headers it is the first row, in objects it may be anything.
func (f *Finder) Column(name []byte, field bool) int {
	if len(f.cols) == maxColumns {
		return maxColumns - 1
	}
	c := column{number: f.count(), named: len(name) > 0}
	c.role, c.whose = roleOf(name)
	f.hits = f.hits[:0]
	f.s.look(&f.found, name, 0, len(name))
	if c.name = string(name[:min(len(name), maxName)]); len(f.hits) == 0 {
		c.header = detect.Shown(c.name)
	}
	f.cols = append(f.cols, c)
	n := len(f.cols) - 1
	if field {
		for _, h := range f.hits {
			if h.units == 0 && !h.short {
				f.cols[n].terms |= 1 << h.term
			}
		}
		return n
	}
	if len(f.hits) > 0 {
		if f.row.open && !f.row.header {
			f.EndRecord()
		}
		f.row.header = true
		f.take(n, name, 0)
	}
	return n
}

// count numbers the columns of the part.
func (f *Finder) count() int {
	for i := range f.parts {
		if f.parts[i].part == f.part {
			f.parts[i].n++
			return f.parts[i].n
		}
	}
	if len(f.parts) == maxHeld {
		f.parts = slices.Delete(f.parts, 0, 1)
	}
	f.parts = append(f.parts, counted{f.part, 1})
	return 1
}

// Cell looks at one cell or value.
func (f *Finder) Cell(n int, value []byte, line int64) {
	if f.row.header {
		f.EndRecord()
	}
	r := &f.row
	if !r.open {
		r.open, r.first = true, line
	}
	r.end = line
	if f.show != nil {
		r.keep(n, value)
	}
	if n < 0 || n >= len(f.cols) {
		n = len(f.cols) - 1
	}
	f.hits = f.hits[:0]
	f.s.look(&f.found, value, 0, len(value))
	if len(f.hits) > 0 || n >= 0 && f.cols[n].terms != 0 {
		f.take(n, value, line)
	}
}

// take notes what was found in a cell.
func (f *Finder) take(n int, value []byte, line int64) {
	r := &f.row
	r.open = true
	if n >= 0 && f.cols[n].terms != 0 {
		r.full |= f.cols[n].terms
		r.mark(n, line)
	}
	for _, h := range f.hits {
		bit := uint32(1) << h.term
		switch {
		case h.units == 0 && !h.short:
			r.full |= bit
			r.mark(n, line)
		case h.short:
			r.short |= bit
			r.mark(n, line)
		case h.last:
			r.last |= bit
		}
	}
	if slices.ContainsFunc(f.hits, func(h hit) bool { return h.units != 0 }) && r.helds < maxHeld && len(value) <= maxName {
		h := &r.held[r.helds]
		h.column, h.line, h.text = n, line, append(h.text[:0], value...)
		r.helds++
	}
}

// mark notes where the first match of the record stands.
func (r *record) mark(n int, line int64) {
	if !r.hit {
		r.hit, r.number, r.column = true, line, n
	}
}

// keep keeps a cell until the record ends.
func (r *record) keep(n int, value []byte) {
	if len(r.text)+len(value) > maxShown {
		r.cut = true
		return
	}
	from := len(r.text)
	r.text = append(r.text, value...)
	r.cells = append(r.cells, shownCell{n, from, len(r.text)})
}

// clear forgets the record, and overwrites what was kept of it.
func (r *record) clear() {
	for i := range r.held[:r.helds] {
		clear(r.held[i].text)
	}
	clear(r.text)
	held, cells, text := r.held, r.cells[:0], r.text[:0]
	*r = record{held: held, cells: cells, text: text, column: -1}
}

// EndRecord closes the row or object whose cells came before it.
func (f *Finder) EndRecord() {
	r := &f.row
	if !r.open {
		return
	}
	if r.helds > 1 {
		f.putTogether()
	}
	certainty, terms := f.s.judge(r.full, r.short, r.last)
	f.past = past{first: r.first, end: r.end, at: -1, full: r.full}
	if certainty == "" {
		if r.hit || r.helds > 0 || len(r.text) > 0 {
			r.clear()
		} else {
			r.open, r.header, r.last = false, false, 0
		}
		return
	}
	p := Place{Where: f.where(), Number: r.number, Headed: r.header, Terms: termsOf(terms), Certainty: certainty}
	if r.column >= 0 {
		p.Column, p.Header = f.cols[r.column].number, f.cols[r.column].header
	}
	if f.part.Unit == reader.Nothing {
		p.Unit = None
	}
	f.past.at = f.note(p)
	if f.show != nil {
		f.showCells(p)
	}
	r.clear()
}

// where is the part that is being read.
func (f *Finder) where() Where {
	w := Where{
		Path: f.part.Path, Sheet: detect.Shown(f.part.Sheet), Index: f.part.Index, Section: string(f.part.Section), Message: f.part.Message,
		Unit: map[reader.Unit]Unit{reader.Lines: Line, reader.Pages: Page, reader.Rows: Row}[f.part.Unit],
	}
	return w
}

// note takes a place into the result and gives its number there, -1 when it is
// only counted.
func (f *Finder) note(p Place) int {
	*f.result.count(p.Certainty)++
	if len(f.result.Places) == maxPlaces {
		return -1
	}
	f.result.Places = append(f.result.Places, p)
	return len(f.result.Places) - 1
}

func (r *Result) count(c Certainty) *int64 {
	switch c {
	case Sure:
		return &r.Sure
	case Likely:
		return &r.Likely
	case Perhaps:
	}
	return &r.Perhaps
}

// termsOf are the terms of a set.
func termsOf(set uint32) []int {
	var out []int
	for ; set != 0; set &= set - 1 {
		out = append(out, bits.TrailingZeros32(set))
	}
	return out
}

// showCells hands over the record.
func (f *Finder) showCells(p Place) {
	r := &f.row
	out := Record{Place: p, Cut: r.cut}
	for _, c := range r.cells {
		cell := Cell{Value: string(r.text[c.from:c.to])}
		if c.column >= 0 && c.column < len(f.cols) {
			cell.Column, cell.Header = f.cols[c.column].number, strings.ToValidUTF8(f.cols[c.column].name, "")
		}
		out.Cells = append(out.Cells, cell)
	}
	f.show(out)
}

var newline = []byte{'\n'}

func lines(b []byte) int64 { return int64(bytes.Count(b, newline)) }
