package baseline_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/scan/walk"
	"custode/scan/watch/baseline"
)

func must(tb testing.TB, err error) {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
}

// shop is a folder of files and its baseline.
type shop struct {
	t   *testing.T
	dir string
	b   []byte
}

func newShop(t *testing.T) *shop {
	t.Helper()
	s := &shop{t: t, dir: t.TempDir()}
	for _, n := range []string{"a.csv", "b.csv", "sub/c.csv", "sub/deep/d.csv", "sub-2/e.csv", "zz.txt", "empty"} {
		s.put(n, "content of "+n)
	}
	s.put("empty", "")
	s.make()
	return s
}

func (s *shop) path(n string) string { return filepath.Join(s.dir, filepath.FromSlash(n)) }

func (s *shop) put(n, text string) {
	s.t.Helper()
	must(s.t, os.MkdirAll(filepath.Dir(s.path(n)), 0o700))
	must(s.t, os.WriteFile(s.path(n), []byte(text), 0o600))
}

func (s *shop) options() baseline.Options { return baseline.Options{Roots: []string{s.dir}} }

func (s *shop) make() {
	s.t.Helper()
	var b bytes.Buffer
	digest, err := baseline.Make(s.t.Context(), &b, s.options())
	must(s.t, err)
	if s.b = b.Bytes(); !bytes.HasSuffix(s.b, digest[:]) {
		s.t.Error("the digest is not at the end")
	}
}

// check lists the differences: "changed a.csv".
func (s *shop) check(o baseline.Options) string {
	s.t.Helper()
	var out []string
	var next bytes.Buffer
	_, err := baseline.Check(s.t.Context(), bytes.NewReader(s.b), &next, o, func(d baseline.Difference) error {
		rel := func(p string) string {
			r, err := filepath.Rel(s.dir, p)
			must(s.t, err)
			return filepath.ToSlash(r)
		}
		switch {
		case d.Was.Path == "":
			out = append(out, string(d.What)+" "+rel(d.Now.Path))
		case d.Now.Path == "" || d.Now.Path == d.Was.Path:
			out = append(out, string(d.What)+" "+rel(d.Was.Path))
		default:
			out = append(out, string(d.What)+" "+rel(d.Was.Path)+" "+rel(d.Now.Path))
		}
		return nil
	})
	must(s.t, err)
	s.b = next.Bytes()
	return strings.Join(out, ", ")
}

// hide changes a file and puts its times back.
func (s *shop) hide(n, text string) {
	s.t.Helper()
	info, err := os.Stat(s.path(n))
	must(s.t, err)
	s.put(n, text)
	must(s.t, os.Chtimes(s.path(n), info.ModTime(), info.ModTime()))
}

