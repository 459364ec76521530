package job

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/scan/walk"
	"custode/scan/watch/decoy"
)

// shelf remembers decoys, and fails when told to.
type shelf struct {
	list map[string]decoy.Decoy
	fail error
	log  []string
}

func (s *shelf) Decoys(context.Context) ([]decoy.Decoy, error) {
	var out []decoy.Decoy
	for _, path := range slices.Sorted(maps.Keys(s.list)) {
		out = append(out, s.list[path])
	}
	return out, nil
}

func (s *shelf) SaveDecoys(_ context.Context, list []decoy.Decoy) error {
	for _, d := range list {
		if _, err := os.Lstat(d.Path); err == nil {
			s.log = append(s.log, "written before it was remembered: "+d.Path)
		}
		if s.fail == nil {
			s.list[d.Path] = d
		}
	}
	return s.fail
}

func (s *shelf) DropDecoys(_ context.Context, paths []string) error {
	for _, p := range paths {
		delete(s.list, p)
	}
	return nil
}

// baited is a data folder with files in some folders.
type baited struct {
	*shelf

	t    *testing.T
	dir  string
	o    DecoyOptions
	got  map[DecoyOutcome][]string
	said []string
}

func newBaited(t *testing.T, files ...string) *baited {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	b := &baited{t: t, dir: dir, shelf: &shelf{list: map[string]decoy.Decoy{}}}
	b.o = DecoyOptions{
		Folders: []string{dir}, Lang: "it", Now: time.Now, Random: rand.Reader,
		Announce: func(files, _ []string) func() { b.said = append(b.said, files...); return func() {} },
		Done:     func(r DecoyResult) { b.got[r.Outcome] = append(b.got[r.Outcome], r.Path) },
	}
	for _, f := range files {
		b.put(f, "x")
	}
	return b
}

func (b *baited) put(name, text string) {
	b.t.Helper()
	path := filepath.Join(b.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.t.Fatal(err)
	}
}

func (b *baited) place() Placing {
	b.t.Helper()
	b.got = map[DecoyOutcome][]string{}
	p, err := PlaceDecoys(context.Background(), b, b.o)
	if err != nil {
		b.t.Fatal(err)
	}
	return p
}

// folders are those with decoys, below the data folder.
func (b *baited) folders() string {
	set := map[string]bool{}
	for _, d := range b.list {
		rel, _ := filepath.Rel(b.dir, d.Folder)
		set[filepath.ToSlash(rel)] = true
	}
	return strings.Join(slices.Sorted(maps.Keys(set)), " ")
}

// all counts the files on the disk.
func (b *baited) all() (n int) {
	_ = filepath.WalkDir(b.dir, func(_ string, d os.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			n++
		}
		return nil
	})
	return n
}

// TestWhere: the data folder and what has files in it, but nothing that is hidden, in the
// bin, left out or empty.
func TestWhere(t *testing.T) {
	b := newBaited(t, "2024/a.csv", "2025/q/b.csv", ".old/c.csv", "x/.y/d.csv", "$RECYCLE.BIN/e.csv", "node_modules/f.js", "left/g.csv", "h/.hidden")
	b.o.Walk.Leave = []string{filepath.Join(b.dir, "left")}
	before := b.all()
	if p := b.place(); p.Folders != 3 || b.folders() != ". 2024 2025/q" || p.Without != 0 {
		t.Errorf("%+v in %q", p, b.folders())
	}
	if got := b.all() - before; got != len(b.list) || got != len(b.got[DecoyPlaced]) || len(b.log) > 0 {
		t.Errorf("%d files, %d remembered; %v", got, len(b.list), b.log)
	}
	for path := range b.list {
		if !slices.Contains(b.said, path) {
			t.Errorf("the watch was not told of %s", path)
		}
	}
	if p := b.place(); p.Added != 0 {
		t.Errorf("placed again: %+v", p)
	}
}

// TestVeryMany: of very many folders the outermost get decoys, and those at which somebody
// begins who goes into folders first, from either end.
func TestVeryMany(t *testing.T) {
	var files []string
	for i := range 300 {
		files = append(files, fmt.Sprintf("%03d/a/b/x.csv", i))
		if i%10 == 0 {
			files = append(files, fmt.Sprintf("%03d/y.csv", i))
		}
	}
	b := newBaited(t, files...)
	p := b.place()
	got := " " + b.folders() + " "
	if p.Folders > mostBaited || p.Folders < mostBaited-3 || p.Without != 300+30+1-p.Folders {
		t.Errorf("%+v", p)
	}
	for _, want := range []string{".", "000/a/b", "299/a/b", "000", "150", "290"} {
		if !strings.Contains(got, " "+want+" ") {
			t.Errorf("no decoy in %s", want)
		}
	}
}

