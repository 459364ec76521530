package main

import (
	"slices"
	"strings"

	"custode/training"
	"custode/training/question"
)

// worth tells what is right from what is not.
type worth int

const (
	rightMark worth = iota
	wrongMark
	missedMark // right, and not chosen; or partly right
)

// remark is one thing that was chosen or missed.
type remark struct {
	worth  worth
	key    string // of a sentence with the number and the text; "": a step, which needs none
	number string
	text   string
	brief  bool   // the text may be cut: it stands in the scene
	why    string // or ""
}

// verdictOn says what an answer is worth, and the truth of a statement or a scene.
func (z quizWords) verdictOn(q *question.Question, r training.Result) (worth, string) {
	w := z.words
	points := w.Int(int64(r.Score))
	m, s, truth := rightMark, "", ""
	switch {
	case r.Score == 100:
		s = w.T("quiz.ask.right")
	case r.Passed:
		s = w.T("quiz.ask.nearly", points)
	case r.Score > 0:
		m, s = missedMark, w.T("quiz.ask.partly", points)
	default:
		m, s = wrongMark, w.T("quiz.ask.wrong")
	}
	switch {
	case q.Type == question.TrueFalse && q.Statement:
		truth = w.T("quiz.ask.is.true")
	case q.Type == question.TrueFalse:
		truth = w.T("quiz.ask.is.false")
	case q.Type == question.Spot && q.Scene.Genuine:
		truth = w.T("quiz.ask.is.genuine")
	case q.Type == question.Spot:
		truth = w.T("quiz.ask.is.fraud")
	}
	if q.Type == question.Spot && r.Score > 0 && r.Score < 100 { // the verdict was right, the points are the clues'
		s, truth = truth, s
	}
	return m, strings.TrimSpace(s + " " + truth)
}

// toldOf lists what is worth telling of an answer: of what was all right, only what a scene shows.
func (z quizWords) toldOf(q *question.Question, shown []string, a training.Answer, r training.Result) []remark {
	switch q.Type {
	case question.Single:
		return z.toldOne(q, z.choices(q, shown), a)
	case question.Multiple:
		if r.Score < 100 {
			return z.toldSeveral(q, z.choices(q, shown), a)
		}
	case question.Order:
		if r.Score < 100 {
			return z.toldOrder(q, a)
		}
	case question.Spot:
		return z.toldScene(q.Scene, a)
	case question.TrueFalse: // the first line says it
	}
	return nil
}

func (z quizWords) toldOne(q *question.Question, items []offer, a training.Answer) (out []remark) {
	for i, c := range items {
		o := optionOf(q, c.id)
		if slices.Contains(a.Chosen, c.id) && !o.Right {
			out = append(out, remark{worth: wrongMark, key: "quiz.ask.you", number: numbered(i), text: c.text, why: z.say(o.Why)})
		}
	}
	for i, c := range items {
		if optionOf(q, c.id).Right && !slices.Contains(a.Chosen, c.id) {
			out = append(out, remark{worth: rightMark, key: "quiz.ask.would", number: numbered(i), text: c.text})
		}
	}
	return out
}

func (z quizWords) toldSeveral(q *question.Question, items []offer, a training.Answer) (out []remark) {
	for i, c := range items {
		o, chosen := optionOf(q, c.id), slices.Contains(a.Chosen, c.id)
		one := remark{number: numbered(i), text: c.text}
		switch {
		case o.Right && chosen:
			one.key = "quiz.ask.hit"
		case o.Right:
			one.worth, one.key = missedMark, "quiz.ask.miss"
		case chosen:
			one.worth, one.key, one.why = wrongMark, "quiz.ask.no", z.say(o.Why)
		default:
			continue
		}
		out = append(out, one)
	}
	return out
}

func optionOf(q *question.Question, id string) question.Option {
	i := slices.IndexFunc(q.Options, func(o question.Option) bool { return o.ID == id })
	if i < 0 {
		return question.Option{}
	}
	return q.Options[i]
}

// toldOrder lists the steps as they should be, and where the person had those that stood elsewhere.
func (z quizWords) toldOrder(q *question.Question, a training.Answer) (out []remark) {
	for i, s := range q.Steps {
		one := remark{number: numbered(i), text: z.say(s.Text)}
		if at := slices.Index(a.Chosen, s.ID); at != i && at >= 0 {
			one.worth, one.text = wrongMark, one.text+" "+z.words.T("quiz.ask.yours", numbered(at))
		}
		out = append(out, one)
	}
	return out
}

// toldScene says what gives a fraud away, and what only looks as if it did.
func (z quizWords) toldScene(s *question.Scene, a training.Answer) (out []remark) {
	for i, part := range s.Parts {
		marked := slices.Contains(a.Chosen, part.ID)
		one := remark{number: numbered(i), text: z.partLine(s.Kind, part), brief: true, why: z.say(part.Clue)}
		switch {
		case one.why != "" && marked:
			one.key = "quiz.ask.clue.found"
		case one.why != "" && a.Verdict == training.Fraud:
			one.worth, one.key = missedMark, "quiz.ask.clue.missed"
		case one.why != "":
			one.worth, one.key = missedMark, "quiz.ask.clue"
		case marked:
			one.worth, one.key, one.why = wrongMark, "quiz.ask.clue.none", z.say(part.Fine)
		case s.Genuine && !part.Fine.Empty():
			one.key, one.why = "quiz.ask.clue.fine", z.say(part.Fine)
		default:
			continue
		}
		out = append(out, one)
	}
	return out
}
