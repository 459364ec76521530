package mime

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// encodedWord is one =?charset?B?...?= of a header (RFC 2047, 2).
type encodedWord struct {
	charset string
	base64  bool
	text    []byte
}

// appendWords appends the value of a field to dst, in UTF-8, with its encoded words
// decoded wherever they stand, in quotes too. Words of one charset that follow
// each other are decoded as one: many programs cut characters in two.
func (rd *reader) appendWords(dst, src []byte) []byte {
	h := &rd.hdr
	for {
		i := bytes.Index(src, []byte("=?"))
		if i < 0 {
			return appendLine(dst, src)
		}
		dst = appendLine(dst, src[:i])
		src = src[i:]
		w, rest, ok := cutWord(src)
		if !ok {
			dst = append(dst, "=?"...)
			src = src[2:]
			continue
		}
		h.word = w.appendTo(h.word[:0])
		src = rest
		for {
			next, rest, ok := cutWord(bytes.TrimLeft(src, " \t"))
			if !ok {
				break
			}
			if next.charset != w.charset {
				dst = rd.appendDecoded(dst, w.charset, h.word)
				w, h.word = next, h.word[:0]
			}
			h.word = next.appendTo(h.word)
			src = rest
		}
		dst = rd.appendDecoded(dst, w.charset, h.word)
	}
}

// appendDecoded appends what encoded words say, on one line.
func (rd *reader) appendDecoded(dst []byte, charset string, b []byte) []byte {
	n := len(dst)
	dst = rd.sets.append(dst, charset, b)
	for i, c := range dst[n:] {
		if c < ' ' {
			dst[n+i] = ' '
		}
	}
	return dst
}

// cutWord cuts the encoded word off that b begins with.
func cutWord(b []byte) (w encodedWord, rest []byte, ok bool) {
	const longest = 4096 // of its text: the standard says 75
	if !bytes.HasPrefix(b, []byte("=?")) {
		return w, b, false
	}
	i := bytes.IndexByte(b[2:min(len(b), 2+maxToken)], '?') + 2
	if i <= 2 || i+2 >= len(b) || b[i+2] != '?' {
		return w, b, false
	}
	switch b[i+1] {
	case 'B', 'b':
		w.base64 = true
	case 'Q', 'q':
	default:
		return w, b, false
	}
	text := b[i+3 : min(len(b), i+3+longest)]
	n := bytes.Index(text, []byte("?="))
	if n < 0 {
		return w, b, false
	}
	charset, _, _ := strings.Cut(string(b[2:i]), "*") // what follows is the language
	w.charset, w.text = strings.ToLower(charset), text[:n]
	return w, b[i+3+n+2:], true
}

func (w encodedWord) appendTo(dst []byte) []byte {
	if w.base64 {
		var q quanta
		var out [192]byte
		for text := w.text; len(text) > 0; {
			n := min(len(text), 240)
			dst = append(dst, out[:q.slow(out[:], text[:n])]...)
			text = text[n:]
		}
		return append(dst, out[:q.end(out[:])]...)
	}
	for i := 0; i < len(w.text); i++ {
		c := w.text[i]
		switch {
		case c == '_':
			c = ' '
		case c == '=' && i+2 < len(w.text) && hexes[w.text[i+1]]|hexes[w.text[i+2]] < 16:
			c = hexes[w.text[i+1]]<<4 | hexes[w.text[i+2]]
			i += 2
		}
		dst = append(dst, c)
	}
	return dst
}

// appendLine is appendText, with blanks for control characters.
func appendLine(dst, b []byte) []byte {
	n := len(dst)
	dst = appendText(dst, b)
	for i, c := range dst[n:] {
		if c < ' ' {
			dst[n+i] = ' '
		}
	}
	return dst
}

// appendText appends b, that is UTF-8 or else taken as Windows-1252.
func appendText(dst, b []byte) []byte {
	for len(b) > 0 {
		c, size := utf8.DecodeRune(b)
		if c == utf8.RuneError && size == 1 {
			c = western(b[0])
		}
		dst = utf8.AppendRune(dst, c)
		b = b[size:]
	}
	return dst
}
