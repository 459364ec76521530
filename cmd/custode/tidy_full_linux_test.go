package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"custode/internal/fault"
)

// TestRootTidyFullDisk: where there is no room, for the new file or for its copy, the
// file stays as it is and nothing is left behind.
func TestRootTidyFullDisk(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("SKIPPED: only root can mount a small disk")
	}
	small := func(size string) string {
		dir := t.TempDir()
		if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
		return dir
	}
	for name, c := range map[string]struct {
		dir, home string
		filled    string // the disk that is full
	}{
		"the file's":   {small("2m"), t.TempDir(), "dir"},
		"custode's":    {t.TempDir(), small("8m"), "home"},
		"nearly, both": {small("2m"), t.TempDir(), ""},
	} {
		s := newTidyShop(t, c.dir, c.home, 20_000) // 900 KB, of which a half stays
		full := map[string]string{"dir": s.dir, "home": s.home}[c.filled]
		if full != "" {
			fillUp(t, filepath.Join(full, "filler"))
		}
		r := custode(t, s.home, s.args()...)
		if full == "" {
			if r.code != 0 || s.copies(t) != 1 {
				t.Errorf("%s: %+v", name, r)
			}
			continue
		}
		if r.code != int(fault.IO) && !strings.Contains(r.err, "full") {
			t.Errorf("%s: %+v", name, r)
		}
		if err := os.Remove(filepath.Join(full, "filler")); err != nil {
			t.Fatal(err)
		}
		s.untouched(t)
	}
}

// fillUp takes all room but a little, for the database's own files.
func fillUp(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	block := make([]byte, 64<<10)
	size := int64(0)
	for {
		n, err := f.Write(block)
		if size += int64(n); err != nil {
			break
		}
	}
	if err := f.Truncate(size - 256<<10); err != nil {
		t.Fatal(err)
	}
}
