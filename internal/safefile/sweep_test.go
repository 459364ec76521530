package safefile_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"custode/internal/safefile"
)

// TestSweep: what a killed run left goes, and nothing else.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	old := time.Now().Add(-2 * time.Hour)
	for name, goes := range map[string]bool{
		".clean.csv.3f2a.custode-tmp": true,
		".young.csv.3f2a.custode-tmp": false,
		"clean.csv.custode-tmp":       false, // not hidden: none of ours
		".clean.csv":                  false,
		"clean.csv":                   false,
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("anna@example.com"), 0o600); err != nil {
			t.Fatal(err)
		}
		if name != ".young.csv.3f2a.custode-tmp" {
			if err := os.Chtimes(path, old, old); err != nil {
				t.Fatal(err)
			}
		}
		safefile.Sweep(dir, time.Now().Add(-time.Hour))
		if _, err := os.Lstat(path); os.IsNotExist(err) != goes {
			t.Errorf("%s: gone %v, want %v", name, !goes, goes)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, ".folder.custode-tmp"), 0o700); err != nil {
		t.Fatal(err)
	}
	safefile.Sweep(dir, time.Now().Add(time.Hour))
	if _, err := os.Stat(filepath.Join(dir, ".folder.custode-tmp")); err != nil {
		t.Error(err)
	}
	safefile.Sweep(filepath.Join(dir, "not there"), time.Now())
}
