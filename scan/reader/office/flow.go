package office

import (
	"bytes"
	"unicode/utf8"
)

// place is where text stands.
type place uint8

const (
	body place = iota
	box        // body too, but apart from the paragraph around it: text boxes, targets of links
	header
	footer
	footnote
	comment
	deleted
	properties
	notes
	places
	inCell // of the row that is being made
)

// label is the word for it that the handler gets.
func (p place) label() string {
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
	case notes:
		return "notes"
	default:
		return "body"
	}
}

// turn is a change of place that lasts until the element at depth ends.
type turn struct {
	depth int
	back  place
}

// flow gathers text until there is enough of it for the handler, each place for
// itself, and makes the rows of tables.
type flow struct {
	r      *reader
	piles  [places][]byte
	at     place
	turns  []turn
	made   int64 // bytes of text so far
	row    row
	tables int  // tables open
	byRow  bool // the outermost of them goes to the handler by row
	plain  []byte
}

// begin makes p the place of a part's text.
func (f *flow) begin(p place) {
	f.at, f.turns = p, f.turns[:0]
	f.tables, f.byRow = 0, false
}

// turn makes p the place until the element that is open at depth ends.
func (f *flow) turn(depth int, p place) {
	if f.at == p || len(f.turns) > 64 {
		return
	}
	f.turns = append(f.turns, turn{depth: depth, back: f.at})
	f.at = p
}

// back goes back when the element at depth has ended.
func (f *flow) back(depth int) {
	for n := len(f.turns); n > 0 && f.turns[n-1].depth >= depth; n-- {
		f.at = f.turns[n-1].back
		f.turns = f.turns[:n-1]
	}
}

// text adds the text on which the walker stands.
func (f *flow) text(w *walker) error {
	if w.plain || bytes.IndexByte(w.text, '&') < 0 {
		return f.add(f.at, w.text)
	}
	f.plain = appendText(f.plain[:0], w.text)
	return f.add(f.at, f.plain)
}

// value adds the value of an attribute as a paragraph of its own.
func (f *flow) value(p place, raw []byte) error {
	if len(raw) == 0 {
		return nil
	}
	f.plain = appendText(f.plain[:0], raw)
	if err := f.add(p, f.plain); err != nil {
		return err
	}
	return f.line(p)
}

// add adds text at p.
func (f *flow) add(p place, text []byte) error {
	f.made += int64(len(text))
	if p == inCell {
		text = f.row.add(text)
		if len(text) == 0 {
			return nil
		}
		p = box
	}
	for len(f.piles[p])+len(text) > maxPiece {
		n := maxPiece - len(f.piles[p])
		f.piles[p] = append(f.piles[p], text[:n]...)
		text = text[n:]
		if err := f.cut(p); err != nil {
			return err
		}
	}
	f.piles[p] = append(f.piles[p], text...)
	return nil
}

// cut hands over a full pile, up to a good place to cut it.
func (f *flow) cut(p place) error {
	b := f.piles[p]
	n := goodCut(b)
	if err := f.r.h.Text(p.label(), b[:n]); err != nil {
		return err
	}
	f.piles[p] = b[:copy(b, b[n:])]
	return nil
}

// goodCut is where to cut b: behind a paragraph, else behind a word in its
// second half, else not within a character.
func goodCut(b []byte) int {
	if n := bytes.LastIndexByte(b, '\n') + 1; n > 0 {
		return n
	}
	half := len(b) / 2
	if n := bytes.LastIndexByte(b[half:], ' ') + 1; n > 0 {
		return half + n
	}
	return len(b) - unfinished(b)
}

// line ends a paragraph at p.
func (f *flow) line(p place) error {
	if p == inCell {
		f.row.line()
		return nil
	}
	b := f.piles[p]
	if len(b) == 0 || b[len(b)-1] == '\n' {
		return nil
	}
	if err := f.add(p, []byte{'\n'}); err != nil {
		return err
	}
	if len(f.piles[p]) >= maxPiece/2 {
		return f.flush(p)
	}
	return nil
}

// flush hands over what there is at p.
func (f *flow) flush(p place) error {
	b := f.piles[p]
	f.piles[p] = b[:0]
	if len(b) == 0 {
		return nil
	}
	return f.r.h.Text(p.label(), b)
}

// finish hands over all that is left.
func (f *flow) finish() error {
	f.row.shut()
	if err := f.row.emit(f.r.h, 1); err != nil {
		return err
	}
	for p := range places {
		if err := f.flush(p); err != nil {
			return err
		}
	}
	f.begin(body)
	return nil
}

// row is a row that is being made.
type row struct {
	number int64
	cells  []Cell
	arena  []byte
	column int
	from   int  // where the open cell's value begins in arena
	open   bool // a cell is open
	brk    bool // a line ended in it
}

// begin opens a cell.
func (r *row) begin(column int) {
	r.column, r.from, r.open, r.brk = column, len(r.arena), true, false
}

// add adds text to the open cell and returns what does not fit.
func (r *row) add(text []byte) []byte {
	if !r.open || len(text) == 0 {
		return text
	}
	if r.brk && len(r.arena) > r.from {
		r.arena = append(r.arena, '\n')
	}
	r.brk = false
	n := wholeRunes(text, max(0, maxValue-(len(r.arena)-r.from)))
	r.arena = append(r.arena, text[:n]...)
	return text[n:]
}

// wholeRunes is how much of text fits into room bytes without cutting a
// character.
func wholeRunes(text []byte, room int) int {
	n := min(len(text), room)
	for n < len(text) && n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

func (r *row) line() { r.brk = true }

// value is that of the open cell so far.
func (r *row) value() []byte { return r.arena[r.from:len(r.arena):len(r.arena)] }

// shut closes the open cell.
func (r *row) shut() {
	if r.open && len(r.arena) > r.from {
		r.cells = append(r.cells, Cell{Column: r.column, Value: r.value()})
	}
	r.open = false
}

// full tells whether the row must be handed over before a cell of column.
func (r *row) full(column int) bool {
	n := len(r.cells)
	return n > 0 && (r.cells[n-1].Column >= column || n >= maxCells || len(r.arena) >= maxRow)
}

// emit hands the row over, times times, and empties it.
func (r *row) emit(h Handler, times int) error {
	if len(r.cells) > 0 {
		for i := range times {
			if err := h.Row(r.number+int64(i), r.cells); err != nil {
				return err
			}
		}
	}
	r.cells, r.arena = r.cells[:0], r.arena[:0]
	return nil
}
