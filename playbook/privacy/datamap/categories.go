package datamap

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

//go:embed categories.yaml
var categoriesYAML []byte

// book is the content that is built in.
type book struct {
	categories []Category
	children   map[string]bool // words that speak of children
	trades     trades
}

var loaded = sync.OnceValues(func() (*book, error) {
	b := &book{children: words(childrenTXT)}
	if err := yaml.UnmarshalWithOptions(categoriesYAML, &b.categories, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("categories: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(tradesYAML, &b.trades, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("trades: %w", err)
	}
	return b, nil
})

// content gives what is built in; a test holds it whole.
func content() *book {
	b, err := loaded()
	if err != nil {
		panic(err)
	}
	return b
}

// Categories lists the kinds of data, in the order in which they are shown.
func Categories() []Category { return slices.Clone(content().categories) }

// Find gives a category by its id.
func Find(id string) (Category, bool) {
	list := content().categories
	if i := slices.IndexFunc(list, func(c Category) bool { return c.ID == id }); i >= 0 {
		return list[i], true
	}
	return Category{}, false
}

// Of gives the category that a kind of the scanner's belongs to; "other" has what
// stands in none.
func Of(kind string) Category {
	list := content().categories
	for _, c := range list {
		if slices.Contains(c.Kinds, kind) {
			return c
		}
	}
	return list[len(list)-1]
}

// words reads a list of words with comments.
func words(text string) map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "#") {
			for w := range strings.FieldsSeq(line) {
				out[w] = true
			}
		}
	}
	return out
}
