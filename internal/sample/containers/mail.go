package containers

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"mime/quotedprintable"
	"strings"
	"time"
)

// boundary stands between the parts of a mail.
const boundary = "=_parte_0001_custode"

// head are the header fields of a mail to the shop.
func head(from, subject string, at time.Time, content string) string {
	return "From: " + from + "\r\nTo: Ferramenta Esempio <" + Shop + ">\r\nSubject: " + subject +
		"\r\nDate: " + at.Format(time.RFC1123Z) + "\r\nMIME-Version: 1.0\r\n" + content + "\r\n"
}

// moment is when the first mail was sent.
func moment() time.Time { return time.Date(2025, time.March, 3, 9, 30, 0, 0, time.UTC) }

// mailWithFile has the list as an attachment.
func mailWithFile(b *book) ([]byte, error) {
	var to bytes.Buffer
	to.WriteString(head("Gestionale <"+form+">", "Esportazione clienti", moment(), "Content-Type: multipart/mixed; boundary=\""+boundary+"\"\r\n"))
	to.WriteString("--" + boundary + "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 7bit\r\n\r\n" +
		"In allegato l'elenco dei clienti.\r\n\r\n--" + boundary + "\r\n" +
		"Content-Type: text/csv; charset=utf-8; name=\"clienti.csv\"\r\nContent-Transfer-Encoding: base64\r\n" +
		"Content-Disposition: attachment; filename=\"clienti.csv\"\r\n\r\n")
	wrapped(&to, base64.StdEncoding.EncodeToString([]byte(semicolon(b))))
	to.WriteString("--" + boundary + "--\r\n")
	return to.Bytes(), nil
}

// wrapped writes base64 with 76 characters a line (RFC 2045, section 6.8).
func wrapped(to *bytes.Buffer, text string) {
	const width = 76
	for len(text) > 0 {
		n := min(width, len(text))
		to.WriteString(text[:n] + "\r\n")
		text = text[n:]
	}
}

// mailWithTable has the list in its text: an HTML table, quoted-printable.
func mailWithTable(b *book) ([]byte, error) {
	var to bytes.Buffer
	to.WriteString(head("Gestionale <"+form+">", "=?utf-8?Q?Elenco_dei_clienti_=2D_citt=C3=A0?=", moment(),
		"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"))
	w := quotedprintable.NewWriter(&to)
	if _, err := w.Write([]byte("<html><body><p>Ecco l'elenco, città compresa:</p>\r\n" +
		strings.ReplaceAll(htmlTable(b), "\n", "\r\n") + "</body></html>\r\n")); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return to.Bytes(), nil
}

// mbox is a mailbox (RFC 4155) with a mail from each person. Who has no address
// wrote by the form of the shop's web site. One line of each third mail begins
// with From, and is quoted.
func mbox(b *book) string {
	var to strings.Builder
	for i, p := range b.people {
		at := moment().Add(time.Duration(i) * 47 * time.Minute)
		address, name := p.Mail, p.First+" "+p.Last
		if address == "" {
			address = form
		}
		fmt.Fprintf(&to, "From %s %s\n", address, at.Format(time.ANSIC))
		header := head(qEncoded(name)+" <"+address+">", fmt.Sprintf("Richiesta %d", i+1), at,
			fmt.Sprintf("Message-ID: <%d.%d@mail.example.com>\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n", at.Unix(), i))
		to.WriteString(strings.ReplaceAll(header, "\r\n", "\n"))
		to.WriteString("Buongiorno,\nvorrei la fattura del mio ultimo acquisto.\n")
		if i%3 == 0 {
			to.WriteString(">From lunedì sono in ferie.\n")
		}
		to.WriteString("\n" + name + "\n")
		for _, f := range [][2]string{
			{"", p.Street},
			{"Nascita: ", p.Born.Format("02/01/2006")},
			{"Codice fiscale: ", p.Fiscal},
			{"Cell. ", p.Phone},
			{"IBAN ", p.IBAN},
		} {
			if f[1] != "" {
				to.WriteString(f[0] + f[1] + "\n")
			}
		}
		to.WriteString("\n")
	}
	return to.String()
}

// qEncoded is a name as a header may hold it (RFC 2047): as it is, if it is ASCII.
func qEncoded(name string) string {
	for i := range len(name) {
		if name[i] >= 0x80 {
			return "=?utf-8?B?" + base64.StdEncoding.EncodeToString([]byte(name)) + "?="
		}
	}
	return name
}
