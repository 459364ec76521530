package containers

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// tarOfExabytes holds a small file, then one that says it has 8 EiB - 1.
func tarOfExabytes() ([]byte, error) {
	entry := func(name string, size []byte) []byte {
		h := make([]byte, 512)
		copy(h, name)
		copy(h[100:], "0000644\x000000000\x000000000\x00")
		copy(h[124:136], size)
		copy(h[136:], "00000000000\x00        0")
		copy(h[257:], "ustar\x0000")
		sum := 0
		for _, c := range h {
			sum += int(c)
		}
		copy(h[148:], fmt.Sprintf("%06o\x00 ", sum))
		return h
	}
	b := entry("a.txt", fmt.Appendf(nil, "%011o\x00", len(Planted)))
	b = append(append(b, Planted...), make([]byte, 512-len(Planted))...)
	b = append(b, entry("b.txt", []byte("\x80\x00\x00\x00\x7f\xff\xff\xff\xff\xff\xff\xff"))...)
	return append(b, "carla@example.com and no more"...), nil
}

// zipOfMany says that its directory has 2^62 entries and as many bytes.
func zipOfMany() ([]byte, error) {
	b := append([]byte("PK\x03\x04"), make([]byte, 60)...)
	at := uint64(len(b))
	b = append(b, "PK\x06\x06"...)
	b = binary.LittleEndian.AppendUint64(b, 44)
	b = append(b, 45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	for range 3 {
		b = binary.LittleEndian.AppendUint64(b, 1<<62)
	}
	b = binary.LittleEndian.AppendUint64(b, 4)
	b = append(b, "PK\x06\x07\x00\x00\x00\x00"...)
	b = binary.LittleEndian.AppendUint64(b, at)
	b = append(b, 1, 0, 0, 0)
	return append(append(append(b, "PK\x05\x06\x00\x00\x00\x00"...), strings.Repeat("\xff", 12)...), 0, 0), nil
}

// sevenOfFour is the head of a 7z whose directory lies 4 GiB away and has 4 GiB.
func sevenOfFour() ([]byte, error) {
	b := []byte("7z\xbc\xaf\x27\x1c\x00\x04\x00\x00\x00\x00")
	b = binary.LittleEndian.AppendUint64(b, 4<<30)
	b = binary.LittleEndian.AppendUint64(b, 4<<30)
	return append(b, make([]byte, 100)...), nil
}

// oleOfFour is the head of an OLE file whose tables lie 2 TiB away and have 4 Gi
// sectors.
func oleOfFour() ([]byte, error) {
	b := append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 504)...)
	copy(b[24:], "\x3e\x00\x03\x00\xfe\xff\x09\x00\x06\x00")
	for _, at := range []int{44, 48, 60, 64, 68, 72, 76} {
		binary.LittleEndian.PutUint32(b[at:], 0xfffffff0)
	}
	return b, nil
}

