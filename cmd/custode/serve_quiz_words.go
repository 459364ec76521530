package main

import (
	"custode/cmd/custode/internal/web"
	"custode/training"
	"custode/training/question"
)

// askedOn puts a question into words.
func (z quizWords) askedOn(a training.Asked) *web.QuizAsked {
	q, w := a.Question, z.words
	v := &web.QuizAsked{Number: a.Number, Of: a.Of, ID: q.ID, Topic: z.topic(q), Text: z.say(q.Text), Type: string(q.Type), Scene: z.sceneOf(q)}
	for _, c := range z.choices(q, a.Shown) {
		v.Choices = append(v.Choices, c.text)
	}
	switch q.Type {
	case question.Multiple:
		v.Help = w.T("quiz.ask.several")
	case question.TrueFalse:
		v.Help = w.T("quiz.ask.true-or-false")
	case question.Order:
		v.Help = w.T("web.quiz.order", w.Int(int64(len(v.Choices))))
	case question.Spot:
		for _, c := range z.verdicts() {
			v.Verdicts = append(v.Verdicts, c.text)
		}
	case question.Single:
	}
	return v
}

// sceneOf is the scene of a question; nil: it has none.
func (z quizWords) sceneOf(q *question.Question) *web.QuizScene {
	if q.Type != question.Spot || q.Scene == nil {
		return nil
	}
	v := &web.QuizScene{Title: z.words.T("quiz.ask.scene." + string(q.Scene.Kind))}
	for _, p := range q.Scene.Parts {
		v.Parts = append(v.Parts, z.part(q.Scene.Kind, p))
	}
	return v
}

// toldOn puts into words what an answer was worth.
func (z quizWords) toldOn(a *quizAnswered) *web.QuizTold {
	q, w := a.asked.Question, z.words
	m, headline := z.verdictOn(q, a.result)
	v := &web.QuizTold{
		Number: a.asked.Number, Of: a.asked.Of, Status: statusOf(m), Headline: headline,
		Question: z.say(q.Text), Scene: z.sceneOf(q), Why: z.say(q.Explain),
	}
	for _, one := range z.toldOf(q, a.asked.Shown, a.answer, a.result) {
		r := web.QuizRemark{Status: statusOf(one.worth), Tag: w.T("web.quiz.tag." + statusOf(one.worth)), Text: one.text, Why: one.why}
		if one.key == "" {
			v.Steps = w.T("quiz.ask.order")
		} else {
			r.Text = w.T(one.key, one.number, one.text)
		}
		v.Remarks = append(v.Remarks, r)
	}
	if s := z.cited(q.Sources); s != "" {
		v.Sources = w.T("quiz.ask.sources", s)
	}
	return v
}

// statusOf is how a page marks what something is worth.
func statusOf(m worth) string {
	switch m {
	case rightMark:
		return "ok"
	case wrongMark:
		return "act"
	case missedMark:
	}
	return "attention"
}
