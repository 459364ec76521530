package bank

import (
	"cmp"
	"fmt"
	"slices"

	"custode/internal/i18n"
	"custode/internal/readable"
	"custode/internal/source"
	"custode/training/question"
)

// Fault is something that is not well written.
type Fault struct {
	Topic    string
	Question string // "" for a topic, or the bank, as a whole
	Line     int    // of the question; 0 for a topic or the bank
	Code     string
	Detail   string
}

func (f Fault) String() string {
	return fmt.Sprintf("%s.yaml:%d: %s: %s: %s", f.Topic, f.Line, f.Question, f.Code, f.Detail)
}

// codes are what a Fault may say.
var codes = []string{
	"source",      // none, or one that is not listed
	"plan",        // there is no such plan
	"explain",     // fewer than leastExplain words
	"why",         // a wrong option without what is wrong about it
	"same",        // both languages say the same, letter for letter
	"swapped",     // English where Italian should stand, or the other way round
	"all-of",      // "all of the above" and its like
	"negative",    // a question with a not that is easily overlooked
	"hard",        // too hard to read
	"topic-hard",  // the topic as a whole is too hard to read
	"domain",      // a domain that may be somebody's
	"phone",       // a number that may be somebody's
	"brand",       // a real company or program
	"options",     // not three or four (multiple: four or five)
	"right",       // multiple: not two or three are right
	"steps",       // not three to five
	"parts",       // not four to nine
	"clues",       // a fraud without two to four clues, or without two parts that are none
	"fine",        // a genuine scene in which nothing could frighten
	"objective",   // an objective without a question
	"essentials",  // not two in a topic
	"levels",      // a topic or the bank is far from half, a third and a fifth
	"types",       // a topic lacks a type, or the bank is far from the mix
	"longest",     // the right option is too often the longest
	"shortest",    // ... or the shortest
	"places",      // the right option stands too often in one place
	"genuine",     // too few or too many scenes are genuine
	"statements",  // too few or too many statements are true
	"few",         // too few questions in all
	"topics",      // not twelve topics
	"twice",       // an id of another topic's question
	"topic-twice", // a topic that is there already
}

// Codes lists the codes of faults.
func Codes() []string { return slices.Clone(codes) }

// Known is what questions may refer to, and how much of the bank is there.
type Known struct {
	Sources *source.List
	Plans   []string
	Whole   bool // the files are all there is: what holds for the bank in all is judged too
}

// Bounds of the whole bank and of a topic.
const (
	topics         = 12
	leastQuestions = 120
	leastExplain   = 12 // words
	essentials     = 2  // in each topic

	easyEN, easyIT           = 60, 55 // Flesch, Gulpease: of one question
	topicEasyEN, topicEasyIT = 70, 65 // of a topic as a whole

	mostLongest = 40 // per cent of single questions whose right option is the longest, or the shortest
)

// linter gathers faults.
type linter struct {
	known Known
	topic string
	now   *question.Question
	en    readable.Counts // of the topic
	it    readable.Counts
	out   []Fault
}

// Lint lists all that is not well written, topic by topic.
func Lint(files []*question.File, known Known) []Fault {
	l := &linter{known: known}
	ids := map[string]bool{}
	for _, f := range files {
		l.topic, l.en, l.it = f.Topic, readable.Counts{}, readable.Counts{}
		for i := range f.Questions {
			l.now = &f.Questions[i]
			l.question(l.now)
			if ids[l.now.ID] {
				l.fault("twice", "%s", l.now.ID)
			}
			ids[l.now.ID] = true
		}
		l.now = nil
		l.file(f)
	}
	l.topic = "bank"
	if known.Whole {
		l.whole(files)
	}
	slices.SortStableFunc(l.out, func(a, b Fault) int {
		return cmp.Or(cmp.Compare(a.Topic, b.Topic), cmp.Compare(a.Line, b.Line))
	})
	return l.out
}

func (l *linter) fault(code, format string, args ...any) {
	f := Fault{Topic: l.topic, Code: code, Detail: fmt.Sprintf(format, args...)}
	if l.now != nil {
		f.Question, f.Line = l.now.ID, l.now.Line
	}
	l.out = append(l.out, f)
}

// named is one text of a question and what it is: "text", "option b", "why b".
type named struct {
	name   string
	text   i18n.Text
	proper bool // a name or what is shown for an address: it may be the same in both languages
}

// texts lists all that a question shows.
func texts(q *question.Question) []named {
	out := []named{{name: "text", text: q.Text}, {name: "explain", text: q.Explain}}
	add := func(name string, t i18n.Text, proper bool) {
		if !t.Empty() {
			out = append(out, named{name, t, proper})
		}
	}
	for _, o := range q.Options {
		add("option "+o.ID, o.Text, false)
		add("why "+o.ID, o.Why, false)
	}
	for _, s := range q.Steps {
		add("step "+s.ID, s.Text, false)
	}
	if q.Scene != nil {
		for _, p := range q.Scene.Parts {
			add("part "+p.ID, p.Text, p.Kind == question.From || p.Kind == question.Link || p.Kind == question.Attachment)
			add("clue "+p.ID, p.Clue, false)
			add("fine "+p.ID, p.Fine, false)
		}
	}
	return out
}

