package decoy

import (
	"archive/zip"
	"bytes"
	"compress/zlib"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"strings"
)

// formats are the kinds of files that are made, the commonest in shops first.
var formats = []string{"csv", "xlsx", "pdf", "txt"}

// perRow is about how many bytes a customer takes.
var perRow = map[string]int64{"csv": 112, "xlsx": 61, "pdf": 51, "txt": 132}

// content makes a file of about so many bytes.
func (c *crowd) content(format string, target int64) ([]byte, error) {
	n := max(20, int(target/perRow[format]))
	var out []byte
	for range 4 {
		var err error
		if out, err = c.render(format, c.first(n)); err != nil {
			return nil, err
		}
		if got := int64(len(out)); got < target*9/10 || got > target*11/10 {
			n = max(20, int(int64(n)*target/max(got, 1)))
			continue
		}
		break
	}
	return out, nil
}

func (c *crowd) render(format string, list []customer) ([]byte, error) {
	switch format {
	case "csv":
		return c.csv(list)
	case "xlsx":
		return c.xlsx(list)
	case "pdf":
		return c.pdf(list)
	}
	return c.text(list), nil
}

func (c *crowd) csv(list []customer) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if c.lang == "it" { // as spreadsheets write it where the comma stands in numbers
		w.Comma = ';'
	}
	rows := [][]string{c.w["head"]}
	for _, p := range list {
		rows = append(rows, c.cells(p))
	}
	err := w.WriteAll(rows)
	return b.Bytes(), err
}

func (c *crowd) text(list []customer) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\r\n\r\n", c.w["title"][c.from%len(c.w["title"])])
	for _, p := range list {
		fmt.Fprintf(&b, "%s %s, %s, %s\r\n%s %s  %s\r\n", p.first, p.last, p.street, p.town, c.w["phone"][0], p.phone, p.email)
		if p.card != "" {
			fmt.Fprintf(&b, "%s %s\r\n", c.w["card"][0], p.card)
		}
		if p.note != "" {
			fmt.Fprintf(&b, "%s: %s\r\n", c.date(p.day), p.note)
		}
		b.WriteString("\r\n")
	}
	return b.Bytes()
}

// The parts of a workbook that are the same in each.
const (
	xlsxTypes = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`
	xlsxTop = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	xlsxBook = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="%s" sheetId="1" r:id="rId1"/></sheets></workbook>`
	xlsxSheets = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
)

func (c *crowd) xlsx(list []customer) ([]byte, error) {
	var sheet strings.Builder
	sheet.WriteString(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n" +
		`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`)
	row := func(n int, cells []string) error {
		fmt.Fprintf(&sheet, `<row r="%d">`, n)
		for i, v := range cells {
			if v == "" {
				continue
			}
			fmt.Fprintf(&sheet, `<c r="%c%d" t="inlineStr"><is><t>`, 'A'+i, n)
			if err := xml.EscapeText(&sheet, []byte(v)); err != nil {
				return err
			}
			sheet.WriteString("</t></is></c>")
		}
		sheet.WriteString("</row>")
		return nil
	}
	if err := row(1, c.w["head"]); err != nil {
		return nil, err
	}
	for i, p := range list {
		if err := row(i+2, c.cells(p)); err != nil {
			return nil, err
		}
	}
	sheet.WriteString("</sheetData></worksheet>")
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range [][2]string{
		{"[Content_Types].xml", xlsxTypes},
		{"_rels/.rels", xlsxTop},
		{"xl/workbook.xml", fmt.Sprintf(xlsxBook, c.w["sheet"][c.from%len(c.w["sheet"])])},
		{"xl/_rels/workbook.xml.rels", xlsxSheets},
		{"xl/worksheets/sheet1.xml", sheet.String()},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part[0], Method: zip.Deflate, Modified: c.latest})
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(part[1])); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}

// pdfLines is how many customers stand on a page.
const pdfLines = 48

func (c *crowd) pdf(list []customer) ([]byte, error) {
	var b bytes.Buffer
	var at []int
	object := func(format string, args ...any) {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n", len(at))
		fmt.Fprintf(&b, format, args...)
		b.WriteString("\nendobj\n")
	}
	pages := (len(list) + pdfLines - 1) / pdfLines
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	object("<< /Type /Catalog /Pages 2 0 R >>")
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 4+2*i)
	}
	object("<< /Type /Pages /Count %d /Kids [%s] >>", pages, strings.TrimSpace(kids.String()))
	object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	title := c.w["title"][c.from%len(c.w["title"])]
	for i := range pages {
		object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 842 595] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", 5+2*i)
		part := list[i*pdfLines : min(len(list), (i+1)*pdfLines)]
		packed, err := deflated(c.pdfPage(title, i+1, part))
		if err != nil {
			return nil, err
		}
		object("<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream", len(packed), packed)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, a := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", a)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes(), nil
}

// pdfPage draws one page.
func (c *crowd) pdfPage(title string, n int, list []customer) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "BT /F1 12 Tf 40 560 Td (%s) Tj ET\nBT /F1 8 Tf 780 20 Td (%s %d) Tj ET\nBT /F1 8 Tf 10.5 TL 40 540 Td\n", latin(title), latin(c.w["page"][0]), n)
	for _, p := range list {
		cells := c.cells(p)
		line := cells[0] + "  " + p.first + " " + p.last + ", " + p.street + ", " + p.town + "   " + p.phone + "   " + p.email
		if p.card != "" {
			line += "   " + p.card
		}
		fmt.Fprintf(&b, "(%s) Tj T*\n", latin(line+"   "+cells[8]+"   "+cells[9]))
	}
	b.WriteString("ET\n")
	return b.Bytes()
}

// latin writes a text in the encoding of the page's font.
func latin(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '(' || r == ')' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < 256:
			b.WriteByte(byte(r)) //nolint:gosec // one of 256
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

func deflated(p []byte) ([]byte, error) {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write(p); err != nil {
		return nil, err
	}
	err := w.Close()
	return b.Bytes(), err
}
