package mime

import (
	"bytes"
	"io"
	"slices"
	"strings"
)

// Where a scope stands when it shows no more lines.
const (
	atNothing   = iota
	atBoundary  // a delimiter line of one of its multiparts
	atSeparator // the separator line of a mailbox
	atEnd
)

// halt is where a scope stands.
type halt struct {
	kind  int
	level int  // of the boundary, in scope.bounds
	last  bool // the boundary closes its multipart
}

// scope shows the lines of a stream up to the next boundary line of one of the
// multiparts that are open, or the next message of a mailbox.
type scope struct {
	lines
	bounds  [][]byte // boundaries of the open multiparts, from the outermost
	mailbox bool
	at      halt
}

func newScope(r io.Reader, stop func() error, window []byte) *scope {
	s := &scope{}
	s.r, s.stop, s.buf, s.blank, s.lf, s.cr = r, stop, window, true, -1, -1
	return s
}

// peek is that of lines, but not ok also before a boundary or separator, and
// without the > that quotes a "From " in a mailbox.
func (s *scope) peek() (text []byte, eol int, ok bool) {
	text, eol, ok = s.lines.peek()
	if !ok {
		s.at = halt{kind: atEnd}
		return nil, 0, false
	}
	if s.mid || len(text) == 0 {
		return text, eol, true
	}
	switch {
	case text[0] == '-' && s.bounded(text), text[0] == 'F' && s.mailbox && s.separated(text, eol):
		return nil, 0, false
	case text[0] == '>' && s.mailbox && bytes.HasPrefix(bytes.TrimLeft(text, ">"), []byte("From ")):
		s.take(1, 0)
		text = text[1:]
	}
	return text, eol, true
}

// bounded tells whether line is the delimiter line of an open multipart
// (RFC 2046, 5.1.1), the innermost first.
func (s *scope) bounded(line []byte) bool {
	if !bytes.HasPrefix(line, []byte("--")) {
		return false
	}
	line = bytes.TrimRight(line[2:], " \t")
	for i, bound := range slices.Backward(s.bounds) {
		rest, ok := bytes.CutPrefix(line, bound)
		if ok && (len(rest) == 0 || string(rest) == "--") {
			s.at = halt{kind: atBoundary, level: i, last: len(rest) > 0}
			return true
		}
	}
	return false
}

// separated tells whether line separates two messages of a mailbox: after an
// empty line if it looks like it, and without one if a header follows.
func (s *scope) separated(line []byte, eol int) bool {
	if !separates(line) || !s.blank && (eol == 0 || !dated(line) || fieldName(s.after(len(line)+eol)) == 0) {
		return false
	}
	s.at = halt{kind: atSeparator}
	return true
}

// skip goes on to the next boundary or separator, or the end.
func (s *scope) skip() {
	for {
		text, eol, ok := s.peek()
		if !ok {
			return
		}
		s.take(len(text), eol)
	}
}

// closes tells whether the stream ends here and the line end before is of the
// content: the empty line at the end of a mailbox is not.
func (s *scope) closes() bool {
	return s.at.kind == atEnd && (!s.mailbox || !s.blank)
}

// boundary tells the boundary of a multipart that begins: the one that its header
// declares or, where that is missing or is nowhere near, that of the first line
// that looks like a delimiter. It is nil where there is none.
func (s *scope) boundary(declared []byte) []byte {
	if _, _, ok := s.peek(); !ok {
		return declared
	}
	var found []byte
	for rest := s.after(0); len(rest) > 0; {
		i := bytes.IndexAny(rest[:min(len(rest), lookahead)], "\r\n")
		if i < 0 {
			break
		}
		line := rest[:i]
		rest = rest[i+1:]
		b, ok := bytes.CutPrefix(bytes.TrimRight(line, " \t"), []byte("--"))
		if !ok || len(b) == 0 || len(b) > maxBoundary {
			continue
		}
		if tail, ok := bytes.CutPrefix(b, declared); ok && declared != nil && (len(tail) == 0 || string(tail) == "--") {
			return declared
		}
		if s.bounded(line) {
			break
		}
		if found == nil && (declared == nil || describes(rest)) {
			found = bytes.Clone(b)
		}
	}
	if found == nil {
		return declared
	}
	return found
}

// describes tells whether b begins with a header field about content.
func describes(b []byte) bool {
	const start = "content-"
	b = bytes.TrimPrefix(b, []byte("\n"))
	return len(b) > len(start) && bytes.EqualFold(b[:len(start)], []byte(start)) && fieldName(b[:min(len(b), 64)]) > 0
}

func hasFrom(line []byte) bool {
	return bytes.HasPrefix(line, []byte("From ")) || bytes.HasPrefix(line, []byte(">From "))
}

// separates tells whether line looks like the separator of a mailbox (RFC 4155,
// appendix A): a sender, then a date; or an address alone.
func separates(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("From "))
	if !ok || len(rest) > 512 {
		return false
	}
	rest = bytes.TrimSpace(rest)
	sender, tail, _ := bytes.Cut(rest, []byte(" "))
	if len(bytes.TrimSpace(tail)) == 0 {
		return bytes.IndexByte(sender, '@') > 0
	}
	return dated(line)
}

// dated tells whether line holds a time of day, and the name of a day or month
// or a year.
func dated(line []byte) bool {
	if len(line) > 512 {
		return false
	}
	hour, day := false, false
	for w := range bytes.FieldsSeq(line[min(5, len(line)):]) {
		if i := bytes.IndexByte(w, ':'); i == 1 || i == 2 {
			hour = hour || isDigit(w[0]) && isDigit(w[i-1]) && len(w) > i+2 && isDigit(w[i+1]) && isDigit(w[i+2])
			continue
		}
		w = bytes.TrimRight(w, ",")
		if len(w) == 3 {
			day = day || strings.Contains("Mon Tue Wed Thu Fri Sat Sun Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", string(w))
		}
		day = day || len(w) == 4 && isCount(w)
	}
	return hour && day
}
