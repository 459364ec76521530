package detect

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ownBlanks is how many bytes of blanks may stand between two words of a phrase.
const ownBlanks = 16

func isWordByte(x byte) bool { return isAlnum(x) || x >= utf8.RuneSelf }

// foldNext appends to dst what the character at b[i] is to a phrase, and returns
// how many bytes it takes: letters without case and accents, one blank for all
// that stand together.
func foldNext(dst, b []byte, i int) ([]byte, int) {
	c := b[i]
	if isAlnum(c) {
		return append(dst, lower(c)), 1
	}
	if n := blanks(b, i); n > 0 {
		return append(dst, ' '), n
	}
	if c < utf8.RuneSelf {
		if c == '`' {
			c = '\''
		}
		return append(dst, c), 1
	}
	r, n := utf8.DecodeRune(b[i:min(len(b), i+utf8.UTFMax)])
	switch {
	case r == utf8.RuneError:
		return append(dst, c), 1
	case unicode.Is(unicode.Mn, r):
		return dst, n
	case r == '’' || r == '‘' || r == '´' || r == 'ʼ':
		return append(dst, '\''), n
	case r >= 0x2010 && r <= 0x2013 || r == 0x2212:
		return append(dst, '-'), n
	}
	if f := foldRune(r); f != "?" {
		return append(dst, f...), n
	}
	return utf8.AppendRune(dst, unicode.ToLower(r)), n
}

// blanks returns the width of the blanks at i: spaces of any kind, tabs, '_' and
// one line end.
func blanks(b []byte, i int) int {
	n, lines := 0, 0
	for n < ownBlanks && i+n < len(b) {
		switch w := space(b, i+n); {
		case w > 0:
			n += w
			continue
		case b[i+n] == '\n':
			if lines++; lines > 1 {
				return n
			}
		case b[i+n] != '\t' && b[i+n] != '_' && b[i+n] != '\r':
			return n
		}
		n++
	}
	return n
}

// foldPhrase folds a literal or a word to look near. It has no text if it has
// neither a letter nor a digit, or isn't UTF-8.
func foldPhrase(text string) phrase {
	b := []byte(strings.TrimSpace(text))
	start := bytes.IndexFunc(b, wordRune)
	if start < 0 || !utf8.Valid(b) || bytes.ContainsFunc(b, unicode.IsControl) {
		return phrase{}
	}
	var dst []byte
	for i := start; i < len(b); {
		var n int
		dst, n = foldNext(dst, b, i)
		i += n
	}
	return phrase{text: strings.TrimRight(string(dst), " "), lead: string(b[:start])}
}
