package report

import "regexp"

// Unwhole lists the words that lack a language.
func Unwhole() []string {
	w, err := newWriter("en", nil)
	if err != nil {
		return []string{err.Error()}
	}
	var out []string
	for k, t := range w.words {
		if !t.Whole() {
			out = append(out, k)
		}
	}
	return out
}

// Nobody finds a key that has no word.
func Nobody() *regexp.Regexp { return regexp.MustCompile(`\[[a-z_]+\]`) }
