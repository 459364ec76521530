package job_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"custode/cmd/custode/internal/job"
)

// TestNewSheet: a new recovery sheet, then an accountant, then none: the old sheet
// opens nothing, the new ones all, and a second run has nothing to do; the same when the
// sheet is on paper only by then.
func TestNewSheet(t *testing.T) {
	for _, onPaper := range []bool{false, true} {
		s := newSealedShop(t, 12)
		old, err := s.ring.Sheet(s.anna)
		if err != nil {
			t.Fatal(err)
		}
		if n := s.opens(t, old); n != len(s.plain) {
			t.Fatalf("the sheet opens %d", n)
		}
		again := func(done int) {
			t.Helper()
			if totals := s.rekeyed(t, none); totals.Done != done || totals.Already != 12-done {
				t.Errorf("on paper %t: %+v", onPaper, totals)
			}
		}
		if err := job.NewSheet(t.Context(), s.store, s.ring, s.anna, time.Now()); err != nil {
			t.Fatal(err)
		}
		sheet, err := s.ring.Sheet(s.anna)
		if err == nil && onPaper {
			err = s.ring.Proven(time.Now())
		}
		if err != nil {
			t.Fatal(err)
		}
		again(12)
		again(0)
		s.catalogued(t, s.ring)
		if a, b := s.opens(t, old), s.opens(t, sheet); a != 0 || b != len(s.plain) {
			t.Errorf("the old sheet opens %d, the new one %d", a, b)
		}
		accountant, err := age.GenerateHybridIdentity()
		if err != nil {
			t.Fatal(err)
		}
		if err := s.ring.AddRecovery(s.anna, "Carla", accountant.Recipient().String(), time.Now()); err != nil {
			t.Fatal(err)
		}
		again(12)
		again(0)
		s.catalogued(t, s.ring)
		if n := s.opens(t, accountant); n != len(s.plain) {
			t.Errorf("the accountant opens %d", n)
		}
		if err := s.ring.RemoveRecovery(s.anna, "Carla", time.Now()); err != nil {
			t.Fatal(err)
		}
		again(12)
		s.catalogued(t, s.ring)
		if a, b := s.opens(t, accountant), s.opens(t, sheet); a != 0 || b != len(s.plain) {
			t.Errorf("the accountant opens %d, the sheet %d", a, b)
		}
	}
}

// TestOldSheetComesBack: an old copy of a file, from a backup, takes its place again.
// The next run sees by its header that the old sheet opens it.
func TestOldSheetComesBack(t *testing.T) {
	for _, onPaper := range []bool{false, true} {
		s := newSealedShop(t, 3)
		old, err := s.ring.Sheet(s.anna)
		if err != nil {
			t.Fatal(err)
		}
		p := filepath.Join(s.dir, "folder 1", "001.csv.age")
		copied, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		s.rekeyed(t, newSheet)
		if onPaper {
			err = s.ring.Proven(time.Now())
		}
		if err := errors.Join(err, os.WriteFile(p, copied, 0o600)); err != nil {
			t.Fatal(err)
		}
		if n := s.opens(t, old); n != 1 {
			t.Fatalf("the old sheet opens %d", n)
		}
		if totals := s.rekeyed(t, none); totals.Done != 1 || s.opens(t, old) != 0 {
			t.Errorf("on paper %t: %+v", onPaper, totals)
		}
		s.catalogued(t, s.ring)
	}
}
