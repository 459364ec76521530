package detect

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The limits of a header: what is shown of it, in characters, and what is read
// of it, in bytes and words.
const (
	maxDisplay    = 40
	maxHeader     = 120
	maxHeadWords  = 10
	maxHeadDigits = 2
)

// header is what a column's header says.
type header struct {
	display string  // as it stands in the file, "" if any word isn't of our vocabulary
	kind    Kind    // "" for none
	person  bool    // a weak one that speaks of people
	weak    bool    // the header may as well be that of a thing: a name, a piece of furniture
	near    context // what the words speak of, for numbers below
	marks   mark    // the documents they speak of
	dated   bool    // its values are days on which something happened
	code    bool    // it speaks of goods, accounts, documents: no telephone number is written below
	match   side    // what it says of a match
}

// parseHeader reads a header. Case, accents, separators and the style of
// identifiers (codiceFiscale, CODICE_FISCALE) make no difference.
func parseHeader(name []byte) header {
	var h header
	if len(name) > maxHeader || !utf8.Valid(name) {
		return h
	}
	words := headerWords(string(name))
	if len(words) == 0 || len(words) > maxHeadWords {
		return h
	}
	if displayable(words) {
		h.display = display(string(name))
	}
	h.kind, h.weak = headerKind(words)
	h.marks = marks(words) | markOf(h.kind)
	h.dated = h.kind == "" && saysDate(words)
	h.person = h.weak && len(words) == 1 && personWords[words[0]]
	h.code = h.kind == "" && slices.ContainsFunc(words, func(w string) bool { return codeWords[w] || codeHeaderWords[w] })
	h.match = sideOf(words)
	for i := len(words) - 1; i >= 0 && h.near == noWords; i-- {
		if near := contextWords[words[i]]; near == orderWords {
			h.near = near
		}
	}
	return h
}

// headerWords splits a header into folded words: at anything that is neither a
// letter nor a digit, between a small letter and a capital, between letters and
// digits, and before the last of several capitals (IBANCliente). A character
// that isn't one of the usual separators becomes a word of its own, which no
// vocabulary has.
func headerWords(name string) []string {
	var words []string
	var word strings.Builder
	flush := func() {
		if word.Len() > 0 {
			words = append(words, word.String())
			word.Reset()
		}
	}
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !wordRune(r):
			flush()
			if !strings.ContainsRune(" \t\r\n\u00a0_-./'’\"()[]:;,#*?&+|°ºª\ufeff", r) {
				words = append(words, "?")
			}
			continue
		case i > 0 && borders(runes, i):
			flush()
		}
		if r >= '0' && r <= '9' {
			word.WriteRune(r)
		} else {
			word.WriteString(foldRune(r))
		}
	}
	flush()
	return words
}

// borders says whether a word begins at runes[i] although it follows a letter
// or a digit.
func borders(runes []rune, i int) bool {
	before, r := runes[i-1], runes[i]
	if unicode.IsDigit(before) != unicode.IsDigit(r) {
		return true
	}
	if !unicode.IsUpper(r) {
		return false
	}
	return unicode.IsLower(before) || (unicode.IsUpper(before) && i+1 < len(runes) && unicode.IsLower(runes[i+1]))
}

// Shown is the name of a column or sheet as it may be told, "" if a word in it is
// not of our vocabulary: then it may be somebody's data.
func Shown(name string) string {
	if len(name) > maxHeader || !utf8.ValidString(name) {
		return ""
	}
	if words := headerWords(name); len(words) <= maxHeadWords && displayable(words) {
		return display(name)
	}
	return ""
}

// displayable says whether all words are ours, with at most two digits.
func displayable(words []string) bool {
	digits, letters := 0, 0
	for _, w := range words {
		if isDigit(w[0]) {
			digits += len(w)
			continue
		}
		if !known(w) {
			return false
		}
		letters++
	}
	return letters > 0 && digits <= maxHeadDigits
}

// known says whether a word is one of ours: of the vocabulary, of a header that
// we recognise, or a word that headers put around those.
func known(w string) bool { return vocabulary[w] || fillers[w] }

// display is a header as it stands, on one line, cut to maxDisplay characters.
func display(name string) string {
	runes := []rune(strings.Join(strings.Fields(strings.TrimPrefix(name, "\ufeff")), " "))
	if len(runes) > maxDisplay {
		runes = append(runes[:maxDisplay-1], '…')
	}
	return string(runes)
}

// headerKind returns the kind that a header names, and whether weakly: the whole
// phrase, or what is left of it without the words that headers put around
// (numbers, whose, which of several). Nothing is guessed from a part of a phrase
// that means something else: Nome prodotto, IP address, Ragione sociale.
func headerKind(words []string) (Kind, bool) {
	trimmed := words[:0:0]
	for _, w := range words {
		if !isDigit(w[0]) {
			trimmed = append(trimmed, w)
		}
	}
	for {
		phrase := strings.Join(trimmed, " ")
		if k, ok := headerKinds[phrase]; ok {
			return k.kind, k.weak
		}
		switch n := len(trimmed); {
		case n > 1 && fillers[trimmed[n-1]]:
			trimmed = trimmed[:n-1]
		case n > 1 && fillers[trimmed[0]]:
			trimmed = trimmed[1:]
		default:
			return "", false
		}
	}
}

// headed is the kind that a phrase stands for.
type headed struct {
	kind Kind
	weak bool
}

// headerKinds is every phrase of headerPhrases with its kind.
var headerKinds = parsePhrases(headerPhrases[:])

// vocabulary is every word that a header may be shown with.
var vocabulary = parseVocabulary(headerPhrases[:], vocabularyWords)

// fillers are words that stand around the one that says the kind.
var fillers = parseVocabulary(nil, fillerWords)

func parsePhrases(lists []phraseList) map[string]headed {
	m := make(map[string]headed)
	for _, l := range lists {
		for p := range strings.SplitSeq(l.phrases, ",") {
			m[strings.Join(strings.Fields(p), " ")] = headed{l.kind, l.weak}
		}
	}
	return m
}

func parseVocabulary(lists []phraseList, words string) map[string]bool {
	m := make(map[string]bool)
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	for _, l := range lists {
		for w := range strings.FieldsSeq(strings.ReplaceAll(l.phrases, ",", " ")) {
			m[w] = true
		}
	}
	return m
}

// headerOf reads a header, or remembers it by its hash.
func (c *Collector) headerOf(name []byte, key uint64) header {
	slot := &c.heads[key%uint64(len(c.heads))]
	if slot.key != key {
		*slot = knownHeader{key, parseHeader(name)}
	}
	return slot.header
}

// knownHeader is what a header says, kept by the hash of it.
type knownHeader struct {
	key uint64
	header
}
