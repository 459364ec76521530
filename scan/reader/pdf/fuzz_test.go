package pdf

import (
	"bytes"
	golzw "compress/lzw"
	"context"
	go85 "encoding/ascii85"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

const (
	fuzzWork  = 8 << 20  // bytes parsed and decoded for one input
	fuzzSpend = 16 << 20 // bytes decoded for one input
	fuzzHeap  = 32 << 20 // bytes of memory in use at any time: the promised 24 MiB, and the fuzzer's own
)

var errSpent = errors.New("spent")

// strict is a Handler that holds the reader to its word.
type strict struct {
	t     testing.TB
	page  int
	size  int
	files int
	spent int64
	weigh bool   // the memory in use is weighed at every call
	heap  uint64 // the most that was in use
}

func (s *strict) look() {
	if s.weigh {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		s.heap = max(s.heap, m.HeapAlloc)
	}
}

func (s *strict) Text(page int, text []byte) error {
	s.look()
	if page < 0 || page != 0 && page < s.page || page > 0 && s.page < 0 {
		s.t.Errorf("page %d after %d", page, s.page)
	}
	if s.page = page; page == 0 {
		s.page = -1 // nothing but page 0 from here on
	}
	if len(text) == 0 || len(text) > 1<<20 || text[len(text)-1] != '\n' {
		s.t.Errorf("a piece of %d bytes", len(text))
	}
	if !utf8.Valid(text) {
		s.t.Error("text that is not UTF-8")
	}
	s.size += len(text)
	return nil
}

func (s *strict) Attachment(name string, r io.Reader) error {
	s.look()
	if !utf8.ValidString(name) || len(name) > longestName {
		s.t.Errorf("a name of %d bytes: %.100q", len(name), name)
	}
	s.files++
	_, err := io.Copy(io.Discard, r)
	if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, errSpent) {
		s.t.Errorf("attachment: %v", err)
	}
	return nil
}

func (s *strict) spend(n int64) error {
	s.look()
	if s.spent += n; s.spent > fuzzSpend {
		return errSpent
	}
	return nil
}

// hold reads b within fuzzWork, so that ten seconds, after which the fuzzer gives
// an input up, are a hundred times what it may take.
func hold(tb testing.TB, b []byte, weigh bool) *strict {
	tb.Helper()
	s := &strict{t: tb, weigh: weigh}
	d := newDocument(bytes.NewReader(b), int64(len(b)), s.spend, context.Background().Err)
	d.h, d.work = s, fuzzWork
	info, err := d.read()
	if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, errSpent) {
		tb.Error(err)
	}
	if info.Pages < 0 || info.Unread < 0 || info.NoText < 0 || info.NoText > info.Pages || info.Unread > info.Pages+1 {
		tb.Errorf("%+v", info)
	}
	if info.Encrypted && (info.Pages > 0 || s.size > 0 || s.files > 0) {
		tb.Errorf("encrypted, %+v, %d bytes, %d files", info, s.size, s.files)
	}
	if s.page > info.Pages {
		tb.Errorf("page %d of %d", s.page, info.Pages)
	}
	return s
}

// promise reads b, and once more with an eye on the memory if it took much.
func promise(tb testing.TB, b []byte) {
	tb.Helper()
	before := allocated()
	hold(tb, b, false)
	if allocated()-before > fuzzHeap {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		if s := hold(tb, b, true); s.heap > m.HeapAlloc+fuzzHeap {
			tb.Errorf("%d KiB in use", (s.heap-m.HeapAlloc)>>10)
		}
	}
}

// allocated is how many bytes have been allocated so far. Asking does not stop the
// world, which takes longer than most readings.
func allocated() uint64 {
	s := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(s)
	return s[0].Value.Uint64()
}

