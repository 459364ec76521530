// Package record draws the record of processing (Art. 30 GDPR) from the map of what a shop
// holds and why: as a document to print, as a table for a spreadsheet, and for programs with
// the names of the W3C's Data Privacy Vocabulary. One row for each use. What the scan found
// and no use explains is not hidden: the document and the JSON list it.
package record

import (
	_ "embed"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/internal/source"
	"custode/playbook/privacy/datamap"
)

//go:embed words.yaml
var raw []byte

var loaded = sync.OnceValues(func() (map[string]i18n.Text, error) {
	all := map[string]i18n.Text{}
	return all, yaml.UnmarshalWithOptions(raw, &all, yaml.Strict())
})

var sources = sync.OnceValues(source.Load)

// Record is what it is drawn from.
type Record struct {
	Map  *datamap.Map
	Shop string // where the declaration has no name
	Lang string
	Made time.Time

	Ask bool // how long the country's law wants invoices to be kept is not known
}

// writer is one language.
type writer struct {
	lang    string
	all     map[string]i18n.Text
	std     *i18n.Words
	sources *source.List
}

func words(lang string) (*writer, error) {
	w := &writer{lang: i18n.Pick(lang)}
	var err error
	if w.all, err = loaded(); err != nil {
		return nil, fmt.Errorf("record: %w", err)
	}
	if w.std, err = i18n.Load(w.lang); err != nil {
		return nil, err
	}
	w.sources, err = sources()
	return w, err
}

func (w *writer) say(key string, pairs ...string) string {
	t, ok := w.all[key]
	if !ok {
		return "[" + key + "]"
	}
	return i18n.Fill(t.In(w.lang), pairs...)
}

// Keep says how long something is kept, in a language: "2 years after the last contact".
func Keep(k datamap.Keep, lang string) (string, error) {
	w, err := words(lang)
	if err != nil {
		return "", err
	}
	return w.keep(k), nil
}

// Basis says on what legal basis data are used, with the law that asks for it.
func Basis(u datamap.Use, lang string) (string, error) {
	w, err := words(lang)
	if err != nil {
		return "", err
	}
	return w.basis(u), nil
}

func (w *writer) keep(k datamap.Keep) string {
	if k.Months == 0 {
		return w.say("from_open")
	}
	return w.say("from_"+string(k.From), "time", w.span(k.Months))
}

// span writes a number of months, as years where they are whole and more than one.
func (w *writer) span(months int) string {
	switch {
	case months == 1:
		return w.say("month")
	case months >= 24 && months%12 == 0:
		return w.say("years", "n", strconv.Itoa(months/12))
	}
	return w.say("months", "n", strconv.Itoa(months))
}

// articles are the places of the bases in the GDPR.
var articles = map[datamap.Basis]string{
	datamap.Consent: "GDPR:6(1)(a)", datamap.Contract: "GDPR:6(1)(b)", datamap.Obligation: "GDPR:6(1)(c)", datamap.Interest: "GDPR:6(1)(f)",
}

var conditions = map[string]string{"explicit-consent": "GDPR:9(2)(a)", "employment": "GDPR:9(2)(b)", "legal-claims": "GDPR:9(2)(f)", "health-care": "GDPR:9(2)(h)"}

func (w *writer) basis(u datamap.Use) string {
	list := []string{w.sources.Cite(articles[u.Basis]).In(w.lang)}
	if u.Law != "" {
		list = append(list, w.sources.Cite(u.Law).In(w.lang))
	}
	s := w.say("basis_"+string(u.Basis)) + " (" + strings.Join(list, "; ") + ")"
	if u.Special != "" {
		s += "; " + w.say("special_"+u.Special) + " (" + w.sources.Cite(conditions[u.Special]).In(w.lang) + ")"
	}
	return s
}

// day gives a day without its name: "28 Nov 2026".
func (w *writer) day(t time.Time) string {
	_, day, _ := strings.Cut(w.std.Date(t), " ")
	return day
}

func (w *writer) folder(name string) string {
	if name == "" || name == "." {
		return w.say("root")
	}
	return name
}

// row writes one use in the columns of heads.
func (w *writer) row(m *datamap.Map, u datamap.Use) []string {
	data := w.data(u.Categories)
	if len(u.Folders) > 0 {
		var list []string
		for _, f := range u.Folders {
			list = append(list, w.folder(f))
		}
		data += " (" + w.say("folders", "folders", strings.Join(list, ", ")) + ")"
	}
	var to, abroad []string
	for _, id := range u.Recipients {
		i := slices.IndexFunc(m.Declaration.Recipients, func(r datamap.Recipient) bool { return r.ID == id })
		if i < 0 {
			continue
		}
		r := m.Declaration.Recipients[i]
		to = append(to, r.Name.Either(w.lang))
		if r.Outside {
			safeguard := w.say("guard_unsaid")
			if r.Safeguard != "" {
				safeguard = w.say("guard_" + r.Safeguard)
			}
			abroad = append(abroad, r.Name.Either(w.lang)+" ("+safeguard+")")
		}
	}
	return []string{
		u.Name.Either(w.lang), u.Why.Either(w.lang) + "; " + w.basis(u), w.say("about_" + u.About), data, w.list(to, "nobody"), w.list(abroad, "none"),
		w.keep(u.Keep), w.safe(m, u.ID),
	}
}

func (w *writer) data(ids []string) string {
	var out []string
	for _, id := range ids {
		if c, ok := datamap.Find(id); ok {
			out = append(out, c.Name.In(w.lang))
		}
	}
	return strings.Join(out, ", ")
}

func (w *writer) list(names []string, none string) string {
	if len(names) == 0 {
		return w.say(none)
	}
	return strings.Join(names, ", ")
}

// Sealed counts the files that are held for a use, each once, and those of them that are sealed.
func Sealed(m *datamap.Map, use string) (sealed, files int) {
	seen := map[string]bool{}
	for _, h := range m.Holdings {
		if !slices.Contains(h.Uses, use) {
			continue
		}
		for _, f := range h.Files {
			if seen[f.Path] {
				continue
			}
			seen[f.Path] = true
			files++
			if f.Sealed {
				sealed++
			}
		}
	}
	return sealed, files
}

func (w *writer) safe(m *datamap.Map, use string) string {
	sealed, files := Sealed(m, use)
	if files == 0 {
		return w.say("safe_no")
	}
	return w.say("safe", "sealed", strconv.Itoa(sealed), "files", strconv.Itoa(files))
}

func (w *writer) heads() []string {
	var out []string
	for _, k := range []string{"name", "why", "about", "data", "to", "abroad", "until", "safe"} {
		out = append(out, w.say("c_"+k))
	}
	return out
}

// CSV writes the rows for a spreadsheet: with the mark that tells Excel of UTF-8, and with
// semicolons in Italian, as Excel wants them there. No cell is taken for a formula.
func CSV(out io.Writer, r Record) error {
	w, err := words(r.Lang)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return err
	}
	c := csv.NewWriter(out)
	c.UseCRLF = true
	if w.lang == "it" {
		c.Comma = ';'
	}
	rows := [][]string{w.heads()}
	for _, u := range r.Map.Declaration.Uses {
		rows = append(rows, w.row(r.Map, u))
	}
	for _, row := range rows {
		for i := range row {
			row[i] = paper.Cell(row[i])
		}
		_ = c.Write(row) // Flush and Error tell
	}
	c.Flush()
	return c.Error()
}
