// Package fact holds what is known about an incident: a fixed list of facts (facts.yaml)
// that plans ask for, rules decide on and letters are written from, each with its type,
// its name on a form and the question to a person, in both languages.
//
// Three things are told apart everywhere: a fact that nobody gave yet, one of which a
// person said "unknown", and one that does not apply. None of the three is ever taken for "no".
package fact

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
)

// Type says which values a fact takes.
type Type string

// The types of facts.
const (
	YesNo   Type = "tri"    // yes, no, unknown
	Number  Type = "number" // a whole number, not negative
	Free    Type = "text"   // a person's own words
	Moment  Type = "time"   // RFC 3339
	OneOf   Type = "choice" // the id of one option
	SomeOf  Type = "list"   // ids of options, sorted as in the definition, separated by ","
	maxText      = 4000     // bytes of a text
)

// The two values that every fact takes besides its own.
const (
	Unknown       = "unknown"
	NotApplicable = "n/a"
)

// Errors of Parse and Find.
var (
	ErrNoFact = errors.New("no such fact")
	ErrValue  = errors.New("not a value of this fact")
	ErrLong   = errors.New("text too long")
)

// Option is one value of a choice or a list.
type Option struct {
	ID    string    `yaml:"id"`
	Label i18n.Text `yaml:"label"`
}

// Def defines a fact.
type Def struct {
	Key     string    `yaml:"key"`
	Type    Type      `yaml:"type"`
	Group   string    `yaml:"group"` // when, what, data, circumstances, shop, measures, told
	Options []Option  `yaml:"options"`
	Label   i18n.Text `yaml:"label"` // its name on a form
	Ask     i18n.Text `yaml:"ask"`
	Help    i18n.Text `yaml:"help"`
}

//go:embed facts.yaml
var source []byte

// Book is the list of all facts.
type Book struct {
	defs  []Def
	byKey map[string]int
}

// Load reads the list that is built in.
func Load() (*Book, error) {
	b := &Book{byKey: map[string]int{}}
	if err := yaml.UnmarshalWithOptions(source, &b.defs, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("fact: %w", err)
	}
	for i, d := range b.defs {
		if _, twice := b.byKey[d.Key]; twice {
			return nil, fmt.Errorf("fact: %s stands twice", d.Key)
		}
		b.byKey[d.Key] = i
	}
	return b, nil
}

// All gives the facts in the order in which forms name them.
func (b *Book) All() []Def { return slices.Clone(b.defs) }

// Find gives the definition of a fact.
func (b *Book) Find(key string) (Def, bool) {
	i, ok := b.byKey[key]
	if !ok {
		return Def{}, false
	}
	return b.defs[i], true
}

// Option finds an option by its id.
func (d Def) Option(id string) (Option, bool) {
	i := slices.IndexFunc(d.Options, func(o Option) bool { return o.ID == id })
	if i < 0 {
		return Option{}, false
	}
	return d.Options[i], true
}

// Parse turns what a program or a stored event gives into the canonical value of the fact.
func (b *Book) Parse(key, text string) (string, error) {
	d, ok := b.Find(key)
	if !ok {
		return "", fmt.Errorf("%w: %s", ErrNoFact, key)
	}
	text = strings.TrimSpace(text)
	if text == Unknown || text == NotApplicable {
		return text, nil
	}
	if text == "" {
		return "", fmt.Errorf("%w: %s is empty", ErrValue, key)
	}
	v, ok := d.canonical(text)
	if !ok {
		return "", fmt.Errorf("%w: %s", ErrValue, key)
	}
	if len(v) > maxText {
		return "", fmt.Errorf("%w: %s", ErrLong, key)
	}
	return v, nil
}

func (d Def) canonical(text string) (string, bool) {
	switch d.Type {
	case YesNo:
		return text, text == "yes" || text == "no"
	case Number:
		n, err := strconv.ParseInt(text, 10, 64)
		return strconv.FormatInt(n, 10), err == nil && n >= 0
	case Moment:
		t, err := time.Parse(time.RFC3339, text)
		return t.Format(time.RFC3339), err == nil && t.Year() >= 1970 && t.Year() < 10000
	case OneOf:
		_, ok := d.Option(text)
		return text, ok
	case SomeOf:
		return d.some(strings.Split(text, ","))
	case Free:
		return strings.ToValidUTF8(text, "\uFFFD"), true
	}
	return "", false
}

// some puts options into the order of the definition, each once.
func (d Def) some(ids []string) (string, bool) {
	for i, id := range ids {
		ids[i] = strings.TrimSpace(id)
		if _, ok := d.Option(ids[i]); !ok {
			return "", false
		}
	}
	var out []string
	for _, o := range d.Options {
		if slices.Contains(ids, o.ID) {
			out = append(out, o.ID)
		}
	}
	return strings.Join(out, ","), true
}
