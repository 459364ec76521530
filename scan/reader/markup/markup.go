// Package markup reads HTML and XML as text, table cells and named fields, as a
// stream: in less than 2 MiB of memory and in time linear in the input, whatever
// its nesting.
//
// [HTML] gives the text that a reader of the page sees, and what stands behind it
// (attributes, comments, scripts). [XML] takes elements and attributes that hold only
// text for fields. Neither rejects anything: what is no markup is text. Every character of
// content reaches the sink once; blanks alone between elements are no content.
package markup

import (
	"context"
	"fmt"
	"io"
)

// Sink takes what is found, in order, from one goroutine: the same as the Sink
// of package reader. Every slice is valid only during the call.
type Sink interface {
	// Text hands over text: buf[from:to] is new, what stands around it is context
	// (up to 512 bytes a side). line is the number of the line of the source on which
	// buf[from] stands, from 1; line ends in buf[from:to] are line ends of the source.
	Text(buf []byte, from, to int, line int64)
	// Column makes known a column of a table, or with field the name of an element or
	// attribute, and returns its number. At most 512 are made known.
	Column(name []byte, field bool) int
	// Cell hands over a value, never an empty one, at most 64 KiB.
	Cell(column int, value []byte, line int64)
	// EndRecord closes the row or the element whose cells came before.
	EndRecord()
}

const (
	windowSize  = 64 << 10 // bytes of the source that are held
	lookahead   = 256      // bytes that are looked at to tell what comes
	pieceSize   = 64 << 10 // bytes of text that are handed over at once
	contextSize = 512      // bytes shown on both sides of a piece
	longestCell = 64 << 10 // bytes of a value that is handed over whole
	longestName = 128      // bytes of the name of a field
	mostColumns = 512
	mostLevels  = 256      // levels of nesting of which the kind is remembered
	asideSize   = 16 << 10 // bytes of attributes and comments that wait for the text around them to end
	runSize     = 4 << 10  // bytes looked through at once
)

// scanner reads the source and counts its lines.
type scanner struct {
	r        io.Reader
	stop     func() error
	buf      []byte
	pos, end int
	line     int64 // of buf[pos]
	eof      bool
	err      error
	named    map[string]string // entities met
	room     [64]byte          // for the text of one
}

func (s *scanner) begin(ctx context.Context, r io.Reader) {
	s.r, s.stop, s.line = r, ctx.Err, 1
	s.buf = make([]byte, windowSize)
	s.named = make(map[string]string)
}

// rest shows what is at hand, at least lookahead bytes unless the source ends before.
func (s *scanner) rest() []byte {
	if s.end-s.pos < lookahead && !s.eof {
		s.fill()
	}
	return s.buf[s.pos:s.end]
}

// fill reads until the buffer is full or the source ends.
func (s *scanner) fill() {
	s.end = copy(s.buf, s.buf[s.pos:s.end])
	s.pos = 0
	for idle := 0; s.end < len(s.buf) && !s.eof; {
		if err := s.stop(); err != nil {
			s.eof, s.err = true, fmt.Errorf("markup: stopped: %w", err)
			return
		}
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if idle++; n > 0 {
			idle = 0
		}
		if err == nil && idle == 100 {
			err = io.ErrNoProgress
		}
		if err != nil {
			s.eof = true
			if err != io.EOF { // a wrapped io.EOF is an error
				s.err = fmt.Errorf("markup: %w", err)
			}
		}
	}
}

// drop goes on by n bytes.
func (s *scanner) drop(n int) {
	s.line += lines(s.buf[s.pos : s.pos+n])
	s.pos += n
}

// skip goes on by n bytes, none of which ends a line.
func (s *scanner) skip(n int) { s.pos += n }

// close passes over the rest of a tag.
func (s *scanner) close() {
	if b := s.rest(); len(b) > 0 && b[0] == '>' {
		s.skip(1)
		return
	}
	s.until(">", nothing)
}

// has reports whether the source goes on with the given bytes, in any case of letters;
// they are given in lower case.
func (s *scanner) has(low string) bool {
	b := s.rest()
	if len(b) < len(low) {
		return false
	}
	for i := range len(low) {
		if lower(b[i]) != low[i] {
			return false
		}
	}
	return true
}

// put takes a piece of text that stands on the given line of the source.
type put func(b []byte, line int64)

// until hands what stands before mark to out, and passes over mark, of which the first
// byte is no letter; to the end of the source when there is none.
func (s *scanner) until(mark string, out put) {
	for {
		b := s.rest()
		if len(b) == 0 {
			return
		}
		n := indexByte(b, mark[0])
		if n > 0 {
			out(b[:n], s.line)
			s.drop(n)
			continue
		}
		if s.has(mark) {
			s.skip(len(mark))
			return
		}
		out(b[:1], s.line)
		s.drop(1)
	}
}

// run hands what stands before the byte stop to out, with entities decoded, and stays before stop.
func (s *scanner) run(stop byte, xml bool, out put) {
	for {
		b := s.rest()
		if len(b) == 0 {
			return
		}
		i := indexByte(b[:min(len(b), runSize)], stop)
		j := indexByte(b[:i], '&')
		if j > 0 {
			out(b[:j], s.line)
			s.drop(j)
		}
		switch {
		case j < i:
			b = s.rest()
			text, n := s.entity(b, xml, stop != '<')
			if text == "" {
				out(b[:n], s.line)
			} else {
				out(append(s.room[:0], text...), s.line)
			}
			s.drop(n)
		case i < len(b) && b[i] == stop:
			return
		}
	}
}

// nothing passes over text.
func nothing([]byte, int64) {}
