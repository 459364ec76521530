package main

import (
	"slices"
	"strings"

	"custode/internal/fault"
	"custode/internal/i18n"
	"custode/internal/source"
	"custode/training"
	"custode/training/question"
)

// quizWords puts questions into words, and what an answer is worth (quiz_words_told.go), for a
// terminal as for a page.
type quizWords struct {
	words   *i18n.Words
	topics  map[string]i18n.Text // the titles of the topics, by id
	sources *source.List
}

// newQuizWords speaks one language.
func newQuizWords(words *i18n.Words, topics map[string]i18n.Text) (quizWords, error) {
	l, err := source.Load()
	if err != nil {
		return quizWords{}, fault.On(fault.Bug, "fault.unforeseen", "", err)
	}
	return quizWords{words, topics, l}, nil
}

// topic is the title of a question's topic.
func (z quizWords) topic(q *question.Question) string {
	if t := z.say(z.topics[q.Topic]); t != "" {
		return t
	}
	return tame(q.Topic)
}

// say gives a text of a question in the person's language, or in the other where it has one only.
func (z quizWords) say(t i18n.Text) string {
	return tame(t.Either(z.words.Lang))
}

// choices are what a person chooses from, in the order in which it is shown. Of a scene
// they are its parts: the verdict is asked first.
func (z quizWords) choices(q *question.Question, shown []string) []offer {
	var all []offer
	switch q.Type {
	case question.Single, question.Multiple:
		for _, o := range q.Options {
			all = append(all, offer{o.ID, z.say(o.Text)})
		}
	case question.TrueFalse:
		return []offer{{training.True, z.words.T("quiz.ask.true")}, {training.False, z.words.T("quiz.ask.false")}}
	case question.Order:
		for _, s := range q.Steps {
			all = append(all, offer{s.ID, z.say(s.Text)})
		}
	case question.Spot: // they stand in the scene
		for _, p := range q.Scene.Parts {
			all = append(all, offer{p.ID, z.partLine(q.Scene.Kind, p)})
		}
		return all
	}
	place := func(c offer) int {
		if i := slices.Index(shown, c.id); i >= 0 {
			return i
		}
		return len(shown)
	}
	slices.SortStableFunc(all, func(a, b offer) int { return place(a) - place(b) })
	return all
}

// verdicts are the two that a scene can be given.
func (z quizWords) verdicts() []offer {
	return []offer{{training.Genuine, z.words.T("quiz.ask.genuine")}, {training.Fraud, z.words.T("quiz.ask.fraud")}}
}

// part is what a part says, and on a line of its own where it leads.
func (z quizWords) part(kind question.SceneKind, part question.Part) []string {
	w, text, target := z.words, z.say(part.Text), tame(part.Target)
	label := "quiz.ask.part." + string(part.Kind)
	if part.Kind == question.Subject && kind != question.Mail {
		label = "quiz.ask.part.title"
	}
	switch part.Kind {
	case question.Body:
		return []string{text}
	case question.From, question.ReplyTo:
		switch {
		case text == "", part.Kind == question.ReplyTo && target != "": // its text only says what it is
			text = target
		case target != "" && kind == question.Mail:
			text += " <" + target + ">"
		case target != "":
			text += " (" + target + ")"
		}
		return []string{w.T(label, text)}
	case question.Subject, question.Link, question.Attachment, question.Button:
	}
	lines := []string{w.T(label, text)}
	if target != "" {
		lines = append(lines, w.T("quiz.ask.leads", target))
	}
	return lines
}

// partLine is a part in one line, to tell it from others.
func (z quizWords) partLine(kind question.SceneKind, part question.Part) string {
	return strings.Join(strings.Fields(z.part(kind, part)[0]), " ")
}

// cited lists the sources briefly, each once.
func (z quizWords) cited(refs []string) string {
	var out []string
	for _, ref := range refs {
		if c := z.say(z.sources.Cite(ref)); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return strings.Join(out, "; ")
}
