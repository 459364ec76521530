package rtf

import "bytes"

// state is what a group has, and what the groups in it begin with.
type state struct {
	dest    place
	font    uint8 // page of the font
	other   uint8 // page of the font for text from right to left
	skips   uint8 // characters behind \u that stand for it (\uc)
	level   uint8 // of the table that the paragraph is in (\itap)
	right   bool  // text goes from right to left
	row     bool  // the paragraph is in a row
	gone    bool  // the text is deleted
	number  bool  // the text is the number of a paragraph
	replace bool  // what an embedded object looks like
}

// reader reads one file.
type reader struct {
	in      input
	flow    flow
	info    Info
	damaged bool

	cur   state
	stack []state // of the groups around, up to maxDepth
	depth int     // groups open
	star  bool    // \* was just read
	fall  int     // characters to come that stand for a \u
	name  []byte  // of a shape's property
	solid bool    // the object around was handed over

	octets octets
	object [maxHead]byte
}

// begin looks at how the file begins.
func (r *reader) begin() {
	r.cur.skips = 1
	r.octets.begin()
	b := r.in.need(maxToken)
	t := bytes.TrimLeft(bytes.TrimPrefix(b, []byte("\xef\xbb\xbf")), " \t\r\n")
	if !bytes.HasPrefix(t, []byte(`{\rt`)) {
		r.damaged = true
		return
	}
	r.in.pos += len(b) - len(t)
}

// read reads the whole file.
func (r *reader) read() error {
	for {
		b := r.in.some()
		if len(b) == 0 {
			break
		}
		var err error
		switch c := b[0]; {
		case c == '\\':
			err = r.control()
		case c == '{':
			r.in.pos++
			err = r.open()
		case c == '}':
			r.in.pos++
			err = r.shut()
		case c == '\t':
			r.in.pos++
			r.star = false
			err = r.octet(c, true)
		case c >= 0x80:
			r.in.pos++
			r.star = false
			err = r.octet(c, true)
		case c < ' ':
			r.in.pos++
		default:
			n := plain(b)
			r.in.pos += n
			r.star = false
			err = r.text(b[:n])
		}
		if err != nil {
			return err
		}
	}
	if err := r.in.fault(); err != nil {
		return err
	}
	r.damaged = r.damaged || r.depth > 0
	return r.settle()
}

// plain is how many bytes of b stand for themselves.
func plain(b []byte) int {
	for i, c := range b {
		if c < ' ' || c >= 0x80 || c == '\\' || c == '{' || c == '}' {
			return i
		}
	}
	return len(b)
}

// open begins a group.
func (r *reader) open() error {
	r.star, r.fall = false, 0
	if err := r.settle(); err != nil {
		return err
	}
	r.depth++
	if len(r.stack) < maxDepth {
		r.stack = append(r.stack, r.cur)
	}
	if r.cur.dest == list {
		r.cur.dest = properties
	}
	return nil
}

// shut ends a group.
func (r *reader) shut() error {
	r.star, r.fall = false, 0
	if err := r.settle(); err != nil {
		return err
	}
	if r.depth == 0 {
		return nil
	}
	r.depth--
	if r.depth >= len(r.stack) {
		return nil
	}
	old := r.cur
	r.cur = r.stack[r.depth]
	r.stack = r.stack[:r.depth]
	if old.dest == r.cur.dest {
		r.cur.row, r.cur.level = old.row, old.level
		return nil
	}
	return r.leave(old.dest)
}

// leave ends what stands in a destination.
func (r *reader) leave(dest place) error {
	switch dest {
	case label:
		return r.flow.add(properties, []byte(": "))
	case fonts:
		r.octets.standard()
		r.cur.font = r.octets.plain
		return nil
	default:
	}
	if at, ok := dest.pile(); ok {
		return r.flow.shut(at)
	}
	return nil
}

// enter makes dest the destination of the group.
func (r *reader) enter(dest place) error {
	_, ok := dest.pile()
	if !ok && r.depth != len(r.stack) { // it could not be left
		r.in.skip()
		return nil
	}
	if dest == r.cur.dest && dest != box {
		return nil
	}
	if dest == named {
		r.name = r.name[:0]
	}
	at, ok := dest.pile()
	r.cur.dest, r.cur.row, r.cur.level, r.cur.number = dest, false, 0, false
	if !ok || dest == label {
		return nil
	}
	return r.flow.shut(at)
}

// base is the pile of the group's destination.
func (r *reader) base() (place, bool) { return r.cur.dest.pile() }

// inner is the same, or that of a table inside a cell.
func (r *reader) inner() (place, bool) {
	if r.cur.dest == body && r.cur.level > 1 {
		return nested, true
	}
	return r.base()
}

// put adds text, in UTF-8.
func (r *reader) put(text []byte) error {
	at, ok := r.inner()
	switch {
	case !ok:
		if r.cur.dest == named && len(r.name)+len(text) <= cap(r.name) {
			r.name = append(r.name, text...)
		}
		return nil
	case r.cur.gone:
		at = deleted
	}
	return r.flow.add(at, text)
}

// mark does something that ends a line, word or cell, to the text and, where a
// line of it has begun, to what is deleted in it.
func (r *reader) mark(at place, do func(place) error) error {
	if err := r.settle(); err != nil {
		return err
	}
	if err := do(at); err != nil {
		return err
	}
	if !r.flow.within(deleted) {
		return nil
	}
	return do(deleted)
}

// line ends a line, or within a row a word.
func (r *reader) line(end func(place) error) error {
	at, ok := r.inner()
	if !ok {
		return nil
	}
	if r.cur.row {
		end = r.flow.space
	}
	return r.mark(at, end)
}

// tab is a tab, or within a row or a number a blank.
func (r *reader) tab() error {
	if err := r.settle(); err != nil {
		return err
	}
	if r.cur.row || r.cur.number {
		return r.put([]byte{' '})
	}
	return r.put([]byte{'\t'})
}

// cell ends a cell.
func (r *reader) cell(at place) error {
	return r.mark(at, func(at place) error {
		r.flow.piles[at].tabs++
		return nil
	})
}

// row ends a row, of the table that is in the text or of one inside a cell.
func (r *reader) row(inside bool) error {
	at, ok := r.base()
	if inside {
		at, ok = r.inner()
	}
	if !ok {
		return nil
	}
	if !inside {
		r.cur.row, r.cur.level = false, 0
		if at == body {
			if err := r.flow.shut(nested); err != nil {
				return err
			}
		}
	}
	return r.mark(at, r.flow.row)
}
