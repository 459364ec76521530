package office_test

import (
	"strings"
	"testing"
)

const (
	letterRels = `<Relationships><Relationship Id="rId1" Type="http://x/officeDocument" Target="/word/document2.xml"/></Relationships>`
	slideRels  = `<Relationships><Relationship Id="rId1" Type="http://x/officeDocument" Target="ppt/presentation.xml"/></Relationships>`
)

func TestLetter(t *testing.T) {
	p := func(s string) string {
		return "<w:p><w:pPr><w:tabs><w:tab w:val=\"left\" w:pos=\"720\"/></w:tabs></w:pPr>" + s + "</w:p>"
	}
	run := func(s string) string { return "<w:r><w:t>" + s + "</w:t></w:r>" }
	box := "<w:txbxContent>" + p(run("riquadro")) + "</w:txbxContent>"
	document := "<w:document><w:body>" +
		p(run("Gentile ")+"<w:del w:author=\"Z\"><w:r><w:delText>vecchio@example.com</w:delText></w:r></w:del>"+run("Mario")+
			"<w:moveFrom>"+run("spostato")+"</w:moveFrom><w:r><w:tab/><w:t>Rossi</w:t><w:br/><w:noBreakHyphen/></w:r>") +
		p("<w:r><mc:AlternateContent><mc:Choice Requires=\"wps\"><wp:positionH><wp:posOffset>123456</wp:posOffset></wp:positionH><wp:docPr id=\"1\" name=\"n\" descr=\"foto\"/>"+box+
			"</mc:Choice><mc:Fallback>"+box+"</mc:Fallback></mc:AlternateContent></w:r>"+run("dopo")) +
		p("<w:r><mc:AlternateContent><mc:Choice Requires=\"zzz\"><x/></mc:Choice><mc:Fallback>"+run("vecchia forma")+"</mc:Fallback></mc:AlternateContent></w:r>") +
		p("<w:r><w:instrText> HYPERLINK \"mailto:campo@example.com\" </w:instrText></w:r>"+run("campo")) +
		"<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>" + p(run("A")) + "</w:tc><w:tc>" + p(run("B")+"<w:del><w:r><w:delText>b</w:delText></w:r></w:del>") + p(run("C")) + "</w:tc></w:tr>" +
		"<w:tr><w:trPr><w:gridBefore w:val=\"1\"/></w:trPr><w:tc>" + p(run("D")) + "<w:tbl><w:tr><w:tc>" + p(run("E")) + "</w:tc><w:tc>" + p(run("F")) + "</w:tc></w:tr></w:tbl></w:tc></w:tr><w:tr><w:tc/></w:tr></w:tbl>" +
		p(run("fine")) + "</w:body></w:document>"
	b := pack(t, "_rels/.rels", letterRels, "word/document2.xml", document,
		"word/header1.xml", "<w:hdr>"+p(run("testa"))+"<w:tbl><w:tr><w:tc>"+p(run("via"))+"</w:tc></w:tr></w:tbl></w:hdr>",
		"word/comments.xml", `<w:comments><w:comment w:author="Luca">`+p(run("nota"))+"</w:comment></w:comments>",
		"word/endnotes.xml", "<w:endnotes>"+p(run("in fondo"))+"</w:endnotes>",
		"word/settings.xml", `<w:settings><w:docVars><w:docVar w:name="c" w:val="Ada"/></w:docVars><w:zoom w:percent="100"/></w:settings>`,
		"word/afchunk.htm", "<html><body>x</body></html>", "word/embeddings/a.xlsx", "PK\x03\x04zip", "word/fonts/f.odttf", "z\x00z", "word/strange.dat", "plain",
	)
	info, lines := must(t, b)
	if info.Format != "docx" || info.Sheets != 1 {
		t.Error(info)
	}
	same(t, lines,
		"body| Gentile Mario\tRossi/-/dopo/vecchia forma/campo", "sheet ", "1: 0=A 2=B\nC", "2: 1=D\nE\nF", "body| fine",
		"body| foto/riquadro/ HYPERLINK \"mailto:campo@example.com\" ", "deleted| vecchio@example.com/spostato/b",
		"header| testa/via", "comment| Luca/nota", "footnote| in fondo", "properties| Ada",
		"embedded word/afchunk.htm 27 <html><body>x</body></html>", "embedded word/embeddings/a.xlsx 7 PK\x03\x04zip", "embedded word/strange.dat 5 plain",
	)
}

func TestSlides(t *testing.T) {
	p := func(s string) string { return "<a:p><a:r><a:t>" + s + "</a:t></a:r></a:p>" }
	b := pack(t, "_rels/.rels", slideRels, "ppt/presentation.xml", "<p:presentation/>",
		"ppt/slides/slide1.xml", "<p:sld><p:sp>"+p("titolo")+"</p:sp><a:tbl><a:tr><a:tc>"+p("x")+"</a:tc><a:tc>"+p("y")+"</a:tc></a:tr></a:tbl></p:sld>",
		"ppt/notesSlides/notesSlide1.xml", "<p:notes>"+p("appunti")+"</p:notes>",
		"ppt/comments/comment1.xml", "<p:cmLst><p:cm><p:text>detto</p:text></p:cm></p:cmLst>",
		"ppt/commentAuthors.xml", `<p:cmAuthorLst><p:cmAuthor name="Luca"/></p:cmAuthorLst>`,
		"ppt/slideMasters/slideMaster1.xml", "<p:sldMaster><p:sp><p:nvPr><p:ph/></p:nvPr>"+p("click to edit")+"</p:sp><p:sp>"+p("ditta")+"</p:sp></p:sldMaster>",
		"ppt/diagrams/data1.xml", "<dgm:dataModel>"+p("organigramma")+"</dgm:dataModel>",
	)
	info, lines := must(t, b)
	if info.Format != "pptx" {
		t.Error(info)
	}
	same(t, lines, "body| titolo", "sheet ", "1: 0=x 1=y", "notes| appunti", "comment| detto", "comment| Luca", "body| ditta", "body| organigramma")
}

