package daily_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"custode/playbook/daily"
)

// TestNextDue: in the morning, never within 20 hours, over both changes of the clock.
func TestNextDue(t *testing.T) {
	rome := zone(t, "Europe/Rome")
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, rome)
	}
	for _, c := range []struct{ last, want time.Time }{
		{time.Time{}, time.Time{}},
		{at(11, 23, 9, 0), at(11, 24, 9, 0)},
		{at(11, 23, 9, 7), at(11, 24, 9, 0)},
		{at(11, 23, 8, 59), at(11, 24, 4, 59)}, // somebody looked just before nine: not again at nine
		{at(11, 23, 14, 0), at(11, 24, 10, 0)},
		{at(11, 23, 23, 0), at(11, 24, 19, 0)},
		{at(10, 24, 9, 0), at(10, 25, 9, 0)}, // 25 hours
		{at(3, 28, 9, 0), at(3, 29, 9, 0)},   // 23 hours
		{at(3, 28, 12, 0), at(3, 29, 9, 0)},  // 20 hours to the minute
		{at(3, 28, 12, 30), at(3, 29, 9, 30)},
	} {
		if got := daily.NextDue(c.last, rome); !got.Equal(c.want) {
			t.Errorf("after %v: %v, want %v", c.last, got, c.want)
		}
	}
}

func zone(t *testing.T, name string) *time.Location {
	t.Helper()
	l, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// computer is one over 400 days: when it is on, when it sleeps.
type computer struct {
	rng *rand.Rand
	on  []span
}

type span struct{ from, to time.Time }

// live makes the days: workdays, long nights, holidays, a server that is never off, a lid that is shut all the time.
func (c *computer) live(at, end time.Time) {
	for at.Before(end) {
		var on, off time.Duration
		minutes := func(most int) time.Duration { return time.Duration(1+c.rng.IntN(most)) * time.Minute }
		switch c.rng.IntN(12) {
		case 0:
			on, off = time.Duration(c.rng.IntN(20))*24*time.Hour+minutes(600), minutes(30) // runs for days
		case 1:
			on, off = minutes(600), time.Duration(1+c.rng.IntN(30))*24*time.Hour // holidays
		case 2, 3:
			on, off = minutes(5), minutes(90) // the lid
		default:
			on, off = 5*time.Hour+minutes(420), 6*time.Hour+minutes(900)
		}
		c.on = append(c.on, span{at, at.Add(on)})
		at = at.Add(on + off)
	}
}

// asks are the moments at which a system asks whether the check is due: at each full hour at which
// the computer is on, and after waking up for what was missed, each up to ten minutes late.
func (c *computer) asks() (out []time.Time) {
	const hour = time.Hour
	for i, s := range c.on {
		if i > 0 && !s.from.Truncate(hour).Equal(c.on[i-1].to.Truncate(hour)) { // an hour struck while it was off
			out = c.ask(out, s, s.from)
		}
		for h := s.from.Truncate(hour).Add(hour); h.Before(s.to); h = h.Add(hour) {
			out = c.ask(out, s, h)
		}
	}
	return out
}

func (c *computer) ask(out []time.Time, s span, at time.Time) []time.Time {
	late := at.Add(time.Duration(c.rng.IntN(600)) * time.Second)
	if late.Before(s.to) && (len(out) == 0 || late.After(out[len(out)-1])) {
		out = append(out, late)
	}
	return out
}

// ran is how long the computer was on between two moments.
func (c *computer) ran(from, to time.Time) (sum time.Duration) {
	for _, s := range c.on {
		a, b := s.from, s.to
		if a.Before(from) {
			a = from
		}
		if b.After(to) {
			b = to
		}
		if b.After(a) {
			sum += b.Sub(a)
		}
	}
	return sum
}

// TestFourHundredDays: computers that sleep, start anew and stand still for weeks, in zones with and without summer
// time: never two checks in 20 hours, never 26 hours of running without one, and each day without one is told by the next.
func TestFourHundredDays(t *testing.T) {
	for _, name := range []string{"Europe/Rome", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "UTC"} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprintf("%s/%d", name, seed), func(t *testing.T) { fourHundredDays(t, zone(t, name), seed) })
		}
	}
}

func fourHundredDays(t *testing.T, shop *time.Location, seed uint64) {
	t.Helper()
	start := time.Date(2026, 1, 15, 8, 40, 0, 0, shop)
	c := computer{rng: rand.New(rand.NewPCG(seed, 400))}
	c.live(start, start.AddDate(0, 0, 400))
	var runs []daily.Run
	told := map[string]bool{} // days without a check that were told
	last := start
	for _, now := range c.asks() {
		if len(runs) > 0 && now.Before(daily.NextDue(runs[len(runs)-1].At, shop)) {
			continue
		}
		now = now.In(shop)
		if from, to, there := daily.Gap(runs, now); there {
			for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
				told[d.Format(time.DateOnly)] = true
			}
		}
		if len(runs) > 0 && now.Sub(last) < 20*time.Hour {
			t.Errorf("%v and %v: %v", last, now, now.Sub(last))
		}
		if on := c.ran(last, now); on > 26*time.Hour {
			t.Errorf("%v of running before %v", on, now)
		}
		runs, last = append(runs, daily.Run{At: now, Day: now.Format(time.DateOnly)}), now
	}
	held := map[string]bool{}
	for _, r := range runs {
		held[r.Day] = true
	}
	for d := runs[0].At; d.Before(last); d = d.AddDate(0, 0, 1) {
		if day := d.Format(time.DateOnly); held[day] == told[day] {
			t.Errorf("%s: a check %v, told as missed %v", day, held[day], told[day])
		}
	}
	if len(runs) < 100 {
		t.Errorf("only %d checks in 400 days", len(runs))
	}
}
