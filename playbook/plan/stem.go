package plan

import (
	"slices"
	"strings"
	"unicode"
)

// plain takes the marks off the letters that English and Italian (and names of brands) use.
var plain = strings.NewReplacer("à", "a", "á", "a", "â", "a", "ä", "a", "è", "e", "é", "e", "ê", "e", "ë", "e", "ì", "i", "í", "i", "î", "i",
	"ò", "o", "ó", "o", "ô", "o", "ö", "o", "ù", "u", "ú", "u", "û", "u", "ü", "u", "ç", "c", "ñ", "n")

// mute are words that say nothing about what happened.
var mute = strings.Fields(`a an and are at been but by for from had has have he her his i in into is it its me my of on or our she so some someone
	somebody that the their them there they this to was we were what when which who with you your
	ai al alla alle allo anche che chi ci con da dai dal dalla dei del della delle dello di e gli ha hanno ho i il in io la le lo l ma mi mia mie miei
	mio ne nei nel nella nelle non nostra nostre nostri nostro o per piu qualcuno quando quello questo se si sono stata state stati stato su sua sue sul
	sulla suo tra un una uno e' era c`)

// endings are taken off a word, the longest first, as long as enough of it is left.
var endings = []string{
	"amento", "amenti", "azioni", "azione", "ings", "ing", "ato", "ata", "ati", "ate", "ito", "ita", "iti", "ite", "uto", "uta", "uti", "ute",
	"ers", "er", "ed", "es", "en", "chi", "che", "ghi", "ghe", "s", "a", "e", "i", "o", "y",
}

// wordsOf gives the words of a text that say something, without case and accents.
func wordsOf(text string) []string {
	var out []string
	text = plain.Replace(strings.ToLower(text))
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if len(w) >= 2 && !slices.Contains(mute, w) && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}

// stemOf takes the ending off a word.
func stemOf(w string) string {
	for _, e := range endings {
		if s, ok := strings.CutSuffix(w, e); ok && len(s) >= 3 {
			if e == "che" || e == "chi" {
				return s + "c"
			}
			if e == "ghe" || e == "ghi" {
				return s + "g"
			}
			return s
		}
	}
	return w
}

// alike says how much two stems are the same word: 1 for equal ones, less for a slip of
// the finger in a longer word.
func alike(a, b string) float64 {
	switch {
	case a == b:
		return 1
	case len(a) >= 5 && len(b) >= 5 && near([]rune(a), []rune(b)):
		return 0.6
	}
	return 0
}

// near reports whether one letter more, less or other, or two letters in the wrong order,
// are all that two words differ by.
func near(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return slices.Equal(a[i:], b[i+1:])
	}
	if i == len(a) || slices.Equal(a[i+1:], b[i+1:]) {
		return true
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && slices.Equal(a[i+2:], b[i+2:])
}