// TestDry changes nothing; nor does a store that fails, and one folder that can't be
// written to keeps the others from nothing.
func TestPlaceFails(t *testing.T) {
	b := newBaited(t, "a.csv", "sub/b.csv")
	b.o.Dry = true
	if p := b.place(); p.Added < 2 || b.all() != 2 || len(b.list) != 0 || len(b.got[DecoyPlanned]) != p.Added {
		t.Errorf("dry: %+v, %d files", p, b.all())
	}
	b.o.Dry, b.fail = false, errors.New("full")
	if _, err := PlaceDecoys(context.Background(), b, b.o); !errors.Is(err, b.fail) || b.all() != 2 {
		t.Errorf("%v, %d files", err, b.all())
	}
	b.fail = nil
	ctx, cancel := context.WithCancel(context.Background())
	done := b.o.Done
	b.got = map[DecoyOutcome][]string{}
	b.o.Done = func(r DecoyResult) { done(r); cancel() }
	if _, err := PlaceDecoys(ctx, b, b.o); !errors.Is(err, context.Canceled) || b.all() != 3 || len(b.list) != 1 {
		t.Errorf("interrupted: %v, %d files, %d remembered", err, b.all(), len(b.list))
	}
	b.o.Done = done
	if os.Geteuid() == 0 || runtime.GOOS == "windows" {
		return
	}
	if err := os.Chmod(filepath.Join(b.dir, "sub"), 0o500); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(filepath.Join(b.dir, "sub"), 0o700) })
	if b.place(); len(b.got[DecoyFailed]) == 0 || strings.Contains(b.folders(), "sub") {
		t.Errorf("%v", b.got)
	}
}

// TestAway: a folder that was removed took its decoys along; a data folder that is not
// there keeps them in mind.
func TestAway(t *testing.T) {
	b := newBaited(t, "a.csv", "sub/b.csv")
	b.place()
	if err := os.RemoveAll(filepath.Join(b.dir, "sub")); err != nil {
		t.Fatal(err)
	}
	b.got = map[DecoyOutcome][]string{}
	if err := CheckDecoys(context.Background(), b, b.o); err != nil || len(b.got[DecoyOutcome(decoy.Gone)]) == 0 {
		t.Errorf("%v, %v", b.got, err)
	}
	if b.place(); strings.Contains(b.folders(), "sub") {
		t.Error("what went with its folder is remembered")
	}
	if err := os.Rename(b.dir, b.dir+".away"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Rename(b.dir+".away", b.dir) })
	n := len(b.list)
	b.got = map[DecoyOutcome][]string{}
	if err := RemoveDecoys(context.Background(), b, b.o); err != nil || len(b.list) != n || len(b.got[DecoyOutcome(decoy.Away)]) != n {
		t.Errorf("%v: %d of %d remembered: %v", err, len(b.list), n, b.got)
	}
	b.got = map[DecoyOutcome][]string{}
	if p, err := PlaceDecoys(context.Background(), b, b.o); err != nil || p.Folders != 0 || len(b.list) != n {
		t.Errorf("%+v, %v: %d of %d remembered", p, err, len(b.list), n)
	}
}

// TestBait: what is archived leaves decoys out, and takes away those that still are some.
func TestBait(t *testing.T) {
	b := newBaited(t, "a.csv")
	b.place()
	path := slices.Sorted(maps.Keys(b.list))[0]
	for _, spoil := range []bool{false, true} {
		bait, err := newBait(context.Background(), b)
		if err != nil || !bait.leave(path) || bait.leave(filepath.Join(b.dir, "a.csv")) {
			t.Fatalf("%v", err)
		}
		if spoil {
			b.put(filepath.Base(path), "mine now")
		}
		if err := bait.remove(context.Background(), b, b.o.Announce); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Lstat(path); (err == nil) != spoil || len(b.list) != 0 {
			t.Errorf("spoilt %v: %v, %v", spoil, err, b.list)
		}
		b.place()
		path = slices.Sorted(maps.Keys(b.list))[0]
	}
}

// TestKnownToWalk: no decoys are no burden to a walk.
func TestKnownToWalk(t *testing.T) {
	b := newBaited(t, "a.csv")
	if k, err := KnownDecoys(context.Background(), b); k != nil || err != nil {
		t.Errorf("%v, %v", k, err)
	}
	b.place()
	k, err := KnownDecoys(context.Background(), b)
	if err != nil {
		t.Fatal(err)
	}
	met := map[walk.State]int{}
	err = walk.Walk(context.Background(), []string{b.dir}, walk.Options{Decoys: k}, func(e walk.Entry) error { met[e.State]++; return nil })
	if err != nil || met[walk.File] != 1 || met[walk.Skipped] != 1 {
		t.Errorf("%v, %v", met, err)
	}
}
