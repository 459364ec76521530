// Package certificate draws two papers of the training: the certificate for one person, which
// says how many quizzes were finished and never with what result, and the notice that tells
// the staff what is kept of them. Both come as documents (package paper), in both languages;
// what they promise about time limits is taken from package staff, which holds to it.
package certificate

import (
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/training/pin"
	"custode/training/staff"
)

//go:embed words.yaml
var source []byte

// Data is what a certificate is about. Days count, not moments.
type Data struct {
	Lang     string
	Name     string
	Shop     string
	Finished int         // quizzes
	Topics   []i18n.Text // titles, as the bank has them; none: the line is left out
	From, To time.Time   // the days of the first and the last of these quizzes
	Made     time.Time
}

// Notice is what the notice for the staff needs to know.
type Notice struct {
	Lang    string
	Shop    string
	Contact string // who answers questions, and where; "": shown as a gap
	Made    time.Time
}

// Code gives the verification code of a certificate: the first sixteen letters of the SHA-256
// of its fields in base32, in groups of four. What goes in stands on the paper, which says how
// to work it out; so topics go in as they are called there.
func Code(d Data) string {
	lines := []string{"custode.certificate/1", d.Name, d.Shop, fmt.Sprint(d.Finished), staff.Day(d.From), staff.Day(d.To), staff.Day(d.Made)}
	for _, t := range d.Topics {
		lines = append(lines, t.In(i18n.Pick(d.Lang)))
	}
	for i, l := range lines {
		lines[i] = paper.Line(l) // no line can hold two
	}
	sum := sha256.Sum256([]byte(strings.Join(lines, "\n") + "\n"))
	letters := base32.StdEncoding.EncodeToString(sum[:])
	return strings.Join([]string{letters[:4], letters[4:8], letters[8:12], letters[12:16]}, "-")
}

// Fits reports whether a code is that of a certificate, however a person typed it.
func Fits(d Data, code string) bool {
	code = strings.ToUpper(strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' {
			return -1
		}
		return r
	}, code))
	return subtle.ConstantTimeCompare([]byte(code), []byte(strings.ReplaceAll(Code(d), "-", ""))) == 1
}

// New draws a certificate.
func New(d Data) (paper.Doc, error) {
	w, err := words(d.Lang)
	if err != nil {
		return paper.Doc{}, err
	}
	says := "says"
	if d.Finished == 1 {
		says = "says_one"
	}
	span := w.say("from_to", "from", w.day(d.From), "to", w.day(d.To))
	if staff.Day(d.From) == staff.Day(d.To) {
		span = w.say("on", "from", w.day(d.From))
	}
	rows := []paper.Row{
		row(w.say("name"), d.Name), row(w.say("shop"), d.Shop), row(w.say("period"), span),
		row(w.say("sittings"), fmt.Sprint(d.Finished)),
	}
	topics := ""
	if len(d.Topics) > 0 {
		topics = w.say("and_topics")
		titles := make([]string, len(d.Topics))
		for i, t := range d.Topics {
			titles[i] = t.In(w.lang)
		}
		rows = append(rows, paper.Row{Label: w.say("topics"), Items: titles})
	}
	rows = append(rows, row(w.say("made"), w.day(d.Made)), row(w.say("code"), Code(d)))
	return paper.Doc{
		Lang: w.lang, Title: w.say("title"), Note: w.say("note"), Author: d.Shop, Page: w.say("page"), Made: d.Made,
		Foot: w.say("foot", "shop", d.Shop, "made", w.day(d.Made)),
		Blocks: []paper.Block{
			w.para(says, "name", d.Name, "shop", d.Shop, "n", fmt.Sprint(d.Finished)),
			{Kind: paper.Fields, Rows: rows},
			w.head("worth"), w.para("worth_1"), w.para("worth_2"), w.para("check_1", "topics", topics), w.para("check_2"),
			{Kind: paper.Sign, Items: []paper.Text{paper.Say(w.say("sign"))}},
		},
	}, nil
}

