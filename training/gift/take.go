package gift

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"custode/internal/i18n"
	"custode/training/question"
)

// What a question may have, as package question reads it.
const (
	longText    = 2000 // characters
	longShort   = 1000 // of an option, a step, a reason
	longTitle   = 200
	mostOptions = 12
	leastSteps  = 3
	mostSteps   = 9
)

// Loss is something that could not be taken along.
type Loss struct {
	Line   int    // in the file that was read, from 1
	Title  string // of the question; one without a title: how it begins
	Code   string
	Detail string // never empty: what it is about
}

// Options says what ToQuestions is to make of a file.
type Options struct {
	Topic string // its id; empty: made from the first category, else "own"
	Title string // of the topic; empty: the name of the first category, if there is one
	Level int    // of every question; 0: 1
}

// ToQuestions makes questions of a file: a choice becomes single or multiple, true-false
// stays, matching with the numbers from 1 becomes order. GIFT is in one language: the texts
// stand for both. Comments, ids and tags stay behind without a word.
func ToQuestions(f *File, o Options) (*question.File, []Loss) {
	t := &taker{names: newNames(), level: cmp.Or(o.Level, 1)}
	topic := &question.File{Title: both(tidy(o.Title, false))}
	for _, i := range f.Items {
		if title := lastName(i.Category); title != "" && topic.Title.Empty() {
			topic.Title = both(short(title, longTitle))
		}
	}
	topic.Topic = cmp.Or(slug(o.Topic, longTopic), slug(topic.Title.EN, longTopic), "own")
	first := ""
	for _, i := range f.Items {
		if first = cmp.Or(first, i.Category); i.Category != "" && i.Category != first {
			t.losses = append(t.losses, Loss{i.Line, printable(i.Category), "lost-category", printable(i.Category)})
		}
		if i.Question == nil {
			continue
		}
		if q, ok := t.question(i); ok {
			q.Topic, q.ID = topic.Topic, t.names.id(topic.Topic, cmp.Or(i.Question.Title, q.Text.EN))
			topic.Questions = append(topic.Questions, q)
		}
	}
	return topic, t.losses
}

func both(s string) i18n.Text { return i18n.Text{EN: s, IT: s} }

// taker takes questions along, one by one.
type taker struct {
	names  *names
	level  int
	losses []Loss

	item Item
	own  []Loss // of this question
	out  bool   // this question is left out
}

// lose notes a loss of this question; each code once.
func (t *taker) lose(code, detail string) {
	if slices.ContainsFunc(t.own, func(l Loss) bool { return l.Code == code }) {
		return
	}
	q := t.item.Question
	title := printable(cmp.Or(q.Title, q.Text.S, q.After))
	t.own = append(t.own, Loss{t.item.Line, title, code, printable(detail)})
}

// refuse leaves this question out; what else it would have lost is of no interest then.
func (t *taker) refuse(code, detail string) {
	if !t.out {
		t.out, t.own = true, nil
		t.lose(code, detail)
	}
}

// left says why a question of a kind that has no equal is left out.
var left = map[Kind]string{Short: "lost-short", Matching: "lost-matching", Numerical: "lost-numerical", Essay: "lost-essay", Description: "lost-description"}

func (t *taker) question(i Item) (question.Question, bool) {
	q := i.Question
	t.item, t.own, t.out = i, nil, false
	to := question.Question{Level: t.level, Line: i.Line}
	text := q.Text
	if q.Gap {
		text.S += "____" + q.After
	}
	to.Text = both(t.must(text, longText, true))
	switch {
	case q.Kind == Choice:
		t.choice(q, &to)
	case q.Kind == TrueFalse:
		to.Type, to.Statement = question.TrueFalse, q.True
		to.Explain = t.explain(q.IfWrong, q.IfRight)
	case q.Kind == Matching && inOrder(q.Answers):
		to.Type, to.Steps = question.Order, make([]question.Step, len(q.Answers))
		for _, a := range q.Answers {
			n, _ := strconv.Atoi(a.Match)
			to.Steps[n-1].Text = both(t.must(a.Text, longShort, false))
		}
		for n := range to.Steps {
			to.Steps[n].ID = letter(n)
		}
		to.Explain = t.explain()
	default:
		t.out, t.own = false, nil
		t.refuse(left[q.Kind], text.S)
	}
	t.losses = append(t.losses, t.own...)
	return to, !t.out
}

// letter gives the id of an option or a step; there are no more than mostOptions.
func letter(n int) string { return "abcdefghijkl"[n : n+1] }

// inOrder reports whether the right sides are the numbers from 1.
func inOrder(all []Answer) bool {
	seen := make([]bool, len(all))
	for _, a := range all {
		n, err := strconv.Atoi(a.Match)
		if err != nil || n < 1 || n > len(all) || seen[n-1] || strconv.Itoa(n) != a.Match || a.Text.S == "" {
			return false
		}
		seen[n-1] = true
	}
	return len(all) >= leastSteps && len(all) <= mostSteps
}

