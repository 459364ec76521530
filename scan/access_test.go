//go:build !windows

package scan_test

import (
	"os"
	"path/filepath"
	"testing"

	"custode/scan"
)

func TestReaders(t *testing.T) {
	top, err := os.MkdirTemp("/tmp", "custode-access") //nolint:usetesting // t.TempDir may lie below a closed folder
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(top)
	dir, file := filepath.Join(top, "d"), filepath.Join(top, "d", "f")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		top, dir, file os.FileMode
		want           scan.Access
	}{
		{0o755, 0o755, 0o644, scan.Everyone},
		{0o755, 0o755, 0o604, scan.Everyone},
		{0o755, 0o711, 0o644, scan.Everyone},
		{0o755, 0o755, 0o600, scan.OwnerOnly},
		{0o755, 0o700, 0o644, scan.OwnerOnly},
		{0o700, 0o755, 0o644, scan.OwnerOnly},
		{0o755, 0o755, 0o200, scan.OwnerOnly},
	} {
		for path, mode := range map[string]os.FileMode{top: c.top, dir: c.dir, file: c.file} {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
		}
		if got := new(scan.Readers).Of(file); got != c.want {
			t.Errorf("%o/%o/%o: %s, want %s", c.top, c.dir, c.file, got, c.want)
		}
	}
	if got := new(scan.Readers).Of(filepath.Join(dir, "none")); got != scan.AccessUnknown {
		t.Errorf("a file that is not there: %s", got)
	}
}
