package main

import (
	"context"
	"os"
	"runtime"
	"strconv"

	"golang.org/x/term"

	"custode/internal/i18n"
	"custode/training"
	"custode/training/question"
)

// quizScreen asks questions in a terminal and says what an answer is worth, in one of two
// ways: with keys (quiz_ask_live.go), or in plain lines (quiz_ask_plain.go), for pipes,
// screen readers and whoever prefers to type. One quizScreen serves a whole sitting.
type quizScreen struct {
	quizWords

	sh    *shell
	plain bool // plain lines, as --plain wishes
	keys  keyReader
}

// quizScreen begins a sitting.
func (sh *shell) quizScreen(plain bool, topics map[string]i18n.Text) (*quizScreen, error) {
	z, err := newQuizWords(sh.words, topics)
	return &quizScreen{quizWords: z, sh: sh, plain: plain, keys: keyReader{in: sh.in, got: make(chan chunk, 1)}}, err
}

// askQuestion asks one question, its options in the order of shown (ids; what is not in it
// comes after), and gives the answer. It gives errEnough when the person wants to leave, at
// the end of the input and when the program is told to end: then nothing was answered.
func (z *quizScreen) askQuestion(ctx context.Context, q *question.Question, shown []string, number, of int) (training.Answer, error) {
	if ctx.Err() != nil {
		return training.Answer{}, errEnough
	}
	p, w := z.page(), z.sh.words
	p.gap()
	write(p, "", w.T("quiz.ask.head", w.Int(int64(number)), w.Int(int64(of)), z.topic(q)), p.bold)
	p.gap()
	write(p, "", z.say(q.Text), nil)
	switch q.Type {
	case question.Multiple:
		write(p, "", w.T("quiz.ask.several"), p.dim)
	case question.TrueFalse:
		write(p, "", w.T("quiz.ask.true-or-false"), p.dim)
	case question.Single, question.Order, question.Spot:
	}
	p.gap()
	if q.Type == question.Spot {
		z.scene(p, q.Scene, z.live())
		p.gap()
	}
	if p.fail != nil {
		return training.Answer{}, p.fail
	}
	items := z.choices(q, shown)
	if z.live() && z.roomFor(items) {
		return z.askLive(ctx, q, items)
	}
	return z.askPlain(ctx, q, items)
}

// offer is one thing to choose: an option, a step, a part of a scene, a verdict.
type offer struct{ id, text string }

// ids gives what was chosen.
func ids(items []offer, chosen []int) []string {
	out := []string{}
	for _, i := range chosen {
		out = append(out, items[i].id)
	}
	return out
}

// numbered is how a choice is called.
func numbered(i int) string { return strconv.Itoa(i + 1) }

// live reports whether the terminal can be used with keys. It is asked anew for every
// question: the window may have become too small.
func (z *quizScreen) live() bool {
	sh := z.sh
	wish := sh.env("CUSTODE_PLAIN")
	kind := sh.env("TERM")
	if z.plain || wish != "" && wish != "0" || kind == "dumb" || sh.bare || kind == "" && runtime.GOOS != "windows" || !sh.inTerm || !sh.outTerm {
		return false
	}
	width, height := z.size()
	return width >= minWidth && height >= leastHeight
}

// leastHeight is that of a terminal in which a question can be answered with keys.
const leastHeight = 10

// size is that of the terminal now, 0 and 0 if there is none.
func (z *quizScreen) size() (width, height int) {
	f, ok := z.sh.out.(*os.File)
	if !ok || !z.sh.outTerm {
		return 0, 0
	}
	width, height, err := term.GetSize(int(f.Fd()))
	if err != nil {
		return 0, 0
	}
	return width, height
}

// page is the page in the width that the terminal has now.
func (z *quizScreen) page() *page {
	p := z.sh.page(z.sh.out, z.sh.outTerm)
	if width, _ := z.size(); width > 0 {
		p.width = min(max(width, minWidth), maxWidth)
	}
	return p
}