// rich is a small file with something of everything.
func rich(content, uni, notes, more string) *maker {
	m := simple(content, say("Verdi"))
	m.objs[2] = strings.Replace(m.objs[2], helvetica, "/Font<</F 5 0 R/G 50 0 R>>/XObject<</X 60 0 R>>/Properties<</P 61 0 R>>", 1)
	m.objs[5] = "<</Type/Font/Subtype/Type1/BaseFont/ABCDEF+Arial/FirstChar 32/Widths[278 500]/Encoding<</Differences[39/quotesingle 128/Euro/uni00E8/f_i]>>>>"
	m.objs[50] = "<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 51 0 R/DescendantFonts[52 0 R]>>"
	m.stream(51, "", []byte(uni))
	m.objs[52] = "<</Type/Font/Subtype/CIDFontType2/DW 500/W[1[600 700] 3 9 800]>>"
	m.stream(60, "/Type/XObject/Subtype/Form/Matrix[1 0 0 1 0 -50]/Resources<<"+helvetica+"/XObject<</X 60 0 R>>>>", []byte(say("form")+" /X Do"))
	m.objs[61] = "<</ActualText(Bianchi)>>"
	m.objs[10] = strings.Replace(m.objs[10], "/Parent 2 0 R", "/Parent 2 0 R/Annots["+notes+"]", 1)
	m.objs[1] = "<</Type/Catalog/Pages 2 0 R " + more + ">>"
	m.objs[62] = "<</Title(Bookmark)/Next 62 0 R/First 63 0 R>>"
	m.objs[63] = "<</Title<FEFF0041>/Subtype/Widget/T(field)/FT/Tx/V(value)>>"
	m.objs[64] = "<</Type/Filespec/F(a.csv)/UF(a.csv)/EF<</F 65 0 R>>>>"
	m.stream(65, "/Type/EmbeddedFile", []byte("nome;mail"))
	m.stream(66, "", []byte("<x:datasets><a>Rossi &amp; figli</a></x:datasets>"))
	m.objs[6] = "<</Title(The title)/Author<FEFF00E8>>>"
	m.trailer += "/Info 6 0 R"
	return m
}

const (
	richUni = "1 begincodespacerange <0000> <ffff> endcodespacerange 2 beginbfchar <0001> <0041> <0002> <d83dde00> endbfchar " +
		"2 beginbfrange <0003> <0009> <0061> <0010> <0012> [<0031> <0032> <00660069>] endbfrange 1 begincidrange <00> <ff> 1 endcidrange"
	richContent = "q 1 0 0 1 0 0 cm BT /F 10 Tf 50 700 Td (Rossi \\200) Tj [(a)-3000(b)] TJ 12 TL /G 9 Tf <000100020003> ' ET Q 10 10 40 20 re W n /X Do " +
		"/Span <</ActualText(x)>> BDC BT /G 9 Tf 50 600 Td <00ff> Tj ET EMC /Span /P BDC EMC BI /W 4 /H 1 /BPC 8 ID \x00EI\xff EI /Gs gs"
	richNotes = "<</Subtype/Link/A<</URI(mailto:a@example.com)>>>> <</Subtype/Text/T(Ada)/Contents(note)>> 63 0 R <</Subtype/Stamp/Rect[0 0 9 9]/AP<</N 60 0 R>>>>"
	richMore  = "/Outlines<</First 62 0 R>>/AcroForm<</Fields[63 0 R]/XFA[(datasets) 66 0 R]>>/Names<</EmbeddedFiles<</Names[(a) 64 0 R]>>>>/AF[64 0 R]"
)