func (t *taker) choice(q *Question, to *question.Question) {
	if len(q.Answers) > mostOptions {
		t.refuse("lost-options", fmt.Sprintf("%d > %d", len(q.Answers), mostOptions))
		return
	}
	one := slices.ContainsFunc(q.Answers, func(a Answer) bool { return a.Right }) // of several right ones, one is enough
	var praise []Text
	right := 0
	for n, a := range q.Answers {
		o := question.Option{ID: letter(n), Text: both(t.must(a.Text, longShort, false)), Right: a.Right || !one && a.Weight > 0}
		if o.Right {
			right++
			praise = append(praise, a.Feedback)
		} else {
			o.Why = both(t.words(a.Feedback, longShort, false))
		}
		to.Options = append(to.Options, o)
	}
	to.Type = question.Multiple
	switch {
	case right == len(q.Answers):
		t.refuse("lost-all-right", q.Text.S)
	case right == 1:
		to.Type = question.Single
	case one:
		t.lose("lost-one-of", strconv.Itoa(right))
	}
	if uneven(q.Answers, one, right) {
		var all []string
		for _, a := range q.Answers {
			all = append(all, strconv.FormatFloat(a.Weight, 'f', -1, 64)+"%")
		}
		t.lose("lost-weights", strings.Join(all, " "))
	}
	to.Explain = t.explain(praise...)
}

// uneven reports whether the weights are others than all or nothing: a right one must be
// worth its share, and a wrong one nothing, or minus a share, or minus everything.
func uneven(all []Answer, one bool, right int) bool {
	share := 100 / float64(right)
	near := func(a, b float64) bool { return math.Abs(a-b) < 0.01 }
	return slices.ContainsFunc(all, func(a Answer) bool {
		switch {
		case one && a.Right:
			return a.Weight != 100
		case one:
			return a.Weight != 0
		case a.Weight > 0:
			return !near(a.Weight, share)
		}
		return a.Weight != 0 && a.Weight != -100 && !near(a.Weight, -share)
	})
}

// explain finds what is to be said after every answer: the feedback in any case, else the
// first of the others that there is. There is one place for it, so the rest is lost.
func (t *taker) explain(others ...Text) i18n.Text {
	out := t.words(t.item.Question.Feedback, longText, false)
	for _, o := range others {
		switch s := t.words(o, longText, false); {
		case out == "":
			out = s
		case s != "" && s != out:
			t.lose("lost-feedback", s)
		}
	}
	return both(out)
}

// must gives a text that must not be empty.
func (t *taker) must(x Text, most int, lines bool) string {
	s := t.words(x, most, lines)
	if s == "" {
		t.refuse("lost-empty", x.S)
	}
	return s
}

// words gives a text as it is shown, in lines or in one.
func (t *taker) words(x Text, most int, lines bool) string {
	s := x.S
	format := cmp.Or(x.Format, t.item.Question.Text.Format, Moodle)
	switch format {
	case HTML:
		bare, tag := untag(s)
		if tag != "" {
			t.lose("lost-html", tag)
		}
		s = bare
	case Markdown:
		if s != "" {
			t.lose("lost-markdown", s)
		}
	default: // as it stands
	}
	if s = tidy(s, lines); format == Moodle {
		s = joined(s)
	}
	if n := utf8.RuneCountInString(s); n > most {
		t.refuse("lost-long", fmt.Sprintf("%d > %d", n, most))
	}
	return s
}

// tidy drops characters that act rather than are read, and what is more than one blank.
func tidy(s string, lines bool) string {
	s = strings.Map(func(c rune) rune {
		switch {
		case c == '\n', unicode.In(c, unicode.Zl, unicode.Zp):
			return '\n'
		case unicode.IsSpace(c):
			return ' '
		case unicode.IsControl(c), unicode.In(c, unicode.Cf, unicode.Co):
			return -1
		}
		return c
	}, s)
	if !lines {
		return oneLine(s)
	}
	var out []string
	for l := range strings.Lines(s) {
		if l = oneLine(l); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// joined joins lines that were broken within a sentence, as people do who write GIFT by hand:
// where the next line begins with a small letter.
func joined(s string) string {
	var b strings.Builder
	for l := range strings.Lines(s) {
		l = strings.TrimSuffix(l, "\n")
		first, _ := utf8.DecodeRuneInString(l)
		switch {
		case b.Len() == 0:
		case unicode.IsLower(first):
			b.WriteByte(' ')
		default:
			b.WriteByte('\n')
		}
		b.WriteString(l)
	}
	return b.String()
}

func short(s string, most int) string {
	if c := []rune(s); len(c) > most {
		return strings.TrimSpace(string(c[:most]))
	}
	return s
}
