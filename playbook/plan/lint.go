package plan

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"custode/internal/i18n"
	"custode/internal/source"
	"custode/playbook/fact"
)

// Fault is something wrong in a plan.
type Fault struct {
	Step   string `json:"step"` // the id of the step; "" for the plan as a whole
	Code   string `json:"code"`
	Detail string `json:"detail"` // never empty: what it is about, such as an id
	Line   int    `json:"line"`   // 1-based; 0 where there is no file
	Column int    `json:"column,omitempty"`
}

// Key is the key of the sentence about it; the sentence takes Detail.
func (f Fault) Key() string { return "lint." + f.Code }

// Known is what a plan may refer to.
type Known struct {
	Facts   *fact.Book
	Sources *source.List
	Plans   func(id string) (*Plan, bool) // for calls; nil: none
}

// Register is the fact that stands for the entry in the register: no plan ends without it.
const Register = "registered"

// contactKinds, letterKinds and evidenceKinds are what steps may name.
var (
	contactKinds  = []string{"authority", "bank", "acquirer", "it", "insurer", "lawyer", "police", "carrier", "host", "supplier"}
	letterKinds   = []string{"authority", "people", "sms", "notice", "bank", "police", "controller", "recipient", "staff"}
	evidenceKinds = []string{"note", "photo", "file"}
	phases        = []Phase{Verify, Contain, Preserve, Assess, Notify, Recover, Learn}
	roles         = []Role{Owner, Responder, Staff}
)

// Contacts lists the kinds of contacts that a step may name.
func Contacts() []string { return slices.Clone(contactKinds) }

// Letters lists the letters that a step may name.
func Letters() []string { return slices.Clone(letterKinds) }

var (
	goodID      = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	goodVersion = regexp.MustCompile(`^\d{1,4}\.\d{1,4}\.\d{1,4}$`)
)

// shape says which fields a step of a type needs and which it may have besides; every
// other field is a mistake.
type shape struct{ needs, may []string }

var shapes = map[Type]shape{
	Start:    {needs: []string{"next"}},
	End:      {may: []string{"say"}},
	Action:   {needs: []string{"phase", "role", "say", "how", "sources", "next"}, may: []string{"do_not", "due", "evidence", "asks", "sets", "contacts", "letters", "drill"}},
	Decision: {needs: []string{"phase", "role", "asks", "sources", "on", "cautious"}, may: []string{"say", "how", "do_not", "due", "evidence", "contacts", "drill"}},
	Choice:   {needs: []string{"phase", "role", "asks", "sources", "on"}, may: []string{"say", "how", "do_not", "due", "evidence", "contacts", "drill"}},
	Wait:     {needs: []string{"phase", "role", "say", "sources", "for", "next"}, may: []string{"how", "do_not", "drill"}},
	Parallel: {needs: []string{"branches", "next"}, may: []string{"say", "how", "phase", "role"}},
	Repeat:   {needs: []string{"body", "until", "max", "next"}, may: []string{"say", "how", "phase", "role"}},
	Call:     {needs: []string{"plan", "next"}, may: []string{"say", "how", "phase", "role", "sources"}},
}

// has tells which fields a step has.
func (s *Step) has() map[string]bool {
	return map[string]bool{
		"phase": s.Phase != "", "role": s.Role != "", "say": !s.Say.Empty(), "how": !s.How.Empty(), "do_not": !s.DoNot.Empty(),
		"due": s.Due != Due{}, "evidence": len(s.Evidence) > 0, "sources": len(s.Sources) > 0, "asks": len(s.Asks) > 0,
		"sets": len(s.Sets) > 0, "contacts": len(s.Contacts) > 0, "letters": len(s.Letters) > 0,
		"drill": s.Drill.Points != 0 || len(s.Drill.Before) > 0, "next": s.Next != "", "on": len(s.On) > 0, "cautious": s.Cautious != "",
		"branches": len(s.Branches) > 0, "body": s.Body != "", "until": s.Until != nil, "max": s.Max != 0, "for": s.For != 0, "plan": s.Plan != "",
	}
}

// linter gathers the faults of one plan.
type linter struct {
	plan  *Plan
	known Known
	out   []Fault
}

