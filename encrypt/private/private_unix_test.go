//go:build !windows

package private_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"custode/encrypt/private"
)

// TestCloseAndRestore: what others may do goes and comes back; what the owner may do, the content and the time stay.
func TestCloseAndRestore(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	for path, modes := range map[string][2]os.FileMode{
		file: {0o644, 0o600},
		dir:  {0o2775, 0o2700},
	} {
		for _, m := range [][2]os.FileMode{modes, {0o444, 0o400}, {0o754, 0o700}} {
			special := fs.FileMode(0)
			if m[0]&0o2000 != 0 {
				special = fs.ModeSetgid
			}
			if err := os.Chmod(path, m[0]&0o777|special); err != nil {
				t.Fatal(err)
			}
			had := modeOf(t, path)
			was, err := private.Look(path)
			if err != nil {
				t.Fatal(err)
			}
			if closed, err := private.Closed(path); closed || err != nil {
				t.Errorf("%s %v: closed already, %v", path, had, err)
			}
			if err := private.Close(path); err != nil {
				t.Fatal(err)
			}
			if got := modeOf(t, path); got.Perm() != m[1]&0o777 || got.Type() != had.Type() || got&fs.ModeSetgid != had&fs.ModeSetgid {
				t.Errorf("%s: %v closed is %v", path, had, got)
			}
			if closed, err := private.Closed(path); !closed || err != nil {
				t.Errorf("%s: not closed, %v", path, err)
			}
			if err := private.Restore(path, was); err != nil || modeOf(t, path) != had {
				t.Errorf("%s: %v came back as %v, %v", path, had, modeOf(t, path), err)
			}
		}
	}
	after, err := os.Stat(file)
	if raw, bad := os.ReadFile(file); err != nil || bad != nil || string(raw) != "x" || !after.ModTime().Equal(before.ModTime()) {
		t.Errorf("%q %v %v", raw, err, bad)
	}
}

func modeOf(t *testing.T, path string) fs.FileMode {
	t.Helper()
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode()
}

// TestOwnerKeeps: what the owner changed meanwhile is not taken back with the rest, and what somebody has opened to
// others stays as it is.
func TestOwnerKeeps(t *testing.T) {
	file := filepath.Join(t.TempDir(), "list.csv")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := private.Restore(file, "0664"); err != nil || modeOf(t, file) != 0o464 {
		t.Errorf("%v, %v", modeOf(t, file), err)
	}
	if err := private.Restore(file, "0666"); !errors.Is(err, private.ErrOpened) || modeOf(t, file) != 0o464 {
		t.Errorf("%v, %v", modeOf(t, file), err)
	}
	for _, text := range []string{"", "rw", "0999", "17777"} {
		if err := private.Restore(file, text); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}

// TestNeverALink: a link, a pipe and what is not there are refused, and what a link leads to stays as it is.
func TestNeverALink(t *testing.T) {
	dir := t.TempDir()
	file, link := filepath.Join(dir, "list.csv"), filepath.Join(dir, "link.csv")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if _, err := private.Look(link); !errors.Is(err, private.ErrLink) {
		t.Error(err)
	}
	if err := private.Close(link); !errors.Is(err, private.ErrLink) {
		t.Error(err)
	}
	if err := private.Restore(link, "0666"); !errors.Is(err, private.ErrLink) {
		t.Error(err)
	}
	if modeOf(t, file) != 0o644 {
		t.Error(modeOf(t, file))
	}
	gone := filepath.Join(dir, "gone")
	for _, err := range []error{private.Close(gone), private.Restore(gone, "0644")} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Error(err)
		}
	}
}
