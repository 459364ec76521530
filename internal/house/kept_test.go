package house_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestNothingBuiltIsKept: no program that was built here is kept in the repository, and no file over a megabyte.
func TestNothingBuiltIsKept(t *testing.T) {
	const most = 1 << 20
	root := filepath.Join("..", "..")
	out, err := exec.Command("git", "-C", root, "ls-files", "-z").Output()
	if err != nil {
		t.Skip("NOT TESTED: no repository here, or no git:", err)
	}
	for name := range strings.SplitSeq(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		f, err := os.Open(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			continue // removed here, not yet in the repository
		}
		var head [4]byte
		_, _ = io.ReadFull(f, head[:])
		info, err := f.Stat()
		if err == nil && info.Size() > most {
			t.Errorf("%s: %d bytes", name, info.Size())
		}
		for _, magic := range []string{"\x7fELF", "MZ\x90\x00", "\xcf\xfa\xed\xfe"} {
			if bytes.HasPrefix(head[:], []byte(magic)) {
				t.Errorf("%s is a program", name)
			}
		}
		_ = f.Close()
	}
}
