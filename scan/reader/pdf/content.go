package pdf

import (
	"io"
	"math"
	"slices"
)

const (
	maxOperands  = 32 << 10  // numbers, names and strings before one operator
	maxScratch   = 512 << 10 // bytes of names and strings before one operator
	maxStates    = 256       // graphics states that are saved
	maxScope     = 256       // fonts of one content that are remembered by name
	formWork     = 1 << 10   // what it takes to begin a form, in bytes of content
	contentBytes = 16 << 10  // the window of a content
	coverPart    = 0.5       // of the page: an image that large is all there is to see
	scantGlyphs  = 50        // fewer glyphs than these, on such an image, are a stamp
)

// operand stands before an operator.
type operand struct {
	kind     token
	num      float64
	from, to int // of run.scratch
}

// state is the graphics state as far as text needs it, section 8.4 and 9.3.
type state struct {
	ctm                    matrix
	font                   *font
	size                   float64
	letter, word           float64 // Tc and Tw
	scale, leading, raised float64 // Tz as a factor, TL and Ts
	clip                   clip
}

// run runs the content of one page.
type run struct {
	d       *document
	work    int64 // bytes of content that may still be run
	st      state
	stack   []state
	skipped int // states that were saved beyond maxStates
	tm, tlm matrix

	ops     []operand
	scratch []byte
	forms   []int // the forms that are being run

	glyphs, unknown int
	drawn           bool
	covered         bool // an image covers most of the page
	area            float64
	bad             bool // something could not be read
	marks           marks
	path            path
}

// begin makes ready for a page.
func (r *run) begin(area float64) {
	ops, scratch, stack, forms := r.ops[:0], r.scratch[:0], r.stack[:0], r.forms[:0]
	*r = run{d: r.d, work: maxPageWork, ops: ops, scratch: scratch, stack: stack, forms: forms, area: area}
	r.st = state{ctm: identity(), scale: 1}
	r.tm, r.tlm = identity(), identity()
}

func identity() matrix { return matrix{1, 0, 0, 1, 0, 0} }

// scope are the resources that the names of one content mean.
type scope struct {
	resources dict
	fonts     map[string]*font
	depth     int
}

// exec runs a content.
func (r *run) exec(src io.Reader, resources dict, depth int) {
	d := r.d
	if err := d.done(); err != nil {
		d.stopped(err)
		return
	}
	for len(d.lexers) <= depth {
		d.lexers = append(d.lexers, newLexer(contentBytes))
	}
	l := d.lexers[depth]
	l.reset(src, 0)
	l.limit = r.work
	s := &scope{resources: resources, depth: depth}
	var counted int64
	for d.fail == nil {
		t := l.next()
		if t == tokenDict {
			t = r.properties(l)
		}
		switch t {
		case tokenEnd:
			if l.at() >= l.limit {
				r.bad = true
			}
			r.account(l, &counted)
			return
		case tokenInt:
			r.push(operand{kind: t, num: float64(l.num)})
		case tokenReal:
			r.push(operand{kind: t, num: l.real})
		case tokenName, tokenText:
			r.pushBytes(t, l.tok)
		case tokenWord:
			if l.over {
				r.bad, l.over = true, false
			}
			if len(l.tok) == 2 && (l.tok[0] == 'D' && l.tok[1] == 'o' || l.tok[0] == 'B' && l.tok[1] == 'I') {
				r.account(l, &counted)
			}
			r.operator(l, s)
			r.ops, r.scratch = r.ops[:0], r.scratch[:0]
			l.limit = counted + r.work
		}
	}
}

// account takes what l has read since the last time off the page's work.
func (r *run) account(l *lexer, counted *int64) {
	n := l.at() - *counted
	*counted += n
	r.work -= n
	if !r.d.charge(n) {
		r.work = 0
	}
	if r.work <= 0 {
		r.work, r.bad = 0, true
	}
}

func (r *run) push(o operand) {
	if len(r.ops) >= maxOperands {
		r.bad = true
		return
	}
	r.ops = append(r.ops, o)
}

func (r *run) pushBytes(kind token, b []byte) {
	if len(r.scratch)+len(b) > maxScratch {
		r.bad = true
		return
	}
	from := len(r.scratch)
	r.scratch = append(r.scratch, b...)
	r.push(operand{kind: kind, from: from, to: len(r.scratch)})
}

// num is the operand with a place counted from the last one.
func (r *run) num(back int) float64 {
	if back > len(r.ops) {
		return 0
	}
	return r.ops[len(r.ops)-back].num
}

// bytes is the operand with a place counted from the last one.
func (r *run) bytes(back int) []byte {
	if back > len(r.ops) {
		return nil
	}
	o := r.ops[len(r.ops)-back]
	return r.scratch[o.from:o.to]
}

