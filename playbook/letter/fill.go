package letter

import (
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/playbook/fact"
)

// Fill writes a letter.
func (l *Library) Fill(kind string, in Input) (Letter, error) {
	k, ok := l.Kind(kind)
	if !ok {
		return Letter{}, fmt.Errorf("%w: %s", ErrKind, kind)
	}
	if in.Lang != "it" {
		in.Lang = "en"
	}
	if in.Zone == nil {
		in.Zone = time.UTC
	}
	if in.Stage == "" {
		in.Stage = Preliminary
	}
	in.Facts = withShop(in.Facts, in.Shop)
	f := &filler{lib: l, in: in, kind: k}
	out := Letter{Kind: k, Lang: in.Lang, Title: k.Title.In(in.Lang), Stage: in.Stage, lib: l, in: in}
	for _, s := range k.Sections {
		sec := Section{ID: s.ID, Title: s.Title.In(in.Lang)}
		seen := map[string]bool{}
		for _, id := range s.names() {
			d, ok := l.defs[id]
			if !ok || seen[id] {
				continue
			}
			seen[id] = true
			sec.Fields = append(sec.Fields, f.field(d))
		}
		for _, p := range s.Parts {
			if part, ok := f.part(p); ok {
				sec.Parts = append(sec.Parts, part)
			}
		}
		out.Sections = append(out.Sections, sec)
	}
	return out, nil
}

// withShop adds what the settings know where the incident's facts say nothing.
func withShop(facts fact.Set, shop Shop) fact.Set {
	out := fact.Set{}
	maps.Copy(out, facts)
	for key, text := range map[string]string{
		"controller_name": shop.Name, "controller_id": shop.ID, "controller_address": shop.Address,
		"reporter_name": shop.Reporter, "reporter_contact": shop.ReporterContact, "contact_point": shop.ContactPoint,
	} {
		if out[key].Text == "" && strings.TrimSpace(text) != "" {
			out[key] = fact.Value{Text: strings.TrimSpace(text), Origin: fact.Settings}
		}
	}
	return out
}

// filler fills one letter.
type filler struct {
	lib  *Library
	in   Input
	kind Kind
}

func (f *filler) word(key string) string { return f.lib.word(key, f.in.Lang) }

// with gives a word with its places filled: pairs of a name and a text.
func (f *filler) with(key string, pairs ...string) string {
	return i18n.Fill(f.word(key), pairs...)
}

func (f *filler) field(d def) Field {
	out := Field{ID: d.ID, Label: d.Label.In(f.in.Lang), Facts: d.Facts, Articles: d.Articles, Mandatory: d.Mandatory}
	if out.Label == "" && len(d.Facts) > 0 {
		if fd, ok := f.lib.book.Find(d.Facts[0]); ok {
			out.Label = fd.Label.In(f.in.Lang)
		}
	}
	out.Value = f.value(d)
	return out
}

func (f *filler) value(d def) Value {
	if d.cond != nil && d.cond.Eval(f.in.Facts) == fact.No {
		return Value{State: NotApplicable, Why: f.word("na_condition")}
	}
	v := renders[d.Render](f, d)
	if v.State == Unknown && v.Ask == "" && len(d.Facts) > 0 {
		v.Ask = f.ask(d.Facts[0])
	}
	return v
}

func (f *filler) ask(key string) string {
	d, _ := f.lib.book.Find(key)
	return d.Ask.In(f.in.Lang)
}

// plain gives the value of one fact.
func (f *filler) plain(key string) Value {
	d, _ := f.lib.book.Find(key)
	v := f.in.Facts[key]
	out := Value{Event: v.Event, Origin: v.Source()}
	switch v.Text {
	case "", fact.Unknown:
		out.Asked, out.Ask = v.Text != "", d.Ask.In(f.in.Lang)
		return out
	case fact.NotApplicable:
		out.State, out.Why = NotApplicable, f.word("na_said")
		return out
	}
	out.State = Known
	if d.Type == fact.SomeOf {
		for id := range strings.SplitSeq(v.Text, ",") {
			out.Items = append(out.Items, option(d, id, f.in.Lang))
		}
		return out
	}
	out.Text = f.text(d, v.Text)
	return out
}

// text writes a value of a fact that is not a list.
func (f *filler) text(d fact.Def, text string) string {
	switch d.Type {
	case fact.YesNo:
		return f.word(text)
	case fact.OneOf:
		return option(d, text, f.in.Lang)
	case fact.Moment:
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			return f.moment(t)
		}
	case fact.Number:
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return f.number(n)
		}
	case fact.Free, fact.SomeOf:
	}
	return text
}

func option(d fact.Def, id, lang string) string {
	if o, ok := d.Option(id); ok {
		return o.Label.In(lang)
	}
	return id
}

// number writes a whole number with the language's sign between thousands.
func (f *filler) number(n int64) string {
	sign := map[string]string{"en": ",", "it": "."}[f.in.Lang]
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + sign + s[i:]
	}
	return s
}

