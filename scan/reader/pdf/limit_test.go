package pdf

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// watch is a Handler that notes the largest heap met.
type watch struct {
	bytes int64
	peak  uint64
	calls int
}

func (w *watch) Text(_ int, text []byte) error {
	w.bytes += int64(len(text))
	w.look()
	return nil
}

func (w *watch) Attachment(_ string, r io.Reader) error {
	n, _ := io.Copy(io.Discard, r)
	w.bytes += n
	return nil
}

func (w *watch) look() {
	if w.calls++; w.calls%16 == 1 {
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		w.peak = max(w.peak, s.HeapAlloc)
	}
}

// spending looks at the heap while streams are decoded.
func watched(t *testing.T, b []byte) (*watch, Info, error) {
	t.Helper()
	w := &watch{}
	n := 0
	o := Options{Spend: func(int64) error {
		if n++; n%64 == 0 {
			w.look()
		}
		return nil
	}}
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	before := s.HeapAlloc
	info, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), o, w)
	w.look()
	w.peak -= min(before, w.peak)
	return w, info, err
}

// hostile are files that would cost much to a careless reader.
func hostile() map[string][]byte {
	files := make(map[string][]byte)
	bomb := simple("")
	bomb.stream(11, "/Filter[/FlateDecode/FlateDecode]", deflate(deflate(bytes.Repeat([]byte("BT /F 10 Tf (a) Tj ET\n"), 10<<20))))
	files["bomb"] = bomb.table()

	pages := simple(strings.Repeat(say("a")+" ", 20_000))
	kids := ""
	for i := range 2000 {
		pages.objs[1000+i] = "<</Type/Page/Contents[" + strings.Repeat("11 0 R ", 10) + "]>>"
		kids += fmt.Sprintf("%d 0 R ", 1000+i)
	}
	pages.objs[2] = "<</Type/Pages/Resources<<" + helvetica + ">>/Kids[" + kids + "]>>"
	files["one content for all"] = pages.table()

	glyphs := simple("BT /F 10 Tf " + strings.Repeat("50 3 Td (a) Tj ", 300_000) + "ET")
	files["glyphs"] = glyphs.table()

	one := simple("BT /F 10 Tf 0 5 Td (" + strings.Repeat("a", 200_000) + ") Tj ET " + strings.Repeat(say(strings.Repeat("word ", 10_000)), 40))
	files["long strings"] = one.table()

	kidsOf := simple(say("a"))
	for i := range 60 {
		kidsOf.objs[100+i] = fmt.Sprintf("<</Kids[%d 0 R %s]>>", 101+i, strings.Repeat("10 0 R ", 60_000))
	}
	kidsOf.objs[2] = strings.Replace(kidsOf.objs[2], "/Kids[", "/Kids[100 0 R ", 1)
	files["kids"] = kidsOf.table()

	files["objects"] = []byte("%PDF-1.4\n" + strings.Repeat("1 0 obj<</Type/ObjStm/N 9/First 9>>stream\nendobj trailer<<", 100_000))

	var sparse bytes.Buffer
	sparse.WriteString("%PDF-1.4\n")
	for i := range 8000 {
		fmt.Fprintf(&sparse, "%d 0 obj null endobj\n", i*1024)
	}
	files["sparse numbers"] = append(sparse.Bytes(), simple(say("a")).table()...)

	fonts := simple("")
	content, names := "", ""
	for i := range 300 {
		names += fmt.Sprintf("/F%d %d 0 R", i, 1000+i)
		content += fmt.Sprintf("BT /F%d 10 Tf <0001> Tj ET ", i)
		fonts.objs[1000+i] = "<</Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>"
	}
	fonts.objs[7] = "<</W[" + strings.Repeat("1[2 3 4 5 6]", 10_000) + "]>>"
	fonts.stream(6, "", []byte("beginbfrange "+strings.Repeat("<0001> <0009> <00410042> ", 40_000)))
	fonts.stream(11, "", []byte(content))
	fonts.objs[2] = strings.Replace(fonts.objs[2], helvetica, "/Font<<"+names+">>", 1)
	files["fonts"] = fonts.table()

	dicts := simple(strings.Repeat("/F Do /G gs ", 100_000))
	dicts.objs[6] = "<<" + strings.Repeat("/A 1", 60_000) + ">>"
	var many strings.Builder
	for i := range 30_000 {
		fmt.Fprintf(&many, "/A%d 1", i)
	}
	dicts.objs[6] = "<<" + many.String() + ">>"
	dicts.objs[2] = strings.Replace(dicts.objs[2], helvetica, "/XObject 6 0 R/ExtGState 6 0 R", 1)
	files["large dictionaries"] = dicts.table()
	return files
}

// TestBounds holds memory and time on hostile files.
func TestBounds(t *testing.T) {
	if raceDetector {
		t.Skip("measures time and memory: make test runs it once more without the race detector")
	}
	for name, b := range hostile() {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			w, info, err := watched(t, b)
			took := time.Since(start)
			t.Logf("%d KiB: %v, %d MiB, %+v, %v", len(b)>>10, took.Round(time.Millisecond), w.peak>>20, info, err)
			if w.peak > 24<<20 {
				t.Errorf("%d MiB", w.peak>>20)
			}
			if took > 60*time.Second {
				t.Error(took)
			}
		})
	}
}

// Twice as much takes twice as long, not four times.
func TestLinear(t *testing.T) {
	for name, file := range map[string]func(n int) []byte{
		"trailers": func(n int) []byte { return []byte(strings.Repeat("trailer<<", n)) },
		"objects":  func(n int) []byte { return []byte(strings.Repeat("1 0 obj<<", n)) },
		"streams":  func(n int) []byte { return []byte(strings.Repeat("1 0 obj<<>>stream\n", n)) },
		"strings":  func(n int) []byte { return simple(strings.Repeat("(", n)).table() },
		"brackets": func(n int) []byte { return simple(strings.Repeat("[<<", n)).table() },
		"images":   func(n int) []byte { return simple(strings.Repeat("BI ID E ", n)).table() },
	} {
		t.Run(name, func(t *testing.T) {
			measure := func(n int) time.Duration {
				b := file(n)
				best := time.Hour
				for range 3 {
					start := time.Now()
					_, _, _ = read(t, b)
					best = min(best, time.Since(start))
				}
				return best
			}
			small, large := measure(100_000), measure(400_000)
			if large > 10*small+50*time.Millisecond {
				t.Errorf("%v, and four times as much %v", small, large)
			}
		})
	}
}

// BenchmarkDense reads a page of 120 lines of 100 letters.
func BenchmarkDense(b *testing.B) {
	var c strings.Builder
	c.WriteString("BT /F 6 Tf 7 TL 20 790 Td ")
	for i := range 120 {
		fmt.Fprintf(&c, "[(Mario Rossi %d)-20( via Roma 12)15(, 20121 Milano, mario.rossi@example.com, RSSMRA85T10A562S, +39 333 1234567 abcdefg)] TJ T* ", i)
	}
	benchmark(b, simple(c.String()+"ET").packed())
}

func BenchmarkProducers(b *testing.B) {
	files, _ := filepath.Glob("testdata/*.pdf")
	for _, f := range files {
		b.Run(filepath.Base(f), func(b *testing.B) {
			data, err := os.ReadFile(f)
			if err != nil {
				b.Fatal(err)
			}
			benchmark(b, data)
		})
	}
}

func benchmark(b *testing.B, file []byte) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), bytes.NewReader(file), int64(len(file)), Options{}, &watch{calls: 1}); err != nil {
			b.Fatal(err)
		}
	}
}