// prose lists what a question has to be read, in one language.
func prose(q *question.Question, lang string) []string {
	var out []string
	for _, t := range texts(q) {
		if !t.proper {
			out = append(out, t.text.In(lang))
		}
	}
	return out
}

func (l *linter) question(q *question.Question) {
	l.references(q)
	for _, t := range texts(q) {
		l.tongues(t)
		for _, s := range []string{t.text.EN, t.text.IT} {
			l.names(t.name, s)
		}
	}
	if q.Scene != nil {
		for _, p := range q.Scene.Parts {
			l.names("target "+p.ID, p.Target)
		}
	}
	for lang, s := range map[string]string{"en": q.Explain.EN, "it": q.Explain.IT} {
		if n := len(readable.Words(s)); n < leastExplain {
			l.fault("explain", "%s: %d words, at least %d", lang, n, leastExplain)
		}
	}
	l.stem(q)
	en, it := readable.Count(prose(q, "en")...), readable.Count(prose(q, "it")...)
	l.en, l.it = l.en.Add(en), l.it.Add(it)
	if ease := en.Flesch(); ease < easyEN {
		l.fault("hard", "en: %.0f, at least %d", ease, easyEN)
	}
	if ease := it.Gulpease(); ease < easyIT {
		l.fault("hard", "it: %.0f, at least %d", ease, easyIT)
	}
	switch q.Type {
	case question.Single, question.Multiple:
		l.options(q)
	case question.Order:
		l.between("steps", len(q.Steps), 3, 5)
	case question.Spot:
		l.scene(q.Scene)
	case question.TrueFalse:
	}
}

func (l *linter) between(code string, n, least, most int) {
	if n < least || n > most {
		l.fault(code, "%d, wanted %d to %d", n, least, most)
	}
}

func (l *linter) references(q *question.Question) {
	if len(q.Sources) == 0 {
		l.fault("source", "none")
	}
	for _, ref := range q.Sources {
		if _, ok := l.known.Sources.Find(ref); !ok {
			l.fault("source", "%s", ref)
		}
	}
	for _, p := range q.Plans {
		if !slices.Contains(l.known.Plans, p) {
			l.fault("plan", "%s", p)
		}
	}
}

func (l *linter) options(q *question.Question) {
	right := 0
	for _, o := range q.Options {
		switch {
		case o.Right:
			right++
		case !o.Why.Whole():
			l.fault("why", "option %s", o.ID)
		}
	}
	if q.Type == question.Single {
		l.between("options", len(q.Options), 3, 4)
		return
	}
	l.between("options", len(q.Options), 4, 5)
	l.between("right", right, 2, 3)
}

func (l *linter) scene(s *question.Scene) {
	l.between("parts", len(s.Parts), 4, 9)
	if n := len(s.Clues()); !s.Genuine {
		l.between("clues", n, 2, 4)
		if plain := len(s.Parts) - n; plain < 2 {
			l.fault("clues", "%d parts that are none, at least 2", plain)
		}
	}
	if s.Genuine && !slices.ContainsFunc(s.Parts, func(p question.Part) bool { return !p.Fine.Empty() }) {
		l.fault("fine", "no part says why it is none")
	}
}

// file judges a topic as a whole.
func (l *linter) file(f *question.File) {
	for _, o := range f.Objectives {
		l.tongues(named{name: "objective " + o.ID, text: o.Text})
		if !slices.ContainsFunc(f.Questions, func(q question.Question) bool { return q.Objective == o.ID }) {
			l.fault("objective", "%s", o.ID)
		}
	}
	n := 0
	for _, q := range f.Questions {
		if q.Essential {
			n++
		}
	}
	l.between("essentials", n, essentials, essentials)
	if ease := l.en.Flesch(); ease < topicEasyEN {
		l.fault("topic-hard", "en: %.0f, at least %d", ease, topicEasyEN)
	}
	if ease := l.it.Gulpease(); ease < topicEasyIT {
		l.fault("topic-hard", "it: %.0f, at least %d", ease, topicEasyIT)
	}
	l.mix(f.Questions, 15)
	for _, t := range []question.Type{question.Single, question.Multiple, question.TrueFalse, question.Order, question.Spot} {
		if !slices.ContainsFunc(f.Questions, func(q question.Question) bool { return q.Type == t }) {
			l.fault("types", "no %s", t)
		}
	}
}

// mix sees that levels are near what is wanted, give or take some points of a hundred.
func (l *linter) mix(all []question.Question, give int) {
	for i, want := range []int{50, 30, 20} {
		if got := share(all, func(q question.Question) bool { return q.Level == i+1 }); got < want-give || got > want+give {
			l.fault("levels", "level %d: %d %%, wanted about %d %%", i+1, got, want)
		}
	}
}
