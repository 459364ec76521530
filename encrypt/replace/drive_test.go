package replace_test

import (
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"

	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/replace"
	"custode/internal/crashfs"
)

// TestDriveVanishes takes the drive away at all moments of a run: a share whose server
// is gone, a stick that is pulled.
func TestDriveVanishes(t *testing.T) {
	every := 17
	if torture() {
		every = 1
	}
	var runs atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenarios() {
			if s.wild {
				continue
			}
			t.Run(s.name, func(t *testing.T) {
				t.Parallel()
				n, err := crashdisk.Vanishing{Every: every}.Of(func() (crashdisk.Trial, *crashfs.FS) { return s.trial(), s.start(t) })
				runs.Add(n)
				if err != nil {
					t.Fatal(err)
				}
			})
		}
	})
	t.Logf("%d runs whose drive vanished", runs.Load())
}

// TestDriveIsLeftAlone: once the drive is gone nothing more is tried on it, and the
// files that were not reached are no results. One bad file, or one folder that the
// server has lost, ends nothing.
func TestDriveIsLeftAlone(t *testing.T) {
	many := shop{}
	for i := range 300 {
		many[fmt.Sprintf("/d%02d/%03d", i/10, i)] = fill(100, 'a')
	}
	one := func(op crashfs.Op, n int, errno syscall.Errno) crashfs.Fault {
		return crashfs.Fault{Op: op, N: n, Err: errno}
	}
	for name, c := range map[string]struct {
		faults []crashfs.Fault
		gone   bool
		most   int // results that are not Sealed
	}{
		"share":             {[]crashfs.Fault{{Op: crashfs.OpAny, N: 500, Err: syscall.EHOSTDOWN, Sticky: true}}, true, 10},
		"stick":             {[]crashfs.Fault{{Op: crashfs.OpRead, N: 200, Err: syscall.EIO, Sticky: true}}, true, 30},
		"stick, altogether": {[]crashfs.Fault{{Op: crashfs.OpAny, N: 500, Err: syscall.EIO, Sticky: true}}, true, 210},
		"a bad block":       {[]crashfs.Fault{one(crashfs.OpRead, 200, syscall.EIO)}, false, 1},
		"a stale file":      {[]crashfs.Fault{one(crashfs.OpOpen, 100, syscall.ESTALE)}, false, 1},
		"a stale folder":    {[]crashfs.Fault{one(crashfs.OpList, 5, syscall.ESTALE)}, false, 10},
	} {
		f := crashfs.New(crashfs.Options{})
		many.put(t, f)
		f.Inject(c.faults...)
		totals, _, err := many.seal(on(f), nil)
		var gone *replace.NoDriveError
		if errors.As(err, &gone) != c.gone || c.gone && gone.Path == "" || !c.gone && err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if bad := totals.Kept + totals.Skipped; bad > c.most || bad == 0 || totals.Sealed == 0 || !c.gone && totals.Files != len(many) {
			t.Errorf("%s: %+v", name, totals)
		}
		f.Inject()
		if l := many.lost(f); l != nil {
			t.Errorf("%s: LOST %q", name, l)
		}
		if _, _, err := many.seal(on(f), nil); err != nil || many.unfinished(f) != "" {
			t.Errorf("%s: the next run: %v %s", name, err, many.unfinished(f))
		}
	}
}
