package store

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"custode/training/staff"
)

func TestStaff(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	anna, err := s.AddPerson(ctx, "Anna", "2026-11-28")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.AddPerson(ctx, "ANNA", "2026-11-28"); !errors.Is(err, staff.ErrTaken) {
		t.Errorf("a second Anna: %v", err)
	}
	bruno, err := s.AddPerson(ctx, "Bruno", "2026-11-28")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SetPIN(ctx, anna, []byte("lock")); err != nil {
		t.Fatal(err)
	}
	if err := s.SetPIN(ctx, anna, []byte("other")); !errors.Is(err, staff.ErrTurn) {
		t.Errorf("a second PIN: %v", err)
	}
	l, err := s.Learner(ctx, anna)
	if err != nil || string(l.Lock) != "lock" || l.Turn != 1 {
		t.Fatalf("%+v, %v", l, err)
	}
	step := staff.Step{Turn: 1, NewTurn: 77, Progress: []byte("p1"), Answers: []byte("a1"), Day: "2026-11-28", Tally: []staff.Tally{{Topic: "phishing", Asked: 1, Counted: 1}}}
	if err := s.SaveStep(ctx, anna, step); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveStep(ctx, anna, step); !errors.Is(err, staff.ErrTurn) {
		t.Errorf("a step from what was before: %v", err)
	}
	if got, err := s.Answers(ctx, anna); err != nil || len(got) != 1 {
		t.Errorf("%d answers after a refused step, %v", len(got), err)
	}
	step = staff.Step{Turn: 77, NewTurn: 78, Progress: []byte("p2"), Answers: []byte("a2"), Day: "2026-11-29", Finished: true, Next: "2026-12-06"}
	if err := s.SaveStep(ctx, anna, step); err != nil {
		t.Fatal(err)
	}
	people, err := s.People(ctx)
	if err != nil || len(people) != 2 || people[0].Last != "2026-11-29" || people[0].Next != "2026-12-06" || people[0].Finished != 1 || !people[0].HasPIN || people[1].Last != "" {
		t.Errorf("%+v, %v", people, err)
	}
	if err := s.ResetPIN(ctx, anna); err != nil {
		t.Fatal(err)
	}
	l, _ = s.Learner(ctx, anna)
	if got, err := s.Answers(ctx, anna); err != nil || len(got) != 0 || len(l.Lock)+len(l.Progress) != 0 || l.Last == "" {
		t.Errorf("after a reset: %d answers, %+v, %v", len(got), l, err)
	}
	if err := s.RemovePerson(ctx, anna); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Learner(ctx, anna); !errors.Is(err, staff.ErrGone) {
		t.Error(err)
	}
	for _, err := range []error{s.RemovePerson(ctx, anna), s.ResetPIN(ctx, 99)} {
		if !errors.Is(err, staff.ErrGone) {
			t.Error(err)
		}
	}
	if again, err := s.AddPerson(ctx, "Anna", "2026-11-30"); err != nil || again <= bruno {
		t.Errorf("a number was used again: %d, %v", again, err)
	}
}

// Whoever leaves is in no byte of the database's files, and in no entry of the journal.
func TestLeaverErased(t *testing.T) {
	ctx := t.Context()
	dir := t.TempDir()
	s, err := Open(ctx, dir, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const name = "Quetzalcoatl Uniquename"
	answer := bytes.Repeat([]byte("SEALEDANSWERMARK"), 300)
	id, err := s.AddPerson(ctx, name, "2026-11-28")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		if err := s.SaveStep(ctx, id, staff.Step{Turn: int64(i), NewTurn: int64(i) + 1, Progress: answer, Answers: answer, Day: "2026-11-28"}); err != nil {
			t.Fatal(err)
		}
	}
	if found := inFiles(t, dir, name, "SEALEDANSWERMARK"); found == "" {
		t.Fatal("the search finds nothing where there is something")
	}
	if err := s.RemovePerson(ctx, id); err != nil {
		t.Fatal(err)
	}
	if found := inFiles(t, dir, name, "SEALEDANSWERMARK", "Quetzal"); found != "" {
		t.Error(found)
	}
}

func inFiles(t *testing.T, dir string, texts ...string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(files) == 0 {
		t.Fatal("no files", err)
	}
	for _, f := range files {
		raw, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range texts {
			if bytes.Contains(raw, []byte(text)) {
				return text + " in " + filepath.Base(f)
			}
		}
	}
	return ""
}

func TestForgetTraining(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	var ids []int64
	for _, n := range []string{"A", "B", "C", "D", "E"} {
		id, err := s.AddPerson(ctx, n, "2024-01-01")
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	step := func(id, turn int64, day string) {
		t.Helper()
		err := s.SaveStep(ctx, id, staff.Step{Turn: turn, NewTurn: turn + 1, Progress: []byte("p"), Answers: []byte("a"), Day: day, Finished: true, Next: day, Tally: []staff.Tally{{Topic: "phishing", Asked: 1, Counted: 1}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	step(ids[0], 0, "2024-11-27") // older than everything
	step(ids[0], 1, "2026-08-29") // a day too old for answers
	step(ids[1], 0, "2026-08-30") // the last day that is kept
	if err := s.ForgetTraining(ctx, now); err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct{ answers, days, progress int }{{0, 1, 0}, {1, 1, 1}} {
		a, err := s.Answers(ctx, ids[i])
		if err != nil {
			t.Fatal(err)
		}
		d, err := s.FinishedDays(ctx, ids[i])
		if err != nil {
			t.Fatal(err)
		}
		l, err := s.Learner(ctx, ids[i])
		if err != nil || len(a) != want.answers || len(d) != want.days || len(l.Progress) != want.progress {
			t.Errorf("person %d: %d answers, days %v, progress %q, %v", i, len(a), d, l.Progress, err)
		}
	}
	if tally, err := s.TeamTally(ctx); err != nil || len(tally) != 1 || tally[0].Asked != 2 {
		t.Errorf("%+v, %v", tally, err)
	}
	if err := s.RemovePerson(ctx, ids[4]); err != nil { // four are no team
		t.Fatal(err)
	}
	if err := s.ForgetTraining(ctx, now); err != nil {
		t.Fatal(err)
	}
	if tally, err := s.TeamTally(ctx); err != nil || len(tally) != 0 {
		t.Errorf("a tally of four people: %+v, %v", tally, err)
	}
}

func TestTryPIN(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir())
	id, err := s.AddPerson(ctx, "Anna", "2026-11-28")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	rule := func(wrong int, last time.Time) time.Duration {
		if wrong >= 2 && at.Sub(last) < time.Minute {
			return time.Minute
		}
		return 0
	}
	for i, want := range []time.Duration{0, 0, time.Minute, time.Minute} {
		if wait, err := s.TryPIN(ctx, id, at, rule); err != nil || wait != want {
			t.Errorf("try %d: wait %s, %v", i, wait, err)
		}
	}
	if err := s.RightPIN(ctx, id); err != nil {
		t.Fatal(err)
	}
	if wait, err := s.TryPIN(ctx, id, at, rule); err != nil || wait != 0 {
		t.Errorf("after the right one: wait %s, %v", wait, err)
	}
	if _, err := s.TryPIN(ctx, 99, at, rule); !errors.Is(err, staff.ErrGone) {
		t.Error(err)
	}
}
