package letter

import (
	"slices"

	"custode/internal/i18n"
	"custode/playbook/fact"
)

// standardItems: the owner's own words, then what always holds for these kinds of data.
func (f *filler) standardItems(d def, of func(kind string) i18n.Text) Value {
	own := f.plain(d.Facts[0])
	kinds := f.plain("data_kinds")
	var items []string
	if own.State == Known {
		items = append(items, stop(own.Text))
	}
	for _, id := range f.in.Facts.List("data_kinds") {
		text := of(id).In(f.in.Lang)
		if text != "" && !slices.Contains(items, text) {
			items = append(items, text)
		}
	}
	if items == nil {
		return own
	}
	event, origin := own.Event, own.Origin
	if own.State != Known {
		event, origin = kinds.Event, kinds.Origin
	}
	return Value{State: Known, Items: items, Event: event, Origin: origin, Derived: own.State != Known}
}

// measures: the owner's own words, what follows from the facts and, in a form, the steps
// that were done.
func (f *filler) measures(d def, steps bool) Value {
	own := f.plain(d.Facts[0])
	var items []string
	if own.State == Known {
		items = append(items, stop(own.Text))
	}
	for _, m := range f.lib.standard.Measures {
		if m.holds(f.in.Facts) {
			items = append(items, map[string]string{"en": m.EN, "it": m.IT}[f.in.Lang])
		}
	}
	if steps {
		items = append(items, f.stepItems()...)
	}
	if items == nil {
		return own
	}
	return Value{State: Known, Items: items, Event: own.Event, Origin: own.Origin, Derived: own.State != Known}
}

func (m measure) holds(s fact.Set) bool {
	return (m.cond == nil || m.cond.Eval(s) == fact.Yes) && (m.Known == "" || s[m.Known].Known())
}
