package reader

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

var errDisk = errors.New("disk on fire")

// check reads in and compares what the sink got, with line numbers.
func check(t *testing.T, why, name, in string, want []string) {
	t.Helper()
	s := &record{t: t, lines: true, context: 512}
	if _, err := NewReader().Read(context.Background(), strings.NewReader(in), name, s); err != nil {
		t.Fatalf("%s: %v", why, err)
	}
	s.flush()
	if diff := cmp.Diff(want, s.out); diff != "" {
		t.Errorf("%s: (-want +got)\n%s", why, diff)
	}
}

func TestTable(t *testing.T) {
	for _, c := range []struct {
		why, in string
		want    []string
	}{
		{"header", "nome;email\nMario;mario@example.com\n", []string{
			`column 0 "nome" field=false`, `column 1 "email" field=false`, `2: 0="Mario"`, `2: 1="mario@example.com"`, `end`,
		}},
		{"CRLF, blanks, no last line end", "nome ; email\r\n Mario ; mario@example.com\r\n\r\nAnna;anna@example.com", []string{
			`column 0 "nome" field=false`, `column 1 "email" field=false`, `2: 0="Mario"`, `2: 1="mario@example.com"`, `end`,
			`4: 0="Anna"`, `4: 1="anna@example.com"`, `end`,
		}},
		{"no header", "Mario;mario@example.com\nAnna;anna@example.com\n", []string{
			`column 0`, `column 1`, `1: 0="Mario"`, `1: 1="mario@example.com"`, `end`, `2: 0="Anna"`, `2: 1="anna@example.com"`, `end`,
		}},
		{"header by its difference", "Gusto;Pezzi\nCiocco;12\nMenta;13\n", []string{
			`column 0 "Gusto" field=false`, `column 1 "Pezzi" field=false`, `2: 0="Ciocco"`, `2: 1="12"`, `end`, `3: 0="Menta"`, `3: 1="13"`, `end`,
		}},
		{"titles", "Elenco clienti;\n;\nnome;email\nMario;mario@example.com\n", []string{
			`1: text "Elenco clienti;\n;\n"`, `column 0 "nome" field=false`, `column 1 "email" field=false`,
			`4: 0="Mario"`, `4: 1="mario@example.com"`, `end`,
		}},
		{"sep line", "sep=,\nnome,email\nMario,mario@example.com\n", []string{
			`1: text "sep=,\n"`, `column 0 "nome" field=false`, `column 1 "email" field=false`,
			`3: 0="Mario"`, `3: 1="mario@example.com"`, `end`,
		}},
		{"quotes", "nome,note\n\"Rossi, Mario\",\"disse \"\"ciao\"\"\n a tutti\"\nAnna,\"\"\n", []string{
			`column 0 "nome" field=false`, `column 1 "note" field=false`, `2: 0="Rossi, Mario"`, `2: 1="disse \"ciao\"\n a tutti"`, `end`,
			`4: 0="Anna"`, `end`,
		}},
		{"quotes inside, not doubled", "nome;note\n\"Ditta \"Rossi\" srl\";x\nAnna;y\n", []string{
			`column 0 "nome" field=false`, `column 1 "note" field=false`, `2: 0="Ditta \"Rossi\" srl"`, `2: 1="x"`, `end`,
			`3: 0="Anna"`, `3: 1="y"`, `end`,
		}},
		{"stray quote", "nome;note\n\"Mario;x\n\"Anna\";y\nLuca;z\n", []string{
			`column 0 "nome" field=false`, `column 1 "note" field=false`, `2: 0="\"Mario"`, `2: 1="x"`, `end`,
			`3: 0="Anna"`, `3: 1="y"`, `end`, `4: 0="Luca"`, `4: 1="z"`, `end`,
		}},
		{"ragged", "nome;note\nMario\nAnna;y;z;;w\n;;\n", []string{
			`column 0 "nome" field=false`, `column 1 "note" field=false`, `2: 0="Mario"`, `end`,
			`3: 0="Anna"`, `3: 1="y"`, `column 2`, `3: 2="z"`, `column 3`, `column 4`, `3: 4="w"`, `end`,
		}},
		{"header with holes", "id;;email\n1;Mario;mario@example.com\n", []string{
			`column 0 "id" field=false`, `column 1`, `column 2 "email" field=false`,
			`2: 0="1"`, `2: 1="Mario"`, `2: 2="mario@example.com"`, `end`,
		}},
		{"Windows-1252", western("città;note\nForlì;però\n"), []string{
			`column 0 "città" field=false`, `column 1 "note" field=false`, `2: 0="Forlì"`, `2: 1="però"`, `end`,
		}},
	} {
		check(t, c.why, "a.csv", c.in, c.want)
	}
}

func TestStrayQuoteLines(t *testing.T) {
	in := "nome;note\n\"Mario;x\n" + strings.Repeat("Anna;y\n", 1000)
	got, _ := readString(t, in, "a.csv")
	if n := strings.Count(strings.Join(got, "\n"), "end"); n != 1001 {
		t.Errorf("%d rows, want 1001", n)
	}
}

