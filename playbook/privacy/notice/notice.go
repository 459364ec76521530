// Package notice writes what customers are told about their data, out of the map of what is
// held and why (package datamap): a short notice that is read in less than a minute, and a
// long one with all that Art. 13 GDPR asks for.
//
// A notice is a list of claims, and each claim says what it stands on: uses, categories and
// recipients of the map, the controller, or a place in the law. What the map does not hold
// cannot be said: a category that is not held drops out of a use's sentence, a use of which
// nothing is held drops out, and so does one about health where no such data are held, and a recipient that no use is left for.
//
//	Make     the short or the long notice
//	Measure  how long it takes to read, and how hard that is
//	Facts    what it stood on, to be compared with what is so later (Diff)
//	Doc      the notice as a document to draw (package paper)
//
// The short one keeps to bounds (Bounds). What does not fit is refused with the reasons, and
// never shortened: a sentence left out would be a lie by silence. Words are in words.yaml.
package notice

import (
	"errors"
	"slices"
	"strings"
	"time"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/playbook/privacy/datamap"
)

// Trace is what a claim stands on.
type Trace struct {
	Uses       []string `json:"uses,omitempty"`       // ids of the declaration
	Categories []string `json:"categories,omitempty"` // ids
	Recipients []string `json:"recipients,omitempty"` // ids
	Controller bool     `json:"controller,omitempty"` // who the owner says that the shop is
	Law        string   `json:"law,omitempty"`        // a reference to internal/source
}

// Claim is one sentence, or two, that the notice says.
type Claim struct {
	ID       string   // such as "use.appointments.keep"
	Part     string   // the part that it stands in
	Group    string   // claims of a part that stand together: the use that they are about, or "reach"
	Label    string   // of a field of the long notice, or ""
	Lead     string   // how Text begins, where a card may print that bold
	Text     string   //
	Gap      bool     // something the owner has to fill in
	Elements []string // of Art. 13(1) and (2) GDPR, such as "13(1)(a)"
	Trace    Trace
}

// Part is a part of a notice, with its heading.
type Part struct {
	ID, Title string // no title: the beginning
}

// Notice is a notice.
type Notice struct {
	Lang   string
	Long   bool
	Title  string
	Note   string // below the title; "" none
	Parts  []Part
	Claims []Claim
	Made   time.Time

	// Foreign names the owner's texts that stand in the other language only, and so they
	// stand in the notice.
	Foreign []string

	facts Facts
	w     *writer
	names map[string]string // of uses, by id
}

// Options is what a notice needs besides the map.
type Options struct {
	Lang    string
	Country string // of the shop: which authority, which law
	Long    bool
	Made    time.Time
}

// The refusals.
var (
	ErrUndeclared = errors.New("notice: nothing is declared")
	ErrController = errors.New("notice: the shop has no name or no contact")
	ErrUnscanned  = errors.New("notice: nothing has been scanned")
	ErrNothing    = errors.New("notice: nothing is held of what is declared")
	ErrRecipient  = errors.New("notice: a use names a recipient that is not declared")
)

// Make writes the notice that a map allows.
func Make(m *datamap.Map, o Options) (*Notice, error) {
	who := m.Declaration.Controller
	switch {
	case len(m.Declaration.Uses) == 0:
		return nil, ErrUndeclared
	case !cleaned(who).Reachable():
		return nil, ErrController
	case m.Scanned.IsZero() && len(m.Declaration.Elsewhere) == 0:
		return nil, ErrUnscanned
	}
	w, err := newWriter(o.Lang, o.Country)
	if err != nil {
		return nil, err
	}
	v := &view{writer: w, who: cleaned(who)}
	if err := v.read(m); err != nil {
		return nil, err
	}
	n := &Notice{Lang: w.lang, Long: o.Long, Made: o.Made, w: w, names: map[string]string{}}
	for _, u := range v.uses {
		n.names[u.ID] = w.text(u.Name)
	}
	v.n = n
	if o.Long {
		v.long()
	} else {
		v.short()
	}
	n.facts, n.Foreign = v.facts(o.Long), v.foreign()
	return n, nil
}

// use is a use of which something is held.
type use struct {
	datamap.Use
	held []datamap.Category
}

// consent reports whether the use, or the health data in it, wants a yes.
func (u *use) consent() bool {
	return u.Basis == datamap.Consent || u.Special == explicitConsent && u.health()
}

func (u *use) health() bool { return u.holds("health") }

func (u *use) holds(category string) bool {
	return slices.ContainsFunc(u.held, func(c datamap.Category) bool { return c.ID == category })
}

