package scan_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/scan"
	"custode/scan/detect"
	"custode/scan/walk"
)

// copyBench writes files and makes the report that a scan of them would give.
// The files are a day apart in age, the first the oldest.
func copyBench(t *testing.T, names []string, content func(name string) string) (string, *scan.Report) {
	t.Helper()
	dir, files := copyFiles(t, names, content)
	return dir, reported(t, dir, files)
}

// reported makes the report of a scan that met those files.
func reported(t *testing.T, dir string, files []scan.File) *scan.Report {
	t.Helper()
	r := scan.NewReport(time.Now(), []string{dir}, false)
	for _, f := range files {
		if err := r.Add(f); err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// filesOf gives the files of a report.
func filesOf(t *testing.T, r *scan.Report) (out []scan.File) {
	t.Helper()
	for f, err := range r.Files() {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, f)
	}
	return out
}

// handed hands files over as a store does.
func handed(files []scan.File) func(func(scan.File) error) error {
	return func(fn func(scan.File) error) error {
		for _, f := range files {
			if err := fn(f); err != nil {
				return err
			}
		}
		return nil
	}
}

func copyFiles(t *testing.T, names []string, content func(name string) string) (dir string, files []scan.File) {
	t.Helper()
	dir = t.TempDir()
	for i, name := range names {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content(name)), 0o600); err != nil {
			t.Fatal(err)
		}
		at := time.Now().AddDate(0, 0, i-100)
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		f := scan.File{
			Path: path, Stamp: walk.StampOf(info), State: scan.Examined, Format: "csv", ReadAt: time.Now(), Rules: "r",
			Findings: []detect.Finding{{Kind: detect.Email, Count: 1}}, Likeness: uint64(info.Size()),
		}
		files = append(files, f)
	}
	return dir, files
}

func same(string) string { return "anna@example.com\n" }

// byName gives what the report says of copies, by the paths below dir.
func byName(t *testing.T, dir string, r *scan.Report) map[string][]string {
	t.Helper()
	rel := func(p string) string {
		s, err := filepath.Rel(dir, p)
		if err != nil {
			t.Fatal(err)
		}
		return filepath.ToSlash(s)
	}
	out := map[string][]string{}
	for _, f := range filesOf(t, r) {
		var says []string
		if f.Spare {
			says = append(says, "spare")
		}
		for _, c := range f.Copies {
			says = append(says, rel(c))
		}
		if says != nil {
			out[rel(f.Path)] = says
		}
	}
	return out
}

