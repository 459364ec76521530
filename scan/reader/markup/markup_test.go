package markup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// record is a sink that writes down all that it is given. Pieces of text that
// follow each other are joined.
type record struct {
	t       testing.TB
	out     []string
	text    []byte
	line    int64
	columns int
	lineOf  map[string]int64 // of words in text
	garbled bool             // something was not UTF-8
}

func (s *record) Text(buf []byte, from, to int, line int64) {
	if from < 0 || to > len(buf) || from >= to || from > contextSize || len(buf)-to > contextSize || to-from > pieceSize+4*contextSize {
		s.t.Fatalf("Text(len %d, %d, %d)", len(buf), from, to)
	}
	if n := min(from, len(s.text)); !bytes.Equal(buf[from-n:from], s.text[len(s.text)-n:]) {
		s.t.Fatalf("context %q after text %q", buf[:from], s.text[len(s.text)-n:])
	}
	if s.text == nil {
		s.line = line
	}
	if s.lineOf == nil {
		s.lineOf = map[string]int64{}
	}
	for i, l := range bytes.Split(buf[from:to], []byte{'\n'}) {
		for w := range bytes.FieldsSeq(l) {
			s.lineOf[string(w)] = line + int64(i)
		}
	}
	s.text = append(s.text, buf[from:to]...)
}

func (s *record) flush() {
	if s.text != nil {
		s.garbled = s.garbled || !utf8.Valid(s.text)
		s.out = append(s.out, fmt.Sprintf("%d: text %q", s.line, s.text))
		s.text = nil
	}
}

func (s *record) Column(name []byte, field bool) int {
	s.flush()
	if s.columns++; s.columns > mostColumns {
		s.t.Fatal("too many columns")
	}
	s.out = append(s.out, fmt.Sprintf("column %d %q %v", s.columns-1, name, field))
	return s.columns - 1
}

func (s *record) Cell(column int, value []byte, line int64) {
	s.flush()
	if column < 0 || column >= s.columns || len(value) == 0 || len(value) > longestCell {
		s.t.Fatalf("Cell(%d, %d bytes) with %d columns", column, len(value), s.columns)
	}
	s.garbled = s.garbled || !utf8.Valid(value)
	s.out = append(s.out, fmt.Sprintf("%d: %d=%q", line, column, value))
}

func (s *record) EndRecord() {
	s.flush()
	s.out = append(s.out, "end")
}

type reading func(context.Context, io.Reader, Sink) error

func parse(tb testing.TB, read reading, r io.Reader) *record {
	tb.Helper()
	s := &record{t: tb}
	if err := read(context.Background(), r, s); err != nil {
		tb.Fatal(err)
	}
	s.flush()
	return s
}

type example struct {
	why, in string
	want    []string
}

func check(t *testing.T, read reading, examples []example) {
	t.Helper()
	for _, c := range examples {
		if diff := cmp.Diff(c.want, parse(t, read, strings.NewReader(c.in)).out); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.why, diff)
		}
	}
}

// plainHTML reads a page whose tables have no header but of th.
func plainHTML(ctx context.Context, r io.Reader, s Sink) error { return HTML(ctx, r, s, nil) }

// TestHeaderByWords: a first row of td is a header where somebody says so.
func TestHeaderByWords(t *testing.T) {
	const in = "<table><tr><td>Nome</td><td>E-mail</td></tr><tr><td>Mario</td><td>m@example.com</td></tr></table>"
	says := func(yes bool) reading {
		return func(ctx context.Context, r io.Reader, s Sink) error {
			return HTML(ctx, r, s, func(cells [][]byte) bool { return yes && len(cells) == 2 && string(cells[0]) == "Nome" })
		}
	}
	check(t, says(true), []example{{"by words", in, []string{`column 0 "Nome" false`, `column 1 "E-mail" false`, `1: 0="Mario"`, `1: 1="m@example.com"`, "end"}}})
	if got := parse(t, says(false), strings.NewReader(in)).out; len(got) != 1 {
		t.Errorf("no header, but: %q", got)
	}
}