// objects is a PDF of objects, numbered from 1, with a right table of where they are.
func objects(trailer string, objs ...string) []byte {
	var b, xref strings.Builder
	b.WriteString("%PDF-1.7\n")
	xref.WriteString("0000000000 65535 f \n")
	for i, o := range objs {
		fmt.Fprintf(&xref, "%010d 00000 n \n", b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	at := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n%strailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", len(objs)+1, xref.String(), len(objs)+1, trailer, at)
	return []byte(b.String())
}

// text is the content of a page that shows a line.
func text(line string) string {
	s := "BT /F1 12 Tf 72 700 Td (" + line + ") Tj ET"
	return fmt.Sprintf("<</Length %d>>stream\n%s\nendstream", len(s), s)
}

// loopingPDF has a page, and beside it pages that lie in themselves, a length that
// is its own length, a form that draws itself, and references in a ring.
func loopingPDF() ([]byte, error) {
	return objects("",
		"<</Type/Catalog/Pages 2 0 R/Names 9 0 R/Outlines 10 0 R>>",
		"<</Type/Pages/Count 2000000000/Kids[3 0 R 2 0 R 5 0 R 2 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 7 0 R>>>>>>",
		text(Planted),
		"<</Type/Page/Parent 5 0 R/Contents[6 0 R 8 0 R]/Resources<</Font<</F1 7 0 R>>/XObject<</X 8 0 R>>>>>>",
		"<</Length 6 0 R>>stream\n/X Do\nendstream",
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		"<</Type/XObject/Subtype/Form/Resources<</XObject<</X 8 0 R>>>>/Length 5>>stream\n/X Do\nendstream",
		"<</EmbeddedFiles 9 0 R/Kids[9 0 R 9 0 R]>>",
		"10 0 R",
	), nil
}

// loopingXref is a PDF whose table leads to itself.
func loopingXref() ([]byte, error) {
	b := "%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 4294967295/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF\n"
	return []byte(b), nil
}

// lockedPDF is encrypted with a password that nobody knows.
func lockedPDF() ([]byte, error) {
	key := "<" + strings.Repeat("5a", 32) + ">"
	return objects("/Encrypt 5 0 R/ID[<00><00>]",
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Count 1/Kids[3 0 R]>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R>>",
		text("\x8a\x17 cipher \x01"),
		"<</Filter/Standard/V 2/R 3/Length 128/P -4/O "+key+"/U "+key+">>",
	), nil
}

// page is the size of a page of [pages], in bytes.
const page = 1024

// pages is an SQLite database (sqlite.org/fileformat2.html) that says it has that
// many pages: 1 is the schema, 2 the inner page of a table, 3 a leaf with a row.
// The further children of page 2 are pages without anything, or, with loop, itself.
func pages(n int, loop bool) []byte {
	b := make([]byte, n*page)
	copy(b, "SQLite format 3\x00")
	copy(b[16:], "\x04\x00\x01\x01\x00\x40\x20\x20\x00\x00\x00\x01")
	binary.BigEndian.PutUint32(b[28:], uint32(n)) //nolint:gosec // a few
	b[47], b[59] = 4, 1
	leaf(b[:page], 100, 1, "table", "clienti", "clienti", 2, "CREATE TABLE clienti (nome TEXT, email TEXT)")
	inner := b[page:]
	inner[0] = 5
	binary.BigEndian.PutUint16(inner[3:], uint16(n-3)) //nolint:gosec // a few
	for i := range n - 3 {                             // cells of a child and a row number
		at := page - 8*(i+1)
		child := uint32(i + 3)
		if loop && i > 0 {
			child = 2
		}
		binary.BigEndian.PutUint16(inner[12+2*i:], uint16(at))
		binary.BigEndian.PutUint32(inner[at:], child)
		inner[at+4] = byte(i + 1)
	}
	last := uint32(n) //nolint:gosec // a few
	if loop {
		last = 2
	}
	binary.BigEndian.PutUint32(inner[8:], last)
	leaf(b[2*page:3*page], 0, 1, "Anna", Planted)
	for i := 3; i < n; i++ {
		leaf(b[i*page:(i+1)*page], 0, byte(i), "Nessuno", "nothing")
	}
	return b
}

// leaf makes a page of one row; values are texts and small numbers.
func leaf(p []byte, head int, row byte, values ...any) {
	var types, body []byte
	for _, v := range values {
		switch v := v.(type) {
		case int:
			types, body = append(types, 1), append(body, byte(v)) //nolint:gosec // a page number
		case string:
			if n := 13 + 2*len(v); n < 128 {
				types = append(types, byte(n))
			} else {
				types = append(types, byte(n>>7|0x80), byte(n&0x7f)) //nolint:gosec // two digits of a varint
			}
			body = append(body, v...)
		}
	}
	cell := append(append([]byte{byte(1 + len(types) + len(body)), row, byte(1 + len(types))}, types...), body...) //nolint:gosec // below 128
	at := len(p) - len(cell)
	copy(p[at:], cell)
	p[head] = 13
	p[head+4] = 1
	binary.BigEndian.PutUint16(p[head+5:], uint16(at)) //nolint:gosec // within a page
	binary.BigEndian.PutUint16(p[head+8:], uint16(at)) //nolint:gosec // within a page
}

// endlessMail is a mailbox whose last mail opens parts in one another and ends in
// none, in the middle of base64.
func endlessMail() ([]byte, error) {
	var b strings.Builder
	b.WriteString("From a@example.org Thu Jan  1 00:00:00 2026\nFrom: " + Planted + "\nSubject: one\n\nhello\n\n" +
		"From a@example.org Thu Jan  1 00:00:01 2026\nSubject: two\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=\"b0\"\n\n")
	for i := range 400 {
		fmt.Fprintf(&b, "--b%d\nContent-Type: multipart/mixed; boundary=\"b%d\"\n\n", i, i+1)
	}
	b.WriteString("--b400\nContent-Type: application/zip; name=\"x.zip\"\nContent-Transfer-Encoding: base64\n\n" + strings.Repeat("UEsDBAAA", 20_000))
	return []byte(b.String()), nil
}

// longHeader is a mail with one line of header that is 4 MB long.
func longHeader() ([]byte, error) {
	return []byte("From: " + Planted + "\nSubject: " + strings.Repeat("=?utf-8?q?no=?= ", 250_000) + "\n\nhello\n"), nil
}

// deepJSON nests deeper than a stack would bear.
func deepJSON() ([]byte, error) {
	const deep = 500_000
	return []byte(`{"email":"` + Planted + `","x":` + strings.Repeat("[", deep) + strings.Repeat("]", deep) + "}"), nil
}
