package choice

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// charset is how the file writes what is not ASCII. The first such row says it,
// or the mark at the start of the file, and it holds for the rest.
type charset struct{ is encoding }

type encoding int

const (
	unknown encoding = iota
	utf
	windows
)

func (c *charset) learn(raw []byte) {
	if c.is != unknown {
		return
	}
	for i, b := range raw {
		if b < utf8.RuneSelf {
			continue
		}
		c.is = windows
		if utf8.Valid(raw[i:]) {
			c.is = utf
		}
		return
	}
}

// text decodes a cell; what is not of the file's encoding stays broken UTF-8,
// which no contact may hold.
func (c *charset) text(b []byte) string {
	if c.is != windows {
		return string(b)
	}
	s, err := charmap.Windows1252.NewDecoder().Bytes(b)
	if err != nil {
		return string(b)
	}
	return string(s)
}

// contacts reads a cell of a column with contacts: one, or several between
// separators. Nothing is a contact too few, not a mistake; what cannot be read
// is one.
func (f *filter) contacts(cell []byte) ([]Contact, bool) {
	text := strings.TrimSpace(f.text.text(cell))
	if text == "" {
		return nil, true
	}
	if c, err := Normal(f.Kind, text, f.Country); err == nil {
		return []Contact{c}, true
	}
	between := ",;|\r\n\t"
	if f.Kind == PhoneKind {
		between += "/"
	}
	parts := strings.FieldsFunc(strings.ReplaceAll(text, " ::: ", ";"), func(r rune) bool { return strings.ContainsRune(between, r) })
	if len(parts) < 2 && f.Kind == MailKind {
		parts = strings.Fields(text)
	}
	contacts := []Contact(nil)
	for _, part := range parts {
		if strings.TrimSpace(part) == "" {
			continue
		}
		c, err := Normal(f.Kind, part, f.Country)
		if err != nil {
			return nil, false
		}
		contacts = append(contacts, c)
	}
	return contacts, len(contacts) > 0
}

// elsewhere finds the addresses in the other cells of a row: another program
// may write to them. What looks like one and is none makes the row unreadable;
// a name on a network ("@anna") does not look like one.
func (f *filter) elsewhere(cell []byte) ([]Contact, bool) {
	if bytes.IndexByte(cell, '@') < 0 {
		return nil, true
	}
	text := f.text.text(cell)
	if c, err := Normal(MailKind, text, ""); err == nil {
		return []Contact{c}, true
	}
	contacts := []Contact(nil)
	for _, word := range strings.FieldsFunc(text, splits) {
		at := strings.LastIndexByte(word, '@')
		if at <= 0 || !strings.ContainsAny(word[at:], ".\u3002\uff0e\uff61") {
			continue
		}
		c, err := Normal(MailKind, word, "")
		if err != nil {
			return nil, false
		}
		contacts = append(contacts, c)
	}
	return contacts, true
}

// splits are the characters that no address holds outside quotes.
func splits(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",;:<>()[]", r) }
