package reader

import (
	"bytes"
	"slices"
)

// maxColumns is the number of columns and field names made known in one file.
const maxColumns = 512

// plan says how a table is to be read.
type plan struct {
	dialect
	start  int // bytes before the table: a sep= line and titles, read as text
	header bool
	width  int
}

// findTable tells whether the text is a table and how to read it. In a file
// called .csv, .tsv or .tab any line with a separator makes a table; in others
// rows must agree and not look like prose, a log or program code.
func (r *Reader) findTable(b []byte, ext string) (plan, bool) {
	var p plan
	if d, n := sepLine(b); n > 0 {
		p.set(d, r.eol, r.lim.cell)
		p.start = n
		r.rows.take(&p.dialect, b[n:], r.win.eof)
		r.settle(&p, b[n:])
		return p, true
	}
	named := ext == "csv" || ext == "tsv" || ext == "tab"
	if !named && notTable(b) {
		return p, false
	}
	best, found := verdict{}, false
	near := b[:min(len(b), 4096)]
	lines := bytes.Count(near, []byte{r.eol})
	for _, d := range [...]byte{'\t', ';', '|', ','} {
		if bytes.IndexByte(b, d) < 0 || !named && (2*bytes.Count(near, []byte{d}) < lines || uneven(near, d, r.eol)) { // a row of a table has one or more, and few rows two lines
			continue
		}
		v := r.judge(b, d, named)
		if v.ok && (!found || v.score > best.score) {
			best, found = v, true
		}
	}
	switch {
	case found:
		p.set(best.delim, r.eol, r.lim.cell)
	case named:
		p.set(',', r.eol, r.lim.cell)
	default:
		return p, false
	}
	r.rows.take(&p.dialect, b, r.win.eof)
	r.settle(&p, b)
	return p, found || p.header
}

// uneven tells at a glance text that can be no table with the separator d: too
// few of its first lines have as many as the most usual number. It does not judge
// text with quotes, in which a separator may stand.
func uneven(b []byte, d, eol byte) bool {
	if bytes.IndexByte(b, '"') >= 0 {
		return false
	}
	var with [sampleRows]int
	lines := 0
	for lines < len(with) && len(b) > 0 {
		line, rest, whole := bytes.Cut(b, []byte{eol})
		if !whole && lines > 0 {
			break
		}
		if b = rest; len(bytes.TrimSpace(line)) > 0 {
			with[lines] = bytes.Count(line, []byte{d})
			lines++
		}
	}
	most := 0
	for i, n := range with[:lines] {
		same := 0
		for _, m := range with[i:lines] {
			same += count(n > 0 && m == n)
		}
		most = max(most, same)
	}
	return most*10 < (lines-headerRows)*9
}

// settle fills in the plan from the sample just taken of b.
func (r *Reader) settle(p *plan, b []byte) {
	p.width, _ = r.rows.width(0)
	if h := r.findHeader(b, p.width); h.row >= 0 {
		p.header = true
		p.start += r.rows.rows[h.row].at
	}
	p.consumed, p.wasted = 0, 0
}

// verdict is what speaks for one separator.
type verdict struct {
	delim byte
	ok    bool
	score int
}

// judge weighs whether b is a table with the separator d.
func (r *Reader) judge(b []byte, d byte, named bool) verdict {
	var dia dialect
	dia.set(d, r.eol, r.lim.cell)
	s := &r.rows
	s.take(&dia, b, r.win.eof)
	v := verdict{delim: d}
	if len(s.rows) == 0 {
		return v
	}
	width, _ := s.width(0)
	h := r.findHeader(b, width)
	from := max(0, h.row)
	width, agree := s.width(from)
	rows := len(s.rows) - from
	even := agree*10 >= rows*9 && width >= 2
	v.score = 4*count(h.row >= 0) + 8*count(even) + min(h.words, 3)
	if named {
		v.ok = len(s.cells) > len(s.rows)
		return v
	}
	v.ok = even && rows >= 2 && s.tabular(b, from, h, width)
	return v
}

// tabular tells rows of a table from lines that happen to have as many
// separators: prose, code, logs.
func (s *sample) tabular(b []byte, from int, h header, width int) bool {
	l, rows := s.look(b, from), len(s.rows)-from
	gaps := rows * (width - 1)
	spaced := l.spaced*2 > gaps
	switch {
	case l.cells == 0, l.noFirst*10 >= rows*9, width == 2 && l.noLast*10 >= rows*9:
		return false
	case h.words == 0 && (spaced || l.bytes > 40*l.cells), spaced && (width < 3 || h.words < 2):
		return false
	case s.brackets(b, from)*5 >= rows:
		return false
	case h.words > 0:
		return true
	}
	s.lookDown(b, from, width, &l)
	if h.row >= 0 {
		return l.sentences == 0 || !l.clock
	}
	return l.typed*2 >= width && (l.sentences == 0 || !l.clock)
}

// notTable tells text that is marked as something else by how it begins.
func notTable(b []byte) bool {
	b = bytes.TrimLeft(b, " \t\r\n")
	return len(b) == 0 || b[0] == '<' || b[0] == '{' || bytes.HasPrefix(b, []byte("#!"))
}

// sepLine reads the first line "sep=;" by which Excel names the separator. n is
// the length of that line without its end, 0 when there is none.
func sepLine(b []byte) (delim byte, n int) {
	n = bytes.IndexAny(b[:min(len(b), 16)], "\r\n")
	if n != 5 || !bytes.EqualFold(b[:4], []byte("sep=")) {
		return 0, 0
	}
	d := b[4]
	if letter(d) || digit(d) || d == '"' || d == ' ' || d < ' ' && d != '\t' {
		return 0, 0
	}
	return d, n
}

