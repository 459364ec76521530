// Package qr draws QR codes for printed papers: an address of a page, a message that is
// ready to send. Nothing secret: the codes of recovery sheets have a package of their own
// (encrypt/sheet), which leaves no copies in memory.
//
//	c, err := qr.New("mailto:shop@example.com")
//	c.SVG("What a screen reader says")   an <svg> element for a page, black on white
//
// A code takes the strongest correction that does not make it bigger than a middling one
// (level M): paper on a counter gets stained.
package qr

import (
	"errors"
	"fmt"
	"html"
	"strings"
	"unicode"

	"rsc.io/qr"
)

// Edge is the white border, in modules: readers need four.
const Edge = 4

// Most is how many bytes a code may hold. More would fit, but a code of more than 73 modules
// is a grey field on a small card, which cameras of old phones do not read.
const Most = 280

// ErrTooLong says that a text is too long for a code that is read well.
var ErrTooLong = errors.New("too long for a QR code that is read well")

// ErrLetters says that a text has letters beyond ASCII, which readers of codes take for
// different ones. In addresses they are written as %C3%A8 (package net/url).
var ErrLetters = errors.New("letters that not every reader of codes understands")

// ErrEmpty says that there is nothing to draw.
var ErrEmpty = errors.New("nothing to draw")

// Code is a QR code.
type Code struct{ code *qr.Code }

// New makes the code of a text.
func New(text string) (Code, error) {
	switch {
	case text == "":
		return Code{}, ErrEmpty
	case len(text) > Most:
		return Code{}, ErrTooLong
	case strings.IndexFunc(text, func(r rune) bool { return r > unicode.MaxASCII }) >= 0:
		return Code{}, ErrLetters
	}
	best, err := qr.Encode(text, qr.M)
	if err != nil {
		return Code{}, fmt.Errorf("qr: %w", err)
	}
	for _, level := range []qr.Level{qr.Q, qr.H} {
		if c, err := qr.Encode(text, level); err == nil && c.Size == best.Size {
			best = c
		}
	}
	return Code{best}, nil
}

// Side gives how many modules wide and high the code is, with its border. A module should
// be half a millimetre or more on paper.
func (c Code) Side() int { return c.code.Size + 2*Edge }

// Black reports whether a module is black, counted from the corner of the border.
func (c Code) Black(x, y int) bool { return c.code.Black(x-Edge, y-Edge) }

// SVG draws the code, black on white, as an element that has the size that its page gives
// it. The label is what is said to people who do not see it; "" for a mere ornament.
func (c Code) SVG(label string) string {
	var b strings.Builder
	about := `aria-hidden="true"`
	if label != "" {
		about = `role="img" aria-label="` + html.EscapeString(label) + `"`
	}
	side := c.Side()
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" %s>`, side, side, about)
	fmt.Fprintf(&b, `<path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="`, side, side)
	for y := range side {
		for x := 0; x < side; {
			run := 0
			for c.Black(x+run, y) {
				run++
			}
			if run > 0 {
				fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", x, y, run, run)
			}
			x += run + 1
		}
	}
	b.WriteString(`"/></svg>`)
	return b.String()
}
