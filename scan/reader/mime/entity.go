package mime

import (
	"bytes"
	"fmt"
	"strings"
)

// place is where in a mail an entity stands.
type place struct {
	message     int // its number among those of its depth
	depth       int
	nest        int // multiparts and messages around it
	encoded     int // messages in base64 or quoted-printable around it
	digest      bool
	alternative bool
	sealed      bool // inside multipart/encrypted
}

// work is what decoding one part at a time needs.
type work struct {
	asIs   asIs
	quoted quoted
	base64 base64
	uu     uudecoder
	y      ydecoder
	body   body
}

// work gives the decoders for the parts of a place.
func (rd *reader) work(at place) *work {
	if rd.decs[at.encoded] == nil {
		rd.decs[at.encoded] = &work{}
	}
	return rd.decs[at.encoded]
}

// message reads one message; at is where it stands.
func (rd *reader) message(s *scope, at place) error {
	rd.counts[at.depth]++
	at.message = rd.counts[at.depth]
	at.digest, at.alternative, at.sealed = false, false, false
	return rd.entity(s, at)
}

// entity reads the header and the content of a message or part. When it
// returns without an error, s is at its end.
func (rd *reader) entity(s *scope, at place) error {
	m, err := rd.header(s)
	if err != nil {
		return err
	}
	if m.typ == "" {
		m.typ = "text/plain"
		if at.digest {
			m.typ = "message/rfc822"
		}
	}
	if m.name == "" {
		m.name = m.typeName
	}
	switch {
	case strings.HasPrefix(m.typ, "multipart/"):
		return rd.compound(s, at, &m)
	case m.typ == "message/rfc822", m.typ == "message/global", m.typ == "message/news":
		return rd.attached(s, at, &m)
	}
	return rd.leaf(s, at, &m)
}

// raw hands over what cannot be taken apart.
func (rd *reader) raw(s *scope, at place) error {
	rd.info.Unread++
	return rd.leaf(s, at, &meta{typ: "text/plain"})
}

// compound reads a multipart if it can be told where its parts end. Illegally, all
// of it may be encoded.
func (rd *reader) compound(s *scope, at place, m *meta) error {
	if at.nest >= maxNest {
		return rd.raw(s, at)
	}
	if m.encoding == "base64" && isBase64(s) {
		return rd.encoded(s, at, m, func(in *scope, at place) error { return rd.multipart(in, at, m) })
	}
	return rd.multipart(s, at, m)
}

// fault says what went wrong with reading: with Spend, or with the stream.
func (rd *reader) fault(s *scope) error {
	switch {
	case rd.err != nil:
		return rd.err
	case s.err != nil && s.still: // the inner stream has it from the outer one
		return s.err
	case s.err != nil:
		return fmt.Errorf("mime: reading stopped: %w", s.err)
	}
	return nil
}

// multipart reads the parts of a multipart, and what stands before and behind them
// (RFC 2046, 5.1).
func (rd *reader) multipart(s *scope, at place, m *meta) error {
	boundary := s.boundary(m.boundary)
	if boundary == nil {
		return rd.raw(s, at)
	}
	level := len(s.bounds)
	s.bounds = append(s.bounds, boundary)
	defer func() { s.bounds = s.bounds[:level] }()
	at.nest++
	at.digest = m.typ == "multipart/digest"
	at.alternative = at.alternative || m.typ == "multipart/alternative"
	if at.sealed = m.typ == "multipart/encrypted"; at.sealed {
		rd.info.Encrypted++
	}
	closed := false
	err := rd.between(s, at)
	for err == nil && s.at.kind == atBoundary && s.at.level == level {
		closed = s.at.last
		s.takeLine()
		if closed {
			err = rd.between(s, at)
		} else {
			err = rd.entity(s, at)
		}
	}
	if !closed {
		rd.info.Broken++
	}
	return err
}

