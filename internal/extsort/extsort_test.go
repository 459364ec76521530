package extsort_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"custode/internal/extsort"
)

// records gives n of them, of many lengths, some of them equal.
func records(n int) [][]byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	out := make([][]byte, n)
	for i := range out {
		out[i] = fmt.Appendf(nil, "%d%s", rnd.IntN(n), bytes.Repeat([]byte{byte(i), 0}, rnd.IntN(60)))
	}
	if n > 10 {
		out[3] = bytes.Repeat([]byte{'5'}, 5000) // more than a limit of the tests
		out[4], out[5] = []byte{}, slices.Clone(out[6])
	}
	return out
}

func all(t *testing.T, s *extsort.Sorter) [][]byte {
	t.Helper()
	r, err := s.Sorted()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]byte
	for {
		rec, err := r.Next()
		if errors.Is(err, io.EOF) {
			if _, err := r.Next(); !errors.Is(err, io.EOF) {
				t.Errorf("after the end: %v", err)
			}
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, slices.Clone(rec))
	}
}

// TestSorted holds what comes out to a sort in memory: with no file, with a few
// runs, with many levels of them.
func TestSorted(t *testing.T) {
	for _, c := range []struct{ n, limit int }{{0, 100}, {1, 100}, {1, 1}, {1000, 1 << 20}, {1000, 4000}, {5000, 1000}, {5000, 40}} {
		dir := t.TempDir()
		s := extsort.New(dir, c.limit)
		want := records(c.n)
		for _, rec := range want {
			room := slices.Clone(rec)
			if err := s.Add(room); err != nil {
				t.Fatal(err)
			}
			clear(room)
		}
		slices.SortFunc(want, bytes.Compare)
		for i := range 2 {
			if got := all(t, s); !slices.EqualFunc(got, want, bytes.Equal) {
				t.Errorf("%d records, limit %d, reading %d: %d records in another order", c.n, c.limit, i, len(got))
			}
		}
		if s.Len() != int64(c.n) {
			t.Errorf("%d of %d", s.Len(), c.n)
		}
		if runtime.GOOS != "windows" {
			if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
				t.Errorf("a file with a name: %v, %v", left, err)
			}
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("left behind: %v, %v", left, err)
		}
	}
}

// TestTwoReaders: one may run ahead of the other.
func TestTwoReaders(t *testing.T) {
	s := extsort.New(t.TempDir(), 1000)
	for _, rec := range records(2000) {
		if err := s.Add(rec); err != nil {
			t.Fatal(err)
		}
	}
	defer s.Close()
	want := all(t, s)
	ahead, err := s.Sorted()
	if err != nil {
		t.Fatal(err)
	}
	behind, err := s.Sorted()
	if err != nil {
		t.Fatal(err)
	}
	for i := range want {
		if i%10 == 0 {
			for range 10 {
				if _, err := ahead.Next(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if rec, err := behind.Next(); err != nil || !bytes.Equal(rec, want[i]) {
			t.Fatalf("record %d: %q, %v", i, rec, err)
		}
	}
}

// TestNoFile: a folder that is not there fails only when it is needed, by its name.
func TestNoFile(t *testing.T) {
	s := extsort.New(filepath.Join(t.TempDir(), "none"), 100)
	if err := s.Add([]byte("short")); err != nil {
		t.Fatal(err)
	}
	if err := s.Add(make([]byte, 1000)); !errors.Is(err, os.ErrNotExist) || !strings.Contains(fmt.Sprint(err), "fault.temporary") {
		t.Errorf("got %v", err)
	}
}

// TestMemory: what is held does not grow with the records.
func TestMemory(t *testing.T) {
	s := extsort.New(t.TempDir(), 1<<20)
	defer s.Close()
	before, rec := inUse(), make([]byte, 200)
	for i := range 500_000 { // 100 MB
		copy(rec, fmt.Sprint(i*7919%500_000))
		if err := s.Add(rec); err != nil {
			t.Fatal(err)
		}
	}
	r, err := s.Sorted()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if grown := inUse() - before; grown > 6<<20 {
		t.Errorf("%d KiB held of 100 MB", grown>>10)
	}
	runtime.KeepAlive(s)
}

func inUse() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
