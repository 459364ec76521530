// Package table cuts CSV files into rows and cells without changing a byte of
// them, so that what is copied from one file to another stays as it was: quotes,
// line ends, encoding, empty lines, and the mark at the start of a file.
//
//	must                                          must not
//	a row ends at LF, CR LF or a CR alone         a line end between quotes ends a row
//	all rows joined are the file                  a last row without a line end gets one
//	the separator is found: comma, semicolon,     a header in which two of them stand
//	or tab                                        equally often is guessed at
//	UTF-8, with its mark or without, and          UTF-16 is read
//	Windows-1252
//	one row is at most 1 MiB                      a quote never closed takes the whole file
//	a quote within a cell is a sign               something after a closing quote is right:
//	                                              the row is Broken, and still whole
//
// [Rows.Head] comes first; then [Rows.Next] until io.EOF.
package table

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxRow bounds one row; a quote that is never closed makes one of the whole file.
const maxRow = 1 << 20

// Why a file is not read as a table.
var (
	ErrHeader   = errors.New("the first row is no header, or an empty or a broken one")
	ErrComma    = errors.New("it cannot be told what separates the cells")
	ErrEncoding = errors.New("the file is neither UTF-8 nor Windows-1252")
	ErrRow      = errors.New("a row without an end")
)

// Rows are the rows of a file.
type Rows struct {
	Charset Charset // Head learns it from the first row; for later ones see Charset.Learn

	in     *bufio.Reader
	comma  byte // 0 while it is not known: then the row is not cut into cells
	number int
	raw    []byte
	cells  []Span
}

// Row is one row. It holds until the next one is read.
type Row struct {
	Raw    []byte // with its line end
	Cells  []Span
	Broken bool // something follows a closing quote
}

// Span is a cell in the bytes of its row, without the quotes around it.
type Span struct {
	From, To int
	Quoted   bool
	Doubled  bool // it holds quotes that are written twice
}

// New reads rows whose cells are separated by comma; 0: Head finds it.
func New(in io.Reader, comma byte) *Rows {
	return &Rows{in: bufio.NewReaderSize(in, 1<<16), comma: comma}
}

// Comma is what separates the cells; 0 before Head.
func (r *Rows) Comma() byte { return r.comma }

// Number is the number of the row that was read last; the header is row 1, and
// empty lines count.
func (r *Rows) Number() int { return r.number }

// Next reads a row; io.EOF after the last.
func (r *Rows) Next() (Row, error) {
	r.raw = r.raw[:0]
	r.number++
	quoted, start := false, true
	for {
		b, err := r.in.ReadByte()
		if errors.Is(err, io.EOF) {
			if quoted {
				return Row{}, ErrRow
			}
			if len(r.raw) == 0 {
				return Row{}, io.EOF
			}
			return r.cut(), nil
		}
		if err != nil {
			return Row{}, err
		}
		if len(r.raw) >= maxRow {
			return Row{}, ErrRow
		}
		r.raw = append(r.raw, b)
		switch {
		case quoted:
			quoted = b != '"' // a quote that is written twice closes and opens
			start = !quoted   // so that the second opens
		case b == '"' && start:
			quoted = true
		case b == '\n':
			return r.cut(), nil
		case b == '\r':
			return r.cutAfterCR()
		default:
			start = r.separates(b)
		}
	}
}

// separates tells whether a cell ends at b: while the separator is looked for,
// at each that there could be.
func (r *Rows) separates(b byte) bool {
	if r.comma == 0 {
		return bytes.IndexByte(commas, b) >= 0
	}
	return b == r.comma
}

// cutAfterCR takes the LF along that may follow.
func (r *Rows) cutAfterCR() (Row, error) {
	after, err := r.in.Peek(1)
	if err != nil && !errors.Is(err, io.EOF) {
		return Row{}, err
	}
	if len(after) == 1 && after[0] == '\n' {
		_, _ = r.in.Discard(1) // it was peeked at
		r.raw = append(r.raw, '\n')
	}
	return r.cut(), nil
}

// cut finds the cells of the row that was read.
func (r *Rows) cut() Row {
	r.cells = r.cells[:0]
	out := Row{Raw: r.raw}
	if r.comma == 0 {
		return out
	}
	line := bytes.TrimRight(r.raw, "\r\n")
	for at := 0; ; {
		s, next, whole := cell(line, at, r.comma)
		r.cells = append(r.cells, s)
		out.Broken = out.Broken || !whole
		if next > len(line) {
			break
		}
		at = next
	}
	out.Cells = r.cells
	return out
}

// cell reads the cell that begins at from, says where the next begins (behind
// the end: nowhere), and whether its quotes stand as they should.
func cell(line []byte, from int, comma byte) (s Span, next int, whole bool) {
	if from >= len(line) || line[from] != '"' {
		to := len(line)
		if i := bytes.IndexByte(line[from:], comma); i >= 0 {
			to = from + i
		}
		return Span{From: from, To: to}, to + 1, true
	}
	s = Span{From: from + 1, Quoted: true}
	at := from + 1
	for ; at < len(line); at++ {
		if line[at] != '"' {
			continue
		}
		if at+1 == len(line) || line[at+1] != '"' {
			break
		}
		s.Doubled = true
		at++
	}
	s.To = min(at, len(line))
	switch {
	case at >= len(line): // the quote is still open
		return s, len(line) + 1, false
	case at+1 == len(line) || line[at+1] == comma:
		return s, at + 2, true
	}
	i := bytes.IndexByte(line[at:], comma)
	if i < 0 {
		return s, len(line) + 1, false
	}
	return s, at + i + 1, false
}

// Text is what a cell holds.
func (r Row) Text(s Span) []byte {
	b := r.Raw[s.From:s.To]
	if s.Doubled {
		return bytes.ReplaceAll(b, []byte(`""`), []byte(`"`))
	}
	return b
}

// Empty is a line without anything.
func (r Row) Empty() bool { return len(bytes.TrimRight(r.Raw, "\r\n")) == 0 }