func TestHTML(t *testing.T) {
	check(t, plainHTML, []example{
		{"inline tags join", "<p>scrivi a mario<b>@</b>exa<wbr>mple.<span class=x>com</span></p>", []string{`1: text "scrivi a mario@example.com"`}},
		{"blocks part", "<div>Mario</div><div>Rossi<br>Roma</div>", []string{`1: text "Mario\nRossi\nRoma"`}},
		{"blanks between blocks", "<div>\n  Mario\n</div>\n\n<div> Rossi</div>\n", []string{`2: text "Mario\nRossi"`}},
		{"entities", "&eacute; &Agrave;&nbsp;&euro; mario&#64;example.com &#x40; &#128; &hellip; &commat; &bogus; &amp;lt; & &amp", []string{`1: text "é À\u00a0€ mario@example.com @ € … @ &bogus; &lt; & &"`}},
		{"comment inside a word", "mario<!-- no spam: anna@example.com -->@example.com<p>x", []string{`1: text "mario@example.com\nno spam: anna@example.com \nx"`}},
		{"attributes", "<a class='c' href='mailto:anna%40example.com'>Anna</a> e <input value=\"Mario &quot;R&quot;\" name=n> <img alt=foto src='data:image/png;base64,AAAA'> <i data-mail=x@example.com onclick='f()'>", []string{
			`1: text "Anna e \nanna@example.com\nMario \"R\"\nfoto\nx@example.com"`,
		}},
		{"tel", "<a href='TEL:+39%20333 1234567'>chiama</a><a href='http://example.com/?m=a%40example.com'>x</a><a href='http://example.com/'>y</a>", []string{"1: text \"chiamaxy\\n+39 333 1234567\\nhttp://example.com/?m=a@example.com\""}},
		{"percent", "<a href='mailto:m%c3%A8%e0%e@example.com%'>x</a>", []string{"1: text \"x\\nmè%e0%e@example.com%\""}},
		{"script and style", "<style>p{x:1}</style>a<script>var m='b@example.com' < 3;</script>c", []string{`1: text "a\nvar m='b@example.com' < 3;\nc"`}},
		{"no tags", "Mario <mario@example.com> e 3 < 5, <3", []string{`1: text "Mario <mario@example.com> e 3 < 5, <3"`}},
		{"php", "a<?php $m='b@example.com'; if (1>0) ?>c", []string{`1: text "ac\nphp $m='b@example.com'; if (1>0) "`}},
		{"table with a header", "<table>\n<tr><th>Nome<th>E-mail</tr>\n<tr><td>Mario</td><td><a href='mailto:m@example.com'>m@example.com</a></td></tr>\n<tr><td>Anna<br>Bianchi<td></tr></table>x", []string{
			`column 0 "Nome" false`, `column 1 "E-mail" false`, `3: 0="Mario"`, `3: 1="m@example.com"`, `end`,
			`3: text "m@example.com"`, `4: 0="Anna Bianchi"`, `end`, `4: text "x"`,
		}},
		{"thead, row header, more cells", "<table><thead><tr><td>Nome</td></tr></thead><tbody><tr><th>Mario</th><td>x</td></tr></table>", []string{
			`column 0 "Nome" false`, `1: 0="Mario"`, `column 1 "" false`, `1: 1="x"`, `end`,
		}},
		{"spans", "<table><tr><th colspan=2>Nome<th>Tel<tr><td rowspan=2>a<td>b<td>c<tr><td>d<td>e</table>", []string{
			`column 0 "Nome" false`, `column 1 "Tel" false`, `1: 0="a"`, `1: 0="b"`, `1: 1="c"`, `end`, `1: 0="d"`, `1: 1="e"`, `end`,
		}},
		{"table without a header", "<table>\n<tr>\n<td>Mario</td>\n<td>Rossi</td></tr>\n<tr><th>Anna</th><td>Bianchi</td></tr></table>", []string{`3: text "Mario\tRossi\nAnna\tBianchi"`}},
		{"half a header", "<table><tr><th>Nome</th><td>Mario</td></tr><tr><th>Tel</th><td>333</td></tr></table>", []string{`1: text "Nome\tMario\nTel\t333"`}},
		{"table in a table", "<table><tr><th>Nome</th><tr><td>a<table><tr><th>x</th><td>y</td></table>b</table>", []string{
			`column 0 "Nome" false`, `1: text "a\nx\ty\nb"`,
		}},
		{"unclosed", "<p>Mario <a href=\"mailto:m@example.com", []string{`1: text "Mario \nm@example.com"`}},
		{"empty", "", nil},
	})
}

