package scan_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/sample"
	"custode/scan"
	"custode/scan/detect"
)

func options(roots ...string) scan.Options {
	return scan.Options{
		Roots: roots, Now: time.Now, KeyID: "test",
		Rules: detect.New(detect.Options{Key: [16]byte{1, 2, 3}, Country: "IT"}),
	}
}

func run(t *testing.T, o scan.Options) (*scan.Report, map[string]scan.File) {
	t.Helper()
	r := scan.NewReport(time.Now(), o.Roots, true)
	files := map[string]scan.File{}
	if err := scan.Run(t.Context(), o, func(f scan.File) error {
		rel, err := filepath.Rel(o.Roots[0], f.Path)
		if _, twice := files[filepath.ToSlash(rel)]; twice {
			t.Errorf("%s was handed over twice", rel)
		}
		files[filepath.ToSlash(rel)] = f
		return errors.Join(err, r.Add(f))
	}); err != nil {
		t.Fatal(err)
	}
	r.End(0)
	return r, files
}

// TestTruthOfTheSampleShop finds exactly what was planted: each kind's count
// and number of distinct values per file, people per file and in all, and
// nothing in the clean files.
func TestTruthOfTheSampleShop(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3, 77} {
		dir := filepath.Join(t.TempDir(), "shop")
		truth, err := sample.Write(dir, sample.Options{Seed: seed, Now: time.Now()})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { openUp(dir) })
		report, files := run(t, options(dir))
		for _, want := range truth.Files {
			got, ok := files[want.Path]
			if !ok {
				t.Errorf("seed %d: %q was not met", seed, want.Path)
				continue
			}
			delete(files, want.Path)
			compare(t, want, got)
		}
		for path := range files {
			t.Errorf("seed %d: %q is in no list", seed, path)
		}
		if got := report.Totals.People; got != int64(truth.People) {
			t.Errorf("seed %d: %d people in all, want %d", seed, got, truth.People)
		}
	}
}

func compare(t *testing.T, want sample.File, got scan.File) {
	t.Helper()
	if want.Unreadable && os.Geteuid() != 0 && runtime.GOOS != "windows" {
		if got.State != scan.Failed || got.Reason != scan.Permission {
			t.Errorf("%q: %s %s, want no permission", want.Path, got.State, got.Reason)
		}
		return
	}
	state := scan.Examined
	switch {
	case want.Sealed:
		state = scan.Sealed
	case !want.Examined && !want.Unreadable:
		state = scan.NotExamined
	}
	if got.State != state || got.Format != want.Format {
		t.Errorf("%q: %s, %s; want %s, %s", want.Path, got.State, got.Format, state, want.Format)
	}
	kinds := map[string]sample.Count{}
	for _, f := range got.Findings {
		c := kinds[string(f.Kind)]
		kinds[string(f.Kind)] = sample.Count{Count: c.Count + int(f.Count), Distinct: c.Distinct + int(f.Distinct)}
	}
	if want.Kinds == nil {
		want.Kinds = map[string]sample.Count{}
	}
	if diff := cmp.Diff(want.Kinds, kinds); diff != "" {
		t.Errorf("%q: (-planted +found)\n%s", want.Path, diff)
	}
	if got.People != int64(want.People) {
		t.Errorf("%q: %d people, want %d", want.Path, got.People, want.People)
	}
	if want.Clean && len(got.Findings) > 0 {
		t.Errorf("%q is clean, but: %+v", want.Path, got.Findings)
	}
}

// openUp lets the temporary folder be removed.
func openUp(dir string) {
	_ = filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().Perm()&0o600 != 0o600 {
			_ = os.Chmod(path, 0o700)
		}
		return nil
	})
}
