package pdf

import (
	"bytes"
	"io"
)

// token is the kind of what a lexer has read.
type token uint8

const (
	tokenEnd token = iota
	tokenInt
	tokenReal
	tokenName
	tokenText // a string, literal or hexadecimal
	tokenWord
	tokenArray
	tokenArrayEnd
	tokenDict
	tokenDictEnd
)

// lexer cuts bytes into tokens, as in the specification, section 7.2. It reads
// its source in windows and knows no limit but the one of a token.
type lexer struct {
	src      io.Reader
	buf      []byte
	pos, end int
	base     int64 // the place of buf[0] in the source
	limit    int64 // the place where the source ends for this lexer
	over     bool  // a token was longer than maxToken, or an object larger than its limits

	tok    []byte // the bytes of a name, string or word
	num    int64
	real   float64
	values []object // of the objects that are being parsed
	count  int      // values made since the object began
	intern map[string]name
}

func newLexer(window int) *lexer { return &lexer{buf: make([]byte, window)} }

// reset turns to a source whose first byte has the place base.
func (l *lexer) reset(src io.Reader, base int64) {
	l.src, l.base, l.pos, l.end = src, base, 0, 0
	l.limit = 1<<63 - 1
	l.over = false
}

// at is the place of the next byte.
func (l *lexer) at() int64 { return l.base + int64(l.pos) }

// fill makes at least one byte ready, and says whether it could.
func (l *lexer) fill() bool {
	if l.pos < l.end {
		return true
	}
	l.base += int64(l.end)
	l.pos, l.end = 0, 0
	room := min(int64(len(l.buf)), l.limit-l.base)
	for room > 0 && l.end == 0 {
		n, err := l.src.Read(l.buf[:room])
		l.end = n
		if err != nil && n == 0 {
			return false
		}
	}
	return l.end > 0
}

// more makes n bytes ready, if there are so many and the window is as large.
func (l *lexer) more(n int) bool {
	if l.end-l.pos >= n {
		return true
	}
	copy(l.buf, l.buf[l.pos:l.end])
	l.base += int64(l.pos)
	l.end -= l.pos
	l.pos = 0
	for l.end < n {
		room := min(int64(len(l.buf)), l.limit-l.base)
		if int64(l.end) >= room {
			return false
		}
		k, err := l.src.Read(l.buf[l.end:room])
		l.end += k
		if err != nil && k == 0 {
			return false
		}
	}
	return true
}

func isSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}

func isDelimiter(c byte) bool {
	switch c {
	case '(', ')', '<', '>', '[', ']', '{', '}', '/', '%':
		return true
	}
	return false
}

func isRegular(c byte) bool { return c > ' ' && !isDelimiter(c) || c <= ' ' && !isSpace(c) }

func isDigit(c byte) bool { return c-'0' <= 9 }

// skip goes to the next byte that is neither blank nor in a comment.
func (l *lexer) skip() bool {
	comment := false
	for l.fill() {
		for i, c := range l.buf[l.pos:l.end] {
			switch {
			case comment:
				comment = c != '\n' && c != '\r'
			case c == '%':
				comment = true
			case !isSpace(c):
				l.pos += i
				return true
			}
		}
		l.pos = l.end
	}
	return false
}

// next reads a token.
func (l *lexer) next() token {
	for {
		if !l.skip() {
			return tokenEnd
		}
		c := l.buf[l.pos]
		if isDigit(c) || c == '-' || c == '+' || c == '.' {
			return l.number()
		}
		if !isDelimiter(c) {
			l.word()
			return tokenWord
		}
		l.pos++
		switch c {
		case '/':
			l.name()
			return tokenName
		case '(':
			l.literal()
			return tokenText
		case '[':
			return tokenArray
		case ']':
			return tokenArrayEnd
		case '<':
			if l.fill() && l.buf[l.pos] == '<' {
				l.pos++
				return tokenDict
			}
			l.hex()
			return tokenText
		case '>':
			if l.fill() && l.buf[l.pos] == '>' {
				l.pos++
				return tokenDictEnd
			}
		}
	}
}

// add appends to the token, up to its limit.
func (l *lexer) add(b ...byte) {
	if len(l.tok)+len(b) > maxToken {
		l.over = true
		return
	}
	l.tok = append(l.tok, b...)
}

