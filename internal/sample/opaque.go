package sample

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
)

// opaque makes the files that can't be looked into: pictures, scans, a
// spreadsheet and a sealed file.
func (s *shop) opaque() {
	s.closed("Foto/logo.png", 600, must(encodePNG(s.picture())))
	s.closed("Foto/vetrina.jpg", 90, must(encodeJPEG(s.picture())))
	s.closed("Scansioni/scansione-001.jpg", 65, must(encodeJPEG(s.picture())))
	s.closed("Scansioni/scansione-002.pdf", 64, scan(must(encodeJPEG(s.picture()))))
	s.closed("Fornitori/listino-2019.xls", 2200, oldWorkbook())
	o := s.closed("Fornitori/offerta.xlsx", 17, must(spreadsheet()))
	o.file.Examined, o.file.Clean = true, true
	p := s.closed("Clienti/clienti-2024.csv.age", 50, s.sealed())
	p.file.Sealed = true
}

// closed is a file without a reader.
func (s *shop) closed(name string, days int, content []byte) *page {
	p := s.file(name, days)
	p.file.Examined = false
	p.buf.Write(content)
	return p
}

// must is for encoders that write to memory, where only a bug can fail.
func must(b []byte, err error) []byte {
	if err != nil {
		panic("sample: " + err.Error())
	}
	return b
}

// picture is a few squares of colour.
func (s *shop) picture() image.Image {
	img := image.NewRGBA(image.Rect(0, 0, 16, 16))
	for y := range 16 {
		for x := range 16 {
			img.Set(x, y, color.Gray{Y: uint8(s.rng.UintN(256))}) //nolint:gosec // below 256
		}
	}
	return img
}

func encodePNG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := png.Encode(&b, img)
	return b.Bytes(), err
}

func encodeJPEG(img image.Image) ([]byte, error) {
	var b bytes.Buffer
	err := jpeg.Encode(&b, img, nil)
	return b.Bytes(), err
}

// scan is a PDF of one page that shows a picture.
func scan(picture []byte) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	const show = "q 595 0 0 842 0 0 cm /Im0 Do Q"
	var at []int
	for i, object := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</XObject<</Im0 5 0 R>>>>/Contents 4 0 R>>",
		fmt.Sprintf("<</Length %d>>stream\n%s\nendstream\n", len(show), show),
		fmt.Sprintf("<</Type/XObject/Subtype/Image/Width 16/Height 16/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length %d>>stream\n%s\nendstream\n", len(picture), picture),
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj%sendobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}

// oldWorkbook has the shape of a workbook of before 2007, for which there is no
// reader.
func oldWorkbook() []byte {
	b := make([]byte, 1536)
	copy(b, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	copy(b[512:], "W\x00o\x00r\x00k\x00b\x00o\x00o\x00k\x00")
	return b
}

// spreadsheet is the least that opens as a workbook.
func spreadsheet() ([]byte, error) {
	const (
		xml  = `<?xml version="1.0" encoding="UTF-8"?>`
		open = "http://schemas.openxmlformats.org/"
	)
	parts := [][2]string{
		{"[Content_Types].xml", xml + `<Types xmlns="` + open + `package/2006/content-types">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>` +
			`<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>`},
		{"_rels/.rels", xml + `<Relationships xmlns="` + open + `package/2006/relationships">` +
			`<Relationship Id="r1" Type="` + open + `officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", xml + `<workbook xmlns="` + open + `spreadsheetml/2006/main" xmlns:r="` + open + `officeDocument/2006/relationships">` +
			`<sheets><sheet name="Offerta" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", xml + `<Relationships xmlns="` + open + `package/2006/relationships">` +
			`<Relationship Id="r1" Type="` + open + `officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", xml + `<worksheet xmlns="` + open + `spreadsheetml/2006/main"><sheetData>` +
			`<row r="1"><c r="A1" t="inlineStr"><is><t>Viti M8</t></is></c><c r="B1"><v>200</v></c></row></sheetData></worksheet>`},
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, part := range parts {
		f, err := w.Create(part[0])
		if err != nil {
			return nil, err
		}
		if _, err := f.Write([]byte(part[1])); err != nil {
			return nil, err
		}
	}
	err := w.Close()
	return b.Bytes(), err
}

// sealed has the shape of an age file for one key; nobody can open it.
func (s *shop) sealed() []byte {
	noise := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(s.rng.UintN(256)) //nolint:gosec // below 256
		}
		return string(b)
	}
	text := func(n int) string { return base64.RawStdEncoding.EncodeToString([]byte(noise(n))) }
	return []byte(strings.Join([]string{
		"age-encryption.org/v1", "-> X25519 " + text(32), text(32), "--- " + text(32), noise(16 + 2048),
	}, "\n"))
}
