// Package source lists the laws, guidance and standards that plans, clocks, rules and questions
// rest on (sources.yaml): what each is called, where it stands, and whether the text itself was
// read when it was entered. A reference is an id, or an id and a place in it: "GDPR:33(1)".
package source

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
)

// Kind says what weight a source has.
type Kind string

// The kinds of sources.
const (
	Law      Kind = "law"
	Guidance Kind = "guidance" // of an authority or another public body
	Standard Kind = "standard" // of a trade, or a technical one
)

// Status says whether somebody read the text itself.
type Status string

// The two.
const (
	Read      Status = "read"      // in a copy of the text itself, on the day of Checked
	Unchecked Status = "unchecked" // known from elsewhere; a reader is told so
)

// Source is one text.
type Source struct {
	ID      string    `yaml:"id"`
	Title   i18n.Text `yaml:"title"`
	Short   i18n.Text `yaml:"short"` // how a citation calls it
	Place   i18n.Text `yaml:"place"` // what stands before the place in a citation, such as "Art."
	URL     string    `yaml:"url"`
	Kind    Kind      `yaml:"kind"`
	Checked string    `yaml:"checked"` // a day
	Status  Status    `yaml:"status"`
	Note    string    `yaml:"note"` // for who works on the data
}

// List is all sources.
type List struct{ all []Source }

//go:embed sources.yaml
var raw []byte

var (
	goodID    = regexp.MustCompile(`^[A-Z][A-Z0-9-]*$`)
	goodPlace = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ().,-]{0,39}$`)
)

// Load reads the list that is built in.
func Load() (*List, error) { return parse(raw) }

func parse(raw []byte) (*List, error) {
	var l List
	if err := yaml.UnmarshalWithOptions(raw, &l.all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("source: %w", err)
	}
	for i, s := range l.all {
		_, day := time.Parse(time.DateOnly, s.Checked)
		switch {
		case !goodID.MatchString(s.ID), slices.ContainsFunc(l.all[:i], func(o Source) bool { return o.ID == s.ID }):
			return nil, fmt.Errorf("source: id %q", s.ID)
		case !s.Title.Whole(), !s.Short.Whole(), !strings.HasPrefix(s.URL, "https://"), day != nil,
			!slices.Contains([]Kind{Law, Guidance, Standard}, s.Kind), s.Status != Read && s.Status != Unchecked:
			return nil, fmt.Errorf("source: %s is not whole", s.ID)
		}
	}
	return &l, nil
}

// All gives the sources in their order.
func (l *List) All() []Source { return slices.Clone(l.all) }

// Find gives the source of a reference, such as "GDPR:33(1)".
func (l *List) Find(ref string) (Source, bool) {
	id, place, has := strings.Cut(ref, ":")
	i := slices.IndexFunc(l.all, func(s Source) bool { return s.ID == id })
	if i < 0 || has && !goodPlace.MatchString(place) {
		return Source{}, false
	}
	return l.all[i], true
}

// Cite gives the short citation of a reference: "GDPR Art. 33(1)", "GDPR art. 33(1)".
// A reference that is not known is given as it is.
func (l *List) Cite(ref string) i18n.Text {
	s, ok := l.Find(ref)
	if !ok {
		return i18n.Text{EN: ref, IT: ref}
	}
	_, place, _ := strings.Cut(ref, ":")
	if place == "" {
		return s.Short
	}
	join := func(short, before, place string) string {
		if before != "" {
			before += " "
		}
		return short + " " + before + place
	}
	return i18n.Text{EN: join(s.Short.EN, s.Place.EN, place), IT: join(s.Short.IT, s.Place.IT, italian.Replace(place))}
}

// italian turns the words that places are written with.
var italian = strings.NewReplacer("case ", "caso ", "section ", "sezione ", "Annex ", "Allegato ", "step ", "passo ", "page ", "pagina ")
