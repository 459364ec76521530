package choice

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxRow bounds one row; a quote that is never closed makes one of the whole file.
const maxRow = 1 << 20

// rows cuts a CSV file into its rows, keeping their bytes as they are. A row
// ends at LF, CR LF or a CR alone, outside quotes.
type rows struct {
	in     *bufio.Reader
	comma  byte // 0 while it is not known: then the row is not cut into cells
	number int
	raw    []byte
	cells  []span
}

// row is one row. It holds until the next one is read.
type row struct {
	raw    []byte // with its line end
	cells  []span
	broken bool // something follows a closing quote
}

// span is a cell in the bytes of its row, without the quotes around it.
type span struct {
	from, to int
	quoted   bool
	doubled  bool // it holds quotes that are written twice
}

func newRows(in io.Reader, comma byte) *rows {
	return &rows{in: bufio.NewReaderSize(in, 1<<16), comma: comma}
}

// next reads a row; io.EOF after the last.
func (r *rows) next() (row, error) {
	r.raw = r.raw[:0]
	r.number++
	quoted, start := false, true
	for {
		b, err := r.in.ReadByte()
		if errors.Is(err, io.EOF) {
			if quoted {
				return row{}, ErrRow
			}
			if len(r.raw) == 0 {
				return row{}, io.EOF
			}
			return r.cut(), nil
		}
		if err != nil {
			return row{}, err
		}
		if len(r.raw) >= maxRow {
			return row{}, ErrRow
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
func (r *rows) separates(b byte) bool {
	if r.comma == 0 {
		return bytes.IndexByte(commas, b) >= 0
	}
	return b == r.comma
}

// cutAfterCR takes the LF along that may follow.
func (r *rows) cutAfterCR() (row, error) {
	after, err := r.in.Peek(1)
	if err != nil && !errors.Is(err, io.EOF) {
		return row{}, err
	}
	if len(after) == 1 && after[0] == '\n' {
		_, _ = r.in.Discard(1) // it was peeked at
		r.raw = append(r.raw, '\n')
	}
	return r.cut(), nil
}

// cut finds the cells of the row that was read.
func (r *rows) cut() row {
	r.cells = r.cells[:0]
	out := row{raw: r.raw}
	if r.comma == 0 {
		return out
	}
	line := bytes.TrimRight(r.raw, "\r\n")
	for at := 0; ; {
		s, next, whole := cell(line, at, r.comma)
		r.cells = append(r.cells, s)
		out.broken = out.broken || !whole
		if next > len(line) {
			break
		}
		at = next
	}
	out.cells = r.cells
	return out
}

// cell reads the cell that begins at from, says where the next begins (behind
// the end: nowhere), and whether its quotes stand as they should.
func cell(line []byte, from int, comma byte) (s span, next int, whole bool) {
	if from >= len(line) || line[from] != '"' {
		to := len(line)
		if i := bytes.IndexByte(line[from:], comma); i >= 0 {
			to = from + i
		}
		return span{from: from, to: to}, to + 1, true
	}
	s = span{from: from + 1, quoted: true}
	at := from + 1
	for ; at < len(line); at++ {
		if line[at] != '"' {
			continue
		}
		if at+1 == len(line) || line[at+1] != '"' {
			break
		}
		s.doubled = true
		at++
	}
	s.to = min(at, len(line))
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

// text is what a cell holds.
func (r row) text(s span) []byte {
	b := r.raw[s.from:s.to]
	if s.doubled {
		return bytes.ReplaceAll(b, []byte(`""`), []byte(`"`))
	}
	return b
}

// empty is a line without anything.
func (r row) empty() bool { return len(bytes.TrimRight(r.raw, "\r\n")) == 0 }

func blank(b []byte) bool { return len(bytes.TrimSpace(b)) == 0 }
