package office

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// charset is how the XML of a part is encoded.
type charset uint8

const (
	utf8ish charset = iota // UTF-8, single bytes that are not UTF-8 taken as Windows-1252
	oneByte                // Windows-1252, and Latin-1 which is part of it
	utf16le
	utf16be
)

// charsetOf tells the encoding of a part from how it begins (XML 1.0, appendix
// F), and how many bytes of it are the byte order mark.
func charsetOf(head []byte) (charset, int) {
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		return utf8ish, 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		return utf16le, 2
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		return utf16be, 2
	case bytes.HasPrefix(head, []byte("<\x00")):
		return utf16le, 0
	case bytes.HasPrefix(head, []byte("\x00<")):
		return utf16be, 0
	}
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return utf8ish, 0
	}
	decl, _, _ := bytes.Cut(head, []byte("?>"))
	_, name, _ := bytes.Cut(bytes.ToLower(decl), []byte("encoding"))
	for _, s := range [...]string{"iso-8859-1", "latin1", "windows-1252", "cp1252", "iso-8859-15"} {
		if bytes.Contains(name, []byte(s)) {
			return oneByte, 0
		}
	}
	return utf8ish, 0
}

// decode brings src to UTF-8 in dst; last says that nothing follows src. It
// returns how many bytes it wrote and how many it read.
func (c charset) decode(dst, src []byte, last bool) (nd, ns int) {
	switch c {
	case utf16le, utf16be:
		return c.decodeWide(dst, src, last)
	case oneByte:
		for ns < len(src) && nd+3 <= len(dst) {
			nd += utf8.EncodeRune(dst[nd:], ansi(src[ns]))
			ns++
		}
		return nd, ns
	default:
		return decodeUTF8(dst, src, last)
	}
}

func decodeUTF8(dst, src []byte, last bool) (nd, ns int) {
	if len(src) > len(dst) {
		src, last = src[:len(dst)], false
	}
	if !last {
		src = src[:len(src)-unfinished(src)]
	}
	if utf8.Valid(src) {
		n := copy(dst, src)
		return n, n
	}
	for ns < len(src) && nd+4 <= len(dst) {
		r, n := utf8.DecodeRune(src[ns:])
		if r == utf8.RuneError && n == 1 {
			r = ansi(src[ns])
		}
		nd += utf8.EncodeRune(dst[nd:], r)
		ns += n
	}
	return nd, ns
}

func (c charset) decodeWide(dst, src []byte, last bool) (nd, ns int) {
	lo, hi := 0, 1
	if c == utf16be {
		lo, hi = 1, 0
	}
	for ns+2 <= len(src) && nd+4 <= len(dst) {
		r, n := rune(src[ns+lo])|rune(src[ns+hi])<<8, 2
		if utf16.IsSurrogate(r) {
			if ns+4 > len(src) && !last {
				break
			}
			if ns+4 <= len(src) {
				second := rune(src[ns+2+lo]) | rune(src[ns+2+hi])<<8
				if both := utf16.DecodeRune(r, second); both != utf8.RuneError {
					r, n = both, 4
				}
			}
		}
		nd += utf8.EncodeRune(dst[nd:], r) // half a pair comes out as U+FFFD
		ns += n
	}
	if last && len(src)-ns == 1 {
		ns++
	}
	return nd, ns
}

// unfinished is the number of bytes at the end of b that may be the beginning of
// a character.
func unfinished(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		c := b[len(b)-n]
		if utf8.RuneStart(c) {
			if utf8.FullRune(b[len(b)-n:]) {
				return 0
			}
			return n
		}
	}
	return 0
}

// ansi is the character of a byte in Windows-1252.
func ansi(c byte) rune {
	const special = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ"
	if c < 0x80 || c >= 0xa0 {
		return rune(c)
	}
	n := int(c) - 0x80
	for _, r := range special {
		if n == 0 {
			return r
		}
		n--
	}
	return utf8.RuneError
}
