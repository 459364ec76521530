package reader

import (
	"bytes"
	"unicode/utf8"
)

// cutSpan is how far back from the end of a piece of text, in bytes, a place is
// looked for that cuts nothing in two.
const cutSpan = 4096

// readPlain hands over the rest of the file as free text.
func (r *Reader) readPlain() {
	for r.nextPiece(nil) {
	}
}

// nextPiece hands over one piece of free text, and tells whether there was one.
// It ends before the first line that begins with mark, when mark is not nil and
// such a line is in the window.
func (r *Reader) nextPiece(mark []byte) bool {
	w := &r.win
	w.need(len(w.buf) / 2)
	if w.pos == w.end {
		return false
	}
	limit := w.end
	if !w.eof {
		limit = max(w.end-r.lim.context, w.pos+1)
	}
	if mark != nil {
		if i := bytes.Index(w.buf[w.pos:limit], mark); i >= 0 {
			r.text(w.pos + i + 1)
			return true
		}
	}
	to := limit
	if !w.eof {
		to = w.pos + cut(w.buf[w.pos:limit], r.eol)
	}
	r.text(to)
	return true
}

// text hands over the window from pos to to as free text and goes on to there.
func (r *Reader) text(to int) {
	w := &r.win
	if to <= w.pos {
		return
	}
	lo := max(0, w.pos-r.lim.context)
	hi := min(w.end, to+r.lim.context)
	r.sink.Text(w.buf[lo:hi], w.pos-lo, to-lo, r.line)
	r.line += int64(bytes.Count(w.buf[w.pos:to], []byte{r.eol}))
	w.pos = to
}

// cut tells where to end a piece of text, so that the rest may begin the next
// one: after the last line end; in one long line after a byte that stands in
// none of the things looked for; failing that between two characters.
// It is at least 1, for b has a byte or more.
func cut(b []byte, eol byte) int {
	if i := bytes.LastIndexByte(b, eol); i >= 0 {
		return i + 1
	}
	for i := len(b) - 1; i > 0 && i > len(b)-cutSpan; i-- {
		if parts(b[i]) {
			return i + 1
		}
	}
	for i := len(b) - 1; i > 0 && i > len(b)-utf8.UTFMax; i-- {
		if utf8.RuneStart(b[i]) {
			if utf8.FullRune(b[i:]) {
				return len(b)
			}
			return i
		}
	}
	return len(b)
}

// parts tells whether no name, number or address goes on across the byte c.
func parts(c byte) bool {
	switch {
	case c >= utf8.RuneSelf, c >= '0' && c <= '9', c|0x20 >= 'a' && c|0x20 <= 'z':
		return false
	}
	switch c {
	case ' ', '@', '.', '_', '+', '-', '/', '(', ')', ':':
		return false
	}
	return true
}

// spool hands over as text what is too long to be a cell, piece by piece as it
// is found.
type spool struct {
	sink    Sink
	buf     []byte // its capacity bounds a piece
	context int
	from    int   // buf[:from] has been handed over
	line    int64 // of buf[from]
}

func (s *spool) begin(sink Sink) {
	s.sink, s.buf, s.from = sink, s.buf[:0], 0
}

// add takes the next bytes, that stand on the given line.
func (s *spool) add(b []byte, line int64) {
	for len(b) > 0 {
		if len(s.buf) == s.from {
			s.line = line
		}
		n := min(len(b), cap(s.buf)-len(s.buf))
		s.buf = append(s.buf, b[:n]...)
		b = b[n:]
		if len(s.buf) == cap(s.buf) {
			s.hand(s.from+cut(s.buf[s.from:len(s.buf)-s.context], '\n'), line)
		}
	}
}

// flush hands over what is left; the next bytes have nothing to do with these.
func (s *spool) flush() {
	if s.from < len(s.buf) {
		s.hand(len(s.buf), s.line)
	}
	s.buf, s.from = s.buf[:0], 0
}

// hand hands over what stands before to, and keeps the rest and some context.
func (s *spool) hand(to int, line int64) {
	lo := max(0, s.from-s.context)
	hi := min(len(s.buf), to+s.context)
	s.sink.Text(s.buf[lo:hi], s.from-lo, to-lo, s.line)
	keep := max(0, to-s.context)
	s.buf = s.buf[:copy(s.buf, s.buf[keep:])]
	s.from, s.line = to-keep, line
}