const explicitConsent = "explicit-consent"

// view is what of a map may be said.
type view struct {
	*writer
	who        datamap.Controller
	uses       []use
	recipients []datamap.Recipient // those of the uses, in the order of the declaration
	children   bool
	n          *Notice
}

// read takes out of a map what is held for customers.
func (v *view) read(m *datamap.Map) error {
	d := &m.Declaration
	named := map[string]bool{}
	for _, u := range d.Uses {
		if u.About != "" && u.About != "customers" {
			continue
		}
		a := use{Use: u}
		for _, c := range datamap.Categories() {
			if slices.Contains(u.Categories, c.ID) && holds(m, u.ID, c.ID) {
				a.held = append(a.held, c)
			}
		}
		if len(a.held) == 0 || u.Special != "" && !a.health() {
			continue
		}
		for _, r := range u.Recipients {
			if !slices.ContainsFunc(d.Recipients, func(k datamap.Recipient) bool { return k.ID == r }) {
				return ErrRecipient
			}
			named[r] = true
		}
		v.uses = append(v.uses, a)
	}
	if len(v.uses) == 0 {
		return ErrNothing
	}
	for _, r := range d.Recipients {
		if named[r.ID] {
			v.recipients = append(v.recipients, r)
		}
	}
	for i := range m.Holdings {
		h := &m.Holdings[i]
		v.children = v.children || h.Children && slices.ContainsFunc(v.uses, func(u use) bool { return slices.Contains(h.Uses, u.ID) })
	}
	return nil
}

// holds reports whether a category is held for a use: where the scan found it, or elsewhere.
func holds(m *datamap.Map, use, category string) bool {
	for i := range m.Holdings {
		if h := &m.Holdings[i]; h.Category.ID == category && slices.Contains(h.Uses, use) {
			return true
		}
	}
	return slices.ContainsFunc(m.Declaration.Elsewhere, func(e datamap.Elsewhere) bool { return e.Category == category })
}

func cleaned(c datamap.Controller) datamap.Controller {
	c.Name, c.Address, c.Mail, c.Phone, c.Officer = paper.Line(c.Name), paper.Line(c.Address), paper.Line(c.Mail), paper.Line(c.Phone), paper.Line(c.Officer)
	return c
}

// part begins a part.
func (v *view) part(id, title string) { v.n.Parts = append(v.n.Parts, Part{id, title}) }

// say adds a claim to the part that was begun last.
func (v *view) say(c Claim) {
	c.Part = v.n.Parts[len(v.n.Parts)-1].ID
	v.n.Claims = append(v.n.Claims, c)
}

func (v *view) ids() (uses, recipients []string) {
	for _, u := range v.uses {
		uses = append(uses, u.ID)
	}
	for _, r := range v.recipients {
		recipients = append(recipients, r.ID)
	}
	return uses, recipients
}

// those names the uses of some kind: their ids, and their names in a list.
func (v *view) those(which func(u *use) bool) (ids []string, list string) {
	var names []string
	for i := range v.uses {
		if u := &v.uses[i]; which(u) {
			ids, names = append(ids, u.ID), append(names, v.text(u.Name))
		}
	}
	return ids, v.list(names)
}

func (v *view) categories(u *use) (ids []string, list string) {
	var names []string
	for _, c := range u.held {
		ids, names = append(ids, c.ID), append(names, v.text(c.Name))
	}
	return ids, v.list(names)
}

func (v *view) names(which func(r datamap.Recipient) bool) (ids []string, list string) {
	var names []string
	for _, r := range v.recipients {
		if which(r) {
			ids, names = append(ids, r.ID), append(names, v.text(r.Name))
		}
	}
	return ids, v.list(names)
}

// foreign lists what is not there in the notice's language.
func (v *view) foreign() []string {
	var out []string
	for i := range v.uses {
		u := &v.uses[i]
		if u.Why.In(v.lang) == "" || u.Name.In(v.lang) == "" {
			out = append(out, v.text(u.Name))
		}
	}
	for _, r := range v.recipients {
		if r.Name.In(v.lang) == "" {
			out = append(out, v.text(r.Name))
		}
	}
	return out
}

// why gives what a use is for, without a full stop: "to keep a table for you".
func (v *view) why(u *use) string {
	return strings.TrimRight(v.text(u.Why), " .;,:")
}

// text gives an owner's text on one line; where it stands in one language only, in that one.
func (w *writer) text(t i18n.Text) string { return paper.Line(t.Either(w.lang)) }
