package browser

import (
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"custode/internal/sample"
)

// TestBenchPages prints how long each page takes to its first byte, the middle one of five times, and how
// many bytes it has: of the made-up shop, and of one with 10,000 files more. `make bench` shows it.
func TestBenchPages(t *testing.T) {
	s := newShop(t)
	if err := sample.WriteBulk(filepath.Join(s.data, "Molti"), 1, 10_000, 200<<20); err != nil {
		t.Fatal(err)
	}
	s.fill()
	r := newReader(t, s.serve())
	t.Logf("%-44s %12s %10s", "page, of a shop with 10,000 files", "first byte", "bytes")
	for _, path := range r.walk() {
		var times []time.Duration
		var a answer
		for range 5 {
			a = r.read(path)
			times = append(times, a.first)
		}
		t.Logf("%-44.44s %12s %10s", path, middle(times).Round(100*time.Microsecond), strconv.Itoa(len(a.body)))
	}
	for _, file := range []string{"/static/custode.css", "/static/custode.js"} {
		t.Logf("%-44s %12s %10s", file, r.read(file).first.Round(100*time.Microsecond), strconv.Itoa(len(r.read(file).body)))
	}
}

// middle is the median.
func middle(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}
