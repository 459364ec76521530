package gift

import (
	"slices"
	"strconv"
	"strings"

	"custode/internal/i18n"
	"custode/training/question"
)

// FromQuestions writes questions as a tree of GIFT, in one language; a text that is there in
// the other one only is taken from that. Order becomes matching with numbers, a scene becomes
// a choice between genuine and fraud with the mail as text, and what a right answer explains
// becomes the feedback in any case. ToQuestions brings all but the scenes home.
func FromQuestions(f *question.File, lang string) (*File, []Loss) {
	w, err := i18n.Load(i18n.Pick(lang))
	if err != nil { // the words are part of the program
		w = &i18n.Words{}
	}
	g := &giver{words: w, lang: lang}
	out := &File{}
	if title := g.in(f.Title); title != "" {
		out.Items = append(out.Items, Item{Category: strings.ReplaceAll(title, "/", "//")})
	}
	for _, q := range f.Questions {
		if to := g.question(q); to != nil {
			out.Items = append(out.Items, Item{Comments: []string{"[id:" + q.ID + "]"}, Question: to})
		}
		if q.Level > 1 || q.Essential || q.Objective != "" || len(q.Plans)+len(q.Sources) > 0 {
			g.notes++
		}
	}
	if g.notes > 0 {
		g.losses = append(g.losses, Loss{1, f.Topic, "lost-notes", strconv.Itoa(g.notes)})
	}
	return out, g.losses
}

type giver struct {
	words  *i18n.Words
	lang   string
	losses []Loss
	notes  int // questions that have what GIFT has no place for
}

func (g *giver) in(t i18n.Text) string {
	return strings.TrimSpace(t.Either(g.lang))
}

func (g *giver) lose(q question.Question, code, detail string) {
	g.losses = append(g.losses, Loss{q.Line, q.ID, code, printable(detail)})
}

// question gives nil for a type that it does not know.
func (g *giver) question(q question.Question) *Question {
	to := &Question{Title: q.ID, Text: Text{Plain, g.in(q.Text)}, Feedback: Text{S: g.in(q.Explain)}}
	switch q.Type {
	case question.Single, question.Multiple:
		to.Kind = Choice
		g.options(q, to)
	case question.TrueFalse:
		to.Kind, to.True = TrueFalse, q.Statement
	case question.Order:
		to.Kind = Matching
		g.lose(q, "lost-order", to.Text.S)
		for i, s := range q.Steps {
			text := g.in(s.Text)
			if strings.Contains(text, "->") {
				g.lose(q, "lost-arrow", text)
			}
			to.Answers = append(to.Answers, Answer{Text: Text{S: arrowless(text)}, Match: strconv.Itoa(i + 1)})
		}
	case question.Spot:
		to.Kind = Choice
		g.lose(q, "lost-spot", to.Text.S)
		g.scene(q.Scene, to)
	default:
		return nil
	}
	return to
}

func (g *giver) options(q question.Question, to *Question) {
	right := 0
	for _, o := range q.Options {
		if o.Right {
			right++
		}
	}
	for _, o := range q.Options {
		a := Answer{Text: Text{S: g.in(o.Text)}, Feedback: Text{S: g.in(o.Why)}}
		switch {
		case q.Type == question.Single && o.Right:
			a.Right, a.Weight = true, 100
		case q.Type == question.Multiple && o.Right:
			a.Weight = round(100 / float64(right))
		case q.Type == question.Multiple && right > 0:
			a.Weight = round(-100 / float64(right)) // as a wrong one counts here
		}
		to.Answers = append(to.Answers, a)
	}
}

// scene writes a scene below the question, part by part. What gives a fraud away, or could
// frighten in a genuine one, is said to who chooses the wrong one.
func (g *giver) scene(s *question.Scene, to *Question) {
	if s == nil {
		s = &question.Scene{}
	}
	lines, why := []string{to.Text.S}, []string(nil)
	for _, p := range s.Parts {
		text := g.in(p.Text)
		switch {
		case p.Kind == question.ReplyTo:
			text = strings.TrimSpace(text + " " + p.Target)
		case p.Kind == question.From && p.Target != "":
			text += " <" + p.Target + ">"
		case p.Target != "":
			text += " (" + g.words.T("quiz.ask.leads", p.Target) + ")"
		}
		if key := "quiz.ask.part." + string(p.Kind); g.words.Has(key) {
			text = g.words.T(key, text)
		}
		lines = append(lines, text)
		if s.Genuine {
			why = append(why, g.in(p.Fine))
		} else {
			why = append(why, g.in(p.Clue))
		}
	}
	to.Text.S = strings.Join(lines, "\n")
	why = slices.DeleteFunc(why, func(s string) bool { return s == "" })
	for _, genuine := range []bool{true, false} {
		key := "quiz.ask.fraud"
		if genuine {
			key = "quiz.ask.genuine"
		}
		a := Answer{Text: Text{S: g.words.T(key)}, Right: genuine == s.Genuine}
		if a.Right {
			a.Weight = 100
		} else {
			a.Feedback.S = strings.Join(why, " ")
		}
		to.Answers = append(to.Answers, a)
	}
}
