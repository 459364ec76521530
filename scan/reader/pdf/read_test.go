package pdf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func fixture(tb testing.TB, name string) []byte {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

// people are the rows of testdata/people.tsv.
func people(tb testing.TB) [][]string {
	tb.Helper()
	var rows [][]string
	for line := range strings.Lines(string(fixture(tb, "people.tsv"))) {
		rows = append(rows, strings.Split(strings.TrimSuffix(line, "\n"), "\t"))
	}
	if len(rows) != 40 {
		tb.Fatalf("%d people", len(rows))
	}
	return rows
}

// standsAlone says whether s stands in text and is not glued to letters or digits.
func standsAlone(text, s string) bool {
	for {
		i := strings.Index(text, s)
		if i < 0 {
			return false
		}
		before, after := text[max(0, i-1):i], text[i+len(s):min(len(text), i+len(s)+1)]
		if strings.Trim(before+after, " \t\n.,(") == "" {
			return true
		}
		text = text[i+len(s):]
	}
}

func TestProducers(t *testing.T) {
	rows := people(t)
	for _, c := range []struct {
		file   string
		people int
		info   Info
	}{
		{"calc.pdf", 40, Info{Pages: 4}},
		{"letter.pdf", 8, Info{Pages: 1}},
		{"cairo.pdf", 8, Info{Pages: 1}},
		{"chromium-table.pdf", 40, Info{Pages: 1}},
		{"chromium-kerned.pdf", 20, Info{Pages: 2}},
	} {
		t.Run(c.file, func(t *testing.T) {
			text, info := must(t, fixture(t, c.file))
			if diff := cmp.Diff(c.info, info); diff != "" {
				t.Error(diff)
			}
			for _, row := range rows[:c.people] {
				for _, s := range row[:5] {
					if !standsAlone(text, s) {
						t.Errorf("%q is not found", s)
					}
				}
			}
			if c.people == 40 {
				for _, row := range rows {
					if line := strings.Join(row[:5], "\t"); !strings.Contains(text, line) {
						t.Errorf("no line %q", line)
					}
				}
			}
		})
	}
}

// The cells of calc-clipped.pdf are cut off where the next one begins, without
// any room between; LibreOffice leaves out the letters that don't fit.
func TestClippedCells(t *testing.T) {
	text, _ := must(t, fixture(t, "calc-clipped.pdf"))
	for _, row := range people(t)[:20] {
		if !standsAlone(text, row[2]) && !standsAlone(text, row[2][:15]) || !standsAlone(text, row[4]) {
			t.Errorf("%q or %q is not found", row[2], row[4])
		}
	}
}

func TestTurned(t *testing.T) {
	text, _ := must(t, fixture(t, "chromium-kerned.pdf"))
	if row := people(t)[39]; !strings.Contains(text, "\n"+row[1]+" "+row[2]+"\n") {
		t.Error("the turned line is not found")
	}
}

func TestPasswords(t *testing.T) {
	text, info := must(t, fixture(t, "owner.pdf"))
	if want := "Anna Verdi, anna.verdi0@example.org, SBCPCL77A17H501I\n"; text != want || info != (Info{Pages: 1}) {
		t.Errorf("%q %v", text, info)
	}
	text, info = must(t, fixture(t, "locked.pdf"))
	if text != "" || info != (Info{Encrypted: true}) {
		t.Errorf("%q %v", text, info)
	}
}