func TestManyColumns(t *testing.T) {
	row := strings.Repeat("x;", 599) + "x\n"
	got, _ := readString(t, row+row, "a.csv")
	all := strings.Join(got, "\n")
	if n := strings.Count(all, "column"); n != maxColumns {
		t.Errorf("%d columns, want %d", n, maxColumns)
	}
	if n := strings.Count(all, `="x"`); n != 2*maxColumns {
		t.Errorf("%d cells, want %d", n, 2*maxColumns)
	}
	if n := strings.Count(all, strings.Repeat("x", 600-maxColumns)); n != 2 {
		t.Errorf("the cells beyond are in %d texts, want 2", n)
	}
}

func TestJSON(t *testing.T) {
	for _, c := range []struct {
		why, in string
		want    []string
	}{
		{"object", `{"nome":"Mario","eta":42,"si":true,"no":null}`, []string{
			`column 0 "nome" field=true`, `1: 0="Mario"`, `column 1 "eta" field=true`, `1: 1="42"`,
			`column 2 "si" field=true`, `column 3 "no" field=true`, `end`,
		}},
		{"lines", "{\"a\":\"x\"}\n{\"a\":\"y\"}\n", []string{`column 0 "a" field=true`, `1: 0="x"`, `end`, `2: 0="y"`, `end`}},
		{"array of objects", "[\n{\"a\":\"x\"},\n{\"a\":\"y\"}\n]", []string{`column 0 "a" field=true`, `2: 0="x"`, `end`, `3: 0="y"`, `end`}},
		{"nested", `[{"a":"x","b":{"c":"y"}}]`, []string{
			`column 0 "a" field=true`, `1: 0="x"`, `column 1 "b" field=true`, `column 2 "c" field=true`, `1: 2="y"`, `end`,
		}},
		{"array of strings", `{"mail":["x","y"]}`, []string{`column 0 "mail" field=true`, `1: 0="x"`, `1: 0="y"`, `end`}},
		{"rows", `[["x","y"],["z"]]`, []string{`column 0`, `1: 0="x"`, `1: 0="y"`, `end`, `1: 0="z"`, `end`}},
		{"escapes", `{"a":"\u00e8 \"x\" \ud83d\ude00 a\nb \/ \q \ud83d"}`, []string{`column 0 "a" field=true`, `1: 0="è \"x\" 😀 a\nb / \\q �"`, `end`}},
		{"name that is data", `{"mario@example.com":"x","a":{"3991234567":{"b":"y"}}}`, []string{
			`column 0`, `1: 0="mario@example.com"`, `1: 0="x"`, `column 1 "a" field=true`,
			`1: 0="3991234567"`, `column 2 "b" field=true`, `1: 2="y"`, `end`,
		}},
		{"broken", `{"a":"x" "b":"y"}`, []string{`column 0 "a" field=true`, `1: 0="x"`, `end`, `1: text "\"b\":\"y\"}"`}},
		{"broken line", "{\"a\":\"x\"}\n{\"a\":\"y\"\n{\"a\":\"z\"}\n{\"a\" oops}\n{\"a\":\"w\"}\n", []string{
			`column 0 "a" field=true`, `1: 0="x"`, `end`, `2: 0="y"`, `end`, `3: 0="z"`, `end`, `4: text "oops}\n"`, `5: 0="w"`, `end`,
		}},
		{"comment", "{\"a\":\"x\", // mario@example.com\n\"b\":1}", []string{
			`column 0 "a" field=true`, `1: 0="x"`, `end`, `1: text "// mario@example.com\n\"b\":1}"`,
		}},
		{"comma too many", `{"a":["x",],}`, []string{`column 0 "a" field=true`, `1: 0="x"`, `end`}},
		{"NaN", `{"a":NaN,"b":-1.5e3}`, []string{`column 0 "a" field=true`, `1: 0="NaN"`, `column 1 "b" field=true`, `1: 1="-1.5e3"`, `end`}},
		{"cut off", `{"a":"x","b":"mario@exam`, []string{
			`column 0 "a" field=true`, `1: 0="x"`, `column 1 "b" field=true`, `end`, `1: text "\"mario@exam"`,
		}},
		{"line end in a string", "{\"a\":\"x\ny\",\n\"b\":1}", []string{
			`column 0 "a" field=true`, `1: 0="x\ny"`, `column 1 "b" field=true`, `3: 1="1"`, `end`,
		}},
	} {
		check(t, c.why, "a.json", c.in, c.want)
	}
}

