package statement

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/internal/paper"
)

//go:embed words.yaml
var around []byte

// Page is what a statement is about.
type Page struct {
	Lang    string
	Shop    string
	Contact string   // whom customers ask; "": shown as a gap
	Laws    []string // as they are cited, of the sentences that repeat one
	Made    time.Time
}

// Draft is a statement: its sentences, and the page that they stand on.
type Draft struct {
	Published

	Doc paper.Doc
}

// Draw puts sentences on a page.
func (b *Book) Draw(p Page, said []Sentence) (Draft, error) {
	lang := i18n.Pick(p.Lang)
	all := map[string]i18n.Text{}
	if err := yaml.UnmarshalWithOptions(around, &all, yaml.Strict()); err != nil {
		return Draft{}, fmt.Errorf("statement: %w", err)
	}
	std, err := i18n.Load(lang)
	if err != nil {
		return Draft{}, err
	}
	date := func(t time.Time) string { // "28 Nov 2026": the name of the day says nothing here
		_, day, _ := strings.Cut(std.Date(t.In(p.Made.Location())), " ")
		return day
	}
	fill := func(key string, pairs ...string) string { return i18n.Fill(all[key].In(lang), pairs...) }
	d := Draft{Published: Published{Contact: p.Contact}, Doc: paper.Doc{
		Lang: lang, Title: fill("title"), Note: fill("note", "shop", p.Shop, "day", date(p.Made)), Author: p.Shop, Page: fill("page"), Made: p.Made,
		Foot: fill("foot", "shop", p.Shop, "day", date(p.Made)),
	}}
	head := func(key string) {
		d.Doc.Blocks = append(d.Doc.Blocks, paper.Block{Kind: paper.Heading, Text: paper.Say(fill(key))})
	}
	for _, part := range []Part{Do, Attack, Limits} {
		list := paper.Block{Kind: paper.List}
		for _, s := range said {
			c, ok := b.Find(s.ID)
			if !ok || c.Part != part {
				continue
			}
			text := c.Write(s, lang, date)
			d.Sentences = append(d.Sentences, Printed{s, text})
			list.Items = append(list.Items, paper.Say(text))
		}
		if len(list.Items) > 0 {
			head(string(part))
			d.Doc.Blocks = append(d.Doc.Blocks, list)
		}
	}
	head("ask")
	whom := paper.Say(fill("whom", "contact", strings.TrimSuffix(p.Contact, ".")))
	if strings.TrimSpace(p.Contact) == "" {
		whom = paper.Text{{S: "[" + fill("unknown") + "]", Gap: true}}
	}
	d.Doc.Blocks = append(d.Doc.Blocks, paper.Block{Kind: paper.Para, Text: whom})
	if len(p.Laws) > 0 {
		d.Doc.Blocks = append(d.Doc.Blocks, paper.Block{Kind: paper.Para, Text: paper.Say(fill("law", "law", strings.Join(p.Laws, ", ")))})
	}
	return d, nil
}

// Laws lists the references of the sentences that repeat a law, by the country's law.
func (b *Book) Laws(said []Sentence, law string) []string {
	var out []string
	for _, s := range said {
		if c, _ := b.Find(s.ID); c.Source[law] != "" && !slices.Contains(out, c.Source[law]) {
			out = append(out, c.Source[law])
		}
	}
	return out
}

// Text is what readers read: the sentences without what stands around them.
func (p Published) Text() []string {
	var out []string
	for _, s := range p.Sentences {
		out = append(out, s.Text)
	}
	return out
}
