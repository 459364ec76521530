package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/internal/secret"
	"custode/training/pin"
	"custode/training/question"
	"custode/training/staff"
)

// desk lets somebody sit down whose PIN is known.
func (w *world) desk(d *trainer, name string) *job.Desk {
	w.t.Helper()
	who, err := d.Find(w.t.Context(), name)
	if err != nil {
		w.t.Fatal(err)
	}
	key, err := d.Unlock(w.t.Context(), who.ID, secret.FromString(w.pins[name]))
	if err != nil {
		w.t.Fatal(err)
	}
	desk, err := d.SitDown(w.t.Context(), who.ID, key)
	if err != nil {
		w.t.Fatal(err)
	}
	return desk
}

func (w *world) trainer() *trainer {
	w.t.Helper()
	sh := w.shell(nil, nil, nil)
	if err := sh.speak(nil); err != nil {
		w.t.Fatal(err)
	}
	d, err := sh.quizzer(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(d.close)
	return d
}

func right(*question.Question) bool { return true }

// After an exercise or an incident everybody is due again, and the questions that go with it
// come first.
func TestWhatHappenedBringsQuestions(t *testing.T) {
	for _, start := range [][]string{{"playbook", "drill", "start", "lost-device", "--json"}, {"playbook", "start", "lost-device", "--json"}} {
		w := newWorld(t, []string{victim})
		var seen heard
		w.sits(victim, right, &chance{seed: 1}, &seen)
		w.now = w.now.AddDate(0, 0, 1)
		if r := w.run("quiz", "due"); strings.Contains(r.out, victim) {
			t.Fatalf("due the day after: %+v", r)
		}
		if r := w.run(start...); r.code != 0 {
			t.Fatalf("%+v", r)
		}
		if r := w.run("quiz", "due"); !strings.Contains(r.out, victim+": due") {
			t.Errorf("%q makes nobody due: %+v", start, r)
		}
		d := w.trainer()
		boosts, err := d.boosts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s, err := w.desk(d, victim).Begin(t.Context(), d.q.bank, boosts)
		if err != nil {
			t.Fatal(err)
		}
		about := 0
		for _, id := range s.Questions {
			if slices.Contains(d.q.bank.Question(id).Plans, "lost-device") {
				about++
			}
		}
		if about < len(s.Questions)/2 {
			t.Errorf("%q: %d of %d questions go with it", start, about, len(s.Questions))
		}
		w.sits(victim, right, &chance{seed: 2}, &seen)
		w.now = w.now.AddDate(0, 0, 1)
		w.sits(victim, right, &chance{seed: 3}, &seen)
		if r := w.run("quiz", "due"); strings.Contains(r.out, victim) {
			t.Errorf("%q: still due after a quiz: %+v", start, r)
		}
	}
}

// A clock that was wrong, either way, loses nothing, locks nobody out and shows no absurd dates.
func TestClockOfQuizzes(t *testing.T) {
	w := newWorld(t, []string{victim})
	var seen heard
	kept := 0
	begun := w.now
	for i, days := range []int{0, -1, -365, 3650, -3650, 365, 7} {
		w.now = w.now.AddDate(0, 0, days)
		w.sits(victim, right, &chance{seed: uint64(i)}, &seen)
		if n := len(strings.Fields(w.rows()["staff_answer.day"])); n < kept {
			t.Errorf("%s: %d days of answers, %d before", w.now, n, kept)
		} else {
			kept = n
		}
		for _, args := range [][]string{{"quiz", "due"}, {"quiz", "results"}, {"staff", "list"}, {"quiz", "certificate", victim}} {
			if r := w.run(args...); r.code != 0 {
				t.Errorf("%s, %q: %+v", w.now, args, r)
			}
		}
	}
	w.now = begun.AddDate(0, 0, 14)
	if r := w.run("quiz", "due"); !strings.Contains(r.out, victim+": due") {
		t.Errorf("a date far ahead keeps somebody from being due: %+v", r)
	}
}

// Of a thousand PINs typed within a day few are looked at, and the right one works afterwards.
func TestThousandPINs(t *testing.T) {
	w := newWorld(t, []string{victim})
	var seen heard
	w.sits(victim, right, &chance{seed: 1}, &seen)
	d := w.trainer()
	d.Cost = cheapPIN
	who, err := d.Find(t.Context(), victim)
	if err != nil {
		t.Fatal(err)
	}
	at := w.now
	d.Now = func() time.Time { return at }
	looked, longest := 0, time.Duration(0)
	for range 1000 {
		_, err := d.Unlock(t.Context(), who.ID, secret.FromString("8402"))
		wait := (*job.WaitError)(nil)
		switch {
		case errors.Is(err, pin.ErrWrong):
			looked++
		case errors.As(err, &wait):
			longest = max(longest, wait.Left)
		default:
			t.Fatal(err)
		}
		at = at.Add(24 * time.Hour / 1000)
	}
	if looked > 40 || looked < 20 || longest > pin.LongestWait {
		t.Errorf("%d PINs of a day were looked at, the longest wait was %s", looked, longest)
	}
	if _, err := d.Unlock(t.Context(), who.ID, secret.FromString(w.pins[victim])); err == nil {
		t.Error("the right PIN works during the wait: so guessing does")
	}
	at = at.Add(pin.LongestWait)
	for range 2 { // the second time without any wait
		if _, err := d.Unlock(t.Context(), who.ID, secret.FromString(w.pins[victim])); err != nil {
			t.Errorf("the right PIN after the wait: %v", err)
		}
	}
	at = at.AddDate(-3, 0, 0) // a clock that was set back
	for range 4 {
		_, _ = d.Unlock(t.Context(), who.ID, secret.FromString("8402"))
	}
	wait := (*job.WaitError)(nil)
	if _, err := d.Unlock(t.Context(), who.ID, secret.FromString("8402")); errors.As(err, &wait) && wait.Left > pin.LongestWait {
		t.Errorf("a wait of %s", wait.Left)
	}
}

// The same person's quiz at two places: the second answer is refused, and nothing is lost or
// doubled; whoever begins once more goes on behind the first.
func TestTwoDesks(t *testing.T) {
	w := newWorld(t, []string{victim})
	var seen heard
	w.sits(victim, right, &chance{seed: 1}, &seen)
	w.now = w.now.AddDate(0, 0, 7)
	d := w.trainer()
	till, tablet := w.desk(d, victim), w.desk(d, victim)
	a, err := till.Begin(t.Context(), d.q.bank, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tablet.Begin(t.Context(), d.q.bank, nil); !errors.Is(err, staff.ErrTurn) {
		t.Fatalf("a second quiz beside the first: %v", err)
	}
	tablet = w.desk(d, victim)
	b, err := tablet.Begin(t.Context(), d.q.bank, nil)
	if err != nil || !b.Resumed {
		t.Fatal(err)
	}
	first, _ := a.Next()
	if _, err := till.Give(t.Context(), a, d.q.bank, first.Question, answerTo(first.Question, true)); err != nil {
		t.Fatal(err)
	}
	same, _ := b.Next()
	if _, err := tablet.Give(t.Context(), b, d.q.bank, same.Question, answerTo(same.Question, false)); !errors.Is(err, staff.ErrTurn) {
		t.Errorf("the same question at the other place: %v", err)
	}
	if f := d.sh.trainFault(staff.ErrTurn, victim); !isFault(f, "fault.staff.turn") {
		t.Error(f)
	}
	again := w.desk(d, victim)
	c, err := again.Begin(t.Context(), d.q.bank, nil)
	if err != nil || !c.Resumed || len(c.Given) != 1 {
		t.Errorf("%+v, %v", c, err)
	}
	records, err := again.Records(t.Context())
	n := 0
	for _, r := range records {
		if r.Question == first.Question.ID && r.Score == 100 {
			n++
		}
	}
	if err != nil || n != 1 {
		t.Errorf("the answer is there %d times, %v", n, err)
	}
}

// What cannot be opened any more is said, and takes neither the program nor its memory.
func TestSpoiltLearner(t *testing.T) {
	for _, c := range []struct {
		spoil string
		code  int
		says  string
	}{
		{"UPDATE staff SET progress = x'00'", 65, "cannot be opened any more"},
		{"UPDATE staff SET progress = substr(progress, 1, 60)", 65, "cannot be opened any more"},
		{"UPDATE staff_answer SET sealed = x'0102'", 65, "cannot be opened any more"},
		{"UPDATE staff SET lock = x'7b'", 65, "cannot be opened any more"},
		{`UPDATE staff SET lock = CAST('{"cost":{"t":1,"m":4294967295,"p":1},"salt":"AAAA","wrapped":"AAAA"}' AS BLOB)`, 65, "cannot be opened any more"},
	} {
		w := newWorld(t, []string{victim})
		var seen heard
		w.sits(victim, right, &chance{seed: 1}, &seen)
		w.exec(c.spoil)
		if r := w.run("quiz", "results", "--as", victim, "--pin-file", put(t, w.home+"/pin", w.pins[victim])); r.code != c.code || !strings.Contains(r.err, c.says) {
			t.Errorf("%s: %+v", c.spoil, r)
		}
		if r := w.run("staff", "reset", victim, "--yes"); r.code != 0 {
			t.Errorf("%s: no way out: %+v", c.spoil, r)
		}
	}
}

// Answers go after ninety days, by whatever is run; dates after two years; nobody has to ask.
func TestAnswersGo(t *testing.T) {
	for _, command := range [][]string{{"check"}, {"staff", "list"}, {"quiz", "results"}} {
		w := newWorld(t, []string{victim, "Bruno"})
		var seen heard
		w.sits(victim, func(*question.Question) bool { return false }, &chance{seed: 1}, &seen)
		for _, step := range []struct {
			days, answers, dates int
		}{{90, 1, 1}, {1, 0, 1}, {700, 0, 1}, {1, 0, 0}} /* a long pause is believed on the second day */ {
			w.now = w.now.AddDate(0, 0, step.days)
			w.run(command...)
			rows := w.rows()
			answers := len(strings.Fields(rows["staff_answer.sealed"]))
			progress := len(slices.DeleteFunc(strings.Fields(rows["staff.progress"]), func(length string) bool { return length == "0" }))
			if answers != step.answers || progress != step.answers || len(strings.Fields(rows["staff_finished.day"])) != step.dates {
				t.Errorf("%v, %d days later: %d answers, progress %q, dates %q", command, step.days, answers, rows["staff.progress"], rows["staff_finished.day"])
			}
		}
	}
}
