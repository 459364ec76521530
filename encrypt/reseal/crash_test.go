package reseal_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync/atomic"
	"testing"

	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/internal/crashfs"
)

var small = shop{"/s/a.csv.age": fill(10, 'a'), "/s/b.txt.age": nil, "/s/c.doc.age": fill(5000, 'c'), "/s/d.pdf.age": fill(9000, 'd')}

// scenario is a disk before the run.
type scenario struct {
	name   string
	files  shop
	disk   crashfs.Options
	set    func(f *crashfs.FS) error
	change func(o *reseal.Options)
	lease  bool
	wild   bool // several goroutines: no order
}

func scenarios() []scenario {
	return []scenario{
		{name: "one batch", files: small, lease: true},
		{name: "batches of one, no lease", files: small, change: func(o *reseal.Options) { o.Batch = 1 }},
		{
			name: "two folders, batches of two", lease: true, change: func(o *reseal.Options) { o.Batch = 2 },
			files: shop{"/s/a": fill(10, 'a'), "/s/b": fill(4096, 'b'), "/s/c": fill(4097, 'c'), "/t/a": fill(20, 'd'), "/t/b": fill(8192, 'e')},
		},
		{name: "a new header", files: small, lease: true, change: func(o *reseal.Options) { o.Way = toyWay{copy: true} }},
		{
			name: "after an earlier crash", lease: true, files: small,
			set: func(f *crashfs.FS) error {
				return errors.Join(
					f.Put("/s/.custode-abcdefgh.tmp", toySealed('n', fill(10, 'a'))[:20], 0o600), f.Put("/s/.custode-22222222.tmp", nil, 0o600),
					f.Remove("/s/c.doc.age"), f.Put("/s/c.doc.age", toySealed('n', fill(5000, 'c')), 0o640), f.SyncDir("/s"),
				)
			},
		},
		{
			name: "upper and lower case are one", files: shop{"/s/Anna.csv.age": fill(10, 'a'), "/s/bea.CSV.age": fill(6000, 'b')}, lease: true,
			disk: crashfs.Options{FoldCase: true},
		},
		{name: "four at once", files: small, lease: true, change: func(o *reseal.Options) { o.Workers, o.Batch = 4, 2 }, wild: true},
	}
}

func (s scenario) start(t *testing.T) *crashfs.FS {
	t.Helper()
	f := crashfs.New(s.disk)
	s.files.put(t, f)
	if s.set != nil {
		if err := s.set(f); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

func (s scenario) on(f *crashfs.FS) crashdisk.Disk { return crashdisk.Disk{FS: f, NoLease: !s.lease} }

// trial is a scenario as package crashdisk cuts its power, and its journal.
type trial struct {
	scenario

	j     *journal
	names *atomic.Int64
}

func (s scenario) trial() crashdisk.Trial { return trial{s, newJournal(), new(atomic.Int64)} }

func (s trial) Work(f *crashfs.FS) error {
	_, _, err := s.files.run(s.on(f), s.j, s.names, s.change)
	return err
}

func (s trial) Lost(f *crashfs.FS) string {
	if l := s.files.lost(f, s.j); l != nil {
		return fmt.Sprintf("%q", l)
	}
	return ""
}

func (s trial) Unfinished(f *crashfs.FS) string { return s.files.unfinished(f, s.j) }

func (s trial) Fork() crashdisk.Trial { return trial{s.scenario, s.j.clone(), s.names} }

// TestPowerCuts cuts the power before each operation of a run and after the last,
// with many ideas of what survives: 50,000 states with CUSTODE_TORTURE.
func TestPowerCuts(t *testing.T) {
	cuts := crashdisk.Cuts{Seeds: 6, Stride: 5, Again: 120}
	if torture() {
		cuts.Seeds, cuts.Stride = 120, 1
	}
	var states atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenarios() {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				cuts := cuts
				cuts.Wild = s.wild
				n, err := cuts.Of(s.trial(), s.start(t), func(what string) { t.Error(what) })
				states.Add(n)
				if err != nil {
					t.Fatal(err)
				}
			})
		}
	})
	t.Logf("%d states", states.Load())
	if torture() && states.Load() < 50_000 {
		t.Errorf("only %d states", states.Load())
	}
}

