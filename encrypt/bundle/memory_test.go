package bundle_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"custode/encrypt/bundle"
)

// TestTortureMemory makes a bundle of very many files: what is in memory hardly
// grows with them.
func TestTortureMemory(t *testing.T) {
	n := 3_000
	if torture() {
		n = 200_000
	}
	k := newKeys(t)
	dir := filepath.Join(t.TempDir(), "many")
	for i := range n {
		in := filepath.Join(dir, fmt.Sprintf("folder %04d", i/1000))
		err := error(nil)
		if i%1000 == 0 {
			err = os.MkdirAll(in, 0o700)
		}
		if err = errors.Join(err, os.WriteFile(filepath.Join(in, fmt.Sprintf("order of a customer %07d.txt", i)), nil, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	peak, seen := uint64(0), 0
	look := func() {
		if seen++; seen%1000 == 0 {
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
		}
	}
	res, left := k.make(t, dir, func(o *bundle.Options) { o.Member = func(string, int64) { look() } })
	look()
	if !res.Gone || len(left) > 0 || res.Files != int64(n) {
		t.Fatalf("%+v, %d left", res, len(left))
	}
	t.Logf("%d files: at most %d KB in memory, garbage included; the bundle has %d bytes for each", n, peak>>10, res.Made[0].Digests.SealedSize/int64(n))
	if peak > 60<<20 {
		t.Errorf("%d files take %d MB", n, peak>>20)
	}
}
