package detect

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// maxWord is the longest run of letters and digits, in bytes, that may hold a
// number of a kind we know. Longer ones are skipped whole, which bounds what is
// spent on any byte.
const maxWord = 64

func isDigit(b byte) bool  { return b-'0' <= 9 }
func isLetter(b byte) bool { return (b|0x20)-'a' <= 'z'-'a' }
func isAlnum(b byte) bool  { return isDigit(b) || isLetter(b) }

func upper(b byte) byte {
	if b-'a' <= 'z'-'a' {
		return b - 0x20
	}
	return b
}

func lower(b byte) byte {
	if b-'A' <= 'Z'-'A' {
		return b + 0x20
	}
	return b
}

// appendLower appends src in lower case to dst, without allocating for ASCII.
func appendLower(dst, src []byte) []byte {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	n := len(dst)
	dst = append(dst, src...)
	b, i := dst[n:], 0
	for ; i+8 <= len(b); i += 8 { // adding so much to a capital, and to no other byte, sets one of both highest bits
		x := binary.LittleEndian.Uint64(b[i:])
		if x&highs != 0 {
			break
		}
		capitals := ((x + (0x80-'A')*ones) &^ (x + (0x7f-'Z')*ones)) & highs
		binary.LittleEndian.PutUint64(b[i:], x|capitals>>2)
	}
	for ; i < len(b); i++ {
		if b[i] >= utf8.RuneSelf {
			return append(dst[:n+i], bytes.ToLower(src[i:])...)
		}
		b[i] = lower(b[i])
	}
	return dst
}

// one is 1 for yes, 0 for no.
func one(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// wordRune says whether r continues a word. The ordinal signs of n.º and n.ª
// are letters to Unicode, but end a word.
func wordRune(r rune) bool {
	return r != 'º' && r != 'ª' && r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r))
}

// wordBefore says whether the character that ends at i belongs to a word.
func wordBefore(b []byte, i int) bool {
	return i > 0 && (b[i-1] == '_' || isDigit(b[i-1]) || letterBefore(b, i) > 0)
}

// letterBefore returns the width of the letter that ends at i, 0 for none.
func letterBefore(b []byte, i int) int {
	if i <= 0 {
		return 0
	}
	if c := b[i-1]; c < utf8.RuneSelf {
		if isLetter(c) {
			return 1
		}
		return 0
	}
	if r, w := utf8.DecodeLastRune(b[max(0, i-utf8.UTFMax):i]); wordRune(r) {
		return w
	}
	return 0
}

// wordAt says whether the character that begins at i belongs to a word.
func wordAt(b []byte, i int) bool {
	if i >= len(b) {
		return false
	}
	if c := b[i]; c < utf8.RuneSelf {
		return isAlnum(c) || c == '_'
	}
	r, _ := utf8.DecodeRune(b[i:min(len(b), i+utf8.UTFMax)])
	return wordRune(r)
}

// nextDigit returns the place of the first ASCII digit in b[i:n], or -1. Eight
// bytes are looked at in one step: '0'..'9' xor '0' are the bytes below ten.
func nextDigit(b []byte, i, n int) int {
	const ones, highs = 0x0101010101010101, 0x8080808080808080
	for ; i+8 <= n; i += 8 {
		x := binary.LittleEndian.Uint64(b[i:]) ^ ('0' * ones)
		if hit := (x - 10*ones) &^ x & highs; hit != 0 {
			return i + bits.TrailingZeros64(hit)>>3
		}
	}
	for ; i < n; i++ {
		if isDigit(b[i]) {
			return i
		}
	}
	return -1
}

// space returns the width in bytes of the single space at i: a blank, a
// no-break space (U+00A0), a narrow one (U+202F) or a figure space (U+2007).
func space(b []byte, i int) int {
	if i >= len(b) {
		return 0
	}
	switch b[i] {
	case ' ':
		return 1
	case 0xC2:
		if i+1 < len(b) && b[i+1] == 0xA0 {
			return 2
		}
	case 0xE2:
		if i+2 < len(b) && b[i+1] == 0x80 && (b[i+2] == 0xAF || b[i+2] == 0x87) {
			return 3
		}
	}
	return 0
}

// between has the bytes with which what stands between two groups of digits
// begins; breaks has the ASCII bytes that no word contains.
var between, breaks = byteClasses()

func byteClasses() (between, breaks [256]bool) {
	for _, b := range []byte{' ', '-', '.', '/', '(', ')', 0xC2, 0xE2} {
		between[b] = true
	}
	for b := range byte(utf8.RuneSelf) {
		breaks[b] = !isAlnum(b) && b != '_'
	}
	return between, breaks
}

// separator returns what stands between two groups of a number at i, and its
// width: ' ' for any single space, '-' for any hyphen (U+2010..U+2013 too), 0
// for anything else.
func separator(b []byte, i int) (byte, int) {
	if n := space(b, i); n > 0 {
		return ' ', n
	}
	if i >= len(b) {
		return 0, 0
	}
	if b[i] == '-' {
		return '-', 1
	}
	if b[i] == 0xE2 && i+2 < len(b) && b[i+1] == 0x80 && b[i+2] >= 0x90 && b[i+2] <= 0x93 {
		return '-', 3
	}
	return 0, 0
}

// separatorBefore is separator, looking at what ends at i.
func separatorBefore(b []byte, i int) (byte, int) {
	if i < 1 || b[i-1] < utf8.RuneSelf {
		if i > 0 && (b[i-1] == ' ' || b[i-1] == '-') {
			return b[i-1], 1
		}
		return 0, 0
	}
	for n := 1; n <= 3 && n <= i; n++ {
		if kind, w := separator(b, i-n); kind != 0 && w == n {
			return kind, n
		}
	}
	return 0, 0
}

// digitRun returns the length of the run of digits that begins at i, at most limit.
func digitRun(b []byte, i, limit int) int {
	n := 0
	for n < limit && i+n < len(b) && isDigit(b[i+n]) {
		n++
	}
	return n
}

// digitRunBefore returns the length of the run of digits that ends at i, at most limit.
func digitRunBefore(b []byte, i, limit int) int {
	n := 0
	for n < limit && n < i && isDigit(b[i-n-1]) {
		n++
	}
	return n
}

// mixedWord says whether the word that begins at i, or ends there if before is
// true, has both digits and letters, as the words of dumps and lists of codes.
func mixedWord(b []byte, i int, before bool) bool {
	digits, letters := false, false
	for n := range 8 {
		at := i + n
		if before {
			at = i - 1 - n
		}
		if at < 0 || at >= len(b) || !isAlnum(b[at]) {
			break
		}
		digits = digits || isDigit(b[at])
		letters = letters || isLetter(b[at])
	}
	return digits && letters
}

// decimalBefore says whether the digits at i are the fraction of a number: a
// '.' or ',' after one to three digits.
func decimalBefore(b []byte, i int) bool {
	if i < 2 || (b[i-1] != '.' && b[i-1] != ',') {
		return false
	}
	n := digitRunBefore(b, i-1, 4)
	return n > 0 && (b[i-1] == '.' || n < 4)
}

// decimalAfter says whether the digits that end at i have a fraction.
func decimalAfter(b []byte, i int) bool {
	return i+1 < len(b) && b[i] == '.' && isDigit(b[i+1])
}
