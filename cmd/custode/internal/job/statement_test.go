package job_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/encrypt/catalogue"
	"custode/internal/journal"
	"custode/playbook"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/statement"
	"custode/scan"
	"custode/scan/watch"
	"custode/scan/watch/lookout"
	"custode/training/staff"
)

// openShop is a home of its own, and its facts for a statement.
type openShop struct {
	*testing.T

	st  *store.Store
	dir string
	now time.Time
}

func newShop(t *testing.T) *openShop {
	t.Helper()
	s := &openShop{T: t, dir: t.TempDir(), now: time.Date(2026, 11, 28, 9, 0, 0, 0, time.Local)}
	st, err := store.Open(t.Context(), t.TempDir(), func() time.Time { return s.now })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	s.st = st
	return s
}

func (s *openShop) facts(around job.Standing) statement.Facts {
	s.Helper()
	shop := job.Shop{Folders: []string{s.dir}, Alive: func(int) bool { return true }}
	f, _, err := job.StatementFacts(s.Context(), s.st, shop, around, s.now)
	if err != nil {
		s.Fatal(err)
	}
	return f
}

// sealed makes an entry of the catalogue, with its sealed file.
func (s *openShop) sealed(name, risk string, kept bool, at, checked time.Time) catalogue.Entry {
	s.Helper()
	path := filepath.Join(s.dir, name+".age")
	s.write(path)
	if kept {
		s.write(filepath.Join(s.dir, name))
	}
	return catalogue.Entry{Path: path, Original: name, SealedAt: at, CheckedAt: checked, Kept: kept, Risk: risk, Cipher: [32]byte{1}}
}

func (s *openShop) write(path string) {
	s.Helper()
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		s.Fatal(err)
	}
}

// TestSealedStanding counts sealed files with personal data only where they are, and where no
// original lies beside them.
func TestSealedStanding(t *testing.T) {
	s := newShop(t)
	day := func(n int) time.Time { return s.now.AddDate(0, 0, -n) }
	gone := s.sealed("gone.csv", "high", false, day(400), time.Time{})
	list := []catalogue.Entry{
		s.sealed("a.csv", "high", false, day(200), day(3)),
		s.sealed("b.csv", "low", false, day(100), time.Time{}),
		s.sealed("kept.csv", "high", true, day(300), day(2)),
		s.sealed("menu.txt", "", false, day(250), day(120)),
		gone,
	}
	if err := s.st.SaveSealed(s.Context(), list); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(gone.Path); err != nil {
		t.Fatal(err)
	}
	f := s.facts(job.Standing{})
	if got := f.Count[statement.Sealed]; got != 2 {
		t.Errorf("%d sealed, want 2", got)
	}
	if got := f.Moment[statement.FirstSeal]; !got.Equal(day(200)) {
		t.Errorf("since %s", got)
	}
	if got := f.Moment[statement.Checked]; !got.Equal(day(120)) {
		t.Errorf("checked %s", got)
	}
	for _, n := range []statement.Name{statement.Open, statement.Found, statement.Unseen, statement.Pictures} {
		if _, known := f.Count[n]; known {
			t.Errorf("%s is known before any scan", n)
		}
	}

	// After a scan of all folders the kept original is one that can be read, though the scan knows nothing of it.
	id, err := s.st.BeginScan(s.Context(), []string{s.dir}, true)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.st.FinishScan(s.Context(), id, []string{s.dir}, scan.Totals{}, func(string) bool { return true }); err != nil {
		t.Fatal(err)
	}
	f = s.facts(job.Standing{})
	want := map[statement.Name]int64{statement.Sealed: 2, statement.Open: 1, statement.Found: 3, statement.Unseen: 0, statement.Pictures: 0}
	for n, v := range want {
		if got, known := f.Count[n]; got != v || !known {
			t.Errorf("%s: %d %t, want %d", n, got, known, v)
		}
	}
	if f.Green["sealed.kept"] || !f.Green["data.plaintext"] {
		t.Errorf("%v", f.Green)
	}
}

