package unseal_test

import (
	"sync/atomic"
	"testing"

	"custode/encrypt/disk/crashdisk"
	"custode/internal/crashfs"
)

// TestDriveVanishes takes the drive away at all moments of a run: a share whose server
// is gone, a stick that is pulled.
func TestDriveVanishes(t *testing.T) {
	every := 41
	if torture() {
		every = 1
	}
	var runs atomic.Int64
	t.Run("all", func(t *testing.T) {
		for _, s := range scenarios() {
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
