package structure_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"custode/scan/watch/structure"
)

// TestPacked: what other programs pack is known, and it shows when it was encrypted.
// The files of testdata hold a made-up list.
func TestPacked(t *testing.T) {
	for name, kind := range map[string]structure.Kind{"list.xz": structure.XZ, "list.bz2": structure.Bzip2, "list.zst": structure.Zstd, "list.7z": structure.SevenZip} {
		p, err := os.ReadFile(filepath.Join("testdata", name))
		must(t, err)
		before := look(t, p)
		if before.Kind != kind || before.Broken {
			t.Errorf("%s: %v, broken %v", name, before.Kind, before.Broken)
		}
		for style, q := range map[string][]byte{
			"all of it": overwrite(p, 0, len(p), len(p)), "header kept": overwrite(p, 512, len(p), len(p)),
			"32 bytes of 64": overwrite(p, 64, 64, 32), "cut": p[:len(p)/2], "emptied": nil,
		} {
			if kind == structure.Zstd && style != "all of it" && len(q) == len(p) || kind == structure.XZ && style == "32 bytes of 64" {
				continue // of what is in a block nothing is checked
			}
			if r := structure.Lost(before, look(t, q)); r == structure.Fine {
				t.Errorf("%s, %s: taken for a file that opens", name, style)
			}
		}
		twice := append(bytes.Clone(p), p...)
		if l := look(t, twice); (kind == structure.XZ || kind == structure.Bzip2 || kind == structure.Zstd) && (l.Kind != kind || l.Broken) {
			t.Errorf("two of %s in one: %v, broken %v", name, l.Kind, l.Broken)
		}
	}
	for _, name := range []string{"locked.7z", "locked-names.7z"} {
		p, err := os.ReadFile(filepath.Join("testdata", name))
		must(t, err)
		if l := look(t, p); l.Kind != structure.Locked {
			t.Errorf("%s: %v, broken %v", name, l.Kind, l.Broken)
		}
	}
}
