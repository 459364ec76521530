package reader

import "bytes"

// mail stands between a reader and its sink while a mail is read as plain text,
// and notices the parts that say nothing in that way: attachments and bodies in
// base64 or quoted-printable (RFC 2045, 6). What stands in plain is handed on.
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
	for rest := m.lower; ; {
		i := bytes.Index(rest, encodingField)
		if i < 0 {
			return
		}
		rest = rest[i+len(encodingField):]
		value := bytes.TrimLeft(rest, " \t\r\n\"")
		if bytes.HasPrefix(value, []byte("base64")) || bytes.HasPrefix(value, []byte("quoted-printable")) {
			m.encoded = true
			return
		}
	}
}

// Column is of tables and objects: a mail has none.
func (m *mail) Column(name []byte, field bool) int { return m.sink.Column(name, field) }

// Cell is of tables and objects.
func (m *mail) Cell(column int, value []byte, line int64) { m.sink.Cell(column, value, line) }

// EndRecord is of tables and objects.
func (m *mail) EndRecord() { m.sink.EndRecord() }
