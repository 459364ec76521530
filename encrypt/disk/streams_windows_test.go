package disk

import (
	"os"
	"path/filepath"
	"testing"
)

// TestCopyStream: the mark goes along, byte for byte. (wine keeps a stream as a file
// with a colon in its name, which does for this.)
func TestCopyStream(t *testing.T) {
	dir := t.TempDir()
	from, to := filepath.Join(dir, "a.csv"), filepath.Join(dir, "a.csv.age")
	mark := []byte("[ZoneTransfer]\r\nZoneId=3\r\n")
	for _, p := range []string{from, to} {
		if err := os.WriteFile(p, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(from+":Zone.Identifier", mark, 0o600); err != nil {
		t.Skip("this disk has no streams: ", err)
	}
	if err := copyStream(from, to, "Zone.Identifier"); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(to + ":Zone.Identifier"); err != nil || string(got) != string(mark) {
		t.Errorf("%q %v", got, err)
	}
	if err := copyStream(from, to, "another"); err == nil {
		t.Error("a stream that is not there was copied")
	}
	if got, err := os.ReadFile(to); err != nil || string(got) != "x" {
		t.Errorf("the content: %q %v", got, err)
	}
}

// TestReadOnlyMark: it is seen, and the file is there after a try to remove it.
func TestReadOnlyMark(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.csv")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	d, err := (Real{}).Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []bool{false, true} {
		if want {
			if err := os.Chmod(path, 0o400); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.Chmod(path, 0o600) })
		}
		if who, err := d.Look("a.csv"); err != nil || who.ReadOnly != want {
			t.Errorf("read-only %v %v, want %v", who.ReadOnly, err, want)
		}
	}
}
