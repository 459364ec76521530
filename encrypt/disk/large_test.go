package disk_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// TestLarge: files that are written behind and read back past the memory arrive
// as they are, in order and at random, by several at a time, whatever their size.
func TestLarge(t *testing.T) {
	dir, d := folder(t)
	rng := rand.New(rand.NewPCG(3, 4))
	for i, n := range []int{4<<20 - 1, 4 << 20, 4<<20 + 1, 5<<20 + 4095, 13<<20 + 7} {
		want := make([]byte, n)
		_, _ = rand.NewChaCha8([32]byte{byte(i)}).Read(want)
		name := fmt.Sprint(i)
		f, err := d.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		for rest := want; len(rest) > 0; {
			m := min(len(rest), 1+rng.IntN(300_000))
			if _, err := f.Write(rest[:m]); err != nil {
				t.Fatal(err)
			}
			rest = rest[m:]
		}
		if err := errors.Join(f.Sync(), f.Close()); err != nil {
			t.Fatal(err)
		}
		g, err := d.OpenAgain(name)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(g); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("%d bytes: %d read, %v", n, len(got), err)
		}
		done := make(chan error)
		for seed := range uint64(4) {
			go func() { done <- readsAround(g, want, seed) }()
		}
		for range 4 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if runtime.GOOS == "windows" { // lets nobody cut it off
			closed(t, g)
			continue
		}
		if _, err := g.ReadAt(make([]byte, 2<<20), int64(n-2<<20)); err != nil { // so that no window of the beginning is in memory
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(dir, name), 1<<20+5); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, n)
		if m, err := g.ReadAt(b, 0); m != 1<<20+5 || !errors.Is(err, io.EOF) || !bytes.Equal(b[:m], want[:m]) {
			t.Errorf("cut off meanwhile: %d bytes, %v", m, err)
		}
		closed(t, g)
	}
}

func readsAround(r io.ReaderAt, want []byte, seed uint64) error {
	rng := rand.New(rand.NewPCG(seed, 1))
	for range 8 {
		off, n := rng.IntN(len(want)+2), rng.IntN(3<<20)
		b := make([]byte, n)
		m, err := r.ReadAt(b, int64(off))
		expect := want[min(off, len(want)):min(off+n, len(want))]
		if !bytes.Equal(b[:m], expect) || (m < n) != errors.Is(err, io.EOF) {
			return fmt.Errorf("ReadAt(%d, %d) = %d, %w", n, off, m, err)
		}
	}
	return nil
}