func TestXML(t *testing.T) {
	check(t, XML, []example{
		{"records", "<?xml version='1.0'?>\n<clienti>\n <c id='1'>\n  <nome>Mario</nome><e:mail>m&#64;example.com</e:mail>\n </c>\n <c id='2'><nome>Anna</nome></c>\n</clienti>", []string{
			`column 0 "id" true`, `3: 0="1"`, `column 1 "nome" true`, `4: 1="Mario"`, `column 2 "mail" true`, `4: 2="m@example.com"`, `end`,
			`6: 0="2"`, `6: 1="Anna"`, `end`,
		}},
		{"attributes only", "<r xmlns:x='u'><row n='Anna' m=\"a@example.com\"/><row n='Mario'/></r>", []string{
			`column 0 "n" true`, `1: 0="Anna"`, `column 1 "m" true`, `1: 1="a@example.com"`, `end`, `1: 0="Mario"`, `end`,
		}},
		{"a leaf with attributes belongs to its parent", "<p><tel tipo='casa'>333</tel><nome>Anna</nome></p>", []string{
			`column 0 "tipo" true`, `1: 0="casa"`, `column 1 "tel" true`, `1: 1="333"`, `column 2 "nome" true`, `1: 2="Anna"`, `end`,
		}},
		{"mixed content", "<p>Mario <b>Rossi</b>, <i>m</i>@example.com<x/> fine</p><q>a</q>", []string{
			`1: text "Mario Rossi, m@example.com fine"`, `column 0 "q" true`, `1: 0="a"`, `end`,
		}},
		{"CDATA, comments, entities", "<!DOCTYPE r [<!ENTITY x 'y>'> ]><r><a><![CDATA[<&amp;>]]> &amp; &x; &lt;</a><!-- c@example.com --></r>", []string{
			`column 0 "a" true`, `1: 0="<&amp;> & &x; <"`, `end`, `1: text "c@example.com "`,
		}},
		{"no markup", "a < b <m@example.com>", []string{`1: text "a < b <m@example.com>"`}},
		{"lines", "<a>\n<b\nc='1'\n>\n\nx</b></a>", []string{`column 0 "c" true`, `3: 0="1"`, `column 1 "b" true`, `6: 1="x"`, `end`}},
		{"only a value", "<a>x</a>", []string{`column 0 "a" true`, `1: 0="x"`, `end`}},
		{"empty", "", nil},
	})
}

func TestLines(t *testing.T) {
	var b strings.Builder
	for i := 1; i <= 5000; i++ {
		fmt.Fprintf(&b, "<div><p>w%d</p>\n", i)
	}
	h, x := parse(t, plainHTML, strings.NewReader(b.String())), parse(t, XML, strings.NewReader("<!--"+b.String()+"-->"))
	for i := 1; i <= 5000; i++ {
		if n := h.lineOf[fmt.Sprintf("w%d", i)]; n != int64(i) {
			t.Fatalf("HTML: w%d on line %d", i, n)
		}
		if n := x.lineOf[fmt.Sprintf("<div><p>w%d</p>", i)]; n != int64(i) {
			t.Fatalf("XML: w%d on line %d", i, n)
		}
	}
}

// total is a sink that keeps nothing.
type total struct{ bytes, calls, columns int }

func (s *total) Text(_ []byte, from, to int, _ int64) { s.bytes += to - from; s.calls++ }
func (s *total) Column([]byte, bool) int              { s.columns++; return s.columns - 1 }
func (s *total) Cell(_ int, v []byte, _ int64)        { s.bytes += len(v); s.calls++ }
func (s *total) EndRecord()                           {}

func TestBig(t *testing.T) {
	long := strings.Repeat("parola ", 50000)
	names := ""
	for i := range 2000 {
		names += fmt.Sprintf("<f%d>v</f%d>", i, i)
	}
	for _, c := range []struct {
		why, in string
		least   int
	}{
		{"long value", "<a><b>" + long + "</b></a>", len(long) - 1},
		{"long attribute", "<a title='" + long + "'>", len(long) - 1},
		{"long cell", "<table><tr><th>x<tr><td>" + long + "<td>y</table>", len(long) - 1},
		{"long comment", "<!--" + long + "-->", len(long) - 1},
		{"long script", "<script>" + long + "</script>", len(long) - 1},
		{"deep", strings.Repeat("<a>", 10000) + "x" + strings.Repeat("</a>", 10000) + "y", 2},
		{"deep tables", strings.Repeat("<table><tr><th>", 10000) + "x", 1},
		{"many names", "<r>" + names + "</r>", 2000},
		{"open tags", strings.Repeat("<", 100000), 100000},
		{"ampersands", strings.Repeat("&", 100000), 100000},
		{"almost comments", "<!--" + strings.Repeat("--", 100000), 100000},
	} {
		for i, read := range []reading{plainHTML, XML} {
			s := &total{}
			if err := read(context.Background(), strings.NewReader(c.in), s); err != nil {
				t.Fatal(err)
			}
			if s.bytes < c.least || s.bytes > len(c.in)+s.calls {
				t.Errorf("%s, %d: %d bytes, want %d or more, of %d", c.why, i, s.bytes, c.least, len(c.in))
			}
			parse(t, read, strings.NewReader(c.in))
		}
	}
}

