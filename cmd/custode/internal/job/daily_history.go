package job

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"custode/internal/alert"
	"custode/internal/journal"
	"custode/playbook/daily"
)

// HistoryStore keeps the checks of before, and what was put off and told.
type HistoryStore interface {
	KeepCheck(ctx context.Context, run daily.Run, body any) (journal.Head, error)
	Checks(ctx context.Context, since time.Time) ([]daily.Run, error)
	Snoozes(ctx context.Context, shop *time.Location) (map[string]daily.Snooze, error)
	PutOff(ctx context.Context, item string, z daily.Snooze) error
	EndSnooze(ctx context.Context, item, by string) (was bool, err error)
	Told(ctx context.Context) (map[string]daily.Told, error)
	Tell(ctx context.Context, told map[string]daily.Told, m *alert.Queued) error
}

// History is what came before a check.
type History struct {
	Since    map[string]time.Time // since when each item counts as what it does
	Before   *daily.Run           // what the score is held against; nil for the first check
	From, To time.Time            // the days without a check since the last one; zero: none
	Runs     []daily.Run          // of the last twelve months, this check the last of them
}

// history gathers what came before a check.
func history(ctx context.Context, st HistoryStore, r daily.Result, this daily.Run) (h History, err error) {
	runs, err := st.Checks(ctx, r.At.AddDate(-1, 0, 0))
	if err != nil {
		return h, err
	}
	h.Since = daily.Since(r, runs)
	if before, there := daily.Previous(runs, r.At); there {
		h.Before = &before
	}
	if from, to, there := daily.Gap(runs, r.At); there {
		h.From, h.To = from, to
	}
	h.Runs = append(runs, this)
	return h, nil
}

// LastCheck gives the last check that is younger than age, and false where there is none. One
// of after now is from a clock that was wrong.
func LastCheck(ctx context.Context, st HistoryStore, now time.Time, age time.Duration) (daily.Run, bool, error) {
	runs, err := st.Checks(ctx, now.Add(-age))
	for len(runs) > 0 && runs[len(runs)-1].At.After(now) {
		runs = runs[:len(runs)-1]
	}
	if err != nil || len(runs) == 0 {
		return daily.Run{}, false, err
	}
	return runs[len(runs)-1], true, nil
}

// Why an item is not put off.
var (
	ErrNoItem = errors.New("there is no such item")
	ErrFixed  = errors.New("this item can't be put off")
	ErrFine   = errors.New("this item is in order")
	ErrUntil  = errors.New("not a day within the next 180")
	ErrReason = errors.New("no reason, or one that is too long")
)

// mostReason is more letters than a reason has.
const mostReason = 200

// PutOff is an item of the check that is to be put off.
type PutOff struct {
	daily.Snooze

	Item string
}

// Do puts the item off until the end of a day, for a reason: what the owner has seen, and says
// why it waits. Only what is not in order can be put off: nobody has seen what is still to come.
func (z PutOff) Do(ctx context.Context, st DailyStore, shop Shop, now time.Time) (PutOff, error) {
	id := z.Item
	z.Because = strings.TrimSpace(z.Because)
	there, may := daily.Known(id)
	last := Midnight(now).AddDate(0, 0, daily.SnoozeDays)
	switch {
	case !there:
		return z, ErrNoItem
	case !may:
		return z, ErrFixed
	case z.Until.Before(Midnight(now)) || Midnight(z.Until).After(last):
		return z, ErrUntil
	case z.Because == "" || utf8.RuneCountInString(z.Because) > mostReason || strings.ContainsFunc(z.Because, unicode.IsControl):
		return z, ErrReason
	}
	facts, err := Facts(ctx, st, shop, now)
	if err != nil {
		return z, err
	}
	facts.Snoozes = nil
	found := ErrNoItem // it is not looked at in this shop
	for _, it := range daily.Judge(facts, now).Items {
		switch {
		case it.ID != id:
		case it.Status == daily.OK:
			found = ErrFine
		default:
			found, z.Was = nil, it.Worth
		}
	}
	if found != nil {
		return z, found
	}
	return z, st.PutOff(ctx, id, z.Snooze)
}

// Resume ends that an item is put off, and tells whether it was.
func Resume(ctx context.Context, st HistoryStore, id, by string) (bool, error) {
	if there, _ := daily.Known(id); !there {
		return false, ErrNoItem
	}
	return st.EndSnooze(ctx, id, by)
}

// TellNews queues one message with what of a check is news, and tells how many things that are. What was told
// stays told: the same is told once a day at most.
func TellNews(ctx context.Context, st HistoryStore, c Check, words func(news []daily.Item) (subject, body string)) (int, error) {
	told, err := st.Told(ctx)
	if err != nil {
		return 0, err
	}
	news, next := daily.Tell(c.Result, told)
	if len(news) == 0 {
		return 0, st.Tell(ctx, next, nil)
	}
	m := alert.Queued{Kind: alert.Daily, Day: c.At.Format(time.DateOnly)}
	m.At, m.Severity = c.At, alert.Note
	for _, it := range news {
		if it.Status == daily.Act {
			m.Severity = alert.High
		}
	}
	m.Subject, m.Body = words(news)
	return len(news), st.Tell(ctx, next, &m)
}
