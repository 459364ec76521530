package vcard

import "bytes"

// spool hands over text as it comes, in pieces that cut no word in two if they
// can, each with what stands before and after it.
type spool struct {
	sink Sink
	buf  []byte
	from int // buf[:from] has been handed over
	line int64
}

const spoolSize = 32 << 10 // bytes of text held at a time

// add takes the next bytes of a text, that stand on the given line or after it.
func (s *spool) add(b []byte, line int64) {
	if s.buf == nil {
		s.buf = make([]byte, 0, spoolSize)
	}
	for len(b) > 0 {
		if len(s.buf) == s.from {
			s.line = line
		}
		n := min(len(b), cap(s.buf)-len(s.buf))
		s.buf = append(s.buf, b[:n]...)
		b = b[n:]
		if len(s.buf) == cap(s.buf) {
			s.hand(s.cut(), line)
		}
	}
}

// cut finds where to end the next piece: after a blank or a comma if there is one.
func (s *spool) cut() int {
	end := len(s.buf) - around
	if i := bytes.LastIndexAny(s.buf[max(s.from, end-4096):end], "\n ,;"); i >= 0 {
		return max(s.from, end-4096) + i + 1
	}
	for k := end; k > end-4 && k > s.from; k-- {
		if s.buf[k]&0xc0 != 0x80 {
			return k
		}
	}
	return end
}

// hand hands over what stands before to and keeps the rest and some context.
func (s *spool) hand(to int, line int64) {
	lo := max(0, s.from-around)
	hi := min(len(s.buf), to+around)
	s.sink.Text(s.buf[lo:hi], s.from-lo, to-lo, s.line)
	keep := max(0, to-around)
	s.buf = s.buf[:copy(s.buf, s.buf[keep:])]
	s.from, s.line = to-keep, line
}

// flush hands over what is left; what comes next has nothing to do with it.
func (s *spool) flush() {
	if s.from < len(s.buf) {
		s.hand(len(s.buf), s.line)
	}
	s.buf, s.from = s.buf[:0], 0
}
