package reader

import "bytes"

// quoteLines is how many lines a quoted cell may go on before its quote is taken
// for a stray one.
const quoteLines = 200

// dialect says how rows are split into cells.
type dialect struct {
	delim    byte
	eol      byte
	stop     [256]bool // the bytes that end a cell without quotes
	longest  int       // the longest cell, in bytes
	consumed int       // bytes split so far
	wasted   int       // bytes looked through for a closing quote that was not there
}

// set makes d split at delim and eol, and at '\n' whatever eol is.
func (d *dialect) set(delim, eol byte, longest int) {
	*d = dialect{delim: delim, eol: eol, longest: longest}
	d.stop[delim], d.stop[eol], d.stop['\n'] = true, true, true
}

// ending is how a cell ends.
type ending uint8

const (
	atDelim ending = iota // another cell of the row follows
	atRow                 // the row ends with it
	atEnd                 // the text ends with it, and the row
	tooLong               // it goes on beyond the longest cell, or the bytes given
)

// span is one cell: b[from:to], without the blanks and quotes around it. The
// next cell begins at next.
type span struct {
	from, to, next int
	lines          int  // line ends inside the cell
	doubled        bool // it holds doubled quotes
	ending         ending
}

// split finds the cell that begins at b[i]. last says that the text ends with b.
// A quote that opens a cell and is not closed in a sensible place is an ordinary
// character: one unbalanced quote does not swallow the rows after it.
func (d *dialect) split(b []byte, i int, last bool) span {
	j := i
	for j < len(b) && b[j] == ' ' {
		j++
	}
	if j < len(b) && b[j] == '"' && d.wasted <= 1<<20+4*d.consumed {
		s, ok := d.quoted(b, j+1, last)
		if ok {
			d.consumed += s.next - i
			return s
		}
	}
	s := d.plain(b, j, last)
	d.consumed += s.next - i
	return s
}

// plain finds the end of a cell without quotes.
func (d *dialect) plain(b []byte, i int, last bool) span {
	end := min(len(b), i+d.longest)
	k := i
	for k < end && !d.stop[b[k]] {
		k++
	}
	s := span{from: i, to: k, next: k}
	switch {
	case k < end:
		d.finish(b, k, &s)
	case k == len(b) && last:
		s.ending = atEnd
	default:
		s.ending = tooLong
		return s
	}
	for s.to > s.from && blank(b[s.to-1]) {
		s.to--
	}
	return s
}

// finish notes what the byte at b[k], that ends a cell, is.
func (d *dialect) finish(b []byte, k int, s *span) {
	s.next = k + 1
	if b[k] == d.delim {
		s.ending = atDelim
		return
	}
	s.ending = atRow
}

// quoted finds the end of a cell whose opening quote stands before b[i]. It is
// not ok when the quote turns out to be a stray one: never closed within the
// longest cell or 200 lines, or met by another stray quote on a later line.
func (d *dialect) quoted(b []byte, i int, last bool) (s span, ok bool) {
	end := min(len(b), i+d.longest)
	s = span{from: i}
	k, seen := i, end
	for k < end {
		q := bytes.IndexByte(b[k:end], '"')
		if q < 0 {
			seen = end
			break
		}
		seen = k + q
		s.lines += bytes.Count(b[k:k+q], []byte{d.eol})
		q += k
		if s.lines > quoteLines {
			break
		}
		if q+1 < len(b) && b[q+1] == '"' {
			s.doubled = true
			k = q + 2
			continue
		}
		if d.closes(b, q+1, last, &s) {
			s.to = q
			return s, true
		}
		if s.lines > 0 {
			break
		}
		k = q + 1
	}
	d.wasted += seen - i
	return span{ending: tooLong}, false
}

// closes tells whether the cell ends at b[k], but for blanks, and notes how.
func (d *dialect) closes(b []byte, k int, last bool, s *span) bool {
	for k < len(b) && (b[k] == ' ' || b[k] == '\r') && b[k] != d.eol {
		k++
	}
	switch {
	case k == len(b):
		s.next, s.ending = k, atEnd
		return last
	case d.stop[b[k]]:
		d.finish(b, k, s)
		return true
	}
	return false
}

// blank tells the bytes cut off at both ends of a cell.
func blank(c byte) bool { return c == ' ' || c == '\r' || c == '\t' }

// appendUndoubled appends a quoted cell with each doubled quote made one.
func appendUndoubled(dst, src []byte) []byte {
	for {
		i := bytes.Index(src, []byte(`""`))
		if i < 0 {
			return append(dst, src...)
		}
		dst = append(dst, src[:i+1]...)
		src = src[i+2:]
	}
}
