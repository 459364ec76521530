package office

import (
	"bytes"
	"errors"
	"io"
)

// token is what the walker stands on.
type token = uint8

const (
	atEnd token = iota
	atOpen
	atShut
	atText
)

const (
	windowSize = 64 << 10 // bytes of XML seen at a time, unless a tag is longer
	textSize   = 16 << 10 // bytes of text after which a piece is given out
	rawSize    = 32 << 10 // bytes read at once
)

// attr is an attribute of the tag: places in walker.tag.
type attr struct {
	name, nameEnd, value, valueEnd int32
	prefixed                       bool
}

// walker cuts the XML of a part into tags and text. It does not mind what is not
// well-formed, only tells it. Names are local names, without a prefix. Every
// slice is valid until the next step.
type walker struct {
	src      io.Reader
	raw      []byte
	rawFrom  int
	rawTo    int
	rawDone  bool
	charset  charset
	buf      []byte // buf[pos:end] is still to be walked
	pos, end int

	name  []byte
	tag   []byte // that of the attributes
	attrs []attr
	text  []byte
	plain bool // text has no entities: it is CDATA
	depth int  // elements open, that of an atOpen with them
	empty bool // the tag closes itself
	long  []byte
	cdata bool
	begun bool // an element was open once

	broken   bool // not well-formed, or broken off
	over     bool // a tag was over the limit
	entities bool // the document declares entities, which are never expanded
}

// begin walks src, which begins with head.
func (w *walker) begin(src io.Reader, head []byte) {
	if w.buf == nil || len(w.buf) > windowSize {
		w.buf = make([]byte, windowSize)
	}
	if w.raw == nil {
		w.raw = make([]byte, rawSize)
	}
	*w = walker{src: src, raw: w.raw, buf: w.buf, attrs: w.attrs, long: w.long}
	var bom int
	w.charset, bom = charsetOf(head)
	for bom > 0 && w.read() {
		n := min(bom, w.rawTo-w.rawFrom)
		w.rawFrom += n
		bom -= n
	}
}

// read gets more raw bytes, behind those that are left. It reports false at the
// end.
func (w *walker) read() bool {
	if w.rawDone {
		return false
	}
	w.rawTo = copy(w.raw, w.raw[w.rawFrom:w.rawTo])
	w.rawFrom = 0
	for range 100 {
		n, err := w.src.Read(w.raw[w.rawTo:])
		w.rawTo += n
		if err != nil {
			w.rawDone = true
			w.broken = w.broken || !errors.Is(err, io.EOF)
			return n > 0
		}
		if n > 0 {
			return true
		}
	}
	w.rawDone, w.broken = true, true
	return false
}

// fill gets more behind w.end; what stands before w.pos is given up. It reports
// false when the part has ended or the window is full.
func (w *walker) fill() bool {
	if w.pos > 0 {
		w.end = copy(w.buf, w.buf[w.pos:w.end])
		w.pos = 0
	}
	if len(w.buf)-w.end < 16 {
		return false
	}
	for {
		if w.rawFrom < w.rawTo {
			nd, ns := w.charset.decode(w.buf[w.end:], w.raw[w.rawFrom:w.rawTo], w.rawDone)
			w.end += nd
			w.rawFrom += ns
			if nd > 0 {
				return true
			}
		}
		if !w.read() && w.rawFrom == w.rawTo {
			return false
		}
	}
}

// next steps on. After atEnd it stays there.
func (w *walker) next() token {
	if w.empty {
		w.empty = false
		w.depth--
		return atShut
	}
	for {
		if w.pos == w.end && !w.fill() {
			w.broken = w.broken || w.depth > 0 || w.cdata || !w.begun
			return atEnd
		}
		switch {
		case w.cdata:
			if w.section() {
				return atText
			}
		case w.buf[w.pos] != '<':
			w.words()
			return atText
		default:
			if t := w.markup(); t != atEnd {
				return t
			}
		}
	}
}

// words takes the text up to the next tag, or a good piece of it.
func (w *walker) words() {
	w.plain = false
	from := 0
	for {
		b := w.buf[w.pos:w.end]
		if i := bytes.IndexByte(b[from:], '<'); i >= 0 {
			w.text = b[:from+i]
			w.pos += from + i
			return
		}
		from = len(b)
		if len(b) >= textSize {
			// An entity is not cut.
			if i := bytes.LastIndexByte(b[len(b)-32:], '&'); i >= 0 {
				b = b[:len(b)-32+i]
			}
			w.text = b
			w.pos += len(b)
			return
		}
		if !w.fill() {
			w.text = w.buf[w.pos:w.end]
			w.pos = w.end
			return
		}
	}
}

// section takes text of a CDATA section, and reports false when it has ended.
func (w *walker) section() bool {
	w.plain = true
	for {
		b := w.buf[w.pos:w.end]
		if i := bytes.Index(b, []byte("]]>")); i >= 0 {
			w.cdata = i > 0
			if i == 0 {
				w.pos += 3
				return false
			}
			w.text = b[:i]
			w.pos += i
			return true
		}
		if len(b) >= textSize {
			b = b[:len(b)-2]
			b = b[:len(b)-unfinished(b)]
			w.text = b
			w.pos += len(b)
			return true
		}
		if !w.fill() {
			w.text = w.buf[w.pos:w.end]
			w.pos = w.end
			return len(w.text) > 0
		}
	}
}

// need tells whether n bytes are in the window, or can be got there.
func (w *walker) need(n int) bool {
	for w.end-w.pos < n {
		if !w.fill() {
			return false
		}
	}
	return true
}

// markup takes what begins with <. It returns atEnd when that is to be passed
// over.
func (w *walker) markup() token {
	if !w.need(2) {
		w.pos, w.broken = w.end, true
		return atEnd
	}
	switch c := w.buf[w.pos+1]; {
	case c == '/':
		return w.shut()
	case c == '?':
		w.skip("?>")
	case c == '!':
		w.declaration()
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c >= 0x80, c == ':':
		return w.open()
	default:
		w.broken = true
		w.text = w.buf[w.pos : w.pos+1]
		w.plain = true
		w.pos++
		return atText
	}
	return atEnd
}

// skip passes over everything up to and with mark.
func (w *walker) skip(mark string) {
	for {
		b := w.buf[w.pos:w.end]
		if i := bytes.Index(b, []byte(mark)); i >= 0 {
			w.pos += i + len(mark)
			return
		}
		w.pos = max(w.pos, w.end-len(mark)+1)
		if !w.fill() {
			w.pos, w.broken = w.end, true
			return
		}
	}
}

// declaration passes over a comment or the document type, or enters a CDATA
// section.
func (w *walker) declaration() {
	switch {
	case w.need(4) && bytes.HasPrefix(w.buf[w.pos:w.end], []byte("<!--")):
		w.pos += 4
		w.skip("-->")
	case w.need(9) && bytes.HasPrefix(w.buf[w.pos:w.end], []byte("<![CDATA[")):
		w.pos += 9
		w.cdata = true
	default:
		w.doctype()
	}
}

// doctype passes over a document type with all that is declared in it.
func (w *walker) doctype() {
	depth, quote := 0, byte(0)
	for {
		for w.pos < w.end {
			c := w.buf[w.pos]
			w.pos++
			switch {
			case quote != 0:
				if c == quote {
					quote = 0
				}
			case c == '"' || c == '\'':
				quote = c
			case c == '[':
				w.entities = true
			case c == '<':
				depth++
			case c == '>':
				depth--
				if depth == 0 {
					return
				}
			}
		}
		if !w.fill() {
			w.broken = true
			return
		}
	}
}
