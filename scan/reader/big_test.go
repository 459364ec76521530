package reader

import (
	"context"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
)

// tally is a sink that only counts, and looks at the heap now and then.
type tally struct {
	bytes   int64
	calls   int
	heap    uint64
	longest int
}

func (c *tally) note(n int) {
	c.bytes += int64(n)
	c.longest = max(c.longest, n)
	if c.calls++; c.calls%(1<<14) == 0 || n > 16<<10 && c.calls%256 == 0 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		c.heap = max(c.heap, m.HeapAlloc)
	}
}
func (c *tally) Text(_ []byte, from, to int, _ int64) { c.note(to - from) }
func (c *tally) Column([]byte, bool) int              { return 0 }
func (c *tally) Cell(_ int, value []byte, _ int64)    { c.note(len(value)) }
func (c *tally) EndRecord()                           {}
func (c *tally) Part(Part)                            {}

// TestTortureBigFiles reads files of 48 MB (1 GB with make torture) that are one
// line, one cell, one string, or that ask for much work for each byte: the heap
// stays below 16 MB all the same.
func TestTortureBigFiles(t *testing.T) {
	var big, less int64 = 48 << 20, 24 << 20
	if os.Getenv("CUSTODE_TORTURE") != "" {
		big, less = 1<<30, 64<<20
	}
	long := strings.Repeat("abcdefghijklmnopqrstuvwxyz ", 1<<10)
	for _, c := range []struct {
		why, name, head, body string
		size, lost            int64 // lost is what need not reach the sink
	}{
		{"one line", "a.txt", "", long, big, 0},
		{"one word", "a.txt", "", strings.Repeat("a", 1<<16), less, 0},
		{"one cell", "a.csv", "nome;note\nx;", long, big, 20},
		{"one quoted cell", "a.csv", "nome;note\nx;\"", long, less, 20},
		{"one row", "a.csv", "nome;note\nx;", strings.Repeat("abc;", 1<<12), less, less / 2},
		{"one JSON string", "a.json", `{"a":"`, long, less, 20},
		{"one JSON line", "a.json", `[`, strings.Repeat(`{"nome":"Mario","mail":"mario@example.com"},`, 1<<10), big, big * 2 / 3},
		{"open brackets", "a.json", `[`, strings.Repeat("[", 1<<16), less, less},
		{"stray quotes", "a.csv", "nome;note\n", strings.Repeat("\"x;", 1<<14), less, less * 2 / 3},
		{"broken JSON lines", "a.json", "", strings.Repeat("{\"a\":\"b\" oops}\n", 1<<10), less, less * 3 / 4},
	} {
		var sink tally
		runtime.GC() // what other tests left behind does not count
		out, err := NewReader().Read(context.Background(), &repeat{head: c.head, body: c.body, n: c.size}, c.name, &sink)
		if err != nil || !out.Examined || out.Bytes != c.size {
			t.Errorf("%s: %+v, %v", c.why, out, err)
		}
		if sink.bytes < c.size-c.lost {
			t.Errorf("%s: %d bytes reached the sink, at least %d should", c.why, sink.bytes, c.size-c.lost)
		}
		if sink.heap > 16<<20 || sink.longest > 1<<20 {
			t.Errorf("%s: heap of %d bytes, the longest piece %d", c.why, sink.heap, sink.longest)
		}
		t.Logf("%s: %s, heap at most %d KiB", c.why, out.Format, sink.heap>>10)
	}
}

func benchmark(b *testing.B, name, body string) {
	b.Helper()
	in := strings.Repeat(body, (8<<20)/len(body))
	if name == "a.csv" {
		in = "nome;cognome;email;telefono;citta;importo\n" + in
	}
	r := NewReader()
	src := strings.NewReader(in)
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		src.Reset(in)
		if _, err := r.Read(context.Background(), src, name, &tally{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkText(b *testing.B) {
	benchmark(b, "a.txt", "Caro Mario, la fattura di ieri sta nella cartella che sai; ci vediamo domani.\n")
}

func BenchmarkTextWestern(b *testing.B) {
	benchmark(b, "a.txt", "Caro Nicol\xf2, la fattura di ieri sta nella cartella che sai; perch\xe9 domani no.\n")
}

func BenchmarkTable(b *testing.B) {
	benchmark(b, "a.csv", "Mario;Rossi;mario.rossi@example.com;399 1234567;Brescia;1.234,50\n")
}

func BenchmarkTableQuoted(b *testing.B) {
	benchmark(b, "a.csv", "\"Mario\";\"Rossi\";\"mario.rossi@example.com\";\"399 1234567\";\"Brescia\";\"1.234,50\"\n")
}

func BenchmarkJSON(b *testing.B) {
	benchmark(b, "a.json", `{"nome":"Mario","cognome":"Rossi","email":"mario.rossi@example.com","telefono":"399 1234567","importo":1234.50},`)
}

func BenchmarkJSONPretty(b *testing.B) {
	benchmark(b, "a.json", "{\n    \"nome\": \"Mario\",\n    \"email\": \"mario.rossi@example.com\",\n    \"importo\": 1234.50\n},\n")
}

func BenchmarkSmallFiles(b *testing.B) {
	r := NewReader()
	src := strings.NewReader("")
	text := strings.Repeat("Caro Mario, la fattura di ieri.\n", 60)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		src.Reset(text)
		if _, err := r.Read(context.Background(), io.Reader(src), "a.txt", &tally{}); err != nil {
			b.Fatal(err)
		}
	}
}
