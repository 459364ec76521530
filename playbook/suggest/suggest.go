// Package suggest proposes texts for what a person is asked in an incident: what may
// follow for the people concerned, and what they can do, by the kinds of data. A proposal
// is shown and confirmed or corrected, never taken by itself.
package suggest

import (
	_ "embed"
	"fmt"
	"strings"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/playbook/fact"
)

//go:embed suggestions.yaml
var source []byte

// Book holds the proposals.
type Book struct{ rules []rule }

type rule struct {
	When         string    `yaml:"when"`
	Consequences i18n.Text `yaml:"consequences"`
	Advice       i18n.Text `yaml:"advice"`

	cond *fact.Cond
}

// Load reads the proposals that are built in.
func Load(book *fact.Book) (*Book, error) {
	b := &Book{}
	if err := yaml.UnmarshalWithOptions(source, &b.rules, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("suggest: %w", err)
	}
	for i := range b.rules {
		r := &b.rules[i]
		var err error
		if r.cond, err = book.Compile(r.When); err != nil {
			return nil, fmt.Errorf("suggest: %w", err)
		}
		if !r.Consequences.Whole() || !r.Advice.Whole() {
			return nil, fmt.Errorf("suggest: %s lacks a language", r.When)
		}
	}
	return b, nil
}

// For proposes a value for a fact, in a language; "" where there is no proposal.
func (b *Book) For(key string, known fact.Set, lang string) string {
	if key != "consequences" && key != "advice_to_people" {
		return ""
	}
	var out []string
	for i := range b.rules {
		r := &b.rules[i]
		if r.cond.Eval(known) != fact.Yes {
			continue
		}
		text := r.Consequences
		if key == "advice_to_people" {
			text = r.Advice
		}
		out = append(out, text.In(lang))
	}
	return strings.Join(out, " ")
}
