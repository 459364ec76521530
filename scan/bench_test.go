package scan_test

import (
	"path/filepath"
	"testing"

	"custode/internal/sample"
	"custode/scan"
)

// BenchmarkRun scans 20,000 files of 200 MB with nothing remembered.
func BenchmarkRun(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "corpus")
	const size = 200_000_000
	if err := sample.WriteBulk(dir, 1, 20000, size); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(size)
	for b.Loop() {
		if err := scan.Run(b.Context(), options(dir), func(scan.File) error { return nil }); err != nil {
			b.Fatal(err)
		}
	}
}
