package rtf

import (
	"bytes"
	"unicode/utf8"
)

// place is where text stands: the destination that is being read, and the pile
// its text goes to.
type place uint8

const (
	body place = iota
	header
	footer
	footnote
	comment
	properties
	aside   // body, apart from the paragraph around it: what fields say, entries of an index
	box     // body, apart from the paragraph around it: text boxes
	nested  // body: rows of tables inside a cell
	deleted // text that is no longer there
	piles   // how many piles there are; from here on places without one of their own

	list  // a list of properties: each group in it is one
	label // the name of a property
	fonts // the font table
	named // the name of a shape's property
	drop  // a shape's property that says nothing
)

// pile is the text of one place.
type pile struct {
	b    []byte
	tabs int  // cells that ended, before the next one has text
	last byte // that was added
	most int  // bytes
	from int  // where the line that is open begins in b, -1 when its beginning was handed over
}

// flow gathers text until there is enough of it for the handler.
type flow struct {
	h     Handler
	spend func(n int64) error
	piles [piles]pile
	last  place    // that text was added to
	cells [][]byte // of a row
}

func newFlow(h Handler, spend func(n int64) error) flow {
	f := flow{h: h, spend: spend}
	for i := range f.piles {
		f.piles[i].last, f.piles[i].most = '\n', maxAside
	}
	f.piles[body].most = maxPiece
	return f
}

// word is the handler's word for a place.
func (p place) word() string {
	switch p {
	case header:
		return "header"
	case footer:
		return "footer"
	case footnote:
		return "footnote"
	case comment:
		return "comment"
	case deleted:
		return "deleted"
	case properties:
		return "properties"
	case aside, box, nested:
		return "aside"
	default:
		return "body"
	}
}

// pile is the pile of a destination; false where its text is not handed over.
func (p place) pile() (place, bool) {
	switch p {
	case list, label:
		return properties, true
	case fonts, named, drop:
		return body, false
	default:
		return p, true
	}
}

// add adds text to a pile, behind the cells that ended.
func (f *flow) add(at place, text []byte) error {
	p := &f.piles[at]
	if at != f.last {
		if at == deleted && p.last != '\n' && p.tabs == 0 {
			if err := f.line(at); err != nil { // what stays lies between
				return err
			}
		}
		f.last = at
	}
	if p.tabs > 0 {
		if err := f.tabs(at, p.tabs); err != nil {
			return err
		}
	}
	return f.append(at, text)
}

// tabs adds the tabs of n cells.
func (f *flow) tabs(at place, n int) error {
	const many = "\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t\t"
	f.piles[at].tabs = 0
	for n > 0 {
		k := min(n, len(many))
		if err := f.append(at, []byte(many[:k])); err != nil {
			return err
		}
		n -= k
	}
	return nil
}

func (f *flow) append(at place, text []byte) error {
	p := &f.piles[at]
	if p.b == nil {
		p.b = make([]byte, 0, p.most)
	}
	for len(p.b)+len(text) > p.most {
		n := p.most - len(p.b)
		p.b = append(p.b, text[:n]...)
		text = text[n:]
		n = goodCut(p.b)
		if err := f.hand(at, p.b[:n]); err != nil {
			return err
		}
		p.b = p.b[:copy(p.b, p.b[n:])]
		p.from = max(-1, p.from-n)
	}
	p.b = append(p.b, text...)
	if len(text) > 0 {
		p.last = text[len(text)-1]
	}
	return nil
}

// goodCut is where to cut b: behind a line, else behind a word in its second half,
// else not within a character.
func goodCut(b []byte) int {
	if n := bytes.LastIndexByte(b, '\n') + 1; n > 0 {
		return n
	}
	half := len(b) / 2
	if n := bytes.LastIndexAny(b[half:], " \t") + 1; n > 0 {
		return half + n
	}
	for n := 1; n < utf8.UTFMax; n++ {
		if c := b[len(b)-n]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-n:]) {
				return len(b) - n
			}
			break
		}
	}
	return len(b)
}

// hand hands text over.
func (f *flow) hand(at place, text []byte) error {
	if len(text) == 0 {
		return nil
	}
	if f.spend != nil {
		if err := f.spend(int64(len(text))); err != nil {
			return wrap(err)
		}
	}
	return f.h.Text(at.word(), text)
}

// line ends a line.
func (f *flow) line(at place) error {
	p := &f.piles[at]
	p.tabs = 0
	if err := f.append(at, []byte{'\n'}); err != nil {
		return err
	}
	p.from = len(p.b)
	if len(p.b) < p.most/2 {
		return nil
	}
	b := p.b
	p.b, p.from = b[:0], 0
	return f.hand(at, b)
}

// within tells whether a line has begun.
func (f *flow) within(at place) bool {
	p := &f.piles[at]
	return p.last != '\n' || p.tabs > 0
}

// shut ends a line if one has begun.
func (f *flow) shut(at place) error {
	if !f.within(at) {
		return nil
	}
	return f.line(at)
}

// space keeps two words of a cell apart.
func (f *flow) space(at place) error {
	p := &f.piles[at]
	if p.tabs > 0 || p.last == '\n' || p.last == '\t' || p.last == ' ' {
		return nil
	}
	return f.append(at, []byte{' '})
}

// row ends a row; the cells that ended last in it are there, if empty. One of the
// text itself is handed over by its cells, unless it is too long to be held.
func (f *flow) row(at place) error {
	p := &f.piles[at]
	if n := p.tabs; n > 1 {
		if err := f.tabs(at, n-1); err != nil {
			return err
		}
	}
	if at != body || p.from < 0 || p.from == len(p.b) || bytes.Count(p.b[p.from:], []byte{'\t'}) >= maxCells {
		return f.line(at)
	}
	if err := f.hand(at, p.b[:p.from]); err != nil {
		return err
	}
	row := p.b[p.from:]
	p.b, p.from, p.tabs, p.last = p.b[:0], 0, 0, '\n'
	if f.spend != nil {
		if err := f.spend(int64(len(row))); err != nil {
			return wrap(err)
		}
	}
	f.cells = f.cells[:0]
	for more := true; more; {
		var c []byte
		c, row, more = bytes.Cut(row, []byte{'\t'})
		f.cells = append(f.cells, c)
	}
	return f.h.Row(f.cells)
}

// finish hands over all that is left.
func (f *flow) finish() error {
	for at := range piles {
		if err := f.shut(at); err != nil {
			return err
		}
		if err := f.hand(at, f.piles[at].b); err != nil {
			return err
		}
		f.piles[at].b = nil
	}
	return nil
}
