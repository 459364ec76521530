package detect

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxNormal bounds what is kept of a value while it is looked at, in bytes.
const maxNormal = 512

// blankEnds says whether a value begins or ends with a blank of any kind.
func blankEnds(v []byte) bool {
	if len(v) == 0 {
		return false
	}
	if v[0] < utf8.RuneSelf && v[len(v)-1] < utf8.RuneSelf {
		return v[0] <= ' ' || v[len(v)-1] <= ' '
	}
	first, _ := utf8.DecodeRune(v)
	last, _ := utf8.DecodeLastRune(v)
	return unicode.IsSpace(first) || unicode.IsSpace(last)
}

// placeholders are what stands in cells that have nothing to say, in lower case.
var placeholders = map[string]bool{
	"null": true, "none": true, "nan": true, "n/a": true, "na": true, "n.d.": true, "nd": true, "nil": true, "undefined": true,
	"true": true, "false": true, "unknown": true, "sconosciuto": true, "inconnu": true, "unbekannt": true, "desconocido": true,
	"anonimo": true, "anonymous": true, "test": true, "vario": true, "varie": true, "privato": true, "si": true, "no": true, "yes": true,
}

// placeholderBegins has by first letter the lengths of placeholders, as bits.
var placeholderBegins = func() (lengths [256]uint16) {
	for p := range placeholders {
		lengths[p[0]] |= 1 << len(p)
	}
	return lengths
}()

// placeholder says whether v, tidied, says that a cell has nothing to say.
func placeholder(v []byte) bool {
	return len(v) > 0 && len(v) < 16 && placeholderBegins[v[0]]>>len(v)&1 == 1 && placeholders[string(v)]
}

// headed normalises a value of a column whose header says name, address or date
// of birth into norm, and says whether it is one.
func (c *Collector) headed(kind Kind, value []byte) bool {
	switch kind {
	case Name:
		return c.nameCell(value)
	case Address:
		return c.addressCell(value)
	case BirthDate:
		return c.dateCell(value)
	default:
		return c.headedWord(kind, value)
	}
}

// nameCell: 2 to 80 bytes, at least seven tenths of the characters are letters.
func (c *Collector) nameCell(value []byte) bool {
	if len(value) < 2 || len(value) > 80 {
		return false
	}
	letters, others := countLetters(value)
	if letters < 2 || letters*10 < (letters+others)*7 || bytes.IndexByte(value, '@') >= 0 {
		return false
	}
	c.norm = tidy(c.norm[:0], value)
	return !placeholder(c.norm)
}

// addressCell: 4 to 250 bytes with at least three letters, no link and no e-mail.
func (c *Collector) addressCell(value []byte) bool {
	if len(value) < 4 || len(value) > 250 || bytes.IndexByte(value, '@') >= 0 || bytes.Contains(value, []byte("://")) {
		return false
	}
	if len(value) > 4 && bytes.EqualFold(value[:4], []byte("www.")) {
		return false
	}
	letters, _ := countLetters(value)
	if letters < 3 {
		return false
	}
	c.norm = tidy(c.norm[:0], value)
	return !placeholder(c.norm)
}

// dateCell takes the usual orders of day, month and year, also with a time
// behind it, and brings them to yyyymmdd where the order is certain. Years are
// 1900 to 2030; of two digits they are any.
func (c *Collector) dateCell(value []byte) bool {
	parts, ok := dateParts(value)
	if !ok {
		parts, ok = spelledDate(value)
	}
	if !ok {
		return false
	}
	a, b, y := parts[0], parts[1], parts[2]
	if a > 31 { // year first
		a, y = y, a
	}
	if y < 100 {
		y += 1900
	}
	if b > 12 { // month first
		a, b = b, a
	}
	if y < 1900 || y > 2030 || b < 1 || b > 12 || a < 1 || a > 31 {
		return false
	}
	c.norm = append(c.norm[:0], byte('0'+y/1000), byte('0'+y/100%10), byte('0'+y/10%10), byte('0'+y%10),
		byte('0'+b/10), byte('0'+b%10), byte('0'+a/10), byte('0'+a%10))
	return true
}

// dateParts returns the three numbers of a date: 31/12/1980, 31.12.80,
// 1980-12-31, 19801231, each also with a time after a blank or a T.
func dateParts(v []byte) ([3]int, bool) {
	var parts [3]int
	if len(v) < 6 || len(v) > 35 {
		return parts, false
	}
	if digitRun(v, 0, 9) == 8 {
		parts = [3]int{two(v)*100 + two(v[2:]), two(v[4:]), two(v[6:])}
		return parts, len(v) == 8
	}
	i := 0
	var sep byte
	for p := range parts {
		n := digitRun(v, i, 5)
		if n == 0 || n == 3 || n > 4 || (n == 4 && p == 1) {
			return parts, false
		}
		for _, d := range v[i : i+n] {
			parts[p] = parts[p]*10 + int(d-'0')
		}
		i += n
		if p == 2 {
			break
		}
		if i >= len(v) || (v[i] != '/' && v[i] != '-' && v[i] != '.') || (p == 1 && v[i] != sep) {
			return parts, false
		}
		sep = v[i]
		i++
	}
	return parts, i == len(v) || v[i] == ' ' || v[i] == 'T'
}

