package scan_test

import (
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"custode/internal/sample"
	"custode/scan"
	"custode/scan/detect"
)

// BenchmarkOwn scans 3,000 files of 60 MB without and with 1,000 literals and an
// expression of the shop's own.
func BenchmarkOwn(b *testing.B) {
	dir := filepath.Join(b.TempDir(), "corpus")
	const size = 60_000_000
	if err := sample.WriteBulk(dir, 1, 3000, size); err != nil {
		b.Fatal(err)
	}
	p := detect.OwnPattern{Name: "x", Near: []string{"tessera"}, Regex: `TS-\d{6}`, Must: []string{"tessera TS-123456"}, MustNot: []string{"x"}}
	q := detect.OwnPattern{Name: "y", Must: []string{"Rossi Anna 1"}, MustNot: []string{"x"}}
	for i := range 1000 {
		q.Literals = append(q.Literals, fmt.Sprint([]string{"Rossi", "Bianchi", "Greco", "Moretti"}[i%4], " Anna ", i))
	}
	for _, own := range [][]detect.OwnPattern{nil, {p, q}, nil, {p, q}} {
		b.Run(fmt.Sprint(len(own)), func(b *testing.B) {
			o := scan.Options{Roots: []string{dir}, Now: time.Now, Rules: detect.New(detect.Options{Country: "IT", Own: own})}
			b.SetBytes(size)
			for b.Loop() {
				if err := scan.Run(b.Context(), o, func(scan.File) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