// between hands over what stands before the first part of a multipart or behind
// its last, if it is more than blanks.
func (rd *reader) between(s *scope, at place) error {
	w := rd.work(at)
	p := rd.part(s, at, &meta{typ: "text/plain"})
	w.asIs = asIs{s: s}
	w.body.begin(rd, s, &w.asIs, false)
	if isBlank(w.body.head()) && w.body.over {
		return rd.fault(s)
	}
	return rd.hand(p, &w.body, "")
}

// attached reads an attached message, also one that is encoded though it may not be
// (RFC 2046, 5.2.1).
func (rd *reader) attached(s *scope, at place, m *meta) error {
	if at.nest >= maxNest {
		return rd.raw(s, at)
	}
	inside := func(s *scope, at place) error {
		at.depth++
		at.nest++
		rd.opening(s)
		return rd.message(s, at)
	}
	if m.encoding == "base64" && isBase64(s) || m.encoding == "quoted-printable" {
		return rd.encoded(s, at, m, inside)
	}
	return inside(s, at)
}

// encoded reads what is inside an encoded multipart or message.
func (rd *reader) encoded(s *scope, at place, m *meta, inside func(*scope, place) error) error {
	if at.encoded >= maxEncoded {
		return rd.raw(s, at)
	}
	w := rd.work(at)
	line := s.line
	src, _ := rd.decoder(w, s, m)
	w.body.begin(rd, s, src, true)
	in := newScope(&w.body, rd.stop, make([]byte, innerSize))
	in.line, in.still = line, true
	at.encoded++
	if err := inside(in, at); err != nil {
		return err
	}
	s.skip()
	return rd.fault(s)
}

// decoder gives the decoder of a part, and tells whether there is one for its
// transfer encoding.
func (rd *reader) decoder(w *work, s *scope, m *meta) (src decoder, known bool) {
	switch m.encoding {
	case "base64":
		if !isBase64(s) {
			break
		}
		w.base64 = base64{s: s, side: w.base64.side[:0]}
		return &w.base64, true
	case "quoted-printable", "quotedprintable":
		w.quoted = quoted{s: s}
		return &w.quoted, true
	case "", "7bit", "8bit", "7-bit", "8-bit", "7bits", "8bits", "binary":
		plain := m.typ == "text/plain" && !m.attachment && m.name == "" && !strings.HasPrefix(m.charset, "utf-16")
		w.asIs = asIs{s: s, uu: plain}
		return &w.asIs, true
	case "x-uuencode", "x-uue", "uuencode", "uue", "x-yencode", "yencode", "x-yenc":
		w.asIs = asIs{s: s, uu: true}
		return &w.asIs, true
	}
	w.asIs = asIs{s: s}
	return &w.asIs, false
}

// part begins the description of a leaf part.
func (rd *reader) part(s *scope, at place, m *meta) Part {
	return Part{
		Message: at.message, Outer: rd.counts[0], Depth: at.depth, Type: m.typ, Name: m.name,
		Inline:      strings.HasPrefix(m.typ, "text/") && !m.attachment && m.name == "",
		Alternative: at.alternative, Line: s.line,
	}
}

// leaf hands over a leaf part, and the attachments in its text.
func (rd *reader) leaf(s *scope, at place, m *meta) error {
	w := rd.work(at)
	p := rd.part(s, at, m)
	src, known := rd.decoder(w, s, m)
	if !known {
		rd.info.Unread++
	}
	w.body.begin(rd, s, src, src != decoder(&w.asIs))
	if w.sealed(at, m) {
		if !at.sealed {
			rd.info.Encrypted++
		}
		s.skip()
		return rd.fault(s)
	}
	if p.Inline && isArmour(w.body.head()) {
		rd.info.Encrypted++
	}
	if src == decoder(&w.asIs) && w.asIs.uu {
		return rd.split(s, p, w, m.charset)
	}
	if err := rd.hand(p, &w.body, m.charset); err != nil {
		return err
	}
	if src == decoder(&w.base64) && (len(w.base64.side) > 0 || w.base64.lost) {
		return rd.aside(p, w)
	}
	return nil
}

