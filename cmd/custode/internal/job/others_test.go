package job_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/private"
	"custode/internal/journal"
)

// diary keeps entries, and takes no more than it is told to.
type diary struct {
	list []journal.Entry
	most int
}

var errDiary = errors.New("the disk is full")

func (d *diary) Record(_ context.Context, kind string, body any) (journal.Head, error) {
	if len(d.list) >= d.most {
		return journal.Head{}, errDiary
	}
	raw, err := json.Marshal(body)
	d.list = append(d.list, journal.Entry{Seq: int64(len(d.list) + 1), At: "2026-11-30T09:00:00Z", Kind: kind, Body: raw})
	return journal.Head{}, err
}

func (d *diary) Journal(_ context.Context, _ int64, fn func(journal.Entry) error) error {
	for _, e := range d.list {
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// openFiles makes files that others can read.
func openFiles(t *testing.T, names ...string) (paths []string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("access lists instead of modes: package private has their test")
	}
	dir := t.TempDir()
	for _, n := range names {
		path := filepath.Join(dir, n)
		if err := os.WriteFile(path, []byte(n), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func closedOnes(t *testing.T, paths []string) (out []string) {
	t.Helper()
	for _, p := range paths {
		closed, err := private.Closed(p)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if closed {
			out = append(out, filepath.Base(p))
		}
	}
	return out
}

// closer is one run, with what it told.
type closer struct {
	announced, done []string
	errs            map[string]error
	ended           bool
}

func (c *closer) options() job.CloseOptions {
	c.errs = map[string]error{}
	return job.CloseOptions{
		Announce: func(files, _ []string) func() { c.announced = files; return func() { c.ended = true } },
		Done: func(path string, err error) {
			c.done = append(c.done, filepath.Base(path))
			if err != nil {
				c.errs[filepath.Base(path)] = err
			}
		},
	}
}

// TestCloseToOthers: the watch hears of it first; what cannot be closed is named and the others are closed; it is all
// in the journal, and comes back.
func TestCloseToOthers(t *testing.T) {
	paths := openFiles(t, "a.csv", "b.csv", "c.csv")
	if err := os.Remove(paths[1]); err != nil {
		t.Fatal(err)
	}
	d, c := &diary{most: 9}, &closer{}
	if err := job.CloseToOthers(t.Context(), d, paths, c.options()); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(c.announced, paths) || !c.ended || len(c.done) != 3 || !os.IsNotExist(c.errs["b.csv"]) || len(c.errs) != 1 {
		t.Errorf("%+v", c)
	}
	if got := closedOnes(t, paths); !slices.Equal(got, []string{"a.csv", "c.csv"}) {
		t.Error(got)
	}
	if len(d.list) != 2 || d.list[0].Kind != "files.closing" || d.list[1].Kind != "files.closed" {
		t.Errorf("%+v", d.list)
	}
	list, err := job.ClosedToOthers(t.Context(), d)
	if err != nil || len(list) != 2 || list[0].Path != paths[2] || list[0].At.Format(time.DateOnly) != "2026-11-30" {
		t.Fatalf("%+v, %v", list, err)
	}
	if err := os.Chmod(paths[2], 0o604); err != nil { // somebody did it by hand: it is not ours any more
		t.Fatal(err)
	}
	c = &closer{}
	if err := job.GiveBack(t.Context(), d, list, c.options()); err != nil || !errors.Is(c.errs["c.csv"], private.ErrOpened) || !c.ended || len(c.announced) != 2 {
		t.Errorf("%+v, %v", c, err)
	}
	for i, want := range map[int]os.FileMode{0: 0o644, 2: 0o604} {
		if info, err := os.Stat(paths[i]); err != nil || info.Mode() != want {
			t.Errorf("%s: %v %v", paths[i], info.Mode(), err)
		}
	}
	if list, err := job.ClosedToOthers(t.Context(), d); err != nil || len(list) != 0 || d.list[2].Kind != "files.reopened" {
		t.Errorf("%+v, %v", list, err)
	}
	if err := job.CloseToOthers(t.Context(), d, paths[:1], c.options()); err != nil {
		t.Fatal(err)
	}
	if list, err := job.ClosedToOthers(t.Context(), d); err != nil || len(list) != 1 || list[0].Was != "0644" {
		t.Errorf("closed again: %+v, %v", list, err)
	}
}

// TestCloseBrokenOff: nothing is changed before it is written down who could read it; and what was closed when all
// ended there can be given back still.
func TestCloseBrokenOff(t *testing.T) {
	paths := openFiles(t, "a.csv", "b.csv")
	c := &closer{}
	if err := job.CloseToOthers(t.Context(), &diary{}, paths, c.options()); !errors.Is(err, errDiary) || len(closedOnes(t, paths)) != 0 || !c.ended {
		t.Errorf("not written down: %v, %v", closedOnes(t, paths), err)
	}
	ctx, stop := context.WithCancel(t.Context())
	d, o := &diary{most: 1}, c.options()
	o.Done = func(string, error) { stop() } // after the first
	if err := job.CloseToOthers(ctx, d, paths, o); !errors.Is(err, errDiary) {
		t.Error(err)
	}
	if got := closedOnes(t, paths); !slices.Equal(got, []string{"a.csv"}) {
		t.Error(got)
	}
	list, err := job.ClosedToOthers(t.Context(), d)
	if err != nil || len(list) != 1 || list[0].Path != paths[0] || list[0].Was != "0644" {
		t.Errorf("%+v, %v", list, err)
	}
}
