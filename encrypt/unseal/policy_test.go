package unseal_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"filippo.io/age"
	"filippo.io/age/armor"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
	"custode/encrypt/unseal"
	"custode/internal/crashfs"
)

func armored(t *testing.T, sealed []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := armor.NewWriter(&b)
	_, err := w.Write(sealed)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestPolicy holds each special case to its outcome; whatever the case, the sealed
// file is as it was unless it was opened, and nothing else comes up.
func TestPolicy(t *testing.T) {
	text, other := fill(140_000, 'a'), []byte("another")
	flipped := bytes.Clone(sealed(text))
	flipped[1000] ^= 1 // in the first of three chunks
	head := bytes.Clone(sealed(text))
	head[bytes.Index(head, []byte("\n--- "))+6] ^= 1 // its MAC
	stranger, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	with := func(name string, data []byte) func(f *crashfs.FS) error {
		return func(f *crashfs.FS) error { return f.Put("/s/"+name, data, 0o600) }
	}
	original := func(was unseal.Original) func(o *unseal.Options) {
		return func(o *unseal.Options) {
			o.Original = func(p string) (unseal.Original, bool) { return was, p == "/s/a.age" }
		}
	}
	for _, c := range []struct {
		name, file string
		data       []byte
		set        func(f *crashfs.FS) error
		change     func(o *unseal.Options)
		outcome    unseal.Outcome
		reason     replace.Reason
		path       string
	}{
		{name: "plain", outcome: unseal.Opened, path: "a"},
		{name: "armored", data: armored(t, sealed(text)), outcome: unseal.Opened, path: "a"},
		{name: "armored, blank lines", data: append([]byte("\n\r\n"), armored(t, sealed(text))...), outcome: unseal.Opened, path: "a"},
		{name: "upper case", file: "A.CSV.AGE", outcome: unseal.Opened, path: "A.CSV"},
		{name: "done before", set: with("a", text), outcome: unseal.Opened, path: "a"},
		{name: "another X", set: with("a", other), outcome: unseal.Kept, reason: replace.Differs, path: "a"},
		{name: "X is empty", set: with("a", nil), outcome: unseal.Kept, reason: replace.Differs, path: "a"},
		{name: "X is the beginning", set: with("a", text[:70_000]), outcome: unseal.Kept, reason: replace.Differs, path: "a"},
		{
			name: "X is a link", outcome: unseal.Kept, reason: replace.Differs, path: "a",
			set: func(f *crashfs.FS) error { return f.Put("/s/a", []byte("b"), fs.ModeSymlink|0o777) },
		},
		{name: "another X, numbered", set: with("a", other), change: func(o *unseal.Options) { o.Number = true }, outcome: unseal.Opened, path: "a (2)"},
		{name: "X in other letters", set: with("A", other), outcome: unseal.Opened, path: "a (2)"},
		{name: "name that is remembered", change: original(unseal.Original{Name: "Clienti è.csv"}), outcome: unseal.Opened, path: "Clienti è.csv"},
		{name: "it is taken", change: original(unseal.Original{Name: "b"}), set: with("b", other), outcome: unseal.Opened, path: "a"},
		{name: "both are taken", change: original(unseal.Original{Name: "b"}), set: func(f *crashfs.FS) error {
			return errors.Join(with("a", other)(f), with("b", other)(f))
		}, outcome: unseal.Kept, reason: replace.Differs, path: "a"},
		{name: "a name that leads away", change: original(unseal.Original{Name: "../b"}), outcome: unseal.Opened, path: "a"},
		{name: "two names", set: func(f *crashfs.FS) error { return f.Link("/s/a.age", "/s/b.age") }, outcome: unseal.Opened, path: "a"},
		{name: "wrong key", change: func(o *unseal.Options) { o.With = []age.Identity{stranger} }, outcome: unseal.Skipped, reason: replace.NoKey},
		{name: "no key", change: func(o *unseal.Options) { o.With = nil }, outcome: unseal.Skipped, reason: replace.NoKey},
		{name: "a bit in the first chunk", data: flipped, outcome: unseal.Skipped, reason: replace.Damaged},
		{name: "a bit in the header", data: head, outcome: unseal.Skipped, reason: replace.Damaged},
		{name: "cut between chunks", data: sealed(text)[:len(sealed(text))-(140_000-2*65536+16)], outcome: unseal.Skipped, reason: replace.CutOff},
		{name: "cut within a chunk", data: sealed(text)[:100_000], outcome: unseal.Skipped, reason: replace.CutOff},
		{name: "cut, and another X", data: sealed(text)[:100_000], set: with("a", other), outcome: unseal.Skipped, reason: replace.CutOff},
		{name: "not sealed", data: []byte("Nome;Telefono\n"), outcome: unseal.Skipped, reason: replace.NotSealed},
		{name: "empty", data: []byte{}, outcome: unseal.Skipped, reason: replace.NotSealed},
		{name: "no name without .age", file: "x.bak", outcome: unseal.Skipped, reason: replace.Misnamed},
		{name: "no name at all", file: ".age", outcome: unseal.Skipped, reason: replace.Misnamed},
		{name: "the folder above", file: "...age", outcome: unseal.Skipped, reason: replace.Misnamed},
		{name: "open elsewhere", set: func(f *crashfs.FS) error { return f.SetBusy("/s/a.age", true) }, outcome: unseal.Skipped, reason: replace.InUse},
		{name: "may not be read", set: func(f *crashfs.FS) error { return f.Chmod("/s/a.age", 0) }, outcome: unseal.Skipped, reason: replace.NoPermission},
		{name: "folder may not be written", set: func(f *crashfs.FS) error { return f.Chmod("/s", 0o500) }, outcome: unseal.Skipped, reason: replace.NoPermission},
		{name: "immutable", set: func(f *crashfs.FS) error { return f.Immutable("/s/a.age", true) }, outcome: unseal.Kept, reason: replace.NotRemovable, path: "a"},
		{
			name: "no journal", outcome: unseal.Kept, reason: replace.NotRecorded, path: "a",
			change: func(o *unseal.Options) {
				o.Record = func(context.Context, []unseal.Record) error { return errors.New("journal is full") }
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			if c.file == "" {
				c.file = "a.age"
			}
			if c.data == nil {
				c.data = sealed(text)
			}
			f := crashfs.New(crashfs.Options{})
			p := "/s/" + c.file
			if err := errors.Join(f.Mkdir("/s"), f.Put(p, c.data, 0o640)); err != nil {
				t.Fatal(err)
			}
			if c.set != nil {
				if err := c.set(f); err != nil {
					t.Fatal(err)
				}
			}
			before, _ := f.Stat(p)
			names, _ := f.Names("/s")
			var got unseal.Result
			o := unseal.Options{FS: on(f).Disk, With: []age.Identity{key()}, Done: func(r unseal.Result) { got = r }}
			if c.change != nil {
				c.change(&o)
			}
			_, _ = unseal.Run(t.Context(), []string{p}, o)
			want := ""
			if c.path != "" {
				want = "/s/" + c.path
			}
			if got.Outcome != c.outcome || got.Reason != c.reason || got.Path != want {
				t.Errorf("got %+v", got)
			}
			after, errAfter := f.Stat(p)
			now, _ := f.Names("/s")
			if c.outcome == unseal.Opened {
				plain, err := f.Get(want)
				if errAfter == nil || err != nil || !bytes.Equal(plain, text) {
					t.Errorf("not opened as it should be: %v %v", errAfter, err)
				}
				if s, _ := f.Stat(want); c.set == nil && (s.Mode != before.Mode || s.MTime != before.MTime) {
					t.Errorf("was %+v, is %+v", before, s)
				}
				return
			}
			if errAfter != nil || after != before {
				t.Errorf("the sealed file was touched: %+v, %+v, %v", before, after, errAfter)
			}
			slices.Sort(names)
			if slices.Sort(now); c.outcome == unseal.Skipped && !slices.Equal(now, names) {
				t.Errorf("the folder holds %q, held %q", now, names)
			}
		})
	}
}

// TestRestored opens a file with what is remembered of the original, on a real disk.
func TestRestored(t *testing.T) {
	dir := t.TempDir()
	p := filepath.Join(dir, "a.csv.age")
	if err := os.WriteFile(p, sealed(fill(100, 'a')), 0o600); err != nil {
		t.Fatal(err)
	}
	was := unseal.Original{Mode: 0o640, MTime: time.Unix(1_000_000_000, 0)}
	totals, err := unseal.Run(t.Context(), []string{p}, unseal.Options{
		FS: disk.Real{}, With: []age.Identity{key()}, Original: func(string) (unseal.Original, bool) { return was, true },
	})
	info, err2 := os.Stat(filepath.Join(dir, "a.csv"))
	if err != nil || err2 != nil || totals.Opened != 1 || !info.ModTime().Equal(was.MTime) {
		t.Fatalf("%+v %v %v %v", totals, err, err2, info)
	}
	if runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("mode %v", info.Mode())
	}
}

