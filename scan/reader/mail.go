package reader

import "bytes"

// mail stands between a reader and its sink while a mail, a vCard, a calendar
// or a page is read as plain text, and notices the parts that say nothing in that
// way: attachments and bodies in base64 or quoted-printable (RFC 2045, 6; vCard
// 2.1), an @ written as a character reference or an escape. What stands in plain is handed on.
type mail struct {
	sink    Sink
	encoded bool
	lower   []byte
}

var encodingField = []byte("content-transfer-encoding:")

// Text hands text on, and looks for the header field of an encoded part.
func (m *mail) Text(buf []byte, from, to int, line int64) {
	m.sink.Text(buf, from, to, line)
	if m.encoded {
		return
	}
	m.lower = m.lower[:0]
	for _, c := range buf[from:] { // the context behind is part of it: a field may be cut in two
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		m.lower = append(m.lower, c)
	}
	for _, sign := range [...]string{";encoding=quoted-printable", ";encoding=base64", ";encoding=b", ";quoted-printable", "&#64;", "&#x40;", "%40"} {
		m.encoded = m.encoded || bytes.Contains(m.lower, []byte(sign))
	}
	for rest := m.lower; !m.encoded; {
		i := bytes.Index(rest, encodingField)
		if i < 0 {
			return
		}
		rest = rest[i+len(encodingField):]
		value := bytes.TrimLeft(rest, " \t\r\n\"")
		m.encoded = bytes.HasPrefix(value, []byte("base64")) || bytes.HasPrefix(value, []byte("quoted-printable"))
	}
}

// Column is of tables and objects: a mail has none.
func (m *mail) Column(name []byte, field bool) int { return m.sink.Column(name, field) }

// Cell is of tables and objects.
func (m *mail) Cell(column int, value []byte, line int64) { m.sink.Cell(column, value, line) }

// EndRecord is of tables and objects.
func (m *mail) EndRecord() { m.sink.EndRecord() }
