package store

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/alert"
	"custode/playbook/daily"
)

func checkAt(day, hour, score int) daily.Run {
	at := time.Date(2026, 11, day, hour, 0, 0, 0, time.UTC)
	return daily.Run{
		At: at, Day: at.Format(time.DateOnly), Status: daily.Act, Score: score,
		Items: map[string]daily.Status{"data.plaintext": daily.Act, "self.log": daily.OK}, OpenFiles: 3, OpenPeople: 120,
	}
}

// TestChecks: a check comes back as it was kept, with its row in the journal; of a day that is
// over the last stays, of today all, and after three years none.
func TestChecks(t *testing.T) {
	s := open(t, t.TempDir())
	keep := func(r daily.Run) {
		t.Helper()
		if _, err := s.KeepCheck(t.Context(), r, map[string]int{"score": r.Score}); err != nil {
			t.Fatal(err)
		}
	}
	old := checkAt(20, 9, 1)
	old.At = old.At.AddDate(-3, -1, 0)
	old.Day = old.At.Format(time.DateOnly)
	keep(old)
	for _, r := range []daily.Run{checkAt(20, 9, 40), checkAt(20, 18, 50), checkAt(21, 12, 55), checkAt(22, 9, 60), checkAt(22, 10, 61)} {
		keep(r)
	}
	got, err := s.Checks(t.Context(), time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	want := []daily.Run{checkAt(20, 18, 50), checkAt(21, 12, 55), checkAt(22, 9, 60), checkAt(22, 10, 61)}
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b time.Time) bool { return a.Equal(b) })); diff != "" {
		t.Error(diff)
	}
	if got, err := s.Checks(t.Context(), checkAt(22, 9, 0).At); err != nil || len(got) != 2 {
		t.Error(got, err)
	}
	n := 0
	if e, there, err := s.LastOf(t.Context(), "check.done"); err != nil || !there || !strings.Contains(string(e.Body), "61") {
		t.Error(e, err)
	}
	if err := s.each(t.Context(), "SELECT count(*) FROM journal WHERE kind = 'check.done'", nil, func(r *sql.Rows) error { return r.Scan(&n) }); err != nil || n != 6 {
		t.Error(n, err)
	}
}

// TestSnoozes: put off, put off anew, ended, over: each in the journal with its reason.
func TestSnoozes(t *testing.T) {
	s, rome := open(t, t.TempDir()), time.FixedZone("shop", 3600)
	if err := s.PutOff(t.Context(), "scan.age", daily.Snooze{Until: time.Date(2026, 12, 1, 12, 0, 0, 0, rome), Because: "inventory", By: "anna", Was: daily.Act}); err != nil {
		t.Fatal(err)
	}
	if err := s.PutOff(t.Context(), "scan.age", daily.Snooze{Until: time.Date(2026, 12, 24, 12, 0, 0, 0, rome), Because: "a new computer comes", By: "anna", Was: daily.Act}); err != nil {
		t.Fatal(err)
	}
	got, err := s.Snoozes(t.Context(), rome)
	if z := got["scan.age"]; err != nil || len(got) != 1 || z.Because != "a new computer comes" || z.By != "anna" || z.Was != daily.Act || !z.Until.Equal(time.Date(2026, 12, 24, 22, 59, 59, 0, time.UTC)) {
		t.Errorf("%+v %v", got, err)
	}
	e, _, err := s.LastOf(t.Context(), "check.snoozed")
	if want := `{"item":"scan.age","until":"2026-12-24","because":"a new computer comes","by":"anna"}`; err != nil || string(e.Body) != want {
		t.Errorf("%s %v", e.Body, err)
	}
	if was, err := s.EndSnooze(t.Context(), "data.access", "anna"); was || err != nil {
		t.Error(was, err)
	}
	if _, there, _ := s.LastOf(t.Context(), "check.resumed"); there {
		t.Error("the journal tells of an end of nothing")
	}
	if was, err := s.EndSnooze(t.Context(), "scan.age", "anna"); !was || err != nil {
		t.Error(was, err)
	}
	if e, _, err := s.LastOf(t.Context(), "check.resumed"); err != nil || string(e.Body) != `{"item":"scan.age","by":"anna"}` {
		t.Errorf("%s %v", e.Body, err)
	}
	// The last day is one of them; the day after, it is forgotten.
	if err := s.PutOff(t.Context(), "scan.age", daily.Snooze{Until: time.Date(2026, 11, 21, 12, 0, 0, 0, rome), Because: "x", By: "anna", Was: daily.Act}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{1, 0} {
		if _, err := s.KeepCheck(t.Context(), checkAt(21+i, 9, 1), nil); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Snoozes(t.Context(), rome); err != nil || len(got) != want {
			t.Errorf("day %d: %v %v", 21+i, got, err)
		}
	}
}

// TestTold: what was told comes back, what is not told of any more goes, and the message is in
// the queue together with it.
func TestTold(t *testing.T) {
	s := open(t, t.TempDir())
	want := map[string]daily.Told{
		"data.plaintext": {Day: "2026-11-22", Status: daily.Act, Now: daily.OK},
		"scan.age":       {Day: "2026-11-21", Status: daily.Unknown, Now: daily.Unknown},
	}
	if err := s.Tell(t.Context(), map[string]daily.Told{"self.log": {Day: "2026-11-01", Status: daily.Act, Now: daily.Act}}, nil); err != nil {
		t.Fatal(err)
	}
	m := alert.Queued{Kind: alert.Daily, Day: "2026-11-22"}
	m.At, m.Severity, m.Subject, m.Body = ticking(), alert.High, "s", "b\n"
	if err := s.Tell(t.Context(), want, &m); err != nil {
		t.Fatal(err)
	}
	got, err := s.Told(t.Context())
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	waiting, err := s.WaitingMessages(t.Context())
	if err != nil || len(waiting) != 1 || waiting[0].Kind != alert.Daily || waiting[0].Severity != alert.High || waiting[0].Subject != "s" || waiting[0].Day != "2026-11-22" {
		t.Errorf("%+v %v", waiting, err)
	}
}
