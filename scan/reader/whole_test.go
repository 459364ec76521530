package reader

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// gather is a sink that puts all that it is given in one row.
type gather struct{ all []byte }

func (g *gather) Text(buf []byte, from, to int, _ int64) { g.all = append(g.all, buf[from:to]...) }

func (g *gather) Column(name []byte, _ bool) int {
	g.all = append(g.all, name...)
	return 0
}
func (g *gather) Cell(_ int, value []byte, _ int64) { g.all = append(g.all, value...) }
func (g *gather) EndRecord()                        { g.all = append(g.all, '\n') }
func (g *gather) Part(Part)                         {}

// bone is what is left of a table's text without separators, blanks and quotes.
func bone(b []byte) []byte {
	return bytes.Map(func(c rune) rune {
		if strings.ContainsRune("\t;|,\" \r\n", c) {
			return -1
		}
		return c
	}, b)
}

// plainText is in as the reader decodes it; false when it is not read as text.
func plainText(in []byte) ([]byte, bool) {
	enc, bom := encodingOf(in)
	out := make([]byte, 3*len(in)+3)
	n, _ := decodeBytes(out, in[bom:], true)
	return out[:n], enc == utf8ish
}

// same tells whether all of in reached the sink, in its order, once.
func same(t *testing.T, r *Reader, in []byte, name string) {
	t.Helper()
	var g gather
	out, err := r.Read(context.Background(), bytes.NewReader(in), name, &g)
	if err != nil {
		t.Fatal(err)
	}
	want, ok := plainText(in)
	if !ok || !out.Examined || out.Format == "age" {
		return
	}
	switch out.Format {
	case "text":
		if !bytes.Equal(g.all, want) {
			t.Errorf("text %.200q came out as %.200q", in, g.all)
		}
	case "csv":
		if len(want) > 4 && bytes.EqualFold(want[:4], []byte("sep=")) {
			return // any byte may be the separator
		}
		if diff := cmp.Diff(string(bone(want)), string(bone(g.all))); diff != "" {
			t.Errorf("table %q: (-want +got)\n%s", in, diff)
		}
	}
}

