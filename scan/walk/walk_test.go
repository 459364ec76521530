package walk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// put makes a file with its folders.
func put(tb testing.TB, parts ...string) string {
	tb.Helper()
	path := filepath.Join(parts...)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		tb.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("ciao"), 0o600); err != nil {
		tb.Fatal(err)
	}
	return path
}

// walked walks and returns a line for each entry, paths from base.
func walked(t *testing.T, base string, roots []string, o Options) []string {
	t.Helper()
	var got []string
	err := Walk(context.Background(), roots, o, func(e Entry) error {
		rel, err := filepath.Rel(base, e.Path)
		if err != nil {
			rel = e.Path
		}
		line := e.State.String() + " " + filepath.ToSlash(rel)
		if e.Reason != "" {
			line += " " + string(e.Reason)
		}
		if (e.State == Unreadable) != (e.Err != nil) {
			t.Errorf("%s: error %v", line, e.Err)
		}
		if info, err := os.Lstat(e.Path); e.Stamp != (Stamp{}) && (err != nil || e.Stamp != stamp(info)) {
			t.Errorf("%s: %+v, %v", line, e.Stamp, err)
		}
		got = append(got, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func same(t *testing.T, got []string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestWalk(t *testing.T) {
	base := t.TempDir()
	put(t, base, "b.txt")
	put(t, base, "a.txt")
	put(t, base, "z", "c.txt")
	put(t, base, "d", "node_modules", "x.js")
	put(t, base, "d", "e", "f.txt")
	put(t, base, ".git", "config")
	put(t, base, ".Trash", "clienti.csv")
	put(t, base, "home", "custode.db")
	same(t, walked(t, base, []string{base}, Options{Exclude: []string{filepath.Join(base, "home")}}),
		"skipped .git rule.vcs", "file a.txt", "file b.txt", "skipped home rule.own",
		"file .Trash/clienti.csv", "skipped d/node_modules rule.cache", "file d/e/f.txt", "file z/c.txt")
}

func TestRoots(t *testing.T) {
	base := t.TempDir()
	put(t, base, "a", "x.txt")
	put(t, base, "a", "b", "y.txt")
	put(t, base, "a", ".cache", "c", "z.txt")
	put(t, base, "own", "d", "w.txt")
	p := func(parts ...string) string { return filepath.Join(append([]string{base}, parts...)...) }
	for _, c := range []struct {
		why   string
		roots []string
		want  []string
	}{
		{"nested", []string{p("a", "b"), p("a")}, []string{"skipped a/.cache rule.cache", "file a/x.txt", "file a/b/y.txt"}},
		{"twice", []string{p("a", "b"), p("a", "b")}, []string{"file a/b/y.txt"}},
		{"a file", []string{p("a", "x.txt")}, []string{"file a/x.txt"}},
		{"a file and its folder", []string{p("a", "b", "y.txt"), p("a", "b")}, []string{"file a/b/y.txt"}},
		{"inside a skipped folder", []string{p("a"), p("a", ".cache", "c")}, []string{"skipped a/.cache rule.cache", "file a/x.txt", "file a/b/y.txt", "file a/.cache/c/z.txt"}},
		{"a skipped folder", []string{p("a"), p("a", ".cache")}, []string{"file a/x.txt", "file a/.cache/c/z.txt", "file a/b/y.txt"}},
		{"missing", []string{p("no"), p("a", "b")}, []string{"file a/b/y.txt", "unreadable no err.vanished"}},
		{"own", []string{p("own")}, []string{"skipped own rule.own"}},
		{"inside own", []string{p("own", "d")}, []string{"skipped own/d rule.own"}},
		{"none", nil, nil},
	} {
		t.Run(c.why, func(t *testing.T) {
			same(t, walked(t, base, c.roots, Options{Exclude: []string{p("own")}}), c.want...)
		})
	}
}

func TestBigFolder(t *testing.T) {
	base := t.TempDir()
	for i := range batch + 100 {
		put(t, base, fmt.Sprintf("%05d", i))
	}
	seen := make(map[string]int)
	for _, line := range walked(t, base, []string{base}, Options{}) {
		seen[line]++
	}
	if len(seen) != batch+100 {
		t.Errorf("%d files of %d", len(seen), batch+100)
	}
	for line, n := range seen {
		if n != 1 {
			t.Errorf("%s came %d times", line, n)
		}
	}
}

func TestVanish(t *testing.T) {
	base := t.TempDir()
	put(t, base, "a.txt")
	gone := filepath.Dir(put(t, base, "b", "x.txt"))
	put(t, base, "c", "y.txt")
	var got []string
	err := Walk(context.Background(), []string{base}, Options{}, func(e Entry) error {
		got = append(got, e.State.String()+" "+filepath.Base(e.Path)+" "+string(e.Reason))
		return os.RemoveAll(gone)
	})
	if err != nil {
		t.Fatal(err)
	}
	same(t, got, "file a.txt ", "unreadable b err.vanished", "file y.txt ")
}

var errEnough = errors.New("enough")

func TestStop(t *testing.T) {
	base := t.TempDir()
	put(t, base, "a.txt")
	put(t, base, "b", "c.txt")
	n := 0
	err := Walk(context.Background(), []string{base}, Options{}, func(Entry) error { n++; return errEnough })
	if !errors.Is(err, errEnough) || n != 1 {
		t.Errorf("%d entries, error %v", n, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	err = Walk(ctx, []string{base}, Options{}, func(Entry) error { cancel(); return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestOpen(t *testing.T) {
	base := t.TempDir()
	path := put(t, base, "a.txt")
	info, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	want := stamp(info)
	f, got, err := Open(path, want)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got != want {
		t.Errorf("stamp %+v, want %+v", got, want)
	}
	b := make([]byte, 10)
	if n, err := f.Read(b); err != nil || string(b[:n]) != "ciao" {
		t.Errorf("read %q, %v", b[:n], err)
	}
	if _, _, err := Open(base, Stamp{}); !errors.Is(err, ErrSpecial) {
		t.Errorf("a folder: %v", err)
	}
	if _, _, err := Open(filepath.Join(base, "no"), want); !errors.Is(err, ErrVanished) {
		t.Errorf("nothing: %v", err)
	}
	other := put(t, base, "b.txt")
	if _, _, err := Open(other, want); runtime.GOOS != "windows" && !errors.Is(err, ErrChanged) {
		t.Errorf("another file: %v", err)
	}
	if _, _, err := Open(other, Stamp{}); err != nil {
		t.Errorf("any file: %v", err)
	}
}

func TestRulesCarryTheirExamples(t *testing.T) {
	list, err := parseRules(skipText)
	if err != nil {
		t.Fatal(err)
	}
	split := func(path string) (dir, name string) {
		i := strings.LastIndexByte(path, '/')
		return path[:max(i, 1)], path[i+1:]
	}
	for _, fold := range []bool{false, true} {
		s := newRules(list, fold)
		for _, r := range list {
			dir, name := split(r.must)
			if got := s.skip(dir, name, r.folder); got != r.reason {
				t.Errorf("%s: %q for %s", r.pattern, got, r.must)
			}
			if got := s.skip(dir, name, !r.folder); got != "" {
				t.Errorf("%s: %q for %s of the other sort", r.pattern, got, r.must)
			}
			if got := s.skip(dir, strings.ToUpper(name), r.folder); (got != "") != fold && strings.ToUpper(name) != name {
				t.Errorf("%s: %q for %s in upper case, fold %v", r.pattern, got, r.must, fold)
			}
			dir, name = split(r.not)
			if got := s.skip(dir, name, r.folder); got != "" {
				t.Errorf("%s: %q for %s", r.pattern, got, r.not)
			}
		}
		for _, kept := range []string{"C:/$RECYCLE.BIN", "/home/a/.Trash", "/home/a/.local/share/Trash", "/home/a/CVS", "C:/ProgramData"} {
			if dir, name := split(kept); s.skip(dir, name, true) != "" {
				t.Errorf("%s is skipped", kept)
			}
		}
	}
	for _, bad := range []string{"rule.vcs folder .git", "rule.vcs\tthing\t.git\ta\tb"} {
		if _, err := parseRules("\n" + bad); err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestReasonOf(t *testing.T) {
	for err, want := range map[error]Reason{
		fs.ErrPermission: ReasonDenied, fs.ErrNotExist: ReasonVanished, errEnough: ReasonIO,
	} {
		if got := reasonOf(&fs.PathError{Op: "open", Path: "x", Err: err}); got != want {
			t.Errorf("%v: %s", err, got)
		}
	}
}

func BenchmarkWalk(b *testing.B) {
	base := b.TempDir()
	const files = 20_000
	for i := range files {
		put(b, base, fmt.Sprintf("%03d", i/100), fmt.Sprintf("%05d.txt", i))
	}
	n := 0
	for b.Loop() {
		n = 0
		err := Walk(context.Background(), []string{base}, Options{}, func(Entry) error { n++; return nil })
		if err != nil || n != files {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "files/s")
}

func BenchmarkOpen(b *testing.B) {
	path := put(b, b.TempDir(), "a.txt")
	for b.Loop() {
		f, _, err := Open(path, Stamp{})
		if err != nil {
			b.Fatal(err)
		}
		_ = f.Close()
	}
}

// bait knows decoys by their name, and notes which it was asked about.
type bait struct{ asked []string }

func (*bait) Size(n int64) bool { return n == 4 }

func (b *bait) Is(path string, s Stamp) bool {
	b.asked = append(b.asked, filepath.Base(path))
	return s.Size == 4 && strings.HasPrefix(filepath.Base(path), "bait")
}

// TestDecoys: a decoy is left out wherever it lies, also as a root, and no file of
// another size is asked about.
func TestDecoys(t *testing.T) {
	base := t.TempDir()
	root := put(t, base, "bait-0.csv")
	put(t, base, "d", "bait-1.csv")
	put(t, base, "d", "list.csv")
	if err := os.WriteFile(filepath.Join(base, "d", "bait-2.csv"), []byte("longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	var b bait
	same(t, walked(t, base, []string{base}, Options{Decoys: &b}),
		"skipped bait-0.csv rule.decoy", "skipped d/bait-1.csv rule.decoy", "file d/bait-2.csv", "file d/list.csv")
	same(t, b.asked, "bait-0.csv", "bait-1.csv", "list.csv")
	same(t, walked(t, base, []string{root}, Options{Decoys: &b}), "skipped bait-0.csv rule.decoy")
	same(t, walked(t, base, []string{root}, Options{}), "file bait-0.csv")
}
