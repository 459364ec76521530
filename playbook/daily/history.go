package daily

import (
	"slices"
	"time"
)

// Run is what is kept of a check.
type Run struct {
	At         time.Time
	Day        string // where the shop is, as 2026-11-23
	Status     Status
	Score      int
	Items      map[string]Status // what each counted as: to put an item off changes nothing in it
	OpenFiles  int64             // with personal data, not encrypted
	OpenPeople int64             // that they are about
}

// RunOf is what is kept of a result.
func RunOf(r Result, f Facts) Run {
	run := Run{At: r.At, Day: r.At.Format(time.DateOnly), Status: r.Status, Score: r.Score, Items: map[string]Status{}}
	for _, it := range r.Items {
		run.Items[it.ID] = it.Worth
	}
	if f.Scan != nil {
		run.OpenFiles, run.OpenPeople = int64(len(f.Scan.Open)), f.Scan.People
	}
	return run
}

// Since tells since when each item of a result counts as what it does: the time of the first check
// of those before that said the same without one between that did not. What is new is
// so since now. runs come in any order; those after now are from a clock that was wrong.
func Since(r Result, runs []Run) map[string]time.Time {
	past := earlier(runs, r.At)
	since := make(map[string]time.Time, len(r.Items))
	for _, it := range r.Items {
		since[it.ID] = r.At
		for _, run := range slices.Backward(past) {
			if run.Items[it.ID] != it.Worth {
				break
			}
			since[it.ID] = run.At
		}
	}
	return since
}

// Previous gives the check that a score is held against: the last one of a day before today, or
// where there is none, the first one of today. A shop that mends something and looks again sees so what the day
// has brought.
func Previous(runs []Run, now time.Time) (Run, bool) {
	past := earlier(runs, now)
	today := now.Format(time.DateOnly)
	for _, run := range slices.Backward(past) {
		if run.Day != today {
			return run, true
		}
	}
	if len(past) == 0 {
		return Run{}, false
	}
	return past[0], true
}

// Gap tells on which days no check was held since the last one: the first and the last of
// those days.
func Gap(runs []Run, now time.Time) (from, to time.Time, there bool) {
	past := earlier(runs, now)
	if len(past) == 0 {
		return from, to, false
	}
	last := past[len(past)-1].At.In(now.Location())
	from = time.Date(last.Year(), last.Month(), last.Day()+1, 0, 0, 0, 0, now.Location())
	to = time.Date(now.Year(), now.Month(), now.Day()-1, 0, 0, 0, 0, now.Location())
	return from, to, !to.Before(from)
}

// earlier are the runs up to now, the oldest first.
func earlier(runs []Run, now time.Time) []Run {
	past := slices.Clone(runs)
	past = slices.DeleteFunc(past, func(r Run) bool { return r.At.After(now) })
	slices.SortStableFunc(past, func(a, b Run) int { return a.At.Compare(b.At) })
	return past
}

// SnoozeDays is for how long an item may be put off, at most.
const SnoozeDays = 180

// Told is what was told of an item last.
type Told struct {
	Day    string // where the shop is
	Status Status // as which it was told
	Now    Status // what the last check found; put off or only for the owner to answer: in order
}

// Tell gives what of a result is news, and what to remember of all that was told. News is what is worse than at
// the last check that told its news. The same is told once a day at most, however
// often it comes and goes. What was put off and what only the owner can answer is no news. The
// items come in the order in which they are to be done.
func Tell(r Result, told map[string]Told) (news []Item, next map[string]Told) {
	today := r.At.Format(time.DateOnly)
	next = map[string]Told{}
	for id, was := range told {
		if was.Day == today { // so that the same is not told again
			was.Now = OK
			next[id] = was
		}
	}
	for _, it := range r.First(len(r.Items)) {
		if it.Snooze != nil || it.Question {
			continue
		}
		was, before := told[it.ID]
		worse := it.Status.urgency() > was.Now.urgency()
		again := was.Day == today && it.Status.urgency() <= was.Status.urgency()
		if was.Now = it.Status; !before || worse && !again {
			was.Day, was.Status = today, it.Status
			news = append(news, it)
		}
		next[it.ID] = was
	}
	return news, next
}
