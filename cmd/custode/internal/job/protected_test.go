package job_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/cmd/custode/internal/job"
	"custode/playbook"
	"custode/scan/watch/lookout"
	"custode/training/staff"
)

// TestProtected: what protected the data before a moment; what began after it did not.
func TestProtected(t *testing.T) {
	s := newSealedShop(t, 3)
	start := time.Now()
	later := start.Add(time.Hour)
	shop := job.Shop{Folders: []string{s.dir}, Alive: func(pid int) bool { return pid == 7 }}
	held := func(before time.Time) job.Protection {
		t.Helper()
		p, err := job.Protected(t.Context(), s.store, shop, before, later)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	if got := held(start.Add(-time.Hour)); got != (job.Protection{}) {
		t.Errorf("before all: %+v", got)
	}
	if err := s.store.SaveState(t.Context(), "status", job.Kept{Status: lookout.Status{PID: 7, Started: start}, At: later}); err != nil {
		t.Fatal(err)
	}
	shop.Around.Staff = &[]job.DuePerson{{Person: staff.Person{Added: "2026-01-01"}, Due: true}, {Person: staff.Person{Added: "2026-01-01"}}}
	shop.Around.Drills = &[]playbook.Row{{Closed: start.Add(-time.Hour)}, {Closed: start.Add(-2 * time.Hour)}}
	if _, err := s.store.Record(t.Context(), "home.saved", job.Backup{}); err != nil {
		t.Fatal(err)
	}
	got := held(later)
	if got.BackupAt.Before(start) || !got.Watched.Equal(start) || !got.Drilled.Equal(start.Add(-time.Hour)) {
		t.Errorf("%+v", got)
	}
	got.BackupAt, got.Watched, got.Drilled = time.Time{}, time.Time{}, time.Time{}
	if d := cmp.Diff(job.Protection{Sealed: 3, People: 2, Trained: 1}, got); d != "" {
		t.Error(d)
	}
	if got := held(start.Add(-90 * time.Minute)); got.Sealed != 0 || !got.Watched.IsZero() || !got.BackupAt.IsZero() || !got.Drilled.IsZero() {
		t.Errorf("what came later: %+v", got)
	}
	shop.Alive = func(int) bool { return false }
	if got := held(later); !got.Watched.IsZero() {
		t.Errorf("a watch that is dead: %+v", got)
	}
}
