package bundle_test

import (
	"errors"
	"sync/atomic"
	"syscall"
	"testing"

	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/replace"
	"custode/internal/crashfs"
)

// TestPowerCuts cuts the power before operations of a run and after the last, with
// many ideas of what survives.
func TestPowerCuts(t *testing.T) {
	seeds, stride := uint64(4), 5
	if torture() {
		seeds, stride = 60, 1
	}
	var states atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenes() {
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				f := s.start(t)
				bad := 0
				look := func(n int, op crashfs.Op, name string) {
					if n%stride != 0 || bad > 2 {
						return
					}
					for seed := range seeds {
						again := 0
						if seed > 2 && seed%2 == 1 {
							again = (int(seed)*31+n*7)%150 + 1
						}
						states.Add(1)
						if what := s.found(f.Crash(s.survival(seed)), again); what != "" {
							bad++
							t.Errorf("power cut before operation %d (%s %s), seed %d, again %d: %s", n, op, name, seed, again, what)
						}
					}
				}
				var turn atomic.Bool // one look at a time, whoever comes first
				f.OnOp(func(n int, op crashfs.Op, name string) {
					if turn.CompareAndSwap(false, true) {
						look(n, op, name)
						turn.Store(false)
					}
				})
				err := s.work(s.files, crashdisk.Disk{FS: f, NoLease: !s.lease})
				f.OnOp(nil)
				if what := s.done(s.files, f); what != "" || err != nil {
					t.Fatalf("without any trouble: %s %v", what, err)
				}
				look(0, "end", "")
			})
		}
	})
	t.Logf("%d states", states.Load())
}

// TestFaults has each operation fail, once or from then on, and looks at the disk as
// it is then and as a power cut would leave it.
func TestFaults(t *testing.T) {
	var runs, states atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenes() {
			if s.wild {
				continue
			}
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				healthy := s.start(t)
				if err := s.work(s.files, crashdisk.Disk{FS: healthy, NoLease: !s.lease}); err != nil {
					t.Fatal(err)
				}
				for k, fault := range crashdisk.Faults(healthy.Count, syscall.ENOSPC, syscall.EIO, syscall.EACCES) {
					if !torture() && k%25 != 0 {
						continue
					}
					f := s.start(t)
					f.Inject(fault)
					_ = s.work(s.files, crashdisk.Disk{FS: f, NoLease: !s.lease})
					runs.Add(1)
					for seed := range uint64(3) {
						states.Add(1)
						if what := s.found(f.Crash(s.survival(seed)), 0); what != "" {
							t.Fatalf("%+v, then a power cut, seed %d: %s", fault, seed, what)
						}
					}
					f.Inject() // healthy again, without a power cut
					if what := s.found(f, 0); what != "" {
						t.Fatalf("%+v: %s", fault, what)
					}
				}
			})
		}
	})
	t.Logf("%d runs with a fault, %d power cuts after them", runs.Load(), states.Load())
}

// TestHarnessCanFail packs as the obvious way does: tar | age, then rm -r.
func TestHarnessCanFail(t *testing.T) {
	f := crashfs.New(crashfs.Options{})
	small.put(t, f)
	g := crashfs.New(crashfs.Options{})
	small.put(t, g)
	closed(t, small, g)
	b, err := g.Get(bundled)
	if err != nil {
		t.Fatal(err)
	}
	states, lossy := 0, 0
	f.OnOp(func(int, crashfs.Op, string) {
		for seed := range uint64(50) {
			if states++; small.lost(f.Crash(crashdisk.Survival(seed))) != nil {
				lossy++
			}
		}
	})
	out, err := f.Create(bundled, 0o600)
	if err == nil {
		_, err = out.Write(b)
	}
	for p := range small {
		err = errors.Join(err, f.Remove(p))
	}
	t.Logf("loses files in %d of %d states", lossy, states)
	if err != nil || lossy == 0 {
		t.Error(err, lossy)
	}
}

// TestFullDisk has no room for the bundle: the run says so before it works, and
// nothing stays behind.
func TestFullDisk(t *testing.T) {
	f := crashfs.New(crashfs.Options{Space: 10 * crashfs.Block})
	small.put(t, f)
	res, err := small.seal(crashdisk.Disk{FS: f}, 1)
	var full *replace.FullError
	if names, _ := f.Names("/s"); !errors.As(err, &full) || full.Need < 14_000 || res.Reason != replace.DiskFull || len(names) != 1 || small.lost(f) != nil {
		t.Errorf("%+v, %v, %q", res, err, names)
	}
}
