package bundle_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/bundle"
	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
)

// TestThereAndBack makes a bundle of a folder and a folder of the bundle: content,
// names, times and permissions are as before.
func TestThereAndBack(t *testing.T) {
	k := newKeys(t)
	parent := t.TempDir()
	dir := filepath.Join(parent, "2019 clienti")
	want := maps.Clone(plain)
	if runtime.GOOS == "linux" {
		want["bad\xff\xfename"], want["new\nline"], want["C:\\x"], want["b/back\\slash"] = "bytes", "line", "drive", "slash"
	}
	want.put(t, dir)
	when := time.Unix(1_234_567_890, 123_456_789)
	for n := range want {
		p := filepath.Join(dir, filepath.FromSlash(n))
		if err := errors.Join(os.Chmod(p, map[bool]os.FileMode{true: 0o750, false: 0o640}[strings.HasSuffix(n, "/")]), os.Chtimes(p, when, when)); err != nil {
			t.Fatal(err)
		}
	}
	res, left := k.make(t, dir, nil)
	if !res.Gone || res.Err != nil || len(left) > 0 || len(res.Made) != 1 || res.Files != int64(len(want)-3) {
		t.Fatalf("%+v, left %q", res, left)
	}
	if got := read(t, parent); len(got) != 1 || res.Made[0].Path != dir+".zip.age" {
		t.Fatalf("the folder holds %q", got)
	}
	u, left := k.unpack(t, res.Made[0].Path, nil)
	if !u.Gone || u.Err != nil || len(left) > 0 || u.Path != dir || u.Files != res.Files {
		t.Fatalf("%+v, left %q", u, left)
	}
	if got := read(t, dir); !same(got, want) {
		t.Errorf("after: %d names, want %d", len(got), len(want))
	}
	for n := range want {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(n)))
		mode := map[bool]os.FileMode{true: 0o750, false: 0o640}[strings.HasSuffix(n, "/")]
		if err != nil || info.ModTime().Sub(when).Abs() > 100 || runtime.GOOS != "windows" && (info.Mode().Perm() != mode || !info.ModTime().Equal(when)) {
			t.Errorf("%q: %v %v, %v", n, info.ModTime(), info.Mode(), err)
		}
	}
}

// TestStays lists what may not go into a bundle: it stays, with all the folders that
// it is in; all else goes.
func TestStays(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("links and leases of Linux")
	}
	k := newKeys(t)
	parent := t.TempDir()
	dir := filepath.Join(parent, "old")
	tree{
		"a.csv": "one", "in/two": "2", "in/deep/x": "3", "in/deep/y.age": "age-encryption.org/v1\n", "z.age": "not sealed", "h1": "hard",
		"open.txt": "open", "db": "SQLite format 3\x00 and so on", "db-wal": "rows", "~$letter.docx": "", "letter.docx": "text", ".custode-abcdefgh.tmp": "",
	}.put(t, dir)
	outside := filepath.Join(parent, "outside")
	tree{"keep": "me"}.put(t, outside)
	if err := errors.Join(os.Link(filepath.Join(dir, "h1"), filepath.Join(dir, "in", "h2")), os.Symlink(outside, filepath.Join(dir, "link")),
		os.Symlink("a.csv", filepath.Join(dir, "in", "link")), exec.Command("mkfifo", filepath.Join(dir, "pipe")).Run()); err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "open.txt"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	planned := map[string]replace.Reason{}
	plan, err := bundle.Look(t.Context(), dir, bundle.Options{FS: disk.Real{}, Left: func(l bundle.Left) { planned[l.Path] = l.Reason }})
	if err != nil || plan.Files != 5 || planned[filepath.Join(dir, "in", "deep", "y.age")] != replace.AlreadySealed || planned[filepath.Join(dir, "z.age")] != replace.Misnamed {
		t.Errorf("planned: %+v %v, %v", plan, err, planned) // whether open.txt is open, and db in use, is seen only when they go
	}
	res, left := k.make(t, dir, nil)
	want := map[string]replace.Reason{
		"in/deep/y.age": replace.AlreadySealed, "z.age": replace.Misnamed, "h1": replace.HardLinks, "in/h2": replace.HardLinks,
		"link": replace.Special, "in/link": replace.Special, "pipe": replace.Special, "open.txt": replace.InUse, "db": replace.Database, "db-wal": replace.Database,
		"~$letter.docx": replace.LockFile, "letter.docx": replace.InUse, ".custode-abcdefgh.tmp": replace.Ours,
	}
	if fmt.Sprint(left) != fmt.Sprint(want) || res.Left != int64(len(want)) || res.Gone || res.Files != 3 {
		t.Errorf("%+v\nleft %v\nwant %v", res, left, want)
	}
	after := read(t, dir)
	if _, there := after["a.csv"]; there || len(after) != len(want)+2 || read(t, outside)["keep"] != "me" {
		t.Errorf("still there: %v", after)
	}
	res, left = k.make(t, dir, nil) // nothing to do: no second bundle
	if res.Err != nil || len(left) != len(want) || len(res.Made) != 1 || !res.Made[0].Before || len(read(t, parent)) != len(after)+4 {
		t.Errorf("again: %+v, left %v, %q", res, left, read(t, parent))
	}
	res, _ = k.make(t, filepath.Join(parent, "none"), nil)
	if res.Reason != replace.Vanished {
		t.Errorf("no folder: %+v", res)
	}
	if res, _ = k.make(t, filepath.Join(dir, "link"), nil); res.Reason != replace.Special || len(read(t, outside)) != 1 {
		t.Errorf("a link to a folder: %+v", res)
	}
}

