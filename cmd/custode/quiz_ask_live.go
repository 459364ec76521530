package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/term"

	"custode/training"
	"custode/training/question"
)

// askLive lets a person answer with keys. Only the lines of the choices are drawn anew, so
// that all that was read stays where it is.
func (z *quizScreen) askLive(ctx context.Context, q *question.Question, items []offer) (training.Answer, error) {
	ctx, stop := whileOpen(ctx)
	defer stop()
	back, ok := z.raw()
	if !ok {
		return z.askPlain(ctx, q, items)
	}
	defer back()
	switch q.Type {
	case question.Multiple:
		chosen, err := z.pickSeveral(ctx, items, false)
		return training.Answer{Chosen: ids(items, chosen)}, err
	case question.Order:
		chosen, err := z.pickOrder(ctx, items)
		return training.Answer{Chosen: ids(items, chosen)}, err
	case question.Spot:
		verdicts := z.verdicts()
		i, err := z.pickOne(ctx, verdicts)
		switch {
		case err != nil:
			return training.Answer{}, err
		case verdicts[i].id == training.Genuine:
			return training.Answer{Verdict: training.Genuine}, nil
		}
		fmt.Fprint(z.sh.out, "\r\n")
		for _, l := range hang("", z.sh.words.T("quiz.ask.live.clues"), z.page().width, nil) {
			fmt.Fprint(z.sh.out, l+"\r\n")
		}
		chosen, err := z.pickSeveral(ctx, items, true)
		return training.Answer{Verdict: training.Fraud, Chosen: ids(items, chosen)}, err
	case question.Single, question.TrueFalse:
	}
	i, err := z.pickOne(ctx, items)
	switch {
	case err != nil:
		return training.Answer{}, err
	case q.Type == question.TrueFalse:
		return training.Answer{Verdict: items[i].id}, nil
	}
	return training.Answer{Chosen: ids(items, []int{i})}, nil
}

// raw makes the terminal give every key at once and hides the cursor. What it gives back
// makes the terminal as it was.
func (z *quizScreen) raw() (back func(), ok bool) {
	fd := int(z.sh.in.Fd())
	before, err := term.MakeRaw(fd)
	if err != nil {
		return nil, false
	}
	fmt.Fprint(z.sh.out, "\x1b[?25l")
	return func() {
		fmt.Fprint(z.sh.out, "\x1b[?25h")
		_ = term.Restore(fd, before) // the terminal is gone if this fails
	}, true
}

// readLive waits until a person has read, and takes back the line that says how to go on.
func (z *quizScreen) readLive(ctx context.Context) error {
	ctx, stop := whileOpen(ctx)
	defer stop()
	back, ok := z.raw()
	if !ok {
		return nil
	}
	defer back()
	p := z.page()
	s := panel{z: z}
	s.put([]string{"", p.dim(brief(z.sh.words.T("quiz.ask.help.read"), p.width))})
	defer func() { s.put(nil) }()
	if z.keys.forget(ctx) {
		return errEnough
	}
	for {
		switch z.keys.next(ctx).key {
		case keyEnter, keySpace, keyDown:
			return nil
		case keyLeave:
			return errEnough
		default:
		}
	}
}

// roomFor reports whether the choices have room on the terminal, a line each.
func (z *quizScreen) roomFor(items []offer) bool {
	_, height := z.size()
	return len(items)+5 < height
}

// panel is the lines at the end of the screen that are drawn anew. The cursor stands under them.
type panel struct {
	z     *quizScreen
	short bool // the choices in a line each
	help  string
	drawn []string
}

// put draws the lines in place of those that stand there. Where the window has become too
// small for these, nobody knows where they stand now: the new ones are drawn under them.
func (s *panel) put(lines []string) {
	width, height := s.z.size()
	var b strings.Builder
	b.WriteString("\r")
	if n := len(s.drawn); n > 0 {
		if n < height && !slices.ContainsFunc(s.drawn, func(l string) bool { return columns(l) > width }) {
			fmt.Fprintf(&b, "\x1b[%dA", n)
		} else {
			b.WriteString("\r\n")
		}
	}
	for _, l := range lines {
		b.WriteString("\x1b[2K" + strings.TrimRight(strings.ReplaceAll(l, unbroken, " "), " ") + "\r\n")
	}
	b.WriteString("\x1b[J")
	s.drawn = lines
	fmt.Fprint(s.z.sh.out, b.String()) // if it fails, so does the next reading
}

// row is a choice as it stands in the panel.
type row struct {
	before string // between the mark and the number
	number string // "" of one that is no choice
	text   string
	strong bool
}

// begin writes the choices once in full where the panel will have them in short only.
func (s *panel) begin(all []row) {
	_, height := s.z.size()
	if s.short || len(s.lay(all, -1))+len(s.under(s.help)) < height {
		return
	}
	var choices []row
	for _, r := range all {
		if r.number != "" {
			choices = append(choices, row{number: r.number, text: r.text})
		}
	}
	for _, l := range append(s.lay(choices, -1), "") {
		fmt.Fprint(s.z.sh.out, strings.TrimRight(strings.ReplaceAll(l, unbroken, " "), " ")+"\r\n")
	}
	s.short = true
}

// under is what stands under the choices: a blank line, and what to press.
func (s *panel) under(help string) []string {
	p := s.page()
	return append([]string{""}, hang("", help, p.width, p.dim)...)
}

// draw draws the choices, in full where they have room, else one line each; under them, after
// a blank line, what to press. Without help the choices alone are left.
func (s *panel) draw(all []row, mark int, help string) {
	_, height := s.z.size()
	lines := s.lay(all, mark)
	if !s.short && len(lines)+len(s.under(s.help)) >= height { // the window was made smaller
		s.short = true
		lines = s.lay(all, mark)
	}
	room := max(height-1, 1)
	if n := len(lines); n > room { // so small that only those around the mark are seen
		from := min(max(mark-room/2, 0), n-room)
		lines = lines[from : from+room]
	}
	if help != "" {
		under := s.under(help)
		lines = append(lines, under[:min(len(under), room-len(lines))]...)
	}
	s.put(lines)
}

// page is as wide as the terminal, however narrow that is.
func (s *panel) page() *page {
	p := s.z.page()
	if width, _ := s.z.size(); width > 0 {
		p.width = min(p.width, width)
	}
	return p
}

// lay breaks the choices into lines.
func (s *panel) lay(all []row, mark int) []string {
	p := s.page()
	most := 0
	for _, r := range all {
		most = max(most, columns(r.number))
	}
	var out []string
	for i, r := range all {
		first, paint := "  ", func(s string) string { return s }
		if i == mark {
			first = "> "
		}
		if i == mark || r.strong {
			paint = p.bold
		}
		first += r.before + padLeft(r.number, most)
		if r.number != "" {
			first += "  "
		}
		if s.short {
			out = append(out, first+paint(brief(r.text, p.width-columns(first))))
			continue
		}
		out = append(out, hang(first, r.text, p.width, paint)...)
	}
	return out
}

// move takes the mark up or down, round from the end to the beginning.
func move(mark, n int, k key) int {
	switch k {
	case keyUp:
		return (max(mark, 0) + n - 1) % n
	case keyDown:
		return (mark + 1) % n
	case keyFirst:
		return 0
	case keyLast:
		return n - 1
	default:
		return mark
	}
}