// months are the first three letters of the months' names in English, Italian,
// French, German and Spanish; where two languages share them, once.
var months = map[string]int{
	"jan": 1, "gen": 1, "ene": 1, "feb": 2, "fev": 2, "mar": 3, "apr": 4, "avr": 4, "abr": 4, "may": 5, "mag": 5, "mai": 5,
	"jun": 6, "giu": 6, "jul": 7, "lug": 7, "aug": 8, "ago": 8, "aou": 8, "sep": 9, "set": 9, "oct": 10, "ott": 10, "okt": 10,
	"nov": 11, "dec": 12, "dic": 12, "dez": 12, "fév": 2, "mär": 3, "aoû": 8, "déc": 12,
}

// month gives the number of a month by its name or what is left of it, 0 for none.
func month(word string) int {
	r := []rune(word)
	return months[string(r[:min(3, len(r))])]
}

// spelledDate returns the parts of a date with its month in letters: 12 marzo
// 1984, 2 nov 71, 5-mar-1990, March 12, 1984.
func spelledDate(v []byte) ([3]int, bool) {
	var parts [3]int
	if len(v) > 35 {
		return parts, false
	}
	words := strings.FieldsFunc(strings.ToLower(string(v)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	numbers := 0
	for _, w := range words {
		n, err := strconv.Atoi(w)
		switch {
		case err == nil && numbers == 0 && len(w) <= 2:
			parts[0], numbers = n, 1
		case err == nil && numbers == 1 && (len(w) == 2 || len(w) == 4):
			parts[2], numbers = n, 2
		case err != nil && parts[1] == 0 && month(w) > 0:
			parts[1] = month(w)
		case w != "di" && w != "de" && w != "del" && w != "of" && w != "the":
			return parts, false
		}
	}
	return parts, numbers == 2 && parts[1] > 0
}

// countLetters returns how many characters are letters, and how many are
// neither letters nor what stands between the parts of a name.
func countLetters(v []byte) (letters, others int) {
	for len(v) > 0 {
		if c := v[0]; c < utf8.RuneSelf {
			v = v[1:]
			letters += int(nameClass[c] & 1)
			others += int(nameClass[c] >> 1)
			continue
		}
		r, n := utf8.DecodeRune(v)
		v = v[n:]
		switch {
		case r == '’' || r == 0xA0 || unicode.IsMark(r):
		case unicode.IsLetter(r):
			letters++
		default:
			others++
		}
	}
	return letters, others
}

// nameClass is 1 for the ASCII letters, 2 for what is neither a letter nor
// stands between the parts of a name, 0 for the rest.
var nameClass = func() (class [utf8.RuneSelf]uint8) {
	for c := range byte(utf8.RuneSelf) {
		switch {
		case isLetter(c):
			class[c] = 1
		case c != ' ' && c != '.' && c != '\'' && c != '-' && c != ',':
			class[c] = 2
		}
	}
	return class
}()

// tidy puts v into dst in lower case, with single blanks, at most maxNormal bytes.
func tidy(dst, v []byte) []byte {
	if len(v) > maxNormal {
		return tidyWords(dst[:0], v)
	}
	dst = slices.Grow(dst[:0], len(v))[:len(v)]
	n := 0
	gap := true // a blank here would be one too many
	for _, c := range v {
		if c > ' ' && c < utf8.RuneSelf {
			dst[n] = lower(c)
			n++
			gap = false
			continue
		}
		switch {
		case c >= utf8.RuneSelf:
			return tidyWords(dst[:0], v)
		case c == ' ' || c >= '\t' && c <= '\r':
			if !gap {
				dst[n] = ' '
				n++
				gap = true
			}
		default:
			dst[n] = c
			n++
			gap = false
		}
	}
	if n > 0 && gap {
		n--
	}
	return dst[:n]
}

// tidyWords is tidy for any text.
func tidyWords(dst, v []byte) []byte {
	for word := range bytes.FieldsSeq(v) {
		if len(dst) > 0 {
			dst = append(dst, ' ')
		}
		if dst = appendLower(dst, word); len(dst) > maxNormal {
			return dst[:maxNormal]
		}
	}
	return dst
}