func TestDeepJSON(t *testing.T) {
	const deep = 100_000
	in := `{"a":` + strings.Repeat("[", deep) + `"x",{"b":"y"}` + strings.Repeat("]", deep) + `,"c":"z"}`
	got, _ := readString(t, in, "a.json")
	want := []string{
		`column 0 "a" field=true`, `0="x"`, `0="b"`, `0="y"`, `column 1 "c" field=true`, `1="z"`, `end`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestManyFields(t *testing.T) {
	var in strings.Builder
	in.WriteString("{")
	for i := range 1000 {
		fmt.Fprintf(&in, "\"k%d\":\"v%d\",", i, i)
	}
	in.WriteString("}")
	got, _ := readString(t, in.String(), "a.json")
	all := strings.Join(got, "\n")
	if n := strings.Count(all, "column"); n != maxColumns {
		t.Errorf("%d columns", n)
	}
	for i := range 1000 {
		if !strings.Contains(all, fmt.Sprintf(`"k%d"`, i)) || !strings.Contains(all, fmt.Sprintf(`"v%d"`, i)) {
			t.Errorf("k%d or its value is missing", i)
		}
	}
}

func TestText(t *testing.T) {
	check(t, "lines", "a", "uno\ndue\n", []string{`1: text "uno\ndue\n"`})
	check(t, "zeros later", "a", strings.Repeat("a\n", 40_000)+"\x00\x00\x00", []string{
		fmt.Sprintf("1: text %q", strings.Repeat("a\n", 40_000)+"\x00\x00\x00"),
	})
	check(t, "mixed encodings", "a", "è "+western("è")+" é\n", []string{`1: text "è è é\n"`})
}

// spy notes at which lines pieces of text begin and how they end.
type spy struct {
	record
	starts []int64
	ends   []byte
}

func (s *spy) Text(buf []byte, from, to int, line int64) {
	s.starts = append(s.starts, line)
	s.ends = append(s.ends, buf[to-1])
	s.record.Text(buf, from, to, line)
}

func TestCuts(t *testing.T) {
	lim := small()
	for _, c := range []struct{ why, in, ends string }{
		{"lines", strings.Repeat("abc, def\n", 1000), "\n"},
		{"one line", strings.Repeat("mario@example.com 399 1234567,", 500), ","},
		{"no place", strings.Repeat("a", 10_000), "a"},
		{"wide characters", strings.Repeat("è", 5_000), "\xa8"},
	} {
		s := &spy{record: record{t: t, context: lim.context, strict: true}}
		if _, err := newReader(lim).Read(context.Background(), strings.NewReader(c.in), "a.txt", s); err != nil {
			t.Fatal(err)
		}
		if string(s.text) != c.in {
			t.Errorf("%s: the text is not what it was", c.why)
		}
		for i, end := range s.ends[:len(s.ends)-1] {
			if end != c.ends[0] {
				t.Errorf("%s: piece %d ends with %q", c.why, i, end)
			}
		}
		if len(s.ends) < 4 {
			t.Errorf("%s: %d pieces", c.why, len(s.ends))
		}
		if c.ends == "\n" && s.starts[1] < 2 {
			t.Errorf("%s: piece 1 on line %d", c.why, s.starts[1])
		}
	}
}

func TestReadError(t *testing.T) {
	for _, in := range []string{"", "uno\n", customers, `{"a":"x"`, strings.Repeat("riga\n", 50_000)} {
		s := &record{t: t, context: 512}
		out, err := NewReader().Read(context.Background(), io.MultiReader(strings.NewReader(in), iotest.ErrReader(errDisk)), "a", s)
		if !errors.Is(err, errDisk) || !strings.Contains(err.Error(), fmt.Sprintf("after %d bytes", len(in))) {
			t.Errorf("%.20q: error %v", in, err)
		}
		if out.Examined || out.Reason != ReasonBroken || out.Bytes != int64(len(in)) {
			t.Errorf("%.20q: %+v", in, out)
		}
		s.flush()
		if in != "" && len(s.out) == 0 {
			t.Errorf("%.20q: nothing reached the sink", in)
		}
	}
}

// stuck never gives anything.
type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestNoProgress(t *testing.T) {
	_, err := NewReader().Read(context.Background(), stuck{}, "a", &record{t: t})
	if !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("error %v", err)
	}
}

// endless gives the same line for ever, and cancels after a while.
type endless struct {
	n      int
	cancel func()
}

func (e *endless) Read(b []byte) (int, error) {
	if e.n++; e.n == 100 {
		e.cancel()
	}
	for i := range b {
		b[i] = "riga\n"[i%5]
	}
	return len(b) / 5 * 5, nil
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	out, err := NewReader().Read(ctx, &endless{cancel: cancel}, "a", &record{t: t, context: 512})
	if !errors.Is(err, context.Canceled) || out.Examined {
		t.Errorf("%+v, error %v", out, err)
	}
}

func TestBinaryIsNotReadWhole(t *testing.T) {
	in := strings.NewReader("%PDF-1.4\n" + strings.Repeat("x", 1<<20))
	_, out := readWith(t, NewReader(), in, "a")
	if out.Bytes > 64<<10 {
		t.Errorf("%d bytes read", out.Bytes)
	}
}
