package main

import (
	"context"
	"strings"

	"github.com/fatih/color"

	"custode/training"
	"custode/training/question"
)

// tellResult says at once whether an answer was right and why, and waits until it is read.
// It gives errEnough when the person wants to leave: the answer counts all the same.
func (z *quizScreen) tellResult(ctx context.Context, q *question.Question, shown []string, a training.Answer, r training.Result) error {
	p, w := z.page(), z.sh.words
	p.gap()
	z.headline(p, q, r)
	z.tell(p, q, shown, a, r)
	p.gap()
	write(p, "", z.say(q.Explain), nil)
	if s := z.cited(q.Sources); s != "" {
		write(p, "", w.T("quiz.ask.sources", s), p.dim)
	}
	if p.fail != nil {
		return p.fail
	}
	return z.read(ctx)
}

// read waits until a person has read.
func (z *quizScreen) read(ctx context.Context) error {
	w := z.sh.words
	switch {
	case z.live():
		return z.readLive(ctx)
	case ctx.Err() != nil:
		return errEnough
	case !z.sh.inTerm: // nobody is there to wait for
		return nil
	}
	z.page().gap()
	_, err := z.lineFor(ctx, w.T("quiz.ask.go-on"))
	return err
}

// mark is what stands before what is told. In plain lines there is nothing: the words say it.
func (z *quizScreen) mark(p *page, m worth) string {
	if !z.live() {
		return ""
	}
	switch m {
	case rightMark:
		return p.paint("✓ ", color.FgGreen)
	case wrongMark:
		return p.paint("✗ ", color.FgRed)
	case missedMark:
	}
	return p.paint("○ ", color.FgYellow)
}

// headline says what the answer is worth, and the truth of a statement or a scene.
func (z *quizScreen) headline(p *page, q *question.Question, r training.Result) {
	m, s := z.verdictOn(q, r)
	paint := p.amber
	switch {
	case r.Score == 100:
		paint = func(s string) string { return p.paint(s, color.FgGreen, color.Bold) }
	case m == wrongMark:
		paint = p.red
	}
	write(p, z.mark(p, m), s, paint)
}

// tell writes what was chosen or missed, each with why.
func (z *quizScreen) tell(p *page, q *question.Question, shown []string, a training.Answer, r training.Result) {
	if q.Type == question.Order && r.Score < 100 {
		write(p, "", z.words.T("quiz.ask.order"), nil)
	}
	for _, one := range z.toldOf(q, shown, a, r) {
		mark, text := z.mark(p, one.worth), one.text
		if one.key == "" { // a step
			write(p, "  "+mark+one.number+".  ", text, nil)
			continue
		}
		if one.brief {
			text = brief(text, p.width-columns("  "+mark+z.words.T(one.key, one.number, "")))
		}
		write(p, "  "+mark, z.words.T(one.key, one.number, text), nil)
		if one.why != "" {
			write(p, "  "+strings.Repeat(" ", columns(mark)+2), one.why, p.dim)
		}
	}
}
