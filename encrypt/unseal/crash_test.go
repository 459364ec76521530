package unseal_test

import (
	"errors"
	"fmt"
	"path"
	"sync/atomic"
	"syscall"
	"testing"

	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/unseal"
	"custode/internal/crashfs"
)

var small = shop{"/s/a.csv": fill(10, 'a'), "/s/b.txt": nil, "/s/c.doc": fill(5000, 'c'), "/s/d.pdf": fill(9000, 'd')}

// scenario is a disk before the run.
type scenario struct {
	name   string
	files  shop
	disk   crashfs.Options
	set    func(f *crashfs.FS) error
	change func(o *unseal.Options)
	lease  bool
	others []string // files that stay as they are
}

func scenarios() []scenario {
	return []scenario{
		{name: "one batch", files: small, lease: true},
		{name: "batches of one, no lease", files: small, change: func(o *unseal.Options) { o.Batch = 1 }},
		{
			name: "two folders, batches of two, no rename without replacing", lease: true, disk: crashfs.Options{NoRename: true},
			change: func(o *unseal.Options) { o.Batch = 2 },
			files:  shop{"/s/a": fill(10, 'a'), "/s/b": fill(4096, 'b'), "/s/c": fill(4097, 'c'), "/t/a": fill(20, 'd'), "/t/b": fill(8192, 'e')},
		},
		{
			name: "after an earlier crash", lease: true, files: small,
			set: func(f *crashfs.FS) error {
				return errors.Join(
					f.Put("/s/.custode-abcdefgh.tmp", fill(5, 'a'), 0o600), f.Put("/s/.custode-22222222.tmp", nil, 0o600),
					f.Put("/s/a.csv", small["/s/a.csv"], 0o600), f.Put("/s/d.pdf", small["/s/d.pdf"], 0o600),
				)
			},
		},
		{
			name: "names that are taken", lease: true, change: func(o *unseal.Options) { o.Number = true },
			files:  shop{"/s/a": fill(10, 'a'), "/s/A": fill(5000, 'A'), "/s/b.csv": fill(20, 'b')},
			set:    func(f *crashfs.FS) error { return f.Put("/s/b.csv", []byte("another"), 0o600) },
			others: []string{"/s/b.csv"},
		},
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

func (s scenario) memory(f *crashfs.FS, names *atomic.Int64) memory {
	return memory{crashdisk.Disk{FS: f, NoLease: !s.lease}, names}
}

// trial is a scenario as package crashdisk cuts its power.
type trial struct {
	scenario

	names *atomic.Int64
}

func (s scenario) trial() crashdisk.Trial { return trial{s, new(atomic.Int64)} }

func (s trial) Work(f *crashfs.FS) error {
	_, _, err := s.files.open(s.memory(f, s.names), s.change)
	return err
}

func (s trial) Lost(f *crashfs.FS) string {
	if l := s.files.lost(f); l != nil {
		return fmt.Sprintf("%q", l)
	}
	return ""
}

func (s trial) Unfinished(f *crashfs.FS) string { return s.files.unfinished(f, s.others...) }

func (s trial) Fork() crashdisk.Trial { return s }

// TestPowerCuts cuts the power before each operation of a run and after the last,
// with many ideas of what survives: 20,000 states with CUSTODE_TORTURE.
func TestPowerCuts(t *testing.T) {
	cuts := crashdisk.Cuts{Seeds: 4, Stride: 8, Again: 150}
	if torture() {
		cuts.Seeds, cuts.Stride = 60, 1
	}
	var states atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenarios() {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				cuts := cuts
				n, err := cuts.Of(s.trial(), s.start(t), func(what string) { t.Error(what) })
				states.Add(n)
				if err != nil {
					t.Fatal(err)
				}
			})
		}
	})
	t.Logf("%d states", states.Load())
	if torture() && states.Load() < 20_000 {
		t.Errorf("only %d states", states.Load())
	}
}

// TestFaults has each operation fail, once or from then on, and looks at the disk
// as it is then and as a power cut would leave it. Plainly some of the faults; with
// CUSTODE_TORTURE all, and the power also goes within such runs.
func TestFaults(t *testing.T) {
	failing := crashdisk.Failing{Every: 40}
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

// TestUnflushed finds a readable file that is right in memory and not on the disk:
// the sealed one may go only once it is.
func TestUnflushed(t *testing.T) {
	s := shop{"/s/a": fill(9000, 'a')}
	for _, fault := range []crashfs.Fault{{}, {Op: crashfs.OpSync, N: 1, Err: syscall.EIO}, {Op: crashfs.OpSyncDir, N: 1, Err: syscall.EIO}} {
		f := crashfs.New(crashfs.Options{})
		s.put(t, f)
		out, err := f.Create("/s/a", 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(s["/s/a"]); err != nil {
			t.Fatal(err)
		}
		f.Inject(fault)
		look := func(n int, op crashfs.Op, name string) {
			for seed := range uint64(60) {
				if l := s.lost(f.Crash(crashdisk.Survival(seed))); l != nil {
					t.Errorf("%+v: power cut before operation %d (%s %s), seed %d: LOST %q", fault, n, op, name, seed, l)
				}
			}
		}
		f.OnOp(look)
		totals, _, err := s.open(on(f), nil)
		look(0, "end", "")
		if err != nil || (totals.Opened == 1) != (fault.Err == nil) {
			t.Errorf("%+v: %+v, %v", fault, totals, err)
		}
	}
}

// TestHarnessCanFail opens as the obvious ways do, in the same harness: both lose
// files. With the file and the folder flushed, the same way does not.
func TestHarnessCanFail(t *testing.T) {
	for name, c := range map[string]struct {
		via  string
		sync bool
	}{
		"age -d -o X X.age && rm X.age":       {"", false},
		"temporary file, rename, remove":      {".tmp", false},
		"the same, with both of them flushed": {".tmp", true},
	} {
		f := crashfs.New(crashfs.Options{})
		small.put(t, f)
		states, lossy, most := 0, 0, 0
		look := func(int, crashfs.Op, string) {
			for seed := range uint64(40) {
				states++
				if l := small.lost(f.Crash(crashdisk.Survival(seed))); l != nil {
					lossy++
					most = max(most, len(l))
				}
			}
		}
		f.OnOp(look)
		for p, plain := range small {
			out, err := f.Create(p+c.via, 0o600)
			if err != nil {
				t.Fatal(err)
			}
			if _, err = out.Write(plain); err == nil && c.sync {
				err = out.Sync()
			}
			if c.via != "" {
				err = errors.Join(err, f.Rename(p+c.via, p))
			}
			if c.sync {
				err = errors.Join(err, f.SyncDir(path.Dir(p)))
			}
			if err = errors.Join(err, f.Remove(p+".age")); err != nil {
				t.Fatal(err)
			}
		}
		look(0, "", "")
		t.Logf("%-36s loses in %d of %d states, up to %d of %d files", name, lossy, states, most, len(small))
		if (lossy > 0) == c.sync {
			t.Errorf("%s: %d of %d states lose files", name, lossy, states)
		}
	}
}
