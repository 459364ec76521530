package i18n

import "strings"

// Text is a piece of content that stands in both languages side by side: a step of
// a plan, a question, a line of a letter. Words of the program itself are in words/.
type Text struct {
	EN string `yaml:"en" json:"en"`
	IT string `yaml:"it" json:"it"`
}

// In gives the text in a language ("it"; English for every other).
func (t Text) In(lang string) string {
	if lang == "it" {
		return t.IT
	}
	return t.EN
}

// Either gives the text in a language, in the other where that is the only one.
func (t Text) Either(lang string) string {
	if s := t.In(lang); s != "" {
		return s
	}
	return t.EN + t.IT
}

// Empty reports whether it is there in neither language.
func (t Text) Empty() bool { return t.EN == "" && t.IT == "" }

// Whole reports whether it is there in both languages.
func (t Text) Whole() bool { return t.EN != "" && t.IT != "" }

// Fill fills the places of a text, "{name}": pairs of a name and what stands there.
func Fill(text string, pairs ...string) string {
	named := make([]string, len(pairs))
	for i, s := range pairs {
		if i%2 == 0 {
			s = "{" + s + "}"
		}
		named[i] = s
	}
	return strings.NewReplacer(named...).Replace(text)
}
