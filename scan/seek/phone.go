package seek

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"
)

// phoneTerm is a number, and the rows of digits by which it is written.
type phoneTerm struct {
	term     int
	whole    string   // country code and number, without '+'
	national string   // as dialled in its country, if that is the shop's; "" if not
	bare     string   // without the 0 before it: what a spreadsheet makes of it
	others   []string // 00 and the whole, and with the 0 in brackets
}

// plain maps the other ways of writing what stands in a number.
var plain = strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u2007", " ", "\u2009", " ", "\uff0b", "+",
	"\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", "-", "\u2212", "-",
	"\uff10", "0", "\uff11", "1", "\uff12", "2", "\uff13", "3", "\uff14", "4",
	"\uff15", "5", "\uff16", "6", "\uff17", "7", "\uff18", "8", "\uff19", "9")

func (s *Seeker) addPhone(i int, text string) error {
	code := phonenumbers.GetCountryCodeForRegion(s.country)
	if code == 0 {
		return ErrCountry
	}
	text = plain.Replace(text)
	if len(text) > 4 && strings.EqualFold(text[:4], "tel:") {
		text = text[4:]
	}
	if strings.Trim(text, "+0123456789 ()-./") != "" {
		return ErrPhone
	}
	n, err := phonenumbers.Parse(text, s.country)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return ErrPhone
	}
	p := phoneTerm{term: i, whole: phonenumbers.Format(n, phonenumbers.E164)[1:]}
	cc := strconv.Itoa(int(n.GetCountryCode()))
	local := p.whole[len(cc):]
	dialled := onlyDigits(phonenumbers.Format(n, phonenumbers.NATIONAL))
	p.others = append(p.others, "00"+p.whole)
	if code == 1 {
		p.others = append(p.others, "011"+p.whole)
	}
	if dialled != local && strings.HasSuffix(dialled, local) { // +44 (0)20 …
		p.others = append(p.others, cc+dialled, "00"+cc+dialled)
	}
	if int(n.GetCountryCode()) == code {
		p.national = dialled
		p.bare = strings.TrimPrefix(local, "0") // Italian numbers keep it from abroad
	}
	s.phones = append(s.phones, p)
	s.sure |= 1 << i
	for _, d := range append(p.others, p.whole, p.national, p.bare) {
		s.begins(d, numberSeparators)
	}
	return nil
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, s)
}

// numberSeparators are the bytes with which what may stand between two digits
// begins.
const numberSeparators = " -./()\xc2\xe2\xef"

// between is the width of what stands between two groups of digits at i: up to
// three blanks, dashes, dots, slashes and brackets; 0 for nothing of that kind.
func between(b []byte, i int) int {
	start := i
	for n := 0; n < 3 && i < len(b); n++ {
		switch b[i] {
		case '-', '.', '/', '(', ')':
			i++
			continue
		}
		if w := blankAt(b, i); w > 0 {
			i += w
			continue
		}
		if b[i] < utf8.RuneSelf {
			break
		}
		r, w := utf8.DecodeRune(b[i:])
		if !dash(r) {
			break
		}
		i += w
	}
	return i - start
}

// row reads the digits given from b[i] on, whatever stands between them, and
// gives their end; -1 if others stand there.
func row(b []byte, i int, digits string) int {
	if digits == "" {
		return -1
	}
	for k := 0; k < len(digits); {
		d, w := digitAt(b, i)
		switch {
		case w > 0 && d == digits[k]:
			i += w
			k++
		case w > 0 || k == 0:
			return -1
		default:
			w = between(b, i)
			if w == 0 {
				return -1
			}
			if _, more := digitAt(b, i+w); more == 0 {
				return -1
			}
			i += w
		}
	}
	return i
}

// phone looks whether a number of the person begins at b[i], where a word begins.
func (s *Seeker) phone(f *found, b []byte, i int) {
	for k := range s.phones {
		p := &s.phones[k]
		if end := p.match(s, b, i); end > 0 {
			f.add(hit{term: p.term, at: i, anchor: i, end: end})
		}
	}
}

