// Package readable measures how easy a text is to read, and how long it takes.
//
// English: the reading ease of Rudolf Flesch ("A new readability yardstick", Journal of
// Applied Psychology 32, 1948): 206.835 - 1.015 * words/sentences - 84.6 * syllables/words.
// 60 to 70 is plain English, read by pupils of 13 to 15; 50 to 60 fairly hard.
//
// Italian: the Gulpease index (Lucisano and Piemontese, "GULPEASE: una formula per la
// predizione della difficoltà dei testi in lingua italiana", Scuola e città 3, 1988):
// 89 + (300 * sentences - 10 * letters) / words. Below 80 hard for who finished primary
// school, below 60 for who finished the lower secondary one, below 40 for the upper one.
//
// Both are made for running text. On a few words they swing, and they know nothing of
// meaning: they find what is long-winded, not what is wrong.
//
// What is counted: a word is what stands between spaces, slashes or dashes and holds a letter
// or a digit ("don't", "l'ora", "three-year" and "12.50" are one each); a letter is a letter or
// a digit; a sentence ends at . ! ? or ... before a space and what is no small letter, at an empty line,
// and at the end of a text, also where nothing marks it, as at an option to choose.
package readable

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Counts is what a text consists of.
type Counts struct{ Words, Sentences, Letters, Syllables int }

// PerMinute is how many words a person reads in a minute who means to understand them: slow
// readers at work, not students (Brysbaert 2019 gives 238 as the mean for adults in English).
const PerMinute = 200

// Count counts texts; each begins a new sentence. Syllables are those of English.
func Count(texts ...string) Counts {
	var c Counts
	for _, t := range texts {
		for _, s := range split(t) {
			words := Words(s)
			if len(words) == 0 {
				continue
			}
			c.Sentences++
			c.Words += len(words)
			for _, w := range words {
				c.Syllables += Syllables(w)
				for _, r := range w {
					if unicode.IsLetter(r) || unicode.IsDigit(r) {
						c.Letters++
					}
				}
			}
		}
	}
	return c
}

// Add gives the counts of two texts together.
func (c Counts) Add(d Counts) Counts {
	return Counts{c.Words + d.Words, c.Sentences + d.Sentences, c.Letters + d.Letters, c.Syllables + d.Syllables}
}

// Flesch gives the reading ease of an English text; 0 for none.
func (c Counts) Flesch() float64 {
	if c.Words == 0 {
		return 0
	}
	return 206.835 - 1.015*float64(c.Words)/float64(c.Sentences) - 84.6*float64(c.Syllables)/float64(c.Words)
}

// Gulpease gives the index of an Italian text; 0 for none. Very short sentences may pass 100.
func (c Counts) Gulpease() float64 {
	if c.Words == 0 {
		return 0
	}
	return 89 + float64(300*c.Sentences-10*c.Letters)/float64(c.Words)
}

// Seconds gives how long texts take to read, rounded up.
func Seconds(texts ...string) int {
	n := 0
	for _, t := range texts {
		n += len(Words(t))
	}
	return (n*60 + PerMinute - 1) / PerMinute
}

// Words lists the words of a text, without the marks around them.
func Words(text string) []string {
	var out []string
	for _, w := range strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("/—–…", r) }) {
		w = strings.TrimFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if w != "" {
			out = append(out, w)
		}
	}
	return out
}

// Sentences lists the sentences of a text.
func Sentences(text string) []string {
	var out []string
	for _, s := range split(text) {
		if len(Words(s)) > 0 {
			out = append(out, strings.TrimSpace(s))
		}
	}
	return out
}

