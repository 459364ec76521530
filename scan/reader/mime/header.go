package mime

import (
	"bytes"
	"strings"
)

const (
	maxGap  = 16       // empty lines in the text of a header
	maxText = 64 << 10 // bytes of the text of a header at which it is handed over
)

// meta is what the header of a message or part says about its content.
type meta struct {
	typ        string // as Part.Type; empty for the default
	boundary   []byte
	charset    string // as written, in lower case
	smime      string // smime-type, in lower case
	encoding   string // the transfer encoding, in lower case
	attachment bool
	name       string // of Content-Disposition
	typeName   string // of Content-Type
}

// header gathers the fields of one header. Its buffers are used for all headers
// of a file, one after the other.
type header struct {
	raw   []byte // the field, unfolded
	named int    // len of its name with the colon in raw
	kind  fieldKind
	at    int64  // the line on which it begins
	text  []byte // for the Handler
	first int64  // the line on which text begins
	next  int64  // the line of what is appended to text
	word  []byte // decoded bytes of encoded words, before their charset
	segs  []segment
}

type fieldKind int

const (
	words   fieldKind = iota // handed over
	machine                  // left out
	ctType                   // the rest is of MIME
	ctEncoding
	ctDisposition
)

// header reads a header up to its empty line, or to the first line that is not
// of a header, and hands over what people and programs wrote in it.
func (rd *reader) header(s *scope) (meta, error) {
	h := &rd.hdr
	var m meta
	h.raw, h.text = h.raw[:0], h.text[:0]
	for {
		text, eol, ok := s.peek()
		if !ok {
			break
		}
		begins := !s.mid || len(h.raw) == 0
		if begins && len(text) == 0 {
			s.take(0, eol)
			break
		}
		if begins && (text[0] != ' ' && text[0] != '\t' || len(h.raw) == 0) {
			if err := rd.endField(&m); err != nil {
				return m, err
			}
			if !h.begin(text, s.line) && !rd.stray(s, text, eol) {
				break
			}
		}
		if err := rd.grow(s, text, eol); err != nil {
			return m, err
		}
	}
	if err := rd.endField(&m); err != nil {
		return m, err
	}
	return m, rd.flushText()
}

// begin begins a field, if line does.
func (h *header) begin(line []byte, at int64) bool {
	n := fieldName(line)
	if n == 0 {
		return false
	}
	h.named, h.at, h.kind = n+1, at, kindOf(line[:n])
	return true
}

// stray tells whether a line that is no field still stands in a header: all lines
// after it, up to an empty one that is near, are of a header. It is then handed
// over as a field without a name.
func (rd *reader) stray(s *scope, line []byte, eol int) bool {
	if eol == 0 {
		return false
	}
	fields := 0
	for rest := s.after(len(line) + eol); len(rest) > 0; {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 || i > lookahead {
			return false
		}
		next := bytes.TrimSuffix(rest[:i], []byte("\r"))
		switch {
		case len(next) == 0:
			if fields == 0 {
				return false
			}
			rd.hdr.named, rd.hdr.at, rd.hdr.kind = 0, s.line, words
			return true
		case fieldName(next) > 0:
			fields++
		case next[0] != ' ' && next[0] != '\t':
			return false
		}
		rest = rest[i+1:]
	}
	return false
}

// grow takes a piece that s shows into the field. What there is of a field that
// becomes too long is handed over, up to a place where no word is cut; of the
// fields that are not handed over the beginning is kept.
func (rd *reader) grow(s *scope, text []byte, eol int) error {
	h := &rd.hdr
	defer s.take(len(text), eol)
	fold := !s.mid && len(h.raw) > 0
	if fold {
		text = bytes.TrimLeft(text, " \t")
	}
	if fold {
		h.raw = append(h.raw, ' ')
	}
	for len(text) > 0 {
		n := min(len(text), maxField/4)
		if len(h.raw)+n > maxField {
			if h.kind != words {
				return nil
			}
			if err := rd.spill(s.line, n); err != nil {
				return err
			}
		}
		h.raw = append(h.raw, text[:n]...)
		text = text[n:]
	}
	return nil
}

// spill hands over most of the field at hand and keeps its name and its end, so
// that there is room.
func (rd *reader) spill(line int64, room int) error {
	h := &rd.hdr
	cut := len(h.raw)
	i := bytes.LastIndexAny(h.raw[h.named:], " ,;") + h.named + 1
	if i > h.named && h.named+cut-i+room < maxField {
		cut = i
	}
	err := rd.handField(h.raw[:cut])
	h.raw = append(h.raw[:h.named], h.raw[cut:]...)
	h.at = line
	return err
}

