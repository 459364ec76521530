package decoy

import (
	"embed"
	"fmt"
	"strings"
)

//go:embed words/*.txt
var wordFiles embed.FS

// words are what decoys of one language are made of: lists, by what they are.
type words map[string][]string

// Languages are those in which there are words.
func Languages() []string { return []string{"en", "it"} }

// load reads the words of a language; one that there is not is English.
func load(lang string) (words, error) {
	raw, err := wordFiles.ReadFile("words/" + lang + ".txt")
	if err != nil {
		if raw, err = wordFiles.ReadFile("words/en.txt"); err != nil {
			return nil, err
		}
	}
	w := words{}
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		what, values, ok := strings.Cut(line, "\t")
		if !ok {
			return nil, fmt.Errorf("decoy: words of %s: a line without a tab", lang)
		}
		w[what] = strings.Split(values, "|")
	}
	return w, nil
}