func TestRich(t *testing.T) {
	for _, b := range [][]byte{rich(richContent, richUni, richNotes, richMore).table(), rich(richContent, richUni, richNotes, richMore).packed()} {
		promise(t, b)
		g, info, err := read(t, b)
		if err != nil || info != (Info{Pages: 2}) || g.files["a.csv"] != "nome;mail" {
			t.Errorf("%v %+v %q", err, info, g.files)
		}
		for _, want := range []string{"Rossi €a\tb\nA😀a\n", "\nx\n", "form\n", "mailto:a@example.com", "Ada\nnote\n", "value\n", "[2]\nVerdi\n", "[0]\nThe title\nè\nBookmark\nA\nRossi & figli\n"} {
			if !strings.Contains(g.text.String(), want) {
				t.Errorf("no %q in %q", want, g.text.String())
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, name := range []string{"cairo.pdf", "calc-clipped.pdf", "calc.pdf", "chromium-kerned.pdf", "chromium-table.pdf", "letter.pdf", "locked.pdf", "owner.pdf"} {
		f.Add(fixture(f, name))
	}
	m := rich(richContent, richUni, richNotes, richMore)
	f.Add(m.table())
	f.Add(m.packed())
	f.Add(bytes.Replace(m.table(), []byte("startxref"), []byte("startyref"), 1))
	for _, l := range []lock{{1, 2, 40, "", true}, {4, 4, 128, "AESV2", false}, {5, 6, 256, "AESV3", true}} {
		m := newMaker()
		l.on(m, "")
		m.objs[5] = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
		m.pages(helvetica, say("Rossi"))
		f.Add(m.table())
	}
	f.Fuzz(func(t *testing.T, b []byte) { promise(t, b) })
}

// FuzzParts lets the fuzzer write what stands in a file, so that it does not have
// to keep the file together.
func FuzzParts(f *testing.F) {
	f.Add(richContent, richUni, richNotes, richMore)
	f.Add(say("a\\(b\\)\\\n\\061<41>")+"/X Do", "", "", "")
	f.Add("BT /G 10 Tf 0 1 -1 0 300 100 Tm 3 Tr 50 Tz 4 Tc 20 Tw 5 Ts [<0001>] TJ 0 0 <0002> \" T* TD ET", "beginbfrange <00> <ff> <0041> beginbfchar <0001> <>", "[[[ <</A<</B[1 0 R]>>>>", "/Pages 10 0 R")
	f.Fuzz(func(t *testing.T, content, uni, notes, more string) {
		promise(t, rich(content, uni, notes, more).table())
	})
}

// FuzzFilters puts data through filters: any by their names, and the ones of which
// Go has the other half there and back.
func FuzzFilters(f *testing.F) {
	f.Add("/FlateDecode", "<</Predictor 12/Columns 4>>", deflate([]byte("\x02abcd\x01efgh\x04ij")))
	f.Add("[/A85/Fl]", "[null<</Predictor 2/Colors 3>>]", []byte("<~87cURD]i,\"Ebo80~>"))
	f.Add("[/AHx/LZW]", "[null<</EarlyChange 0>>]", []byte("800B6050220C0C8501>"))
	f.Add("/RunLengthDecode", "null", []byte("\x02abc\xfed\x80"))
	f.Fuzz(func(t *testing.T, filter, parms string, data []byte) {
		m := rich("", "", "", richMore)
		m.stream(65, "/Filter"+filter+"/DecodeParms"+parms, data)
		promise(t, m.table())
		if len(data) > 64<<10 {
			return
		}
		for name, pair := range map[string]struct {
			encoded []byte
			decode  func(io.Reader) io.Reader
		}{
			"hex":     {[]byte(hex.EncodeToString(data) + ">"), newASCIIHex},
			"85":      {to85(data), newASCII85},
			"lengths": {toRuns(data), newRunLength},
			"LZW":     {toLZW(t, data), func(r io.Reader) io.Reader { return newLZW(r, false) }},
			"flate":   {deflate(data), func(r io.Reader) io.Reader { return new(inflaters).get(r).start() }},
		} {
			got, err := io.ReadAll(pair.decode(iotest.OneByteReader(bytes.NewReader(pair.encoded))))
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s: %d bytes of %d, %v", name, len(got), len(data), err)
			}
			whole, wholeErr := io.ReadAll(pair.decode(bytes.NewReader(data)))
			single, singleErr := io.ReadAll(pair.decode(iotest.OneByteReader(bytes.NewReader(data))))
			if !bytes.Equal(whole, single) || fmt.Sprint(wholeErr) != fmt.Sprint(singleErr) {
				t.Errorf("%s: %d bytes, %v; in single bytes %d, %v", name, len(whole), wholeErr, len(single), singleErr)
			}
		}
	})
}

func to85(b []byte) []byte {
	out := make([]byte, go85.MaxEncodedLen(len(b)))
	return append(out[:go85.Encode(out, b)], "~>"...)
}

// toRuns writes b for RunLengthDecode, three equal bytes and more as a run.
func toRuns(b []byte) []byte {
	var out []byte
	for len(b) > 0 {
		n := 1
		for n < min(len(b), 128) && b[n] == b[0] {
			n++
		}
		if n > 2 {
			out = append(out, byte(257-n), b[0])
		} else {
			out = append(append(out, byte(n-1)), b[:n]...)
		}
		b = b[n:]
	}
	return append(out, 128)
}

func toLZW(t *testing.T, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := golzw.NewWriter(&out, golzw.MSB, 8)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
