package spool_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"custode/scan/watch/spool"
)

func open(t *testing.T, dir string) *spool.Spool {
	t.Helper()
	s, err := spool.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func after(t *testing.T, s *spool.Spool, n uint64) (out []string) {
	t.Helper()
	err := s.After(n, func(_ uint64, raw []byte) error { out = append(out, string(raw)); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func put(t *testing.T, s *spool.Spool, v string) uint64 {
	t.Helper()
	n, err := s.Put(v, true)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestSpool(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	a, b := put(t, s, "a"), put(t, s, "b")
	if err := s.Taken(a); err != nil {
		t.Fatal(err)
	}
	if got := after(t, s, a); !slices.Equal(got, []string{`"b"`}) {
		t.Errorf("after the first: %q", got)
	}
	// killed: the next one has both, and goes on counting
	s2 := open(t, dir)
	if got := after(t, s2, 0); !slices.Equal(got, []string{`"a"`, `"b"`}) {
		t.Errorf("after a kill: %q", got)
	}
	if c := put(t, s2, "c"); c != b+1 {
		t.Errorf("number %d after %d", c, b)
	}
	if err := s2.Taken(b + 1); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(filepath.Join(dir, "spool")); err != nil || info.Size() != 0 {
		t.Errorf("what was taken over is still there: %v %v", info, err)
	}
	if d := put(t, open(t, dir), "d"); d != b+2 {
		t.Errorf("numbers begin anew: %d", d)
	}
}

// TestCut cuts the file at every byte: whole lines stay, and it goes on.
func TestCut(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	put(t, s, "first")
	put(t, s, "second")
	whole, err := os.ReadFile(filepath.Join(dir, "spool"))
	if err != nil {
		t.Fatal(err)
	}
	for cut := range whole {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "spool"), whole[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		s := open(t, dir)
		want := strings.Count(string(whole[:cut]), "\n")
		if got := after(t, s, 0); len(got) != want {
			t.Fatalf("cut at %d: %q", cut, got)
		}
		put(t, s, "next")
		if got := after(t, open(t, dir), 0); len(got) != want+1 || got[want] != `"next"` {
			t.Fatalf("cut at %d, then: %q", cut, got)
		}
	}
}

// TestBounded: what is ordinary is dropped first.
func TestBounded(t *testing.T) {
	s := open(t, t.TempDir())
	big := strings.Repeat("x", 1<<20)
	for range spool.Most>>20 + 5 {
		if _, err := s.Put(big, false); err != nil {
			t.Fatal(err)
		}
	}
	if s.Dropped() == 0 {
		t.Error("it grows without bounds")
	}
	dropped := s.Dropped()
	if n := put(t, s, "grave"); s.Dropped() != dropped {
		t.Errorf("what matters was dropped too: %d", n)
	}
}
