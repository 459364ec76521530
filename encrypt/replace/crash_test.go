package replace_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/replace"
	"custode/internal/crashfs"
)

func fill(n int, c byte) []byte { return bytes.Repeat([]byte{c, c + 1, '\n'}, n/3+1)[:n] }

var small = shop{"/s/a.csv": fill(10, 'a'), "/s/b.txt": nil, "/s/c.doc": fill(5000, 'c'), "/s/d.pdf": fill(9000, 'd')}

// scenario is a disk before the run.
type scenario struct {
	name   string
	files  shop
	disk   crashfs.Options
	set    func(f *crashfs.FS) error
	change func(o *replace.Options)
	lease  bool
	back   bool     // files are read back while they are written
	others []string // files that stay as they are
	wild   bool     // several goroutines: no order
}

func scenarios() []scenario {
	long := strings.Repeat("é", 126) + ".cs"
	return []scenario{
		{name: "one batch", files: small, lease: true},
		{name: "read back while they are written", files: small, back: true, change: func(o *replace.Options) { o.Batch = 2 }},
		{name: "batches of one, no lease", files: small, change: func(o *replace.Options) { o.Batch = 1 }},
		{
			name: "two folders, batches of two", lease: true, change: func(o *replace.Options) { o.Batch = 2 },
			files: shop{"/s/a": fill(10, 'a'), "/s/b": fill(4096, 'b'), "/s/c": fill(4097, 'c'), "/t/a": fill(20, 'd'), "/t/b": fill(8192, 'e')},
		},
		{name: "no rename without replacing", files: small, lease: true, disk: crashfs.Options{NoRename: true}},
		{
			name: "after an earlier crash", lease: true,
			files: shop{"/s/a": fill(10, 'a'), "/s/b": fill(5000, 'b'), "/s/" + long: fill(300, 'n')},
			set: func(f *crashfs.FS) error {
				return errors.Join(
					f.Put("/s/.custode-abcdefgh.tmp", sealed(fill(10, 'a'))[:20], 0o600), f.Put("/s/.custode-22222222.tmp", nil, 0o600),
					f.Put("/s/a.age", sealed(fill(10, 'a')), 0o600), f.Put("/s/"+replace.SealedName(long), sealed(fill(300, 'n')), 0o600),
				)
			},
		},
		{
			name: "names that are taken", lease: true, change: func(o *replace.Options) { o.Number = true },
			files:  shop{"/s/a": fill(10, 'a'), "/s/A": fill(5000, 'A'), "/s/b": fill(20, 'b')},
			set:    func(f *crashfs.FS) error { return f.Put("/s/b.age", sealed([]byte("another")), 0o600) },
			others: []string{"/s/b.age"},
		},
		{
			name: "upper and lower case are one", files: shop{"/s/Anna.csv": fill(10, 'a'), "/s/bea.CSV": fill(6000, 'b')}, lease: true,
			disk: crashfs.Options{FoldCase: true},
		},
		{name: "four at once", files: small, lease: true, change: func(o *replace.Options) { o.Workers, o.Batch = 4, 2 }, wild: true},
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

func torture() bool { return os.Getenv("CUSTODE_TORTURE") != "" }

// trial is a scenario as package crashdisk cuts its power.
type trial struct {
	scenario

	names *atomic.Int64
}

func (s scenario) trial() crashdisk.Trial { return trial{s, new(atomic.Int64)} }

func (s trial) Work(f *crashfs.FS) error {
	_, _, err := s.files.seal(memory{crashdisk.Disk{FS: f, NoLease: !s.lease, Back: s.back}, s.names}, s.change)
	return err
}

func (s trial) Lost(f *crashfs.FS) string { return named(s.files.lost(f)) }

func (s trial) Unfinished(f *crashfs.FS) string { return s.files.unfinished(f, s.others...) }

func (s trial) Fork() crashdisk.Trial { return s }

func named(files []string) string {
	if files == nil {
		return ""
	}
	return fmt.Sprintf("%q", files)
}

// TestPowerCuts cuts the power before each operation of a run and after the last,
// with many ideas of what survives: 100,000 states with CUSTODE_TORTURE.
func TestPowerCuts(t *testing.T) {
	cuts := crashdisk.Cuts{Seeds: 6, Stride: 3, Again: 150}
	if torture() {
		cuts.Seeds, cuts.Stride = 150, 1
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
	if torture() && states.Load() < 100_000 {
		t.Errorf("only %d states", states.Load())
	}
}

// TestFaults has each operation fail, once or from then on, and looks at the disk
// as it is then and as a power cut would leave it. Plainly some of the faults; with
// CUSTODE_TORTURE all, and the power also goes within such runs.
func TestFaults(t *testing.T) {
	failing := crashdisk.Failing{Every: 6}
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

// TestUnflushedCopy finds a sealed copy that is right in memory and not on the
// disk: the original may go only once it is.
func TestUnflushedCopy(t *testing.T) {
	s := shop{"/s/a": fill(9000, 'a')}
	for _, fault := range []crashfs.Fault{{}, {Op: crashfs.OpSync, N: 1, Err: syscall.EIO}, {Op: crashfs.OpSyncDir, N: 1, Err: syscall.EIO}} {
		f := crashfs.New(crashfs.Options{})
		s.put(t, f)
		out, err := f.Create("/s/a.age", 0o600)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write(sealed(s["/s/a"])); err != nil {
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
		totals, _, err := s.seal(on(f), nil)
		look(0, "end", "")
		if err != nil || (totals.Sealed == 1) != (fault.Err == nil) {
			t.Errorf("%+v: %+v, %v", fault, totals, err)
		}
	}
}

// TestHarnessCanFail seals as the obvious ways do, in the same harness: both lose
// files. With the folder and the file flushed, the same way does not.
func TestHarnessCanFail(t *testing.T) {
	naive := func(f *crashfs.FS, p, via string, sync bool) error {
		data, err := f.Get(p)
		if err != nil {
			return err
		}
		out, err := f.Create(via, 0o600)
		if err != nil {
			return err
		}
		if _, err := out.Write(sealed(data)); err != nil {
			return err
		}
		if sync {
			err = out.Sync()
		}
		if via != p+".age" {
			err = errors.Join(err, f.Rename(via, p+".age"))
		}
		if sync {
			err = errors.Join(err, f.SyncDir(path.Dir(p)))
		}
		return errors.Join(err, f.Remove(p))
	}
	for name, c := range map[string]struct {
		via  string
		sync bool
	}{
		"age -o X.age X && rm X":              {".age", false},
		"temporary file, rename, remove":      {".tmp", false},
		"the same, with both of them flushed": {".tmp", true},
	} {
		f := crashfs.New(crashfs.Options{})
		small.put(t, f)
		states, lossy, most := 0, 0, 0
		look := func(int, crashfs.Op, string) {
			for seed := range uint64(100) {
				states++
				if l := small.lost(f.Crash(crashdisk.Survival(seed))); l != nil {
					lossy++
					most = max(most, len(l))
				}
			}
		}
		f.OnOp(look)
		for _, p := range small.paths() {
			if err := naive(f, p, p+c.via, c.sync); err != nil {
				t.Fatal(err)
			}
		}
		look(0, "", "")
		t.Logf("%-36s loses in %d of %d states, up to %d of %d files", name, lossy, states, most, len(small))
		if (lossy == 0) != c.sync || !c.sync && most < 3 {
			t.Errorf("%s: loses in %d of %d states, up to %d files", name, lossy, states, most)
		}
	}
}

// TestNearlyFull seals on a disk with room for a few blocks: each file sealed makes
// room for the next.
func TestNearlyFull(t *testing.T) {
	s := shop{}
	for i := range 10 {
		s[fmt.Sprintf("/s/%d", i)] = fill(3000, byte('a'+i))
	}
	f := crashfs.New(crashfs.Options{Space: 12 * crashfs.Block})
	s.put(t, f)
	if _, _, err := s.seal(on(f), func(o *replace.Options) { o.Workers = 3 }); err != nil {
		t.Fatal(err)
	}
	if what := s.unfinished(f); what != "" {
		t.Error(what)
	}
	f = crashfs.New(crashfs.Options{Space: 10 * crashfs.Block})
	s.put(t, f)
	totals, results, err := s.seal(on(f), nil)
	var full *replace.FullError
	if !errors.As(err, &full) || full.Need < 3000 || full.Path == "" || totals.Sealed != 0 || results["/s/0"].Reason != replace.DiskFull {
		t.Errorf("%+v, %v", totals, err)
	}
	if names, _ := f.Names("/s"); len(names) != 10 || s.lost(f) != nil {
		t.Errorf("the folder holds %q", names)
	}
}