// operator does what an operator says.
func (r *run) operator(l *lexer, s *scope) {
	if r.textOperator(string(l.tok), s) {
		return
	}
	st := &r.st
	switch string(l.tok) {
	case "q":
		if len(r.stack) < maxStates {
			r.stack = append(r.stack, *st)
		} else {
			r.skipped++
		}
	case "Q":
		switch {
		case r.skipped > 0:
			r.skipped--
		case len(r.stack) > 0:
			*st = r.stack[len(r.stack)-1]
			r.stack = r.stack[:len(r.stack)-1]
		}
	case "cm":
		if m := r.matrix().times(st.ctm); m.sane() {
			st.ctm = m
		}
	case "Do":
		r.show(s)
	case "BI":
		r.inlineImage(l)
	case "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "sh":
		r.drawn = true
		r.painted()
	case "re":
		r.rectangle()
	case "W", "W*":
		r.path.wish = true
	case "n":
		r.painted()
	case "gs":
		r.graphicsState(s)
	case "BMC":
		r.marks.begin("")
	case "BDC":
		r.markBegin(s)
	case "EMC":
		r.marks.end()
	case "endstream", "endobj":
		l.limit = 0 // the stream has run out of its bounds
	}
}

// matrix are the last six operands.
func (r *run) matrix() matrix {
	if len(r.ops) < 6 {
		return identity()
	}
	return matrix{r.num(6), r.num(5), r.num(4), r.num(3), r.num(2), r.num(1)}
}

// graphicsState looks for a font in the parameters that gs names.
func (r *run) graphicsState(s *scope) {
	d := r.d
	all := d.dict(s.resources.get("ExtGState"))
	r.work -= int64(len(all))
	if f := d.array(d.dict(all.get(name(r.bytes(1)))).get("Font")); len(f) == 2 {
		r.st.font, r.st.size = d.font(f[0]), d.number(f[1])
	}
}

// show shows an image or a form.
func (r *run) show(s *scope) {
	d := r.d
	all := d.dict(s.resources.get("XObject"))
	r.work -= int64(len(all))/4 + 64
	o := all.get(name(r.bytes(1)))
	x := d.stream(o)
	if x == nil {
		r.bad = r.bad || o != nil
		return
	}
	switch d.name(x.get("Subtype")) {
	case "Image":
		r.image()
	case "Form":
		r.form(x, s.resources, s.depth+1)
	}
}

// image notes an image, which fills the unit square.
func (r *run) image() {
	r.drawn = true
	m := r.st.ctm
	if area := math.Abs(m[0]*m[3] - m[1]*m[2]); area >= coverPart*r.area {
		r.covered = true
	}
}

// form runs a form, section 8.10. One that shows itself is let pass.
func (r *run) form(x *stream, outer dict, depth int) {
	d := r.d
	r.work -= formWork
	if depth >= maxFormDepth || r.work <= 0 {
		r.bad = true
		return
	}
	if slices.Contains(r.forms, x.num) {
		return
	}
	r.forms = append(r.forms, x.num)
	saved, tm, tlm := r.st, r.tm, r.tlm
	stack := len(r.stack)
	if m := d.matrix(x.get("Matrix")).times(r.st.ctm); m.sane() {
		r.st.ctm = m
	}
	resources := d.dict(x.get("Resources"))
	if resources == nil {
		resources = outer
	}
	r.ops, r.scratch = r.ops[:0], r.scratch[:0]
	in := d.decode(x, decodePlain)
	r.exec(in, resources, depth)
	if in.err != nil {
		r.bad = true
	}
	in.close()
	r.stack = r.stack[:min(stack, len(r.stack))]
	r.st, r.tm, r.tlm = saved, tm, tlm
	r.forms = r.forms[:len(r.forms)-1]
}

// inlineImage passes an image in the content, section 8.9.7. Its end is taken to
// be the word EI, apart from others, after which comes something that is text.
func (r *run) inlineImage(l *lexer) {
	r.image()
	for {
		t := l.next()
		if t == tokenEnd {
			return
		}
		if t == tokenWord && l.tokenIs("ID") {
			break
		}
	}
	const look = 16
	before := byte(' ')
	for l.fill() {
		c := l.buf[l.pos]
		if c != 'E' || !isSpace(before) {
			l.pos++
			before = c
			continue
		}
		l.more(look)
		rest := l.buf[l.pos:min(l.end, l.pos+look)]
		if len(rest) >= 2 && rest[1] == 'I' && endsImage(rest[2:]) {
			l.pos += 2
			return
		}
		l.pos++
		before = c
	}
	r.bad = true
}

// endsImage tells whether what follows EI could be content.
func endsImage(b []byte) bool {
	if len(b) > 0 && !isSpace(b[0]) {
		return false
	}
	for _, c := range b {
		if c >= 0x7f || c < ' ' && !isSpace(c) {
			return false
		}
	}
	return true
}