// word reads regular characters.
func (l *lexer) word() {
	l.tok = l.tok[:0]
	for l.fill() {
		i := l.pos
		for i < l.end && isRegular(l.buf[i]) {
			i++
		}
		l.add(l.buf[l.pos:i]...)
		l.pos = i
		if i < l.end {
			return
		}
	}
}

// name reads a name; its slash has been read.
func (l *lexer) name() {
	l.word()
	if bytes.IndexByte(l.tok, '#') < 0 {
		return
	}
	out := l.tok[:0]
	for i := 0; i < len(l.tok); i++ {
		c := l.tok[i]
		if c == '#' && i+2 < len(l.tok) {
			if h, ok := hexPair(l.tok[i+1], l.tok[i+2]); ok {
				c = h
				i += 2
			}
		}
		out = append(out, c)
	}
	l.tok = out
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case isDigit(c):
		return c - '0', true
	case (c|0x20)-'a' < 6:
		return (c | 0x20) - 'a' + 10, true
	}
	return 0, false
}

func hexPair(a, b byte) (byte, bool) {
	x, ok := hexDigit(a)
	y, ok2 := hexDigit(b)
	return x<<4 | y, ok && ok2
}

// number reads a number; what begins like one and goes on otherwise is a word.
func (l *lexer) number() token {
	var whole, scale int64 = 0, 0
	negative, digits := false, false
	for n := 0; l.fill(); n++ {
		c := l.buf[l.pos]
		switch {
		case isDigit(c):
			digits = true
			if whole < 1<<55 {
				whole = whole*10 + int64(c-'0')
				scale *= 10
			}
			if scale > 1<<50 {
				scale /= 10
				whole /= 10
			}
		case c == '.' && scale == 0:
			scale = 1
		case c == '-' && n == 0:
			negative = true
		case c == '+' && n == 0, c == '-': // a minus within a number is let pass
		case isRegular(c) && !digits:
			l.word()
			return tokenWord
		default:
			return l.numberEnd(whole, scale, negative)
		}
		l.pos++
	}
	return l.numberEnd(whole, scale, negative)
}

// numberEnd makes the token of a number; scale is 0 for one without a point.
func (l *lexer) numberEnd(whole, scale int64, negative bool) token {
	if negative {
		whole = -whole
	}
	l.num = whole
	if scale == 0 {
		return tokenInt
	}
	l.real = float64(whole) / float64(scale)
	return tokenReal
}

// literal reads a string in parentheses; the first has been read.
func (l *lexer) literal() {
	l.tok = l.tok[:0]
	open := 1
	for l.fill() {
		i := l.pos
		for i < l.end && l.buf[i] != '(' && l.buf[i] != ')' && l.buf[i] != '\\' && l.buf[i] != '\r' {
			i++
		}
		l.add(l.buf[l.pos:i]...)
		l.pos = i
		if i == l.end {
			continue
		}
		c := l.buf[i]
		l.pos++
		switch c {
		case '\\':
			l.escape()
			continue
		case '\r':
			if l.fill() && l.buf[l.pos] == '\n' {
				l.pos++
			}
			c = '\n'
		case '(':
			open++
		case ')':
			if open--; open == 0 {
				return
			}
		}
		l.add(c)
	}
}

// escape reads what follows a backslash in a string.
func (l *lexer) escape() {
	if !l.fill() {
		return
	}
	c := l.buf[l.pos]
	l.pos++
	switch c {
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case '\n':
		return
	case '\r':
		if l.fill() && l.buf[l.pos] == '\n' {
			l.pos++
		}
		return
	default:
		if c-'0' > 7 {
			break
		}
		c -= '0'
		for n := 0; n < 2 && l.fill() && l.buf[l.pos]-'0' <= 7; n++ {
			c = c<<3 | (l.buf[l.pos] - '0')
			l.pos++
		}
	}
	l.add(c)
}

// hex reads a hexadecimal string; its bracket has been read.
func (l *lexer) hex() {
	l.tok = l.tok[:0]
	var high byte
	half := false
	for l.fill() {
		c := l.buf[l.pos]
		l.pos++
		if c == '>' {
			break
		}
		x, ok := hexDigit(c)
		if !ok {
			continue
		}
		if half {
			l.add(high<<4 | x)
		}
		high, half = x, !half
	}
	if half {
		l.add(high << 4)
	}
}
