package replace_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/internal/crashfs"
)

// ntfs is a disk whose files may have hidden parts, and the mark read-only.
type ntfs struct {
	disk.System

	hidden map[string][]string // by name
	marked string
}

func (n ntfs) Open(dir string) (disk.Folder, error) {
	d, err := n.System.Open(dir)
	return ntfsFolder{d, n}, err
}

type ntfsFolder struct {
	disk.Folder

	n ntfs
}

func (d ntfsFolder) Look(name string) (disk.ID, error) {
	who, err := d.Folder.Look(name)
	who.ReadOnly = name == d.n.marked
	return who, err
}

func (d ntfsFolder) Open(name string) (disk.File, error) {
	f, err := d.Folder.Open(name)
	return ntfsFile{f, d.n.hidden[name]}, err
}

type ntfsFile struct {
	disk.File

	parts []string
}

func (f ntfsFile) Hidden() ([]string, error) { return f.parts, nil }

// TestLayered: what has hidden parts, or can't be removed for its mark, stays as it is
// and is told, and the rest is sealed; with the originals kept the mark is no reason.
func TestLayered(t *testing.T) {
	files := shop{"/s/a.csv": fill(10, 'a'), "/s/hidden.csv": fill(20, 'b'), "/s/marked.csv": fill(30, 'c')}
	for _, keep := range []bool{false, true} {
		f := crashfs.New(crashfs.Options{})
		files.put(t, f)
		totals, results, err := files.seal(on(f), func(o *replace.Options) {
			o.FS = ntfs{o.FS, map[string][]string{"hidden.csv": {"nascosto", "altro"}}, "marked.csv"}
			o.Keep = keep
		})
		if err != nil {
			t.Fatal(err)
		}
		h, ok := errors.AsType[*disk.HiddenError](results["/s/hidden.csv"].Err)
		if results["/s/hidden.csv"].Reason != replace.HiddenParts || !ok || !slices.Equal(h.Names, []string{"nascosto", "altro"}) {
			t.Errorf("keep %v: %+v", keep, results["/s/hidden.csv"])
		}
		marked := results["/s/marked.csv"]
		if keep && (totals.Kept != 2 || marked.Reason != replace.Asked) || !keep && (totals.Sealed != 1 || marked.Reason != replace.ReadOnly) {
			t.Errorf("keep %v: %+v %+v", keep, totals, marked)
		}
		for p, want := range files {
			got, err := f.Get(p)
			if sealed := p == "/s/a.csv" && !keep; !sealed && (err != nil || !bytes.Equal(got, want)) {
				t.Errorf("keep %v: %s is not as it was: %v", keep, p, err)
			}
		}
		if _, err := f.Get("/s/hidden.csv.age"); err == nil {
			t.Error("a sealed copy without the hidden parts is there")
		}
		if names, _ := f.Names("/s"); slices.ContainsFunc(names, func(n string) bool { return n[0] == '.' }) {
			t.Errorf("left over: %q", names)
		}
	}
}
