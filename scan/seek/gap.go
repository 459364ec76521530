package seek

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// gap is what stands between two units.
type gap uint8

const (
	noGap    gap = iota
	blankGap     // one blank
	lineGap      // a line end
	fieldGap     // what separates the fields of a line: several blanks, a tab, a comma
)

// The most bytes of a gap, and the signs among them.
const (
	maxGap   = 80
	maxSigns = 10
)

// gapAt reads the gap that begins at i.
func gapAt(b []byte, i int) (int, gap) {
	if i+1 < len(b) && (b[i] == '\'' || b[i] == '`') && blankAt(b, i+1) > 0 { // Niccolo' Rossi
		i++
	}
	start, blanks, signs, quotes, lines := i, 0, 0, 0, 0
reading:
	for i < len(b) && i-start < maxGap && signs+quotes < maxSigns {
		switch b[i] {
		case '\t', ',', ';', '|':
			signs++
		case '"', '\'', '`':
			quotes++
		case '\n':
			lines++
		case '\r':
		case '>': // of a mail that is quoted
			if lines == 0 {
				return i, noGap
			}
		default:
			w := blankAt(b, i)
			if w == 0 {
				break reading
			}
			blanks++
			i += w - 1
		}
		i++
	}
	switch {
	case i == start, lines > 1, lines > 0 && signs > 0, quotes > 0 && signs == 0:
		return i, noGap
	case lines == 1:
		return i, lineGap
	case signs > 0 || blanks > 1:
		return i, fieldGap
	}
	return i, blankGap
}

// afterMiddle is where the word after the one at i begins, if that may be a
// middle name or its initial; 0 if not.
func afterMiddle(b []byte, i int) int {
	start, letters := i, 0
	first, _ := utf8.DecodeRune(b[i:])
	for i < len(b) && letters <= 20 {
		r, w := utf8.DecodeRune(b[i:])
		inside := letters > 0 && (apostrophe(r) || dash(r))
		if !unicode.IsLetter(r) && !silent(r) && !inside {
			break
		}
		letters++
		i += w
	}
	if letters == 0 || letters > 20 || i >= len(b) {
		return 0
	}
	var word []byte
	for _, r := range string(b[start:i]) {
		word = foldRune(word, r)
	}
	if particles[string(word)] || joining[string(word)] {
		return 0
	}
	before, _ := utf8.DecodeRune(b[firstOfWordBefore(b, start):])
	if unicode.IsUpper(before) != unicode.IsUpper(first) {
		return 0
	}
	if letters == 1 {
		if b[i] != '.' {
			return 0
		}
		i++
	}
	next, g := gapAt(b, i)
	if g != blankGap {
		return 0
	}
	return next
}

// joining are words between two names that are no name.
var joining = wordSet("e ed o u y i and or und oder et ou con per with for con su a in il")

// firstOfWordBefore is where the word before the blank that ends at i begins.
func firstOfWordBefore(b []byte, i int) int {
	i -= blankBefore(b, i)
	for i > 0 && wordBefore(b, i) {
		_, w := utf8.DecodeLastRune(b[:i])
		i -= w
	}
	return i
}

// particleBefore tells that a particle stands before the word at i.
func particleBefore(b []byte, i int) bool {
	w := blankBefore(b, i)
	if w == 0 {
		return false
	}
	start := firstOfWordBefore(b, i)
	if end := i - w; end-start > 0 && end-start <= 5 {
		return particles[strings.ToLower(string(b[start:end]))]
	}
	return false
}

// edgeBefore tells that no name goes on before the word at i: with one blank
// before it, no word in capitals, nor in capital letters, stands there.
func edgeBefore(b []byte, i int) bool {
	if w := blankBefore(b, i); w > 0 {
		i -= w
	} else if i > 0 && b[i-1] < utf8.RuneSelf {
		return true
	}
	if !wordBefore(b, i) {
		return true
	}
	for i > 0 && wordBefore(b, i) {
		_, w := utf8.DecodeLastRune(b[:i])
		i -= w
	}
	first, _ := utf8.DecodeRune(b[i:])
	return !unicode.IsUpper(first)
}

// edgeAfter is edgeBefore for what follows i.
func edgeAfter(b []byte, i int) bool {
	i += blankAt(b, i)
	if !wordAt(b, i) {
		return true
	}
	first, _ := utf8.DecodeRune(b[i:])
	return !unicode.IsUpper(first)
}