func TestDifferences(t *testing.T) {
	windows := runtime.GOOS == "windows"
	for _, c := range []struct {
		name string
		do   func(s *shop)
		want string
	}{
		{"nothing", func(*shop) {}, ""},
		{"changed", func(s *shop) { s.put("a.csv", "other") }, "changed a.csv"},
		{"changed, its time put back", func(s *shop) { s.hide("a.csv", "CONTENT of a.csv") }, "changed a.csv"},
		{"touched", func(s *shop) { must(s.t, os.Chtimes(s.path("b.csv"), time.Now(), time.Now().Add(time.Hour))) }, "touched b.csv"},
		{"added", func(s *shop) { s.put("sub/new.csv", "n") }, "added sub/new.csv"},
		{"added first and last", func(s *shop) { s.put("0.csv", "n"); s.put("zzz/last", "l") }, "added 0.csv, added zzz/last"},
		{"removed", func(s *shop) { must(s.t, os.Remove(s.path("zz.txt"))) }, "removed zz.txt"},
		{"a folder removed", func(s *shop) { must(s.t, os.RemoveAll(s.path("sub"))) }, "removed sub/c.csv, removed sub/deep/d.csv"},
		{"renamed", func(s *shop) { must(s.t, os.Rename(s.path("a.csv"), s.path("sub/moved.csv"))) }, "renamed a.csv sub/moved.csv"},
		{"a folder renamed", func(s *shop) { must(s.t, os.Rename(s.path("sub"), s.path("tub"))) }, "renamed sub/c.csv tub/c.csv, renamed sub/deep/d.csv tub/deep/d.csv"},
		{"emptied", func(s *shop) { s.put("a.csv", "") }, "changed a.csv"},
		{"saved by renaming", func(s *shop) {
			s.put("tmp", "a new version")
			must(s.t, os.Rename(s.path("tmp"), s.path("a.csv")))
		}, "changed a.csv"},
		{"permissions", func(s *shop) { must(s.t, os.Chmod(s.path("a.csv"), 0o644)) }, "permissions a.csv"},
	} {
		if windows && (strings.Contains(c.name, "renamed") && c.name != "saved by renaming" || c.name == "permissions" || c.name == "changed, its time put back") {
			continue // it has no inode, no such modes, and no time of change of its own
		}
		for _, mode := range []baseline.Mode{baseline.Fast, baseline.Sample, baseline.Full} {
			s := newShop(t)
			c.do(s)
			o := s.options()
			o.Mode = mode
			if got := s.check(o); got != c.want {
				t.Errorf("%s: got %q, want %q", c.name, got, c.want)
			}
			if got := s.check(o); got != "" {
				t.Errorf("%s: against the new baseline: %q", c.name, got)
			}
		}
	}
}

// TestRot: a content that changed where nothing tells is found when it is the file's
// turn, within the stated number of turns, and by a full check at once.
func TestRot(t *testing.T) {
	rotten := func() *shop {
		s := newShop(t)
		i := bytes.Index(s.b, []byte("b.csv"))
		r, err := baseline.NewReader(bytes.NewReader(s.b))
		must(t, err)
		var b bytes.Buffer
		w, err := baseline.NewWriter(&b)
		must(t, err)
		for {
			rec, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			must(t, err)
			if filepath.Base(rec.Path) == "b.csv" {
				rec.Hash[3] ^= 1 // as if the disk had changed a bit
			}
			must(t, w.Add(rec))
		}
		_, err = w.Close()
		must(t, err)
		if s.b = b.Bytes(); i < 0 {
			t.Fatal("no such file")
		}
		return s
	}
	s := rotten()
	if got := s.check(s.options()); got != "" {
		t.Errorf("a fast check reads: %q", got)
	}
	o := s.options()
	o.Mode = baseline.Full
	if got := s.check(o); got != "hidden b.csv" {
		t.Errorf("full: %q", got)
	}
	s, o = rotten(), s.options()
	o.Roots = []string{s.dir}
	o.Mode, o.Turns = baseline.Sample, 5
	var found []string
	for o.Turn = range 5 {
		if got := s.check(o); got != "" {
			found = append(found, got)
		}
	}
	if len(found) != 1 || found[0] != "hidden b.csv" {
		t.Errorf("in five turns: %q", found)
	}
}

// TestDamaged: a baseline that was changed or cut anywhere is never believed.
func TestDamaged(t *testing.T) {
	s := newShop(t)
	try := func(b []byte) error {
		_, err := baseline.Check(t.Context(), bytes.NewReader(b), nil, s.options(), func(baseline.Difference) error { return nil })
		return err
	}
	must(t, try(s.b))
	for i := range s.b {
		b := bytes.Clone(s.b)
		b[i] ^= 1 << (i % 8)
		if err := try(b); !errors.Is(err, baseline.ErrDamaged) {
			t.Errorf("bit %d: %v", i, err)
		}
		if err := try(s.b[:i]); !errors.Is(err, baseline.ErrDamaged) {
			t.Errorf("cut at %d: %v", i, err)
		}
	}
	if err := try(append(bytes.Clone(s.b), 0)); !errors.Is(err, baseline.ErrDamaged) {
		t.Errorf("something behind it: %v", err)
	}
}

