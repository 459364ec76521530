package reader

import (
	"bytes"
	_ "embed" // for the words of headers
	"slices"
	"strings"
	"unicode/utf8"
)

//go:embed header.txt
var headerText string

const (
	headerRows = 5  // among the first five rows the header is looked for
	headerLong = 60 // the longest cell of a header, in bytes
)

func headerWords() map[string]struct{} {
	words := make(map[string]struct{})
	for line := range strings.Lines(headerText) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for w := range strings.FieldsSeq(line) {
			words[w] = struct{}{}
		}
	}
	return words
}

// header is what was found out about the header of a table.
type header struct {
	row   int // its place in the sample, -1 for a table without one
	words int // its cells with a usual word
}

// findHeader looks for the header of the sampled table, whose rows have width
// cells. Rows before it must be titles: rows with few cells that are not empty.
func (r *Reader) findHeader(b []byte, width int) header {
	s := &r.rows
	for i := range min(headerRows, len(s.rows)) {
		row := s.row(i)
		if h, ok := r.headerRow(b, i, width); ok {
			return h
		}
		if filled(row) > max(1, width/2) {
			break
		}
	}
	return header{row: -1}
}

// headerRow tells whether row i could be the header.
func (r *Reader) headerRow(b []byte, i, width int) (header, bool) {
	row := r.rows.row(i)
	h := header{row: i}
	if len(row) != width && (len(row) < 2 || len(row) < width/2) {
		return h, false
	}
	named, odd, twins := 0, 0, 0
	for k, c := range row {
		cell := b[c.from:c.to]
		if len(cell) == 0 {
			continue
		}
		if len(cell) > headerLong || bytes.IndexByte(cell, '@') >= 0 || digitRun(cell) >= 5 {
			return h, false
		}
		named++
		if !hasLetter(cell) {
			odd++
		}
		for _, d := range row[:min(k, 64)] {
			if bytes.EqualFold(cell, b[d.from:d.to]) {
				twins++
				break
			}
		}
		if r.usual(cell) {
			h.words++
		}
	}
	if named*10 < len(row)*6 || odd*5 > named || twins*5 > named {
		return h, false
	}
	return h, h.words > 0 || r.differs(b, i)
}

// differs tells whether row i has words where the rows below have numbers, dates
// or addresses of mail.
func (r *Reader) differs(b []byte, i int) bool {
	for k, c := range r.rows.row(i) {
		if c.from == c.to || typed(b[c.from:c.to]) {
			continue
		}
		seen, values := 0, 0
		for j := i + 1; j < len(r.rows.rows); j++ {
			row := r.rows.row(j)
			if k >= len(row) || row[k].from == row[k].to {
				continue
			}
			seen++
			if typed(b[row[k].from:row[k].to]) {
				values++
			}
		}
		if seen > 0 && values*2 > seen {
			return true
		}
	}
	return false
}

// usual tells whether a cell of at most three words has one of the usual ones.
func (r *Reader) usual(cell []byte) bool {
	var low [headerLong + 4]byte
	if len(cell) > headerLong {
		return false
	}
	n := copy(low[:], cell)
	for i, c := range low[:n] {
		if c >= 'A' && c <= 'Z' {
			low[i] = c | 0x20
		}
	}
	if _, ok := r.words[string(low[:n])]; ok {
		return true
	}
	words, found := 0, false
	for i := 0; i < n; {
		j := i
		for j < n && letter(low[j]) {
			j++
		}
		if j > i {
			words++
			_, ok := r.words[string(low[i:j])]
			found = found || ok
		}
		i = j + 1
	}
	return found && words <= 4
}

func letter(c byte) bool {
	return c >= utf8.RuneSelf || c|0x20 >= 'a' && c|0x20 <= 'z'
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func hasLetter(b []byte) bool { return slices.ContainsFunc(b, letter) }

// digitRun is the length of the longest run of digits.
func digitRun(b []byte) int {
	run, longest := 0, 0
	for _, c := range b {
		if !digit(c) {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// typed tells a cell that holds a number, a date, a code or an address of mail
// rather than words.
func typed(cell []byte) bool {
	digits, letters := 0, 0
	for _, c := range cell {
		switch {
		case c == '@':
			return true
		case digit(c):
			digits++
		case letter(c):
			letters++
		}
	}
	return digits > 0 && digits >= letters || digitRun(cell) >= 4
}

// filled counts the cells of a row that are not empty.
func filled(row []span) int {
	n := 0
	for _, c := range row {
		if c.from < c.to {
			n++
		}
	}
	return n
}
