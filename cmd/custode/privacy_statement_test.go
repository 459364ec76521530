package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestStatementOfAnotherCountry prints a statement in Italy and moves the shop to a country whose
// law names no hours: the promise that was printed is no longer one that the law's times hold.
func TestStatementOfAnotherCountry(t *testing.T) {
	home, data, out := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "s.md")
	for _, args := range [][]string{
		{"init", "--yes", "--shop", "Bottega Esempio", "--country", "IT", "--data", data},
		{"privacy", "statement", "--out", out},
	} {
		if r := custode(t, home, args...); r.code > 1 {
			t.Fatalf("%+v", r)
		}
	}
	path := filepath.Join(home, "custode.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	moved := bytes.Replace(raw, []byte("country: IT"), []byte("country: US"), 1)
	if bytes.Equal(raw, moved) {
		t.Fatalf("no country in %s", raw)
	}
	if err := os.WriteFile(path, moved, 0o600); err != nil {
		t.Fatal(err)
	}
	r := custode(t, home, "privacy", "statement", "--check", "--json")
	conform(t, r.out)
	if r.code != 1 || strings.Count(r.out, `"why"`) != 1 || !strings.Contains(r.out, "72 hours") {
		t.Errorf("%+v", r)
	}
	now := custode(t, home, "privacy", "statement").out
	if strings.Contains(now, "72 hours") || !strings.Contains(now, "at the latest after 30") {
		t.Error(now)
	}
}
