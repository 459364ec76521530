// Package letter writes what a breach makes a shop write: the notification to the
// authority, the letter to the people concerned, the messages to bank, police and others.
//
// A letter is data (content/): sections of fields or of sentences, in both languages side
// by side. It is filled from the facts of the incident. Each field is known (with the
// event that says so), unknown, or does not apply, and an unknown one is printed as such
// with the question that would settle it: a gap is never silent. Nothing is sent.
//
// What a letter looks like on paper is package paper's business: see Letter.Doc.
package letter

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/playbook/fact"
)

//go:embed content/*.yaml
var content embed.FS

// ErrKind is a kind of letter that there is not.
var ErrKind = errors.New("no such letter")

// Kind is one letter as it is authored.
type Kind struct {
	ID      string    `yaml:"id"`
	Name    i18n.Text `yaml:"name"`  // in a list of letters
	Title   i18n.Text `yaml:"title"` // at its head
	Form    bool      `yaml:"form"`  // fields with names; else sentences
	Short   bool      `yaml:"short"` // one paragraph for a phone: see Letter.Short
	Draft   bool      `yaml:"draft"` // a note says that it is a draft and no legal advice
	To      i18n.Text `yaml:"to"`    // the address, or a salutation's place
	Sign    i18n.Text `yaml:"sign"`  // who signs; empty: nobody
	Sources []string  `yaml:"sources"`
	Serves  []string  `yaml:"serves"` // the articles that it must satisfy

	Sections []section `yaml:"sections"`
}

// section is a part of a letter: fields in a form, or sentences.
type section struct {
	ID     string    `yaml:"id"`
	Title  i18n.Text `yaml:"title"`
	Fields []string  `yaml:"fields"`
	Parts  []part    `yaml:"parts"`
}

// part is a paragraph with fields in braces, or the values of one field as a list.
type part struct {
	When  string    `yaml:"when"`  // a condition; where it is "no", the part is left out
	Say   i18n.Text `yaml:"say"`   // "{field}", "{field.}" with a full stop, "{field@day}"
	Maybe i18n.Text `yaml:"maybe"` // instead, where the condition cannot be said
	Items string    `yaml:"items"` // a field
	Known string    `yaml:"known"` // a field: where it is not known, the part is left out

	cond *fact.Cond
}

// def is a field as it is authored: see fields.yaml.
type def struct {
	ID        string    `yaml:"id"`
	Label     i18n.Text `yaml:"label"`
	Facts     []string  `yaml:"facts"`
	Articles  []string  `yaml:"articles"`
	Mandatory bool      `yaml:"mandatory"`
	Render    string    `yaml:"render"`
	When      string    `yaml:"when"`

	cond *fact.Cond
}

// standard is what the letters add to the owner's words: see standard.yaml.
type standard struct {
	Kinds map[string]struct {
		Risk i18n.Text `yaml:"risk"` // as a form names it
		May  i18n.Text `yaml:"may"`  // as a letter says it
		Do   i18n.Text `yaml:"do"`   // what people can do
	} `yaml:"kinds"`
	Measures []measure `yaml:"measures"`
}

type measure struct {
	When  string `yaml:"when"`
	Known string `yaml:"known"` // a fact that is known
	EN    string `yaml:"en"`
	IT    string `yaml:"it"`

	cond *fact.Cond
}

// Library is all letters that are built in.
type Library struct {
	book     *fact.Book
	kinds    []Kind
	defs     map[string]def
	words    map[string]i18n.Text
	standard standard
}

// order is the order in which letters are listed.
var order = []string{
	"authority-edpb", "authority-garante", "authority-ico", "people", "sms", "notice",
	"bank", "police", "controller", "recipient", "staff", "register",
}

