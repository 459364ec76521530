package markup

import (
	"context"
	"io"
)

// XML reads a document (https://www.w3.org/TR/xml/) of UTF-8 to its end. An element that has
// only text is a field: its local name makes the column, its text the cell; so is
// an attribute (but for declarations of name spaces). A record ends with the element that held
// such elements, or attributes and no text. Text between elements, and comments, are text; so are
// values of more than 64 KiB. Of the entities only the five and numbers are decoded, others stay
// as they are and are never expanded. Processing instructions and the DOCTYPE are left out. Errors of r and of ctx
// are returned wrapped, with what was read until then handed over.
func XML(ctx context.Context, r io.Reader, s Sink) error {
	d := &document{stack: make([]element, 0, mostLevels)}
	d.begin(ctx, r)
	d.out.begin(s)
	d.toValue = d.add
	d.toText = d.out.text
	for len(d.rest()) > 0 {
		d.run('<', true, d.toValue)
		if len(d.rest()) > 0 {
			d.markup()
		}
	}
	for d.depth > 0 {
		d.end()
	}
	d.spill()
	d.out.flush()
	return d.err
}

// element is an element that is open.
type element struct {
	name   []byte // its local name
	parent bool   // it has elements in it
	mixed  bool   // and text beside them
	fields bool   // values of it have been handed over that no record has ended with
}

// document reads one document.
type document struct {
	scanner
	out             out
	stack           []element // the outermost ones; what is in their arrays is kept
	depth           int       // may be more than is on the stack
	value           []byte    // text since the last tag
	at              int64     // its line
	gap             bool      // blanks stand before it
	solid           bool      // it has more than blanks
	long            bool      // it goes out as text
	toValue, toText put
	name            [longestName]byte
}

// top is the innermost element; nil outside of all and beyond the levels that are remembered.
func (d *document) top() *element {
	if d.depth == 0 || d.depth > len(d.stack) {
		return nil
	}
	return &d.stack[d.depth-1]
}

// add takes text between tags. Of the blanks before it one is kept.
func (d *document) add(b []byte, line int64) {
	if !d.solid {
		n := blanks(b)
		d.gap = d.gap || n > 0
		line += lines(b[:n])
		if b = b[n:]; len(b) == 0 {
			return
		}
		if d.gap {
			d.value = append(d.value, ' ')
		}
		d.solid, d.at = true, line
	}
	if !d.long && len(d.value)+len(b) > longestCell {
		d.out.part('\n')
		d.out.text(d.value, d.at)
		d.value, d.long = d.value[:0], true
	}
	if d.long {
		d.out.text(b, line)
		return
	}
	d.value = append(d.value, b...)
}

// spill hands over the text since the last tag as text.
func (d *document) spill() {
	if len(d.value) > 0 {
		d.out.text(d.value, d.at)
	} else if e := d.top(); d.gap && e != nil && e.mixed {
		d.out.text([]byte{' '}, d.line)
	}
	d.clear()
}

func (d *document) clear() { d.value, d.gap, d.solid, d.long = d.value[:0], false, false, false }

func (d *document) markup() {
	b := d.rest()
	switch {
	case len(b) > 1 && nameStart(b[1]) && !address(b):
		d.startTag()
		return
	case len(b) > 2 && b[1] == '/' && nameStart(b[2]):
		d.until(">", nothing)
		d.end()
		return
	case d.has("<!--"):
		d.drop(4)
		d.out.part('\n')
		d.until("-->", d.toText)
		d.out.part('\n')
		return
	case d.has("<![cdata["):
		d.drop(9)
		d.until("]]>", d.toValue)
		return
	case d.has("<?"):
		d.until("?>", nothing)
		return
	case d.has("<!"):
		d.declaration()
		return
	}
	d.add(b[:1], d.line)
	d.drop(1)
}

func nameStart(c byte) bool { return letter(c) || c == '_' || c == ':' || c >= 0x80 }

// declaration passes over a DOCTYPE with all that is in its brackets.
func (d *document) declaration() {
	depth := 0
	quote := byte(0)
	for b := d.rest(); len(b) > 0; b = d.rest() {
		n := 0
		for n < len(b) {
			c := b[n]
			n++
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '<':
				depth++
			case c == '>':
				if depth--; depth == 0 {
					d.drop(n)
					return
				}
			}
		}
		d.drop(n)
	}
}