// TestAgain finds a bundle that is there already: of this folder, of another one, of
// nobody, without the key.
func TestAgain(t *testing.T) {
	k, other := newKeys(t), newKeys(t)
	parent := t.TempDir()
	dir := filepath.Join(parent, "old")
	before := tree{"a": "one", "in/b": "two", "in/c": "three", "in/": ""}
	before.put(t, dir)
	res, _ := k.make(t, dir, func(o *bundle.Options) { o.Keep = true })
	if res.Gone || len(res.Made) != 1 || !same(read(t, dir), before) {
		t.Fatalf("kept: %+v", res)
	}
	if res, _ = k.make(t, dir, func(o *bundle.Options) { o.Keep = true }); res.Reason != replace.AlreadySealed || len(read(t, parent)) != 6 {
		t.Errorf("kept again: %+v", res)
	}
	tree{"in/c": "changed", "d": "new"}.put(t, dir)
	if res, _ = k.make(t, dir, func(o *bundle.Options) { o.With = nil }); res.Reason != replace.NeedsKey || len(read(t, dir)) != 5 {
		t.Errorf("without the key: %+v", res)
	}
	var seen []string
	res, left := k.make(t, dir, func(o *bundle.Options) {
		o.Record = func(_ context.Context, m bundle.Made) error {
			seen = append(seen, fmt.Sprint(filepath.Base(m.Path), m.Files, m.Before, m.Digests.Cipher != [32]byte{}))
			return nil
		}
	})
	if want := "[old.zip.age3 true true old (2).zip.age2 false true]"; fmt.Sprint(seen) != want || !res.Gone || len(left) > 0 {
		t.Errorf("%v, %+v, left %v", seen, res, left)
	}
	u, _ := k.unpack(t, filepath.Join(parent, "old (2).zip.age"), nil)
	if got := read(t, filepath.Join(parent, "old (2)")); !u.Gone || got["in/c"] != "changed" || got["d"] != "new" {
		t.Errorf("%+v, %v", u, got)
	}
	tree{"a": "other"}.put(t, dir)
	if res, _ = other.make(t, dir, nil); !res.Gone || filepath.Base(res.Made[0].Path) != "old (2).zip.age" {
		t.Errorf("beside somebody else's: %+v", res)
	}
}

// TestRecordFails leaves everything as it was, and the next run goes on.
func TestRecordFails(t *testing.T) {
	k := newKeys(t)
	dir := filepath.Join(t.TempDir(), "old")
	before := tree{"a": "one", "b": "two"}
	before.put(t, dir)
	broken := errors.New("no database")
	res, err := bundle.Run(t.Context(), dir, bundle.Options{FS: disk.Real{}, To: k.to, Record: func(context.Context, bundle.Made) error { return broken }})
	if !errors.Is(err, broken) || res.Reason != replace.NotRecorded || !same(read(t, dir), before) {
		t.Errorf("%+v, %v", res, err)
	}
	if res, _ = k.make(t, dir, nil); !res.Gone || !res.Made[0].Before {
		t.Errorf("%+v", res)
	}
}

// TestLeave: what is to be left out is in no bundle, nobody is told of it, and it keeps
// its folder unless whoever wanted that takes it away.
func TestLeave(t *testing.T) {
	for _, takes := range []bool{false, true} {
		k := newKeys(t)
		dir := filepath.Join(t.TempDir(), "old")
		tree{"a": "one", "in/bait": "two", "in/b": "three"}.put(t, dir)
		res, left := k.make(t, dir, func(o *bundle.Options) {
			o.Leave = func(path string) bool { return filepath.Base(path) == "bait" }
			o.Record = func(context.Context, bundle.Made) error {
				if takes {
					return os.Remove(filepath.Join(dir, "in", "bait"))
				}
				return nil
			}
		})
		if res.Files != 2 || len(left) > 0 || res.Left != 0 || res.Gone != takes {
			t.Errorf("taken away %t: %+v, left %v", takes, res, left)
		}
		if got := read(t, dir); !takes && got["in/bait"] != "two" {
			t.Errorf("%v", got)
		}
	}
}

