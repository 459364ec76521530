package markup

import (
	"bytes"
	"html"
	"unicode/utf8"
)

// lines counts line ends.
func lines(b []byte) int64 {
	if len(b) > 48 {
		return int64(bytes.Count(b, []byte{'\n'}))
	}
	n := int64(0)
	for _, c := range b {
		if c == '\n' {
			n++
		}
	}
	return n
}

// indexByte is like bytes.IndexByte, with len(b) for none.
func indexByte(b []byte, c byte) int {
	if i := bytes.IndexByte(b, c); i >= 0 {
		return i
	}
	return len(b)
}

func lower(c byte) byte {
	if c-'A' <= 'Z'-'A' {
		return c + 0x20
	}
	return c
}

func letter(c byte) bool { return (c|0x20)-'a' <= 'z'-'a' }
func digit(c byte) bool  { return c-'0' <= 9 }
func blank(c byte) bool  { return c == ' ' || c-'\t' <= '\r'-'\t' }

// longestEntity is the longest reference to a character that is looked at, in bytes.
const longestEntity = 40

// entity decodes the reference to a character that b begins with: its text and how
// many bytes it takes. The text is empty when it is none; n bytes are then as they are.
func (s *scanner) entity(b []byte, xml, attribute bool) (text string, n int) {
	n = 1
	number := len(b) > 1 && b[1] == '#'
	for n < min(len(b), longestEntity) && (letter(b[n]) || digit(b[n]) || n == 1 && number) {
		n++
	}
	closed := n < len(b) && b[n] == ';'
	if n < 3 && !closed || !closed && !number && (xml || attribute) {
		return "", n
	}
	if closed {
		n++
	}
	ref := b[:n]
	if t, ok := s.named[string(ref)]; ok {
		return t, n
	}
	t := decode(ref, xml && !number)
	if len(s.named) < 512 {
		s.named[string(ref)] = t
	}
	return t, n
}

// decode decodes a reference; empty for none.
func decode(ref []byte, five bool) string {
	if five {
		switch string(ref) {
		case "&amp;", "&lt;", "&gt;", "&quot;", "&apos;":
		default:
			return ""
		}
	}
	t := html.UnescapeString(string(ref))
	if t == string(ref) && t != "&" || t == "\x00" {
		return ""
	}
	return t
}

// blanks counts the blanks that b begins with.
func blanks(b []byte) int {
	n := 0
	for n < len(b) && blank(b[n]) {
		n++
	}
	return n
}

// trim cuts off blanks at both ends.
func trim(b []byte) []byte {
	b = b[blanks(b):]
	for len(b) > 0 && blank(b[len(b)-1]) {
		b = b[:len(b)-1]
	}
	return b
}

// unpercent decodes %xx in place (RFC 3986, 2.1). Bytes that are no UTF-8 stay as they
// are written.
func unpercent(b []byte) []byte {
	out := b[:0]
	for i := 0; i < len(b); {
		var c [utf8.UTFMax]byte
		n := 0
		for at := i; n < len(c) && escaped(b, at); at += 3 {
			c[n] = hex(b[at+1])<<4 | hex(b[at+2])
			n++
		}
		if r, size := utf8.DecodeRune(c[:n]); r != utf8.RuneError || size > 1 {
			out = append(out, c[:size]...)
			i += 3 * size
			continue
		}
		out = append(out, b[i])
		i++
	}
	return out
}

// escaped tells whether %xx stands at i.
func escaped(b []byte, i int) bool {
	return i+2 < len(b) && b[i] == '%' && hex(b[i+1]) < 16 && hex(b[i+2]) < 16
}

func hex(c byte) byte {
	switch {
	case digit(c):
		return c - '0'
	case (c|0x20)-'a' <= 'f'-'a':
		return (c | 0x20) - 'a' + 10
	}
	return 255
}

// cut tells where to end a piece of text so that the rest may begin the next one:
// behind the last line end, else behind a blank, else between two characters.
func cut(b []byte) int {
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
		return i + 1
	}
	for i := len(b) - 1; i > max(0, len(b)-4096); i-- {
		if c := b[i]; c == '\t' || c == ';' || c == ',' || c == '<' || c == '"' {
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

// address reports whether what begins like a tag is an address of mail.
func address(b []byte) bool {
	for _, c := range b[1:min(len(b), longestName)] {
		switch {
		case c == '@':
			return true
		case !letter(c) && !digit(c) && c != '.' && c != '-' && c != '_' && c != '+':
			return false
		}
	}
	return false
}
