package undo_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/replace"
	"custode/encrypt/undo"
	"custode/internal/crashfs"
)

var small = shop{
	"/s/a.csv": {fill(9000, 'a'), fill(5000, 'b')}, "/s/b.csv": {fill(100, 'c'), []byte{}}, "/s/c.pdf": {fill(6000, 'd'), nil},
	"/s/d.pdf.age": {toySealed(fill(300, 'e')), nil},
}

// scenario is a disk before the run.
type scenario struct {
	name  string
	disk  crashfs.Options
	lease bool
	set   func(f *crashfs.FS) error
}

func scenarios() []scenario {
	list := []scenario{
		{name: "lease", lease: true},
		{name: "no lease"},
	}
	if torture() {
		list = append(list, scenario{name: "upper and lower case are one", disk: crashfs.Options{FoldCase: true}, lease: true})
	}
	return append(list, afterKill())
}

func afterKill() scenario {
	return scenario{
		name: "after a kill", lease: true, set: func(f *crashfs.FS) error {
			return errors.Join(
				f.Put("/u/.custode-22222222.tmp", fill(20, 'a'), 0o600),
				f.Put("/u/"+undo.CopyName("2026-12-20", tagOf("/s/a.csv"), "bbbbbbbb"), toySealed(fill(9000, 'a')), 0o600),
			)
		},
	}
}

func tagOf(p string) string {
	sum := sha256.Sum256(small[p].old)
	return fmt.Sprintf("%x", sum[:8])
}

func (s scenario) start(t *testing.T) *crashfs.FS {
	t.Helper()
	f := crashfs.New(s.disk)
	if err := errors.Join(f.Mkdir("/s"), f.Mkdir(copies)); err != nil {
		t.Fatal(err)
	}
	for _, p := range small.paths() {
		if err := f.Put(p, small[p].old, 0o640); err != nil {
			t.Fatal(err)
		}
	}
	if s.set != nil {
		if err := s.set(f); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// trial is a scenario as package crashdisk cuts its power, and its journal.
type trial struct {
	scenario

	j     *journal
	names *atomic.Int64
}

func (s scenario) trial() crashdisk.Trial { return trial{s, &journal{}, new(atomic.Int64)} }

func (s trial) Work(f *crashfs.FS) error {
	return small.run(crashdisk.Disk{FS: f, NoLease: !s.lease}, s.j, s.names)
}

func (s trial) Lost(f *crashfs.FS) string {
	if l := small.lost(f, s.j); l != nil {
		return fmt.Sprintf("%q", l)
	}
	return ""
}

func (s trial) Unfinished(f *crashfs.FS) string { return small.unfinished(f, s.j) }

func (s trial) Fork() crashdisk.Trial { return trial{s.scenario, s.j.clone(), s.names} }

// TestPowerCuts cuts the power before each operation of a run and after the last,
// with many ideas of what survives: at every state each file is as it was or as it
// was to become, and then its copy is known and opens.
func TestPowerCuts(t *testing.T) {
	cuts := crashdisk.Cuts{Seeds: 6, Stride: 5, Again: 120}
	if torture() {
		cuts.Seeds, cuts.Stride = 40, 1
	}
	var states atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenarios() {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				n, err := cuts.Of(s.trial(), s.start(t), func(what string) { t.Error(what) })
				states.Add(n)
				if err != nil {
					t.Fatal(err)
				}
			})
		}
	})
	t.Logf("%d states", states.Load())
	if states.Load() < 400 {
		t.Errorf("only %d states", states.Load())
	}
}

// TestFaults has each operation fail, once or from then on.
func TestFaults(t *testing.T) {
	failing := crashdisk.Failing{Every: 16}
	if torture() {
		failing = crashdisk.Failing{Every: 1, Within: true}
	}
	var runs, states atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenarios() {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				n, cuts, err := failing.Of(func() (crashdisk.Trial, *crashfs.FS) { return s.trial(), s.start(t) })
				runs.Add(n)
				states.Add(cuts)
				if err != nil {
					t.Fatal(err)
				}
			})
		}
	})
	t.Logf("%d runs with a fault, %d power cuts in them", runs.Load(), states.Load())
}

