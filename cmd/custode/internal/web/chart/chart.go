// Package chart draws how much of something there was in each of many equal times: a column a
// time, as one SVG element that stands by itself in a page.
//
// The drawing is dark on white, holds no style from elsewhere, no script and no link, and names
// itself for who cannot see it; what it shows has to stand in words beside it all the same. It
// tells nothing by colour alone: what is piled on top has an outline, a mark is a triangle, and
// a time of which nothing is known is a hatched band. The package knows no language and no clock.
package chart

import (
	"encoding/xml"
	"fmt"
	"strings"
)

// Column is one time.
type Column struct {
	Label      string // under the column; "" none
	Base, Upon int64  // how much: filled, and what is piled on it; below 0 counts as 0
	Mark       bool   // something of note happened
	Unknown    bool   // nobody looked
}

// Words are those of a drawing.
type Words struct {
	ID          string // begins the names of its parts, so that a page can hold several drawings
	Title, Desc string // what it is and what it shows
	Number      func(int64) string
}

// The drawing, in its own units. It is as wide as what holds it.
const (
	width, height = 480, 176
	left, right   = 44, 474
	top, bottom   = 22, 146
	least         = 2.0 // what is not nothing is seen
)

// Most is the number at the top of the scale for a highest value: 1, 2 or 5 and noughts, at least 4.
func Most(highest int64) int64 {
	if highest <= 4 {
		return 4
	}
	for step := int64(1); ; step *= 10 {
		for _, n := range []int64{1, 2, 5} {
			if m := n * step; m >= highest || m < step { // the second: beyond all numbers
				return max(m, highest)
			}
		}
	}
}

// SVG draws the columns from left to right, in their order. Of none it draws an empty scale.
func SVG(columns []Column, w Words) string {
	var b strings.Builder
	id := escaped(w.ID)
	fmt.Fprintf(&b, `<svg viewBox="0 0 %d %d" role="img" aria-labelledby="%s-title %s-desc">`+"\n", width, height, id, id)
	fmt.Fprintf(&b, `<title id="%s-title">%s</title>`+"\n"+`<desc id="%s-desc">%s</desc>`+"\n", id, escaped(w.Title), id, escaped(w.Desc))
	fmt.Fprintf(&b, `<defs><pattern id="%s-hatch" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M0 6L6 0" stroke="#8a8f98" stroke-width="1"/></pattern></defs>`+"\n", id)
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, height)
	most := int64(0)
	for _, c := range columns {
		most = max(most, max(c.Base, 0)+max(c.Upon, 0))
	}
	most = Most(most)
	scale(&b, most, w.Number)
	each := float64(right-left) / float64(max(1, len(columns)))
	for i, c := range columns {
		column(&b, c, place{id, left + each*float64(i), each, most})
	}
	b.WriteString("</svg>\n")
	return b.String()
}

// scale draws the lines of the numbers.
func scale(b *strings.Builder, most int64, number func(int64) string) {
	b.WriteString(`<g font-family="sans-serif" font-size="12" fill="#333333">` + "\n")
	for _, n := range []int64{0, most / 2, most} {
		y := bottom - tall(n, most)
		fmt.Fprintf(b, `<path d="M%d %.1fH%d" stroke="#bbbbbb" stroke-width="1" fill="none"/>`+"\n", left, y, right)
		fmt.Fprintf(b, `<text x="%d" y="%.1f" text-anchor="end">%s</text>`+"\n", left-6, y+4, escaped(number(n)))
	}
	b.WriteString("</g>\n")
}

// place is where a column stands.
type place struct {
	id       string
	x, width float64
	most     int64
}

func column(b *strings.Builder, c Column, p place) {
	if c.Unknown {
		fmt.Fprintf(b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="url(#%s-hatch)"/>`+"\n", p.x, top, p.width, bottom-top, p.id)
	}
	gap := min(2, p.width/4)
	base, upon := tall(max(c.Base, 0), p.most), tall(max(c.Upon, 0), p.most)
	if base > 0 {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#0b3d75"/>`+"\n", p.x+gap/2, bottom-base, p.width-gap, base)
	}
	if upon > 0 {
		fmt.Fprintf(b, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="#a9cdf0" stroke="#0b3d75" stroke-width="0.6"/>`+"\n", p.x+gap/2, bottom-base-upon, p.width-gap, upon)
	}
	middle := p.x + p.width/2
	if c.Mark {
		fmt.Fprintf(b, `<path d="M%.1f 4l6 11h-12z" fill="#b3261e"/>`+"\n", middle)
	}
	if c.Label != "" {
		fmt.Fprintf(b, `<path d="M%.1f %dv4" stroke="#333333" stroke-width="1"/><text x="%.1f" y="%d" text-anchor="middle" font-family="sans-serif" font-size="12" fill="#333333">%s</text>`+"\n",
			middle, bottom, min(max(middle, left), right-14), bottom+18, escaped(c.Label))
	}
}

// tall is how high a number stands.
func tall(n, most int64) float64 {
	if n == 0 {
		return 0
	}
	return max(least, float64(bottom-top)*float64(n)/float64(most))
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a builder takes everything
	return b.String()
}
