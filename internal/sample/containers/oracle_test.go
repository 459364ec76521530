package containers

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"codeberg.org/go-pdf/fpdf"
	"github.com/google/go-cmp/cmp"
	_ "github.com/mattn/go-sqlite3"
	"github.com/xuri/excelize/v2"
)

// others writes what modules of others can, as [Write] does what the standard
// library can.
func others(t *testing.T, dir string, seed uint64) []Made {
	t.Helper()
	b := newBook(seed)
	for name, write := range map[string]func(string, *book) error{
		"sqlite3-clienti.sqlite": database, "excelize-clienti.xlsx": excelized, "fpdf-clienti.pdf": printed,
	} {
		if err := write(filepath.Join(dir, name), b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	return []Made{
		{Path: "sqlite3-clienti.sqlite", Format: "sqlite", People: People},
		{Path: "excelize-clienti.xlsx", Format: "xlsx", People: People},
		{Path: "fpdf-clienti.pdf", Format: "pdf", People: People},
	}
}

// database is a table among others, as programs of shops keep it.
func database(name string, b *book) (err error) {
	db, err := sql.Open("sqlite3", name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if _, err := db.Exec(`CREATE TABLE versione (numero INTEGER); INSERT INTO versione VALUES (12);
		CREATE TABLE clienti (id INTEGER PRIMARY KEY, cognome TEXT, nome TEXT, codice_fiscale TEXT, email TEXT,
		telefono TEXT, indirizzo TEXT, data_nascita TEXT, iban TEXT); CREATE INDEX per_email ON clienti (email)`); err != nil {
		return err
	}
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	for _, r := range b.rows {
		cells := make([]any, len(r))
		for i, c := range r {
			if c != "" {
				cells[i] = c
			}
		}
		if _, err := tx.Exec("INSERT INTO clienti (cognome, nome, codice_fiscale, email, telefono, indirizzo, data_nascita, iban) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", cells...); err != nil {
			return errors.Join(err, tx.Rollback())
		}
	}
	return tx.Commit()
}

// excelized is a workbook with a title above the table and dates as dates.
func excelized(name string, b *book) error {
	f := excelize.NewFile()
	const sheet = "Sheet1"
	if err := f.SetCellStr(sheet, "A1", "Elenco dei clienti"); err != nil {
		return err
	}
	header := Header()
	if err := f.SetSheetRow(sheet, "A3", &header); err != nil {
		return err
	}
	for i, r := range b.rows {
		cells := make([]any, len(r))
		for col, c := range r {
			cells[col] = c
		}
		cells[6] = b.people[i].Born
		if err := f.SetSheetRow(sheet, cellName(0, i+4), &cells); err != nil {
			return err
		}
	}
	return f.SaveAs(name)
}

// printed is a list over several pages, in a standard font.
func printed(name string, b *book) error {
	pdf := fpdf.New("L", "mm", "A3", "")
	pdf.SetFont("Helvetica", "", 8)
	latin := pdf.UnicodeTranslatorFromDescriptor("")
	pdf.AddPage()
	for _, r := range append([][]string{Header()}, b.rows...) {
		for col, width := range []float64{35, 30, 42, 65, 38, 90, 30, 60} {
			pdf.CellFormat(width, 5, latin(r[col]), "1", 0, "L", false, 0, "")
		}
		pdf.Ln(5)
	}
	return pdf.OutputFileAndClose(name)
}

// TestEveryoneIsThere has python look for all people in all containers.
func TestEveryoneIsThere(t *testing.T) {
	for _, program := range []string{"python3", "pdftotext"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("needs ", program)
		}
	}
	t.Parallel()
	for _, seed := range []uint64{Seed, 42} {
		dir := t.TempDir()
		made, err := Write(dir, seed)
		if err != nil {
			t.Fatal(err)
		}
		if seed != Seed {
			made = append(made, others(t, dir, seed)...)
		} else {
			more, err := Kept(dir)
			if err != nil {
				t.Fatal(err)
			}
			if len(more) != 14 {
				t.Errorf("only %d kept files", len(more))
			}
			made = append(made, more...)
		}
		list := filepath.Join(t.TempDir(), "list.csv")
		if err := os.WriteFile(list, []byte(comma(newBook(seed))), 0o600); err != nil {
			t.Fatal(err)
		}
		cmd := exec.CommandContext(t.Context(), "python3", filepath.Join("testdata", "check.py"), dir, list)
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, stderr.String())
		}
		want := map[string]int{}
		for _, m := range made {
			want[m.Path] = m.People
		}
		got := map[string]int{}
		for line := range strings.Lines(string(out)) {
			name, n, _ := strings.Cut(strings.TrimSpace(line), " ")
			if got[name], err = strconv.Atoi(n); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("seed %d: (-made +found)\n%s", seed, d)
		}
	}
}

// TestExcelizeReads has the module of others read our workbook, and ours and
// LibreOffice's say the same.
func TestExcelizeReads(t *testing.T) {
	dir := t.TempDir()
	if _, err := Write(dir, Seed); err != nil {
		t.Fatal(err)
	}
	if _, err := Kept(dir); err != nil {
		t.Fatal(err)
	}
	want := Rows(Seed)
	for name, sheet := range map[string]string{"clienti.xlsx": "Clienti", "soffice-calc.xlsx": "soffice-calc"} {
		f, err := excelize.OpenFile(filepath.Join(dir, name), excelize.Options{ShortDatePattern: "dd/mm/yyyy"})
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(Header(), rows[0]); d != "" {
			t.Errorf("%s:\n%s", name, d)
		}
		var got [][]string
		for _, r := range rows[1:] {
			r = append(slices.Clone(r), make([]string, len(Header())-len(r))...)
			if name == "soffice-calc.xlsx" { // the month stands first there
				r[6] = want[len(got)][6]
			}
			got = append(got, r)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: (-list +workbook)\n%.2000s", name, d)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
}
