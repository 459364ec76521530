package pdf

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/internal/paper"
)

var made = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func write(t *testing.T, d paper.Doc, size paper.Size) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, d, size); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// blocks is how often the parts of the long document come: three pages and more.
const blocks = 6

func long(mark string) paper.Doc {
	d := paper.Doc{Lang: "it", Title: "Perché è così", Author: "Ferramenta Ørsted", Note: "Bozza", Mark: mark, Foot: "piede", Page: "Pagina %d di %d", Made: made}
	for range blocks {
		d.Blocks = append(d.Blocks,
			paper.Block{Kind: paper.Heading, Text: paper.Say("Città, Łódź, Αθήνα, Київ")},
			paper.Block{Kind: paper.Para, Text: paper.Text{{S: strings.Repeat("parola ", 120)}, {S: "[NON NOTO: quanti?]", Gap: true}}},
			paper.Block{Kind: paper.Fields, Rows: []paper.Row{{Label: strings.Repeat("nome ", 12), Value: paper.Say(strings.Repeat("valore ", 60)), Source: "evento 7"}}},
			paper.Block{Kind: paper.Table, Head: []string{"file", "SHA-256"}, Widths: []int{1, 2}, Cells: [][]string{{"a.png", strings.Repeat("0123456789abcdef", 4)}}})
	}
	return d
}

func TestSameBytes(t *testing.T) {
	first := write(t, long("DRILL"), paper.A4)
	for range 2 {
		if !bytes.Equal(first, write(t, long("DRILL"), paper.A4)) {
			t.Fatal("the same document gives other bytes")
		}
	}
	if bytes.Equal(first, write(t, long("DRILL"), paper.Letter)) {
		t.Error("A4 and Letter are the same")
	}
	for _, want := range []string{"/Lang (it)", "/Title", "/CreationDate (D:20261128120000", "/ModDate (D:20261128120000"} {
		if !bytes.Contains(first, []byte(want)) {
			t.Errorf("no %q", want)
		}
	}
}

// tool gives the path of a program, or skips, loudly.
func tool(t *testing.T, name string) string {
	t.Helper()
	p, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("SKIPPED: %s is not here (Debian: poppler-utils)", name)
	}
	return p
}

func text(t *testing.T, raw []byte) string {
	t.Helper()
	p := tool(t, "pdftotext")
	name := filepath.Join(t.TempDir(), "x.pdf")
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(p, "-layout", name, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// What another program reads out of the PDF is what was written, on every page.
func TestReadBack(t *testing.T) {
	got := text(t, write(t, long("ESERCITAZIONE"), paper.A4))
	pages := strings.Split(strings.TrimSuffix(got, "\f"), "\f")
	if len(pages) < 3 {
		t.Fatalf("%d pages", len(pages))
	}
	for i, p := range pages {
		if !strings.Contains(p, "ESERCITAZIONE") || !strings.Contains(p, "piede") || !strings.Contains(p, "Pagina") {
			t.Errorf("page %d: no mark, foot or number", i+1)
		}
	}
	flat := strings.Join(strings.Fields(got), "")
	for _, want := range []string{"Perchéècosì", "Città,Łódź,Αθήνα,Київ", "[NONNOTO:quanti?]"} {
		if strings.Count(flat, want) == 0 {
			t.Errorf("no %q", want)
		}
	}
	if n := strings.Count(flat, "valore"); n != blocks*60 {
		t.Errorf("%d of %d words of the fields", n, blocks*60)
	}
	// The text across the page stands among the words: one of them may be torn by it.
	if n := strings.Count(flat, "parola"); n < blocks*120-3*len(pages) {
		t.Errorf("%d of %d words of the paragraphs", n, blocks*120)
	}
	if n := strings.Count(text(t, write(t, long(""), paper.A4)), "parola"); n != blocks*120 {
		t.Errorf("without the mark: %d of %d words", n, blocks*120)
	}
}

// Whatever a text brings, there is a PDF, and a box for each character that the font lacks.
func TestStrangeTexts(t *testing.T) {
	for _, s := range []string{"", "\n\n", strings.Repeat("x", 5000), "漢字 עברית 😀 \U0010ffff", "\x00\x1b[31m", "(paren) \\ %d %s", strings.Repeat("a\n", 400)} {
		d := paper.Doc{Title: s, Note: s, Foot: s, Mark: s, Above: paper.Say(s), Author: s, Page: "%d/%d", Made: made, Blocks: []paper.Block{
			{Kind: paper.Para, Text: paper.Say(s)},
			{Kind: paper.List, Items: []paper.Text{paper.Say(s)}},
			{Kind: paper.Fields, Rows: []paper.Row{{Label: s, Value: paper.Say(s)}, {Label: s, Items: []string{s}}}},
			{Kind: paper.Table, Head: []string{s}, Cells: [][]string{{s}, {}}},
			{Kind: paper.Sign, Items: []paper.Text{paper.Say(s)}},
			{Kind: paper.Sign},
			{Kind: paper.Table},
		}}
		write(t, d, paper.Letter)
	}
	if got := text(t, write(t, paper.Doc{Title: "漢 x", Page: "%d/%d", Made: made}, paper.A4)); !strings.Contains(strings.ReplaceAll(got, " ", ""), "□x") || !strings.Contains(got, "1/1") {
		t.Errorf("%q", got)
	}
}

// The font has the letters of the languages of Europe that are written from left to right.
func TestCoverage(t *testing.T) {
	for name, font := range map[string][]byte{"regular": regular, "bold": bold} {
		glyphs, err := coverage(font)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range "àèéìòùÀÈÉÌÒÙçñöäüßøåæœłŁżźćśęąčšžřůőűășțğışđħĳļņģķþðαβγδεζηθικλμνξοπρστυφχψωάέήίόύώабвгдежзийклмнопрстуфхцчшщъыьэюяїєґћђљњџ€«»“”’–—…•□№" {
			if !glyphs[r] {
				t.Errorf("%s: no %q", name, r)
			}
		}
		if glyphs['漢'] {
			t.Errorf("%s: coverage says yes to everything", name)
		}
	}
	for n := range 100 {
		_, _ = coverage(regular[:n]) // never a panic
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("a (b) \\ \xff", "漢")
	f.Fuzz(func(t *testing.T, a, b string) {
		if len(a)+len(b) > 4000 {
			return
		}
		d := long(a)
		d.Title, d.Foot, d.Blocks = b, a, []paper.Block{
			{Kind: paper.Para, Text: paper.Text{{S: a}, {S: b, Gap: true}}},
			{Kind: paper.Table, Head: []string{a, b}, Cells: [][]string{{b, a, a}, {b}}, Widths: []int{0, 1}},
			{Kind: paper.Fields, Rows: []paper.Row{{Label: a, Value: paper.Say(b), Source: b}}},
		}
		write(t, d, paper.A4)
	})
}