// TestMeanwhile changes files while the bundle is made: the new content stays.
func TestMeanwhile(t *testing.T) {
	k := newKeys(t)
	dir := filepath.Join(t.TempDir(), "old")
	tree{"a": "one", "b": "two", "c": "three"}.put(t, dir)
	res, left := k.make(t, dir, func(o *bundle.Options) {
		o.Record = func(context.Context, bundle.Made) error {
			tree{"b": "TWO", "d": "four"}.put(t, dir)
			return nil
		}
	})
	if got := read(t, dir); !same(got, tree{"b": "TWO", "d": "four"}) || left["b"] != replace.ChangedLate || res.Gone {
		t.Errorf("%+v, left %v: %v", res, left, got)
	}
	if res, left = k.make(t, dir, nil); !res.Gone || len(left) > 0 || len(res.Made) != 2 {
		t.Errorf("again: %+v, left %v", res, left)
	}
}

// TestNoPermission: a folder that can't be written is sealed and stays, and no run
// seals it twice.
func TestNoPermission(t *testing.T) {
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("SKIPPED: permissions mean nothing to root")
	}
	k := newKeys(t)
	parent := t.TempDir()
	dir := filepath.Join(parent, "old")
	tree{"a": "one", "in/b": "two"}.put(t, dir)
	if err := os.Chmod(filepath.Join(dir, "in"), 0o500); err != nil {
		t.Fatal(err)
	}
	defer os.Chmod(filepath.Join(dir, "in"), 0o700) //nolint:errcheck // for the cleaning
	for range 2 {
		res, left := k.make(t, dir, nil)
		if left["in/b"] != replace.NotRemovable || len(left) != 1 || res.Gone || len(read(t, parent)) != 4 {
			t.Errorf("%+v, left %v, %v", res, left, read(t, parent))
		}
	}
}

// TestStock has other programs read what we write: age's library or program, unzip
// and Python.
func TestStock(t *testing.T) {
	k := newKeys(t)
	parent := t.TempDir()
	dir := filepath.Join(parent, "old")
	plain.put(t, dir)
	res, _ := k.make(t, dir, func(o *bundle.Options) { o.Keep = true })
	f, err := os.Open(res.Made[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r, err := age.Decrypt(f, k.with...)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	zipped := filepath.Join(parent, "old.zip")
	if err := os.WriteFile(zipped, b, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range [][]string{
		{"unzip", "-q", "-t", zipped},
		{"unzip", "-q", zipped, "-d", filepath.Join(parent, "unzip")},
		{"python3", "-c", "import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nz.extractall(sys.argv[2])", zipped, filepath.Join(parent, "python")},
	} {
		if _, err := exec.LookPath(c[0]); err != nil {
			t.Logf("SKIPPED, LOUDLY: there is no %s here", c[0])
			continue
		}
		if out, err := exec.Command(c[0], c[1:]...).CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", c[0], err, out)
		}
		if to := c[len(c)-1]; to != zipped && !same(read(t, filepath.Join(to, "old")), plain) {
			t.Errorf("%s unpacked %v", c[0], len(read(t, filepath.Join(to, "old"))))
		}
	}
}

// TestRead reaches single members.
func TestRead(t *testing.T) {
	k := newKeys(t)
	dir := filepath.Join(t.TempDir(), "old")
	plain.put(t, dir)
	res, _ := k.make(t, dir, nil)
	f, err := os.Open(res.Made[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	a, err := bundle.Open(f, res.Made[0].Digests.SealedSize, k.with...)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for m, err := range a.Members(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, m.Name)
	}
	if len(names) != len(plain)+1 || int64(len(names)) != a.Count() || names[0] != "old/" {
		t.Errorf("%q", names)
	}
	for name, want := range plain {
		for _, called := range []string{name, "old/" + name} {
			m, err := a.Find(t.Context(), called)
			if err != nil || m.Folder() != strings.HasSuffix(name, "/") {
				t.Fatalf("%s: %+v, %v", called, m, err)
			}
			r, err := a.Read(m)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || string(got) != want {
				t.Errorf("%s: %d bytes, %v", called, len(got), err)
			}
		}
	}
	if _, err := a.Find(t.Context(), "none"); !errors.Is(err, bundle.ErrNoMember) {
		t.Error(err)
	}
	var buf bytes.Buffer
	if _, err := seal.Seal(t.Context(), &buf, strings.NewReader("no zip"), k.to, seal.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := bundle.Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()), k.with...); !errors.Is(err, bundle.ErrNotBundle) {
		t.Error(err)
	}
}

// TestDamaged changes bits of a bundle: it is never unpacked, and it stays.
func TestDamaged(t *testing.T) {
	k := newKeys(t)
	parent := t.TempDir()
	dir := filepath.Join(parent, "old")
	plain.put(t, dir)
	res, _ := k.make(t, dir, nil)
	good, err := os.ReadFile(res.Made[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for i := range 60 {
		bad := slices.Clone(good)
		if at := rng.IntN(len(bad)); i%3 == 0 {
			bad = bad[:at]
		} else {
			bad[at] ^= 1 << (i % 8)
		}
		if err := os.WriteFile(res.Made[0].Path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		u, _ := k.unpack(t, res.Made[0].Path, nil)
		if u.Err == nil || u.Reason == "" || u.Gone || len(read(t, parent)) != 1 {
			t.Fatalf("%d: %+v, %q", i, u, read(t, parent))
		}
	}
}
