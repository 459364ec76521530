package answer

import (
	_ "embed"
	"fmt"
	"regexp"
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
	"custode/playbook/privacy/notice"
	"custode/playbook/privacy/request"
)

//go:embed words.yaml
var wordsYAML []byte

type book struct {
	words   map[string]i18n.Text
	std     map[string]*i18n.Words
	sources *source.List
}

var loaded = sync.OnceValues(func() (b book, err error) {
	if err := yaml.UnmarshalWithOptions(wordsYAML, &b.words, yaml.Strict()); err != nil {
		return b, fmt.Errorf("answer: %w", err)
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

// writer writes one letter.
type writer struct {
	book

	in        Input
	lang, law string

	title    string
	blocks   []paper.Block
	gaps     []string
	elements []string
	checks   bool
}

func newWriter(in Input) (*writer, error) {
	b, err := loaded()
	if err != nil {
		return nil, err
	}
	if in.Map == nil {
		in.Map = &datamap.Map{}
	}
	return &writer{book: b, in: in, lang: i18n.Pick(in.Lang), law: notice.LawOf(in.Country)}, nil
}

var lawPlace = regexp.MustCompile(`\{law:([^}]*)\}`)

// t gives a word with its places filled: pairs of a name and a text. Places of the law are
// filled too.
func (w *writer) t(key string, pairs ...string) string {
	text, ok := w.words[key]
	if !ok {
		return "[" + key + "]"
	}
	s := lawPlace.ReplaceAllStringFunc(text.In(w.lang), func(m string) string { return w.article(m[len("{law:") : len(m)-1]) })
	return i18n.Fill(s, pairs...)
}

// article names a place in the law of the country, after a blank; "" where none is known.
func (w *writer) article(art string) string {
	if w.law == "" {
		return ""
	}
	return i18n.Fill(w.words["article"].In(w.lang), "art", art, "law", strings.ReplaceAll(w.law, "-", " "))
}

func (w *writer) say(key string, pairs ...string) paper.Text { return paper.Say(w.t(key, pairs...)) }

// texts are what stands in places, by their names.
type texts map[string]paper.Text

// fill is say for places that hold texts with gaps.
func (w *writer) fill(key string, in texts) paper.Text {
	text := w.t(key)
	var out paper.Text
	for text != "" {
		at, place := len(text), ""
		for name := range in {
			if k := strings.Index(text, "{"+name+"}"); k >= 0 && k < at {
				at, place = k, name
			}
		}
		if at > 0 {
			out = append(out, paper.Span{S: text[:at]})
		}
		if place == "" {
			break
		}
		out = append(out, in[place]...)
		text = text[at+len(place)+2:]
	}
	return out
}

// marked is a gap that is shown as one.
func (w *writer) marked(what, text string) paper.Span {
	w.gaps, w.checks = append(w.gaps, text), w.checks || what == "check"
	return paper.Span{S: "[" + w.t(what) + ": " + text + "]", Gap: true}
}

// gap gives what was said, or a gap that says what is missing.
func (w *writer) gap(key, said string) paper.Text {
	if said = strings.TrimRight(paper.Line(said), ". "); said != "" {
		return paper.Say(said)
	}
	return paper.Text{w.marked("unknown", w.t(key))}
}

// confirm is a sentence of which the owner alone knows whether it is true.
func (w *writer) confirm(key string, pairs ...string) paper.Text {
	text := w.t(key, pairs...)
	if w.in.Confirmed {
		return paper.Say(text)
	}
	return paper.Text{w.marked("check", text)}
}

func (w *writer) para(t paper.Text) {
	w.blocks = append(w.blocks, paper.Block{Kind: paper.Para, Text: t})
}

func (w *writer) list(items ...paper.Text) {
	w.blocks = append(w.blocks, paper.Block{Kind: paper.List, Items: items})
}

func (w *writer) head(key string) {
	w.blocks = append(w.blocks, paper.Block{Kind: paper.Heading, Text: w.say(key)})
}

func (w *writer) serves(elements ...string) { w.elements = append(w.elements, elements...) }

// rightArticle is where a right stands in the GDPR.
var rightArticle = map[request.Right]string{
	request.Access: "15", request.Rectification: "16", request.Erasure: "17", request.Restriction: "18",
	request.Portability: "20", request.Objection: "21(1)", request.ObjectionMarketing: "21(3)",
}

// asked says what the person asked for, and when.
func (w *writer) asked() {
	w.para(w.say("asked", "received", w.day(w.in.Received), "asks", w.t("asks_"+string(w.in.Right)), "law", w.article(rightArticle[w.in.Right])))
}

// complain says where to complain (Art. 12(4), 15(1)(f)).
func (w *writer) complain() {
	authority, site := w.t("authority"), ""
	if w.law != "" {
		if name, at, own := notice.ComplainTo(w.lang, w.in.Country); own {
			authority, site = name, w.t("site", "site", at)
		}
	}
	w.para(w.fill("complain", texts{"contact": w.contact(), "authority": paper.Say(authority), "site": paper.Say(site)}))
	w.serves("12(4) complaint", "12(4) court")
	if w.in.Right == request.Access {
		w.serves("15(1)(f)")
	}
}

// contact is how the shop is reached.
func (w *writer) contact() paper.Text {
	c := w.in.Map.Declaration.Controller
	var ways []string
	for _, s := range []string{c.Mail, c.Phone} {
		if s != "" {
			ways = append(ways, s)
		}
	}
	return w.gap("gap_contact", strings.Join(ways, ", "))
}

// uses gives what data about customers are used for, on some bases or on all. After a search
// they are those that what was found can belong to.
func (w *writer) uses(bases ...datamap.Basis) []datamap.Use {
	var out []datamap.Use
	for _, u := range w.in.Map.Declaration.Uses {
		if u.About != "customers" || len(bases) > 0 && !slices.Contains(bases, u.Basis) {
			continue
		}
		if w.in.Searched && len(w.in.Found) > 0 && !slices.ContainsFunc(w.in.Found, func(p Place) bool { return fits(u, p) }) {
			continue
		}
		out = append(out, u)
	}
	return out
}

// fits reports whether what was found in a place can belong to a use. Of a place whose
// categories are not known it can; a use of data about health needs such data there.
func fits(u datamap.Use, p Place) bool {
	if len(p.Categories) > 0 && slices.Contains(u.Categories, "health") && !slices.Contains(p.Categories, "health") {
		return false
	}
	return (len(u.Folders) == 0 || slices.Contains(u.Folders, p.Folder)) &&
		(len(p.Categories) == 0 || slices.ContainsFunc(u.Categories, func(c string) bool { return slices.Contains(p.Categories, c) }))
}

func (w *writer) names(uses []datamap.Use) []paper.Text {
	var out []paper.Text
	for _, u := range uses {
		out = append(out, paper.Say(u.Name.In(w.lang)))
	}
	return out
}

// recipients gives who gets data for some uses, each once.
func (w *writer) recipients(uses []datamap.Use) []datamap.Recipient {
	var out []datamap.Recipient
	for _, r := range w.in.Map.Declaration.Recipients {
		if slices.ContainsFunc(uses, func(u datamap.Use) bool { return slices.Contains(u.Recipients, r.ID) }) {
			out = append(out, r)
		}
	}
	return out
}

// kinds names categories.
func (w *writer) kinds(ids []string) string {
	var names []string
	for _, id := range ids {
		name := id
		if c, ok := datamap.Find(id); ok {
			name = c.Name.In(w.lang)
		}
		names = append(names, name)
	}
	return strings.Join(names, ", ") // some have an "and" of their own
}

// join joins names: "a, b and c".
func (w *writer) join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return w.t("and", "list", strings.Join(names[:last], ", "), "last", names[last])
}

// cite names the law of a use in brackets, after a blank.
func (w *writer) cite(reference string) string {
	if reference == "" {
		return ""
	}
	return " (" + w.sources.Cite(reference).In(w.lang) + ")"
}

// time writes a length of time in whole years where it is one.
func (w *writer) time(months int) paper.Text {
	key, n := "months", months
	switch {
	case months <= 0:
		return w.gap("gap_keep", "")
	case months%12 == 0:
		key, n = "years", months/12
	}
	if n == 1 {
		key += "_one"
	}
	return w.say(key, "n", number(n))
}

func number(n int) string { return strconv.Itoa(n) }

// day gives a day without its name: "28 Nov 2026".
func (w *writer) day(t time.Time) string {
	_, day, _ := strings.Cut(w.std[w.lang].Date(t), " ")
	return day
}

// letter puts the parts together.
func (w *writer) letter() Letter {
	c := w.in.Map.Declaration.Controller
	shop := c.Name
	if shop == "" {
		shop = w.in.Shop
	}
	above := slices.Concat(w.gap("gap_shop", shop), br, w.gap("gap_address", c.Address), br, br,
		w.gap("gap_who", w.in.Who.Name), br, w.gap("gap_where", w.in.Who.Contact), br, br,
		paper.Say(w.day(w.in.Made)+" · "+w.t("number", "n", strconv.FormatInt(w.in.Number, 10))))
	dear := paper.Block{Kind: paper.Para, Text: w.fill("dear", texts{"name": w.gap("gap_who", w.in.Who.Name)})}
	blocks := append([]paper.Block{dear}, w.blocks...)
	blocks = append(blocks, paper.Block{Kind: paper.Para, Text: slices.Concat(w.say("regards"), br, w.gap("gap_shop", shop))})
	doc := paper.Doc{
		Lang: w.lang, Title: w.title, Above: above, Author: shop, Page: w.t("page"), Made: w.in.Made,
		Foot: w.t("foot", "shop", shop, "made", w.day(w.in.Made)), Blocks: blocks,
	}
	slices.Sort(w.gaps)
	slices.Sort(w.elements)
	return Letter{Doc: doc, Gaps: slices.Compact(w.gaps), Checks: w.checks, Elements: slices.Compact(w.elements)}
}

var br = paper.Say("\n")
