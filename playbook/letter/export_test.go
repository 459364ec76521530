package letter

import (
	"slices"

	"custode/internal/i18n"
)

// Slots lists the fields and places of a text, sorted.
func Slots(s string) []string {
	out := slot.FindAllString(s, -1)
	slices.Sort(out)
	return out
}

// Texts lists the texts that all letters share, by where they stand.
func (l *Library) Texts() map[string]i18n.Text {
	out := map[string]i18n.Text{}
	for k, t := range l.words {
		out["words "+k] = t
	}
	for k, s := range l.standard.Kinds {
		out["standard risk "+k], out["standard may "+k], out["standard do "+k] = s.Risk, s.May, s.Do
		out["short "+k] = l.words["short_"+k]
	}
	o, _ := l.book.Find("data_kinds")
	for _, opt := range o.Options {
		out["of data "+opt.ID] = l.standard.Kinds[opt.ID].May
	}
	for _, m := range l.standard.Measures {
		out["measure "+m.When+m.Known] = i18n.Text{EN: m.EN, IT: m.IT}
	}
	for id, d := range l.defs {
		if !d.Label.Empty() {
			out["field "+id] = d.Label
		}
	}
	return out
}

// Texts lists all texts of a letter, for whoever checks them.
func (k Kind) Texts() []i18n.Text {
	out := []i18n.Text{k.Name, k.Title}
	add := func(t i18n.Text) {
		if !t.Empty() {
			out = append(out, t)
		}
	}
	add(k.To)
	add(k.Sign)
	for _, s := range k.Sections {
		add(s.Title)
		for _, p := range s.Parts {
			add(p.Say)
			add(p.Maybe)
		}
	}
	return out
}
