package training

import (
	"custode/internal/i18n"
	"custode/internal/readable"
	"custode/training/question"
)

// answerTime is how many seconds it takes to choose. A scene asks twice: for the verdict, and
// for what gives it away.
const answerTime = 5

// Takes gives the measure of how many seconds a question takes in a language, read by somebody
// who reads slowly and answers rightly: the question, its options, the explanation, and what
// is always told about the parts of a scene. (What is wrong with a wrong option is told to
// whoever chose it: a sentence more.)
func Takes(lang string) func(*question.Question) int {
	return func(q *question.Question) int {
		var texts []string
		add := func(t i18n.Text) {
			texts = append(texts, t.Either(lang))
		}
		add(q.Text)
		add(q.Explain)
		for _, o := range q.Options {
			add(o.Text)
		}
		for _, s := range q.Steps {
			add(s.Text)
		}
		answers := 1
		if q.Scene != nil {
			answers = 2
			for _, p := range q.Scene.Parts {
				add(p.Text)
				texts = append(texts, p.Target)
				add(p.Clue)
				if q.Scene.Genuine {
					add(p.Fine)
				}
			}
		}
		return readable.Seconds(texts...) + answers*answerTime
	}
}
