package office_test

import (
	"fmt"
	"strings"
	"testing"
)

const (
	packageRels = `<Relationships xmlns="x"><Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookRels    = `<Relationships><Relationship Id="r1" Type="http://x/worksheet" Target="/XL/Worksheets/Sheet1.xml"/>
<Relationship Id="r2" Type="http://x/worksheet" Target="worksheets/sheet2.xml"/>
<Relationship Id="r3" Type="http://x/worksheet" Target="../xl/worksheets/sheet3.xml"/>
<Relationship Id="r4" Type="http://x/sharedStrings" Target="sharedStrings.xml"/>
<Relationship Id="r5" Type="http://x/styles" Target="styles.xml"/></Relationships>`
	aWorkbook = `<?xml version="1.0"?><x:workbook xmlns:x="a" xmlns:r="b"><x:workbookPr/><x:sheets>
<x:sheet name="Uno &amp; due" sheetId="1" r:id="r1"/><x:sheet name='Tre' sheetId='2' state='hidden' r:id='r2'/>
<x:sheet name="Quattro" sheetId="3" state="veryHidden" r:id="r3"/></x:sheets></x:workbook>`
	someStyles = `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="00000000000"/>
<numFmt numFmtId="166" formatCode="000\-00\-0000"/><numFmt numFmtId="167" formatCode="#,##0.00&quot; d&quot;"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="22"/><xf numFmtId="167"/><xf numFmtId="46"/></cellXfs></styleSheet>`
	someStrings = `<sst count="3"><si><t>Nome</t></si><si><r><rPr/><t>Mario </t></r><r><t xml:space="preserve">Rossi</t></r><rPh sb="0"><t>MARIO</t></rPh></si>
<si><t>a_x0040_b &lt;&#64;&#x40;&gt; <![CDATA[<&amp;>]]></t></si><si><t/></si><si><t>nessuno@example.com</t></si></sst>`
)

// book makes a workbook of sheets, which come in the places of the three.
func book(tb testing.TB, sheets ...string) []byte {
	tb.Helper()
	parts := []string{
		"[Content_Types].xml", "<Types/>", "_rels/.rels", packageRels, "xl/workbook.xml", aWorkbook,
		"xl/_rels/workbook.xml.rels", bookRels, "xl/styles.xml", someStyles, "xl/sharedStrings.xml", someStrings,
	}
	for i := range 3 {
		s := "<worksheet><sheetData/></worksheet>"
		if i < len(sheets) {
			s = sheets[i]
		}
		parts = append(parts, fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), s)
	}
	return pack(tb, parts...)
}

func sheetOf(rows string) string {
	return `<worksheet xmlns="x"><sheetData>` + rows + `</sheetData></worksheet>`
}

func TestWorkbook(t *testing.T) {
	first := sheetOf(`<row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t='s'><v>1</v></c><c r="D1" t="s"><v>3</v></c></row>
<row r="5"><c t="s"><v>2</v></c><c t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r><rPh><t>X</t></rPh></is></c><c r="AA5" t="b"><v>1</v></c><c t="b"><v>0</v></c><c t="e"><v>#N/A</v></c><c/></row>
<row><c r="B6" t="str"><f>CONCAT("x")</f><v>anna&amp;_x000A_co</v></c><c r="C6" t="d"><v>1999-12-31T00:00:00</v></c><c r="D6" t="d"><v>1999-12-31T10:20:30</v></c></row>
<row r="7"><c s="0"><v>3.331234567E9</v></c><c s="1"><v>27102</v></c><c s="2"><v>27102.5</v></c><c s="3"><v>764352056</v></c><c s="4"><v>123456789</v></c><c s="5"><v>27102.25</v></c><c s="6"><v>27102</v></c><c s="7"><v>0.5</v></c><c s="99"><v>12.50</v></c></row>`)
	second := `<worksheet><sheetData><row><c t="n"><v>7</v></c></row></sheetData>
<dataValidations><dataValidation prompt="scegli"><formula1>"Anna,Mario"</formula1></dataValidation><dataValidation><formula1>$A$1</formula1></dataValidation></dataValidations>
<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;12Ditta&amp;C&amp;K00FF00A &amp;&amp; B</oddHeader><oddFooter>piede</oddFooter></headerFooter></worksheet>`
	info, lines := must(t, book(t, first, second))
	if info.Format != "xlsx" || info.Sheets != 3 {
		t.Error(info)
	}
	same(t, lines,
		"sheet Uno & due",
		"1: 0=Nome 2=Mario Rossi",
		"5: 0=a@b <@@> <&amp;> 1=inline 26=TRUE 27=FALSE 28=#N/A",
		"6: 1=anna&\nco 2=1999-12-31 3=1999-12-31 10:20:30",
		"7: 0=3331234567 1=1974-03-14 2=1974-03-14 3=00764352056 4=123-45-6789 5=1974-03-14 06:00:00 6=27102 7=12:00:00 8=12.5",
		"sheet Tre (hidden)", "1: 0=7",
		"body| \"Anna,Mario\"", "body| scegli", "header| Ditta/A & B", "footer| piede",
		"sheet Quattro (hidden)",
		"body| nessuno@example.com",
	)
}