// local reads a name and returns what stands behind its colon; all says how it begins.
func (d *document) local(end func(c byte) bool) (name []byte, declares bool) {
	name = d.name[:0]
	for {
		b := d.rest()
		i := 0
		for i < len(b) && !end(b[i]) {
			switch {
			case b[i] == ':':
				declares = string(name) == "xmlns"
				name = name[:0]
			case len(name) < longestName:
				name = append(name, b[i])
			}
			i++
		}
		d.skip(i)
		if i < len(b) || i == 0 {
			return name, declares || string(name) == "xmlns"
		}
	}
}

func endsTag(c byte) bool       { return blank(c) || c == '/' || c == '>' }
func endsAttribute(c byte) bool { return endsTag(c) || c == '=' }

func (d *document) startTag() {
	if p := d.top(); p != nil {
		p.mixed = p.mixed || d.solid
		if !p.parent && d.solid && !d.long {
			d.out.part('\n')
		}
		p.parent = true
	}
	d.spill()
	d.skip(1)
	name, _ := d.local(endsTag)
	d.depth++
	if d.depth == len(d.stack)+1 && len(d.stack) < cap(d.stack) {
		d.stack = d.stack[:d.depth]
	}
	if e := d.top(); e != nil {
		*e = element{name: append(e.name[:0], name...)}
	}
	if d.attributes() {
		d.end()
	}
}

// attributes reads the attributes of a tag and its closing bracket, and reports whether the
// element is empty.
func (d *document) attributes() bool {
	slash := false
	for {
		b := d.rest()
		if len(b) == 0 {
			return false
		}
		switch c := b[0]; {
		case c == '>':
			d.skip(1)
			return slash
		case blank(c) || c == '/' || c == '=':
			slash = c == '/'
			d.drop(1)
			continue
		}
		slash = false
		name, declares := d.local(endsAttribute)
		d.blanks()
		if b := d.rest(); len(b) == 0 || b[0] != '=' {
			continue
		}
		d.skip(1)
		d.blanks()
		d.attribute(name, declares)
	}
}

func (d *document) blanks() {
	for b := d.rest(); len(b) > 0 && blank(b[0]); b = d.rest() {
		d.drop(1)
	}
}

// attribute reads the value of an attribute and hands it over.
func (d *document) attribute(name []byte, declares bool) {
	b := d.rest()
	if len(b) == 0 {
		return
	}
	to := d.toValue
	if declares {
		to = nothing
	}
	if c := b[0]; c == '"' || c == '\'' {
		d.skip(1)
		if d.run(c, true, to); len(d.rest()) > 0 {
			d.skip(1)
		}
	} else {
		for b := d.rest(); len(b) > 0 && !blank(b[0]) && b[0] != '>'; b = d.rest() {
			n := 1
			for n < len(b) && !blank(b[n]) && b[n] != '>' {
				n++
			}
			to(b[:n], d.line)
			d.drop(n)
		}
	}
	d.field(name, d.top())
}

// field hands over the value at hand as that of a field of e.
func (d *document) field(name []byte, e *element) {
	v := trim(d.value)
	switch {
	case len(v) == 0:
		if d.long {
			d.out.part('\n')
		}
	case d.depth > len(d.stack):
		d.out.part('\n')
		d.out.text(v, d.at)
		d.out.part('\n')
	case d.out.cell(d.out.column(name, true), v, d.at):
		if e != nil {
			e.fields = true
		} else {
			d.out.sink.EndRecord()
		}
	}
	d.clear()
}

// end ends the innermost element.
func (d *document) end() {
	if d.depth == 0 {
		return
	}
	e := d.top()
	if e == nil {
		d.part()
		d.depth--
		return
	}
	var p *element
	if d.depth > 1 {
		p = &d.stack[d.depth-2]
	}
	text := d.solid
	switch {
	case e.parent || d.long:
		d.part()
	case text && p != nil && p.mixed:
		d.out.text(d.value, d.at)
		d.clear()
	case text:
		d.field(e.name, p)
		if p != nil && e.fields {
			p.fields, e.fields = true, false
		}
	}
	if e.fields {
		d.out.sink.EndRecord()
	}
	d.clear()
	d.depth--
}

// part hands over the text at hand, with a line end behind it.
func (d *document) part() {
	d.spill()
	d.out.part('\n')
}
