package office_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"

	"custode/scan/reader/office"
)

// note makes a small letter whose customXml has the given content: it is read
// as XML of which nothing is known.
func note(tb testing.TB, xml string) []byte {
	tb.Helper()
	return pack(tb, "_rels/.rels", letterRels, "word/document2.xml", "<w:document><w:p><w:t>corpo</w:t></w:p></w:document>", "customXml/item1.xml", xml)
}

func wide(s string, order binary.AppendByteOrder, bom bool) string {
	var b []byte
	if bom {
		b = order.AppendUint16(b, 0xfeff)
	}
	for _, c := range utf16.Encode([]rune(s)) {
		b = order.AppendUint16(b, c)
	}
	return string(b)
}

func TestXML(t *testing.T) {
	utf16XML := `<?xml version="1.0" encoding="UTF-16"?><a>Zoë 😀 è</a>`
	for _, c := range []struct {
		name, xml string
		want      string
		unread    int
		damaged   bool
	}{
		{name: "cdata", xml: "<a>x<![CDATA[<b>&amp;]]]]><![CDATA[>]]>y</a>", want: "body| x<b>&amp;]]>y"},
		{name: "comment", xml: "<?pi > ?><!-- <a> --><a>x<!-- > --><?y <z> ?>y</a>", want: "body| xy"},
		{name: "quotes", xml: `<a b='"' c="'>/" d = "x">t</a>`, want: "body| \"/'>//x/t"},
		{name: "prefixes", xml: `<q:a xmlns:q="u" q:z="no"><q:b>t</q:b ></q:a>`, want: "body| t"},
		{name: "utf-16 with a mark", xml: wide(utf16XML, binary.LittleEndian, true), want: "body| Zoë 😀 è"},
		{name: "utf-16 big", xml: wide(utf16XML, binary.BigEndian, true), want: "body| Zoë 😀 è"},
		{name: "utf-16 without a mark", xml: wide(utf16XML, binary.LittleEndian, false), want: "body| Zoë 😀 è"},
		{name: "utf-8 with a mark", xml: "\xef\xbb\xbf<a>è</a>", want: "body| è"},
		{name: "latin-1", xml: "<?xml version='1.0' encoding='ISO-8859-1'?><a>Zo\xeb \x80</a>", want: "body| Zoë €"},
		{name: "wrong bytes", xml: "<a>Zo\xeb è</a>", want: "body| Zoë è"},
		{name: "references", xml: "<a>&lt;&gt;&amp;&quot;&apos;&#64;&#x1F600;&#0;&#xD800;&no;&;& &#99999999999;</a>", want: "body| <>&\"'@😀&#0;\ufffd&no;&;& &#99999999999;"},
		{name: "entity bomb", xml: `<!DOCTYPE a [<!ENTITY l "lol"><!ENTITY m "&l;&l;>">]><a>&m;</a>`, want: "body| &m;", unread: 1},
		{name: "document type", xml: `<!DOCTYPE a SYSTEM "http://example.com/a.dtd"><a>x</a>`, want: "body| x"},
		{name: "not closed", xml: "<a><b>x", want: "body| x", unread: 1, damaged: true},
		{name: "closed too often", xml: "<a>x</a></a></a>", want: "body| x", unread: 1, damaged: true},
		{name: "cut in a tag", xml: "<a>x</a><b c=", want: "body| x", unread: 1, damaged: true},
		{name: "cut in a section", xml: "<a>x<![CDATA[yz", want: "body| xyz", unread: 1, damaged: true},
		{name: "less than", xml: "<a>1 < 2 <3</a>", want: "body| 1 < 2 <3", unread: 1, damaged: true},
		{name: "tag in a tag", xml: "<a><b c=\"d\" <e>x</e></b></a>", want: "body| d/x", unread: 1, damaged: true},
		{name: "no quotes", xml: "<a b=c d>x</a>", want: "body| x", unread: 1, damaged: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			info, lines, err := read(t, note(t, c.xml))
			if info.Unread != c.unread || errors.Is(err, office.ErrDamaged) != c.damaged || (err != nil) != c.damaged {
				t.Error(info, err)
			}
			same(t, lines, "body| corpo", c.want)
		})
	}
}

