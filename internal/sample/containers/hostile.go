package containers

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// Planted is the address that stands in the first part of every hostile file
// of which a first part can be read.
const Planted = "anna.esempio@example.com"

// Trap is a file that lies about itself, or that is more than it seems.
type Trap struct {
	Path    string // relative to the folder
	Planted bool   // the address can be read before the trap shuts
	Whole   bool   // there is no trap: it can be read to its end
	Sealed  bool   // it needs a password
	Bomb    bool   // gigabytes are packed in it
}

type trap struct {
	Trap
	bytes func() ([]byte, error)
}

// traps are all that [Hostile] makes.
func traps() []trap {
	open := func(path string, bytes func() ([]byte, error)) trap {
		return trap{Trap{Path: path, Planted: true}, bytes}
	}
	shut := func(path string, bytes func() ([]byte, error)) trap { return trap{Trap{Path: path}, bytes} }
	bomb := func(path string, bytes func() ([]byte, error)) trap {
		return trap{Trap{Path: path, Planted: true, Bomb: true}, bytes}
	}
	return []trap{
		bomb("bomb.zip", bombInZip),
		bomb("cell.gz", endlessCell),
		bomb("sheet.xlsx", func() ([]byte, error) { return swollenWorkbook(2<<30, "</row><row><c><v>1234567</v></c>") }),
		bomb("onecell.xlsx", func() ([]byte, error) { return swollenWorkbook(2<<30, strings.Repeat("nothing to be seen ", 4)) }),
		bomb("42.zip", func() ([]byte, error) { return manyTimes(3, 16) }),
		bomb("zeros.gz", zeros),
		{Trap{Path: "dimension.xlsx", Planted: true, Whole: true}, farCells},
		open("letter.docx", lyingLetter),
		open("deep.zip", func() ([]byte, error) { return nested(50) }),
		{Trap{Path: "seven.zip", Planted: true, Whole: true}, func() ([]byte, error) { return nested(6) }},
		open("quoted.zip", func() ([]byte, error) { return overlapped(40, 1<<20) }),
		open("exabytes.tar", tarOfExabytes),
		open("cut.gz", cutGzip),
		shut("zip64.zip", zipOfMany),
		shut("four.7z", sevenOfFour),
		shut("four.doc", oleOfFour),
		open("loop.pdf", loopingPDF),
		shut("prev.pdf", loopingXref),
		{Trap{Path: "locked.pdf", Sealed: true}, lockedPDF},
		open("loop.sqlite", func() ([]byte, error) { return pages(4, true), nil }),
		open("cut.sqlite", func() ([]byte, error) { b := pages(9, false); return b[:3*page+100], nil }),
		open("endless.mbox", endlessMail),
		{Trap{Path: "header.eml", Planted: true, Whole: true}, longHeader},
		{Trap{Path: "deep.json", Planted: true, Whole: true}, deepJSON},
	}
}

// Hostile makes in dir, which it creates if need be, files that try to make a
// reader run, swell or say too little; it replaces nothing. All of them together
// are a few megabytes; with bombs, a scanner that has no bounds is in for 16 GiB. In each the address [Planted] stands where it can be read,
// but for those that hold nothing.
func Hostile(dir string, bombs bool) ([]Trap, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	var made []Trap
	for _, t := range traps() {
		if t.Bomb && !bombs {
			continue
		}
		content, err := t.bytes()
		if err == nil {
			err = create(filepath.Join(dir, t.Path), content)
		}
		if err != nil {
			return made, fmt.Errorf("make %s: %w", t.Path, err)
		}
		made = append(made, t.Trap)
	}
	return made, nil
}

// again is how much of a repeated text is compressed as one piece.
const again = 16 << 20

// swollen is a deflate stream (RFC 1951) of head, then text over and over, at
// least size bytes of it, then tail. Text divides 1 MiB evenly or is padded with
// blanks until it does. What comes out of one piece looks back only on the same text, so
// the piece may stand there any number of times.
func swollen(head, text string, size int64) ([]byte, error) {
	for again%len(text) != 0 {
		text += " "
	}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.BestCompression)
	if err != nil {
		return nil, err
	}
	piece := []byte(strings.Repeat(text, again/len(text)))
	at := [2]int{}
	for i, part := range [][]byte{append([]byte(head), piece...), piece} {
		_, err = w.Write(part)
		if err = errors.Join(err, w.Flush()); err != nil {
			return nil, err
		}
		at[i] = out.Len()
	}
	one := bytes.Clone(out.Bytes()[at[0]:at[1]])
	for done := int64(2 * again); done < size; done += again {
		out.Write(one)
	}
	err = w.Close()
	return out.Bytes(), err
}

// packed is a ZIP of members that are compressed already; sizes are what the
// directory says of them.
type packed struct {
	name string
	data []byte
	size uint64
}