// TestStandingElsewhere takes staff, exercises, the map and the law as they are.
func TestStandingElsewhere(t *testing.T) {
	s := newShop(t)
	person := func(last string, due bool) job.DuePerson {
		return job.DuePerson{Person: staff.Person{Last: last}, Due: due}
	}
	f := s.facts(job.Standing{
		Staff:  []job.DuePerson{person("2026-11-25", false), person("2026-11-20", false), person("2026-11-27", true)},
		Drills: []playbook.Row{{Closed: s.now.AddDate(0, -5, 0)}, {Closed: s.now.AddDate(0, -2, 0)}, {}},
		Map: &datamap.Map{
			Declaration: datamap.Declaration{Uses: make([]datamap.Use, 3)},
			Findings:    []datamap.Finding{{Problem: datamap.KeptTooLong}, {Problem: datamap.Sensitive}},
		},
		Terms: statement.Terms{Hours: 72},
	})
	want := map[statement.Name]int64{
		statement.People: 3, statement.PeopleDue: 1, statement.Uses: 3, statement.TooLong: 1, statement.LawHours: 72,
		statement.Contacts: 0, statement.Choices: 0, statement.KeysHeld: 0, statement.KeysDoubt: 0, statement.Copies: 0, statement.Damaged: 0, statement.Sealed: 0,
	}
	if diff := cmp.Diff(want, f.Count); diff != "" {
		t.Error(diff)
	}
	if got := f.Moment[statement.QuizOldest]; staff.Day(got) != "2026-11-20" {
		t.Errorf("oldest quiz %s", got)
	}
	if got := f.Moment[statement.Exercise]; !got.Equal(s.now.AddDate(0, -2, 0)) {
		t.Errorf("exercise %s", got)
	}
	f = s.facts(job.Standing{Staff: []job.DuePerson{person("2026-11-25", false), person("", true), person("2026-11-26", false)}})
	if got := f.Moment[statement.QuizOldest]; !got.IsZero() {
		t.Errorf("one has done no quiz yet, and %s is known", got)
	}
	for _, n := range []statement.Name{statement.Uses, statement.TooLong, statement.LawHours, statement.PeopleDays} {
		if _, known := f.Count[n]; known {
			t.Errorf("%s is known of nothing", n)
		}
	}
}

// TestWatchSince lets the watch begin anew after its last gap, and forgets one that does not run.
func TestWatchSince(t *testing.T) {
	s := newShop(t)
	kept := job.Kept{Status: lookout.Status{PID: 1, Started: s.now.AddDate(0, 0, -30)}, At: s.now.Add(-time.Minute)}
	save := func() {
		t.Helper()
		if err := s.st.SaveState(s.Context(), "status", kept); err != nil {
			t.Fatal(err)
		}
	}
	save()
	if got := s.facts(job.Standing{}).Moment[statement.WatchSince]; !got.Equal(kept.Started) {
		t.Errorf("since %s", got)
	}
	for _, days := range []int{9, 60} { // one of before it began counts for nothing
		to := s.now.AddDate(0, 0, -days)
		if err := s.st.SaveBlind(s.Context(), lookout.Blind{Blind: watch.Blind{From: to.Add(-time.Hour), To: to, Why: watch.Overflow}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := s.facts(job.Standing{}).Moment[statement.WatchSince]; !got.Equal(s.now.AddDate(0, 0, -9)) {
		t.Errorf("after a gap since %s", got)
	}
	kept.Ended = true
	save()
	f := s.facts(job.Standing{})
	if _, known := f.Moment[statement.WatchSince]; known || f.Green["watch.running"] {
		t.Errorf("it does not run: %+v", f)
	}
}

// TestGatherNotes leaves the journal as it was.
func TestGatherNotes(t *testing.T) {
	s := newShop(t)
	before, err := s.st.Last(s.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.facts(job.Standing{})
	if after, err := s.st.Last(s.Context()); err != nil || after != before {
		t.Errorf("%d entries, before %d: %v", after, before, err)
	}
}

// checksOnly is a store of which only the journal's entries of checks are read.
type checksOnly struct {
	job.StatementStore

	list []journal.Entry
}

func (c checksOnly) Journal(_ context.Context, _ int64, fn func(journal.Entry) error) error {
	for _, e := range c.list {
		if err := fn(e); err != nil {
			return err
		}
	}
	return nil
}

// TestTurned finds since when an item has not been green, after a moment.
func TestTurned(t *testing.T) {
	start := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	check := func(day int, items string) journal.Entry {
		return journal.Entry{Kind: "check.done", At: start.AddDate(0, 0, day).Format(time.RFC3339Nano), Body: json.RawMessage(`{"items":` + items + `}`)}
	}
	st := checksOnly{list: []journal.Entry{
		check(0, `{"a":"act","b":"ok"}`), // before what is asked for
		{Kind: "scan.finished", At: start.Format(time.RFC3339Nano), Body: json.RawMessage(`[]`)},
		check(2, `{"a":"ok","b":"attention","c":"unknown"}`),
		check(3, `{"a":"ok","b":"ok","c":"act"}`),
		check(4, `{"a":"ok","b":"act","c":"attention"}`),
		check(5, `{"a":"ok","b":"attention","c":"attention"}`),
	}}
	got, err := job.Turned(t.Context(), st, start.AddDate(0, 0, 1))
	if err != nil {
		t.Fatal(err)
	}
	for id, day := range map[string]int{"b": 4, "c": 2} {
		if !got[id].Equal(start.AddDate(0, 0, day)) {
			t.Errorf("%s since %s", id, got[id])
		}
	}
	if len(got) != 2 {
		t.Errorf("%v", got)
	}
}
