package daily_test

import (
	"testing"
	"time"

	"custode/playbook/daily"
)

// TestLedgers makes each item that rests on custode's own records each of its colours.
func TestLedgers(t *testing.T) {
	const day = 24 * time.Hour
	old := func(days int) time.Time { return now().AddDate(0, 0, -days).Add(-time.Minute) }
	title := func(id, c string) string { return "item." + id + "." + c + ".title" }
	young := func(f *daily.Facts) { f.Began = now().Add(-5 * day) }
	var cases []itemCase
	add := func(id, c string, want daily.Status, change func(f *daily.Facts)) {
		cases = append(cases, itemCase{c, id, change, want, title(id, c)})
	}

	const clock = "response.clock"
	add(clock, "none", daily.OK, func(*daily.Facts) {})
	add(clock, "open", daily.Attention, func(f *daily.Facts) { f.Response.Open = 1 })
	add(clock, "waiting", daily.Attention, func(f *daily.Facts) { f.Response.Open, f.Response.Waiting = 1, true })
	add(clock, "running", daily.Attention, func(f *daily.Facts) { f.Response.Open, f.Response.Next = 1, now().Add(12*time.Hour) })
	add(clock, "short", daily.Act, func(f *daily.Facts) { f.Response.Open, f.Response.Next = 1, now().Add(12*time.Hour-1) })
	add(clock, "late", daily.Act, func(f *daily.Facts) { f.Response.Open, f.Response.Late = 1, 1 })
	add(clock, "unread", daily.Unknown, func(f *daily.Facts) { f.Response.Open, f.Response.Unread = 2, 1 })
	add(clock, "short", daily.Act, func(f *daily.Facts) {
		f.Response.Open, f.Response.Unread, f.Response.Next = 2, 1, now().Add(time.Hour)
	})
	add(clock, "unknown", daily.Unknown, func(f *daily.Facts) { f.Response = nil })

	const drill = "response.drill"
	add(drill, "ok", daily.OK, func(*daily.Facts) {})
	add(drill, "ok", daily.OK, func(f *daily.Facts) { f.Response.Drilled = now().Add(-180 * day) })
	add(drill, "old", daily.Attention, func(f *daily.Facts) { f.Response.Drilled = old(180) })
	add(drill, "old", daily.Act, func(f *daily.Facts) { f.Response.Drilled = old(365) })
	add(drill, "never", daily.Act, func(f *daily.Facts) { f.Response.Drilled = time.Time{} })
	add(drill, "never", daily.Attention, func(f *daily.Facts) { f.Response.Drilled = time.Time{}; young(f) })
	add(drill, "never", daily.Act, func(f *daily.Facts) { f.Response.Drilled, f.Began = time.Time{}, old(30) })
	add(drill, "future", daily.Unknown, func(f *daily.Facts) { f.Response.Drilled = now().Add(time.Minute) })
	add(drill, "unknown", daily.Unknown, func(f *daily.Facts) { f.Response.DrillsLost = true })
	add(drill, "unknown", daily.Unknown, func(f *daily.Facts) { f.Response = nil })

	const contacts = "response.contacts"
	add(contacts, "ok", daily.OK, func(*daily.Facts) {})
	add(contacts, "old", daily.Attention, func(f *daily.Facts) { f.Response.CheckedAt = old(180) })
	add(contacts, "old", daily.Act, func(f *daily.Facts) { f.Response.CheckedAt = old(540) })
	add(contacts, "missing", daily.Attention, func(f *daily.Facts) { f.Response.Missing = []daily.Phrase{{Key: "x"}} })
	add(contacts, "none", daily.Act, func(f *daily.Facts) { f.Response.Contacts = 0 })
	add(contacts, "none", daily.Attention, func(f *daily.Facts) { f.Response.Contacts = 0; young(f) })
	add(contacts, "future", daily.Unknown, func(f *daily.Facts) { f.Response.CheckedAt = now().Add(day) })
	add(contacts, "unknown", daily.Unknown, func(f *daily.Facts) { f.Response = nil })

	const quiz = "people.quiz"
	add(quiz, "ok", daily.OK, func(*daily.Facts) {})
	add(quiz, "due", daily.Attention, func(f *daily.Facts) { f.Staff.Due = 1 })
	add(quiz, "due", daily.Attention, func(f *daily.Facts) { f.Staff.Due = 5 })
	add(quiz, "behind", daily.Attention, func(f *daily.Facts) { f.Staff.Due, f.Staff.Behind = 5, 1 })
	add(quiz, "behind", daily.Act, func(f *daily.Facts) { f.Staff.Due, f.Staff.Behind = 5, 2 })
	add(quiz, "nobody", daily.Act, func(f *daily.Facts) { f.Staff = &daily.StaffFacts{} })
	add(quiz, "nobody", daily.Attention, func(f *daily.Facts) { f.Staff = &daily.StaffFacts{}; young(f) })
	add(quiz, "unknown", daily.Unknown, func(f *daily.Facts) { f.Staff = nil })

	const notice = "privacy.notice"
	add(notice, "ok", daily.OK, func(*daily.Facts) {})
	add(notice, "stale", daily.Attention, func(f *daily.Facts) { f.Privacy.Stale = 1 })
	add(notice, "wrong", daily.Act, func(f *daily.Facts) { f.Privacy.Stale, f.Privacy.WrongFacts = 1, true })
	add(notice, "none", daily.Act, func(f *daily.Facts) { f.Privacy.Papers = 0 })
	add(notice, "none", daily.Attention, func(f *daily.Facts) { f.Privacy.Papers = 0; young(f) })
	add(notice, "nothing", daily.OK, func(f *daily.Facts) { f.Privacy = &daily.PrivacyFacts{} })
	add(notice, "unknown", daily.Unknown, func(f *daily.Facts) { f.Privacy.NoticeLost = true })
	add(notice, "unknown", daily.Unknown, func(f *daily.Facts) { f.Privacy = nil })

	const requests = "privacy.requests"
	add(requests, "none", daily.OK, func(*daily.Facts) {})
	add(requests, "open", daily.OK, func(f *daily.Facts) { f.Privacy.Requests, f.Privacy.Next = 1, now().Add(8*day) })
	add(requests, "soon", daily.Attention, func(f *daily.Facts) { f.Privacy.Requests, f.Privacy.Next = 1, now().Add(7*day) })
	add(requests, "late", daily.Act, func(f *daily.Facts) { f.Privacy.Requests, f.Privacy.Late = 1, 1 })
	add(requests, "unknown", daily.Unknown, func(f *daily.Facts) { f.Privacy = nil })

	const choices = "privacy.choices"
	add(choices, "none", daily.OK, func(*daily.Facts) {})
	add(choices, "never", daily.Attention, func(f *daily.Facts) { f.Privacy.Choices = 9 })
	add(choices, "ok", daily.OK, func(f *daily.Facts) { f.Privacy.Choices, f.Privacy.FilteredAt = 9, old(400) })
	add(choices, "since", daily.Attention, func(f *daily.Facts) {
		f.Privacy.Choices, f.Privacy.FilteredAt, f.Privacy.NoSince, f.Privacy.NoFrom = 9, old(40), 1, old(20)
	})
	add(choices, "since", daily.Act, func(f *daily.Facts) {
		f.Privacy.Choices, f.Privacy.FilteredAt, f.Privacy.NoSince, f.Privacy.NoFrom = 9, old(40), 1, old(30)
	})
	add(choices, "unknown", daily.Unknown, func(f *daily.Facts) { f.Privacy.Choices, f.Privacy.FilteredAt = 9, now().Add(day) })
	add(choices, "unknown", daily.Unknown, func(f *daily.Facts) { f.Privacy = nil })

	const canaries = "watch.canaries"
	add(canaries, "ok", daily.OK, func(*daily.Facts) {})
	add(canaries, "none", daily.Attention, func(f *daily.Facts) { f.Decoys = &daily.DecoyFacts{} })
	add(canaries, "missing", daily.Attention, func(f *daily.Facts) { f.Decoys.Missing = file("") })
	add(canaries, "missing", daily.Act, func(f *daily.Facts) { f.Decoys = &daily.DecoyFacts{Placed: 1, Missing: file("")} })
	add(canaries, "unseen", daily.Unknown, func(f *daily.Facts) { f.Decoys.Unseen = 1 })
	add(canaries, "unknown", daily.Unknown, func(f *daily.Facts) { f.Decoys = nil })

	const running = "watch.running"
	add(running, "never", daily.Act, func(f *daily.Facts) { f.Watch = &daily.WatchFacts{Never: true} })
	add(running, "never", daily.Attention, func(f *daily.Facts) { f.Watch = &daily.WatchFacts{Never: true}; young(f) })
	add(running, "gap", daily.Attention, func(f *daily.Facts) { f.Watch.Gap = 25 * time.Hour })
	add(running, "ok", daily.OK, func(f *daily.Facts) { f.Watch.Gap = time.Hour })
	add(running, "unknown", daily.Unknown, func(f *daily.Facts) { f.Watch = nil })
	add("watch.alerts", "unknown", daily.Unknown, func(f *daily.Facts) { f.Watch = nil })

	const receipt = "self.receipt"
	add(receipt, "ok", daily.OK, func(*daily.Facts) {})
	add(receipt, "old", daily.Attention, func(f *daily.Facts) { f.Journal.TakenAt = old(30) })
	add(receipt, "old", daily.Act, func(f *daily.Facts) { f.Journal.TakenAt = old(90) })
	add(receipt, "never", daily.Act, func(f *daily.Facts) { f.Journal.TakenAt = time.Time{} })
	add(receipt, "never", daily.Attention, func(f *daily.Facts) { f.Journal.TakenAt = time.Time{}; young(f) })
	add(receipt, "future", daily.Unknown, func(f *daily.Facts) { f.Journal.TakenAt = now().Add(day) })
	add(receipt, "unknown", daily.Unknown, func(f *daily.Facts) { f.Journal = nil })
	judgeAll(t, cases)
}