func TestGreatXML(t *testing.T) {
	deep := strings.Repeat("<a>", 10000) + "x" + strings.Repeat("</a>", 10000)
	_, lines := must(t, note(t, deep))
	has(t, lines, "body| x")
	info, _, err := read(t, note(t, strings.Repeat("<a><tbl><tc><p>", 200000)))
	if !errors.Is(err, office.ErrDamaged) || info.Unread != 1 {
		t.Error(info, err)
	}
	info, _, err = read(t, pack(t, "_rels/.rels", letterRels, "word/document2.xml", "<document>"+strings.Repeat("<tbl><tr><tc><del><txbxContent><Choice><p>", 100000)))
	if !errors.Is(err, office.ErrDamaged) || info.Unread != 1 {
		t.Error(info, err)
	}
	long := "<a>" + strings.Repeat("x", 20<<20) + "</a>"
	r := &record{t: t}
	b := note(t, long)
	if _, err := office.Read(t.Context(), bytes.NewReader(b), int64(len(b)), office.Options{}, r); err != nil || r.bytes != len(long) {
		t.Errorf("%d bytes, %v", r.bytes, err)
	}
	// A tag over the limit is passed over and told; one below it is read.
	info, lines, err = read(t, note(t, `<a><b c="`+strings.Repeat("y", 3<<20)+`>">z</b></a>`))
	if err != nil || info.Unread != 1 {
		t.Error(info, err)
	}
	has(t, lines, "body| z")
	must(t, note(t, `<a><b c="`+strings.Repeat("y", 900<<10)+`">z</b></a>`))
	info, _, err = read(t, note(t, "<a "+strings.Repeat(`b="c" `, 1000000)+"/>"))
	if err != nil || info.Unread != 1 {
		t.Error(info, err)
	}
}

// A cell of any length: what is over the limit goes on as text.
func TestGreatCell(t *testing.T) {
	for _, c := range []string{
		`<c t="str"><v>` + strings.Repeat("è", 1<<20) + "</v></c>",
		`<c><v>` + strings.Repeat("1", 2<<20) + "</v></c>",
	} {
		r := &record{t: t}
		b := book(t, sheetOf("<row>"+c+"</row>"))
		if _, err := office.Read(t.Context(), bytes.NewReader(b), int64(len(b)), office.Options{}, r); err != nil {
			t.Error(err)
		}
		if r.bytes < 2<<20 {
			t.Errorf("%d bytes", r.bytes)
		}
	}
}

func TestPrefix(t *testing.T) {
	plain := fixture(t, "people.xlsx")
	_, want := must(t, plain)
	_, got := must(t, append([]byte("rubbish in front of it"), plain...))
	same(t, got, want...)
	_, got = must(t, append(bytes.Clone(plain), "rubbish behind"...))
	same(t, got, want...)
	// A whole zip file in front is not passed over in silence.
	info, got, err := read(t, append(fixture(t, "people.ods"), plain...))
	if err != nil || info.Unread == 0 {
		t.Error(info, err)
	}
	same(t, got, want...)
}

// A part that the directory does not have is told.
func TestRemoved(t *testing.T) {
	plain := note(t, "<a>via</a>")
	i := bytes.LastIndex(plain, []byte("PK\x01\x02"))
	end := bytes.LastIndex(plain, []byte("PK\x05\x06"))
	b := append(bytes.Clone(plain[:i]), plain[end:]...)
	e := b[i:]
	binary.LittleEndian.PutUint16(e[8:], 2)
	binary.LittleEndian.PutUint16(e[10:], 2)
	binary.LittleEndian.PutUint32(e[12:], binary.LittleEndian.Uint32(e[12:])-uint32(end-i))
	info, lines, err := read(t, b)
	if err != nil || info.Unread != 1 {
		t.Error(info, err)
	}
	same(t, lines, "body| corpo")
}

// change packs a note and lets f change the last record of the directory.
func change(t *testing.T, f func(b, record []byte)) (office.Info, []string, error) {
	t.Helper()
	b := note(t, "<a>"+strings.Repeat("testo ", 3)+"</a>")
	f(b, b[bytes.LastIndex(b, []byte("PK\x01\x02")):])
	return read(t, b)
}

