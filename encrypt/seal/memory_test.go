package seal_test

import (
	"io"
	"runtime"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/seal"
)

// through seals n synthetic bytes and opens them again as they come, and gives
// what that allocated in all and the most that was alive at a time.
func through(t *testing.T, n int64, o seal.Options) (total, peak uint64) {
	t.Helper()
	k := hybrid(t)
	var before, now runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	from, to := io.Pipe()
	sealed := make(chan error, 1)
	go func() {
		s, err := seal.Seal(t.Context(), to, io.LimitReader(noise{}, n), []age.Recipient{k.to}, o)
		if err == nil && s.Size != n {
			t.Errorf("sealed %d bytes of %d", s.Size, n)
		}
		_ = to.CloseWithError(err)
		sealed <- err
	}()
	seen := int64(0)
	sink := writerFunc(func(b []byte) (int, error) {
		if seen += int64(len(b)); seen>>28 != (seen-int64(len(b)))>>28 {
			runtime.ReadMemStats(&now)
			peak = max(peak, now.HeapAlloc-min(before.HeapAlloc, now.HeapAlloc))
		}
		return len(b), nil
	})
	got, err := seal.Decrypt(t.Context(), sink, from, []age.Identity{k.id}, o)
	_ = from.CloseWithError(err) // so that Seal ends, whatever happened
	if serr := <-sealed; err != nil || serr != nil || got.Size != n || seen != n {
		t.Fatalf("%v, %v: %d bytes of %d came out", serr, err, seen, n)
	}
	runtime.ReadMemStats(&now)
	return now.TotalAlloc - before.TotalAlloc, peak
}

// noise is a source without end that costs nothing.
type noise struct{}

func (noise) Read(b []byte) (int, error) {
	for i := 0; i < len(b); i += 512 {
		b[i] = byte(i >> 9)
	}
	return len(b), nil
}

// TestMemory: 96 MiB go through with buffers for less than 8, on both sides.
func TestMemory(t *testing.T) {
	total, _ := through(t, 96<<20, seal.Options{Workers: 2})
	if total > 8<<20 {
		t.Errorf("%d KiB allocated", total>>10)
	}
}

// TestTortureStream: 100 GB go through, past the place where a 32-bit counter of
// bytes or a 16-bit counter of chunks would turn.
func TestTortureStream(t *testing.T) {
	if !torture() {
		t.Skip("only with CUSTODE_TORTURE")
	}
	const n = 100_000_000_000
	start := time.Now()
	total, peak := through(t, n, seal.Options{Workers: 2, NoPlain: true, NoCipher: true})
	if total > 64<<20 || peak > 16<<20 {
		t.Errorf("%d KiB allocated, %d KiB at a time", total>>10, peak>>10)
	}
	t.Logf("100 GB sealed and opened in %v; %d KiB allocated in all, %d KiB at a time", time.Since(start).Round(time.Second), total>>10, peak>>10)
}
