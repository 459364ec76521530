package letter

import (
	"fmt"
	"strings"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/playbook/fact"
)

// Options says how a letter is drawn.
type Options struct {
	Sources bool // beside each value of a form, the event that it comes from
	Draft   bool // the note that it is a draft, where the letter has one
}

// Doc draws the letter as a document.
func (l Letter) Doc(o Options) paper.Doc {
	f := &filler{lib: l.lib, in: l.in, kind: l.Kind}
	d := paper.Doc{
		Lang: l.Lang, Title: l.Title, Author: l.in.Facts.Text("controller_name"),
		Page: f.word("page"), Made: l.in.Now,
	}
	if l.in.Drill {
		d.Mark = f.word("drill")
	}
	if o.Draft && l.Kind.Draft {
		d.Note = f.word("draft")
		if strings.HasPrefix(l.Kind.ID, "authority-") {
			d.Note += " " + f.word("form_draft")
		}
	}
	if l.Kind.Short {
		text, n, m := l.Short()
		d.Note = f.with("short_note", "n", fmt.Sprint(n), "m", fmt.Sprint(m))
		d.Blocks = []paper.Block{{Kind: paper.Para, Text: paper.Say(text)}}
		return d
	}
	if !l.Kind.To.Empty() {
		d.Above, _ = f.sentence(l.Kind.To)
	}
	if l.Kind.Form {
		d.Foot = f.with("foot", "run", l.in.RunID, "now", f.moment(l.in.Now))
		if l.in.Head != "" {
			d.Foot += " · " + f.with("foot_head", "head", l.in.Head)
		}
	}
	for _, s := range l.Sections {
		if s.Title != "" {
			d.Blocks = append(d.Blocks, paper.Block{Kind: paper.Heading, Text: paper.Say(s.Title)})
		}
		d.Blocks = append(d.Blocks, l.blocks(f, s, o)...)
	}
	if !l.Kind.Sign.Empty() {
		d.Blocks = append(d.Blocks, paper.Block{Kind: paper.Sign, Items: f.signers(l.Kind.Sign.In(l.Lang))})
	}
	return d
}

// signers gives what stands below each line to sign: parts with "|" between them.
func (f *filler) signers(s string) []paper.Text {
	var out []paper.Text
	for part := range strings.SplitSeq(s, "|") {
		part = strings.TrimSpace(part)
		text, _ := f.sentence(i18n.Text{EN: part, IT: part})
		out = append(out, text)
	}
	return out
}

func (l Letter) blocks(f *filler, s Section, o Options) []paper.Block {
	var out []paper.Block
	for _, p := range s.Parts {
		if p.Items != nil {
			out = append(out, paper.Block{Kind: paper.List, Items: p.Items})
		} else {
			out = append(out, paper.Block{Kind: paper.Para, Text: p.Text})
		}
	}
	if l.Kind.Form {
		var rows []paper.Row
		for _, fd := range s.Fields {
			rows = append(rows, f.row(fd, o))
		}
		out = append(out, paper.Block{Kind: paper.Fields, Rows: rows})
	}
	return out
}

func (f *filler) row(fd Field, o Options) paper.Row {
	r := paper.Row{Label: fd.Label}
	v := fd.Value
	switch v.State {
	case Unknown:
		r.Value = f.gap(fd)
		return r
	case NotApplicable:
		r.Value, r.Absent = paper.Say(f.word("na")+" ("+v.Why+")"), true
		return r
	case Known:
	}
	r.Value, r.Items = paper.Say(v.Text), v.Items
	if len(v.Items) == 1 {
		r.Value, r.Items = paper.Say(v.Items[0]), nil
	}
	if o.Sources {
		r.Source = f.source(v)
	}
	return r
}

// source says which event a value is from, and where custode had it from.
func (f *filler) source(v Value) string {
	var parts []string
	if v.Event > 0 {
		if v.Derived {
			parts = append(parts, f.word("derived"))
		}
		parts = append(parts, f.with("since_event", "n", fmt.Sprint(v.Event)))
	}
	if word := origins[v.Origin]; word != "" {
		parts = append(parts, f.word(word))
	}
	return strings.Join(parts, ", ")
}

// origins are the words for where custode had a value from. What a person said needs none.
var origins = map[fact.Origin]string{
	fact.Scan: "from_scan", fact.Alert: "from_alert", fact.Journal: "from_journal", fact.Settings: "settings", fact.Before: "from_before",
}
