package scan_test

import (
	"os"
	"path/filepath"
	"testing"

	"custode/internal/sample/containers"
	"custode/scan"
)

// BenchmarkContainers scans, each alone, a workbook of 20,000 rows, a database
// of 30 MB and 200 pages of PDF, from reading to counting.
func BenchmarkContainers(b *testing.B) {
	all := b.TempDir()
	if err := containers.WriteBench(all); err != nil {
		b.Fatal(err)
	}
	for _, name := range []string{containers.BenchWorkbook, containers.BenchDatabase, containers.BenchPages} {
		b.Run(name, func(b *testing.B) {
			dir := b.TempDir()
			path := filepath.Join(dir, name)
			if err := os.Rename(filepath.Join(all, name), path); err != nil {
				b.Fatal(err)
			}
			info, err := os.Stat(path)
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(info.Size())
			var people int64
			for b.Loop() {
				if err := scan.Run(b.Context(), options(dir), func(f scan.File) error {
					if f.State != scan.Examined {
						b.Errorf("%s: %s", f.State, f.Reason)
					}
					people = f.People
					return nil
				}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(people), "people")
		})
	}
}
