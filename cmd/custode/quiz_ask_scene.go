package main

import (
	"strings"

	"custode/training/question"
)

// frameWidth is how wide a terminal must be for a frame around a scene, and widestFrame
// how wide the frame becomes.
const (
	frameWidth  = 60
	widestFrame = 78
)

// scene shows a mail, a message or a screen, each part with its number. The frame has no
// right side: terminals differ about how wide some scripts are, and it would stand askew.
func (z *quizScreen) scene(p *page, s *question.Scene, framed bool) {
	title := z.sh.words.T("quiz.ask.scene." + string(s.Kind))
	if !framed || p.width < frameWidth {
		write(p, "", title+":", nil)
		z.parts(p, s, "  ", p.width)
		return
	}
	width := min(p.width, widestFrame)
	rule := func(used int) string { return strings.Repeat("─", max(0, width-used)/columns("─")) }
	p.line(p.dim("┌─") + " " + p.bold(title) + " " + p.dim(rule(columns("┌─  "+title))))
	z.parts(p, s, p.dim("│")+" ", width)
	p.line(p.dim("└" + rule(columns("└"))))
}

// parts writes the parts of a scene behind a margin, with a blank line between what stands
// above a message and the message.
func (z *quizScreen) parts(p *page, s *question.Scene, margin string, width int) {
	above := func(k question.PartKind) bool {
		return k == question.From || k == question.ReplyTo || k == question.Subject
	}
	most := columns(numbered(len(s.Parts) - 1))
	for i, part := range s.Parts {
		if i > 0 && !above(part.Kind) && above(s.Parts[i-1].Kind) {
			p.line(margin)
		}
		n := padLeft(numbered(i), most) + "  "
		indent := strings.Repeat(" ", columns(n))
		for _, l := range z.part(s.Kind, part) {
			for _, drawn := range hang(n, l, width-columns(margin), nil) {
				p.line(margin + drawn)
			}
			n = indent
		}
	}
}
