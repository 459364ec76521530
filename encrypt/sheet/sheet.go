// Package sheet is the recovery sheet without its language: the four lines that
// a person can type, the same key as a QR code, and what names the sheet. Words
// and layout are the faces' business; so is reading what was typed line by line.
//
//	New    what stands on the paper, from the recovery identity
//	Read   the recovery identity, from a file that holds what stands on the paper
//
// Whoever has the sheet opens every file. So all of it that tells the key is a
// secret.Bytes, which prints as [secret]: the lines, the modules of the QR code,
// and the pictures that are made of them. They go where somebody says Reveal, and
// nowhere else.
package sheet

import (
	"bytes"
	"fmt"
	"time"

	"rsc.io/qr"

	"custode/encrypt/keys"
	"custode/internal/secret"
)

// quiet is the white edge of a QR code, in modules: readers need four.
const quiet = 4

// Line is one line to type.
type Line struct {
	Number int            // from 1, as it is printed before the line
	Groups []secret.Bytes // of the key, five characters each or fewer
	Check  secret.Bytes   // the two characters that check the line; no part of the key
}

// Sheet is what stands on the paper.
type Sheet struct {
	Fingerprint string // of the recovery key: names the sheet, tells nothing
	Kind        keys.Kind
	Prefix      string // stands before the key's characters; no secret
	Made        time.Time
	Lines       []Line

	size    int          // modules of the QR code in a row, without the edge
	modules secret.Bytes // size*size of them, row by row: 1 is black
}

// New makes the sheet of a recovery identity. The identity stays the caller's.
func New(id keys.Identity, made time.Time) (Sheet, error) {
	lines, err := keys.SheetLines(id)
	if err != nil {
		return Sheet{}, err
	}
	s := Sheet{Kind: id.Kind(), Prefix: keys.SheetPrefix(id.Kind()), Made: made}
	if r, ok := id.Recipient().(fmt.Stringer); ok {
		s.Fingerprint = keys.Fingerprint(r)
	}
	for i, text := range lines {
		l := Line{Number: i + 1}
		groups := bytes.Fields(text.Reveal())
		for _, g := range groups[:len(groups)-1] {
			l.Groups = append(l.Groups, secret.New(bytes.Clone(g)))
		}
		l.Check = secret.New(bytes.Clone(groups[len(groups)-1]))
		s.Lines = append(s.Lines, l)
		text.Wipe()
	}
	// The code holds the whole key, prefix and all: what a camera reads from it
	// is the line that stock age wants in a file. H is the level at which a code
	// can be read with a third of it gone.
	code, err := qr.Encode(string(id.Text().Reveal()), qr.H)
	if err != nil {
		s.Wipe()
		return Sheet{}, fmt.Errorf("sheet: %w", err)
	}
	defer clear(code.Bitmap)
	modules := make([]byte, 0, code.Size*code.Size)
	for y := range code.Size {
		for x := range code.Size {
			m := byte(0)
			if code.Black(x, y) {
				m = 1
			}
			modules = append(modules, m)
		}
	}
	s.size, s.modules = code.Size, secret.New(modules)
	return s, nil
}

// Size is the number of modules in a row of the QR code, without its edge.
func (s Sheet) Size() int { return s.size }

// Width is the number of columns of Blocks.
func (s Sheet) Width() int { return s.size + 2*quiet }

// Black reports whether a module of the QR code is black. Outside all is white.
func (s Sheet) Black(x, y int) bool {
	m := s.modules.Reveal()
	return x >= 0 && y >= 0 && x < s.size && y < s.size && len(m) > 0 && m[y*s.size+x] == 1
}

// Wipe forgets what is secret, in every copy of the sheet.
func (s Sheet) Wipe() {
	s.modules.Wipe()
	for _, l := range s.Lines {
		l.Check.Wipe()
		for _, g := range l.Groups {
			g.Wipe()
		}
	}
}

// SVG draws the QR code as a picture for a page, black on white, its edge
// included: one rectangle for each run of black modules.
func (s Sheet) SVG() secret.Bytes {
	side := s.size + 2*quiet
	b := make([]byte, 0, 512+24*len(s.modules.Reveal())) // never grows: it leaves no copies
	b = fmt.Appendf(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" shape-rendering="crispEdges" aria-hidden="true">`, side, side)
	b = fmt.Appendf(b, `<path fill="#fff" d="M0 0h%dv%dH0z"/><path fill="#000" d="`, side, side)
	for y := range s.size {
		for x := 0; x < s.size; {
			run := 0
			for s.Black(x+run, y) {
				run++
			}
			if run > 0 {
				b = fmt.Appendf(b, "M%d %dh%dv1h-%dz", x+quiet, y+quiet, run, run)
			}
			x += run + 1
		}
	}
	return secret.New(append(b, `"/></svg>`...))
}

// Blocks draws the QR code in half blocks, two rows of modules in a line of
// text: each line starts with before and ends with after, which a terminal may
// need to show black on white. It is Width() columns wide.
func (s Sheet) Blocks(before, after string) secret.Bytes {
	side := s.size + 2*quiet
	rows := (side + 1) / 2
	b := make([]byte, 0, rows*(len(before)+len(after)+1+3*side))
	for row := range rows {
		b = append(b, before...)
		for x := range side {
			top, bottom := s.Black(x-quiet, 2*row-quiet), s.Black(x-quiet, 2*row+1-quiet)
			switch {
			case top && bottom:
				b = append(b, "█"...)
			case top:
				b = append(b, "▀"...)
			case bottom:
				b = append(b, "▄"...)
			default:
				b = append(b, ' ')
			}
		}
		b = append(append(b, after...), '\n')
	}
	return secret.New(b)
}
