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

// found looks at the disk after a power cut: nothing is lost, and one run more
// finishes the work. Again says how the power goes once more in that run.
func (s scenario) found(f *crashfs.FS, names *atomic.Int64, again uint64) string {
	if l := s.files.lost(f); l != nil {
		return fmt.Sprintf("LOST %q", l)
	}
	m := s.memory(f, names)
	if again > 0 {
		var second *crashfs.FS
		f.OnOp(func(n int, _ crashfs.Op, _ string) {
			if uint64(n) == again {
				second = f.Crash(crashdisk.Survival(again))
			}
		})
		_, _, _ = s.files.open(m, s.change)
		if second != nil {
			return s.found(second, names, 0)
		}
	} else if _, _, err := s.files.open(m, s.change); err != nil {
		return err.Error()
	}
	return s.files.unfinished(f, s.others...)
}

// TestPowerCuts cuts the power before each operation of a run and after the last,
// with many ideas of what survives: tens of thousands of states with CUSTODE_TORTURE.
func TestPowerCuts(t *testing.T) {
	seeds, stride := uint64(4), 8
	if torture() {
		seeds, stride = 60, 1
	}
	var states atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenarios() {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				f := s.start(t)
				names := new(atomic.Int64)
				bad := 0
				look := func(n int, op crashfs.Op, name string) {
					if n%stride != 0 || bad > 3 {
						return
					}
					for seed := range seeds {
						states.Add(1)
						again := uint64(0)
						if seed > 2 && seed%2 == 1 {
							again = (seed*31+uint64(n)*7)%150 + 1
						}
						if what := s.found(f.Crash(crashdisk.Survival(seed)), names, again); what != "" {
							bad++
							t.Errorf("power cut before operation %d (%s %s), seed %d, again %d: %s", n, op, name, seed, again, what)
						}
					}
				}
				f.OnOp(look)
				if _, _, err := s.files.open(s.memory(f, names), s.change); err != nil {
					t.Fatal(err)
				}
				f.OnOp(nil)
				if what := s.files.unfinished(f, s.others...); what != "" {
					t.Fatalf("without any trouble: %s", what)
				}
				look(0, "end", "")
			})
		}
	})
	t.Logf("%d states", states.Load())
	if torture() && states.Load() < 20_000 {
		t.Errorf("only %d states", states.Load())
	}
}

// TestFaults has each operation fail, once or from then on, and looks at the disk as
// it is then and as a power cut would leave it. Plainly every fortieth fault; with
// CUSTODE_TORTURE all.
func TestFaults(t *testing.T) {
	var states, runs atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenarios() {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				healthy := s.start(t)
				if _, _, err := s.files.open(s.memory(healthy, nil), s.change); err != nil {
					t.Fatal(err)
				}
				for k, fault := range crashdisk.Faults(healthy.Count, syscall.ENOSPC, syscall.EIO, syscall.EACCES) {
					if !torture() && k%40 != 0 {
						continue
					}
					f := s.start(t)
					names := new(atomic.Int64)
					f.Inject(fault)
					_, _, _ = s.files.open(s.memory(f, names), s.change)
					runs.Add(1)
					for seed := range uint64(3) {
						states.Add(1)
						if what := s.found(f.Crash(crashdisk.Survival(seed)), names, 0); what != "" {
							t.Fatalf("%+v, power cut after it, seed %d: %s", fault, seed, what)
						}
					}
					f.Inject() // healthy again, without a power cut
					if what := s.found(f, names, 0); what != "" {
						t.Fatalf("%+v: %s", fault, what)
					}
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
