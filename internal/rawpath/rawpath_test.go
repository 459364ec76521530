package rawpath_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"custode/internal/rawpath"
)

// TestNamesThatWindowsReads: a file is found under the name that it has, whatever
// Windows makes of that name, and no other is found in its stead.
func TestNamesThatWindowsReads(t *testing.T) {
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
	for _, name := range []string{"CON.txt", "aux.csv", "nul", "COM1", "dot.", "blank ", "plain.csv"} {
		path := filepath.Join(dir, name)
		if _, err := rawpath.Lstat(path); !os.IsNotExist(err) {
			t.Errorf("%q before it is made: %v", name, err)
		}
		if err := os.WriteFile(rawpath.Of(path), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, look := range []func(string) (fs.FileInfo, error){rawpath.Lstat, rawpath.Stat} {
			if info, err := look(path); err != nil || !info.Mode().IsRegular() || info.Size() != int64(len(name)) {
				t.Errorf("%q: %v %v", name, info, err)
			}
		}
		f, err := rawpath.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() || f.Close() != nil {
			t.Errorf("%q opened: %v", name, err)
		}
		if got, err := rawpath.Resolve(path); err != nil || got != path {
			t.Errorf("%q resolved: %q %v", name, got, err)
		}
		for _, as := range []string{path, name, filepath.Join(".", "x", "..", name)} {
			if got, err := rawpath.Abs(as); err != nil || got != path {
				t.Errorf("Abs(%q) = %q, %v; want %q", as, got, err, path)
			}
		}
	}
	if _, err := rawpath.Lstat(filepath.Join(dir, "dot")); !os.IsNotExist(err) {
		t.Errorf("another file is found: %v", err)
	}
}

// TestErrorsNameThePath: not the form in which the system got it.
func TestErrorsNameThePath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "not there")
	for name, look := range map[string]func(string) error{
		"lstat": func(p string) error { _, err := rawpath.Lstat(p); return err },
		"stat":  func(p string) error { _, err := rawpath.Stat(p); return err },
		"open":  func(p string) error { _, err := rawpath.Open(p); return err },
	} {
		e, ok := look(path).(*fs.PathError) //nolint:errorlint // it is given as it is
		if !ok || e.Path != path || !os.IsNotExist(e) {
			t.Errorf("%s: %v", name, e)
		}
	}
}

// TestNewFiles: no file is made whose name Windows takes for a device, under which what is
// written would be gone; and the name is told as it was typed.
func TestNewFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	windows := runtime.GOOS == "windows"
	for _, name := range []string{"con.age", "Lettera.pdf", "nul.pdf", "x.", "consul.age"} {
		path, err := rawpath.Abs(name)
		if err != nil || filepath.Base(path) != name && name != "x." {
			t.Errorf("%q is called %q: %v", name, path, err)
		}
		if err := rawpath.New(name); (err != nil) != (windows && rawpath.Reserved(name)) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