func TestErrors(t *testing.T) {
	in := strings.Repeat("<p>Anna</p>", 50000)
	for _, read := range []reading{plainHTML, XML} {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := read(ctx, strings.NewReader(in), &total{}); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		s := &total{}
		err := read(context.Background(), io.MultiReader(strings.NewReader(in), iotest.ErrReader(fs.ErrPermission)), s)
		if !errors.Is(err, fs.ErrPermission) || s.bytes < 4*50000 {
			t.Errorf("%v, %d bytes", err, s.bytes)
		}
	}
}

func FuzzChunks(f *testing.F) {
	for _, s := range []string{
		"<table><tr><th>Nome<th>E-mail</tr>\n<tr><td>Mario</td><td><a href='mailto:m%40example.com' title=x>m&#64;example.com</a></td></tr></table><!-- x --><script>a<b</script>",
		"<?xml version='1.0'?>\n<r><c id='1'><n>Mario &amp; &eacute;</n><p>a <b>c</b> d</p><![CDATA[x]]></c></r>",
		"&#12&copy; < <a<b>", "<a b='\n'c=\"d\" e=&amp;>", "<!DOCTYPE r [<!ENTITY x 'y>'> ]>",
	} {
		f.Add([]byte(s), uint8(0))
		f.Add([]byte(s), uint8(40))
	}
	f.Fuzz(func(t *testing.T, b []byte, times uint8) {
		if len(b) > 4<<10 {
			return
		}
		if times == 40 { // more than a window
			b = bytes.Repeat(b, 1+(150<<10)/(len(b)+1))
		}
		for i, read := range []reading{plainHTML, XML} {
			want := parse(t, read, bytes.NewReader(b))
			got := parse(t, read, iotest.OneByteReader(bytes.NewReader(b)))
			if !slices.Equal(want.out, got.out) {
				t.Errorf("%d: (-whole +bytes)\n%s", i, cmp.Diff(want.out, got.out))
			}
			if utf8.Valid(b) && want.garbled {
				t.Errorf("%d: text that is not UTF-8", i)
			}
			half := parse(t, read, iotest.HalfReader(iotest.DataErrReader(bytes.NewReader(b))))
			if !slices.Equal(want.out, half.out) {
				t.Errorf("%d: (-whole +half)\n%s", i, cmp.Diff(want.out, half.out))
			}
			// No more comes out than went in: separators stand for tags.
			s := &total{}
			if err := read(context.Background(), bytes.NewReader(b), s); err != nil {
				t.Error(err)
			}
			if s.bytes > 2*len(b)+2 {
				t.Errorf("%d: %d bytes out of %d", i, s.bytes, len(b))
			}
		}
	})
}

func bench(b *testing.B, read reading, in string) {
	b.Helper()
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		if err := read(context.Background(), strings.NewReader(in), &total{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkHTMLText(b *testing.B) {
	bench(b, plainHTML, strings.Repeat("<p class=\"x\">Gentile Mario Rossi, <b>grazie</b> per l&rsquo;ordine del 3 maggio: sar&agrave; spedito oggi in via Roma 12 a Forl&igrave;.\nPer ogni domanda scriva a <a href=\"mailto:info@example.com\">info@example.com</a> o chiami.</p>\n", 20000))
}

func BenchmarkHTMLTable(b *testing.B) {
	bench(b, plainHTML, "<table><tr><th>Nome</th><th>E-mail</th><th>Tel</th></tr>"+strings.Repeat("<tr class=\"riga\"><td>Mario Rossi</td><td>mario@example.com</td><td>+39 333 1234567</td></tr>\n", 40000))
}

func BenchmarkXMLRecords(b *testing.B) {
	bench(b, XML, "<clienti>"+strings.Repeat("<cliente id=\"12\"><nome>Mario Rossi</nome><mail>mario@example.com</mail><telefono>+39 333 1234567</telefono></cliente>\n", 40000))
}
