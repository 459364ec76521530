package office_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"custode/scan/reader/office"
)

// record writes down what it is handed, one line each, and holds the reader to
// its word.
type record struct {
	t     testing.TB
	lines []string
	fail  error // returned by every method
	keep  bool  // long text is kept
	bytes int
}

func (r *record) add(format string, args ...any) error {
	if len(r.lines) < 1000 || r.keep {
		r.lines = append(r.lines, fmt.Sprintf(format, args...))
	}
	return r.fail
}

func (r *record) Sheet(name string, hidden bool) error {
	if !utf8.ValidString(name) {
		r.t.Error("the name of a sheet that is not UTF-8")
	}
	if hidden {
		return r.add("sheet %s (hidden)", name)
	}
	return r.add("sheet %s", name)
}

func (r *record) Row(number int64, cells []office.Cell) error {
	if len(cells) == 0 {
		r.t.Error("an empty row")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%d:", number)
	last := -1
	for _, c := range cells {
		if c.Column <= last || len(c.Value) == 0 || len(c.Value) > 128<<10 {
			r.t.Errorf("column %d after %d, %d bytes", c.Column, last, len(c.Value))
		}
		if !utf8.Valid(c.Value) {
			r.t.Error("a cell that is not UTF-8")
		}
		last = c.Column
		r.bytes += len(c.Value)
		if b.Len() < 1000 {
			fmt.Fprintf(&b, " %d=%s", c.Column, c.Value[:min(len(c.Value), 100)])
		}
	}
	return r.add("%s", b.String())
}

func (r *record) Text(part string, text []byte) error {
	if len(text) == 0 || len(text) > 64<<10 {
		r.t.Errorf("%d bytes of text", len(text))
	}
	if !utf8.Valid(text) {
		r.t.Error("text that is not UTF-8")
	}
	r.bytes += len(text)
	if !r.keep {
		text = text[:min(len(text), 2000)]
	}
	return r.add("%s| %s", part, strings.ReplaceAll(strings.TrimSuffix(string(text), "\n"), "\n", "/"))
}

func (r *record) Embedded(name string, size int64, in io.Reader) error {
	b, err := io.ReadAll(in)
	r.bytes += len(b)
	if err != nil {
		return r.add("embedded %s %d broken: %v", name, size, errors.Is(err, office.ErrDamaged))
	}
	return r.add("embedded %s %d %s", name, size, b[:min(len(b), 100)])
}

// read reads b, and returns what was handed over, by line.
func read(tb testing.TB, b []byte) (office.Info, []string, error) {
	tb.Helper()
	r := &record{t: tb}
	info, err := office.Read(tb.Context(), bytes.NewReader(b), int64(len(b)), office.Options{}, r)
	return info, r.lines, err
}

// must reads b, in which nothing is wrong.
func must(tb testing.TB, b []byte) (office.Info, []string) {
	tb.Helper()
	info, lines, err := read(tb, b)
	if err != nil || info.Unread > 0 {
		tb.Errorf("%v, %d unread", err, info.Unread)
	}
	return info, lines
}

func same(tb testing.TB, got []string, want ...string) {
	tb.Helper()
	if d := cmp.Diff(want, got); d != "" {
		tb.Errorf("(-want +got)\n%s", d)
	}
}

func has(tb testing.TB, got []string, want ...string) {
	tb.Helper()
	all := strings.Join(got, "\n")
	for _, w := range want {
		if !strings.Contains(all, w) {
			tb.Errorf("no %q in\n%s", w, all)
		}
	}
}

func hasNot(tb testing.TB, got []string, bad ...string) {
	tb.Helper()
	all := strings.Join(got, "\n")
	for _, w := range bad {
		if strings.Contains(all, w) {
			tb.Errorf("%q in\n%s", w, all)
		}
	}
}

// pack makes a zip file of names and contents in turn.
func pack(tb testing.TB, parts ...string) []byte {
	tb.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.Create(parts[i])
		if err != nil {
			tb.Fatal(err)
		}
		if _, err := io.WriteString(w, parts[i+1]); err != nil {
			tb.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func fixture(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

func TestFixtures(t *testing.T) {
	people := []string{
		"sheet people",
		"1: 0=Codice 1=Nome 2=Data di nascita 3=Telefono 4=E-mail 5=Importo",
		"2: 0=1 1=Mario Rossi 2=1975-03-14 3=+39 331 2345678 4=mario.rossi@example.com 5=1234.5",
		"3: 0=2 1=Anna & Bianchi 2=1981-12-01 3=3331234567 4=anna@example.org 5=7",
		"4: 0=3 1=Zoë \"Z\" Müller 2=2001-02-28 3=00393331234567 4=zoe@example.com 5=0.25",
	}
	letter := []string{
		"Titolo/Gentile Mario  Rossi, telefono\t331 2345678./Accanto al riquadro qui",
		"sheet \n1: 0=Nome 1=Mail\n2: 0=Anna\nBianchi 1=anna@example.org\nbody| Dopo la tabella",
		"body| Riquadro di Piero", "mailto:link@example.com", "deleted| cancellato@example.com",
		"header| Intestazione Ditta Verdi", "footer| Piede info@example.org", "Nota di Carla Neri",
		"comment| Luca Blu/Commento nascosto", "Anna Bianchi", "Lettera",
	}
	book := []string{
		"sheet Clienti\n1: 0=Nome 1=Nascita 2=Telefono 3=P.IVA\n2: 0=Mario Rossi 1=1975-03-14 2=3331234567 3=00764352056\n8: 0=Anna\nBianchi 1=1981-12-01 3=",
		"4=a@example.com", "sheet Nascosto (hidden)\n1: 0=segreto@example.com", "comment| Luca Blu/Pagare subito",
	}
	slides := []string{
		"body| Contatti: Mario Rossi", "sheet \n1: 0=Anna 1=anna@example.org", "comment| Luca Blu/Commento sulla pagina", "notes| Nota di Carla",
	}
	for _, c := range []struct {
		name   string
		info   office.Info
		want   []string
		hasNot []string
	}{
		{name: "people.xlsx", info: office.Info{Format: "xlsx", Sheets: 1}, want: people},
		{name: "stored.xlsx", info: office.Info{Format: "xlsx", Sheets: 1}, want: people},
		{name: "zip64.xlsx", info: office.Info{Format: "xlsx", Sheets: 1}, want: people},
		{name: "streamed.xlsx", info: office.Info{Format: "xlsx", Sheets: 1}, want: people},
		{name: "people.ods", info: office.Info{Format: "ods", Sheets: 1}, want: people},
		{name: "book.xlsx", info: office.Info{Format: "xlsx", Sheets: 2}, want: book},
		{name: "book.ods", info: office.Info{Format: "ods", Sheets: 2}, want: book},
		{name: "book.fods", info: office.Info{Format: "ods", Sheets: 2}, want: book},
		{name: "letter.docx", info: office.Info{Format: "docx", Sheets: 1}, want: letter, hasNot: []string{"Rossicanc"}},
		{name: "letter.odt", info: office.Info{Format: "odt", Sheets: 1}, want: letter},
		{name: "letter.fodt", info: office.Info{Format: "odt", Sheets: 1}, want: letter},
		{name: "letterhtml.docx", info: office.Info{Format: "docx", Sheets: 1}, want: []string{
			"body| mailto:mario.rossi@example.com", "/Gentile Mario Rossi, scriva a noi.",
			"3: 0=Carla\ndentro\ninterna 1=333 1234567\nbody| Cordiali saluti",
		}},
		{name: "slides.fodp", info: office.Info{Format: "odp", Sheets: 1}, want: slides},
		{name: "slides.odp", info: office.Info{Format: "odp", Sheets: 1}, want: slides},
	} {
		t.Run(c.name, func(t *testing.T) {
			info, lines := must(t, fixture(t, c.name))
			if d := cmp.Diff(c.info, info); d != "" {
				t.Error(d)
			}
			has(t, lines, c.want...)
			hasNot(t, lines, c.hasNot...)
		})
	}
}
