package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"custode/internal/paper"
	"custode/playbook/fact"
	"custode/playbook/letter"
)

// Entry is one incident in the register.
type Entry struct {
	Run, Plan     string
	Begun, Closed time.Time // Closed is zero while it is open
	Facts         fact.Set
	Record        letter.Letter // of the kind "register", in the register's language
	Alarm         *Alarm        // where it was a false alarm, and so no breach; else nil
}

// Register is all incidents, notified or not, in the order in which they began.
type Register struct {
	Lang, Shop string
	Now        time.Time
	Zone       *time.Location
	Drill      bool
	Entries    []Entry
}

// Doc draws the register: an overview, then each incident.
func (r Register) Doc() (paper.Doc, error) {
	w, err := newWriter(r.Lang, r.Zone)
	if err != nil {
		return paper.Doc{}, err
	}
	d := paper.Doc{
		Lang: w.lang, Title: w.say("register_title"), Note: w.say("register_note"), Author: r.Shop, Above: paper.Say(r.Shop),
		Page: w.say("page"), Foot: w.say("register_foot", "shop", r.Shop, "now", w.at(r.Now)), Made: r.Now,
	}
	if r.Drill {
		d.Mark = w.say("drill")
	}
	if len(r.Entries) == 0 {
		d.Blocks = []paper.Block{{Kind: paper.Para, Text: paper.Say(w.say("register_empty"))}}
		return d, nil
	}
	var cells [][]string
	for _, e := range r.Entries {
		if e.Alarm != nil {
			cells = append(cells, []string{e.Run, w.days(e), e.Plan + ": " + w.say("alarm"), "–", "–", "–", "–"})
			continue
		}
		cells = append(cells, []string{
			e.Run, w.days(e), e.Plan, w.short(e, "people_count"), w.short(e, "authority_decision"), w.short(e, "people_decision"),
			share(e.Record.Complete()),
		})
	}
	d.Blocks = []paper.Block{
		heading(w.say("overview")),
		w.table(w.heads("no", "when", "kind", "people", "authority", "told", "complete_335"), []int{8, 12, 14, 9, 12, 12, 9}, cells),
	}
	for _, e := range r.Entries {
		d.Blocks = append(d.Blocks, heading(w.say("number")+" "+e.Run+": "+e.Plan))
		if e.Alarm != nil {
			d.Blocks = append(d.Blocks, paper.Block{Kind: paper.Fields, Rows: e.Alarm.rows(w)})
			continue
		}
		d.Blocks = append(d.Blocks, record(e.Record, letter.Options{})...)
	}
	return d, nil
}

// record gives an entry below the heading that names it.
func record(l letter.Letter, o letter.Options) []paper.Block {
	blocks := l.Doc(o).Blocks
	for i := range blocks {
		blocks[i].Under = blocks[i].Kind == paper.Heading
	}
	return blocks
}

// days says from when to when an incident was worked on.
func (w *writer) days(e Entry) string {
	if e.Closed.IsZero() {
		return w.std.Date(e.Begun.In(w.zone)) + ", " + w.say("open")
	}
	return w.std.Date(e.Begun.In(w.zone)) + " – " + w.std.Date(e.Closed.In(w.zone))
}

func (w *writer) closed(e Entry) string {
	if e.Closed.IsZero() {
		return w.say("open")
	}
	return w.at(e.Closed)
}

// short gives a field of an entry in a cell; what is not known is said.
func (w *writer) short(e Entry, id string) string {
	f, _ := e.Record.Field(id)
	switch f.Value.State {
	case letter.Known:
		if len(f.Value.Items) > 0 {
			return strings.Join(f.Value.Items, "; ")
		}
		return f.Value.Text
	case letter.NotApplicable:
		return f.Value.Why
	case letter.Unknown:
	}
	return "[" + w.say("unknown") + "]"
}