// split cuts a text behind each sentence. (By hand: it is called for every text of the bank.)
func split(text string) []string {
	var out []string
	from, end := 0, false // end: behind . ! ? and what may follow them
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case strings.ContainsRune(".!?…", r):
			end = true
		case end && strings.ContainsRune("\"'”’»)]", r):
		case unicode.IsSpace(r):
			rest := strings.TrimLeftFunc(text[i:], unicode.IsSpace)
			gap := text[i : len(text)-len(rest)]
			next, _ := utf8.DecodeRuneInString(rest)
			n = len(gap)
			if rest != "" && (end && !unicode.IsLower(next) || strings.Count(gap, "\n") > 1) {
				out = append(out, text[from:i])
				from = i + n
			}
			end = false
		default:
			end = false
		}
		i += n
	}
	return append(out, text[from:])
}

// Syllables counts the syllables of an English word as it is written: groups of vowels, less
// endings that are silent, more where two vowels are spoken apart. It is right for nine
// words of ten. A digit counts as one.
func Syllables(word string) int {
	w := strings.ToLower(word)
	if strings.ContainsAny(w, "'’") {
		w = strings.NewReplacer("'", "", "’", "").Replace(w)
	}
	n := 0
	for _, r := range w {
		if unicode.IsDigit(r) {
			n++
		}
	}
	for piece := range strings.SplitSeq(w, "-") {
		groups := vowels(piece) + apart(piece)
		if groups > 1 && silent(piece) {
			groups--
		}
		if groups == 0 && n == 0 && strings.IndexFunc(piece, unicode.IsLetter) >= 0 {
			groups = 1
		}
		n += groups
	}
	return n
}

// vowels counts the groups of vowels in a word.
func vowels(w string) int {
	n, within := 0, false
	for _, r := range w {
		vowel := strings.ContainsRune("aeiouyàèéìòù", r)
		if vowel && !within {
			n++
		}
		within = vowel
	}
	return n
}

// is reports whether the letter at a place is one of some; outside of the word it is none.
func is(w string, at int, some string) bool {
	return at >= 0 && at < len(w) && strings.IndexByte(some, w[at]) >= 0
}

// silent reports whether a word ends in a vowel that is written and not spoken.
func silent(w string) bool {
	n := len(w)
	switch {
	case strings.HasSuffix(w, "le"), strings.HasSuffix(w, "les"):
		return is(w, strings.LastIndex(w, "le")-1, "aeiouyl") // whole, files; not table
	case strings.HasSuffix(w, "e"):
		return !is(w, n-2, "aeiouy") || is(w, n-2, "y") && is(w, n-3, "aeiou")
	case strings.HasSuffix(w, "es"):
		return !is(w, n-3, "aeiouysxzcgh")
	case strings.HasSuffix(w, "ed"):
		return !is(w, n-3, "aeioutd")
	}
	for _, end := range []string{"ely", "eful", "ement", "ements"} { // safely, movement
		if strings.HasSuffix(w, end) {
			return !is(w, n-len(end)-1, "aeiouy")
		}
	}
	return false
}

// apart counts where two vowels side by side are two syllables.
func apart(w string) int {
	n := 0
	for i := 0; i+1 < len(w); i++ {
		switch pair := w[i : i+2]; pair {
		case "ia", "io", "ie":
			if !is(w, i-1, "tscg") && (pair != "ie" || is(w, i+2, "tr")) { // trial, radio, quiet; not action
				n++
			}
		case "eo":
			if i+2 == len(w) || !is(w, i+2, "up") { // video; not people
				n++
			}
		case "ua":
			if is(w, i+2, "ltr") && !is(w, i-1, "gq") { // manual; not quality
				n++
			}
		case "ei", "oi":
			if strings.HasPrefix(w[i+2:], "ng") { // being, doing
				n++
			}
		case "ea":
			if i+2 == len(w) && vowels(w[:i]) > 0 || strings.HasPrefix(w[i:], "eat") && strings.HasSuffix(w[:i], "cr") { // idea, create
				n++
			}
		case "yi":
			n++
		case "ya", "ye", "yo", "yu":
			if is(w, i-1, "aeiou") { // player
				n++
			}
		}
	}
	return n
}