func zipOf(members ...packed) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, m := range members {
		to, err := w.CreateRaw(&zip.FileHeader{
			Name: m.name, Method: zip.Deflate, CompressedSize64: uint64(len(m.data)), UncompressedSize64: m.size,
		})
		if err == nil {
			_, err = to.Write(m.data)
		}
		if err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return out.Bytes(), err
}

// bombInZip holds a ZIP of 10 MiB that holds 10 GiB of one cell.
func bombInZip() ([]byte, error) {
	const size = 10 << 30
	data, err := swollen("Nome;Email;Note\nAnna;"+Planted+";\"", "nothing to be seen here, and nothing that anybody is called by.\n", size)
	if err != nil {
		return nil, err
	}
	inner, err := zipOf(packed{"clienti.csv", data, size})
	if err != nil {
		return nil, err
	}
	return alone("bomb.zip", inner)
}

// manyTimes is like 42.zip: a ZIP of copies of a ZIP, that deep, and in the
// innermost a gigabyte each.
func manyTimes(deep, copies int) ([]byte, error) {
	const size = 1 << 30
	data, err := swollen(Planted+"\n", "nothing to be seen here.\n", size)
	if err != nil {
		return nil, err
	}
	inner, err := zipOf(packed{"a.txt", data, size})
	for range deep {
		if err != nil {
			return nil, err
		}
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for i := range copies {
			to, cerr := w.Create(fmt.Sprintf("%02d.zip", i))
			if cerr == nil {
				_, cerr = to.Write(inner)
			}
			err = errors.Join(err, cerr)
		}
		err = errors.Join(err, w.Close())
		inner = out.Bytes()
	}
	return inner, err
}

// zeros is a gzip of 10 GiB of zero bytes behind a line.
func zeros() ([]byte, error) {
	data, err := swollen(strings.Repeat("niente\n", 20_000)+Planted+"\n", strings.Repeat("\x00", 1024), 10<<30)
	return append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"), data...), err
}

// farCells is a workbook that says it has 16,384 columns and 1,048,576 rows, and
// has its only cells in the first place and in the last.
func farCells() ([]byte, error) {
	return plainWorkbook(`<dimension ref="A1:XFD1048576"/><cols><col min="1" max="16384"/></cols><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>` + Planted +
		`</t></is></c></row><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>` + Planted + `</t></is></c></row></sheetData></worksheet>`)
}

// alone puts one member into an honest ZIP.
func alone(name string, content []byte) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	to, err := w.Create(name)
	if err == nil {
		_, err = to.Write(content)
	}
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}

