package choice

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
)

// commas are the separators that are looked for.
var commas = []byte(",;\t")

// columns are the names under which contacts stand in the exports of shop and
// newsletter programs, in English and Italian, without spaces and signs.
var columns = map[Kind][]string{
	MailKind: {
		"email", "mail", "emailaddress", "mailaddress", "emailvalue", "customeremail", "subscriberemail", "contactemail",
		"emailcliente", "mailcliente", "indirizzoemail", "indirizzomail", "indirizzodiposta", "indirizzodipostaelettronica",
		"postaelettronica", "pec", "indirizzopec",
	},
	PhoneKind: {
		"phone", "phonenumber", "phonevalue", "telephone", "telephonenumber", "tel", "mobile", "mobilephone", "mobilenumber", "cell", "cellphone",
		"homephone", "workphone", "customerphone", "contactphone", "sms", "whatsapp",
		"telefono", "numeroditelefono", "numerotelefono", "telefonocliente", "telefonofisso", "telefonomobile", "telefonocellulare",
		"cellulare", "numerocellulare", "numerodicellulare", "recapitotelefonico",
	},
}

// header says which cells of a row are read, and how many there have to be.
type header struct {
	width   int
	contact []bool // columns with contacts, all of which have to have a yes
	main    []bool // of these, those of which one has to be filled
}

// readHeader finds the separator and the columns, and copies the row.
func (f *filter) readHeader() error {
	mark, err := f.rows.in.Peek(3)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if bytes.HasPrefix(mark, []byte("\xff\xfe")) || bytes.HasPrefix(mark, []byte("\xfe\xff")) {
		return ErrEncoding
	}
	if bytes.Equal(mark, []byte("\xef\xbb\xbf")) {
		f.text.is = utf
		_, _ = f.rows.in.Discard(3) // they were peeked at
		if _, err := f.out.Write(mark); err != nil {
			return err
		}
	}
	r, err := f.rows.next()
	if errors.Is(err, io.EOF) {
		return ErrHeader
	}
	if err != nil {
		return fmt.Errorf("row 1: %w", err)
	}
	if f.Comma == 0 {
		if f.rows.comma, err = separator(r.raw); err != nil {
			return err
		}
		r = f.rows.cut()
	}
	if bytes.IndexByte([]byte("\"\r\n\x00@"), f.rows.comma) >= 0 || asciiLetter(rune(f.rows.comma)) || f.rows.comma >= 0x80 {
		return ErrComma
	}
	f.text.learn(r.raw)
	if err := f.understand(r); err != nil {
		return err
	}
	_, err = f.out.Write(r.raw)
	return err
}

// separator is the one of the three that stands most often outside quotes. In
// a header of one cell any will do, as rows with more cells will not match it.
func separator(raw []byte) (byte, error) {
	counts := make([]int, len(commas))
	quoted := false
	for _, b := range raw {
		if b == '"' {
			quoted = !quoted
		} else if i := bytes.IndexByte(commas, b); i >= 0 && !quoted {
			counts[i]++
		}
	}
	most := slices.Max(counts)
	at := slices.Index(counts, most)
	if most > 0 && slices.Contains(counts[at+1:], most) {
		return 0, ErrComma
	}
	return commas[at], nil
}

// understand finds the columns. A first row that holds a contact is no header:
// copying it would let somebody through who was not asked.
func (f *filter) understand(r row) error {
	if r.broken || r.empty() {
		return ErrHeader
	}
	h := header{width: len(r.cells)}
	given := plainName(f.Column)
	if bytes.IndexByte(r.raw, 0) >= 0 {
		return ErrEncoding // UTF-16 without a mark
	}
	for _, cell := range r.cells {
		text := f.text.text(r.text(cell))
		if strings.ContainsAny(text, "@\uff20\ufe6b") || f.Kind == PhoneKind && digits(text) > 4 {
			return ErrHeader
		}
		name := plainName(text)
		known := slices.Contains(columns[f.Kind], name)
		asked := given != "" && name == given
		h.contact = append(h.contact, known || asked)
		h.main = append(h.main, asked || known && f.Column == "")
	}
	if !slices.Contains(h.main, true) {
		return ErrColumn
	}
	f.header = h
	return nil
}

// plainName is a column's name in small letters only: "E-mail 1 - Value" is
// emailvalue.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}

func digits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}