func TestEverythingReachesTheSink(t *testing.T) {
	const seed = 20261123
	rnd := rand.New(rand.NewPCG(seed, 1))
	parts := []string{
		"a", "nome", "email", "1", "399", "@", " ", ";", ";", ";", ",", "\t", "|", "\"", "\"", "\"\"", "\n", "\n", "\r\n", "\r", "\xe8", "è", "\"x;y\"",
		strings.Repeat("lungo", 300), "[", "{", "\xff",
	}
	r := newReader(small())
	for range 20_000 {
		var in []byte
		for range rnd.IntN(60) {
			in = append(in, parts[rnd.IntN(len(parts))]...)
		}
		for _, name := range []string{"a.csv", "a"} {
			same(t, r, in, name)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// TestJSONReachesTheSink writes words that stand only once among punctuation that
// makes good and bad JSON: each must reach the sink once.
func TestJSONReachesTheSink(t *testing.T) {
	rnd := rand.New(rand.NewPCG(20261123, 2))
	parts := []string{"{", "[", "}", "]", ":", ":", ",", ",", " ", "\n", "{\"w\":", "\n{\"", "\"", "/", "null", "\\", "\\u00e8"}
	readers := []*Reader{newReader(small()), NewReader()}
	for range 20_000 {
		var in strings.Builder
		in.WriteString("{\"w\":[")
		n := rnd.IntN(30)
		for i := range n {
			for range rnd.IntN(3) {
				in.WriteString(parts[rnd.IntN(len(parts))])
			}
			pad := ""
			if rnd.IntN(20) == 0 {
				pad = strings.Repeat("x", 600)
			}
			fmt.Fprintf(&in, "\"<%d.%s>\"", i, pad)
			if rnd.IntN(2) == 0 {
				in.WriteString(":")
			} else if rnd.IntN(4) > 0 {
				in.WriteString(",")
			}
		}
		for _, r := range readers {
			var g gather
			if _, err := r.Read(context.Background(), strings.NewReader(in.String()), "a.json", &g); err != nil {
				t.Fatal(err)
			}
			for i := range n {
				if c := bytes.Count(g.all, fmt.Appendf(nil, "<%d.", i)); c != 1 {
					t.Fatalf("word %d came %d times\nin  %s\nout %s", i, c, in.String(), g.all)
				}
			}
		}
	}
}

// bulky are files of some kilobytes, of each kind.
func bulky() map[string]string {
	var table, object, lines strings.Builder
	table.WriteString("nome;email;note\n")
	object.WriteString("[")
	for i := range 400 {
		fmt.Fprintf(&table, "Mario %d;mario%d@example.com;\"a \"\"b\"\"\nc; %s\"\n", i, i, strings.Repeat("n", i))
		if i > 0 {
			object.WriteString(",")
		}
		fmt.Fprintf(&object, `{"nome":"Mario %d","note":"\u00e8 %s","n":[%d,{"b":true}]}`, i, strings.Repeat("n", i), i)
		fmt.Fprintf(&lines, "{\"nome\":\"Mario %d\",\"mail\":{\"a\":\"mario%d@example.com\"}}\n", i, i)
	}
	object.WriteString("]")
	return map[string]string{
		"table": table.String(), "object": object.String(), "lines": lines.String(),
		"broken": object.String()[:20_000] + "oops\n" + lines.String(),
		"text":   strings.Repeat("Caro Mario, la tua carta è 4111 1111 1111 1111.\n", 500),
		"line":   strings.Repeat("Caro Mario, la tua carta è 4111 1111 1111 1111. ", 500),
		"mail":   "From: a@example.com\nTo: b@example.com\n\n" + strings.Repeat("ciao\n", 2000),
	}
}

// TestSizesMakeNoDifference reads files with small buffers, byte by byte and with
// a reader used before, and expects what big buffers give.
func TestSizesMakeNoDifference(t *testing.T) {
	used, usedSmall := NewReader(), newReader(small())
	for name, in := range bulky() {
		want, out := readString(t, in, name)
		if want := map[string]string{"table": "csv", "object": "json", "lines": "jsonl", "broken": "jsonl", "mail": "eml"}[name]; want != "" && out.Format != want {
			t.Errorf("%s: format %s", name, out.Format)
		}
		for why, read := range map[string]func() ([]string, Outcome){
			"small": func() ([]string, Outcome) { return readWith(t, newReader(small()), strings.NewReader(in), name) },
			"bytes": func() ([]string, Outcome) {
				return readWith(t, used, iotest.OneByteReader(strings.NewReader(in)), name)
			},
			"data, EOF": func() ([]string, Outcome) {
				return readWith(t, used, iotest.DataErrReader(strings.NewReader(in)), name)
			},
			"half": func() ([]string, Outcome) {
				return readWith(t, usedSmall, iotest.HalfReader(strings.NewReader(in)), name)
			},
			"wide": func() ([]string, Outcome) { return readWith(t, used, strings.NewReader(wide(in, false, true)), name) },
			"big wide": func() ([]string, Outcome) {
				return readWith(t, usedSmall, strings.NewReader(wide(in, true, true)), name)
			},
		} {
			got, o := read()
			if o.Format != out.Format {
				t.Errorf("%s, %s: format %s, want %s", name, why, o.Format, out.Format)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s: (-want +got)\n%.2000s", name, why, diff)
			}
		}
	}
}

func fuzz(f *testing.F, name string, seeds ...string) {
	f.Helper()
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	tiny, usual := newReader(small()), NewReader()
	f.Fuzz(func(t *testing.T, in []byte) {
		for _, r := range []*Reader{tiny, usual} {
			s := &record{t: t, context: r.lim.context}
			out, err := r.Read(context.Background(), bytes.NewReader(in), name, s)
			if err != nil {
				t.Fatal(err)
			}
			if !out.Examined && s.out != nil && (out.Reason == ReasonNoReader || out.Reason == ReasonEncoding) {
				t.Fatalf("%+v, but the sink got %d pieces", out, len(s.out))
			}
		}
		same(t, tiny, in, name)
	})
}

func FuzzRead(f *testing.F) {
	seeds := make([]string, 0, 8)
	for _, in := range bulky() {
		seeds = append(seeds, in[:3000])
	}
	fuzz(f, "a", append(seeds, wide(customers, false, true), western("è però\n"),
		rtfHead+rtfRow("Nome", "E-mail")+rtfRow("Mario", "mario@example.com")+rtfObject("a.csv", customers)+"}")...)
}

func FuzzTable(f *testing.F) {
	fuzz(f, "a.csv", customers, "a,b\n\"x\"\"y\n\",z\n", "sep=|\na|b", "\"", "a;\"b\n\"c;d\"\n")
}

func FuzzJSON(f *testing.F) {
	fuzz(f, "a.json", `{"a":[1,"x",{"b":null}]}`, "{\"a\":1}\n{\"a\":2}\n", `["\ud83d\ude00\q`, "[[[[", `{"a":"`+strings.Repeat("x", 600)+`"}`)
}

// repeat gives head, then body over and over, n bytes in all.
type repeat struct {
	head, body string
	n          int64
	at         int
}

func (r *repeat) Read(b []byte) (int, error) {
	if r.n == 0 {
		return 0, io.EOF
	}
	if int64(len(b)) > r.n {
		b = b[:r.n]
	}
	n := 0
	for n < len(b) {
		from := r.head
		if from == "" {
			from = r.body
		}
		k := copy(b[n:], from[r.at:])
		n += k
		if r.at += k; r.at == len(from) {
			r.at, r.head = 0, ""
		}
	}
	r.n -= int64(n)
	return n, nil
}
