package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestStructures reads the same page out of files that are built, or broken, in
// many ways.
func TestStructures(t *testing.T) {
	m := simple(say("Rossi"))
	table, packed := string(m.table()), string(m.packed())
	xref := strings.Index(table, "xref\n")
	length := fmt.Sprintf("/Length %d", len(say("Rossi")))
	swap := func(s, old, by string) string {
		if !strings.Contains(s, old) {
			t.Fatalf("no %q", old)
		}
		return strings.Replace(s, old, by, 1)
	}
	for name, file := range map[string]string{
		"table":               table,
		"packed":              packed,
		"rubbish before":      strings.Repeat("rubbish\n", 100) + table,
		"rubbish before, too": "\n\n\n" + packed,
		"rubbish after":       table + strings.Repeat("\x00", 5000),
		"wrong startxref":     swap(table, fmt.Sprint(xref), fmt.Sprint(xref+3)),
		"startxref beyond":    swap(table, fmt.Sprintf("startxref\n%d", xref), "startxref\n99999999999999999"),
		"no numbers":          swap(table, "00000 n", "000x0 n"),
		"wrong places":        swap(table, "%\xe2\xe3\xcf\xd3\n", ""),
		"no table":            table[:xref] + "trailer <</Root 1 0 R>> startxref 0 %%EOF",
		"no trailer":          table[:xref] + "startxref 0 %%EOF",
		"prev of itself":      swap(table, "/Root 1 0 R", fmt.Sprintf("/Root 1 0 R/Prev %d", xref)),
		"prev beyond":         swap(table, "/Root 1 0 R", "/Root 1 0 R/Prev 88888888"),
		"no length":           swap(table, length, "/Laength 3"),
		"length of 4 GB":      swap(table, length, "/Length 4294967295"),
		"length too short":    swap(table, length, "/Length 07"),
		"length too long":     swap(table, length, "/Length 90"),
		"negative length":     swap(table, length, "/Length -1"),
		"length by loop":      swap(table, length, "/Length 11 0 R"),
		"4 GB of entries":     swap(table, "xref\n0 1", "xref\n0 4294967295"),
		"lines end in CR":     strings.ReplaceAll(table, "\n", "\r"),
		"packed, no xref":     swap(packed, "startxref", "startyref") + "startxref 0",
		"packed, XRef broken": swap(packed, "/W[1 4 1]", "/W[1 9 1]"),
		"packed, cut index":   swap(packed, "/Index[", "/Indox["),
	} {
		t.Run(name, func(t *testing.T) {
			text, info := must(t, []byte(file))
			if text != "Rossi\n" || info != (Info{Pages: 1}) {
				t.Errorf("%q %+v", text, info)
			}
		})
	}
}

func TestLoops(t *testing.T) {
	t.Run("kids", func(t *testing.T) {
		m := simple(say("Rossi"))
		m.objs[2] = strings.Replace(m.objs[2], "/Kids[", "/Kids[2 0 R 10 0 R 1 0 R 3 0 R 10 0 R ", 1)
		m.objs[3] = "<</Type/Pages/Kids[2 0 R 3 0 R]>>"
		text, info := must(t, m.table())
		if !strings.HasPrefix(text, "Rossi\n") || strings.Count(text, "Rossi") != 1 || info.Pages < 1 || info.Pages > 2 {
			t.Errorf("%q %+v", text, info)
		}
	})
	t.Run("form", func(t *testing.T) {
		m := simple(say("a") + " /X Do /X Do")
		m.objs[2] = strings.Replace(m.objs[2], helvetica, helvetica+"/XObject<</X 6 0 R/Y 7 0 R>>", 1)
		m.stream(6, "/Type/XObject/Subtype/Form", []byte("1 0 0 1 0 -50 cm "+say("b")+" /X Do /Y Do"))
		m.stream(7, "/Type/XObject/Subtype/Form/Matrix[1 0 0 1 0 -50]", []byte(say("c")+" /X Do"))
		text, info := must(t, m.table())
		if text != "a\nb\nb\nc\nc\n" && text != "a\nb\nc\n" || info != (Info{Pages: 1}) {
			t.Errorf("%q %+v", text, info)
		}
	})
	t.Run("many forms", func(t *testing.T) { // each shows the next one 40 times: 40^20
		m := simple("/X0 Do")
		names := ""
		for i := range 20 {
			names += fmt.Sprintf("/X%d %d 0 R", i, 100+i)
			m.stream(100+i, "/Subtype/Form", []byte(strings.Repeat(fmt.Sprintf("/X%d Do ", i+1), 40)))
		}
		m.objs[2] = strings.Replace(m.objs[2], helvetica, "/XObject<<"+names+">>", 1)
		_, info := must(t, m.table())
		if info != (Info{Pages: 1, Unread: 1}) {
			t.Errorf("%+v", info)
		}
	})
	t.Run("references", func(t *testing.T) {
		m := simple(say("Rossi"))
		m.objs[7], m.objs[8] = "8 0 R", "7 0 R"
		m.objs[10] = strings.Replace(m.objs[10], "/Parent 2 0 R", "/Parent 2 0 R/Annots 7 0 R", 1)
		text, _ := must(t, m.table())
		if text != "Rossi\n" {
			t.Errorf("%q", text)
		}
	})
	t.Run("depth", func(t *testing.T) {
		m := simple(say("Rossi"))
		m.objs[7] = strings.Repeat("[", 100_000) + strings.Repeat("<</A ", 100_000)
		m.objs[10] = strings.Replace(m.objs[10], "/Parent 2 0 R", "/Parent 2 0 R/Annots 7 0 R", 1)
		text, info := must(t, m.table())
		if text != "Rossi\n" || info.Unread != 1 {
			t.Errorf("%q %+v", text, info)
		}
	})
	t.Run("tree", func(t *testing.T) {
		m := simple(say("Rossi"))
		for i := range 200 {
			m.objs[100+i] = fmt.Sprintf("<</Type/Pages/Kids[%d 0 R]>>", 101+i)
		}
		m.objs[2] = strings.Replace(m.objs[2], "/Kids[", "/Kids[100 0 R ", 1)
		text, info := must(t, m.table())
		if text != "[2]\nRossi\n" || info != (Info{Pages: 2, Unread: 1}) {
			t.Errorf("%q %+v", text, info)
		}
	})
}