// TestGraceEarnsNothing: what was never done is gentler in the first days, and counts the same.
func TestGraceEarnsNothing(t *testing.T) {
	f := sound()
	f.Watch, f.Response.Drilled, f.Journal.TakenAt = &daily.WatchFacts{Never: true}, time.Time{}, time.Time{}
	before := daily.Judge(f, now())
	f.Began = now().AddDate(0, 0, -3)
	after := daily.Judge(f, now())
	if before.Score != after.Score || after.Status == daily.Act || before.Status != daily.Act {
		t.Errorf("%d %s, in the first days %d %s", before.Score, before.Status, after.Score, after.Status)
	}
}

// TestNewcomer: who puts the first person on the list does as the check says, and the score does not fall.
func TestNewcomer(t *testing.T) {
	f := sound()
	f.Staff = &daily.StaffFacts{}
	for _, began := range []int{3, 300} {
		f.Began = now().AddDate(0, 0, -began)
		before := daily.Judge(f, now())
		f.Staff = &daily.StaffFacts{People: 1, Due: 1}
		if after := daily.Judge(f, now()); after.Score < before.Score || after.Status == daily.Act {
			t.Errorf("%d days: %d, with somebody on the list %d %s", began, before.Score, after.Score, after.Status)
		}
		f.Staff = &daily.StaffFacts{}
	}
}
