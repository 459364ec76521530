package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestTortureBigFile scans a file of 1 GB on a single line: in bounded memory,
// the customers at its beginning, middle and end found.
func TestTortureBigFile(t *testing.T) {
	if os.Getenv("CUSTODE_TORTURE") == "" {
		t.Skip("only by make torture")
	}
	path := filepath.Join(t.TempDir(), "line.txt")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	block := []byte(strings.Repeat("no name, no number; ", 50_000)) // 1 MB
	const blocks = 1000
	for i := range blocks {
		if i == 0 || i == blocks/2 || i == blocks-1 {
			if _, err := fmt.Fprintf(f, " p%d@example.com ", i); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.Write(block); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	cmd := itself(t, filepath.Join(t.TempDir(), "home"), "scan", "--json", path)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	conform(t, string(out))
	if !strings.Contains(string(out), `"people": 3,`) {
		t.Errorf("not all three were found: %s", out)
	}
	peak := peakMemory(cmd.ProcessState)
	t.Logf("1 GB on one line: peak %d MiB", peak>>20)
	if peak > 100<<20 {
		t.Errorf("peak memory %d MiB, want under 100", peak>>20)
	}
}
