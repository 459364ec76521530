package choice

import (
	"bytes"
	"strings"
	"unicode"
)

// contacts reads a cell of a column with contacts: one, or several between
// separators. Nothing is a contact too few, not a mistake; what cannot be read
// is one.
func (f *filter) contacts(cell []byte) ([]Contact, bool) {
	text := strings.TrimSpace(f.rows.Charset.Text(cell))
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
	text := f.rows.Charset.Text(cell)
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
