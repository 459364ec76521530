// Package report draws what remains of an incident: the register of all breaches that
// Art. 33(5) GDPR demands, and the report after one incident. Both take plain structs
// that hold what the engine knows, and give documents (package paper); the register is
// also given as CSV for a spreadsheet and as JSON for programs.
package report

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/playbook/letter"
)

//go:embed words.yaml
var source []byte

// Event is one line of the timeline, in the report's language.
type Event struct {
	Seq  int64
	At   time.Time
	By   string
	What string
}

// Decision is what a person decided, beside what the rules said.
type Decision struct {
	At      time.Time
	By      string
	What    string   // the question: "Notify the authority"
	Choice  string   // the answer
	Reason  string   // "" prints as unknown
	Rules   []string // what the rules said, each with its source
	Differs bool     // the person decided otherwise than the rules
}

// Deadline is a time limit and whether it was met.
type Deadline struct {
	Name    string
	Article string
	Due     time.Time // zero: its clock has not begun
	Met     time.Time // zero: not (yet)
}

// Evidence is something that was kept, with its custody.
type Evidence struct {
	Name    string
	Digest  string // hex SHA-256
	Size    int64
	At      time.Time
	By      string
	Custody []string
}

// Letter is one that was made.
type Letter struct {
	Name   string
	At     time.Time
	Meters []letter.Meter
}

// Cost is what it took. Amount is in a person's own words, with the currency.
type Cost struct {
	What   string
	Hours  float64
	Amount string
}

// Lesson is a task that came out of it.
type Lesson struct {
	What string
	Who  string
	Due  time.Time // zero: no date yet
	Done bool
}

// Score is the result of an exercise.
type Score struct {
	Points  int
	Reasons []string
}

// Alarm says of an incident that it was none, and why.
type Alarm struct {
	At     time.Time
	By     string
	Reason string
}

// rows says so in a report.
func (a *Alarm) rows(w *writer) []paper.Row {
	return []paper.Row{
		{Label: w.say("outcome"), Value: paper.Say(w.say("alarm"))},
		{Label: w.say("reason"), Value: paper.Say(a.Reason)},
		{Label: w.say("when_who"), Value: paper.Say(w.say("by", "at", w.at(a.At), "who", a.By))},
	}
}

// After is the report after one incident.
type After struct {
	Lang, Shop, Run    string
	Plan, Version      string
	PlanDigest         string
	Begun, Closed, Now time.Time // Closed is zero while it is open
	Zone               *time.Location
	Drill              bool
	Score              *Score // of an exercise; else nil
	Timeline           []Event
	Decisions          []Decision
	Deadlines          []Deadline
	Evidence           []Evidence
	Letters            []Letter
	Costs              []Cost
	Lessons            []Lesson
	Record             letter.Letter // the entry of the register
	Head               string        // the receipt of the journal
	Alarm              *Alarm        // where it was a false alarm; else nil
}

// writer knows a language and a zone.
type writer struct {
	lang  string
	words map[string]i18n.Text
	std   *i18n.Words
	zone  *time.Location
}

func newWriter(lang string, zone *time.Location) (*writer, error) {
	w := &writer{lang: i18n.Pick(lang), zone: zone}
	if zone == nil {
		w.zone = time.UTC
	}
	if err := yaml.UnmarshalWithOptions(source, &w.words, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("report: %w", err)
	}
	var err error
	w.std, err = i18n.Load(w.lang)
	return w, err
}

// say gives a word with its places filled: pairs of a name and a text.
func (w *writer) say(key string, pairs ...string) string {
	t, ok := w.words[key]
	if !ok {
		return "[" + key + "]"
	}
	return i18n.Fill(t.In(w.lang), pairs...)
}

func (w *writer) at(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return w.std.DateTime(t.In(w.zone))
}

func (w *writer) heads(keys ...string) []string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = w.say(k)
	}
	return out
}

func (w *writer) gap(question string) paper.Text {
	return paper.Text{{S: "[" + w.say("unknown") + ": " + question + "]", Gap: true}}
}

func heading(s string) paper.Block { return paper.Block{Kind: paper.Heading, Text: paper.Say(s)} }

// table gives a table, or says that there is nothing.
func (w *writer) table(head []string, widths []int, cells [][]string) paper.Block {
	if len(cells) == 0 {
		return paper.Block{Kind: paper.Para, Text: paper.Say(w.say("none"))}
	}
	return paper.Block{Kind: paper.Table, Head: head, Widths: widths, Cells: cells}
}

// share says how complete an entry of the register is: "9/13".
func share(all []letter.Meter) string {
	for _, m := range all {
		if m.Article == "33(5)" {
			return fmt.Sprintf("%d/%d", m.Have, m.Want)
		}
	}
	return ""
}

func (w *writer) meters(all []letter.Meter) string {
	var out []string
	for _, m := range all {
		if m.Want > 0 {
			out = append(out, w.say("have_want", "a", m.Article, "have", fmt.Sprint(m.Have), "want", fmt.Sprint(m.Want)))
		}
	}
	return strings.Join(out, "; ")
}