func ods(tb testing.TB, content string) []byte {
	tb.Helper()
	return pack(tb, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml",
		"<office:document-content><office:body><office:spreadsheet>"+content+"</office:spreadsheet></office:body></office:document-content>")
}

func TestRepeats(t *testing.T) {
	_, lines := must(t, ods(t, `<table:table table:name="A"><table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="999999999"/></table:table-row>
<table:table-row table:number-rows-repeated="1000"><table:table-cell office:value-type="float" office:value="1E3"><text:p>1E+03</text:p></table:table-cell>
<table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>due</text:p></table:table-cell><table:covered-table-cell/><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell office:value-type="string" office:string-value="solo valore"/><table:table-cell table:number-columns-repeated="16000" office:value-type="string"><text:p>n</text:p></table:table-cell></table:table-row></table:table>`))
	same(t, lines, "sheet A", "1000001: 0=1000 1=due 2=due 4=x", "1000002: 0=1000 1=due 2=due 4=x", "1000003: 0=1000 1=due 2=due 4=x",
		"1001001: 0=solo valore 1=n 2=n 3=n 4=n 5=n 6=n 7=n 8=n 9=n 10=n 11=n 12=n 13=n 14=n 15=n 16=n")
}

func TestSheetDetails(t *testing.T) {
	_, lines := must(t, ods(t, `<table:tracked-changes><table:cell-content-change><table:previous><table:change-track-table-cell><text:p>prima</text:p></table:change-track-table-cell></table:previous></table:cell-content-change></table:tracked-changes>
<table:table table:name="A"><table:shapes><draw:frame><draw:text-box><text:p>disegno</text:p></draw:text-box></draw:frame></table:shapes>
<table:table-row><table:table-cell office:value-type="float" office:value="3312345678"><text:p>331 23/45678</text:p></table:table-cell><table:table-cell office:value-type="float" office:value="3312345678"><text:p>3.312.345.678</text:p></table:table-cell>
<table:table-cell><text:p>a<text:s text:c="999999999"/>b <text:a xlink:href="mailto:c@example.com">c</text:a></text:p><draw:custom-shape><text:p>sopra</text:p></draw:custom-shape></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="1980-01-02T00:00:00"><text:p>2 gen</text:p></table:table-cell></table:table-row></table:table>`))
	same(t, lines, "sheet A", "1: 0=331 23/45678 1=3312345678 2=a"+strings.Repeat(" ", 16)+"b c 3=1980-01-02",
		"body| disegno", "body| mailto:c@example.com/sopra", "deleted| prima")
}

func TestEncryptedDocument(t *testing.T) {
	manifest := `<manifest:manifest><manifest:file-entry manifest:full-path="content.xml"><manifest:encryption-data/></manifest:file-entry>
<manifest:file-entry manifest:full-path="styles.xml"><manifest:encryption-data/></manifest:file-entry><manifest:file-entry manifest:full-path="meta.xml"/></manifest:manifest>`
	info, lines, err := read(t, pack(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "\x01\x02\x03secret", "META-INF/manifest.xml", manifest,
		"styles.xml", `<?xml version="1.0"?><document-styles><header><p>in chiaro</p></header></document-styles>`,
		"meta.xml", "<document-meta><meta><generator>LO</generator><creator>Ugo</creator><user-defined name=\"a\">Ada</user-defined></meta></document-meta>"))
	if err != nil || !info.Encrypted || info.Format != "odt" || info.Unread != 0 {
		t.Error(info, err)
	}
	same(t, lines, "header| in chiaro", "properties| Ugo/Ada")
}

func TestFlatWithFiles(t *testing.T) {
	b := `<?xml version="1.0"?><!-- c --><office:document office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>
<text:p>prima<draw:frame><draw:object-ole><office:binary-data>aGVs
 bG8=</office:binary-data></draw:object-ole></draw:frame><draw:frame><draw:image><office:binary-data>aGVsbG8=</office:binary-data></draw:image></draw:frame>dopo</text:p></office:text></office:body></office:document>`
	info, lines := must(t, []byte(b))
	if info.Pictures != 1 || info.Format != "odt" {
		t.Error(info)
	}
	same(t, lines, "embedded binary-data -1 hello", "body| primadopo")
}

func TestObjects(t *testing.T) {
	info, lines := must(t, pack(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<document-content><p>testo</p></document-content>",
		"Object 1/content.xml", `<document-content><body><chart><title><p>grafico</p></title><table name="local-table"><table-row><table-cell><p>Anna</p></table-cell></table-row></table></chart></body></document-content>`,
		"Object 2", "\xd0\xcf\x11\xe0ole", "ObjectReplacements/Object 2", "VCLMTF..", "Pictures/a", "GIF89a", "Thumbnails/thumbnail.png", "\x89PNG"))
	if info.Pictures != 1 || info.Sheets != 0 {
		t.Error(info)
	}
	same(t, lines, "body| testo", "body| grafico/Anna", "embedded Object 2 7 \xd0\xcf\x11\xe0ole")
}
