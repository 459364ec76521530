package scan_test

import (
	"math"
	"path/filepath"
	"testing"

	"custode/internal/sample/containers"
	"custode/scan"
)

// notRead are the containers for which there is no reader: they are listed, and
// never called clean.
var notRead = map[string]bool{"doc": true, "xls": true}

// TestSamePeopleInEveryContainer: a list of people is about as many people
// whatever it lies in.
func TestSamePeopleInEveryContainer(t *testing.T) {
	dir := t.TempDir()
	made, err := containers.Write(filepath.Join(dir, "a"), 1)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := containers.Kept(filepath.Join(dir, "b"))
	if err != nil {
		t.Fatal(err)
	}
	_, files := run(t, options(dir))
	held := 0
	check := func(sub string, list []containers.Made) {
		for _, m := range list {
			path := filepath.Join(dir, sub, filepath.FromSlash(m.Path))
			f, ok := byPath(files, path)
			if !ok {
				t.Errorf("%s: not met", m.Path)
				continue
			}
			if notRead[m.Format] {
				if f.State != scan.NotExamined || f.Reason != scan.NoReader {
					t.Errorf("%s: %s %s, want not examined", m.Path, f.State, f.Reason)
				}
				continue
			}
			if f.State != scan.Examined {
				t.Errorf("%s (%s in %s): %s %s %+v", m.Path, m.Format, m.Container, f.State, f.Reason, f.Unread)
			}
			t.Logf("%-24s %-7s %-8s %d", m.Path, m.Format, m.Container, f.People)
			held++
			if math.Abs(float64(f.People)-float64(m.People)) > float64(m.People)/100 {
				t.Errorf("%s (%s in %q): about %d people, want %d: %+v", m.Path, m.Format, m.Container, f.People, m.People, f.Findings)
			}
		}
	}
	check("a", made)
	check("b", kept)
	if held < 30 {
		t.Errorf("only %d containers", held)
	}
}

func byPath(files map[string]scan.File, path string) (scan.File, bool) {
	for _, f := range files {
		if f.Path == path {
			return f, true
		}
	}
	return scan.File{}, false
}