// day writes "Saturday 28 November 2026", "sabato 28 novembre 2026".
func (f *filler) day(t time.Time) string {
	t = t.In(f.in.Zone)
	days, months := strings.Fields(f.word("days")), strings.Fields(f.word("months"))
	return fmt.Sprintf("%s %d %s %d", days[t.Weekday()], t.Day(), months[t.Month()-1], t.Year())
}

// moment writes a day, the minute and, in a form, the zone.
func (f *filler) moment(t time.Time) string {
	s := f.day(t) + " " + f.word("at") + " " + t.In(f.in.Zone).Format("15:04")
	if f.kind.Form {
		s += f.offset(t)
	}
	return s
}

func (f *filler) offset(t time.Time) string { return " (UTC" + t.In(f.in.Zone).Format("-07:00") + ")" }

// part writes a paragraph; ok is false where it is left out.
func (f *filler) part(p part) (Part, bool) {
	say := p.Say
	if p.cond != nil {
		switch p.cond.Eval(f.in.Facts) {
		case fact.Yes:
		case fact.No:
			return Part{}, false
		case fact.Maybe:
			if say = p.Maybe; say.Empty() {
				return Part{}, false
			}
		}
	}
	if p.Known != "" && f.value(f.lib.defs[p.Known]).State != Known {
		return Part{}, false
	}
	if p.Items != "" {
		return f.items(f.lib.defs[p.Items]), true
	}
	text, any := f.sentence(say)
	return Part{Text: text}, any
}

func (f *filler) items(d def) Part {
	fd := f.field(d)
	switch {
	case fd.Value.State == Unknown:
		return Part{Items: []paper.Text{f.gap(fd)}}
	case fd.Value.State == NotApplicable:
		return Part{Items: []paper.Text{paper.Say(f.word("na"))}}
	case len(fd.Value.Items) == 0:
		return Part{Items: []paper.Text{paper.Say(stop(fd.Value.Text))}}
	}
	var out Part
	for _, it := range fd.Value.Items {
		out.Items = append(out.Items, paper.Say(it))
	}
	return out
}

// gap says that something is not known, and what would settle it.
func (f *filler) gap(fd Field) paper.Text {
	return paper.Text{{S: "[" + f.word("unknown") + ": " + fd.question() + "]", Gap: true}}
}

func (fd Field) question() string {
	if fd.Value.Ask != "" {
		return fd.Value.Ask
	}
	return fd.Label
}

// sentence fills the fields into a sentence; any is false where none of its fields applies.
func (f *filler) sentence(say i18n.Text) (paper.Text, bool) {
	src := say.In(f.in.Lang)
	var out paper.Text
	at, fields, absent := 0, 0, 0
	for _, m := range slot.FindAllStringSubmatchIndex(src, -1) {
		if m[0] > at {
			out = append(out, paper.Span{S: src[at:m[0]]})
		}
		at = m[1]
		fields++
		d := f.lib.defs[src[m[2]:m[3]]]
		fd := f.field(d)
		switch fd.Value.State {
		case Unknown:
			out = append(out, f.gap(fd)...)
			continue
		case NotApplicable:
			absent++
			out = append(out, paper.Span{S: f.word("na")})
			continue
		case Known:
		}
		text := f.inline(d, fd.Value, m[4] >= 0)
		if m[6] >= 0 {
			text = stop(text)
		}
		out = append(out, paper.Span{S: text})
	}
	if at < len(src) {
		out = append(out, paper.Span{S: src[at:]})
	}
	return out, fields == 0 || absent < fields
}

// inline writes a value as it stands within a sentence.
func (f *filler) inline(d def, v Value, day bool) string {
	if day && len(d.Facts) > 0 {
		if t, ok := f.in.Facts.Time(d.Facts[0]); ok {
			return f.day(t)
		}
	}
	if len(v.Items) == 0 {
		if f.small(d) {
			return small(paper.Line(v.Text))
		}
		return paper.Line(v.Text)
	}
	items := make([]string, len(v.Items))
	for i, it := range v.Items {
		items[i] = small(it)
	}
	last := len(items) - 1
	if last == 0 {
		return items[0]
	}
	return strings.Join(items[:last], ", ") + " " + f.word("and") + " " + items[last]
}

// small reports whether a value is custode's own words, which within a sentence begin
// with a small letter.
func (f *filler) small(d def) bool {
	switch d.Render {
	case "":
		fd, _ := f.lib.book.Find(d.Facts[0])
		return fd.Type == fact.OneOf || fd.Type == fact.YesNo
	case "period", "unintelligible", "decide", "tell":
		return true
	}
	return false
}

// small begins a label with a small letter, unless it is an abbreviation.
func small(s string) string {
	r := []rune(s)
	if len(r) > 1 && strings.ToUpper(string(r[1])) == string(r[1]) {
		return s
	}
	return strings.ToLower(string(r[:1])) + string(r[1:])
}

// stop ends a text with a full stop, unless it has an end.
func stop(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsAny(s[len(s)-1:], ".!?…") || strings.HasSuffix(s, "…") {
		return s
	}
	return s + "."
}