// TestHarnessCanFail changes the file before its copy is durable, or before it is
// recorded: the same harness finds what that loses.
func TestHarnessCanFail(t *testing.T) {
	for name, way := range map[string]func(f *crashfs.FS, j *journal, p string) error{
		"copied after": func(f *crashfs.FS, j *journal, p string) error {
			c := undo.Copy{Name: path.Base(p), Digest: sha256.Sum256(toySealed(small[p].old))}
			return errors.Join(f.Remove(p), f.SyncDir("/s"), f.Put(path.Join(copies, c.Name), toySealed(small[p].old), 0o600), recorded(j, p, c))
		},
		"not flushed": func(f *crashfs.FS, j *journal, p string) error {
			c := undo.Copy{Name: path.Base(p), Digest: sha256.Sum256(toySealed(small[p].old))}
			out, err := f.Create(path.Join(copies, c.Name), 0o600)
			if err != nil {
				return err
			}
			_, err = out.Write(toySealed(small[p].old))
			return errors.Join(err, recorded(j, p, c), f.Remove(p), f.SyncDir("/s"))
		},
	} {
		f, j, lossy := scenario{}.start(t), &journal{}, 0
		look := func(int, crashfs.Op, string) {
			for seed := range uint64(20) {
				if small.lost(f.Crash(crashdisk.Survival(seed)), j) != nil {
					lossy++
				}
			}
		}
		f.OnOp(look)
		if err := way(f, j, "/s/c.pdf"); err != nil {
			t.Fatal(err)
		}
		look(0, "", "")
		if lossy == 0 {
			t.Errorf("%s: nothing is found", name)
		}
	}
}

func recorded(j *journal, p string, c undo.Copy) error {
	j.record(row{p, sha256.Sum256(small[p].old), c})
	return nil
}

