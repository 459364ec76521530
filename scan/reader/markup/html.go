package markup

import (
	"bytes"
	"context"
	"io"
	"strings"
)

// HTML reads a page (https://html.spec.whatwg.org/multipage/parsing.html) of UTF-8
// to its end. Tags vanish: those of blocks part words, those inside a line do not. Entities
// are decoded. Scripts are text, styles are left out. Comments, and attributes with text, follow on lines
// of their own where the line of text around them has ended. A table whose first
// row is of th, or stands in thead, or of which header says that it names columns, goes out
// as columns and cells; rows of other tables, and tables in tables, are text with tabs between the
// cells. header may be nil. Errors of r and of ctx are returned wrapped, with
// what was read until then handed over.
func HTML(ctx context.Context, r io.Reader, s Sink, header func(cells [][]byte) bool) error {
	h := &page{header: header}
	h.begin(ctx, r)
	h.out.begin(s)
	h.kinds = words(blockTags, block)
	for i, name := range [...]string{"script", "style", "table", "thead", "tbody", "tr", "td", "th"} {
		h.kinds[name] = script + kind(i)
	}
	h.kinds["tfoot"] = tbody
	h.wanted = words(wantedAttributes, true)
	h.toText, h.toAside = h.text, h.addAside
	for len(h.rest()) > 0 {
		h.run('<', false, h.toText)
		if len(h.rest()) > 0 {
			h.markup()
		}
	}
	h.endTable()
	h.aside.empty(&h.out)
	h.out.flush()
	return h.err
}

// blockTags are the elements that part words.
const blockTags = "address article aside blockquote body br button caption center col colgroup dd details dialog " +
	"dir div dl dt fieldset figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup " +
	"hr html iframe img input legend li link main menu meta nav noframes noscript object ol optgroup " +
	"option p param pre script section select style summary svg table tbody td textarea tfoot th thead title " +
	"tr ul video audio canvas embed template"

// wantedAttributes hold text that is shown or sent. Of all the others those with an @ are taken.
const wantedAttributes = "value content title alt placeholder label summary aria-label datetime"

func words[V any](list string, v V) map[string]V {
	m := make(map[string]V)
	for w := range strings.FieldsSeq(list) {
		m[w] = v
	}
	return m
}

// kind is what a tag does.
type kind uint8

const (
	inline kind = iota // parts nothing
	block              // parts words
	script
	style
	table
	thead
	tbody
	tr
	td
	th
)

// page reads one page.
type page struct {
	scanner
	out             out
	aside           aside
	table           grid
	header          func(cells [][]byte) bool
	kinds           map[string]kind
	wanted          map[string]bool
	toText, toAside put
	name            [longestName]byte // of the tag at hand, in lower case
	attribute       [longestName]byte
	span            spans // of the tag at hand
}

// text takes text of the page: into the cell that is open, or into the stream.
func (h *page) text(b []byte, line int64) {
	if h.table.takes() {
		h.table.add(&h.out, b, line)
		return
	}
	h.out.text(b, line)
}

func (h *page) addAside(b []byte, line int64) { h.aside.add(&h.out, b, line) }

// part ends the line of text.
func (h *page) part() {
	if h.table.takes() && !h.table.long {
		h.table.add(&h.out, []byte{' '}, h.line)
		return
	}
	h.out.part('\n')
	h.empty()
}

// empty hands over what waits for the end of the line of text.
func (h *page) empty() {
	if len(h.aside.lines) > 0 {
		h.aside.empty(&h.out)
	}
}

// markup reads what begins with the < at pos.
func (h *page) markup() {
	b := h.rest()
	switch {
	case len(b) > 1 && letter(b[1]) && !address(b):
		h.startTag()
		return
	case len(b) > 2 && b[1] == '/' && letter(b[2]):
		h.endTag()
		return
	case h.has("<!--"):
		h.drop(4)
		h.note("-->")
		return
	case h.has("<![cdata["):
		h.drop(9)
		h.until("]]>", h.toText)
		return
	case h.has("<!"), h.has("</"), h.has("<?xml"):
		h.until(">", nothing)
		return
	case h.has("<?php"), h.has("<?="):
		h.drop(2)
		h.note("?>")
		return
	case h.has("<?"):
		h.drop(2)
		h.note(">")
		return
	}
	h.text(b[:1], h.line)
	h.drop(1)
}

// note keeps a comment until the line of text has ended.
func (h *page) note(mark string) {
	h.aside.open(h.line)
	h.until(mark, h.toAside)
	h.aside.close(&h.out, false)
}

// tagName reads the name of a tag that stands behind n bytes, in lower case.
func (h *page) tagName(n int) []byte {
	h.skip(n)
	return h.word(h.name[:0], false)
}

// word reads a name up to a blank, a slash, a bracket, or with equals an equals sign.
func (h *page) word(name []byte, equals bool) []byte {
	for {
		b := h.rest()
		i := 0
		for i < len(b) && !blank(b[i]) && b[i] != '/' && b[i] != '>' && (!equals || b[i] != '=') {
			if len(name) < cap(name) {
				name = append(name, lower(b[i]))
			}
			i++
		}
		h.skip(i)
		if i < len(b) || i == 0 {
			return name
		}
	}
}