// TestFaults has each operation fail, once or from then on, and looks at the disk
// as it is then and as a power cut would leave it. Plainly some of the faults; with
// CUSTODE_TORTURE all, and the power also goes within such runs.
func TestFaults(t *testing.T) {
	failing := crashdisk.Failing{Every: 16}
	if torture() {
		failing = crashdisk.Failing{Every: 1, Within: true}
	}
	var runs, states atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenarios() {
			if s.wild {
				continue
			}
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

// TestHarnessCanFail replaces as the obvious ways do, in the same harness: writing
// over the file itself loses it, and so does a rename of what was not flushed.
func TestHarnessCanFail(t *testing.T) {
	write := func(f *crashfs.FS, name string, data []byte, sync bool) error {
		out, err := f.Create(name, 0o600)
		if err != nil {
			return err
		}
		_, err = out.Write(data)
		if sync {
			err = errors.Join(err, out.Sync())
		}
		return err
	}
	for name, c := range map[string]struct {
		way  func(f *crashfs.FS, p string, data []byte) error
		safe bool
	}{
		"truncate and write": {func(f *crashfs.FS, p string, data []byte) error { // O_TRUNC: the old content is gone
			return errors.Join(f.Remove(p), write(f, p, data, true), f.SyncDir("/s"))
		}, false},
		"temporary file, rename": {func(f *crashfs.FS, p string, data []byte) error {
			return errors.Join(write(f, p+".tmp", data, false), f.Rename(p+".tmp", p))
		}, false},
		"temporary file, flushed, rename": {func(f *crashfs.FS, p string, data []byte) error {
			return errors.Join(write(f, p+".tmp", data, true), f.Rename(p+".tmp", p))
		}, true},
	} {
		f, none := crashfs.New(crashfs.Options{}), newJournal()
		small.put(t, f)
		states, lossy, most := 0, 0, 0
		look := func(int, crashfs.Op, string) {
			for seed := range uint64(40) {
				states++
				if l := small.lost(f.Crash(crashdisk.Survival(seed)), none); l != nil {
					lossy++
					most = max(most, len(l))
				}
			}
		}
		f.OnOp(look)
		for _, p := range small.paths() {
			if err := c.way(f, p, toySealed('n', small[p])); err != nil {
				t.Fatal(err)
			}
		}
		look(0, "", "")
		t.Logf("%-32s loses in %4d of %4d states, up to %d of %d files", name, lossy, states, most, len(small))
		if (lossy == 0) != c.safe {
			t.Errorf("%s: loses in %d of %d states, up to %d files", name, lossy, states, most)
		}
	}
}

// TestNearlyFull works on a disk with room for one more file.
func TestNearlyFull(t *testing.T) {
	s := shop{}
	for i := range 10 {
		s[fmt.Sprintf("/s/%d", i)] = fill(3000, byte('a'+i))
	}
	f, j := crashfs.New(crashfs.Options{Space: 11 * crashfs.Block}), newJournal()
	s.put(t, f)
	if _, _, err := s.run(crashdisk.Disk{FS: f}, j, nil, func(o *reseal.Options) { o.Workers = 3 }); err != nil {
		t.Fatal(err)
	}
	if what := s.unfinished(f, j); what != "" {
		t.Error(what)
	}
	f, j = crashfs.New(crashfs.Options{Space: 10 * crashfs.Block}), newJournal()
	s.put(t, f)
	totals, results, err := s.run(crashdisk.Disk{FS: f}, j, nil, nil)
	var full *replace.FullError
	if !errors.As(err, &full) || full.Need < 3000 || full.Path == "" || totals.Done != 0 || results["/s/0"].Reason != replace.DiskFull {
		t.Errorf("%+v, %v", totals, err)
	}
	if names, _ := f.Names("/s"); len(names) != 10 || s.lost(f, j) != nil {
		t.Errorf("the folder holds %q", names)
	}
}

// TestReasons: what is left alone, and why.
func TestReasons(t *testing.T) {
	s := shop{"/s/good": fill(10, 'g')}
	f, j := crashfs.New(crashfs.Options{}), newJournal()
	s.put(t, f)
	broken := toySealed('o', fill(100, 'b'))
	broken[40] ^= 1
	if err := errors.Join(
		f.Put("/s/theirs", toySealed('x', fill(10, 't')), 0o600), f.Put("/s/broken", broken, 0o600), f.Put("/s/text", []byte("text"), 0o600),
		f.Put("/s/link", []byte("good"), fs.ModeSymlink|0o777), f.Put("/s/two", toySealed('o', nil), 0o600), f.Link("/s/two", "/s/names"),
		f.Put("/s/busy", toySealed('o', nil), 0o600), f.SetBusy("/s/busy", true), f.Put("/s/secret", toySealed('o', nil), 0),
		f.Put("/s/done", toySealed('n', nil), 0o600),
	); err != nil {
		t.Fatal(err)
	}
	if err := j.record(t.Context(), []reseal.Record{{Path: "/s/done"}}); err != nil {
		t.Fatal(err)
	}
	want := map[string]replace.Reason{
		"/s/theirs": replace.NoKey, "/s/broken": replace.Damaged, "/s/text": replace.NotSealed, "/s/link": replace.Special,
		"/s/two": replace.HardLinks, "/s/busy": replace.InUse, "/s/secret": replace.NoPermission, "/s/none": replace.Vanished,
	}
	before := map[string][]byte{}
	all := shop{"/s/good": nil, "/s/done": nil}
	for p := range want {
		before[p], _ = f.Get(p)
		all[p] = nil
	}
	totals, results, err := all.run(crashdisk.Disk{FS: f}, j, nil, nil)
	if err != nil || totals.Done != 1 || totals.Already != 1 || totals.Skipped != len(want) {
		t.Errorf("%+v, %v", totals, err)
	}
	for p, why := range want {
		if r := results[p]; r.Outcome != reseal.Skipped || r.Reason != why {
			t.Errorf("%s: %+v, want %s", p, r, why)
		}
		if now, _ := f.Get(p); !bytes.Equal(now, before[p]) {
			t.Errorf("%s was changed", p)
		}
	}
}

// TestRecordFails: the files are whole, and one more run records them.
func TestRecordFails(t *testing.T) {
	f, j := crashfs.New(crashfs.Options{}), newJournal()
	small.put(t, f)
	no := errors.New("no journal today")
	totals, results, err := small.run(crashdisk.Disk{FS: f}, j, nil, func(o *reseal.Options) {
		o.Record = func(context.Context, []reseal.Record) error { return no }
	})
	if !errors.Is(err, no) || totals.Done != 4 || results["/s/a.csv.age"].Reason != replace.NotRecorded {
		t.Errorf("%+v, %v", totals, err)
	}
	totals, _, err = small.run(crashdisk.Disk{FS: f}, j, nil, nil)
	if what := small.unfinished(f, j); err != nil || totals.Already != 4 || what != "" {
		t.Errorf("%+v, %v, %s", totals, err, what)
	}
}

// TestChangedMeanwhile: another program puts its own file there at every moment of
// the run: it stays, or is what was replaced; ours never hides theirs.
func TestChangedMeanwhile(t *testing.T) {
	s := shop{"/s/a.age": fill(5000, 'a')}
	theirs := toySealed('o', fill(40, 't'))
	for at := 1; ; at++ {
		f, j := crashfs.New(crashfs.Options{}), newJournal()
		s.put(t, f)
		last, gap := 0, false
		f.OnOp(func(n int, op crashfs.Op, _ string) {
			last = n
			if n != at {
				return
			}
			gap = op == crashfs.OpRename // between the look and the rename: see package disk
			f.OnOp(nil)
			if err := errors.Join(f.Remove("/s/a.age"), f.Put("/s/a.age", theirs, 0o600)); err != nil {
				t.Fatal(err)
			}
			f.OnOp(func(n int, _ crashfs.Op, _ string) { last = n })
		})
		_, _, err := s.run(crashdisk.Disk{FS: f, NoLease: at%2 == 0}, j, nil, nil)
		if last < at {
			break
		}
		b, _ := f.Get("/s/a.age")
		if _, plain, opened := toyOpened(b); err != nil || opened != nil || !gap && !bytes.Equal(plain, fill(40, 't')) {
			t.Errorf("before operation %d: %v, %d bytes, %v", at, err, len(plain), opened)
		}
	}
}

// TestOpenedMeanwhile: a file that another program opens before the new one is to
// take its name is left to it.
func TestOpenedMeanwhile(t *testing.T) {
	s := shop{"/s/a.age": fill(5000, 'a'), "/s/b.age": fill(50, 'b')}
	run := func(at int) (key byte, rename int, res reseal.Result) {
		f, j := crashfs.New(crashfs.Options{}), newJournal()
		s.put(t, f)
		f.OnOp(func(n int, op crashfs.Op, _ string) {
			if n == at {
				if err := f.SetBusy("/s/a.age", true); err != nil {
					t.Fatal(err)
				}
			}
			if op == crashfs.OpRename && rename == 0 {
				rename = n
			}
		})
		_, results, err := s.run(crashdisk.Disk{FS: f}, j, nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := f.Get("/s/a.age")
		key, _, _ = toyOpened(b)
		return key, rename, results["/s/a.age"]
	}
	_, rename, _ := run(0)
	for at := 1; at < rename-1; at++ { // from then on see package disk
		if key, _, res := run(at); key != 'o' || res.Reason != replace.InUse {
			t.Errorf("opened before operation %d of %d: key %c, %+v", at, rename, key, res)
		}
	}
}

// TestUnflushed finds a file with the new key that somebody put there: what is
// recorded of it is on the disk by then.
func TestUnflushed(t *testing.T) {
	s := shop{"/s/a.age": fill(9000, 'a')}
	f, j := crashfs.New(crashfs.Options{}), newJournal()
	if err := f.Mkdir("/s"); err != nil {
		t.Fatal(err)
	}
	out, err := f.Create("/s/a.age", 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := out.Write(toySealed('n', s["/s/a.age"])); err != nil {
		t.Fatal(err)
	}
	if _, _, err := s.run(crashdisk.Disk{FS: f}, j, nil, nil); err != nil || !j.known("/s/a.age") {
		t.Fatal(err)
	}
	for seed := range uint64(60) {
		if l := s.lost(f.Crash(crashdisk.Survival(seed)), j); l != nil {
			t.Fatalf("seed %d: %q", seed, l)
		}
	}
}
