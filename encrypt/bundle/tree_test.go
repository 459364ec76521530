package bundle_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"

	"custode/encrypt/bundle"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
)

type tree map[string]string // content by path below the folder; folders end with a slash

func (s tree) put(t *testing.T, dir string) {
	t.Helper()
	for name, content := range s {
		p := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o700); err != nil {
			t.Fatal(err)
		}
		var err error
		if strings.HasSuffix(name, "/") {
			err = os.MkdirAll(p, 0o700)
		} else {
			err = os.WriteFile(p, []byte(content), 0o640)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// read gives what lies in a folder.
func read(t *testing.T, dir string) tree {
	t.Helper()
	out := tree{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || p == dir {
			return err
		}
		rel, _ := filepath.Rel(dir, p)
		rel = filepath.ToSlash(rel)
		switch {
		case d.IsDir():
			out[rel+"/"] = ""
		case d.Type().IsRegular():
			b, err := os.ReadFile(p)
			out[rel] = string(b)
			return err
		default:
			out[rel] = d.Type().String()
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return out
}

func same(a, b tree) bool {
	for k, v := range a {
		if w, ok := b[k]; !ok || v != w {
			return false
		}
	}
	return len(a) == len(b)
}

type keys struct {
	to   []age.Recipient
	with []age.Identity
}

func newKeys(t *testing.T) keys {
	t.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	other, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return keys{[]age.Recipient{id.Recipient(), other.Recipient()}, []age.Identity{id}}
}

// make makes a bundle on the real disk, and tells what stayed.
func (k keys) make(t *testing.T, dir string, change func(*bundle.Options)) (bundle.Result, map[string]replace.Reason) {
	t.Helper()
	left := map[string]replace.Reason{}
	o := bundle.Options{FS: disk.Real{}, To: k.to, With: k.with, Left: func(l bundle.Left) {
		rel, _ := filepath.Rel(dir, l.Path)
		left[filepath.ToSlash(rel)] = l.Reason
	}}
	if change != nil {
		change(&o)
	}
	res, err := bundle.Run(t.Context(), dir, o)
	if err != nil {
		t.Fatal(err)
	}
	return res, left
}

func (k keys) unpack(t *testing.T, file string, change func(*bundle.UnpackOptions)) (bundle.Unpacked, map[string]replace.Reason) {
	t.Helper()
	left := map[string]replace.Reason{}
	o := bundle.UnpackOptions{FS: disk.Real{}, With: k.with, Left: func(l bundle.Left) { left[l.Path] = l.Reason }}
	if change != nil {
		change(&o)
	}
	u, err := bundle.Unpack(t.Context(), file, o)
	if err != nil {
		t.Fatal(err)
	}
	return u, left
}

var plain = tree{
	"a.csv": "one\n", "b/c.txt": "two", "b/empty": "", "b/d/é.txt": "three", "hollow/": "", "b/": "", "b/d/": "",
	"b/large.bin": strings.Repeat("0123456789abcdef", 40_000), "b/edge": strings.Repeat("x", 256<<10), "b/edge1": strings.Repeat("y", 256<<10+1),
}