func TestCopies(t *testing.T) {
	names := []string{"Downloads/old.csv", "b.csv", "a (1).csv", "other.csv", "longer.csv", "unlike.csv"}
	dir, files := copyFiles(t, names, func(name string) string {
		switch name {
		case "other.csv":
			return "luca@example.com\n" // of the same size
		case "longer.csv":
			return "maria@example.com\n"
		}
		return same(name)
	})
	files[5].Likeness = 1 // as if read by other eyes
	read, fresh := map[string]int{}, map[string][]byte{}
	o := scan.CopyOptions{Key: [32]byte{1}, Read: func(p string) { read[filepath.Base(p)]++ }}
	o.Save = func(files []scan.File) error {
		for _, f := range files {
			fresh[f.Path] = f.Digest
		}
		return nil
	}
	r := reported(t, dir, files)
	if err := r.Copies(t.Context(), o, nil); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{
		"b.csv":             {"a (1).csv", "Downloads/old.csv"},
		"a (1).csv":         {"spare", "b.csv", "Downloads/old.csv"},
		"Downloads/old.csv": {"spare", "b.csv", "a (1).csv"},
	}
	if diff := cmp.Diff(want, byName(t, dir, r)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(map[string]int{"old.csv": 1, "b.csv": 1, "a (1).csv": 1, "other.csv": 1}, read); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	if len(fresh) != 4 {
		t.Errorf("%d digests are new", len(fresh))
	}
	clear(read) // with the digests nothing is read again
	for i := range files {
		files[i].Digest = fresh[files[i].Path]
	}
	r = reported(t, dir, files)
	if err := r.Copies(t.Context(), o, nil); err != nil || len(read) != 0 {
		t.Errorf("%v, read again: %v", err, read)
	}
	if diff := cmp.Diff(want, byName(t, dir, r)); diff != "" {
		t.Errorf("the second time:\n%s", diff)
	}
}

// TestCopiesOfKnownFiles holds one file against those of earlier scans.
func TestCopiesOfKnownFiles(t *testing.T) {
	dir, files := copyFiles(t, []string{"a.csv", "gone.csv", "changed.csv", "b.csv"}, same)
	others, r := files[:3], reported(t, dir, files[3:])
	if err := os.Remove(others[1].Path); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(others[2].Path, []byte("luca@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := r.Copies(t.Context(), scan.CopyOptions{}, handed(others)); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]string{"b.csv": {"spare", "a.csv"}}, byName(t, dir, r)); diff != "" {
		t.Error(diff)
	}
}

// TestCopiesThatAreNone: what can't be read, or is no longer what it was.
func TestCopiesThatAreNone(t *testing.T) {
	for name, spoil := range map[string]func(*scan.File){
		"changed": func(f *scan.File) { _ = os.WriteFile(f.Path, []byte("luca@example.com\n"), 0o600) },
		"longer":  func(f *scan.File) { _ = os.WriteFile(f.Path, []byte("anna@example.com\nmore"), 0o600) },
		"gone":    func(f *scan.File) { _ = os.Remove(f.Path) },
		"a folder": func(f *scan.File) {
			_ = os.Remove(f.Path)
			_ = os.Mkdir(f.Path, 0o700)
		},
		"failed":      func(f *scan.File) { f.State = scan.Failed },
		"unlike":      func(f *scan.File) { f.Likeness++ },
		"no findings": func(f *scan.File) { f.Likeness = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			dir, files := copyFiles(t, []string{"a.csv", "b.csv"}, same)
			spoil(&files[1])
			r := reported(t, dir, files)
			if err := r.Copies(t.Context(), scan.CopyOptions{}, nil); err != nil {
				t.Fatal(err)
			}
			if got := byName(t, dir, r); len(got) != 0 {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestCopiesAreFew(t *testing.T) {
	names := []string{"1", "2", "3", "4", "5", "6", "7", "8"}
	_, r := copyBench(t, names, same)
	if err := r.Copies(t.Context(), scan.CopyOptions{}, nil); err != nil {
		t.Fatal(err)
	}
	for _, f := range filesOf(t, r) {
		if len(f.Copies) != 5 || f.CopiesMore != 2 || f.Spare == (filepath.Base(f.Path) == "1") {
			t.Errorf("%+v", f)
		}
	}
}

func TestCopiesEndWithTheScan(t *testing.T) {
	_, r := copyBench(t, []string{"a", "b"}, same)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := r.Copies(ctx, scan.CopyOptions{}, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// TestDigestsAreKeyed: with another key, the digest of the same content is
// another one.
func TestDigestsAreKeyed(t *testing.T) {
	_, r := copyBench(t, []string{"a", "b"}, same)
	var sums [2]string
	for i := range sums {
		o := scan.CopyOptions{Key: [32]byte{byte(i)}, Save: func(f []scan.File) error { sums[i] = string(f[0].Digest); return nil }}
		if err := r.Copies(t.Context(), o, nil); err != nil {
			t.Fatal(err)
		}
	}
	if sums[0] == sums[1] || len(sums[0]) != 32 {
		t.Errorf("%x", sums)
	}
}

// TestTheOneToKeepIsInUse: a copy in a folder for backups is not it, though older.
func TestTheOneToKeepIsInUse(t *testing.T) {
	dir, r := copyBench(t, []string{"Copie di sicurezza/a.csv", "clienti/elenco.csv"}, same)
	if err := r.Copies(t.Context(), scan.CopyOptions{}, nil); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"clienti/elenco.csv": {"Copie di sicurezza/a.csv"}, "Copie di sicurezza/a.csv": {"spare", "clienti/elenco.csv"}}
	if diff := cmp.Diff(want, byName(t, dir, r)); diff != "" {
		t.Error(diff)
	}
}
