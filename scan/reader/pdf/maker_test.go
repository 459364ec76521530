package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
)

// maker makes PDF files. Object 1 is the catalog, 2 the tree of pages.
type maker struct {
	objs    map[int]string
	seal    func(num int, b []byte) []byte // encrypts streams and strings
	trailer string
}

func newMaker() *maker {
	m := &maker{objs: make(map[int]string)}
	m.objs[1] = "<</Type/Catalog/Pages 2 0 R>>"
	return m
}

func (m *maker) stream(num int, dict string, data []byte) {
	if m.seal != nil {
		data = m.seal(num, data)
	}
	m.objs[num] = fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(data), data)
}

// pages makes one page of each content; resources are those of all.
func (m *maker) pages(resources string, contents ...string) {
	var kids strings.Builder
	for i, c := range contents {
		fmt.Fprintf(&kids, "%d 0 R ", 10+2*i)
		m.objs[10+2*i] = fmt.Sprintf("<</Type/Page/Parent 2 0 R/Contents %d 0 R>>", 11+2*i)
		m.stream(11+2*i, "", []byte(c))
	}
	m.objs[2] = fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 600 800]/Resources<<%s>>>>", len(contents), kids.String(), resources)
}

func (m *maker) numbers() []int { return slices.Sorted(maps.Keys(m.objs)) }

// table is the file with a table of cross-references.
func (m *maker) table() []byte {
	b, at := m.body("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", m.numbers())
	xref := len(b)
	b = append(b, "xref\n0 1\n0000000000 65535 f \n"...)
	for _, n := range m.numbers() {
		b = fmt.Appendf(b, "%d 1\n%010d 00000 n \n", n, at[n])
	}
	return fmt.Appendf(b, "trailer\n<</Size 1000/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n", m.trailer, xref)
}

func (m *maker) body(head string, nums []int) ([]byte, map[int]int) {
	b, at := []byte(head), make(map[int]int)
	for _, n := range nums {
		at[n] = len(b)
		b = fmt.Appendf(b, "%d 0 obj\n%s\nendobj\n", n, m.objs[n])
	}
	return b, at
}

// packed is the file with a stream of cross-references, and every object that is
// no stream in object streams.
func (m *maker) packed() []byte {
	var direct, inside []int
	for _, n := range m.numbers() {
		if strings.Contains(m.objs[n], "stream\n") {
			direct = append(direct, n)
		} else {
			inside = append(inside, n)
		}
	}
	var heads, bodies []byte
	for _, n := range inside {
		heads = fmt.Appendf(heads, "%d %d ", n, len(bodies))
		bodies = append(bodies, m.objs[n]+"\n"...)
	}
	m.stream(900, fmt.Sprintf("/Type/ObjStm/N %d/First %d/Filter/FlateDecode", len(inside), len(heads)), deflate(append(heads, bodies...)))
	b, at := m.body("%PDF-1.5\n", append(direct, 900))
	var rows []byte
	index := ""
	row := func(n, kind, v, i int) {
		index += fmt.Sprintf("%d 1 ", n)
		rows = append(rows, 2, byte(kind))
		rows = binary.BigEndian.AppendUint32(rows, uint32(v))
		rows = append(rows, byte(i))
	}
	for _, n := range append(direct, 900) {
		row(n, 1, at[n], 0)
	}
	for i, n := range inside {
		row(n, 2, 900, i)
	}
	for i := len(rows) - 7; i >= 7; i -= 7 { // the predictor of PNG, Up
		for k := 1; k < 7; k++ {
			rows[i+k] -= rows[i-7+k]
		}
	}
	xref := len(b)
	data := deflate(rows)
	b = fmt.Appendf(b, "901 0 obj\n<</Type/XRef/W[1 4 1]/Index[%s]/Size 1000/Root 1 0 R%s/Filter/FlateDecode/DecodeParms<</Predictor 12/Columns 6>>/Length %d>>stream\r\n",
		index, m.trailer, len(data))
	b = append(b, data...)
	return fmt.Appendf(b, "\nendstream\nendobj\nstartxref\n%d\n%%%%EOF", xref)
}

func deflate(b []byte) []byte {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	_, _ = w.Write(b)
	_ = w.Close()
	return out.Bytes()
}

// gathered is a Handler that keeps everything.
type gathered struct {
	text  strings.Builder // pages apart by "[n]"
	page  int
	files map[string]string
	err   error
}

func (g *gathered) Text(page int, text []byte) error {
	if len(text) == 0 || len(text) > 1<<20 || text[len(text)-1] != '\n' {
		return fmt.Errorf("a piece of %d bytes", len(text))
	}
	if page != g.page {
		fmt.Fprintf(&g.text, "[%d]\n", page)
		g.page = page
	}
	g.text.Write(text)
	return g.err
}

func (g *gathered) Attachment(name string, r io.Reader) error {
	b, err := io.ReadAll(r)
	if g.files == nil {
		g.files = make(map[string]string)
	}
	g.files[name] = string(b)
	if err != nil {
		g.files[name] += " " + err.Error()
	}
	return nil
}

// read reads a file from memory.
func read(tb testing.TB, b []byte) (*gathered, Info, error) {
	tb.Helper()
	g := &gathered{page: 1}
	info, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, g)
	return g, info, err
}

// must reads a file that is in order.
func must(tb testing.TB, b []byte) (string, Info) {
	tb.Helper()
	g, info, err := read(tb, b)
	if err != nil {
		tb.Fatal(err)
	}
	return g.text.String(), info
}

const helvetica = "/Font<</F 5 0 R>>"

// simple is a maker with one Helvetica, called F, and pages.
func simple(contents ...string) *maker {
	m := newMaker()
	m.objs[5] = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
	m.pages(helvetica, contents...)
	return m
}

// say is a content that shows one line.
func say(s string) string { return "BT /F 10 Tf 50 700 Td (" + s + ") Tj ET" }
