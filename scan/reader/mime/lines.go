package mime

import (
	"bytes"
	"io"
)

// lookahead is how much of a line, in bytes, is seen at once: all of it when it
// is shorter.
const lookahead = 4 << 10

// lines cuts a stream into lines that end with \n, \r\n or \r, in pieces where
// they are long.
type lines struct {
	r        io.Reader
	stop     func() error
	buf      []byte
	pos, end int
	lf, cr   int   // where the next one stands; end where there is none; -1 not known
	mid      bool  // buf[pos] does not begin a line
	blank    bool  // the line before was empty, or there was none
	still    bool  // line does not go on: the stream is decoded from somewhere
	line     int64 // of buf[pos]
	eof      bool
	err      error // what ended it, if not its end
}

// peek shows the next piece of a line and the length of the line end behind it,
// 0 where the line goes on or the stream ends. The whole line is shown if it is
// shorter than lookahead. It is not ok where nothing is left.
func (l *lines) peek() (text []byte, eol int, ok bool) {
	if l.end-l.pos < lookahead && !l.eof {
		l.fill()
	}
	if l.pos == l.end {
		return nil, 0, false
	}
	if l.lf < l.pos {
		l.lf = l.find('\n')
	}
	if l.cr < l.pos {
		l.cr = l.find('\r')
	}
	at := min(l.lf, l.cr)
	switch {
	case at == l.end:
		return l.buf[l.pos:at], 0, true
	case at == l.lf:
		return l.buf[l.pos:at], 1, true
	case at+1 < l.end && l.buf[at+1] == '\n':
		return l.buf[l.pos:at], 2, true
	case at+1 < l.end || l.eof:
		return l.buf[l.pos:at], 1, true
	}
	return l.buf[l.pos:at], 0, true // what follows the \r is not known yet
}

func (l *lines) find(c byte) int {
	if i := bytes.IndexByte(l.buf[l.pos:l.end], c); i >= 0 {
		return l.pos + i
	}
	return l.end
}

// after shows what is known of the stream behind the next n bytes.
func (l *lines) after(n int) []byte {
	return l.buf[l.pos+n : l.end]
}

// take goes on by n bytes of a line and the line end of eol bytes behind them.
func (l *lines) take(n, eol int) {
	l.pos += n + eol
	if eol == 0 {
		l.mid = true
		return
	}
	l.blank = n == 0 && !l.mid
	l.mid = false
	if !l.still {
		l.line++
	}
}

// takeLine goes on to the next line.
func (l *lines) takeLine() {
	for {
		text, eol, ok := l.peek()
		if !ok {
			return
		}
		l.take(len(text), eol)
		if eol > 0 {
			return
		}
	}
}

// fill reads until half of the buffer is full.
func (l *lines) fill() {
	l.end = copy(l.buf, l.buf[l.pos:l.end])
	l.pos, l.lf, l.cr = 0, -1, -1
	if err := l.stop(); err != nil {
		l.eof, l.err = true, err
		return
	}
	for idle := 0; l.end < len(l.buf)/2; {
		n, err := l.r.Read(l.buf[l.end:])
		l.end += n
		if err != nil {
			l.eof = true
			if err != io.EOF { // a wrapped io.EOF is an error
				l.err = err
			}
			return
		}
		if idle++; n > 0 {
			idle = 0
		}
		if idle == 100 {
			l.eof, l.err = true, io.ErrNoProgress
			return
		}
	}
}

// skipMark leaves out a byte order mark.
func (l *lines) skipMark() {
	if text, _, ok := l.peek(); ok && bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		l.pos += 3
	}
}

func isBlank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f' {
			return false
		}
	}
	return true
}

// isCount tells a line of digits.
func isCount(b []byte) bool {
	b = bytes.TrimRight(b, " \t")
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0 && len(b) < 16
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