func TestLies(t *testing.T) {
	le := binary.LittleEndian
	for _, c := range []struct {
		name      string
		f         func(b, record []byte)
		encrypted bool
		unread    int
		damaged   bool
		lines     int
	}{
		{name: "size", f: func(_, r []byte) { le.PutUint32(r[24:], 1<<31) }, unread: 1, damaged: true, lines: 2},
		{name: "packed size", f: func(_, r []byte) { le.PutUint32(r[20:], 1<<31) }, unread: 1, damaged: true, lines: 2},
		{name: "packed size too small", f: func(_, r []byte) { le.PutUint32(r[20:], 5) }, unread: 2, damaged: true, lines: 1},
		{name: "checksum", f: func(_, r []byte) { r[16]++ }, unread: 1, damaged: true, lines: 2},
		{name: "encrypted", f: func(_, r []byte) { r[8] |= 1 }, encrypted: true, lines: 1},
		{name: "method", f: func(_, r []byte) { r[10] = 14 }, unread: 1, lines: 1},
		{name: "place", f: func(_, r []byte) { le.PutUint32(r[42:], 1<<31) }, unread: 1, damaged: true, lines: 1},
		{name: "place of another", f: func(_, r []byte) { le.PutUint32(r[42:], 0) }, unread: 2, damaged: true, lines: 1},
		{name: "name", f: func(_, r []byte) { copy(r[46:], "../../etc/passwd") }, lines: 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			info, lines, err := change(t, c.f)
			if info.Unread < min(1, c.unread) || info.Encrypted != c.encrypted || errors.Is(err, office.ErrDamaged) != c.damaged || len(lines) < c.lines {
				t.Error(info, err, lines)
			}
		})
	}
}

func TestTwins(t *testing.T) {
	_, lines := must(t, pack(t, "_rels/.rels", letterRels, "word/document2.xml", "<w:document><w:p><w:t>uno</w:t></w:p></w:document>",
		"WORD\\Document2.xml", "<w:document><w:p><w:t>due</w:t></w:p></w:document>", "word/document2.xml", "<w:document><w:p><w:t>tre</w:t></w:p></w:document>"))
	same(t, lines, "body| uno", "body| due", "body| tre")
}

