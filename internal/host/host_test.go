//go:build !windows

package host

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestPrivate wants a folder of this user alone, and refuses those that are not.
func TestPrivate(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	none := func(string) string { return "" }
	f, err := Private(none)
	if err != nil || !ours(f.Path) {
		t.Fatalf("%+v, %v", f, err)
	}
	dir := t.TempDir()
	for name, spoil := range map[string]func(path string) error{
		"open to others": func(p string) error {
			if err := os.Mkdir(p, 0o700); err != nil {
				return err
			}
			return os.Chmod(p, 0o755)
		},
		"a link": func(p string) error { return os.Symlink(t.TempDir(), p) },
		"a file": func(p string) error { return os.WriteFile(p, nil, 0o600) },
	} {
		p := filepath.Join(dir, name)
		if err := spoil(p); err != nil {
			t.Fatal(err)
		}
		if ours(p) {
			t.Errorf("%s passes for private", name)
		}
	}
}

// TestNoSecretHandedOn: a passphrase in our environment is not in that of others.
func TestNoSecretHandedOn(t *testing.T) {
	got := background([]string{"HOME=/h", "CUSTODE_PASSPHRASE=x", "CUSTODE_HOME=/c"})
	if !slices.Equal(got, []string{"HOME=/h", "CUSTODE_HOME=/c"}) {
		t.Errorf("%q", got)
	}
}

// TestBackground: ready by a line, an error where the process ends without one.
func TestBackground(t *testing.T) {
	out := filepath.Join(t.TempDir(), "out")
	if err := Background(t.Context(), "/bin/sh", []string{"-c", "cat > " + out + "; echo ready; sleep 0.2"}, []byte("handed over")); err != nil {
		t.Fatal(err)
	}
	if b, _ := os.ReadFile(out); string(b) != "handed over" {
		t.Errorf("%q", b)
	}
	if err := Background(t.Context(), "/bin/sh", []string{"-c", "exit 3"}, nil); err == nil {
		t.Error("what ended at once passes for ready")
	}
}

// TestOpen: the file is one argument, whatever its name; a held file is seen.
func TestOpen(t *testing.T) {
	if _, err := os.Stat("/proc/self/fd"); err != nil {
		t.Skip("no /proc")
	}
	bin, work := t.TempDir(), t.TempDir()
	script := "#!/bin/sh\nprintf %s \"$1\" > " + work + "/got\nexec 3< \"$1\"\nsleep 1\n"
	if err := os.WriteFile(filepath.Join(bin, "xdg-open"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin+":"+os.Getenv("PATH"))
	path := filepath.Join(work, "a; touch $(b) 'c'.txt")
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(func(string) string { return "" }, path); !errors.Is(err, ErrNoScreen) {
		t.Errorf("without a screen: %v", err)
	}
	p, err := Open(func(k string) string { return map[string]string{"DISPLAY": ":0"}[k] }, path)
	if err != nil {
		t.Fatal(err)
	}
	seen := false
	for range 40 {
		used, _ := InUse(path)
		seen = seen || used
		time.Sleep(20 * time.Millisecond)
	}
	<-p.Done
	if got, _ := os.ReadFile(work + "/got"); string(got) != path || !seen {
		t.Errorf("the program got %q, seen in use: %v", got, seen)
	}
	if used, known := InUse(path); used || !known {
		t.Error("still in use")
	}
}
