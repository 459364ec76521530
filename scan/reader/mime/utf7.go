package mime

import (
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/transform"
)

// utf7 decodes UTF-7 (RFC 2152).
type utf7 struct {
	shifted bool
	fresh   bool // the shift was the byte before
	bits    uint32
	n       uint // of bits
	high    rune // a high surrogate that waits for its other half
}

// Reset is of transform.Transformer.
func (u *utf7) Reset() { *u = utf7{} }

// Transform is of transform.Transformer.
func (u *utf7) Transform(dst, src []byte, _ bool) (nd, ns int, err error) {
	for ; ns < len(src); ns++ {
		if len(dst)-nd < 2*utf8.UTFMax {
			return nd, ns, transform.ErrShortDst
		}
		c := src[ns]
		switch {
		case u.shifted && sextets[c] < 64:
			nd += u.take(dst[nd:], sextets[c])
			continue
		case !u.shifted && c == '+':
			u.shifted, u.fresh, u.bits, u.n = true, true, 0, 0
			continue
		case u.shifted:
			nd += u.lone(dst[nd:])
			u.shifted = false
			if c == '-' && u.fresh {
				c = '+'
			} else if c == '-' {
				continue
			}
		}
		r := rune(c)
		if c >= utf8.RuneSelf {
			r = western(c)
		}
		nd += utf8.EncodeRune(dst[nd:], r)
	}
	return nd, ns, nil
}

// take adds six bits and writes the character that they complete.
func (u *utf7) take(dst []byte, b byte) int {
	u.fresh = false
	u.bits = u.bits<<6 | uint32(b)
	if u.n += 6; u.n < 16 {
		return 0
	}
	u.n -= 16
	c := rune(u.bits >> u.n & 0xffff)
	u.bits &= 1<<u.n - 1
	switch {
	case u.high != 0 && c >= 0xdc00 && c < 0xe000:
		c = utf16.DecodeRune(u.high, c)
		u.high = 0
		return utf8.EncodeRune(dst, c)
	case c >= 0xd800 && c < 0xdc00:
		n := u.lone(dst)
		u.high = c
		return n
	}
	n := u.lone(dst)
	return n + utf8.EncodeRune(dst[n:], c)
}

// lone writes what stands for half a character.
func (u *utf7) lone(dst []byte) int {
	if u.high == 0 {
		return 0
	}
	u.high = 0
	return utf8.EncodeRune(dst, utf8.RuneError)
}
