package containers

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"time"
)

// benchPDF is a list of customers as programs print it (ISO 32000): every other
// page in a standard font, the others in one of two bytes a letter with a map to
// Unicode, compressed.
func benchPDF(c customers) ([]byte, error) {
	f := &pdfFile{}
	f.object("<</Type/Catalog/Pages 2 0 R>>")
	var kids strings.Builder
	for i := range BenchPageCount {
		fmt.Fprintf(&kids, "%d 0 R ", 7+2*i)
	}
	f.object(fmt.Sprintf("<</Type/Pages/Count %d/MediaBox[0 0 842 595]/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>/Kids[%s]>>", BenchPageCount, kids.String()))
	f.object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
	f.object("<</Type/Font/Subtype/Type0/BaseFont/Arial/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[5 0 R]>>")
	f.object("<</Type/Font/Subtype/CIDFontType2/BaseFont/Arial/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/DW 500>>")
	if err := f.stream("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n" +
		"1 begincodespacerange <0000> <ffff> endcodespacerange\n1 beginbfrange <0020> <00ff> <0020> endbfrange\n" +
		"endcmap end end\n"); err != nil {
		return nil, err
	}
	for i := range BenchPageCount {
		f.object(fmt.Sprintf("<</Type/Page/Parent 2 0 R/Contents %d 0 R>>", 8+2*i))
		if err := f.stream(benchPage(c, i)); err != nil {
			return nil, err
		}
	}
	return f.finish(), nil
}

// benchPage is the content of the i-th page, cell by cell.
func benchPage(c customers, i int) string {
	var to strings.Builder
	fmt.Fprintf(&to, "BT\n/F%d 6 Tf\n", 1+i%2)
	for line := range benchLines {
		p := c.at(i*benchLines + line)
		for col, text := range []string{p.Last, p.First, p.Fiscal, p.Mail, p.Phone, p.Street, p.Born.Format(time.DateOnly), p.IBAN} {
			if text == "" {
				continue
			}
			fmt.Fprintf(&to, "1 0 0 1 %d %d Tm ", []int{20, 90, 160, 240, 380, 460, 620, 670}[col], 570-12*line)
			for _, letter := range "(" + text {
				switch {
				case i%2 == 1 && letter == '(':
					to.WriteString("<")
				case i%2 == 1:
					fmt.Fprintf(&to, "%04x", letter)
				default:
					to.WriteByte(byte(letter)) //nolint:gosec // all are of the first 256
				}
			}
			to.WriteString([]string{")", ">"}[i%2] + " Tj\n")
		}
	}
	return to.String() + "ET\n"
}

// pdfFile is a file in the making.
type pdfFile struct {
	to bytes.Buffer
	at []int
}

func (f *pdfFile) object(text string) {
	if f.to.Len() == 0 {
		f.to.WriteString("%PDF-1.5\n%\xe2\xe3\xcf\xd3\n")
	}
	f.at = append(f.at, f.to.Len())
	fmt.Fprintf(&f.to, "%d 0 obj\n%s\nendobj\n", len(f.at), text)
}

func (f *pdfFile) stream(text string) error {
	var packed bytes.Buffer
	w := zlib.NewWriter(&packed)
	if _, err := w.Write([]byte(text)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	f.object(fmt.Sprintf("<</Filter/FlateDecode/Length %d>>\nstream\n%s\nendstream", packed.Len(), packed.Bytes()))
	return nil
}

func (f *pdfFile) finish() []byte {
	table := f.to.Len()
	fmt.Fprintf(&f.to, "xref\n0 %d\n0000000000 65535 f \n", len(f.at)+1)
	for _, at := range f.at {
		fmt.Fprintf(&f.to, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&f.to, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(f.at)+1, table)
	return f.to.Bytes()
}
