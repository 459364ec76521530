package copies_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"custode/internal/host/copies"
)

func TestLook(t *testing.T) {
	begun := time.Now().Add(-time.Minute)
	for _, c := range []struct {
		name   string
		files  map[string]string
		sealed copies.Answer
	}{
		{"plain", map[string]string{"a/list.csv": "x", "b.age": "x"}, copies.No},
		{"sealed", map[string]string{"a/list.csv.age": "x", "b.GPG": "x", "empty": ""}, copies.Yes},
		{"restic's", map[string]string{"config": "x", "keys/": "", "snapshots/": "", "index/": "", "data/ab": "x"}, copies.Yes},
		{"Kopia's", map[string]string{"kopia.repository.f": "x"}, copies.Yes},
		{"Borg's", map[string]string{"config": "x", "README": "x", "data/0/1": "x"}, copies.Untold},
		{"empty", nil, copies.Untold},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			tree(t, dir, c.files) // with the time of their originals, long ago
			p := copies.Look(t.Context(), dir)
			if !p.There || p.Silent || p.Part || p.Sealed != c.sealed {
				t.Errorf("%+v", p)
			}
			if none := len(c.files) == 0; none != p.Newest.IsZero() {
				t.Errorf("newest: %v", p.Newest)
			} else if !none && p.Newest.Before(begun) && runtime.GOOS == "linux" {
				t.Errorf("dated by the original: %v", p.Newest)
			}
		})
	}
	if p := copies.Look(t.Context(), filepath.Join(t.TempDir(), "gone")); p.There || p.Silent {
		t.Errorf("%+v", p)
	}
}

// TestLookDenied: what can't be read is not looked at, and that is said.
func TestLookDenied(t *testing.T) {
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("root may read everything")
	}
	dir := t.TempDir()
	tree(t, dir, map[string]string{"a/list.csv": "x"})
	ok(t, os.Chmod(filepath.Join(dir, "a"), 0))
	defer os.Chmod(filepath.Join(dir, "a"), 0o700) //nolint:errcheck // a folder of this test
	if p := copies.Look(t.Context(), dir); !p.Part {
		t.Errorf("%+v", p)
	}
}

// TestDisks: a partition is its disk, and a locked volume what it lies on.
func TestDisks(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("Linux shows its devices")
	}
	sys, dir := t.TempDir(), t.TempDir()
	tree(t, sys, map[string]string{"devices/sda/sda1/partition": "1", "devices/sda/sda2/partition": "2", "devices/sdb/size": "1", "devices/dm-0/dm/uuid": "CRYPT-LUKS2-x", "devices/dm-0/slaves/": "", "dev/block/": ""})
	ok(t, os.Symlink("../../sda/sda2", filepath.Join(sys, "devices/dm-0/slaves/sda2")))
	d := copies.Disks{Sys: sys}
	if got := d.On(filepath.Join(dir, "gone", "too")); len(got) != 1 {
		t.Errorf("a device that is not shown: %v", got)
	}
	for name, want := range map[string]string{"8:1": "sda", "8:16": "sdb", "253:0": "sda"} {
		to := map[string]string{"8:1": "sda/sda1", "8:16": "sdb", "253:0": "dm-0"}[name]
		ok(t, os.Symlink("../../devices/"+to, filepath.Join(sys, "dev/block", name)))
		if got := copies.DisksOf(d, name); len(got) != 1 || got[0] != want {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
		locked := map[string]copies.Answer{"8:1": copies.No, "8:16": copies.No, "253:0": copies.Yes}[name]
		if got := copies.LockedOf(d, name); got != locked {
			t.Errorf("%s is encrypted: %q", name, got)
		}
	}
	if d.Same(dir, filepath.Join(dir, "x")) != copies.Yes {
		t.Error("one folder, two disks")
	}
}
