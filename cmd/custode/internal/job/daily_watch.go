package job

import (
	"context"
	"time"

	"custode/internal/alert"
	"custode/playbook/daily"
	"custode/scan/watch/cases"
	"custode/scan/watch/lookout"
	"custode/scan/watch/rules"
)

// WatchFactStore is where it stands what the watch told.
type WatchFactStore interface {
	State(ctx context.Context, key string, value any) (bool, error)
	Blinds(ctx context.Context, after time.Time, fn func(lookout.Blind) error) error
	Cases(ctx context.Context, after time.Time, fn func(cases.Case) error) error
	FailedDeliveries(ctx context.Context, since time.Time) ([]alert.Delivery, error)
}

// Silence is after what time without a sign of life a watch counts as gone.
const Silence = 3 * time.Minute

// Running reports whether a watch that was heard of runs still; alive says whether its
// process does.
func (k Kept) Running(now time.Time, alive func(pid int) bool) bool {
	return !k.Ended && now.Sub(k.At) < Silence && alive(k.PID)
}

// watchFacts tells how it stands with the watch.
func watchFacts(ctx context.Context, st WatchFactStore, alive func(pid int) bool, now time.Time) (*daily.WatchFacts, error) {
	var k Kept
	there, err := st.State(ctx, "status", &k)
	if err != nil {
		return nil, err
	}
	w := &daily.WatchFacts{Never: true}
	if there {
		w = &daily.WatchFacts{Running: k.Running(now, alive), Heard: k.At, Since: k.Started, Missing: int64(len(k.Missing))}
		w.Killed = !w.Running && !k.Ended
	}
	week := now.AddDate(0, 0, -7)
	err = st.Blinds(ctx, week, func(b lookout.Blind) error {
		w.Changed += int64(b.Changed)
		if from := b.From; b.Killed && b.To.After(from) { // the computer ran on without it
			if from.Before(week) {
				from = week
			}
			w.Gap += b.To.Sub(from)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = st.Cases(ctx, now.AddDate(-1, 0, 0), func(c cases.Case) error {
		switch {
		case !c.Acked.IsZero():
		case c.Severity == rules.Critical:
			w.Critical++
		case c.Severity == rules.High:
			w.High++
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	unsent, err := st.FailedDeliveries(ctx, week)
	w.Unsent = int64(len(unsent))
	return w, err
}
