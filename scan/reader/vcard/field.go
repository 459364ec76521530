package vcard

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// nameOf is the plain name of the field that a property is.
func nameOf(property string) string {
	switch property {
	case "FN":
		return "Full name"
	case "EMAIL":
		return "Email"
	case "TEL":
		return "Phone"
	case "ADR", "LABEL":
		return "Address"
	case "BDAY":
		return "Date of birth"
	case "ORG":
		return "Company"
	case "NOTE":
		return "Notes"
	case "URL":
		return "Website"
	}
	return property
}

// field hands over the value of a property.
func (r *reader) field(property string, value []byte) {
	switch property {
	case "N":
		names := [...]string{"Surname", "First name", "Middle name", "Title", "Suffix"}
		for i := 0; len(value) > 0; i++ {
			var part []byte
			part, value = cutPart(value)
			r.value = r.western(r.text(part), 0) // base64 may hold anything
			r.cell(names[min(i, len(names)-1)], r.value)
		}
		return
	case "ADR", "ORG":
		r.value = r.value[:0]
		for len(value) > 0 {
			var part []byte
			part, value = cutPart(value)
			n := len(r.value)
			if n > 0 && r.value[n-1] != ' ' {
				r.value = append(r.value, ' ')
			}
			r.value = r.decode(r.value, bytes.TrimSpace(part), &r.p)
		}
		r.value = r.western(r.value, 0)
		r.cell(nameOf(property), r.value)
		return
	}
	v := r.text(value)
	switch property {
	case "ATTENDEE", "ORGANIZER", "CALADRURI", "MEMBER", "RELATED":
		if address, ok := cutScheme(v, "mailto:"); ok || bytes.IndexByte(v, '@') > 0 && bytes.IndexByte(v, ' ') < 0 {
			r.cell("Email", unpercent(address))
			return
		}
	case "EMAIL":
		v, _ = cutScheme(v, "mailto:")
	case "TEL":
		v, _ = cutScheme(v, "tel:")
	case "BDAY":
		v = r.isoDate(v)
	}
	if r.p.b64 && !isText(v) {
		r.photos++
		return
	}
	r.cell(nameOf(property), v)
}

// param hands over a parameter in which people write: names and addresses.
func (r *reader) param(property string, key, value []byte) {
	if len(key) == 0 || len(value) == 0 || len(key) > maxName {
		return
	}
	if address, ok := cutScheme(value, "mailto:"); ok {
		r.cell("Email", unpercent(address))
		return
	}
	switch name := strings.ToUpper(string(key)); name {
	case "CN", "SORT-AS":
		r.cell("Full name", value)
	case "EMAIL":
		r.cell("Email", value)
	case "LABEL":
		r.value = r.unescape(r.value[:0], value)
		r.cell(nameOf(property), r.value)
	case "X-FILENAME", "FILENAME", "X-ADDRESS", "X-TITLE", "X-APPLE-FILENAME":
		r.cell(name, value)
	default:
		if bytes.IndexByte(value, '@') >= 0 {
			r.cell("Email", value)
		}
	}
}

// text decodes a value.
func (r *reader) text(raw []byte) []byte {
	r.value = r.decode(r.value[:0], raw, &r.p)
	return r.value
}

// cutPart cuts a value at its first semicolon that is not escaped.
func cutPart(b []byte) (part, rest []byte) {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case '\\':
			i++
		case ';':
			return b[:i], b[i+1:]
		}
	}
	return b, nil
}

// cutScheme cuts the scheme of an address off, if it has it.
func cutScheme(b []byte, scheme string) ([]byte, bool) {
	b = bytes.TrimSpace(b)
	if len(b) >= len(scheme) && bytes.EqualFold(b[:len(scheme)], []byte(scheme)) {
		return b[len(scheme):], true
	}
	return b, false
}

// isoDate brings the date of a date, or of a date and time, to the form 1984-03-12
// (RFC 6350, 4.3). What is none, or has no year, stays as it is.
func (r *reader) isoDate(b []byte) []byte {
	b = bytes.TrimSpace(b)
	if i := bytes.IndexAny(b, "Tt "); i == 8 || i == 10 {
		b = b[:i]
	}
	if len(b) != 8 {
		return b
	}
	for _, c := range b {
		if c < '0' || c > '9' {
			return b
		}
	}
	r.part = append(append(append(append(append(r.part[:0], b[:4]...), '-'), b[4:6]...), '-'), b[6:]...)
	return r.part
}

// isText tells whether b is text.
func isText(b []byte) bool {
	for _, c := range b {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' {
			return false
		}
	}
	return utf8.Valid(b)
}
