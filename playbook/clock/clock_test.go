package clock_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"custode/internal/source"
	"custode/playbook/clock"
	"custode/playbook/fact"
)

func load(t *testing.T) *clock.Book {
	t.Helper()
	facts, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	b, err := clock.Load(facts)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSourcesAreKnown(t *testing.T) {
	sources, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range load(t).Rules() {
		if _, ok := sources.Find(r.Source); !ok {
			t.Errorf("%s: source %s", r.ID, r.Source)
		}
		if r.Status == "proposed" && !r.Off {
			t.Errorf("%s is only proposed, and on", r.ID)
		}
	}
}

// zones are places with all kinds of clocks: half hours, daylight saving at midnight, a
// day that was left out, none at all.
var zones = []string{
	"UTC", "Europe/Rome", "Europe/London", "Europe/Lisbon", "Europe/Moscow", "America/New_York", "America/Los_Angeles", "America/St_Johns", "America/Sao_Paulo", "America/Santiago",
	"America/Havana", "Asia/Kolkata", "Asia/Kathmandu", "Asia/Beirut", "Asia/Tehran", "Australia/Lord_Howe", "Australia/Sydney", "Pacific/Apia", "Pacific/Chatham", "Africa/Casablanca",
}

// slowly counts a deadline another way: it walks second by second where days change, and
// finds the days by a calendar of its own (Howard Hinnant's days_from_civil), not by package time's.
func slowly(from time.Time, n int, unit clock.Unit, zone *time.Location) time.Time {
	if unit == clock.Hours {
		return time.Unix(from.Unix()+int64(n)*3600, int64(from.Nanosecond()))
	}
	local := from.In(zone)
	y, m, d := local.Year(), int(local.Month()), local.Day()
	switch unit {
	case clock.CalendarDays:
		for range n {
			y, m, d = tomorrow(y, m, d)
		}
	case clock.BusinessDays:
		for n > 0 {
			y, m, d = tomorrow(y, m, d)
			if w := (days(y, m, d)%7 + 11) % 7; w != 6 && w != 0 { // 1970-01-01 was a Thursday
				n--
			}
		}
	case clock.Months:
		for range n {
			if m++; m > 12 {
				y, m = y+1, 1
			}
		}
		for ; d > length(y, m); d-- {
		}
	case clock.Hours: // above
	}
	// the last second whose local date is not after the day: walked from a day before
	at := time.Unix(days(y, m, d)*86400-50*3600, 0)
	last := at
	for step := range []int{0, 1, 2} {
		unitOf := []int64{3600, 60, 1}[step]
		for at = last; !after(at.In(zone), y, m, d); at = time.Unix(at.Unix()+unitOf, 0) {
			last = at
		}
	}
	return last
}

func after(t time.Time, y, m, d int) bool {
	ty, tm, td := t.Year(), int(t.Month()), t.Day()
	return ty > y || ty == y && (tm > m || tm == m && td > d)
}

func length(y, m int) int {
	switch m {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if y%4 == 0 && (y%100 != 0 || y%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

func tomorrow(y, m, d int) (int, int, int) {
	if d++; d > length(y, m) {
		d = 1
		if m++; m > 12 {
			y, m = y+1, 1
		}
	}
	return y, m, d
}

// days since 1970-01-01.
func days(y, m, d int) int64 {
	n := int64(0)
	for i := 1970; i < y; i++ {
		n += 365
		if length(i, 2) == 29 {
			n++
		}
	}
	for i := 1; i < m; i++ {
		n += int64(length(y, i))
	}
	return n + int64(d-1)
}

// A hundred thousand random instants in twenty zones, every other one near a change of
// the clocks, a leap day or the end of a month, agree with the slow count.
func TestAgainstASlowCount(t *testing.T) {
	rnd := rand.New(rand.NewPCG(7, 8))
	units := []clock.Unit{clock.Hours, clock.CalendarDays, clock.BusinessDays, clock.Months}
	var locs []*time.Location
	var edges [][]int64
	for _, name := range zones {
		loc, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		locs = append(locs, loc)
		edges = append(edges, changes(loc))
	}
	rounds := 100_000
	if testing.Short() {
		rounds = 5_000
	}
	for i := range rounds {
		z := i % len(locs)
		at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).Unix() + rnd.Int64N(45*365*86400)
		switch rnd.IntN(4) {
		case 0:
			if len(edges[z]) > 0 {
				at = edges[z][rnd.IntN(len(edges[z]))] + rnd.Int64N(8*86400) - 6*86400
			}
		case 1:
			at = time.Date(2000+rnd.IntN(45), time.Month(1+rnd.IntN(12)), 1, 0, 0, 0, 0, locs[z]).Unix() + rnd.Int64N(6*86400) - 4*86400
		}
		from := time.Unix(at, 0)
		unit, n := units[rnd.IntN(len(units))], 1+rnd.IntN(35)
		if unit == clock.Months {
			n = 1 + rnd.IntN(13)
		}
		got, want := clock.Add(from, n, unit, locs[z]), slowly(from, n, unit, locs[z])
		if !got.Equal(want) {
			t.Fatalf("%s + %d %s in %s: %s, the slow count says %s", from.In(locs[z]), n, unit, zones[z], got.In(locs[z]), want.In(locs[z]))
		}
	}
}

// changes lists when the clocks of a zone change, to the hour.
func changes(loc *time.Location) []int64 {
	var out []int64
	at := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	_, before := at.In(loc).Zone()
	for ; at.Year() < 2045; at = at.Add(6 * time.Hour) {
		if _, now := at.In(loc).Zone(); now != before {
			out = append(out, at.Unix())
			before = now
		}
	}
	return out
}

func TestDeadlines(t *testing.T) {
	b := load(t)
	rome, err := time.LoadLocation("Europe/Rome")
	if err != nil {
		t.Fatal(err)
	}
	aware := time.Date(2026, 10, 23, 18, 0, 0, 0, rome) // a Friday; on Sunday the clocks go back
	now := aware.Add(time.Hour)
	facts := fact.Set{"aware_at": {Text: aware.Format(time.RFC3339)}, "data_kinds": {Text: "contact"}}
	find := func(id string, facts fact.Set, now time.Time) *clock.Deadline {
		for _, d := range b.Deadlines([]string{"gdpr-it", "pci"}, facts, rome, now) {
			if d.ID == id {
				return &d
			}
		}
		return nil
	}
	d := find("gdpr-authority", facts, now)
	if d == nil || d.Due.Format("2006-01-02 15:04 MST") != "2026-10-26 17:00 CET" || d.Met || d.Late || d.Sure {
		t.Fatalf("72 hours over the change of the clocks: %+v", d)
	}
	if d := find("gdpr-authority", facts, aware.Add(73*time.Hour)); !d.Late {
		t.Error("73 hours later it is not late")
	}
	for decided, runs := range map[string]bool{"yes": true, "unknown": true, "no": false} {
		facts["authority_decision"] = fact.Value{Text: decided}
		if d := find("gdpr-authority", facts, aware.Add(73*time.Hour)); (d != nil && d.Late) != runs {
			t.Errorf("decided %s: %+v", decided, d)
		}
	}
	delete(facts, "authority_decision")
	facts["authority_notified_at"] = fact.Value{Text: aware.Add(80 * time.Hour).Format(time.RFC3339)}
	if d := find("gdpr-authority", facts, now); !d.Met || !d.Late {
		t.Errorf("met after 80 hours: %+v", d)
	}
	if find("pci-acquirer", facts, now) != nil || find("nis2-warning", facts, now) != nil || find("eu-omnibus-authority", facts, now) != nil {
		t.Error("a clock runs that should not")
	}
	// of data that nobody knows nobody says that cards are among them: the clock waits, it does not run
	facts["detected_at"] = facts["aware_at"]
	for _, kinds := range []string{"", fact.Unknown} {
		facts["data_kinds"] = fact.Value{Text: kinds}
		if d := find("pci-report", facts, aware.AddDate(1, 0, 0)); d == nil || !d.Waits() || !d.Due.IsZero() || d.Late {
			t.Errorf("kinds %q: %+v", kinds, d)
		}
	}
	facts["data_kinds"] = fact.Value{Text: "payment_card"}
	if d := find("pci-report", facts, now); d == nil || d.Waits() || d.Due.IsZero() {
		t.Errorf("cards: %+v", d)
	}
	if d := find("gdpr-processor", facts, now); d == nil || d.Sure || d.Waits() || d.Due.IsZero() {
		t.Errorf("a clock of the law waits for who one is: %+v", d)
	}
	delete(facts, "detected_at")
	if d := find("pci-report", facts, now); d == nil || !d.Due.IsZero() {
		t.Errorf("without its beginning: %+v", d)
	}
	if find("gdpr-processor", facts, now) == nil {
		t.Error("the role is not known, and the processor's clock does not run")
	}
	facts["role"] = fact.Value{Text: "controller"}
	if find("gdpr-processor", facts, now) != nil {
		t.Error("a controller has the processor's clock")
	}
	facts["registered"] = fact.Value{Text: "yes"}
	if d := find("gdpr-register", facts, now); !d.Met || d.Late {
		t.Errorf("registered: %+v", d)
	}
	all := b.Deadlines([]string{"gdpr-it", "pci"}, facts, rome, now)
	for i := 1; i < len(all); i++ {
		if all[i-1].Due.IsZero() && !all[i].Due.IsZero() {
			t.Error("a clock without a date stands first")
		}
	}
}
