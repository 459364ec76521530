package host

import (
	"crypto/md5"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestPackaged(t *testing.T) {
	dir := t.TempDir()
	program := filepath.Join(dir, "tool")
	put := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	put(program, "as installed")
	sum := md5.Sum([]byte("as installed"))
	put(filepath.Join(dir, "other.list"), "/.\n/usr\n")
	put(filepath.Join(dir, "tool.list"), "/.\n"+program+"\n")
	put(filepath.Join(dir, "tool.md5sums"), hex.EncodeToString(sum[:])+"  "+program[1:]+"\n")
	if !packagedIn(dir, program) {
		t.Error("a program as installed is not known")
	}
	if packagedIn(dir, filepath.Join(dir, "tool2")) {
		t.Error("one that no package has is known")
	}
	put(program, "altered since")
	if packagedIn(dir, program) {
		t.Error("one that was altered counts as installed")
	}
}

func TestBooted(t *testing.T) {
	at := Booted()
	if at.IsZero() || at.After(time.Now()) || Booted().Sub(at).Abs() > time.Second {
		t.Errorf("booted %v, then %v", at, Booted())
	}
}
