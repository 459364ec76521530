package main

import (
	"context"
	"slices"
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
	items := z.choices(q, shown)
	switch q.Type {
	case question.Single:
		z.tellOne(p, q, items, a)
	case question.Multiple:
		if r.Score < 100 {
			z.tellSeveral(p, q, items, a)
		}
	case question.Order:
		if r.Score < 100 {
			z.tellOrder(p, q, a)
		}
	case question.Spot:
		z.tellScene(p, q.Scene, a)
	case question.TrueFalse: // the first line says it
	}
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

// The marks before what is told. In plain lines there are none: the words say it.
func (z *quizScreen) good(p *page) string   { return z.mark(p, "✓ ", color.FgGreen) }
func (z *quizScreen) bad(p *page) string    { return z.mark(p, "✗ ", color.FgRed) }
func (z *quizScreen) missed(p *page) string { return z.mark(p, "○ ", color.FgYellow) }

func (z *quizScreen) mark(p *page, s string, a color.Attribute) string {
	if !z.live() {
		return ""
	}
	return p.paint(s, a)
}

// headline says what the answer is worth, and the truth of a statement or a scene.
func (z *quizScreen) headline(p *page, q *question.Question, r training.Result) {
	w := z.sh.words
	points := w.Int(int64(r.Score))
	var mark, s string
	paint := p.amber
	switch {
	case r.Score == 100:
		mark, s = z.good(p), w.T("quiz.ask.right")
		paint = func(s string) string { return p.paint(s, color.FgGreen, color.Bold) }
	case r.Passed:
		mark, s = z.good(p), w.T("quiz.ask.nearly", points)
	case r.Score > 0:
		mark, s = z.missed(p), w.T("quiz.ask.partly", points)
	default:
		mark, s, paint = z.bad(p), w.T("quiz.ask.wrong"), p.red
	}
	truth := ""
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
	write(p, mark, strings.TrimSpace(s+" "+truth), paint)
}

// told writes one thing that was chosen or missed, and why.
func (z *quizScreen) told(p *page, mark, sentence, why string) {
	write(p, "  "+mark, sentence, nil)
	if why != "" {
		write(p, "  "+strings.Repeat(" ", columns(mark)+2), why, p.dim)
	}
}

func (z *quizScreen) tellOne(p *page, q *question.Question, items []offer, a training.Answer) {
	w := z.sh.words
	for i, c := range items {
		o := optionOf(q, c.id)
		if slices.Contains(a.Chosen, c.id) && !o.Right {
			z.told(p, z.bad(p), w.T("quiz.ask.you", numbered(i), c.text), z.say(o.Why))
		}
	}
	for i, c := range items {
		if optionOf(q, c.id).Right && !slices.Contains(a.Chosen, c.id) {
			z.told(p, z.good(p), w.T("quiz.ask.would", numbered(i), c.text), "")
		}
	}
}

func (z *quizScreen) tellSeveral(p *page, q *question.Question, items []offer, a training.Answer) {
	w := z.sh.words
	for i, c := range items {
		o, chosen := optionOf(q, c.id), slices.Contains(a.Chosen, c.id)
		switch {
		case o.Right && chosen:
			z.told(p, z.good(p), w.T("quiz.ask.hit", numbered(i), c.text), "")
		case o.Right:
			z.told(p, z.missed(p), w.T("quiz.ask.miss", numbered(i), c.text), "")
		case chosen:
			z.told(p, z.bad(p), w.T("quiz.ask.no", numbered(i), c.text), z.say(o.Why))
		}
	}
}

func optionOf(q *question.Question, id string) question.Option {
	i := slices.IndexFunc(q.Options, func(o question.Option) bool { return o.ID == id })
	if i < 0 {
		return question.Option{}
	}
	return q.Options[i]
}

// tellOrder lists the steps as they should be, and where the person had those that stood elsewhere.
func (z *quizScreen) tellOrder(p *page, q *question.Question, a training.Answer) {
	w := z.sh.words
	write(p, "", w.T("quiz.ask.order"), nil)
	for i, s := range q.Steps {
		mark, text := z.good(p), z.say(s.Text)
		if at := slices.Index(a.Chosen, s.ID); at != i && at >= 0 {
			mark, text = z.bad(p), text+" "+w.T("quiz.ask.yours", numbered(at))
		}
		write(p, "  "+mark+numbered(i)+".  ", text, nil)
	}
}

// tellScene says what gives a fraud away, and what only looks as if it did.
func (z *quizScreen) tellScene(p *page, s *question.Scene, a training.Answer) {
	w := z.sh.words
	for i, part := range s.Parts {
		marked := slices.Contains(a.Chosen, part.ID)
		why := z.say(part.Clue)
		tell := func(mark, key, why string) {
			room := p.width - columns("  "+mark+w.T(key, numbered(i), ""))
			z.told(p, mark, w.T(key, numbered(i), brief(z.partLine(s.Kind, part), room)), why)
		}
		switch {
		case why != "" && marked:
			tell(z.good(p), "quiz.ask.clue.found", why)
		case why != "" && a.Verdict == training.Fraud:
			tell(z.missed(p), "quiz.ask.clue.missed", why)
		case why != "":
			tell(z.missed(p), "quiz.ask.clue", why)
		case marked:
			tell(z.bad(p), "quiz.ask.clue.none", z.say(part.Fine))
		case s.Genuine && !part.Fine.Empty():
			tell(z.good(p), "quiz.ask.clue.fine", z.say(part.Fine))
		}
	}
}

// cited lists the sources briefly, each once.
func (z *quizScreen) cited(refs []string) string {
	var out []string
	for _, ref := range refs {
		if c := z.say(z.sources.Cite(ref)); c != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	return strings.Join(out, "; ")
}
