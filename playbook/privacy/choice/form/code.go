package form

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"custode/playbook/privacy/choice"
)

// alphabet is what codes are written with: no letter or digit that passes for another one of
// them, no vowels that would make words. Its length is a prime, so that the check sees every
// wrong letter and every two that changed places.
const alphabet = "CDFGHJKMNPQRTVWXY234679"

// digits is how many letters stand before the check.
const digits = 7

// Code is the short text that stands for an answer to a wording: "K7Q2-M4XC". It follows from
// both, so nothing has to be kept but the wordings.
func Code(wording [32]byte, yes bool) string {
	answer := byte('n')
	if yes {
		answer = 'y'
	}
	sum := sha256.Sum256(append([]byte("custode answer/1\n"+string(answer)), wording[:]...))
	n := binary.BigEndian.Uint64(sum[:8])
	out := make([]byte, 0, digits+2)
	for i := range digits {
		if i == 4 {
			out = append(out, '-')
		}
		out = append(out, alphabet[n%uint64(len(alphabet))])
		n /= uint64(len(alphabet))
	}
	plain := strings.ReplaceAll(string(out), "-", "")
	return string(append(out, check(plain)))
}

// check is the letter that has to follow the others; they are of the alphabet.
func check(plain string) byte {
	sum := 0
	for i := range digits {
		sum += (i + 1) * strings.IndexByte(alphabet, plain[i])
	}
	return alphabet[sum%len(alphabet)]
}

// alike are the letters that somebody may type for one of the alphabet.
var alike = strings.NewReplacer("Z", "2", "U", "V")

// whole gives a code without its hyphen, however it was typed, and false for what is none.
func whole(typed string) (string, bool) {
	typed = alike.Replace(strings.ToUpper(typed))
	if len(typed) != digits+1 || strings.Trim(typed, alphabet) != "" || check(typed) != typed[digits] {
		return "", false
	}
	return typed, true
}

// Codes lists what looks like a code in a text and has the right check, without hyphens. Case,
// and what stands between the two halves, do not count.
func Codes(text string) []string {
	words := strings.FieldsFunc(norm.NFKC.String(text), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	var out []string
	for i, w := range words {
		if len(w) == 4 && i+1 < len(words) && len(words[i+1]) == 4 {
			w += words[i+1]
		}
		if c, ok := whole(w); ok {
			out = append(out, c)
		}
	}
	return out
}

// Meaning is what a code says.
type Meaning struct {
	Purpose choice.Purpose
	Channel choice.Channel
	Wording [32]byte
	Yes     bool
}

// Book knows the codes of the wordings that were given out.
type Book map[string][]Meaning

// NewBook makes the book of some wordings.
func NewBook(wordings []choice.Wording) Book {
	b := Book{}
	for _, w := range wordings {
		digest := w.Digest()
		for _, yes := range []bool{true, false} {
			key := strings.ReplaceAll(Code(digest, yes), "-", "")
			b[key] = append(b[key], Meaning{w.Purpose, w.Channel, digest, yes})
		}
	}
	return b
}

// Find reads the codes in a text. strange counts those that are codes of nothing that was given
// out, or of more than one thing.
func (b Book) Find(text string) (found []Meaning, strange int) {
	for _, c := range Codes(text) {
		if len(b[c]) != 1 {
			strange++
			continue
		}
		found = append(found, b[c][0])
	}
	return found, strange
}
