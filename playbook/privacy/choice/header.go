package choice

import (
	"slices"
	"strings"
	"unicode"

	"custode/playbook/privacy/table"
)

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

// readHeader finds the columns, and copies the row.
func (f *filter) readHeader() error {
	mark, r, err := f.rows.Head()
	if err != nil {
		return err
	}
	if err := f.understand(r); err != nil {
		return err
	}
	if _, err := f.out.WriteString(mark); err != nil {
		return err
	}
	_, err = f.out.Write(r.Raw)
	return err
}

// understand finds the columns. A first row that holds a contact is no header:
// copying it would let somebody through who was not asked.
func (f *filter) understand(r table.Row) error {
	h := header{width: len(r.Cells)}
	given := table.Plain(f.Column)
	for _, cell := range r.Cells {
		text := f.rows.Charset.Text(r.Text(cell))
		if strings.ContainsAny(text, "@\uff20\ufe6b") || f.Kind == PhoneKind && digits(text) > 4 {
			return ErrHeader
		}
		name := table.Plain(text)
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

func digits(s string) (n int) {
	for _, r := range s {
		if unicode.IsDigit(r) {
			n++
		}
	}
	return n
}

// ColumnKind says what contacts a column with this header holds, false for none that is known.
func ColumnKind(header string) (Kind, bool) {
	name := table.Plain(header)
	for _, k := range [...]Kind{MailKind, PhoneKind} {
		if slices.Contains(columns[k], name) {
			return k, true
		}
	}
	return "", false
}