// ForStaff draws the notice for the staff: Art. 13 GDPR, in the words of a shop.
func ForStaff(n Notice) (paper.Doc, error) {
	w, err := words(n.Lang)
	if err != nil {
		return paper.Doc{}, err
	}
	contact := paper.Say(n.Contact)
	if strings.TrimSpace(n.Contact) == "" {
		contact = paper.Text{{S: "[" + w.say("unknown") + ": " + w.say("n_ask") + "]", Gap: true}}
	}
	count := func(n int) string { return fmt.Sprint(n) }
	who := []paper.Row{row(w.say("n_controller"), n.Shop), {Label: w.say("n_contact"), Value: contact}}
	kept := [][]string{
		{w.say("k_name"), w.say("k_leave"), w.say("k_shop")},
		{w.say("k_days"), w.say("k_months", "n", count(staff.FinishedMonth)), w.say("k_shop")},
		{w.say("k_next"), w.say("k_leave"), w.say("k_shop")},
		{w.say("k_answers"), w.say("k_90", "n", count(staff.AnswersDays)), w.say("k_you")},
		{w.say("k_progress"), w.say("k_progress_long"), w.say("k_you")},
		{w.say("k_team", "n", count(staff.TeamMin)), w.say("k_months", "n", count(staff.StrengthMonth)), w.say("k_shop")},
		{w.say("k_journal"), w.say("k_stays"), w.say("k_shop")},
	}
	return paper.Doc{
		Lang: w.lang, Title: w.say("n_title"), Note: w.say("n_note", "shop", n.Shop), Author: n.Shop, Page: w.say("page"), Made: n.Made,
		Foot: w.say("foot", "shop", n.Shop, "made", w.day(n.Made)),
		Blocks: []paper.Block{
			w.head("n_short"), w.list("n_short_1", "n_short_2", "n_short_3"),
			w.head("n_who"),
			{Kind: paper.Fields, Rows: who},
			w.head("n_why"), w.para("n_why_1"), w.para("n_why_2"),
			w.head("n_kept"),
			{Kind: paper.Table, Head: []string{w.say("what"), w.say("long"), w.say("sees")}, Widths: []int{5, 2, 2}, Cells: kept},
			w.head("n_not"), w.para("n_not_1"),
			w.head("n_pin"), w.para("n_pin_1", "least", count(pin.MinDigits), "most", count(pin.MaxDigits)), w.para("n_pin_2"),
			w.head("n_where"), w.para("n_where_1"),
			w.head("n_rights"), w.list("n_rights_1", "n_rights_2", "n_rights_3", "n_rights_4"),
			{Kind: paper.Sign, Items: []paper.Text{paper.Say(w.say("n_sign"))}},
		},
	}, nil
}

// writer knows a language.
type writer struct {
	lang string
	all  map[string]i18n.Text
	std  *i18n.Words
}

func words(lang string) (*writer, error) {
	w := &writer{lang: i18n.Pick(lang)}
	if err := yaml.UnmarshalWithOptions(source, &w.all, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	var err error
	w.std, err = i18n.Load(w.lang)
	return w, err
}

// day gives a day without its name: "28 Nov 2026".
func (w *writer) day(t time.Time) string {
	_, day, _ := strings.Cut(w.std.Date(t), " ")
	return day
}

// say gives a word with its places filled: pairs of a name and a text.
func (w *writer) say(key string, pairs ...string) string {
	t, ok := w.all[key]
	if !ok {
		return "[" + key + "]"
	}
	return i18n.Fill(t.In(w.lang), pairs...)
}

func (w *writer) head(key string) paper.Block {
	return paper.Block{Kind: paper.Heading, Text: paper.Say(w.say(key))}
}

func (w *writer) para(key string, pairs ...string) paper.Block {
	return paper.Block{Kind: paper.Para, Text: paper.Say(w.say(key, pairs...))}
}

func (w *writer) list(keys ...string) paper.Block {
	b := paper.Block{Kind: paper.List}
	for _, k := range keys {
		b.Items = append(b.Items, paper.Say(w.say(k)))
	}
	return b
}

func row(label, value string) paper.Row { return paper.Row{Label: label, Value: paper.Say(value)} }