func (h *page) startTag() {
	name := h.tagName(1)
	kind := h.kind(name)
	if kind != inline && kind != th && kind != td {
		h.part()
	}
	h.span = spans{1, 1}
	h.attributes()
	switch kind { // the others only part words
	default:
	case script, style:
		h.raw(kind == script, "</"+string(name))
	case table:
		h.table.open(&h.out)
	case thead:
		h.table.head = h.table.depth == 1
	case tbody:
		h.endRow()
		h.table.head = false
	case tr:
		h.startRow()
	case td, th:
		h.startCell(kind == th)
	}
}

func (h *page) endTag() {
	kind := h.kind(h.tagName(2))
	if kind != inline && kind != th && kind != td {
		h.part()
	}
	h.close()
	switch kind { // the others only part words
	default:
	case table:
		h.endTable()
	case thead:
		h.endRow()
		h.table.head = false
	case tr:
		h.endRow()
	case td, th:
		h.endCell()
	}
}

// kind tells what the tag of the given name does.
func (h *page) kind(name []byte) kind {
	k := h.kinds[string(name)]
	if k == inline && bytes.IndexByte(name, '-') >= 0 {
		return block // an element that the page made up
	}
	return k
}

// raw reads a script or a style up to its end tag, which is left there.
func (h *page) raw(take bool, end string) {
	for len(h.rest()) > 0 && !h.has(end) {
		b := h.rest()
		n := max(1, indexByte(b[:min(len(b), runSize)], '<'))
		if take {
			h.text(b[:n], h.line)
		}
		h.drop(n)
	}
}

// attributes reads the attributes of a tag, and its closing bracket.
func (h *page) attributes() {
	for {
		b := h.rest()
		if len(b) == 0 {
			return
		}
		switch c := b[0]; {
		case c == '>':
			h.skip(1)
			return
		case blank(c) || c == '/' || c == '=':
			h.drop(1)
			continue
		}
		name := h.word(h.attribute[:0], true)
		h.blanks()
		if b := h.rest(); len(b) > 0 && b[0] == '=' {
			h.skip(1)
			h.blanks()
			h.value(name)
		} else if bytes.IndexByte(name, '@') >= 0 { // an address without quotes
			h.aside.open(h.line)
			h.addAside(name, h.line)
			h.aside.close(&h.out, false)
		}
	}
}

func (h *page) blanks() {
	for b := h.rest(); len(b) > 0 && blank(b[0]); b = h.rest() {
		h.drop(1)
	}
}

// value reads the value of an attribute, and keeps it if it is text.
func (h *page) value(name []byte) {
	b := h.rest()
	if len(b) == 0 {
		return
	}
	quote := b[0] == '"' || b[0] == '\''
	stop := b[0]
	if quote {
		h.skip(1)
	}
	to := h.toAside
	if h.has("data:") {
		to = nothing // a picture
	}
	h.aside.open(h.line)
	if quote {
		if h.run(stop, false, to); len(h.rest()) > 0 {
			h.skip(1)
		}
	} else {
		h.bare(to)
	}
	h.aside.close(&h.out, !h.aside.long && !h.take(name))
}

// bare reads a value without quotes.
func (h *page) bare(to put) {
	for {
		b := h.rest()
		if len(b) == 0 || blank(b[0]) || b[0] == '>' {
			return
		}
		n := 1
		text := ""
		if b[0] == '&' {
			text, n = h.entity(b, false, true)
		}
		if text != "" {
			to(append(h.room[:0], text...), h.line)
		} else {
			for n < len(b) && b[n] != '&' && !blank(b[n]) && b[n] != '>' {
				n++
			}
			to(b[:n], h.line)
		}
		h.drop(n)
	}
}

// take reports whether the attribute kept last is wanted, and decodes it if it is a link.
func (h *page) take(name []byte) bool {
	a := &h.aside
	v := a.last()
	switch string(name) {
	case "colspan":
		h.span.columns = count(v)
		return false
	case "rowspan":
		h.span.rows = count(v)
		return false
	}
	if h.wanted[string(name)] || bytes.HasPrefix(name, []byte("data-")) {
		return true
	}
	if link(name) {
		for _, scheme := range [...]string{"mailto:", "tel:", "sms:", "callto:", "whatsapp:"} {
			if len(v) > len(scheme) && strings.EqualFold(string(v[:len(scheme)]), scheme) {
				n := len(unpercent(v[len(scheme):]))
				n = copy(v, v[len(scheme):len(scheme)+n])
				a.buf = a.buf[:len(a.buf)-len(v)+n]
				return true
			}
		}
		if bytes.Contains(v, []byte("%40")) {
			a.buf = a.buf[:len(a.buf)-len(v)+len(unpercent(v))]
			return true
		}
	}
	return bytes.IndexByte(v, '@') >= 0
}

func link(name []byte) bool {
	switch string(name) {
	case "href", "action", "src", "formaction", "cite", "xlink:href":
		return true
	}
	return false
}

// count is the number of a span, 1 to 512.
func count(b []byte) int {
	n := 0
	for _, c := range trim(b) {
		if !digit(c) || n > mostColumns {
			break
		}
		n = 10*n + int(c-'0')
	}
	return min(max(n, 1), mostColumns)
}
