package containers

import (
	"archive/zip"
	"bytes"
	"database/sql"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"custode/internal/sample"
)

// TestWriteBench has SQLite, a module for workbooks and pdftotext read what
// WriteBench made by hand.
func TestWriteBench(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := WriteBench(dir); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, BenchDatabase)+"?mode=ro&immutable=1")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	var ok string
	var n, mails, orders int
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&ok); err != nil || ok != "ok" {
		t.Fatal(ok, err)
	}
	if err := db.QueryRow("SELECT count(*), count(DISTINCT email) FROM clienti").Scan(&n, &mails); err != nil || n != benchDB || mails < n*9/10 {
		t.Errorf("%d customers, %d addresses, %v", n, mails, err)
	}
	if err := db.QueryRow("SELECT count(*) FROM ordini JOIN clienti ON clienti.id = cliente").Scan(&orders); err != nil || orders != benchDB*benchOrders {
		t.Errorf("%d orders, %v", orders, err)
	}
	if info, err := os.Stat(filepath.Join(dir, BenchDatabase)); err != nil || info.Size() < 25_000_000 || info.Size() > 40_000_000 {
		t.Errorf("%v %v", info, err)
	}
	z, err := zip.OpenReader(filepath.Join(dir, BenchWorkbook))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = z.Close() }()
	sheet, err := fs.ReadFile(z, "xl/worksheets/sheet2.xml")
	if err != nil {
		t.Fatal(err)
	}
	if got := bytes.Count(sheet, []byte("<row ")); got != BenchRows+1 {
		t.Errorf("%d rows", got)
	}
	if got := bytes.Count(sheet, []byte(`<c r="N1" t="s">`)); got != 1 {
		t.Error("the workbook has not 14 columns")
	}
	if _, err := exec.LookPath("pdftotext"); err != nil {
		return
	}
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", filepath.Join(dir, BenchPages), "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	c := customers(sample.People(benchSeed, sample.MaxPeople))
	for i := range BenchPageCount * benchLines {
		if c.at(i).Mail != "" {
			want++
		}
	}
	if got := strings.Count(string(text), "@"); got != want {
		t.Errorf("%d addresses, want %d", got, want)
	}
	if got := strings.Count(string(text), "\f"); got != BenchPageCount {
		t.Errorf("%d pages", got)
	}
}
