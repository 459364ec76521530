// Package contacts says whom to call when something has happened (contacts.yaml): the
// kinds of contacts that a shop is asked for once, with what to have at hand when calling,
// and the public bodies of a country. The shop's own numbers are not here: they are kept
// where all that a person said is kept.
package contacts

import (
	_ "embed"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
)

// Kind is one kind of contact: steps of a plan name its ID.
type Kind struct {
	ID    string      `yaml:"id"`
	Label i18n.Text   `yaml:"label"`
	Ask   i18n.Text   `yaml:"ask"`  // the question to the shop, once
	Have  []i18n.Text `yaml:"have"` // what to have at hand when calling
}

// Status says whether somebody read the page of the body itself.
type Status string

// The two.
const (
	Read      Status = "read"      // or an official notice of it, in a copy, on the day of Checked
	Unchecked Status = "unchecked" // known only from pages of others; a reader is told so
)

// Body is a public body.
type Body struct {
	Country string    `yaml:"country"` // ISO 3166, or EU
	Kind    string    `yaml:"kind"`
	Name    i18n.Text `yaml:"name"`
	Phone   string    `yaml:"phone"` // as it is dialled in that country
	URL     string    `yaml:"url"`
	Note    i18n.Text `yaml:"note"`
	Source  string    `yaml:"source"` // where it was read
	Checked string    `yaml:"checked"`
	Status  Status    `yaml:"status"`
}

// Book is all that is built in.
type Book struct {
	kinds   []Kind
	members []string
	bodies  []Body
}

//go:embed contacts.yaml
var raw []byte

// Load reads what is built in.
func Load() (*Book, error) { return parse(raw) }

func parse(raw []byte) (*Book, error) {
	var file struct {
		Kinds   []Kind   `yaml:"kinds"`
		Members []string `yaml:"members"`
		Public  []Body   `yaml:"public"`
	}
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("contacts: %w", err)
	}
	b := &Book{kinds: file.Kinds, members: file.Members, bodies: file.Public}
	for i, k := range b.kinds {
		twice := slices.ContainsFunc(b.kinds[:i], func(o Kind) bool { return o.ID == k.ID })
		bare := slices.ContainsFunc(k.Have, func(t i18n.Text) bool { return !t.Whole() })
		if k.ID == "" || twice || bare || len(k.Have) == 0 || !k.Label.Whole() || !k.Ask.Whole() {
			return nil, fmt.Errorf("contacts: kind %q is not whole", k.ID)
		}
	}
	for _, p := range b.bodies {
		if why := b.wrong(p); why != "" {
			return nil, fmt.Errorf("contacts: %s %s: %s", p.Country, p.Name.EN, why)
		}
	}
	return b, nil
}

var goodPhone = regexp.MustCompile(`^\+?[0-9][0-9 ]{1,19}$`)

// wrong says what is not right with a body; nothing: it is whole.
func (b *Book) wrong(p Body) string {
	_, day := time.Parse(time.DateOnly, p.Checked)
	_, known := b.Kind(p.Kind)
	switch {
	case !known:
		return "kind"
	case len(p.Country) != 2 || p.Country != strings.ToUpper(p.Country):
		return "country"
	case !p.Name.Whole() || !p.Note.Whole():
		return "language"
	case p.Phone == "" && p.URL == "", p.Phone != "" && !goodPhone.MatchString(p.Phone), p.URL != "" && !address(p.URL, "https"):
		return "phone or url"
	case !address(p.Source, "https", "http") || day != nil:
		return "source"
	case p.Status != Read && p.Status != Unchecked:
		return "status"
	}
	return ""
}

func address(text string, schemes ...string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Host != "" && slices.Contains(schemes, u.Scheme)
}

// Kinds gives the kinds in the order in which a shop is asked for them.
func (b *Book) Kinds() []Kind { return slices.Clone(b.kinds) }

// Kind finds a kind.
func (b *Book) Kind(id string) (Kind, bool) {
	i := slices.IndexFunc(b.kinds, func(k Kind) bool { return k.ID == id })
	if i < 0 {
		return Kind{}, false
	}
	return b.kinds[i], true
}

// Public gives the public bodies of a country ("IT", "it"). A country of the European
// Economic Area that has none of a kind here has those of the European list; "UK" is GB.
// Of any other country nothing is known: nil.
func (b *Book) Public(country string) []Body {
	country = strings.ToUpper(strings.TrimSpace(country))
	if country == "UK" {
		country = "GB"
	}
	var out []Body
	own := map[string]bool{}
	for _, p := range b.bodies {
		if p.Country == country {
			out = append(out, p)
			own[p.Kind] = true
		}
	}
	if !slices.Contains(b.members, country) {
		return out
	}
	for _, p := range b.bodies {
		if p.Country == "EU" && !own[p.Kind] {
			out = append(out, p)
		}
	}
	return out
}
