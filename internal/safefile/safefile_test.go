package safefile_test

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"custode/internal/safefile"
)

func names(t *testing.T, dir string) string {
	t.Helper()
	es, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range es {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.txt")
	for _, want := range []string{"old", "new and longer", ""} {
		if err := safefile.Write(path, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := os.ReadFile(path)
		if err != nil || string(got) != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
	if info, err := os.Stat(path); runtime.GOOS != "windows" && (err != nil || info.Mode().Perm() != 0o600) {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if got := names(t, dir); got != "a.txt" {
		t.Errorf("the folder holds %q", got)
	}
}

// TestFailureLeavesAll makes the rename fail: the target is a folder.
func TestFailureLeavesAll(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a")
	if err := os.MkdirAll(filepath.Join(path, "full"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := safefile.Write(path, []byte("x"), 0o600); err == nil {
		t.Error("a folder was replaced")
	}
	if got := names(t, dir); got != "a" {
		t.Errorf("the folder holds %q", got)
	}
	if err := safefile.Write(filepath.Join(dir, "no", "such"), nil, 0o600); err == nil {
		t.Error("written into a folder that is not there")
	}
}
