package rtf

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const house = "../../../internal/sample/containers/testdata/soffice-writer.rtf.gz"

// TestSofficeTable reads the 300 people as LibreOffice saves them.
func TestSofficeTable(t *testing.T) {
	rec, info := read(t, fixture(t, house))
	rows := 0
	for l := range strings.Lines(rec.text["body"]) {
		cells, row := strings.CutPrefix(l, "|")
		if !row {
			continue
		}
		if rows++; strings.Count(cells, "\t") != 7 {
			t.Errorf("cells of %q", l)
		}
	}
	if rows != 301 || info != (Info{}) {
		t.Errorf("%d rows, want 301; %+v", rows, info)
	}
}

func TestLetters(t *testing.T) {
	for name, want := range map[string]string{
		"letter": "[body]\nGentile Mario Rossi,\n\nscriva a mario@example.com oppure\nal nostro ufficio.\n" +
			"Caratteri: àèìòù ÀÈ ßüöä ŁÓDŹ čšž ñ ¿ € “virgolette” ‘così’ – — … 日本語 Москва Ελλάδα 😀 333 123-4567 cooperare {graffe} \\barra\n" +
			"Con\ttab e commento qui.\nIntorno alla casella.\nFine.\n" +
			"[aside]\nHYPERLINK \"mailto:link@example.org\" \nCasella: casella@example.org\n" +
			"[header]\nIntestazione: testa@example.org\n[footer]\nPiede: piede@example.org\n[footnote]\n\tNota: nota@example.org\n\tNota finale\n" +
			"[comment]\nLivio Lettore\nCommento: commento@example.org\n[deleted]\nDeletino Cancel" + "lato\n" +
			"[properties]\nUnknown;\nCarla Cambia;\nLettera di prova\nOggetto\nchiave\nAurelia Autrice\nAurelia Autrice\nCliente: Proprietà Propria\n",
		"nested": "[body]\nPrima\n|fuori uno secondo paragrafo\tprima dopo\n|fuori due\tultima\nDopo\n" +
			"[aside]\nBellaprova\tAnna\tanna0@example.com\nDellaprova\tBruno\tbruno1@example.com\nOrtofinto\tChiara\tchiara2@example.com\n",
	} {
		rec, info := read(t, fixture(t, "testdata/"+name+".rtf.gz"))
		if diff := cmp.Diff(want, rec.String()); diff != "" || info != (Info{}) {
			t.Errorf("%s: %+v %s", name, info, diff)
		}
	}
	rec, _ := read(t, fixture(t, "testdata/people.rtf.gz"))
	if n := strings.Count(rec.text["body"], "\n|"); n != 41 || !strings.Contains(rec.text["body"], "|Žižková\tFabio\tfabio5@example.com\t+39 399 005 9005\tVia Finta 5, 00000 Borgo\n") {
		t.Errorf("%d rows", n)
	}
}

func BenchmarkTable(b *testing.B) {
	src := fixture(b, house)
	b.SetBytes(int64(len(src)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(b.Context(), strings.NewReader(src), Options{}, nothing{}); err != nil {
			b.Fatal(err)
		}
	}
}
