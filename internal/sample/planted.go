package sample

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The kinds that are planted, as the contract of the command line calls them.
const (
	kindEmail   = "email"
	kindPhone   = "phone"
	kindCard    = "card"
	kindIBAN    = "iban"
	kindFiscal  = "it_fiscal_code"
	kindVAT     = "it_vat"
	kindName    = "name"
	kindAddress = "address"
	kindBirth   = "date_of_birth"
)

// value is one piece of personal data as it stands in a file, and as it is
// compared. Without a kind it is just words.
type value struct {
	kind    string
	spelled string
	norm    string
	raw     bool // written as it is, without the quotes that a cell may need
}

// cell is what stands in one cell, one field or one line: words and values.
type cell []value

// mix makes a cell of strings, values and cells.
func mix(parts ...any) cell {
	var c cell
	for _, part := range parts {
		switch v := part.(type) {
		case string:
			c = append(c, value{spelled: v})
		case value:
			c = append(c, v)
		case cell:
			c = append(c, v...)
		}
	}
	return c
}

// key is what makes one person the same as another: a kind and its value.
type key struct{ kind, norm string }

// place is one kind in one column, where distinct values are counted.
type place struct{ kind, column string }

// set is a set of strings.
type set map[string]struct{}

// page is one file in the making: its bytes and what was planted in them.
type page struct {
	file   File
	age    time.Duration
	encode func(string) []byte

	buf    bytes.Buffer
	bytes  []byte // what is written in the end
	sep    string
	eol    string
	quoted bool // every cell stands in quotes
	prose  bool // free text: people are counted over the file, not by the record

	seen   map[place]set
	record []value
	people map[key]struct{}
	stands set // every spelling in this file
	means  set // normalised spellings
}

// newPage begins a file that was last changed so many days ago.
func newPage(path, format string, days int) *page {
	return &page{
		file:   File{Path: path, Format: format, Examined: true},
		age:    time.Duration(days)*24*time.Hour + time.Duration(len(path))*time.Minute,
		encode: func(s string) []byte { return []byte(s) },
		sep:    ";", eol: "\n",
		seen: map[place]set{}, people: map[key]struct{}{}, stands: set{}, means: set{},
	}
}

// plant counts one value in a column.
func (p *page) plant(column string, v value) {
	if v.kind == "" {
		return
	}
	if p.file.Kinds == nil {
		p.file.Kinds = map[string]Count{}
	}
	at := place{v.kind, column}
	if p.seen[at] == nil {
		p.seen[at] = set{}
	}
	n := p.file.Kinds[v.kind]
	n.Count++
	if _, old := p.seen[at][v.norm]; !old {
		p.seen[at][v.norm] = struct{}{}
		n.Distinct++
	}
	p.file.Kinds[v.kind] = n
	p.record = append(p.record, v)
	if v.kind == kindName {
		return // alone it may be a common word: person.full stands for it
	}
	p.stands[v.spelled] = struct{}{}
	p.means[v.norm] = struct{}{}
	if v.kind == kindAddress { // the street alone says as much
		street, _, _ := strings.Cut(v.spelled, ",")
		p.means[street] = struct{}{}
	}
}

// say writes words and values into free text.
func (p *page) say(parts ...any) {
	for _, v := range mix(parts...) {
		p.buf.WriteString(v.spelled)
		p.plant("", v)
	}
}

// header writes the names of the columns.
func (p *page) header(names ...string) {
	p.buf.WriteString(strings.Join(names, p.sep) + p.eol)
}

// row writes one record of a table: one argument, one cell.
func (p *page) row(cells ...any) {
	for i, c := range cells {
		if i > 0 {
			p.buf.WriteString(p.sep)
		}
		var text string
		raw := false
		for _, v := range mix(c) {
			text += v.spelled
			raw = raw || v.raw
			p.plant(strconv.Itoa(i), v)
		}
		if !raw && (p.quoted || strings.ContainsAny(text, p.sep+"\"\r\n")) {
			text = `"` + strings.ReplaceAll(text, `"`, `""`) + `"`
		}
		p.buf.WriteString(text)
	}
	p.buf.WriteString(p.eol)
	p.endRecord()
}

// field is one named value of a JSON object: nil, a number, a string, strings,
// a value, a cell or the fields of an object inside.
type field struct {
	name string
	val  any
}

// object writes one JSON object and closes its record.
func (p *page) object(fields ...field) {
	p.fields("", fields)
	p.endRecord()
}

// fields writes an object whose fields are counted under a path.
func (p *page) fields(path string, fields []field) {
	p.buf.WriteByte('{')
	for i, f := range fields {
		if i > 0 {
			p.buf.WriteByte(',')
		}
		p.buf.WriteString(strconv.Quote(f.name) + ":")
		switch v := f.val.(type) {
		case []field:
			p.fields(path+f.name+".", v)
		case value, cell:
			var text strings.Builder
			for _, part := range mix(v) {
				text.WriteString(part.spelled)
				p.plant(path+f.name, part)
			}
			p.json(text.String())
		default:
			p.json(v)
		}
	}
	p.buf.WriteByte('}')
}

// json writes a plain value: strings, numbers and nil can't fail.
func (p *page) json(v any) {
	b, err := json.Marshal(v)
	if err != nil {
		panic("sample: " + err.Error())
	}
	p.buf.Write(b)
}

// endRecord counts the person of the row or object that ends here.
func (p *page) endRecord() {
	if p.prose {
		return
	}
	if k, ok := whose(p.record); ok {
		p.people[k] = struct{}{}
	}
	p.record = p.record[:0]
}

// personKinds are the kinds that tell people apart, the best first.
func personKinds() []string {
	return []string{kindFiscal, kindEmail, kindPhone, kindIBAN, kindCard}
}

// whose says whom a record is about: the first of the kinds that tell people
// apart, or else the name with the date of birth.
func whose(record []value) (key, bool) {
	for _, kind := range personKinds() {
		for _, v := range record {
			if v.kind == kind {
				return key{kind, v.norm}, true
			}
		}
	}
	var names, born string
	for _, v := range record {
		switch v.kind {
		case kindName:
			names += " " + v.norm
		case kindBirth:
			born = v.norm
		}
	}
	return key{kindName, names + "|" + born}, names != ""
}

// finish closes the file and returns its bytes.
func (p *page) finish() []byte {
	if p.prose {
		var most set
		kind := ""
		for _, k := range personKinds() {
			if values := p.seen[place{k, ""}]; len(values) > len(most) {
				most, kind = values, k
			}
		}
		for norm := range most {
			p.people[key{kind, norm}] = struct{}{}
		}
	}
	p.file.People = len(p.people)
	p.file.Clean = p.file.Examined && len(p.file.Kinds) == 0
	return p.encode(p.buf.String())
}