// Lint lists all that is wrong in a plan, in the order of its lines; nothing: it may be run.
func Lint(p *Plan, known Known) []Fault {
	l := &linter{plan: p, known: known}
	l.head()
	for i := range p.Steps {
		l.step(i)
	}
	l.graph()
	slices.SortStableFunc(l.out, func(a, b Fault) int { return a.Line - b.Line })
	return slices.Compact(l.out)
}

// fault notes something about the whole plan (i < 0), or about a field of a step.
func (l *linter) fault(i int, name, code, detail string) {
	f := Fault{Code: code, Detail: printable(detail)}
	if i >= 0 {
		f.Step, f.Line = printable(l.plan.Steps[i].ID), l.plan.line(i, name)
	}
	l.out = append(l.out, f)
}

func (l *linter) head() {
	p := l.plan
	if !goodID.MatchString(p.ID) {
		l.fault(-1, "", "name", p.ID)
	}
	if !goodVersion.MatchString(p.Version) {
		l.fault(-1, "", "version", p.Version)
	}
	for name, t := range map[string]i18n.Text{"title": p.Title, "when": p.When} {
		if !t.Whole() {
			l.fault(-1, "", "language", name)
		}
		l.sentences(-1, name, t, 2)
	}
	if len(p.Words.EN) == 0 || len(p.Words.IT) == 0 {
		l.fault(-1, "", "language", "words")
	}
}

func (l *linter) step(i int) {
	s := &l.plan.Steps[i]
	if !goodID.MatchString(s.ID) {
		l.fault(i, "id", "name", s.ID)
	}
	sh, ok := shapes[s.Type]
	if !ok {
		l.fault(i, "type", "type", string(s.Type))
		return
	}
	has := s.has()
	for _, name := range slices.Sorted(maps.Keys(has)) {
		needs := slices.Contains(sh.needs, name)
		switch {
		case needs && !has[name] && name == "sources":
			l.fault(i, name, "unsourced", string(s.Type))
		case needs && !has[name]:
			l.fault(i, name, "lacks", name)
		case !needs && has[name] && !slices.Contains(sh.may, name):
			l.fault(i, name, "extra", name)
		}
	}
	if has["phase"] && !slices.Contains(phases, s.Phase) {
		l.fault(i, "phase", "word", string(s.Phase))
	}
	if has["role"] && !slices.Contains(roles, s.Role) {
		l.fault(i, "role", "word", string(s.Role))
	}
	l.texts(i)
	l.references(i)
	switch s.Type {
	case Decision, Choice:
		l.answers(i)
	case Repeat:
		if s.Max < 1 || s.Max > 20 {
			l.fault(i, "max", "max", fmt.Sprint(s.Max))
		}
	case Start, Action, Parallel, Wait, Call, End:
	}
}

// texts checks what a step says, in both languages.
func (l *linter) texts(i int) {
	s := &l.plan.Steps[i]
	for _, t := range []struct {
		name string
		text i18n.Text
		most int
	}{{"say", s.Say, 1}, {"how", s.How, 4}, {"do_not", s.DoNot, 4}} {
		if !t.text.Empty() {
			l.both(i, t.name, t.text)
			l.sentences(i, t.name, t.text, t.most)
		}
	}
	for _, e := range s.Evidence {
		l.both(i, "evidence", e.What)
		l.sentences(i, "evidence", e.What, 1)
		if !slices.Contains(evidenceKinds, e.Kind) {
			l.fault(i, "evidence", "word", e.Kind)
		}
	}
}

func (l *linter) both(i int, name string, t i18n.Text) {
	if !t.Whole() {
		l.fault(i, name, "language", name)
	}
}

// maxWords is how long a sentence may be.
const maxWords = 25

func (l *linter) sentences(i int, name string, t i18n.Text, most int) {
	for lang, text := range map[string]string{"en": t.EN, "it": t.IT} {
		all := split(text)
		if len(all) > most {
			l.fault(i, name, "many", fmt.Sprintf("%s.%s: %d > %d", name, lang, len(all), most))
		}
		for _, s := range all {
			if n := len(strings.Fields(s)); n > maxWords {
				l.fault(i, name, "long", fmt.Sprintf("%s.%s: %d", name, lang, n))
			}
		}
	}
}

