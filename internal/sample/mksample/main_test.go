package main

import (
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestRun(t *testing.T) {
	clock := func() time.Time { return time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC) }
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "mine"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fresh := func() string { return filepath.Join(t.TempDir(), "new") }
	for _, tt := range []struct {
		name string
		args []string
		ok   bool
	}{
		{"shop", []string{fresh()}, true},
		{"seed and time", []string{"-seed", "7", "-now", "2025-01-01T00:00:00Z", fresh()}, true},
		{"bulk", []string{"-bulk", "20,20000", fresh()}, true},
		{"full folder", []string{full}, false},
		{"no folder", nil, false},
		{"two folders", []string{fresh(), fresh()}, false},
		{"bulk of nothing", []string{"-bulk", "0,1", fresh()}, false},
		{"bulk of words", []string{"-bulk", "many", fresh()}, false},
		{"no time", []string{"-now", "yesterday", fresh()}, false},
	} {
		if err := run(tt.args, io.Discard, clock); (err == nil) != tt.ok {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
