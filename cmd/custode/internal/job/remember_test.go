package job_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/scan"
	"custode/scan/walk/baddisk"
)

// known gives the states of what is known below the folder.
func (b *bench) known(t *testing.T) map[string]scan.State {
	t.Helper()
	out := map[string]scan.State{}
	err := b.store.Files(t.Context(), b.dir, func(f scan.File) error {
		rel, err := filepath.Rel(b.dir, f.Path)
		out[filepath.ToSlash(rel)] = f.State
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestShutFolderIsRemembered has a folder that can't be entered any more, scan after
// scan: that is told each time, and what is known of it stays known.
func TestShutFolderIsRemembered(t *testing.T) {
	b := newBench(t)
	shut := filepath.Join(b.dir, "shut")
	if err := os.Mkdir(shut, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{filepath.Join(b.dir, "a.txt"), filepath.Join(shut, "b.txt")} {
		if err := os.WriteFile(path, []byte("anna@example.com"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(50 * time.Millisecond)
	b.scan(t)
	o := b.options()
	o.Disk = baddisk.New(map[string]baddisk.Fault{shut: {Open: os.ErrPermission}})
	for range 20 {
		if _, err := job.Scan(t.Context(), b.store, o); err != nil {
			t.Fatal(err)
		}
		got := b.known(t)
		if len(got) != 3 || got["shut"] != scan.Failed || got["shut/b.txt"] != scan.Examined || got["a.txt"] != scan.Examined {
			t.Fatalf("known: %v", got)
		}
	}
	b.scan(t)
	if got := b.known(t); len(got) != 2 {
		t.Errorf("open again: %v", got)
	}
}

// TestGoneAndChanged scans a folder from which files go, to which some come, and in
// which a file becomes a folder: nothing is known of what is not there.
func TestGoneAndChanged(t *testing.T) {
	b := newBench(t)
	put := func(names ...string) {
		t.Helper()
		for _, name := range names {
			path := filepath.Join(b.dir, filepath.FromSlash(name))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("anna@example.com"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	want := func(read int64, names ...string) {
		t.Helper()
		b.scan(t)
		got := b.known(t)
		for _, name := range names {
			if got[name] != scan.Examined {
				t.Errorf("%s is not known: %v", name, got)
			}
		}
		if len(got) != len(names) || b.read.Load() != read {
			t.Errorf("known: %v, read %d, want %d", got, b.read.Load(), read)
		}
	}
	remove := func(name string) {
		t.Helper()
		if err := os.RemoveAll(filepath.Join(b.dir, filepath.FromSlash(name))); err != nil {
			t.Fatal(err)
		}
	}
	put("a", "b", "d/c", "d/e", "f/g")
	want(5, "a", "b", "d/c", "d/e", "f/g")
	want(0, "a", "b", "d/c", "d/e", "f/g")
	remove("b")
	remove("f")
	want(0, "a", "d/c", "d/e")
	remove("d/c")
	remove("d/e")
	put("b")
	want(1, "a", "b")
	remove("a")
	put("a/x", "b")
	want(2, "a/x", "b")
	want(0, "a/x", "b")
}
