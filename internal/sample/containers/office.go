package containers

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// What all parts of an Office Open XML package (ECMA-376) share.
const (
	schemas = "http://schemas.openxmlformats.org/"
	types   = "application/vnd.openxmlformats-"
)

// relations is a part that says where others are: pairs of type and target.
func relations(pairs ...[2]string) string {
	var to strings.Builder
	to.WriteString(xml.Header + `<Relationships xmlns="` + schemas + `package/2006/relationships">`)
	for i, p := range pairs {
		fmt.Fprintf(&to, `<Relationship Id="rId%d" Type="%sofficeDocument/2006/relationships/%s" Target="%s"/>`, i+1, schemas, p[0], p[1])
	}
	to.WriteString(`</Relationships>`)
	return to.String()
}

// contentTypes is the part that says what the others are: pairs of name and type.
func contentTypes(pairs ...[2]string) string {
	var to strings.Builder
	to.WriteString(xml.Header + `<Types xmlns="` + schemas + `package/2006/content-types">` +
		`<Default Extension="rels" ContentType="` + types + `package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>`)
	for _, p := range pairs {
		to.WriteString(`<Override PartName="` + p[0] + `" ContentType="` + types + `officedocument.` + p[1] + `+xml"/>`)
	}
	to.WriteString(`</Types>`)
	return to.String()
}

// workbook is a spreadsheet as Excel saves it: texts once in a part of their
// own, dates as days since 1900 with a style. The first sheet holds a note, the
// second the people.
func workbook(b *book) ([]byte, error) {
	texts := sharedTexts{at: map[string]int{}}
	note := `<row r="1">` + texts.cell(0, 1, "Elenco dei clienti nel foglio seguente") + `</row>`
	var rows strings.Builder
	for i, r := range append([][]string{Header()}, b.rows...) {
		fmt.Fprintf(&rows, `<row r="%d">`, i+1)
		for col, c := range r {
			switch {
			case c == "": // a cell that was never filled is not there
			case i > 0 && col == 6:
				fmt.Fprintf(&rows, `<c r="%s" s="1"><v>%d</v></c>`, cellName(col, i+1), serial(b.people[i-1].Born))
			default:
				rows.WriteString(texts.cell(col, i+1, c))
			}
		}
		rows.WriteString(`</row>`)
	}
	return workbookOf(note, rows.String(), &texts)
}

// workbookOf is a spreadsheet of two sheets, of which these are the rows.
func workbookOf(note, rows string, texts *sharedTexts) ([]byte, error) {
	main := `xmlns="` + schemas + `spreadsheetml/2006/main"`
	sheet := func(rows string) string {
		return xml.Header + `<worksheet ` + main + `><sheetData>` + rows + `</sheetData></worksheet>`
	}
	return zipFiles(
		[2]string{"[Content_Types].xml", contentTypes(
			[2]string{"/xl/workbook.xml", "spreadsheetml.sheet.main"}, [2]string{"/xl/worksheets/sheet1.xml", "spreadsheetml.worksheet"},
			[2]string{"/xl/worksheets/sheet2.xml", "spreadsheetml.worksheet"}, [2]string{"/xl/styles.xml", "spreadsheetml.styles"},
			[2]string{"/xl/sharedStrings.xml", "spreadsheetml.sharedStrings"})},
		[2]string{"_rels/.rels", relations([2]string{"officeDocument", "xl/workbook.xml"})},
		[2]string{"xl/workbook.xml", xml.Header + `<workbook ` + main + ` xmlns:r="` + schemas + `officeDocument/2006/relationships"><sheets>` +
			`<sheet name="Note" sheetId="1" r:id="rId1"/><sheet name="Clienti" sheetId="2" r:id="rId2"/></sheets></workbook>`},
		[2]string{"xl/_rels/workbook.xml.rels", relations([2]string{"worksheet", "worksheets/sheet1.xml"},
			[2]string{"worksheet", "worksheets/sheet2.xml"}, [2]string{"styles", "styles.xml"}, [2]string{"sharedStrings", "sharedStrings.xml"})},
		[2]string{"xl/styles.xml", xml.Header + `<styleSheet ` + main + `><fonts count="1"><font/></fonts><fills count="1"><fill/></fills>` +
			`<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>` +
			`<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`},
		[2]string{"xl/worksheets/sheet1.xml", sheet(note)},
		[2]string{"xl/worksheets/sheet2.xml", sheet(rows)},
		[2]string{"xl/sharedStrings.xml", xml.Header + `<sst ` + main + ` count="` + strconv.Itoa(texts.used) + `" uniqueCount="` +
			strconv.Itoa(len(texts.at)) + `">` + texts.items.String() + `</sst>`},
	)
}

// sharedTexts is the part in which every text stands once.
type sharedTexts struct {
	at    map[string]int
	items strings.Builder
	used  int
}

// cell is a cell with a text, named by its number.
func (t *sharedTexts) cell(col, row int, text string) string {
	n, old := t.at[text]
	if !old {
		n = len(t.at)
		t.at[text] = n
		t.items.WriteString(`<si><t>` + escaped(text) + `</t></si>`)
	}
	t.used++
	return fmt.Sprintf(`<c r="%s" t="s"><v>%d</v></c>`, cellName(col, row), n)
}

// cellName is A1 for column 0 and row 1, up to column Z.
func cellName(col, row int) string {
	return "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[col:col+1] + strconv.Itoa(row)
}

// serial is a day as spreadsheets count it: 1 is the first of January 1900, and
// they believe that 1900 was a leap year.
func serial(day time.Time) int {
	return int(day.Sub(time.Date(1899, time.December, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}

// document is a text with a table. As Word does when somebody has corrected a
// word, it splits the text of a cell into runs: every e-mail address is in two.
func document(b *book) ([]byte, error) {
	var body strings.Builder
	for i, r := range append([][]string{Header()}, b.rows...) {
		body.WriteString(`<w:tr>`)
		for col, c := range r {
			body.WriteString(`<w:tc><w:p>`)
			parts := []string{c}
			if name, domain, ok := strings.Cut(c, "@"); ok && i > 0 && col == 3 {
				parts = []string{name, "@" + domain}
			}
			for _, part := range parts {
				body.WriteString(`<w:r><w:t xml:space="preserve">` + escaped(part) + `</w:t></w:r>`)
			}
			body.WriteString(`</w:p></w:tc>`)
		}
		body.WriteString(`</w:tr>`)
	}
	return zipFiles(
		[2]string{"[Content_Types].xml", contentTypes([2]string{"/word/document.xml", "wordprocessingml.document.main"})},
		[2]string{"_rels/.rels", relations([2]string{"officeDocument", "word/document.xml"})},
		[2]string{"word/document.xml", xml.Header + `<w:document xmlns:w="` + schemas + `wordprocessingml/2006/main"><w:body>` +
			`<w:p><w:r><w:t>Elenco dei clienti</w:t></w:r></w:p><w:tbl>` + body.String() + `</w:tbl><w:p/></w:body></w:document>`},
	)
}