// aside hands over the text that stood in the middle of base64.
func (rd *reader) aside(p Part, w *work) error {
	if w.base64.lost {
		rd.info.Unread++
	}
	p.Type, p.Name, p.Inline = "text/plain", "", true
	return rd.h.Part(p, bytes.NewReader(appendText(nil, w.base64.side)))
}

// split hands over a text, and the attachments in it as parts of their own.
func (rd *reader) split(s *scope, p Part, w *work, charset string) error {
	text := p
	for first := true; ; first = false {
		found := w.asIs.found
		empty := w.body.over && isBlank(w.body.head())
		if !empty || first && found.kind == noAttachment {
			if err := rd.hand(text, &w.body, charset); err != nil {
				return err
			}
			found = w.asIs.found
		}
		if found.kind == noAttachment {
			if first && !p.Inline { // a transfer encoding that is not there
				rd.info.Unread++
			}
			return rd.fault(s)
		}
		s.takeLine()
		file := p
		file.Inline, file.Line = false, s.line
		if p.Inline || file.Name == "" {
			file.Name = found.name
		}
		if p.Inline {
			file.Type = "application/octet-stream"
		}
		w.body.begin(rd, s, w.begin(s, found.kind), true)
		if err := rd.hand(file, &w.body, ""); err != nil {
			return err
		}
		text.Line = s.line
		w.asIs = asIs{s: s, uu: true}
		w.body.begin(rd, s, &w.asIs, false)
	}
}

// begin gives the decoder of an attachment in a text.
func (w *work) begin(s *scope, kind int) decoder {
	if kind == yEncoded {
		w.y = ydecoder{s: s}
		return &w.y
	}
	w.uu = uudecoder{s: s}
	return &w.uu
}

// hand hands one part over and skips what is left of it.
func (rd *reader) hand(p Part, b *body, charset string) error {
	if strings.HasPrefix(p.Type, "text/") || strings.HasPrefix(p.Type, "message/") {
		rd.decodeText(p, b, charset)
	}
	err := rd.h.Part(p, b)
	b.err = errNotUsed
	if err != nil {
		return err
	}
	b.drain()
	return rd.fault(b.s)
}

// decodeText sets the charset of a text, unless it looks binary.
func (rd *reader) decodeText(p Part, b *body, charset string) {
	head := b.head()
	name, mark := setOf(charset, p.Type, head)
	if !p.Inline && !strings.HasPrefix(name, "utf-16") && !strings.HasPrefix(name, "utf-32") && looksBinary(head) {
		return
	}
	set := rd.sets.of(name)
	if set.foreign {
		rd.info.Unread++
	}
	b.pos += mark
	b.to = set.to
}

// The object identifiers of what is sealed in a CMS message (RFC 5652, 6.1 and 8;
// RFC 5083, 2).
const (
	oidEnveloped     = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"
	oidEncrypted     = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"
	oidAuthEnveloped = "\x06\x0b\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"
)

// sealed tells whether the body begun is out of reach without a key.
func (w *work) sealed(at place, m *meta) bool {
	head := w.body.head()
	if at.sealed {
		return isArmour(head) || m.typ == "application/pgp-encrypted" && w.body.over && len(head) < 64
	}
	smime := m.typ == "application/pkcs7-mime" || m.typ == "application/x-pkcs7-mime"
	if !smime && !strings.HasSuffix(strings.ToLower(m.name), ".p7m") || len(head) == 0 || head[0] != 0x30 {
		return false
	}
	start := string(head[:min(len(head), 40)])
	for _, oid := range [...]string{oidEnveloped, oidEncrypted, oidAuthEnveloped} {
		if strings.Contains(start, oid) {
			return true
		}
	}
	return false
}

// isArmour tells a message sealed with PGP (RFC 9580, 6.2).
func isArmour(head []byte) bool {
	return bytes.HasPrefix(bytes.TrimLeft(head, " \r\n\t"), []byte("-----BEGIN PGP MESSAGE-----"))
}
