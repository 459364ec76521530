package datamap

import (
	_ "embed"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed children.txt
var childrenTXT string

// speaks reports whether a name has one of the words, whole: "Gruppo bambini 2024.csv"
// has "bambini"; case and accents don't count, and "ListaBambini" is two words.
func speaks(name string, list map[string]bool) bool {
	var b strings.Builder
	before := ' '
	for _, r := range norm.NFD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r):
			continue
		case !unicode.IsLetter(r):
			b.WriteByte(' ')
		case unicode.IsUpper(r) && unicode.IsLower(before):
			b.WriteByte(' ')
			fallthrough
		default:
			b.WriteRune(unicode.ToLower(r))
		}
		before = r
	}
	for w := range strings.FieldsSeq(b.String()) {
		if list[w] {
			return true
		}
	}
	return false
}
