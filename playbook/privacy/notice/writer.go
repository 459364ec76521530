package notice

import (
	"cmp"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/internal/source"
	"custode/playbook/privacy/datamap"
)

//go:embed words.yaml
var wordsSource []byte

//go:embed authorities.yaml
var authoritiesSource []byte

// authority is where people can complain.
type authority struct {
	Countries []string  `yaml:"countries"`
	Short     i18n.Text `yaml:"short"` // Italian with its preposition: "al Garante"
	Long      i18n.Text `yaml:"long"`
	Site      string    `yaml:"site"`
	Source    string    `yaml:"source"`
}

// writer knows a language, a country and its law.
type writer struct {
	lang    string
	country string
	law     string // GDPR where no other is known
	office  authority
	all     map[string]i18n.Text
	sources *source.List
	std     *i18n.Words
}

// The laws that a notice rests on, as package source calls them.
const (
	GDPR   = "GDPR"
	UKGDPR = "UK-GDPR"
)

// inUnion are the countries of the European Economic Area.
var inUnion = strings.Fields("AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK ES")

// LawOf gives the law of a country (ISO 3166, such as "IT" or "GB-SCT"); "" where none of these is its.
func LawOf(country string) string {
	country = strings.ToUpper(country)
	switch {
	case slices.Contains(inUnion, country):
		return GDPR
	case country == "GB", country == "UK", strings.HasPrefix(country, "GB-"):
		return UKGDPR
	}
	return ""
}

// book is the content that is built in.
type book struct {
	words   map[string]i18n.Text
	offices []authority
	sources *source.List
	std     map[string]*i18n.Words // by language
}

var loaded = sync.OnceValues(func() (b book, err error) {
	if err := yaml.UnmarshalWithOptions(wordsSource, &b.words, yaml.Strict()); err != nil {
		return b, fmt.Errorf("notice: words: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(authoritiesSource, &b.offices, yaml.Strict()); err != nil {
		return b, fmt.Errorf("notice: authorities: %w", err)
	}
	b.std = map[string]*i18n.Words{}
	for _, lang := range i18n.Languages() {
		if b.std[lang], err = i18n.Load(lang); err != nil {
			return b, err
		}
	}
	b.sources, err = source.Load()
	return b, err
})

func newWriter(lang, country string) (*writer, error) {
	b, err := loaded()
	if err != nil {
		return nil, err
	}
	w := &writer{lang: i18n.Pick(lang), country: country, law: cmp.Or(LawOf(country), GDPR), all: b.words, sources: b.sources}
	i := slices.IndexFunc(b.offices, func(a authority) bool { return len(a.Countries) == 0 || slices.Contains(a.Countries, country) })
	if i < 0 {
		return nil, fmt.Errorf("notice: no authority for %q", country)
	}
	w.office = b.offices[i]
	w.std = b.std[w.lang]
	return w, nil
}

// t gives a word with its places filled: pairs of a name and a text.
func (w *writer) t(key string, pairs ...string) string {
	t, ok := w.all[key]
	if !ok {
		return "[" + key + "]"
	}
	return i18n.Fill(t.In(w.lang), pairs...)
}

// one gives the word for one thing or for several.
func (w *writer) one(key string, n int, pairs ...string) string {
	if n == 1 {
		key += "_one"
	}
	return w.t(key, pairs...)
}

// list joins names: "a, b and c".
func (w *writer) list(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return w.t("and", "list", strings.Join(names[:last], ", "), "last", names[last])
}

// months writes a length of time in whole years where it is one.
func (w *writer) months(n int) string {
	if n%12 == 0 {
		return w.one("years", n/12, "n", strconv.Itoa(n/12))
	}
	return w.one("months", n, "n", strconv.Itoa(n))
}

// day gives a day without its name: "28 Nov 2026".
func (w *writer) day(t time.Time) string {
	_, day, _ := strings.Cut(w.std.Date(t), " ")
	return day
}

// article gives a reference to a place of the law that holds here.
func (w *writer) article(place string) string { return w.law + ":" + place }

// cite gives a reference as it is printed: "GDPR Art. 17".
func (w *writer) cite(ref string) string { return w.sources.Cite(ref).In(w.lang) }

// places are those of the bases in Art. 6(1).
var places = map[datamap.Basis]string{
	datamap.Consent: "6(1)(a)", datamap.Contract: "6(1)(b)", datamap.Obligation: "6(1)(c)", datamap.Interest: "6(1)(f)",
}

// conditions are those of Art. 9(2) that a declaration may name.
var conditions = map[string]string{
	explicitConsent: "9(2)(a)", "employment": "9(2)(b)", "legal-claims": "9(2)(f)", "health-care": "9(2)(h)",
}

// upper begins with a capital.
func upper(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// ComplainTo gives the authority of a country to which people can complain, and its site. Own
// is false where the country has none of its own here: then it is a general word.
func ComplainTo(lang, country string) (name, site string, own bool) {
	w, err := newWriter(lang, strings.ToUpper(country))
	if err != nil {
		return "", "", false
	}
	return w.office.Long.In(w.lang), w.office.Site, len(w.office.Countries) > 0
}