func (p *phoneTerm) match(s *Seeker, b []byte, i int) int {
	if end := row(b, i, p.whole); end > 0 && s.ends(b, i, end) && !numberBefore(b, i) {
		return end
	}
	for _, d := range p.others {
		if end := row(b, i, d); end > 0 && s.ends(b, i, end) && !numberBefore(b, i) {
			return end
		}
	}
	if end := row(b, i, p.national); end > 0 && s.ends(b, i, end) && !plusBefore(b, i) && !numberBefore(b, i) {
		return end
	}
	if len(p.bare) >= 8 && p.bare != p.national && i == 0 && row(b, 0, p.bare) == len(b) { // a cell
		return len(b)
	}
	return -1
}

// plusBefore tells that the digits at i follow a country's code: of another
// country, or they would have been found with it.
func plusBefore(b []byte, i int) bool {
	for n := 0; n < 4 && i > 0; n++ { // groups
		if b[i-1] == '+' || bytes.HasSuffix(b[:i], []byte("＋")) {
			return true
		}
		j := i
		for j > 0 && i-j < 4 && strings.IndexByte(" -./()", b[j-1]) >= 0 {
			j--
		}
		if j == i && n > 0 || j > 0 && !isDigit(b[j-1]) {
			return j > 0 && j < i && b[j-1] == '+'
		}
		k := j
		for k > 0 && j-k < 5 && isDigit(b[k-1]) {
			k--
		}
		if k == j || j-k > 4 {
			return false
		}
		if n == 0 && j-k > 2 && b[k] == '0' && b[k+1] == '0' && j < i {
			return true
		}
		i = k
	}
	return false
}

// numberBefore tells that the digits at i are the rest of something longer: of a
// decimal, a code with dashes.
func numberBefore(b []byte, i int) bool {
	if i == 0 || digitBefore(b, i) {
		return i > 0
	}
	switch b[i-1] {
	case '.', '-', '/':
		return digitBefore(b, i-1) && digitsEnding(b, i-1) < 6
	}
	return false
}

// digitsEnding counts the digits that end at i, with what stands between them.
func digitsEnding(b []byte, i int) int {
	n := 0
	for i > 0 && n < 16 {
		switch {
		case isDigit(b[i-1]):
			n++
		case b[i-1] != ' ':
			return n
		}
		i--
	}
	return n
}

// digitsFrom counts the digits that begin at i, with single blanks between them.
func digitsFrom(b []byte, i int) int {
	n := 0
	for ; i < len(b) && n < 16; i++ {
		switch {
		case isDigit(b[i]):
			n++
		case b[i] != ' ' || !isDigit(b[i-1]):
			return n
		}
	}
	return n
}

// ends tells whether a number that begins at start may end at end: a letter or
// more digits make another one of it. Digits behind a blank do, if with them it
// is a number that exists.
func (s *Seeker) ends(b []byte, start, end int) bool {
	if wordAt(b, end) {
		return false
	}
	if end >= len(b) {
		return true
	}
	sep := 1
	switch b[end] {
	case '.', '-', '/':
	default:
		if sep = blankAt(b, end); sep == 0 {
			return true
		}
	}
	more := 0
	for more < 16 && end+sep+more < len(b) && isDigit(b[end+sep+more]) {
		more++
	}
	if more == 0 || more >= 6 || sep == 1 && b[end] != ' ' && digitsFrom(b, end+sep) >= 6 {
		return true
	}
	if b[end] == '-' || b[end] == '.' {
		return b[end] == '.' && more == 1 && b[end+1] == '0' && !wordAt(b, end+2) // made a decimal by a program
	}
	longer := onlyDigits(plain.Replace(string(b[start : end+sep+more])))
	if start > 0 && b[start-1] == '+' {
		longer = "+" + longer
	}
	n, err := phonenumbers.Parse(longer, s.country)
	return err != nil || !phonenumbers.IsValidNumber(n)
}
