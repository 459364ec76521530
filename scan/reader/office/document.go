package office

import (
	"bytes"
	"encoding/base64"
	"io"
	"strings"
)

const maxHidden = 1 << 10 // styles of hidden tables that are remembered

// document reads XML of Open Document (ODF 1.3 part 3): content, headers and
// footers among the styles, properties. Text counts only within paragraphs.
type document struct {
	r *reader
	w *walker
	f *flow

	rows    bool // tables are handed over by row
	paras   int  // paragraphs open
	taking  int  // depth of an element whose text is taken outside of paragraphs
	meta    int  // depth of the properties
	master  int  // depth of the master pages
	image   bool // the data that follows is a picture's
	tab     tableOf
	style   string // of a table, the one that is being defined
	hidden  map[string]bool
	squeeze []byte
}

// tableOf is the table that is being handed over.
type tableOf struct {
	row    int64 // number of the next row
	times  int   // that the row is there
	column int   // of the next cell
	cell   int   // depth of the open cell, 0 for none
	span   int   // times that it is there
	kind   string
	value  []byte // what the cell stands for, behind what is shown
}

// document reads the part of the given name in whose root element the walker
// stands.
func (r *reader) document(name string) error {
	d := &document{r: r, w: &r.walk, f: &r.flow, rows: true}
	if strings.HasPrefix(name, "styles.xml") {
		d.rows = false
	}
	d.f.begin(body)
	for {
		var err error
		switch d.w.next() {
		case atEnd:
			return nil
		case atOpen:
			err = d.open()
		case atShut:
			err = d.shut()
		case atText:
			if d.paras > 0 || d.taking > 0 {
				err = d.text()
			}
		}
		if err != nil {
			return err
		}
	}
}

func (d *document) open() error {
	w, f := d.w, d.f
	switch string(w.name) {
	case "p", "h":
		d.paras++
	case "s":
		return d.put("                "[:max(1, min(16, number(w.attr("c"), 1)))])
	case "tab":
		return d.put("\t")
	case "line-break":
		return d.put("\n")
	case "a":
		return d.link()
	case "table-cell", "covered-table-cell":
		return d.beginCell()
	case "table-row":
		if f.byRow && f.tables == 1 {
			d.tab.column = 0
			d.tab.times = max(1, number(w.attr("number-rows-repeated"), 1))
			f.row.number = d.tab.row
		}
	case "table":
		return d.table()
	case "annotation":
		f.turn(w.depth, comment)
	case "note":
		f.turn(w.depth, footnote)
	case "notes":
		f.turn(w.depth, notes)
	case "tracked-changes":
		f.turn(w.depth, deleted)
	case "change-info", "note-citation":
		w.leave()
	case "date":
		if f.at == comment {
			w.leave() // of the comment
		}
	case "header", "header-left", "header-first":
		f.turn(w.depth, header)
	case "footer", "footer-left", "footer-first":
		f.turn(w.depth, footer)
	default:
		return d.openRare()
	}
	return nil
}

// openRare takes the tags that are seldom seen.
func (d *document) openRare() error {
	w, f := d.w, d.f
	switch string(w.name) {
	case "frame", "custom-shape", "text-box", "caption", "g":
		if d.master > 0 && truth(w.attr("placeholder")) {
			w.leave()
			return nil
		}
		if f.at == inCell || f.at == body && d.paras > 0 {
			f.turn(w.depth, box)
		}
	case "meta":
		if d.meta == 0 && d.paras == 0 {
			d.meta = w.depth
			f.turn(w.depth, properties)
		}
	case "master-page":
		d.master = w.depth
	case "chart":
		d.rows = false // what it shows stands in a table of its own
	case "creator", "title", "desc", "initials", "sender-initials":
		if d.paras > 0 || f.at == comment || d.meta == 0 {
			d.take()
		}
	case "style":
		d.style = ""
		if string(w.attr("family")) == "table" {
			d.style = string(w.attr("name"))
		}
	case "table-properties":
		if d.style != "" && len(d.style) <= maxWord && string(w.attr("display")) == "false" && len(d.hidden) < maxHidden {
			if d.hidden == nil {
				d.hidden = make(map[string]bool)
			}
			d.hidden[d.style] = true
		}
	case "text", "textarea", "formatted-text", "combobox", "generic-control":
		return f.value(box, w.attr("current-value"))
	case "image":
		d.image = true
	case "object", "object-ole":
		d.image = false
	case "binary-data":
		return d.binary()
	}
	if d.meta > 0 && w.depth > d.meta {
		d.property()
	}
	return nil
}

