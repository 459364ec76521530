package store

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/encrypt/catalogue"
	"custode/scan"
	"custode/scan/detect"
	"custode/scan/people"
)

// What was found in files before they were sealed outlives the scan that misses them; of
// sealed files that nobody had scanned nothing is known.
func TestSealedFindings(t *testing.T) {
	s, dir := open(t, t.TempDir()), filepath.FromSlash("/data")
	id, err := s.BeginScan(t.Context(), []string{dir}, true)
	if err != nil {
		t.Fatal(err)
	}
	plain := sampleFile(filepath.Join(dir, "sub", "a.csv"), ticking())
	empty := scan.File{Path: filepath.Join(dir, "sub", "empty.txt"), State: scan.Examined}
	if err := s.SaveFiles(t.Context(), id, []scan.File{plain, empty}); err != nil {
		t.Fatal(err)
	}
	s.holds(t, dir, plain, plain.Path)
	s.holds(t, "/dat", plain)
	known, unknown := sealedAt(plain.Path+".age", 1), sealedAt(filepath.Join(dir, "b.csv.age"), 2)
	if err := s.SaveSealed(t.Context(), []catalogue.Entry{known, unknown}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.FinishScan(t.Context(), id+1, []string{dir}, scan.Totals{}, nil); err != nil { // it met nothing
		t.Fatal(err)
	}
	for root, want := range map[string][]string{dir: {known.Path, plain.Path}, filepath.Join(dir, "sub"): {known.Path, plain.Path}, "/dat": nil, filepath.Join(dir, "s"): nil} {
		var got []string
		err := s.SealedFindings(t.Context(), root, func(path, original string, found []detect.Finding, changed time.Time) error {
			got = append(got, path, original)
			if d := cmp.Diff(plain.Findings, found); d != "" || !changed.Equal(known.MTime) {
				t.Error(d, changed)
			}
			return nil
		})
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%s: %s %v", root, d, err)
		}
	}
}

// holds holds what is known of readable files to what was saved, and who is known in them to the two people that
// it was made with.
func (s *Store) holds(t *testing.T, root string, saved scan.File, paths ...string) {
	t.Helper()
	var got, known []string
	err := s.Findings(t.Context(), root, func(f scan.File) error {
		got = append(got, f.Path)
		newest, dated := f.Age()
		if wantNewest, wantDated := saved.Age(); !newest.Equal(wantNewest) || dated != wantDated {
			t.Error(newest, dated)
		}
		if d := cmp.Diff(saved.Findings, f.Findings); d != "" {
			t.Error(d)
		}
		return nil
	})
	if err == nil {
		err = s.PeopleKnown(t.Context(), root, func(path string, n int64, met *people.Sketch) error {
			if known = append(known, path); n != 2 || met.Count() != 2 {
				t.Errorf("%s: %d, %d people", path, n, met.Count())
			}
			return nil
		})
	}
	if d := cmp.Diff([][]string{paths, paths}, [][]string{got, known}); err != nil || d != "" {
		t.Errorf("%s: %v %s", root, err, d)
	}
}

// Who keeps something that was made of what is known of files sees each change of it, and no other.
func TestEdition(t *testing.T) {
	s, dir := open(t, t.TempDir()), filepath.FromSlash("/data")
	id, err := s.BeginScan(t.Context(), []string{dir}, true)
	if err != nil {
		t.Fatal(err)
	}
	f, more := sampleFile(filepath.Join(dir, "a.csv"), ticking()), sampleFile(filepath.Join(dir, "a.csv"), ticking())
	more.Findings = append(slices.Clone(f.Findings), detect.Finding{Kind: detect.IBAN, Count: 1})
	sealed, last := sealedAt(f.Path+".age", 1), int64(-1)
	for _, step := range []struct {
		name  string
		do    func() error
		stays bool
	}{
		{"nothing", func() error { return nil }, false},
		{"a file", func() error { return s.SaveFiles(t.Context(), id, []scan.File{f}) }, false},
		{"more in it", func() error { return s.SaveFiles(t.Context(), id, []scan.File{more}) }, false},
		{"nothing in it", func() error { return s.SaveFiles(t.Context(), id, []scan.File{{Path: f.Path, State: scan.Examined}}) }, false},
		{"a journal entry", func() error { _, err := s.Record(t.Context(), "test", nil); return err }, true},
		{"another scan", func() (err error) { id, err = s.BeginScan(t.Context(), []string{dir}, true); return err }, true},
		{"a sealed file", func() error { return s.SaveSealed(t.Context(), []catalogue.Entry{sealed}) }, false},
		{"it was verified", func() error { return s.MarkChecked(t.Context(), []string{sealed.Path}, time.Now()) }, true},
		{"the scan misses the file", func() error {
			_, err := s.FinishScan(t.Context(), id+1, []string{dir}, scan.Totals{}, nil)
			return err
		}, false},
	} {
		if err := step.do(); err != nil {
			t.Fatal(step.name, err)
		}
		n, err := s.Edition(t.Context())
		if err != nil || (n == last) != step.stays {
			t.Errorf("%s: %d became %d, %v", step.name, last, n, err)
		}
		last = n
	}
}
