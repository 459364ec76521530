package office_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"custode/scan/reader/office"
)

// customers makes a workbook of 20,000 rows of 14 columns, most of them strings.
func customers(tb testing.TB) []byte {
	tb.Helper()
	var sst, rows strings.Builder
	n := 0
	text := func(format string, args ...any) int {
		sst.WriteString("<si><t>" + fmt.Sprintf(format, args...) + "</t></si>")
		n++
		return n - 1
	}
	shared := make([]int, 200)
	for i := range shared {
		shared[i] = text("parola %d", i)
	}
	for r := 1; r <= 20000; r++ {
		fmt.Fprintf(&rows, `<row r="%d" customFormat="false" ht="12.8" hidden="false" customHeight="false" outlineLevel="0" collapsed="false">`, r)
		own := [...]int{
			text("Nome%d", r*7919%10007), text("Cognome%d", r*104729%20011), text("nome.cognome%d@example.com", r*31337%1000003),
			text("Via Roma %d", r*613%997), text("RSSMRA%05dH501X", r*7907%99991),
		}
		for c := range 14 {
			ref := fmt.Sprintf("%c%d", 'A'+c, r)
			switch {
			case c < len(own):
				fmt.Fprintf(&rows, `<c r="%s" s="0" t="s"><v>%d</v></c>`, ref, own[c])
			case c < 9:
				fmt.Fprintf(&rows, `<c r="%s" s="0" t="s"><v>%d</v></c>`, ref, shared[r*(c+7)%200])
			case c == 9:
				fmt.Fprintf(&rows, `<c r="%s" s="2" t="n"><v>%d</v></c>`, ref, 20000+r*17%10000)
			default:
				fmt.Fprintf(&rows, `<c r="%s" s="0" t="n"><v>%d</v></c>`, ref, 3300000000+r*7919*c%99999999)
			}
		}
		rows.WriteString("</row>")
	}
	return pack(tb, "_rels/.rels", packageRels, "xl/workbook.xml", `<workbook><sheets><sheet name="Clienti" r:id="r1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", bookRels, "xl/styles.xml", someStyles,
		"xl/sharedStrings.xml", "<sst>"+sst.String()+"</sst>", "xl/worksheets/sheet1.xml", sheetOf(rows.String()))
}

func BenchmarkWorkbook(b *testing.B) {
	file := customers(b)
	b.SetBytes(int64(len(file)))
	b.ReportAllocs()
	for b.Loop() {
		r := &record2{}
		info, err := office.Read(b.Context(), bytes.NewReader(file), int64(len(file)), office.Options{}, r)
		if err != nil || r.cells != 20000*14 {
			b.Fatal(info, err, r.cells)
		}
	}
}

// A row costs no memory of its own.
func TestAllocations(t *testing.T) {
	rows := func(n int) []byte {
		return book(t, sheetOf(strings.Repeat(`<row><c t="s"><v>1</v></c><c s="1"><v>27102</v></c><c t="inlineStr"><is><t>a&amp;b</t></is></c><c><v>1E3</v></c></row>`, n)))
	}
	few, many := rows(100), rows(20000)
	count := func(b []byte) float64 {
		return testing.AllocsPerRun(3, func() {
			if _, err := office.Read(t.Context(), bytes.NewReader(b), int64(len(b)), office.Options{}, &record2{}); err != nil {
				t.Error(err)
			}
		})
	}
	if a, b := count(few), count(many); b > a+50 || a > 700 {
		t.Errorf("%v for 100 rows, %v for 20,000", a, b)
	}
}

// A million entries of a directory are counted in bounded memory.
func TestMillionParts(t *testing.T) {
	if testing.Short() {
		t.Skip("50 MB")
	}
	plain := fixture(t, "people.xlsx")
	i, end := bytes.LastIndex(plain, []byte("PK\x01\x02")), bytes.LastIndex(plain, []byte("PK\x05\x06"))
	b := bytes.Clone(plain[:end])
	empty := bytes.Clone(plain[i:end])
	clear(empty[20:28]) // its sizes
	for range 1000000 {
		b = append(b, empty...)
	}
	tail := bytes.Clone(plain[end:])
	size := binary.LittleEndian.Uint32(tail[12:]) + uint32(1000000*(end-i))
	binary.LittleEndian.PutUint32(tail[12:], size)
	b = append(b, tail...)
	r := &record2{}
	info, err := office.Read(t.Context(), bytes.NewReader(b), int64(len(b)), office.Options{}, r)
	if info.Unread < 1000000-65536 || r.cells != 24 {
		t.Error(info, err, r.cells)
	}
}
