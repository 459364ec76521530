package containers

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"html"
	"strings"
	"unicode/utf8"
)

// record is a person as programs name the fields. Without a pointer a field
// that is not known is null in one file, left out in another.
type record struct {
	Last   string  `json:"cognome"`
	First  string  `json:"nome"`
	Fiscal *string `json:"codice_fiscale"`
	Mail   *string `json:"email"`
	Phone  *string `json:"telefono"`
	Street string  `json:"indirizzo"`
	Born   string  `json:"data_di_nascita"`
	IBAN   *string `json:"iban"`
}

// brief is a record that leaves out what is not known.
type brief struct {
	Last   string `json:"cognome"`
	First  string `json:"nome"`
	Fiscal string `json:"codice_fiscale,omitempty"`
	Mail   string `json:"email,omitempty"`
	Phone  string `json:"telefono,omitempty"`
	Street string `json:"indirizzo"`
	Born   string `json:"data_di_nascita"`
	IBAN   string `json:"iban,omitempty"`
}

// orNull points to s, unless it is empty.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// records are the people with null for what is not known.
func records(b *book) []record {
	var all []record
	for _, p := range b.people {
		all = append(all, record{
			p.Last, p.First, orNull(p.Fiscal), orNull(p.Mail), orNull(p.Phone), p.Street, p.Born.Format("2006-01-02"), orNull(p.IBAN),
		})
	}
	return all
}

// briefs are the people without what is not known.
func briefs(b *book) []brief {
	var all []brief
	for _, p := range b.people {
		all = append(all, brief{p.Last, p.First, p.Fiscal, p.Mail, p.Phone, p.Street, p.Born.Format("2006-01-02"), p.IBAN})
	}
	return all
}

func jsonPretty(b *book) ([]byte, error) { return json.MarshalIndent(records(b), "", "  ") }

// jsonOneLine has the people inside an object, as web services answer.
func jsonOneLine(b *book) ([]byte, error) {
	return json.Marshal(map[string]any{"pagina": 1, "totale": len(b.people), "clienti": briefs(b)})
}

func jsonLines(b *book) ([]byte, error) {
	var to bytes.Buffer
	enc := json.NewEncoder(&to)
	for _, r := range briefs(b) {
		if err := enc.Encode(r); err != nil {
			return nil, err
		}
	}
	return to.Bytes(), nil
}

// htmlPage is a web page with a table, its cells one a line.
func htmlPage(b *book) string {
	var to strings.Builder
	to.WriteString("<!DOCTYPE html>\n<html lang=\"it\">\n<head><meta charset=\"utf-8\"><title>Clienti</title>" +
		"<style>td { padding: 2px 4px }</style></head>\n<body>\n<h1>Clienti</h1>\n")
	to.WriteString(htmlTable(b) + "</body>\n</html>\n")
	return to.String()
}

// htmlTable is the table alone.
func htmlTable(b *book) string {
	var to strings.Builder
	to.WriteString("<table>\n<thead><tr>")
	for _, name := range Header() {
		to.WriteString("<th>" + html.EscapeString(name) + "</th>")
	}
	to.WriteString("</tr></thead>\n<tbody>\n")
	for i, r := range b.rows {
		to.WriteString("<tr>\n")
		for col, c := range r {
			text := html.EscapeString(c)
			if col == 3 && c != "" && i%2 == 0 {
				text = fmt.Sprintf("<a href=\"mailto:%s\">%s</a>", text, text)
			}
			to.WriteString("<td>" + text + "</td>\n")
		}
		to.WriteString("</tr>\n")
	}
	to.WriteString("</tbody>\n</table>\n")
	return to.String()
}

// xmlRecords has an element a person: the name in attributes, the rest inside.
func xmlRecords(b *book) string {
	var to strings.Builder
	to.WriteString(xml.Header + "<clienti versione=\"1.0\">\n")
	for i, p := range b.people {
		fmt.Fprintf(&to, "  <cliente id=\"%d\" cognome=\"%s\" nome=\"%s\">\n", i+1, escaped(p.Last), escaped(p.First))
		for _, f := range [][2]string{
			{"codiceFiscale", p.Fiscal},
			{"email", p.Mail},
			{"telefono", p.Phone},
			{"indirizzo", p.Street},
			{"dataNascita", p.Born.Format("2006-01-02")},
			{"iban", p.IBAN},
		} {
			if f[1] == "" {
				fmt.Fprintf(&to, "    <%s/>\n", f[0])
				continue
			}
			fmt.Fprintf(&to, "    <%s>%s</%s>\n", f[0], escaped(f[1]), f[0])
		}
		to.WriteString("  </cliente>\n")
	}
	to.WriteString("</clienti>\n")
	return to.String()
}

// escaped is text for XML. Writing to memory can't fail.
func escaped(s string) string {
	var to bytes.Buffer
	if err := xml.EscapeText(&to, []byte(s)); err != nil {
		return ""
	}
	return to.String()
}

// vcards is an address book (vCard 3.0, RFC 2426), with long lines folded.
func vcards(b *book) string {
	var to strings.Builder
	text := strings.NewReplacer("\\", "\\\\", ",", "\\,", ";", "\\;")
	for _, p := range b.people {
		street, town, _ := strings.Cut(p.Street, ", ")
		lines := []string{
			"BEGIN:VCARD", "VERSION:3.0",
			"N:" + text.Replace(p.Last) + ";" + text.Replace(p.First) + ";;;",
			"FN:" + text.Replace(p.First+" "+p.Last),
			"ADR;TYPE=home:;;" + text.Replace(street) + ";" + text.Replace(town) + ";;;Italia",
			"BDAY:" + p.Born.Format("2006-01-02"),
		}
		for _, f := range [][2]string{
			{"TEL;TYPE=CELL:", p.Phone},
			{"EMAIL;TYPE=INTERNET:", p.Mail},
			{"NOTE:Codice fiscale ", p.Fiscal},
			{"X-IBAN:", p.IBAN},
		} {
			if f[1] != "" {
				lines = append(lines, f[0]+text.Replace(f[1]))
			}
		}
		for _, l := range append(lines, "END:VCARD") {
			to.WriteString(folded(l))
		}
	}
	return to.String()
}

// folded cuts a line after 75 bytes at most, between two characters; the next
// begins with a space (RFC 2425, section 5.8.1).
func folded(line string) string {
	const most = 75
	var to strings.Builder
	room := most
	for line != "" {
		n := min(len(line), room)
		for n < len(line) && !utf8.RuneStart(line[n]) {
			n--
		}
		to.WriteString(line[:n] + "\r\n")
		if line = line[n:]; line != "" {
			to.WriteString(" ")
		}
		room = most - 1
	}
	return to.String()
}