// Load reads the letters. It fails where one names a field, a fact or a condition that
// there is not.
func Load(book *fact.Book) (*Library, error) {
	l := &Library{book: book, defs: map[string]def{}}
	var defs []def
	for name, to := range map[string]any{"words": &l.words, "standard": &l.standard, "fields": &defs} {
		if err := read(name, to); err != nil {
			return nil, err
		}
	}
	for _, id := range order {
		var k Kind
		if err := read(id, &k); err != nil {
			return nil, err
		}
		if k.ID != id {
			return nil, fmt.Errorf("letter: %s.yaml calls itself %q", id, k.ID)
		}
		l.kinds = append(l.kinds, k)
	}
	return l, l.compile(defs)
}

func read(name string, to any) error {
	raw, err := fs.ReadFile(content, "content/"+name+".yaml")
	if err != nil {
		return fmt.Errorf("letter: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(raw, to, yaml.Strict()); err != nil {
		return fmt.Errorf("letter: %s.yaml: %w", name, err)
	}
	return nil
}

// compile turns conditions into what can be judged, and looks for names that lead nowhere.
func (l *Library) compile(defs []def) error {
	var err error
	cond := func(where, src string) *fact.Cond {
		if src == "" || err != nil {
			return nil
		}
		c, bad := l.book.Compile(src)
		if bad != nil {
			err = fmt.Errorf("letter: %s: %w", where, bad)
		}
		return c
	}
	for _, d := range defs {
		if _, twice := l.defs[d.ID]; twice {
			return fmt.Errorf("letter: field %s stands twice", d.ID)
		}
		if _, ok := renders[d.Render]; !ok {
			return fmt.Errorf("letter: field %s: no way to render %q", d.ID, d.Render)
		}
		for _, f := range d.Facts {
			if _, ok := l.book.Find(f); !ok {
				return fmt.Errorf("letter: field %s: %w: %s", d.ID, fact.ErrNoFact, f)
			}
		}
		if d.Render == "" && len(d.Facts) != 1 {
			return fmt.Errorf("letter: field %s: a plain field takes one fact", d.ID)
		}
		d.cond = cond(d.ID, d.When)
		l.defs[d.ID] = d
	}
	for i, m := range l.standard.Measures {
		l.standard.Measures[i].cond = cond("measures", m.When)
	}
	for _, k := range l.kinds {
		for _, s := range k.Sections {
			for i, p := range s.Parts {
				s.Parts[i].cond = cond(k.ID+" "+s.ID, p.When)
			}
			for _, id := range s.names() {
				if _, ok := l.defs[id]; !ok {
					return fmt.Errorf("letter: %s, %s: no field %q", k.ID, s.ID, id)
				}
			}
		}
	}
	return err
}

// slot is a field in a sentence.
var slot = regexp.MustCompile(`\{([a-z0-9_]+)(@day)?(\.)?\}`)

// names lists the fields of a section, each as often as it stands there.
func (s section) names() []string {
	out := slices.Clone(s.Fields)
	for _, p := range s.Parts {
		for _, id := range []string{p.Items, p.Known} {
			if id != "" {
				out = append(out, id)
			}
		}
		for _, text := range []string{p.Say.EN, p.Say.IT, p.Maybe.EN, p.Maybe.IT} {
			for _, m := range slot.FindAllStringSubmatch(text, -1) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

// Kinds lists all letters, in the order in which they are offered.
func (l *Library) Kinds() []Kind { return slices.Clone(l.kinds) }

// Kind finds one letter.
func (l *Library) Kind(id string) (Kind, bool) {
	i := slices.IndexFunc(l.kinds, func(k Kind) bool { return k.ID == id })
	if i < 0 {
		return Kind{}, false
	}
	return l.kinds[i], true
}

// For gives the letter that a plan means by a word such as "authority", under a profile
// of law such as "gdpr-it".
func For(word, profile string) string {
	if word != "authority" {
		return word
	}
	switch {
	case profile == "gdpr-it":
		return "authority-garante"
	case profile == "uk" || strings.HasPrefix(profile, "uk-"):
		return "authority-ico"
	}
	return "authority-edpb"
}

func (l *Library) word(key, lang string) string {
	t, ok := l.words[key]
	if !ok {
		return "[" + key + "]"
	}
	return t.In(lang)
}