// TestWrite opens files to elsewhere: whole or not at all, and never over another.
func TestWrite(t *testing.T) {
	text := fill(200_000, 'a')
	dir, out := t.TempDir(), t.TempDir()
	from := filepath.Join(dir, "a.age")
	put := func(b []byte) {
		if err := os.WriteFile(from, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	files := func() (names []string) {
		all, err := os.ReadDir(out)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range all {
			names = append(names, e.Name())
		}
		return names
	}
	o := unseal.Options{FS: disk.Real{}, With: []age.Identity{key()}}
	put(sealed(text))
	if _, err := unseal.Write(t.Context(), from, filepath.Join(out, "a"), o); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(out, "a"))
	if err != nil || !bytes.Equal(got, text) {
		t.Fatalf("%d bytes, %v", len(got), err)
	}
	if _, err := unseal.Write(t.Context(), from, filepath.Join(out, "a"), o); !errors.Is(err, unseal.ErrTaken) {
		t.Errorf("written over another file: %v", err)
	}
	put(sealed(text)[:150_000])
	if _, err := unseal.Write(t.Context(), from, filepath.Join(out, "b"), o); !errors.Is(err, seal.ErrTruncated) {
		t.Errorf("cut off: %v", err)
	}
	var printed bytes.Buffer
	if _, err := unseal.Print(t.Context(), from, &printed, o); !errors.Is(err, seal.ErrTruncated) || printed.Len() > 0 {
		t.Errorf("printed %d bytes: %v", printed.Len(), err)
	}
	if n := files(); len(n) != 1 {
		t.Errorf("left over: %q", n)
	}
	w, err := unseal.Salvage(t.Context(), from, filepath.Join(out, "b"), o)
	got, _ = os.ReadFile(filepath.Join(out, "b"))
	if err != nil || !errors.Is(w.Lost, seal.ErrTruncated) || w.Digests.Size != 131072 || !bytes.Equal(got, text[:131072]) {
		t.Errorf("salvaged %+v, %d bytes, %v", w, len(got), err)
	}
	put(sealed(text)[:30_000])
	if _, err := unseal.Salvage(t.Context(), from, filepath.Join(out, "c"), o); !errors.Is(err, seal.ErrDamaged) {
		t.Errorf("nothing to salvage: %v", err)
	}
	put(sealed(text))
	if w, err := unseal.Salvage(t.Context(), from, filepath.Join(out, "d"), o); err != nil || w.Lost != nil || w.Digests.Size != 200_000 {
		t.Errorf("whole: %+v %v", w, err)
	}
	if n := files(); len(n) != 3 {
		t.Errorf("left over: %q", n)
	}
}

// TestCase: files whose names differ by case alone come back under their names, where
// the disk tells them apart; elsewhere the second gets a number.
func TestCase(t *testing.T) {
	for _, fold := range []bool{false, true} {
		f := crashfs.New(crashfs.Options{FoldCase: fold})
		s := shop{"/s/A.csv": fill(100, 'A'), "/s/x": fill(200, 'a')}
		s.put(t, f)
		_, results, err := s.open(on(f), func(o *unseal.Options) {
			o.Original = func(sealed string) (unseal.Original, bool) {
				return unseal.Original{Name: map[string]string{"/s/A.csv.age": "A.csv", "/s/x.age": "a.csv"}[sealed]}, true
			}
		})
		want := "/s/a.csv"
		if fold {
			want = "/s/x"
		}
		if got := results["/s/x.age"].Path; err != nil || got != want || results["/s/A.csv.age"].Path != "/s/A.csv" {
			t.Errorf("fold %v: %s, %v", fold, got, err)
		}
	}
}
