package letter

import "slices"

// Gap is a field that is not known.
type Gap struct {
	Field, Label string
	Facts        []string // what to ask for
	Ask          string   // the question
	Asked        bool     // a person was asked, and does not know
	Mandatory    bool
}

// Meter says how complete a letter is for one article.
type Meter struct {
	Article    string // "33(3)(a)"; "form" is what the form itself asks for
	Have, Want int    // of the mandatory fields
	Missing    []Gap
}

// Full reports whether nothing that the article wants is missing.
func (m Meter) Full() bool { return m.Have == m.Want }

// Complete measures the letter against each article that it serves. A field that does not
// apply is complete.
func (l Letter) Complete() []Meter {
	var out []Meter
	for _, a := range l.Kind.Serves {
		m := Meter{Article: a}
		for _, f := range l.Fields() {
			if !f.Mandatory || !slices.Contains(f.Articles, a) && !l.Kind.plain() {
				continue
			}
			m.Want++
			if f.Value.State == Unknown {
				m.Missing = append(m.Missing, f.gap())
			} else {
				m.Have++
			}
		}
		out = append(out, m)
	}
	return out
}

// plain reports whether a letter serves no article: then every field that is mandatory
// somewhere is wanted.
func (k Kind) plain() bool { return len(k.Serves) == 1 && k.Serves[0] == "form" }

// Gaps lists every field that is not known, the mandatory ones first.
func (l Letter) Gaps() []Gap {
	var must, may []Gap
	for _, f := range l.Fields() {
		if f.Value.State != Unknown {
			continue
		}
		if g := f.gap(); g.Mandatory {
			must = append(must, g)
		} else {
			may = append(may, g)
		}
	}
	return append(must, may...)
}

// Open reports whether a mandatory field is neither answered nor said to be unknown: what
// would be an empty field in a preliminary notification.
func (l Letter) Open() []Gap {
	return slices.DeleteFunc(l.Gaps(), func(g Gap) bool { return !g.Mandatory || g.Asked })
}

func (fd Field) gap() Gap {
	return Gap{Field: fd.ID, Label: fd.Label, Facts: fd.Facts, Ask: fd.Value.Ask, Asked: fd.Value.Asked, Mandatory: fd.Mandatory}
}