// TestMargins shows what is left of headers and footers without their codes. An
// ampersand before what is no code stays, with all of what follows it.
func TestMargins(t *testing.T) {
	for _, c := range []struct{ code, want string }{
		{"&amp;CDitta &amp;&amp; figli&amp;RPagina &amp;P", "Ditta & figli/Pagina"},
		{"&amp;èPage", "&èPage"}, // a code that the fuzzer made
		{"Rossi &amp; Verdi&amp;", "Rossi & Verdi&"},
		{"&amp;K01+049Rossi&amp;K", "Rossi"},
		{"&amp;Kèè Rossi", "èè Rossi"},
		{"&amp;KFF00FFAda", "Ada"},
		{"&amp;KAda", "Ada"},
		{"&amp;&quot;Arial,è&quot;Rossi", "Rossi"},
	} {
		_, lines := must(t, book(t, `<worksheet><sheetData/><headerFooter><oddFooter>`+c.code+`</oddFooter></headerFooter></worksheet>`))
		has(t, lines, "footer| "+c.want+"\n")
	}
}

func TestWorkbook1904(t *testing.T) {
	b := pack(t, "_rels/.rels", packageRels, "xl/_rels/workbook.xml.rels", bookRels,
		"xl/workbook.xml", `<workbook><workbookPr date1904="1"/><sheets><sheet name="A" r:id="r2"/></sheets></workbook>`,
		"xl/styles.xml", someStyles, "xl/worksheets/sheet2.xml", sheetOf(`<row><c s="1"><v>25640</v></c><c s="1"><v>0</v></c></row>`))
	_, lines := must(t, b)
	same(t, lines, "sheet A", "1: 0=1974-03-14 1=1904-01-01")
}

// Rows that are not as a program writes them are handed over all the same.
func TestOddRows(t *testing.T) {
	_, lines := must(t, book(t, sheetOf(`<row r="3"><c r="C3"><v>1</v></c><c r="A3"><v>2</v></c><c r="A3"><v>3</v></c><c r="ZZZZZ3"><v>4</v></c></row>
<row r="2"><c r="b2"><v>5</v></c></row><row r="0"><c r="7"><v>6</v></c></row><row r="99999999999"><c><v>7</v></c></row>`)))
	has(t, lines, "3: 2=1\n3: 0=2\n3: 0=3 1=4\n2: 1=5\n3: 0=6\n4: 0=7\nsheet Tre")
}

