package keys

import (
	"bytes"
	"crypto/rand"
	_ "embed" // for the word lists
	"encoding/binary"
	"slices"
	"strings"
	"sync"

	"custode/internal/secret"
)

//go:embed words/en.txt
var english string

//go:embed words/it.txt
var italian string

// The lists, cut into words when they are first needed, and never changed.
var (
	englishWords = sync.OnceValue(func() []string { return strings.Fields(english) })
	italianWords = sync.OnceValue(func() []string { return strings.Fields(italian) })
)

// Six words of 2048 are 66 bits: with scrypt at WorkFactor, a second on one
// computer for each guess, that is out of reach of anybody's budget.
const (
	PassphraseWords = 6
	listSize        = 2048
)

// wordList gives the words of a language: Italian ones for "it", else English.
func wordList(lang string) []string {
	if lang == "it" {
		return italianWords()
	}
	return englishWords()
}

// NewPassphrase draws six words, joined by hyphens, each as likely as any other.
func NewPassphrase(lang string) secret.Bytes {
	list := wordList(lang)
	out := make([]byte, 0, PassphraseWords*10)
	for i := range PassphraseWords {
		if i > 0 {
			out = append(out, '-')
		}
		var b [2]byte
		_, _ = rand.Read(b[:]) // it never fails, the program would end
		out = append(out, list[binary.BigEndian.Uint16(b[:])%listSize]...)
	}
	return secret.New(out)
}

// Typed gives what a person meant who typed a passphrase: generated ones may
// come in capitals, with blanks for hyphens or around them. What is not made of
// six words of one list is somebody's own passphrase and stays as it is.
func Typed(passphrase secret.Bytes) secret.Bytes {
	words := bytes.FieldsFunc(bytes.ToLower(passphrase.Reveal()), func(r rune) bool {
		return r == '-' || r == ' ' || r == '\t' || r == '\n' || r == '\r'
	})
	if len(words) != PassphraseWords {
		return passphrase
	}
	for _, lang := range []string{"en", "it"} {
		list := wordList(lang)
		known := func(w []byte) bool {
			_, ok := slices.BinarySearch(list, string(w))
			return ok
		}
		if !slices.ContainsFunc(words, func(w []byte) bool { return !known(w) }) {
			return secret.New(bytes.Join(words, []byte("-")))
		}
	}
	return passphrase
}