// endField ends the field at hand, if there is one.
func (rd *reader) endField(m *meta) error {
	h := &rd.hdr
	if len(h.raw) == 0 {
		return nil
	}
	raw, value := h.raw, h.raw[h.named:]
	h.raw = h.raw[:0]
	switch h.kind {
	case words:
		return rd.handField(raw)
	case machine:
	case ctType:
		rd.contentType(m, value)
	case ctEncoding:
		m.encoding = token(value)
	case ctDisposition:
		rd.disposition(m, value)
	}
	return nil
}

// handField adds a field to the text, on its line.
func (rd *reader) handField(raw []byte) error {
	h := &rd.hdr
	if len(h.text) >= maxText || h.at-h.next > maxGap {
		if err := rd.flushText(); err != nil {
			return err
		}
	}
	if len(h.text) == 0 {
		h.first, h.next = h.at, h.at
	}
	for ; h.next < h.at; h.next++ {
		h.text = append(h.text, '\n')
	}
	h.text = append(h.text, raw[:h.named]...)
	if h.named > 0 {
		h.text = append(h.text, ' ')
	}
	h.text = append(rd.appendWords(h.text, bytes.TrimSpace(raw[h.named:])), '\n')
	h.next++
	return nil
}

func (rd *reader) flushText() error {
	h := &rd.hdr
	if len(h.text) == 0 {
		return nil
	}
	err := rd.h.Header(rd.counts[0], h.text, h.first)
	h.text = h.text[:0]
	return err
}

// fieldName is the length of the name of the field that line begins with, 0 if it
// begins with none (RFC 5322, 2.2). Blanks before the colon are of the name.
func fieldName(line []byte) int {
	const longest = 128
	line = line[:min(len(line), longest)]
	for i, c := range line {
		switch {
		case c == ':':
			return i
		case c == ' ' || c == '\t':
			n := len(line[i:]) - len(bytes.TrimLeft(line[i:], " \t"))
			if i > 0 && n > 0 && i+n < len(line) && line[i+n] == ':' {
				return i + n
			}
			return 0
		case c <= ' ' || c > '~' || i == 0 && c == '-':
			return 0
		}
	}
	return 0
}

func kindOf(name []byte) fieldKind {
	name = bytes.TrimRight(name, " \t")
	switch {
	case bytes.EqualFold(name, []byte("Content-Type")):
		return ctType
	case bytes.EqualFold(name, []byte("Content-Transfer-Encoding")):
		return ctEncoding
	case bytes.EqualFold(name, []byte("Content-Disposition")):
		return ctDisposition
	case machineField(name):
		return machine
	}
	return words
}

// machineField tells the fields that are left out: what machines write for other
// machines about transport, signatures, spam and identity. Every other field
// is handed over, also one that nobody knows.
//
// They are Date, Message-ID, In-Reply-To, References, MIME-Version, Content-ID,
// Content-Length, Lines, Received, Received-SPF, Authentication-Results,
// DKIM-Signature, DomainKey-Signature, ARC-*, Autocrypt*, Thread-Index,
// Status, Precedence, Importance, Auto-Submitted, List-ID, Feedback-ID, and of the X- fields
// X-Received, X-Mailer, X-Priority, X-Status, X-UID*, X-Mozilla-*, X-Google-*,
// X-Gm-*, X-Spam-*, X-Virus-*, X-DKIM*, X-MS-Exchange-*, X-MS-Has-*, X-MS-TNEF-*,
// X-Microsoft-Antispam*, X-Forefront-*, X-OriginatorOrg and X-IronPort-*.
func machineField(name []byte) bool {
	var low [64]byte
	if len(name) > len(low) {
		return false
	}
	for i, c := range name {
		low[i] = lower(c)
	}
	n := low[:len(name)]
	switch string(n) {
	case "date", "message-id", "in-reply-to", "references", "mime-version", "content-id",
		"content-length", "lines", "received", "received-spf", "authentication-results",
		"dkim-signature", "domainkey-signature", "thread-index", "status", "precedence",
		"importance", "auto-submitted", "list-id", "feedback-id",
		"x-received", "x-mailer", "x-priority", "x-status", "x-originatororg":
		return true
	}
	for _, prefix := range [...]string{
		"arc-", "autocrypt", "x-uid", "x-mozilla-", "x-google-", "x-gm-", "x-spam-", "x-virus-", "x-dkim",
		"x-ms-exchange-", "x-ms-has-", "x-ms-tnef-", "x-microsoft-antispam", "x-forefront-", "x-ironport-",
	} {
		if bytes.HasPrefix(n, []byte(prefix)) {
			return true
		}
	}
	return false
}

// token is the first word of a value, in lower case, without comments and quotes.
func token(value []byte) string {
	value = skipBlanks(value)
	if len(value) > 0 && value[0] == '"' {
		value = value[1:]
	}
	n := bytes.IndexAny(value, " \t;(\"")
	if n < 0 {
		n = len(value)
	}
	return strings.ToLower(string(value[:min(n, maxToken)]))
}
