package job_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/sample"
	"custode/scan"
)

// TestCopiesAreRemembered: a second scan knows the copies of the first without
// reading one of them, and a scan of one file alone knows them too.
func TestCopiesAreRemembered(t *testing.T) {
	b := newBench(t)
	for _, name := range []string{"a.csv", "a - copy.csv"} {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte("Nome;Email\nAnna Rossi;anna@example.com\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(b.dir, "b.csv"), []byte("Nome;Email\nLuca Rossi;luca@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(b.dir, "a.csv"), time.Time{}, time.Now().Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // beyond the tick in which the last was written
	for i, roots := range [][]string{{b.dir}, {b.dir}, {filepath.Join(b.dir, "a - copy.csv")}} {
		compared := 0
		o := b.options()
		o.Roots, o.Whole, o.Compare = roots, i < 2, func(string) { compared++ }
		r, err := job.Scan(t.Context(), b.store, o)
		if err != nil {
			t.Fatal(err)
		}
		if want := []int{2, 0, 0}[i]; compared != want {
			t.Errorf("scan %d read %d files to find copies, want %d", i, compared, want)
		}
		var spare []scan.File
		for f, err := range r.Files() {
			if err != nil {
				t.Fatal(err)
			}
			if f.Spare {
				spare = append(spare, f)
			}
		}
		if len(spare) != 1 || filepath.Base(spare[0].Path) != "a - copy.csv" || len(spare[0].Copies) != 1 || filepath.Base(spare[0].Copies[0]) != "a.csv" {
			t.Errorf("scan %d: %+v", i, spare)
		}
	}
}

// TestUnchangedTreeIsNotCompared: of 20,000 files, none is read a second time to
// find copies.
func TestUnchangedTreeIsNotCompared(t *testing.T) {
	b := newBench(t)
	if err := os.Remove(b.dir); err != nil {
		t.Fatal(err)
	}
	if err := sample.WriteBulk(b.dir, 3, 20000, 10<<20); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	for i := range 2 {
		compared, start := 0, time.Now()
		o := b.options()
		o.Compare = func(string) { compared++ }
		r, err := job.Scan(t.Context(), b.store, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("scan %d: %d of %d files compared, %v", i, compared, r.Totals.WithFindings, time.Since(start))
		if i == 1 && compared > 0 {
			t.Errorf("the second scan compared %d files", compared)
		}
	}
}