// TestOrder: the order is that of package walk, whatever the names.
func TestOrder(t *testing.T) {
	dir := t.TempDir()
	names := []string{"a", "a-b/x", "a.b/y", "b/c/d", "b/c.d", "b/a/z", "B", "é/x", "b c/1", "a!/q", "0/9/8/7"}
	for _, n := range names {
		p := filepath.Join(dir, filepath.FromSlash(n))
		must(t, os.MkdirAll(filepath.Dir(p), 0o700))
		must(t, os.WriteFile(p, nil, 0o600))
	}
	var met []string
	must(t, walk.Walk(t.Context(), []string{dir}, walk.Options{}, func(e walk.Entry) error {
		met = append(met, e.Path)
		return nil
	}))
	if len(met) != len(names) {
		t.Fatalf("%q", met)
	}
	for i := range met {
		for k := range met {
			if baseline.Before(met[i], met[k]) != (i < k) {
				t.Errorf("%q before %q: %v", met[i], met[k], i >= k)
			}
		}
	}
	roots := []string{filepath.Join(dir, "a-b"), filepath.Join(dir, "b c"), filepath.Join(dir, "b"), filepath.Join(dir, "a!")}
	for range 2 {
		slices.Reverse(roots)
		_, err := baseline.Make(t.Context(), io.Discard, baseline.Options{Roots: roots})
		must(t, err)
	}
}

func FuzzReader(f *testing.F) {
	var b bytes.Buffer
	w, err := baseline.NewWriter(&b)
	must(f, err)
	for i := range 3 {
		must(f, w.Add(baseline.Record{Path: fmt.Sprint("/a/", i), Hash: [32]byte{1}}))
	}
	_, err = w.Close()
	must(f, err)
	f.Add(b.Bytes())
	f.Fuzz(func(t *testing.T, p []byte) {
		r, err := baseline.NewReader(bytes.NewReader(p))
		for err == nil {
			_, err = r.Next()
		}
		if !errors.Is(err, io.EOF) && !errors.Is(err, baseline.ErrDamaged) {
			t.Error(err)
		}
	})
}

// TestTortureMany prints what 50,000 files of 20 KB cost.
func TestTortureMany(t *testing.T) {
	if os.Getenv("CUSTODE_TORTURE") == "" {
		t.Skip("with CUSTODE_TORTURE=1")
	}
	s := &shop{t: t, dir: t.TempDir()}
	text := strings.Repeat("x", 20_000)
	for i := range 50_000 {
		s.put(fmt.Sprintf("%d/%d.csv", i/100, i), text)
	}
	s.make()
	for name, mode := range map[string]baseline.Mode{"fast": baseline.Fast, "full": baseline.Full} {
		o := s.options()
		o.Mode = mode
		start := time.Now()
		if got := s.check(o); got != "" {
			t.Error(got)
		}
		t.Logf("%s: %v, %d bytes of baseline", name, time.Since(start).Round(time.Millisecond), len(s.b))
	}
}

// A folder that is listed in parts, in whatever order its disk has, is compared as any other.
func TestBigFolder(t *testing.T) {
	s := &shop{t: t, dir: t.TempDir()}
	const n = 3000
	for i := range n {
		s.put(fmt.Sprintf("f%d", i*7919%n), "")
	}
	s.put("f/in a folder", "")
	s.make()
	s.put("f1500", "changed")
	s.put("f77.new", "")
	must(t, os.Remove(s.path("f2999")))
	var got []string
	_, err := baseline.Check(t.Context(), bytes.NewReader(s.b), io.Discard, s.options(), func(d baseline.Difference) error {
		got = append(got, string(d.What)+" "+filepath.Base(d.Now.Path+d.Was.Path))
		return nil
	})
	must(t, err)
	if want := []string{"changed f1500", "added f77.new", "removed f2999"}; !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}