// CSV writes the register for a spreadsheet: a line for each incident, a column for each
// field. It begins with a byte order mark, and the columns are parted by a comma in
// English and a semicolon in Italian, as the spreadsheets of these languages want it. A
// cell that a spreadsheet would take for a formula begins with an apostrophe.
func (r Register) CSV(out io.Writer) error {
	w, err := newWriter(r.Lang, r.Zone)
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
	head := w.heads("number", "begun", "closed", "kind")
	if len(r.Entries) > 0 {
		for _, f := range r.Entries[0].Record.Fields() {
			head = append(head, f.Label)
		}
	}
	_ = c.Write(cells(head)) // Flush and Error tell
	for _, e := range r.Entries {
		row := []string{e.Run, w.at(e.Begun), w.closed(e), e.Plan}
		if e.Alarm != nil {
			row[3] += " (" + w.say("alarm") + ": " + e.Alarm.Reason + ")"
		}
		for _, f := range e.Record.Fields() {
			if e.Alarm != nil { // no breach: nothing of it is asked
				row = append(row, "–")
				continue
			}
			row = append(row, w.short(e, f.ID))
		}
		_ = c.Write(cells(row))
	}
	c.Flush()
	return c.Error()
}

// cells cleans a row, and takes from each cell what would make it a formula.
func cells(row []string) []string {
	out := make([]string, len(row))
	for i, s := range row {
		out[i] = paper.Cell(s)
	}
	return out
}

// File is the register for programs: what is said stands in it as canonical values of
// package fact, in no language.
type File struct {
	Schema    string     `json:"schema"` // "custode.register/1"
	Made      time.Time  `json:"made"`
	Shop      string     `json:"shop"`
	Drill     bool       `json:"drill"`
	Incidents []Incident `json:"incidents"`
}

// Incident is one of them.
type Incident struct {
	Run      string          `json:"run"`
	Plan     string          `json:"plan"`
	Begun    time.Time       `json:"begun"`
	Closed   *time.Time      `json:"closed"` // null while it is open
	Facts    fact.Set        `json:"facts"`
	Complete []CompleteByLaw `json:"complete"`
	Alarm    *AlarmJSON      `json:"false_alarm"` // null where it was none
}

// AlarmJSON says why an incident was a false alarm. Complete is empty then: it is no breach.
type AlarmJSON struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
}

// CompleteByLaw says how complete an entry is for one article.
type CompleteByLaw struct {
	Article string   `json:"article"`
	Have    int      `json:"have"`
	Want    int      `json:"want"`
	Missing []string `json:"missing"` // fields
}

// Schema is the version of File.
const Schema = "custode.register/1"

// File gives the register for programs.
func (r Register) File() File {
	out := File{Schema: Schema, Made: r.Now.UTC(), Shop: r.Shop, Drill: r.Drill, Incidents: []Incident{}}
	for _, e := range r.Entries {
		in := Incident{Run: e.Run, Plan: e.Plan, Begun: e.Begun.UTC(), Facts: e.Facts, Complete: []CompleteByLaw{}}
		if in.Facts == nil {
			in.Facts = fact.Set{}
		}
		if !e.Closed.IsZero() {
			t := e.Closed.UTC()
			in.Closed = &t
		}
		meters := e.Record.Complete()
		if e.Alarm != nil {
			in.Alarm, meters = &AlarmJSON{e.Alarm.At.UTC(), e.Alarm.By, e.Alarm.Reason}, nil
		}
		for _, m := range meters {
			c := CompleteByLaw{Article: m.Article, Have: m.Have, Want: m.Want, Missing: []string{}}
			for _, g := range m.Missing {
				c.Missing = append(c.Missing, g.Field)
			}
			in.Complete = append(in.Complete, c)
		}
		out.Incidents = append(out.Incidents, in)
	}
	return out
}

// JSON writes File.
func (r Register) JSON(out io.Writer) error {
	raw, err := json.MarshalIndent(r.File(), "", "  ")
	if err != nil {
		return fmt.Errorf("report: %w", err)
	}
	_, err = out.Write(append(raw, '\n'))
	return err
}
