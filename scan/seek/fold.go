package seek

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

func isDigit(c byte) bool  { return c-'0' <= 9 }
func isLetter(c byte) bool { return (c|0x20)-'a' <= 'z'-'a' }
func isAlnum(c byte) bool  { return isDigit(c) || isLetter(c) }

func lower(c byte) byte {
	if c-'A' <= 'Z'-'A' {
		return c + 0x20
	}
	return c
}

// wordRune tells what words are made of. The signs of n.º and n.ª are letters to
// Unicode, but end a word.
func wordRune(r rune) bool {
	return r != 'º' && r != 'ª' && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == softHyphen)
}

const softHyphen = '\u00ad'

// silent are characters within a word that are not read: accents of their own,
// places where a line may break, joiners.
func silent(r rune) bool {
	return unicode.Is(unicode.Mn, r) || unicode.Is(unicode.Cf, r)
}

// foldRune appends what a character is to a comparison: small letters without
// accents.
func foldRune(dst []byte, r rune) []byte {
	switch r = unicode.ToLower(r); r {
	case 'ß':
		return append(dst, "ss"...)
	case 'æ':
		return append(dst, "ae"...)
	case 'œ':
		return append(dst, "oe"...)
	case 'ø':
		return append(dst, 'o')
	case 'đ', 'ð':
		return append(dst, 'd')
	case 'ł':
		return append(dst, 'l')
	case 'ı':
		return append(dst, 'i')
	}
	if r < utf8.RuneSelf {
		return utf8.AppendRune(dst, r)
	}
	var in [utf8.UTFMax]byte
	var room [64]byte
	for _, r := range string(norm.NFKD.Append(room[:0], in[:utf8.EncodeRune(in[:], r)]...)) {
		if !silent(r) {
			dst = utf8.AppendRune(dst, unicode.ToLower(r))
		}
	}
	return dst
}

// wordAt tells whether the character that begins at i belongs to a word.
func wordAt(b []byte, i int) bool {
	if i >= len(b) {
		return false
	}
	if b[i] < utf8.RuneSelf {
		return isAlnum(b[i])
	}
	r, _ := utf8.DecodeRune(b[i:])
	return wordRune(r)
}

// wordBefore tells whether the character that ends at i belongs to a word.
func wordBefore(b []byte, i int) bool {
	if i <= 0 {
		return false
	}
	if b[i-1] < utf8.RuneSelf {
		return isAlnum(b[i-1])
	}
	r, _ := utf8.DecodeLastRune(b[:i])
	return wordRune(r)
}

// blankAt is the width of the blank at i, of any kind but a tab or a line end;
// 0 for none.
func blankAt(b []byte, i int) int {
	switch {
	case i >= len(b):
		return 0
	case b[i] == ' ':
		return 1
	case b[i] < utf8.RuneSelf:
		return 0
	}
	if r, w := utf8.DecodeRune(b[i:]); r != utf8.RuneError && unicode.Is(unicode.Zs, r) {
		return w
	}
	return 0
}

// blankBefore is the width of the blank that ends at i.
func blankBefore(b []byte, i int) int {
	switch {
	case i <= 0:
		return 0
	case b[i-1] == ' ':
		return 1
	case b[i-1] < utf8.RuneSelf:
		return 0
	}
	if r, w := utf8.DecodeLastRune(b[:i]); r != utf8.RuneError && unicode.Is(unicode.Zs, r) {
		return w
	}
	return 0
}

func apostrophe(r rune) bool {
	switch r {
	case '\'', '`', '´', '’', '‘', 'ʼ', '′':
		return true
	}
	return false
}

func dash(r rune) bool {
	return r == '-' || r >= 0x2010 && r <= 0x2015 || r == 0x2212 || r == 0xfe63 || r == 0xff0d
}

// digitAt reads the digit at i, also a wide one; the width is 0 for none.
func digitAt(b []byte, i int) (digit byte, width int) {
	switch {
	case i >= len(b):
		return 0, 0
	case isDigit(b[i]):
		return b[i], 1
	case b[i] == 0xef && i+2 < len(b) && b[i+1] == 0xbc && b[i+2] >= 0x90 && b[i+2] <= 0x99: // U+FF10 to U+FF19
		return b[i+2] - 0x90 + '0', 3
	}
	return 0, 0
}

// digitBefore tells whether a digit ends at i.
func digitBefore(b []byte, i int) bool {
	if i > 0 && isDigit(b[i-1]) {
		return true
	}
	if i < 3 {
		return false
	}
	_, w := digitAt(b, i-3)
	return w == 3
}