var sentenceEnd = regexp.MustCompile(`[.!?]["')»]?\s+(["'(«]?[\p{Lu}\d])`)

// split cuts a text into sentences: after . ! or ? when a capital letter follows, so that
// "Art. 33" and "www.example.com" stay whole.
func split(text string) []string {
	if i := strings.IndexAny(text, ".!?\n"); i < 0 || i == len(text)-1 {
		return []string{text}
	}
	text = strings.ReplaceAll(text, "Art. ", "Art.")
	text = strings.ReplaceAll(text, "art. ", "art.")
	return strings.FieldsFunc(sentenceEnd.ReplaceAllString(text, "\n$1"), func(r rune) bool { return r == '\n' })
}

// references checks everything that a step names by an id, but steps.
func (l *linter) references(i int) {
	s := &l.plan.Steps[i]
	for _, key := range s.Asks {
		if _, ok := l.known.Facts.Find(key); !ok {
			l.fault(i, "asks", "fact", key)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(s.Sets)) {
		if _, err := l.known.Facts.Parse(key, s.Sets[key]); err != nil {
			l.fault(i, "sets", "fact", key+": "+s.Sets[key])
		}
	}
	for _, c := range s.Contacts {
		if !slices.Contains(contactKinds, c) {
			l.fault(i, "contacts", "word", c)
		}
	}
	for _, c := range s.Letters {
		if !slices.Contains(letterKinds, c) {
			l.fault(i, "letters", "word", c)
		}
	}
	for _, ref := range s.Sources {
		if _, ok := l.known.Sources.Find(ref); !ok {
			l.fault(i, "sources", "source", ref)
		}
	}
	if d, ok := l.known.Facts.Find(s.Due.From); s.Due != (Due{}) && s.Due.From != "start" && (!ok || d.Type != fact.Moment) {
		l.fault(i, "due", "due", s.Due.From)
	}
	if s.Drill.Points < 0 || s.Drill.Points > 100 {
		l.fault(i, "drill", "points", fmt.Sprint(s.Drill.Points))
	}
	for _, id := range s.Drill.Before {
		if id == s.ID || !l.isStep(id) {
			l.fault(i, "drill", "dangling", id)
		}
	}
}

// isStep reports whether there is such a step here, or ("notice/sent") in a plan that is called.
func (l *linter) isStep(id string) bool {
	own, inner, called := strings.Cut(id, "/")
	s, ok := l.plan.Step(own)
	if !ok || !called {
		return ok
	}
	if s.Type != Call || l.known.Plans == nil {
		return false
	}
	p, ok := l.known.Plans(s.Plan)
	if !ok {
		return true // that is told about the call
	}
	_, ok = p.Step(inner)
	return ok
}

// answers checks that a question is one fact, and each of its answers leads somewhere.
func (l *linter) answers(i int) {
	s := &l.plan.Steps[i]
	if len(s.Asks) > 1 {
		l.fault(i, "asks", "asks", strings.Join(s.Asks, ", "))
	}
	if len(s.Asks) != 1 {
		return
	}
	d, ok := l.known.Facts.Find(s.Asks[0])
	if !ok {
		return
	}
	want := []string{"yes", "no"}
	if s.Type == Choice {
		want = nil
		for _, o := range d.Options {
			want = append(want, o.ID)
		}
	}
	if (s.Type == Decision) != (d.Type == fact.YesNo) || s.Type == Choice && d.Type != fact.OneOf {
		l.fault(i, "asks", "asks", s.Asks[0])
		return
	}
	for _, answer := range append(want, fact.Unknown) {
		if s.On[answer] == "" && len(s.On) > 0 {
			l.fault(i, "on", "answer", answer)
		}
	}
	for _, answer := range slices.Sorted(maps.Keys(s.On)) {
		if answer != fact.Unknown && !slices.Contains(want, answer) {
			l.fault(i, "on", "answer", answer)
		}
	}
	if s.Type == Decision && s.Cautious != "" && (!slices.Contains(want, s.Cautious) || s.On[s.Cautious] != s.On[fact.Unknown]) {
		l.fault(i, "cautious", "cautious", s.Cautious)
	}
}
