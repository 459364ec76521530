package seek

import (
	"strings"
	"unicode/utf8"
)

// numberTerm is a code: capitals and digits, without what stands between them.
type numberTerm struct {
	term int
	text string
}

// addCode takes a fiscal code, a VAT or card number, or a customer's. A number of
// digits alone is found with the two letters of the shop's country before it too,
// one with two letters before its digits without them.
func (s *Seeker) addCode(i int, text string) error {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z':
			b.WriteRune(r)
		case !strings.ContainsRune(" .-/'", r) && !dash(r) && blankAt([]byte(string(r)), 0) == 0:
			return ErrCode
		}
	}
	code := strings.ToUpper(b.String())
	if len(code) < 4 {
		return ErrCode
	}
	letters := strings.Trim(code, "0123456789") != ""
	digits := strings.ContainsAny(code, "0123456789")
	if len(code) >= 8 || len(code) >= 6 && letters && digits {
		s.sure |= 1 << i
	}
	forms := []string{code}
	switch {
	case !letters && len(code) >= 8 && len(s.country) == 2:
		forms = append(forms, s.country+code)
	case len(code) >= 10 && isLetter(code[0]) && isLetter(code[1]) && strings.Trim(code[2:], "0123456789") == "":
		forms = append(forms, code[2:])
	}
	for _, f := range forms {
		s.numbers = append(s.numbers, numberTerm{i, f})
		s.begins(strings.ToLower(f), codeSeparators)
	}
	return nil
}

// codeSeparators are the bytes with which what may stand in a code begins.
const codeSeparators = " -./\xc2\xe2"

// codes looks whether a code of the person begins at b[i], where a word begins.
func (s *Seeker) codes(f *found, b []byte, i int) {
	for k := range s.numbers {
		n := &s.numbers[k]
		if end := n.match(b, i); end > 0 {
			f.add(hit{term: n.term, at: i, anchor: i, end: end})
		}
	}
}

// match is the end of the code that begins at b[i], -1 for another.
func (n *numberTerm) match(b []byte, i int) int {
	start, parted := i, false
	for k := 0; k < len(n.text); {
		if i >= len(b) {
			return -1
		}
		if lower(b[i]) == lower(n.text[k]) {
			i++
			k++
			continue
		}
		if isAlnum(b[i]) || k == 0 {
			return -1
		}
		w := codeBetween(b, i)
		if w == 0 || !wordAt(b, i+w) {
			return -1
		}
		parted = true
		i += w
	}
	if wordAt(b, i) || wordBefore(b, start) {
		return -1
	}
	if start > 0 && strings.IndexByte("-./,_", b[start-1]) >= 0 && digitBefore(b, start-1) && b[start-1] != ',' {
		return -1
	}
	if i+1 < len(b) && (b[i] == '-' || b[i] == '.' || b[i] == '/') && isDigit(b[i+1]) {
		if b[i] != '.' || b[i+1] != '0' || wordAt(b, i+2) || !isDigit(b[i-1]) { // as in phone
			return -1
		}
	}
	if parted && isDigit(b[i-1]) && isDigit(b[start]) && (blankBefore(b, start) > 0 && digitBefore(b, start-blankBefore(b, start)) || blankAt(b, i) > 0 && digitStarts(b, i+blankAt(b, i))) {
		return -1 // a piece of a longer number in groups
	}
	return i
}

func digitStarts(b []byte, i int) bool {
	_, w := digitAt(b, i)
	return w > 0
}

// codeBetween is the width of the one sign that may stand between two characters
// of a code at i.
func codeBetween(b []byte, i int) int {
	switch b[i] {
	case '-', '.', '/':
		return 1
	}
	if w := blankAt(b, i); w > 0 || b[i] < utf8.RuneSelf {
		return w
	}
	if r, w := utf8.DecodeRune(b[i:]); dash(r) {
		return w
	}
	return 0
}