func TestManyParts(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i, s := range []string{"_rels/.rels", letterRels, "word/document2.xml", "<w:document><w:p><w:t>uno</w:t></w:p></w:document>"} {
		if i%2 == 1 {
			continue
		}
		w, _ := z.Create(s)
		_, _ = io.WriteString(w, []string{"", letterRels, "", "<w:document><w:p><w:t>uno</w:t></w:p></w:document>"}[i+1])
	}
	for range 70000 {
		if _, err := z.CreateRaw(&zip.FileHeader{Name: "a", CompressedSize64: 1, UncompressedSize64: 1, CRC32: crc32.ChecksumIEEE([]byte("x"))}); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	info, _, err := read(t, b.Bytes())
	if err == nil || info.Unread < 70002-65536 || info.Format != "docx" {
		t.Error(info, err)
	}
}

// Entries that lie over each other are not read for ever.
func TestOverlap(t *testing.T) {
	big := note(t, "<a>"+strings.Repeat("abcdefgh", 1<<18)+"</a>")
	i, end := bytes.LastIndex(big, []byte("PK\x01\x02")), bytes.LastIndex(big, []byte("PK\x05\x06"))
	record := big[i:end]
	b := bytes.Clone(big[:end])
	for range 20000 {
		b = append(b, record...)
	}
	tail := bytes.Clone(big[end:])
	binary.LittleEndian.PutUint16(tail[8:], 20003)
	binary.LittleEndian.PutUint16(tail[10:], 20003)
	binary.LittleEndian.PutUint32(tail[12:], binary.LittleEndian.Uint32(tail[12:])+uint32(20000*len(record)))
	b = append(b, tail...)
	errEnough := errors.New("enough")
	spent := int64(0)
	o := office.Options{Spend: func(n int64) error {
		if spent += n; spent > 100<<20 {
			return errEnough
		}
		return nil
	}}
	if _, err := office.Read(t.Context(), bytes.NewReader(b), int64(len(b)), o, &record2{}); !errors.Is(err, errEnough) && !errors.Is(err, office.ErrDamaged) {
		t.Error(err)
	}
}

// record2 takes everything and keeps nothing.
type record2 struct {
	rows, cells int
	bytes       int
	peak        uint64
	watch       bool
}

func (r *record2) look() {
	if !r.watch || r.rows%1000 != 0 {
		return
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	r.peak = max(r.peak, m.HeapAlloc)
}

func (r *record2) Sheet(string, bool) error { return nil }
func (r *record2) Row(_ int64, cells []office.Cell) error {
	r.rows++
	r.cells += len(cells)
	r.look()
	return nil
}

func (r *record2) Text(_ string, text []byte) error {
	r.bytes += len(text)
	if r.bytes>>20 != (r.bytes-len(text))>>20 {
		r.look()
	}
	return nil
}

func (r *record2) Embedded(_ string, _ int64, in io.Reader) error {
	_, err := io.Copy(io.Discard, in)
	if errors.Is(err, office.ErrDamaged) {
		return nil
	}
	return err
}

// Shared strings over the limit are handed over as text, in bounded memory.
func TestSharedLimit(t *testing.T) {
	if testing.Short() {
		t.Skip("80 MB")
	}
	const n = 400000
	var sst, rows strings.Builder
	sst.WriteString("<sst>")
	for i := range n {
		sst.WriteString("<si><t>")
		for range 25 {
			sst.WriteString(string(rune('a' + i%26)))
			sst.WriteString("abcdefg")
		}
		sst.WriteString("</t></si>")
	}
	sst.WriteString("</sst>")
	rows.WriteString(`<row><c t="s"><v>0</v></c><c t="s"><v>399999</v></c></row>`)
	b := pack(t, "_rels/.rels", packageRels, "xl/workbook.xml", aWorkbook, "xl/_rels/workbook.xml.rels", bookRels,
		"xl/sharedStrings.xml", sst.String(), "xl/worksheets/sheet1.xml", sheetOf(rows.String()), "xl/worksheets/sheet2.xml", sheetOf(""), "xl/worksheets/sheet3.xml", sheetOf(""))
	sst.Reset()
	var before runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	r := &record2{watch: true}
	info, err := office.Read(t.Context(), bytes.NewReader(b), int64(len(b)), office.Options{}, r)
	if err != nil || info.Unread != 0 || r.cells != 1 {
		t.Error(info, err, r.cells)
	}
	if want := n * 201; r.bytes < want-201 || r.bytes > want { // all but the one in a cell
		t.Errorf("%d bytes of %d", r.bytes, want)
	}
	if r.peak-before.HeapAlloc > 40<<20 {
		t.Errorf("%d MiB", (r.peak-before.HeapAlloc)>>20)
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"letterhtml.docx", "people.xlsx", "slides.odp", "letter.fodt", "book.fods", "stored.xlsx"} {
		f.Add(fixture(f, name))
	}
	f.Add(book(f, sheetOf(`<row r="1"><c r="A1" t="s"><v>0</v></c></row>`)))
	f.Fuzz(func(t *testing.T, b []byte) {
		spent := int64(0)
		o := office.Options{Spend: func(n int64) error {
			if spent += n; spent > 16<<20 {
				return io.ErrShortBuffer
			}
			return nil
		}}
		_, _ = office.Read(t.Context(), bytes.NewReader(b), int64(len(b)), o, &record{t: t})
	})
}

// TestCutInSection: however long a section is, it is cut between characters, the
// cells that it fills too.
func TestCutInSection(t *testing.T) {
	for shift := range 256 {
		text := strings.Repeat("x", shift) + strings.Repeat("€", 64<<10)
		b := pack(t, "_rels/.rels", letterRels, "word/document2.xml",
			"<document><tbl><tr><tc><p><t><![CDATA["+text+"]]></t></p></tc></tr></tbl></document>")
		r := &record{t: t}
		if _, err := office.Read(t.Context(), bytes.NewReader(b), int64(len(b)), office.Options{}, r); err != nil || r.bytes < len(text) {
			t.Error(err, r.bytes, len(text))
		}
	}
}

// FuzzXML lets the fuzzer write the parts, so that it does not have to pack them.
func FuzzXML(f *testing.F) {
	f.Add(sheetOf(`<row r="1"><c r="A1" t="s" s="3"><v>0</v></c><c t="inlineStr"><is><t>x</t></is></c></row>`), someStyles)
	f.Add("<document><p><r><t>x</t></r></p><tbl><tr><tc><p><t>a</t></p></tc></tr></tbl></document>", someStrings)
	f.Add(`<document-content><table><table-row number-rows-repeated="3"><table-cell value-type="float" value="1E3"><p>x<s c="3"/></p></table-cell></table-row></table></document-content>`, "<styleSheet/>")
	f.Fuzz(func(t *testing.T, one, two string) {
		b := pack(t, "_rels/.rels", packageRels, "xl/workbook.xml", aWorkbook, "xl/_rels/workbook.xml.rels", bookRels,
			"xl/worksheets/sheet1.xml", one, "xl/worksheets/sheet2.xml", two, "xl/styles.xml", two, "xl/sharedStrings.xml", two, "word/a.xml", one, "content.xml", one)
		_, _ = office.Read(t.Context(), bytes.NewReader(b), int64(len(b)), office.Options{}, &record{t: t})
	})
}