// TestSwept: what earlier runs left goes, when the same file has another copy; a copy
// that is unknown, and of something else, stays until its day.
func TestSwept(t *testing.T) {
	s := afterKill()
	f, j := s.start(t), &journal{}
	stays := undo.CopyName("2026-12-20", "0123456789abcdef", "cccccccc")
	if err := f.Put(path.Join(copies, stays), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := small.run(crashdisk.Disk{FS: f}, j, new(atomic.Int64)); err != nil {
		t.Fatal(err)
	}
	names, _ := f.Names(copies)
	if len(names) != len(small)+1 {
		t.Errorf("%q", names)
	}
	for _, day := range []string{"2026-12-19", "2026-12-20"} {
		if n, err := undo.Expire(crashdisk.Disk{FS: f}, copies, day, nil); n != 0 || err != nil {
			t.Errorf("%d, %v", n, err)
		}
	}
	if n, err := undo.Expire(crashdisk.Disk{FS: f}, copies, "2026-12-21", []string{j.rows[0].is.Name}); n != 2 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	if n, err := undo.Expire(crashdisk.Disk{FS: f}, "/none", "2026-12-21", nil); n != 0 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}

// TestReasons: what is left alone, and why.
func TestReasons(t *testing.T) {
	f := scenario{}.start(t)
	if err := errors.Join(
		f.Put("/s/link", []byte("a.csv"), fs.ModeSymlink|0o777), f.Put("/s/two", nil, 0o600), f.Link("/s/two", "/s/names"),
		f.Put("/s/busy.csv", fill(9, 'b'), 0o600), f.Put("/s/.~lock.busy.csv#", nil, 0o600), f.Put("/s/no.age", fill(9, 'b'), 0o600),
		f.Put("/s/secret", fill(9, 's'), 0), f.Put("/s/db", []byte("SQLite format 3\x00...."), 0o600), f.Put("/s/db-wal", []byte("x"), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	for p, why := range map[string]replace.Reason{
		"/s/link": replace.Special, "/s/two": replace.HardLinks, "/s/busy.csv": replace.InUse, "/s/no.age": replace.Misnamed, "/s/none": replace.Vanished,
		"/s/secret": replace.NoPermission, "/s/db": replace.Database, "/s/db-wal": replace.Database, "/s/.~lock.busy.csv#": replace.LockFile,
	} {
		_, _, err := undo.Look(crashdisk.Disk{FS: f}, p, toy{}.Sealed)
		r, ok := errors.AsType[*undo.RefusedError](err)
		if !ok || r.Reason != why {
			t.Errorf("%s: %v, want %s", p, err, why)
		}
	}
	if _, sealed, err := undo.Look(crashdisk.Disk{FS: f}, "/s/d.pdf.age", toy{}.Sealed); !sealed || err != nil {
		t.Errorf("%v, %v", sealed, err)
	}
}

// TestChangedMeanwhile: another program writes the file, or opens it, at every moment
// of the run: what it wrote stays, or what was replaced has a copy; and a file that
// stays has none.
func TestChangedMeanwhile(t *testing.T) {
	theirs := fill(70, 't')
	for _, p := range []string{"/s/a.csv", "/s/c.pdf", "/s/d.pdf.age"} {
		one := shop{p: small[p]}
		for at := 1; ; at++ {
			f, j := scenario{}.start(t), &journal{}
			last, gap := 0, false
			f.OnOp(func(n int, op crashfs.Op, on string) {
				if last = n; n != at {
					return
				}
				gap = (op == crashfs.OpRename || op == crashfs.OpRemove) && strings.HasPrefix(on, "/s") // between look and rename: see package disk
				f.OnOp(nil)
				if err := errors.Join(f.Remove(p), f.Put(p, theirs, 0o600)); err != nil {
					gap = true // it was gone by then
				}
				f.OnOp(func(n int, _ crashfs.Op, _ string) { last = n })
			})
			err := one.run(crashdisk.Disk{FS: f, NoLease: at%2 == 0}, j, new(atomic.Int64))
			if last < at {
				break
			}
			b, _ := f.Get(p)
			switch {
			case bytes.Equal(b, theirs) && err == nil && len(j.rows) == 0:
			case bytes.Equal(b, theirs) && err != nil && (len(j.rows) == 0 || one.copied(f, j, p)):
			case bytes.Equal(b, theirs) && one.copied(f, j, p): // it came after the change
			case gap && one.copied(f, j, p):
			default:
				t.Errorf("%s, before operation %d: %d bytes, %v, %d rows", p, at, len(b), err, len(j.rows))
			}
		}
	}
}

// TestRecordFails: nothing is changed, and no copy is left.
func TestRecordFails(t *testing.T) {
	f, j := scenario{}.start(t), &journal{}
	m := crashdisk.Disk{FS: f}
	who, _, err := undo.Look(m, "/s/c.pdf", toy{}.Sealed)
	if err != nil {
		t.Fatal(err)
	}
	before := sha256.Sum256(small["/s/c.pdf"].old)
	o := options(m, j, new(atomic.Int64), "/s/c.pdf", before)
	no := errors.New("no database today")
	o.Record = func(context.Context, undo.Copy) error { return no }
	if err := undo.Run(t.Context(), undo.Change{Path: "/s/c.pdf", Was: who, Before: before}, o); !errors.Is(err, no) {
		t.Error(err)
	}
	o.Record = nil // is not come to
	if err := undo.Run(t.Context(), undo.Change{Path: "/s/c.pdf", Was: who, Before: [32]byte{1}}, o); replace.Cause(err) != replace.Changed {
		t.Error(err)
	}
	names, _ := f.Names(copies)
	if b, _ := f.Get("/s/c.pdf"); !bytes.Equal(b, small["/s/c.pdf"].old) || len(names) > 0 {
		t.Errorf("%d bytes, %q", len(b), names)
	}
}

// TestRestore brings files back: in their place where they are as they were left, or
// gone; beside them where something else is there; and nothing where nothing is to do.
func TestRestore(t *testing.T) {
	for name, c := range map[string]struct {
		path string
		set  func(f *crashfs.FS, p string) error
		want undo.Returned
		err  error
	}{
		"changed":        {"/s/a.csv", nil, undo.Returned{Path: "/s/a.csv"}, nil},
		"emptied":        {"/s/b.csv", nil, undo.Returned{Path: "/s/b.csv"}, nil},
		"removed":        {"/s/c.pdf", nil, undo.Returned{Path: "/s/c.pdf"}, nil},
		"removed sealed": {"/s/d.pdf.age", nil, undo.Returned{Path: "/s/d.pdf.age"}, nil},
		"edited since": {"/s/a.csv", func(f *crashfs.FS, p string) error {
			return errors.Join(f.Remove(p), f.Put(p, fill(77, 'z'), 0o600))
		}, undo.Returned{Path: "/s/a (2).csv", Beside: true}, nil},
		"another since": {"/s/c.pdf", func(f *crashfs.FS, p string) error {
			return errors.Join(f.Put(p, fill(77, 'z'), 0o600), f.Put("/s/c (2).pdf", fill(7, 'z'), 0o600))
		}, undo.Returned{Path: "/s/c (3).pdf", Beside: true}, nil},
		"there already": {"/s/c.pdf", func(f *crashfs.FS, p string) error { return f.Put(p, small[p].old, 0o600) }, undo.Returned{Path: "/s/c.pdf", Already: true}, nil},
		"a link": {"/s/c.pdf", func(f *crashfs.FS, p string) error {
			return f.Put(p, []byte("a.csv"), fs.ModeSymlink|0o777)
		}, undo.Returned{Path: "/s/c (2).pdf", Beside: true}, nil},
		"the copy is damaged": {"/s/c.pdf", func(f *crashfs.FS, _ string) error {
			names, err := f.Names(copies)
			for _, n := range names {
				err = errors.Join(err, f.Remove(path.Join(copies, n)), f.Put(path.Join(copies, n), fill(77, 'z'), 0o600))
			}
			return err
		}, undo.Returned{}, undo.ErrCopyDamaged},
		"the copy is gone": {"/s/c.pdf", func(f *crashfs.FS, _ string) error {
			names, err := f.Names(copies)
			for _, n := range names {
				err = errors.Join(err, f.Remove(path.Join(copies, n)))
			}
			return err
		}, undo.Returned{}, undo.ErrCopyGone},
	} {
		f, j := scenario{}.start(t), &journal{}
		m := crashdisk.Disk{FS: f}
		if err := small.run(m, j, new(atomic.Int64)); err != nil {
			t.Fatal(err)
		}
		others, _ := f.Names("/s")
		if c.set != nil {
			if err := c.set(f, c.path); err != nil {
				t.Fatal(err)
			}
		}
		there, _ := f.Get(c.path)
		got, err := undo.Restore(t.Context(), m, copies, returning(j, c.path))
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %+v, %v", name, got, err)
			continue
		}
		if b, _ := f.Get(got.Path); c.err == nil && !bytes.Equal(b, small[c.path].old) {
			t.Errorf("%s: %d bytes", name, len(b))
		}
		if b, _ := f.Get(c.path); got.Beside && !bytes.Equal(b, there) {
			t.Errorf("%s: what was there is lost", name)
		}
		if now, _ := f.Names("/s"); strings.Contains(strings.Join(now, " "), ".custode-") || len(now) > len(others)+3 {
			t.Errorf("%s: %q", name, now)
		}
	}
}

// returning is the way back of a file that was changed.
func returning(j *journal, p string) undo.Return {
	for _, r := range j.rows {
		if r.path != p {
			continue
		}
		return undo.Return{
			Path: p, Copy: r.is.Name, Digest: r.is.Digest, Mode: 0o640, MTime: time.Unix(1_600_000_000, 0),
			Holds: func(sum [32]byte) undo.Held {
				switch {
				case sum == r.before:
					return undo.Old
				case small[p].new != nil && sum == sha256.Sum256(small[p].new):
					return undo.New
				}
				return undo.Other
			},
			Open: func(_ context.Context, dst io.Writer, copied io.ReaderAt, size int64) error {
				b, err := io.ReadAll(io.NewSectionReader(copied, 0, size))
				if err == nil && !small[p].sealed() {
					b, err = toyOpened(b)
				}
				if err == nil {
					_, err = dst.Write(b)
				}
				return err
			},
		}
	}
	return undo.Return{}
}

// TestRestoreCut cuts the power at each operation of bringing a file back: it is as it
// was left or as it was, nothing else is lost, and the copy is there.
func TestRestoreCut(t *testing.T) {
	for _, p := range []string{"/s/a.csv", "/s/c.pdf"} {
		f, j := scenario{}.start(t), &journal{}
		if err := small.run(crashdisk.Disk{FS: f}, j, new(atomic.Int64)); err != nil {
			t.Fatal(err)
		}
		states := 0
		look := func(n int, op crashfs.Op, _ string) {
			for seed := range uint64(5) {
				states++
				then := f.Crash(crashdisk.Survival(seed))
				if l := small.lost(then, j); l != nil {
					t.Fatalf("%s, operation %d (%s), seed %d: %q", p, n, op, seed, l)
				}
				if _, err := undo.Restore(t.Context(), crashdisk.Disk{FS: then}, copies, returning(j, p)); err != nil {
					t.Fatalf("%s, operation %d (%s), seed %d: %v", p, n, op, seed, err)
				}
				if b, _ := then.Get(p); !bytes.Equal(b, small[p].old) {
					t.Fatalf("%s, operation %d (%s), seed %d: %d bytes", p, n, op, seed, len(b))
				}
			}
		}
		f.OnOp(look)
		if _, err := undo.Restore(t.Context(), crashdisk.Disk{FS: f}, copies, returning(j, p)); err != nil {
			t.Fatal(err)
		}
		f.OnOp(nil)
		look(0, "end", "")
		t.Logf("%s: %d states", p, states)
	}
}
