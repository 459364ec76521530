package trend

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Labels are the words of a drawing.
type Labels struct {
	ID          string // begins the names of its parts, so that a page can hold several drawings
	Title, Desc string // what it is and what it shows, for who can't see it
	First, Last string // the days at both ends
	Alone       bool   // a file of its own, no part of a page: it names what it is written in
}

// The drawing, in its own units. It is as wide as what holds it.
const (
	width, height = 640, 180
	left, right   = 40, 624
	top, bottom   = 12, 148
	radius        = 3
)

// SVG draws the series of a score, from 0 to 100.
func (s Series) SVG(l Labels) string { return s.svg(l, 100) }

// Amounts draws the series of an amount: its scale ends at a round number above the highest.
func (s Series) Amounts(l Labels) string {
	highest := 0
	for _, p := range s {
		highest = max(highest, p.Score)
	}
	return s.svg(l, rounded(highest))
}

// rounded is the lowest even number that is not below n and has one digit before its zeros, 2 at least.
func rounded(n int) int {
	for unit := 1; ; unit *= 10 {
		for _, digit := range []int{2, 4, 6, 8, 10} {
			if digit*unit >= n {
				return digit * unit
			}
		}
	}
}

// svg draws the series dark on white, as one element that stands by itself: a line from day to
// day, broken where no check was held, a dot for each check, and the scale. It
// holds no style from elsewhere, no script and no link. A series of no points is an empty scale.
func (s Series) svg(l Labels, most int) string {
	var b strings.Builder
	id := escaped(l.ID)
	space := ""
	if l.Alone {
		space = ` xmlns="http://www.w3.org/2000/svg"`
	}
	fmt.Fprintf(&b, `<svg%s viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %s-desc">`+"\n", space, width, height, id, id)
	fmt.Fprintf(&b, `<title id="%s-title">%s</title>`+"\n"+`<desc id="%s-desc">%s</desc>`+"\n", id, escaped(l.Title), id, escaped(l.Desc))
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, height)
	b.WriteString(`<g font-family="sans-serif" font-size="12" fill="#333333" stroke="none">` + "\n")
	for _, score := range []int{0, most / 2, most} {
		y := level(score, most)
		fmt.Fprintf(&b, `<path d="M%d %.1fH%d" stroke="#bbbbbb" stroke-width="1" fill="none"/>`+"\n", left, y, right)
		fmt.Fprintf(&b, `<text x="%d" y="%.1f" text-anchor="end">%d</text>`+"\n", left-6, y+4, score)
	}
	if len(s) > 0 {
		fmt.Fprintf(&b, `<text x="%d" y="%d">%s</text>`+"\n", left, height-8, escaped(l.First))
	}
	if len(s) > 1 {
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", right, height-8, escaped(l.Last))
	}
	b.WriteString("</g>\n")
	if path := s.path(most); path != "" {
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="#111111" stroke-width="2" stroke-linejoin="round" stroke-linecap="round"/>`+"\n", path)
	}
	for _, p := range s {
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="%d" fill="#111111"/>`+"\n", s.across(p), level(p.Score, most), radius)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// path joins the points of days that follow each other.
func (s Series) path(most int) string {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		if number(s[i].Day)-number(s[i-1].Day) != 1 {
			continue
		}
		if i == 1 || number(s[i-1].Day)-number(s[i-2].Day) != 1 {
			fmt.Fprintf(&b, "M%.1f %.1f", s.across(s[i-1]), level(s[i-1].Score, most))
		}
		fmt.Fprintf(&b, "L%.1f %.1f", s.across(s[i]), level(s[i].Score, most))
	}
	return b.String()
}

// across is where a point stands from left to right.
func (s Series) across(p Point) float64 {
	first := number(s[0].Day)
	days := max(1, number(s[len(s)-1].Day)-first)
	return left + float64(right-left)*float64(number(p.Day)-first)/float64(days)
}

// level is how far down a score stands, on a scale from 0 to most.
func level(score, most int) float64 { return bottom - float64(bottom-top)*float64(score)/float64(most) }

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}
