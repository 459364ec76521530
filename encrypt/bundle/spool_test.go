package bundle

import (
	"bytes"
	"crypto/sha256"
	"io"
	"testing"

	"custode/encrypt/disk"
)

// TestSpool keeps little in memory and much in a temporary file, which shows nothing
// and is gone at the end.
func TestSpool(t *testing.T) {
	for _, n := range []int{0, 10, inMemory/200 - 1, inMemory/200 + 2, inMemory / 100} {
		dir := t.TempDir()
		in, err := disk.OpenTree(disk.Real{}, dir)
		if err != nil {
			t.Fatal(err)
		}
		made := false
		s := newSpool(t.Context(), func() (disk.File, func(), error) {
			made = true
			f, err := in.Create("spool")
			return f, func() { _ = in.Remove("spool") }, err
		})
		want := sha256.New()
		line := bytes.Repeat([]byte("Anna Neri "), 20)
		for i := range n {
			line[0] = byte(i)
			want.Write(line)
			if err := s.add(line); err != nil {
				t.Fatal(err)
			}
		}
		r, err := s.read()
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(r)
		if err != nil || sha256.Sum256(b) != [32]byte(want.Sum(nil)) || s.size != int64(len(b)) || s.count != int64(n) {
			t.Errorf("%d: %d bytes come back, %v", n, len(b), err)
		}
		if made {
			f, err := in.Open("spool")
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(f)
			if err != nil || len(raw) < len(b) || bytes.Contains(raw, []byte("Anna")) {
				t.Errorf("%d: the temporary file is readable, %v", n, err)
			}
			_ = f.Close()
		}
		if made != (len(b) >= inMemory) {
			t.Errorf("%d: a temporary file for %d bytes: %v", n, len(b), made)
		}
		s.close()
		s.close()
		if names, _ := in.List(); len(names) > 0 {
			t.Errorf("%d: left over %q", n, names)
		}
		_ = in.Close()
	}
}

// TestSpoolGivenUp closes one that was not read.
func TestSpoolGivenUp(t *testing.T) {
	in, err := disk.OpenTree(disk.Real{}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	s := newSpool(t.Context(), func() (disk.File, func(), error) {
		f, err := in.Create("spool")
		return f, func() { _ = in.Remove("spool") }, err
	})
	for range 10 {
		if err := s.add(make([]byte, 1<<20)); err != nil {
			t.Fatal(err)
		}
	}
	s.close()
	if names, _ := in.List(); len(names) > 0 {
		t.Errorf("left over %q", names)
	}
}
