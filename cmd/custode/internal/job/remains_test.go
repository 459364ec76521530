package job_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/remains"
)

// TestRemains: after a file is sealed, what an editor left and what the scan found
// to be the same are told, each once; what changed or went since is not.
func TestRemains(t *testing.T) {
	b := newBench(t)
	write := func(name, text string) string {
		path := filepath.Join(b.dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const list = "Nome;Email\nAnna Rossi;anna@example.com\n"
	a := write("a.csv", list)
	for _, name := range []string{"a.csv.bak", "copy.csv", "gone.csv", "changed.csv"} {
		write(name, list)
	}
	write("other.csv", "Nome;Email\nLuca Rossi;luca@example.com\n")
	o := b.options()
	o.Roots, o.Whole = []string{b.dir}, true
	if _, err := job.Scan(t.Context(), b.store, o); err != nil {
		t.Fatal(err)
	}
	same, err := job.FindDuplicates(t.Context(), b.store)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a.csv", "gone.csv"} {
		if err := os.Remove(filepath.Join(b.dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	write("changed.csv", "nothing in it")
	found, err := job.Remains(t.Context(), []string{a}, same, remains.Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []remains.Copy{
		{Path: filepath.Join(b.dir, "a.csv.bak"), Of: a, Kind: remains.Editor},
		{Path: filepath.Join(b.dir, "copy.csv"), Of: a, Kind: remains.Duplicate},
	}
	if d := cmp.Diff(want, found.Copies); d != "" {
		t.Error(d)
	}
	if found, err = job.Remains(t.Context(), []string{a}, same, remains.Options{Limit: 1}); err != nil || len(found.Copies) != 1 || !found.More {
		t.Errorf("%+v, %v", found, err)
	}
}