// property takes a property of the document (ODF 1.3 part 3, 4.3).
func (d *document) property() {
	switch string(d.w.name) {
	case "generator", "creation-date", "date", "editing-cycles", "editing-duration", "print-date":
	default:
		d.take()
	}
}

func (d *document) take() {
	if d.taking == 0 {
		d.taking = d.w.depth
	}
}

// put adds characters that stand in the file as an element.
func (d *document) put(s string) error {
	if d.paras == 0 {
		return nil
	}
	return d.f.add(d.f.at, []byte(s))
}

// text adds text, in which every run of blanks is one (6.1.2).
func (d *document) text() error {
	w := d.w
	if bytes.IndexByte(w.text, '\n') >= 0 || bytes.IndexByte(w.text, '\t') >= 0 {
		d.squeeze = d.squeeze[:0]
		for _, c := range w.text {
			if c == '\n' || c == '\t' || c == '\r' {
				c = ' '
			}
			if n := len(d.squeeze); c == ' ' && n > 0 && d.squeeze[n-1] == ' ' {
				continue
			}
			d.squeeze = append(d.squeeze, c)
		}
		w.text = d.squeeze
	}
	return d.f.text(w)
}

// link hands over where a link leads, when it leads out of the document.
func (d *document) link() error {
	target := d.w.attr("href")
	if len(target) == 0 || target[0] == '#' {
		return nil
	}
	at := d.f.at
	if at == body || at == inCell {
		at = box
	}
	if at != box {
		return nil // its text says what there is to say
	}
	return d.f.value(at, target)
}

// table begins a table.
func (d *document) table() error {
	w, f := d.w, d.f
	f.tables++
	if f.tables > 1 || !d.rows || f.at != body {
		return nil
	}
	f.byRow = true
	d.tab = tableOf{row: 1, value: d.tab.value}
	if err := f.flush(body); err != nil {
		return err
	}
	name := ""
	if d.r.info.Format == "ods" {
		b := appendText(nil, w.attr("name"))
		name = string(b[:wholeRunes(b, maxWord)])
	}
	hidden := d.hidden[string(w.attr("style-name"))] || string(w.attr("display")) == "false"
	return d.r.sheet(name, hidden)
}

// binary takes a file that stands in a flat document, in base64.
func (d *document) binary() error {
	if d.image {
		d.r.info.Pictures++
		d.w.leave()
		return nil
	}
	in := &binaryData{w: d.w, depth: d.w.depth}
	err := d.r.h.Embedded("binary-data", -1, base64.NewDecoder(base64.StdEncoding, in))
	if d.r.part.halt != nil {
		return d.r.part.halt
	}
	if !in.done {
		d.w.leaveTo(in.depth)
	}
	d.f.back(in.depth)
	return err
}

// binaryData reads the characters of an element without blanks.
type binaryData struct {
	w     *walker
	depth int
	rest  []byte
	done  bool
}

func (b *binaryData) Read(p []byte) (int, error) {
	for {
		n := 0
		for i, c := range b.rest {
			if n == len(p) {
				b.rest = b.rest[i:]
				return n, nil
			}
			if c > ' ' {
				p[n] = c
				n++
			}
		}
		b.rest = nil
		if n > 0 {
			return n, nil
		}
		if b.done {
			return 0, io.EOF
		}
		switch b.w.next() {
		case atEnd:
			b.done = true
			return 0, ErrDamaged
		case atText:
			b.rest = b.w.text
		case atShut:
			b.done = b.w.depth < b.depth
		}
	}
}
