package store

import (
	"encoding/binary"
	"os"
	"path/filepath"
	"testing"

	"custode/internal/fault"
)

// TestLookWhileWrittenBack: another process writes back what was changed, the first page first, which then tells of more
// pages than there are yet. To look at that moment is no reason to call the records damaged; to open them like that is.
func TestLookWhileWrittenBack(t *testing.T) {
	home := t.TempDir()
	path := filepath.Join(home, name)
	if err := open(t, home).Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// SQLite file format 1.3: at 28 how many pages there are, which counts if 92 is what 24 is.
	binary.BigEndian.PutUint32(whole[28:], binary.BigEndian.Uint32(whole[28:])+1)
	copy(whole[92:96], whole[24:28])
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := ours(t.Context(), path); err != nil {
		t.Errorf("%v", err)
	}
	if _, err = Open(t.Context(), home, ticking); code(err) != fault.Data {
		t.Errorf("opened a damaged database: %v", err)
	}
}
