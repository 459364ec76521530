package office

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// appendText appends text as it stands in XML, with its references to
// characters and the five entities of XML 1.0 (4.6) decoded. Entities of the
// document's own stay as they are written.
func appendText(dst, text []byte) []byte {
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return append(dst, text...)
		}
		dst = append(dst, text[:i]...)
		text = text[i:]
		n := bytes.IndexByte(text[:min(len(text), 16)], ';')
		if n < 0 {
			dst = append(dst, '&')
			text = text[1:]
			continue
		}
		dst = appendEntity(dst, text[:n+1])
		text = text[n+1:]
	}
}

// appendEntity appends what e, from & to ;, stands for.
func appendEntity(dst, e []byte) []byte {
	switch name := e[1 : len(e)-1]; string(name) {
	case "amp":
		return append(dst, '&')
	case "lt":
		return append(dst, '<')
	case "gt":
		return append(dst, '>')
	case "quot":
		return append(dst, '"')
	case "apos":
		return append(dst, '\'')
	default:
		if len(name) < 2 || name[0] != '#' {
			return append(dst, e...)
		}
		base := 10
		digits := name[1:]
		if digits[0]|0x20 == 'x' {
			base, digits = 16, digits[1:]
		}
		n, err := strconv.ParseUint(string(digits), base, 32)
		if err != nil || n > utf8.MaxRune || n == 0 {
			return append(dst, e...)
		}
		return utf8.AppendRune(dst, rune(n))
	}
}

// appendPlain appends the walker's text, decoded.
func (w *walker) appendPlain(dst []byte) []byte {
	if w.plain {
		return append(dst, w.text...)
	}
	return appendText(dst, w.text)
}

// unescape decodes in place what spreadsheets write for characters that XML
// does not have, _x000D_ (ECMA-376 part 1, 22.9.2.19), and returns what is left.
func unescape(b []byte) []byte {
	i := bytes.Index(b, []byte("_x"))
	if i < 0 {
		return b
	}
	out := b[:i]
	for i < len(b) {
		if i+7 <= len(b) && b[i] == '_' && b[i+1] == 'x' && b[i+6] == '_' {
			n, err := strconv.ParseUint(string(b[i+2:i+6]), 16, 16)
			if err == nil && (n < 0xd800 || n > 0xdfff) {
				out = utf8.AppendRune(out, rune(n)) // never longer than the seven bytes
				i += 7
				continue
			}
		}
		out = append(out, b[i])
		i++
	}
	return out
}

// number reads a number that is not negative, of at most nine digits; fallback
// where b is something else.
func number(b []byte, fallback int) int {
	if len(b) == 0 || len(b) > 9 {
		return fallback
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return fallback
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// truth reads a boolean of XML Schema.
func truth(b []byte) bool { return string(b) == "1" || string(b) == "true" }