func TestWorkbookParts(t *testing.T) {
	b := pack(t, "_rels/.rels", packageRels, "xl/workbook.xml", `<workbook><sheets><sheet name="Via" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml", sheetOf(`<row><c><v>1</v></c></row>`),
		"xl/worksheets/extra.xml", sheetOf(`<row><c><v>2</v></c></row>`), // no workbook knows it
		"xl/worksheets/_rels/sheet1.xml.rels", `<Relationships><Relationship Id="a" Type="x/hyperlink" Target="mailto:carla@example.com" TargetMode="External"/></Relationships>`,
		"xl/comments1.xml", `<comments><authors><author>Luca</author></authors><commentList><comment ref="A1" authorId="0"><text><r><t>da </t></r><r><t>pagare</t></r></text></comment></commentList></comments>`,
		"xl/threadedComments/threadedComment1.xml", `<ThreadedComments><threadedComment ref="A1" dT="2024"><text>filo</text></threadedComment></ThreadedComments>`,
		"xl/persons/person.xml", `<personList><person displayName="Piero Blu" id="{1}"/></personList>`,
		"xl/drawings/drawing1.xml", `<xdr:wsDr><xdr:from><xdr:col>1</xdr:col></xdr:from><xdr:sp><xdr:cNvPr name="x" descr="foto di Gino"/><xdr:txBody><a:p><a:r><a:t>riquadro</a:t></a:r></a:p></xdr:txBody></xdr:sp></xdr:wsDr>`,
		"xl/drawings/vmlDrawing1.vml", `<xml><v:shape><v:textbox><div>nel vml<br></div></v:textbox><x:ClientData><x:Anchor>1, 15</x:Anchor></x:ClientData></v:shape></xml>`,
		"xl/pivotCache/pivotCacheDefinition1.xml", `<pivotCacheDefinition><cacheField name="Cliente"><sharedItems><s v="Rosa &amp; Pia"/><n v="3"/></sharedItems></cacheField></pivotCacheDefinition>`,
		"xl/charts/chart1.xml", `<c:chartSpace><c:strCache><c:pt><c:v>Serie Anna</c:v></c:pt></c:strCache><c:numCache><c:pt><c:v>99</c:v></c:pt></c:numCache></c:chartSpace>`,
		"docProps/custom.xml", `<Properties><property name="Cliente"><vt:lpwstr>Ada</vt:lpwstr></property></Properties>`,
		"docProps/core.xml", `<cp:coreProperties><dc:creator>Ugo</dc:creator><dcterms:created>2024</dcterms:created></cp:coreProperties>`,
		"docProps/app.xml", `<Properties><Application>X</Application><Company>Verdi</Company></Properties>`,
		"customXml/item1.xml", `<dati nome="Ida"><a>testo libero</a></dati>`,
		"xl/media/image1.png", "\x89PNG\r\n\x1a\n...", "xl/printerSettings/printerSettings1.bin", "H\x00P\x00", "customXml/item2.xml", "<people><p>Lina</p></people>", "xl/media/image2.png", "PK\x03\x04 no picture",
		"xl/vbaProject.bin", "\xd0\xcf\x11\xe0macro", "xl/theme/theme1.xml", "<a:theme><a:t>no</a:t></a:theme>", "docProps/thumbnail.jpeg", "\xff\xd8\xff",
		"xl/externalLinks/externalLink1.xml", `<externalLink><v>altro file</v></externalLink>`,
	)
	info, lines := must(t, b)
	if info.Pictures != 1 || info.Sheets != 2 {
		t.Error(info)
	}
	same(t, lines,
		"sheet Via", "1: 0=1", "sheet ", "1: 0=2", "body| mailto:carla@example.com",
		"comment| Luca/da pagare", "comment| filo", "comment| Piero Blu",
		"body| riquadro", "body| foto di Gino", "body| nel vml", "body| Cliente/Rosa & Pia\t3\t", "body| Serie Anna",
		"properties| Cliente/Ada", "properties| Ugo", "properties| Verdi", "body| Ida/testo libero",
		"body| Lina", "embedded xl/media/image2.png 15 PK\x03\x04 no picture",
		"embedded xl/vbaProject.bin 9 \xd0\xcf\x11\xe0macro", "body| altro file",
	)
}

// A sheet that is not there, and a string that is not there, are told.
func TestMissing(t *testing.T) {
	info, lines, err := read(t, book(t, sheetOf(`<row><c t="s"><v>77</v></c><c><v>1</v></c></row>`)))
	if err == nil || info.Unread != 1 {
		t.Error(info, err)
	}
	has(t, lines, "1: 1=1")
	info, _, err = read(t, pack(t, "_rels/.rels", packageRels, "xl/workbook.xml", aWorkbook))
	if err == nil || info.Unread != 3 {
		t.Error(info, err)
	}
}

func TestBinaryWorkbook(t *testing.T) {
	info, lines, err := read(t, pack(t, "_rels/.rels", strings.ReplaceAll(packageRels, "workbook.xml", "workbook.bin"),
		"xl/workbook.bin", "x", "xl/worksheets/sheet1.bin", "y", "docProps/core.xml", `<coreProperties><creator>Ugo</creator></coreProperties>`))
	if err != nil || info.Format != "xlsb" || info.Unread != 2 {
		t.Error(info, err)
	}
	same(t, lines, "properties| Ugo")
}

func TestWideRow(t *testing.T) {
	var b strings.Builder
	b.WriteString("<row>")
	for range 40000 {
		b.WriteString("<c><v>1</v></c>")
	}
	b.WriteString("</row>")
	_, lines := must(t, book(t, sheetOf(b.String())))
	if n := strings.Count(strings.Join(lines, "\n"), "\n1: "); n != 3 {
		t.Errorf("%d rows", n)
	}
}