// endlessCell is a CSV with a cell that ends nowhere: 2 GiB, and then the gzip
// breaks off.
func endlessCell() ([]byte, error) {
	data, err := swollen("Nome;Email;Note\nAnna;"+Planted+";\"", "nothing to be seen here, and nothing that anybody is called by. ", 2<<30)
	return append([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"), data...), err
}

// swollenWorkbook is a workbook with a sheet of that size: text over and over after
// the first row.
func swollenWorkbook(size int64, text string) ([]byte, error) {
	head := `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="inlineStr"><is><t>` + Planted + `</t></is></c></row><row>`
	if !strings.HasPrefix(text, "<") {
		head += `<c t="inlineStr"><is><t>`
	}
	data, err := swollen(head, text, size)
	if err != nil {
		return nil, err
	}
	return sheet(data, 1000, 0)
}

// plainWorkbook is a workbook with one sheet of that text.
func plainWorkbook(text string) ([]byte, error) {
	var data bytes.Buffer
	text = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">` + text
	w, err := flate.NewWriter(&data, flate.BestSpeed)
	if err == nil {
		_, err = io.WriteString(w, text)
		err = errors.Join(err, w.Close())
	}
	if err != nil {
		return nil, err
	}
	return sheet(data.Bytes(), uint64(len(text)), crc32.ChecksumIEEE([]byte(text)))
}

// sheet is a workbook with one sheet, which is compressed already; size and sum
// are what its directory says of it.
func sheet(data []byte, size uint64, sum uint32) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, p := range [][2]string{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		{"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Clienti" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
	} {
		to, err := w.Create(p[0])
		if err == nil {
			_, err = io.WriteString(to, p[1])
		}
		if err != nil {
			return nil, err
		}
	}
	to, err := w.CreateRaw(&zip.FileHeader{Name: "xl/worksheets/sheet1.xml", Method: zip.Deflate, CRC32: sum, CompressedSize64: uint64(len(data)), UncompressedSize64: size})
	if err == nil {
		_, err = to.Write(data)
	}
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}

// lyingLetter is a letter whose directory says 10 bytes for what is more, and
// 4 GiB for what is less.
func lyingLetter() ([]byte, error) {
	pack := func(s string) []byte {
		var b bytes.Buffer
		w, _ := flate.NewWriter(&b, flate.BestSpeed) // the level is right
		_, _ = io.WriteString(w, s)
		_ = w.Close()
		return b.Bytes()
	}
	text := `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` +
		strings.Repeat("<w:p><w:r><w:t>"+Planted+"</w:t></w:r></w:p>", 40) + `</w:body></w:document>`
	types := `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	return zipOf(packed{"[Content_Types].xml", pack(types), 4<<30 - 2}, packed{"word/document.xml", pack(text), 10})
}

// nested is a list of customers in that many ZIPs in one another, with the
// address beside it in the outermost.
func nested(deep int) ([]byte, error) {
	inner, name := []byte("Nome;Email\nBruno Esempio;bruno@example.com\n"), "clienti.csv"
	var err error
	for range deep - 1 {
		if inner, err = alone(name, inner); err != nil {
			return nil, err
		}
		name = "in.zip"
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for n, b := range map[string][]byte{"a.txt": []byte(Planted), name: inner} {
		to, cerr := w.Create(n)
		if cerr == nil {
			_, cerr = to.Write(b)
		}
		err = errors.Join(err, cerr)
	}
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}

// overlapped is a ZIP whose members share their bytes: each begins with a stored
// block that quotes the header of the next, and goes on with that one's content
// (D. Fifield, A better zip bomb, 2019).
func overlapped(members, kernel int) ([]byte, error) {
	text := append([]byte(Planted+"\n"), bytes.Repeat([]byte("abcdefgh ijklmn\n"), kernel/16)...)
	var tail bytes.Buffer
	w, err := flate.NewWriter(&tail, flate.BestCompression)
	if err == nil {
		_, err = w.Write(text)
		err = errors.Join(err, w.Close())
	}
	if err != nil {
		return nil, err
	}
	file, plain := tail.Bytes(), text // what follows the header, and what comes out of it
	var dir []byte
	var at []int // of the headers, from the end of the last member
	for i := range members {
		name := fmt.Sprintf("%03d.txt", members-i)
		h := binary.LittleEndian.AppendUint16([]byte("PK\x03\x04"), 20)
		rest := binary.LittleEndian.AppendUint16(nil, 0)
		rest = append(rest, 8, 0, 0, 0, 0x21, 0)
		rest = binary.LittleEndian.AppendUint32(rest, crc32.ChecksumIEEE(plain))
		rest = binary.LittleEndian.AppendUint32(rest, uint32(len(file)))  //nolint:gosec // a few megabytes
		rest = binary.LittleEndian.AppendUint32(rest, uint32(len(plain))) //nolint:gosec // a few megabytes
		rest = binary.LittleEndian.AppendUint16(rest, uint16(len(name)))  //nolint:gosec // seven
		rest = append(rest, 0, 0)
		h = append(append(h, rest...), name...)
		at = append(at, len(file)+len(h))
		entry := append(append([]byte("PK\x01\x02\x14\x00\x14\x00"), rest...), make([]byte, 10)...)
		entry = binary.LittleEndian.AppendUint32(entry, uint32(len(file)+len(h))) //nolint:gosec // made right below
		dir = append(dir, append(entry, name...)...)
		file = append(h, file...)
		plain = append(bytes.Clone(h), plain...)
		if i < members-1 {
			quote := binary.LittleEndian.AppendUint16([]byte{0}, uint16(len(h))) //nolint:gosec // below 64
			quote = binary.LittleEndian.AppendUint16(quote, ^uint16(len(h)))     //nolint:gosec // below 64
			file = append(quote, file...)
		}
	}
	for i, off := range at { // offsets were counted from the end
		p := i*(46+7) + 42
		binary.LittleEndian.PutUint32(dir[p:], uint32(len(file)-off)) //nolint:gosec // a few megabytes
	}
	end := append([]byte("PK\x05\x06\x00\x00\x00\x00"), byte(members), 0, byte(members), 0) //nolint:gosec // forty
	end = binary.LittleEndian.AppendUint32(end, uint32(len(dir)))                           //nolint:gosec // small
	end = binary.LittleEndian.AppendUint32(end, uint32(len(file)))                          //nolint:gosec // small
	return append(append(append(file, dir...), end...), 0, 0), nil
}

// cutGzip breaks off in its middle.
func cutGzip() ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := io.WriteString(w, Planted+"\n"+noise(200_000))
	err = errors.Join(err, w.Close())
	return out.Bytes()[:out.Len()/2], err
}

// noise is text that does not compress well, without anybody in it.
func noise(size int) string {
	var to strings.Builder
	for x := uint32(1); to.Len() < size; x = x*1664525 + 1013904223 {
		to.WriteByte('a' + byte(x>>27)%26)
		if x>>24 < 30 {
			to.WriteByte('\n')
		}
	}
	return to.String()
}