// readTable reads the file as the plan has it.
func (r *Reader) readTable(p *plan) {
	r.text(r.win.pos + p.start)
	if p.header {
		if !r.readRow(p, true) {
			return
		}
	} else {
		r.unnamed(p.width)
	}
	known := slices.Clone(r.cols)
	rest := r.stretches(p.cut, func(later *Reader) {
		later.cols = append(later.cols, known...)
		later.readRows(p)
	})
	defer rest.end()
	r.readRows(p)
	rest.join()
}

// readRows reads the rows from here on.
func (r *Reader) readRows(p *plan) {
	own := *p // it counts what it has split
	for r.readRow(&own, false) {
	}
}

// unnamed makes columns without names known until there are n.
func (r *Reader) unnamed(n int) {
	for len(r.cols) < min(n, maxColumns) {
		r.cols = append(r.cols, r.sink.Column(nil, false))
	}
}

// headerCell takes cell k of the header.
func (r *Reader) headerCell(k int, cell []byte) {
	if len(cell) > 0 {
		r.unnamed(k)
		r.cols = append(r.cols, r.sink.Column(cell, false))
	}
}

// tableCell takes cell k of a row and tells whether it handed anything over.
func (r *Reader) tableCell(k int, cell []byte) bool {
	if len(cell) == 0 {
		return false
	}
	if k >= maxColumns {
		r.sink.Text(cell, 0, len(cell), r.line)
		return true
	}
	if k >= len(r.cols) {
		r.unnamed(k + 1)
	}
	r.sink.Cell(r.cols[k], cell, r.line)
	return true
}

// readRow reads one row, of the header or of the data; false at the end.
func (r *Reader) readRow(p *plan, header bool) bool {
	w := &r.win
	reach := r.lim.cell + 2*r.lim.context
	some := false
	for k := 0; ; k++ {
		if w.end-w.pos < reach {
			w.need(reach)
			if w.pos == w.end {
				return r.endRow(some, false)
			}
		}
		if !header && w.buf[w.pos] > ' ' {
			how := r.quickCell(p, k)
			some = some || how != tooLong
			switch how {
			case atDelim:
				continue
			case atRow:
				return r.endRow(some, true)
			default: // read as any other cell
			}
		}
		s := p.split(w.buf[:w.end], w.pos, w.eof)
		if s.ending == tooLong {
			some = true
			if !r.longCell(p) {
				return r.endRow(some, false)
			}
			s = p.plain(w.buf[:w.end], w.pos, w.eof)
		}
		some = r.cellAt(&s, k, header) || some
		switch s.ending {
		case atRow:
			return r.endRow(some, true)
		case atEnd:
			return r.endRow(some, false)
		default: // another cell follows
		}
	}
}

// quickCell reads a cell that has no blanks before it, no quotes or line ends
// inside and that ends within the window, as nearly all do; tooLong, with nothing
// read, when it is none of these.
func (r *Reader) quickCell(p *plan, column int) ending {
	w := &r.win
	b := w.buf[w.pos:min(w.end, w.pos+p.longest)]
	var from, to, next int
	if b[0] == '"' {
		from, to = 1, quickQuoted(b, r.eol)
		next = to + 1
		if next < len(b) && b[next] == '\r' && !p.stop['\r'] {
			next++
		}
	} else {
		for next < len(b) && !p.stop[b[next]] {
			next++
		}
		for to = next; to > 1 && blank(b[to-1]); {
			to--
		}
	}
	if to <= from || next >= len(b) || !p.stop[b[next]] {
		return tooLong
	}
	if column < len(r.cols) {
		r.sink.Cell(r.cols[column], b[from:to], r.line)
	} else {
		r.tableCell(column, b[from:to])
	}
	p.consumed += next + 1
	w.pos += next + 1
	if b[next] == p.delim {
		return atDelim
	}
	r.line += count64(b[next] == r.eol)
	return atRow
}

// quickQuoted is the place of the closing quote in a cell that is all on one
// line, 0 when there is none.
func quickQuoted(b []byte, eol byte) int {
	for i := 1; i < len(b) && b[i] != eol; i++ {
		if b[i] == '"' {
			return i
		}
	}
	return 0
}

// cellAt takes the cell found at the beginning of the window, the k-th of its
// row, and tells whether it handed anything over.
func (r *Reader) cellAt(s *span, k int, header bool) (some bool) {
	w := &r.win
	cell := w.buf[s.from:s.to]
	if s.doubled {
		r.cell = appendUndoubled(r.cell[:0], cell)
		cell = r.cell
	}
	if header && k < maxColumns {
		r.headerCell(k, cell)
	} else {
		some = r.tableCell(k, cell)
	}
	r.line += int64(s.lines)
	w.pos = s.next
	r.line += count64(s.ending == atRow && w.buf[w.pos-1] == r.eol)
	return some
}

func count64(yes bool) int64 { return int64(count(yes)) }

// endRow closes a row that had something in it.
func (r *Reader) endRow(some, more bool) bool {
	if some {
		r.sink.EndRecord()
	}
	return more
}

// longCell hands over a cell that is too long for one as text, up to what ends
// it; false at the end of the file.
func (r *Reader) longCell(p *plan) bool {
	w := &r.win
	for w.pos < w.end {
		rest := w.rest()
		k := 0
		for k < len(rest) && !p.stop[rest[k]] {
			k++
		}
		r.spool.add(rest[:k], r.line)
		w.pos += k
		if k < len(rest) {
			break
		}
		w.need(1)
	}
	r.spool.flush()
	return w.pos < w.end
}
