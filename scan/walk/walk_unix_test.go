//go:build unix

package walk

import (
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

func link(t *testing.T, to, path string) {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
}

func TestLinks(t *testing.T) {
	base := t.TempDir()
	put(t, base, "a", "x.txt")
	link(t, base, filepath.Join(base, "a", "loop"))
	link(t, "self", filepath.Join(base, "a", "self"))
	link(t, "nowhere", filepath.Join(base, "a", "broken"))
	link(t, filepath.Join(base, "a", "x.txt"), filepath.Join(base, "a", "y.txt"))
	link(t, filepath.Join(base, "a"), filepath.Join(base, "root"))
	want := []string{"link a/broken", "link a/loop", "link a/self", "file a/x.txt", "link a/y.txt"}
	same(t, walked(t, base, []string{filepath.Join(base, "a")}, Options{}), want...)
	same(t, walked(t, base, []string{filepath.Join(base, "root")}, Options{}), want...)
	same(t, walked(t, base, []string{filepath.Join(base, "root"), filepath.Join(base, "a")}, Options{}), want...)
	same(t, walked(t, base, []string{filepath.Join(base, "root")}, Options{Exclude: []string{filepath.Join(base, "root")}}), "skipped a rule.own")
	same(t, walked(t, base, []string{filepath.Join(base, "a", "self")}, Options{}), "link a/self")
	for _, name := range []string{"loop", "self", "broken", "y.txt"} {
		if _, _, err := Open(filepath.Join(base, "a", name), Stamp{}); !errors.Is(err, ErrSpecial) {
			t.Errorf("opening %s: %v", name, err)
		}
	}
}

// TestNamesOfARoot gives two names of one folder, by a link further up.
func TestNamesOfARoot(t *testing.T) {
	base := t.TempDir()
	put(t, base, "real", "a", "x.txt")
	put(t, base, "real", "own", "y.txt")
	link(t, filepath.Join(base, "real"), filepath.Join(base, "name"))
	roots := []string{filepath.Join(base, "name", "a"), filepath.Join(base, "real")}
	own := Options{Exclude: []string{filepath.Join(base, "name", "own")}}
	same(t, walked(t, base, roots, own), "skipped real/own rule.own", "file real/a/x.txt")
}

func TestSpecial(t *testing.T) {
	base := t.TempDir()
	pipe := filepath.Join(base, "pipe")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(base, "socket")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	want := []string{"special pipe", "special socket"}
	names := []string{pipe, socket}
	device := filepath.Join(base, "device")
	if err := unix.Mknod(device, unix.S_IFCHR|0o600, int(unix.Mkdev(1, 3))); err == nil {
		want = append([]string{"special device"}, want...)
		names = append(names, device)
	} else {
		t.Logf("SKIPPED: a device, which only root can make: %v", err)
	}
	same(t, walked(t, base, []string{base}, Options{}), want...)
	same(t, walked(t, base, []string{pipe}, Options{}), "special pipe")
	for _, name := range names {
		if _, _, err := Open(name, Stamp{}); !errors.Is(err, ErrSpecial) {
			t.Errorf("opening %s: %v", filepath.Base(name), err)
		}
	}
}

func TestDenied(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("SKIPPED: permissions mean nothing to root")
	}
	base := t.TempDir()
	shut := filepath.Dir(put(t, base, "shut", "x.txt"))
	file := put(t, base, "a.txt")
	for _, path := range []string{shut, file} {
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { _ = os.Chmod(shut, 0o700) })
	same(t, walked(t, base, []string{base}, Options{}), "file a.txt", "unreadable shut err.denied")
	same(t, walked(t, base, []string{filepath.Join(shut, "x.txt")}, Options{}), "unreadable shut/x.txt err.denied")
	if _, _, err := Open(file, Stamp{}); !errors.Is(err, os.ErrPermission) {
		t.Errorf("opening: %v", err)
	}
}

func TestNames(t *testing.T) {
	base := t.TempDir()
	names := []string{" ", "-rf", "a\nb", "a\\b", "caf\xe8", strings.Repeat("n", 255), "😀"}
	want := make([]string, 0, len(names))
	for _, n := range names {
		path := filepath.Join(base, n)
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Skipf("SKIPPED: this file system has no name %q: %v", n, err)
		}
		want = append(want, "file "+n)
	}
	same(t, walked(t, base, []string{base}, Options{}), want...)
}

// TestDeep makes folders deeper than a path can name.
func TestDeep(t *testing.T) {
	base := t.TempDir()
	root, err := os.OpenRoot(base)
	if err != nil {
		t.Fatal(err)
	}
	name := strings.Repeat("d", 200)
	for range 30 {
		if err := root.Mkdir(name, 0o700); err != nil {
			t.Fatal(err)
		}
		next, err := root.OpenRoot(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := next.WriteFile("x", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		_ = root.Close()
		root = next
	}
	_ = root.Close()
	got := walked(t, base, []string{base}, Options{})
	deep := 0
	for _, line := range got {
		if strings.HasPrefix(line, "unreadable ") && strings.HasSuffix(line, " err.name") {
			deep++
		}
	}
	if len(got) < 5 || deep != 1 {
		t.Errorf("%d entries, %d of them too deep", len(got), deep)
	}
}

// TestSwapped puts a link in the place of a folder, and another file in the place
// of a file, while they are walked.
func TestSwapped(t *testing.T) {
	base := t.TempDir()
	put(t, base, "a.txt")
	inner := filepath.Dir(put(t, base, "b", "x.txt"))
	put(t, base, "c", "y.txt")
	var got []string
	err := Walk(t.Context(), []string{base}, Options{}, func(e Entry) error {
		got = append(got, e.State.String()+" "+filepath.Base(e.Path))
		if filepath.Base(e.Path) == "a.txt" {
			if err := os.RemoveAll(inner); err != nil {
				return err
			}
			return os.Symlink(filepath.Join(base, "c"), inner)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, "file a.txt", "link b", "file y.txt")
	if _, err := openFolder(inner); !errors.Is(err, syscall.ENOTDIR) && !errors.Is(err, syscall.ELOOP) {
		t.Errorf("opening a link as a folder: %v", err)
	}
}