func TestUpdates(t *testing.T) {
	m := simple(say("old"))
	b := m.table()
	prev := bytes.LastIndex(b, []byte("\nxref\n")) + 1
	at := len(b)
	content := say("new")
	b = fmt.Appendf(b, "11 0 obj\n<</Length %d>>stream\n%s\nendstream\nendobj\n", len(content), content)
	xref := len(b)
	b = fmt.Appendf(b, "xref\n11 1\n%010d 00000 n \ntrailer\n<</Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n", at, prev, xref)
	for name, file := range map[string][]byte{
		"chain":   b,
		"rebuilt": bytes.Replace(b, fmt.Appendf(nil, "startxref\n%d\n%%%%EOF\n", xref), []byte("startxref\n1\n%%EOF"), 1),
	} {
		if text, info := must(t, file); text != "new\n" || info.Pages != 1 {
			t.Errorf("%s: %q %+v", name, text, info)
		}
	}
}

func TestHybrid(t *testing.T) {
	m := simple(say("Rossi"))
	b := m.packed()
	stream := bytes.LastIndex(b, []byte("901 0 obj"))
	b = b[:bytes.LastIndex(b, []byte("startxref"))]
	xref := len(b)
	b = fmt.Appendf(b, "xref\n0 0\ntrailer\n<</Root 1 0 R/XRefStm %d>>\nstartxref\n%d\n%%%%EOF\n", stream, xref)
	if text, info := must(t, b); text != "Rossi\n" || info != (Info{Pages: 1}) {
		t.Errorf("%q %+v", text, info)
	}
}

func TestNotPDF(t *testing.T) {
	for _, s := range []string{"", "%PDF-1.4", "hello", "%PDF-1.4\nstartxref\n0\n%%EOF", strings.Repeat("1 0 obj ", 10000), "trailer<</Root 1 0 R>>", "startxref"} {
		if _, _, err := read(t, []byte(s)); !errors.Is(err, ErrDamaged) {
			t.Errorf("%.20q: %v", s, err)
		}
	}
}

// TestTruncated cuts files at every place: what is missing must be told.
func TestTruncated(t *testing.T) {
	m := simple(say("Rossi"), say("Verdi"))
	for name, b := range map[string][]byte{"table": m.table(), "packed": m.packed()} {
		for n := range len(b) - 20 {
			g, info, err := read(t, b[:n])
			text := g.text.String()
			if err == nil && info.Unread == 0 && (!strings.Contains(text, "Rossi") || !strings.Contains(text, "Verdi")) {
				t.Fatalf("%s: cut at %d of %d: %q %+v", name, n, len(b), text, info)
			}
		}
	}
}

// TestFlips changes bytes here and there: nothing may panic or hang.
func TestFlips(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	m := simple(say("Rossi"), say("Verdi"))
	files := [][]byte{m.table(), m.packed(), fixture(t, "chromium-kerned.pdf"), fixture(t, "owner.pdf")}
	for _, b := range files {
		for range 150 {
			c := bytes.Clone(b)
			for range 1 + r.IntN(8) {
				c[r.IntN(len(c))] = byte(r.IntN(256))
			}
			g, _, err := read(t, c)
			if err != nil && !errors.Is(err, ErrDamaged) {
				t.Fatal(err, g.text.Len())
			}
		}
	}
}

// Errors of the parties to a reading come out as they are.
func TestErrors(t *testing.T) {
	b := fixture(t, "letter.pdf")
	mine := errors.New("mine")
	if _, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{}, &gathered{err: mine}); err != mine { //nolint:errorlint // as it is
		t.Errorf("handler: %v", err)
	}
	spend := func(int64) error { return mine }
	if _, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), Options{Spend: spend}, &gathered{}); !errors.Is(err, mine) {
		t.Errorf("spend: %v", err)
	}
	if _, err := Read(context.Background(), failing{bytes.NewReader(b), mine}, int64(len(b)), Options{}, &gathered{}); !errors.Is(err, mine) {
		t.Errorf("source: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, bytes.NewReader(b), int64(len(b)), Options{}, &gathered{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// failing is a source of which only the beginning and the end can be read.
type failing struct {
	io.ReaderAt
	err error
}

func (f failing) ReadAt(p []byte, at int64) (int, error) {
	if at == 0 {
		return 0, f.err
	}
	return f.ReaderAt.ReadAt(p, at)
}

func TestSpend(t *testing.T) {
	m := newMaker()
	m.pages("", "")
	m.stream(11, "/Filter/FlateDecode", deflate(bytes.Repeat([]byte(" "), 1<<20)))
	b := m.table()
	var total int64
	o := Options{Spend: func(n int64) error { total += n; return nil }}
	if _, err := Read(context.Background(), bytes.NewReader(b), int64(len(b)), o, &gathered{}); err != nil || total != 1<<20 {
		t.Errorf("%d, %v", total, err)
	}
}
