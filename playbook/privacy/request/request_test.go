package request_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // zones, on a system that has none

	"custode/playbook/privacy/request"
)

// civil is a date of the second computation, which does not use package time.
type civil struct {
	y, m, d int
	weekday int // 0 is Monday
}

func length(y, m int) int {
	switch {
	case m == 2 && y%4 == 0: // none of the years is one of 1900 or 2100
		return 29
	case m == 2:
		return 28
	case m == 4 || m == 6 || m == 9 || m == 11:
		return 30
	}
	return 31
}

func (c civil) next() civil {
	c.d, c.weekday = c.d+1, (c.weekday+1)%7
	if c.d > length(c.y, c.m) {
		c.d, c.m = 1, c.m+1
	}
	if c.m > 12 {
		c.m, c.y = 1, c.y+1
	}
	return c
}

func (c civil) String() string { return fmt.Sprintf("%d-%02d-%02d", c.y, c.m, c.d) }

// slowly walks from the day of receipt, a day at a time, through some ends of months to the
// same date, or to the last day before a month ends too soon, and on over days off.
func slowly(c civil, months int, off map[string]bool) civil {
	want := c.d
	for months > 0 {
		c = c.next()
		if c.d == 1 {
			months--
		}
	}
	for c.d < want {
		n := c.next()
		if n.d == 1 {
			break
		}
		c = n
	}
	for c.weekday >= 5 || off[c.String()] {
		c = c.next()
	}
	return c
}

// thirtyDays is the mistake of many tools.
func thirtyDays(c civil, off map[string]bool) civil {
	for range 30 {
		c = c.next()
	}
	for c.weekday >= 5 || off[c.String()] {
		c = c.next()
	}
	return c
}

// january is what a count of the last days of 2030 needs of the next year.
var january = map[string]string{
	"IT": "2031-01-01 2031-01-06", "DE": "2031-01-01", "FR": "2031-01-01", "ES": "2031-01-01 2031-01-06", "AT": "2031-01-01 2031-01-06",
	"GB": "2031-01-01", "IE": "2031-01-01 2031-02-03 2031-03-17",
}

var homes = map[string]string{
	"IT": "Europe/Rome", "DE": "Europe/Berlin", "FR": "Europe/Paris", "ES": "Europe/Madrid", "AT": "Europe/Vienna", "GB": "Europe/London", "IE": "Europe/Dublin",
}

// Each day of seven years in seven countries, with and without an extension, equals the second
// computation; and thirty days would not.
func TestEveryDay(t *testing.T) {
	r := load(t)
	for country, home := range homes {
		zone := location(t, home)
		off := map[string]bool{}
		for y := 2024; y <= 2030; y++ {
			for d := range literals[country].days(y) {
				off[d] = true
			}
		}
		for d := range strings.FieldsSeq(january[country]) {
			off[d] = true
		}
		n, thirty := 0, 0
		for c := (civil{2024, 1, 1, 0}); c.y < 2031; c = c.next() {
			received := time.Date(c.y, time.Month(c.m), c.d, 10+c.d%13, 59, 0, 0, zone)
			got := r.Due(received, country, zone, request.Options{Right: request.Erasure})
			want := slowly(c, 1, off)
			check(t, country+" "+c.String(), got, want, zone)
			long := r.Due(received, country, zone, request.Options{Extension: request.Extension{Told: got.Ends, Reasons: true}})
			if !long.Extended || !long.Announce.Equal(got.Ends) {
				t.Fatalf("%s %s: not extended", country, c)
			}
			check(t, country+" "+c.String()+", extended", long, slowly(c, 3, off), zone)
			n++
			if thirtyDays(c, off) != want {
				thirty++
			}
		}
		if n != 2557 || thirty < 1000 {
			t.Errorf("%s: %d days, of which thirty days get %d wrong", country, n, thirty)
		}
	}
}

func check(t *testing.T, what string, got request.Deadline, want civil, zone *time.Location) {
	t.Helper()
	if s := got.Due.Format(time.DateOnly); s != want.String() {
		t.Fatalf("%s: due %s, want %s (%v)", what, s, want, got.Why)
	}
	if s := got.Ends.Format("2006-01-02 15:04:05"); s != want.String()+" 23:59:59" || got.Ends.Location() != zone || !got.HolidaysKnown {
		t.Fatalf("%s: ends %s", what, s)
	}
}

func location(tb testing.TB, name string) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation(name)
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}

// why writes down the reasons in short.
func why(d request.Deadline) string {
	var out []string
	for _, r := range d.Why {
		s := string(r.Code)
		if !r.Day.IsZero() {
			s += r.Day.Format(" 01-02")
		}
		if r.Holiday != "" {
			s += " " + r.Holiday
		}
		if r.Moved {
			s += " moved"
		}
		if r.Days > 0 {
			s += fmt.Sprintf(" %dd", r.Days)
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

// Cases counted by hand.
func TestByHand(t *testing.T) {
	r := load(t)
	for _, c := range []struct{ country, zone, received, due, why string }{
		{"IT", "Europe/Rome", "2026-01-31 09:00", "2026-03-02", "short-month 02-28, weekend 02-28, weekend 03-01"},
		{"IT", "Europe/Rome", "2024-01-31 09:00", "2024-02-29", "short-month 02-29"},
		{"IT", "Europe/Rome", "2024-02-29 09:00", "2024-03-29", "month 03-29"},
		{"DE", "Europe/Berlin", "2024-02-29 09:00", "2024-04-02", "month 03-29, holiday 03-29 good-friday, weekend 03-30, weekend 03-31, holiday 04-01 easter-monday"},
		{"GB", "Europe/London", "2024-02-29 09:00", "2024-04-02", "month 03-29, holiday 03-29 good-friday, weekend 03-30, weekend 03-31, holiday 04-01 easter-monday"},
		{"GB-SCT", "Europe/London", "2024-02-29 09:00", "2024-04-01", "month 03-29, holiday 03-29 good-friday, weekend 03-30, weekend 03-31"},
		{"IT", "Europe/Rome", "2026-12-24 09:00", "2027-01-25", "month 01-24, weekend 01-24"},
		{"IT", "Europe/Rome", "2025-11-25 09:00", "2025-12-29", "month 12-25, holiday 12-25 christmas, holiday 12-26 second-christmas, weekend 12-27, weekend 12-28"},
		{"GB", "Europe/London", "2026-11-26 09:00", "2026-12-29", "month 12-26, weekend 12-26, weekend 12-27, holiday 12-28 second-christmas moved"},
		{"GB", "Europe/London", "2027-11-25 09:00", "2027-12-29", "month 12-25, weekend 12-25, weekend 12-26, holiday 12-27 christmas moved, holiday 12-28 second-christmas moved"},
		{"IT", "Europe/Rome", "2027-09-04 09:00", "2027-10-05", "month 10-04, holiday 10-04 francis"},
		{"IT", "Europe/Rome", "2024-09-04 09:00", "2024-10-04", "month 10-04"}, // no holiday before 2026
		{"GB-SCT", "Europe/London", "2026-05-15 09:00", "2026-06-16", "month 06-15, holiday 06-15 world-cup-2026"},
		{"GB", "Europe/London", "2024-04-06 09:00", "2024-05-07", "month 05-06, holiday 05-06 may-bank"}, // a holiday on a Monday
		{"GB", "Europe/London", "2026-09-03 09:00", "2026-10-05", "month 10-03, weekend 10-03, weekend 10-04"},
		{"FR", "Europe/Paris", "2025-12-01 09:00", "2026-01-02", "month 01-01, holiday 01-01 new-year"},
		{"AT", "Europe/Vienna", "2026-05-04 09:00", "2026-06-05", "month 06-04, holiday 06-04 corpus-christi"},
		{"uk", "Europe/London", "2025-07-25 09:00", "2025-08-26", "month 08-25, holiday 08-25 summer-bank"},
		{"IT", "Europe/Rome", "2026-08-31 09:00", "2026-09-30", "short-month 09-30"},
		{"XX", "Europe/Rome", "2025-11-25 09:00", "2025-12-25", "month 12-25, holidays-unknown"},
		{"EU", "Europe/Brussels", "2025-11-27 09:00", "2025-12-29", "month 12-27, weekend 12-27, weekend 12-28, holidays-unknown"},
		{"IT", "Europe/Rome", "2035-12-03 09:00", "2036-01-03", "month 01-03, holidays-unknown"}, // a year that is not known
		{"XX", "Pacific/Apia", "2011-11-30 09:00", "2011-12-29", "month 12-30, no-such-day 12-30, holidays-unknown"},
		{"XX", "Pacific/Apia", "2011-11-29 23:59", "2011-12-29", "month 12-29, holidays-unknown"},
		{"XX", "Pacific/Apia", "2011-12-01 09:00", "2012-01-02", "month 01-01, weekend 01-01, holidays-unknown"},
	} {
		zone := location(t, c.zone)
		received, err := time.ParseInLocation("2006-01-02 15:04", c.received, zone)
		if err != nil {
			t.Fatal(err)
		}
		d := r.Due(received, c.country, zone, request.Options{Right: request.Access})
		if got := d.Due.Format(time.DateOnly); got != c.due || why(d) != c.why {
			t.Errorf("%s %s: %s (%s)\nwant %s (%s)", c.country, c.received, got, why(d), c.due, c.why)
		}
		if d.Ends.Format(time.DateOnly) != c.due || d.HolidaysKnown == strings.Contains(c.why, "unknown") {
			t.Errorf("%s %s: ends %s, known %v", c.country, c.received, d.Ends, d.HolidaysKnown)
		}
	}
}

// What counts is the date where the shop is, not where the sender or the computer is.
func TestZones(t *testing.T) {
	r := load(t)
	at := time.Date(2026, 3, 30, 23, 59, 0, 0, location(t, "America/New_York")) // 05:59 of the 31st in Rome
	for zone, due := range map[string]string{"Europe/Rome": "2026-04-30 23:59:59 +0200", "America/New_York": "2026-04-30 23:59:59 -0400"} {
		if got := r.Due(at, "IT", location(t, zone), request.Options{}).Ends.Format("2006-01-02 15:04:05 -0700"); got != due {
			t.Errorf("%s: %s", zone, got)
		}
	}
	at = time.Date(2026, 6, 8, 22, 30, 0, 0, time.UTC) // the 9th in Rome
	if got := r.Due(at, "IT", location(t, "Europe/Rome"), request.Options{}); got.Due.Day() != 9 {
		t.Error(got.Due)
	}
	if got := r.Due(at, "IT", nil, request.Options{}); got.Due.Day() != 8 || got.Ends.Location() != time.UTC {
		t.Error(got.Due)
	}
	// Where clocks go back at midnight, 23:59:59 comes twice; the second one counts.
	for name, c := range map[string][2]string{
		"Africa/Cairo":      {"2026-09-29 09:00", "2026-10-29 23:59:59 +0200"},
		"America/Sao_Paulo": {"1966-01-28 09:00", "1966-02-28 23:59:59 -0300"},
	} {
		zone := location(t, name)
		at, err := time.ParseInLocation("2006-01-02 15:04", c[0], zone)
		if got := r.Due(at, "XX", zone, request.Options{}).Ends.Format("2006-01-02 15:04:05 -0700"); err != nil || got != c[1] {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func TestExtension(t *testing.T) {
	r, rome := load(t), location(t, "Europe/Rome")
	received := time.Date(2026, 1, 31, 12, 0, 0, 0, rome) // until Monday 2 March
	last := time.Date(2026, 3, 2, 23, 59, 59, 999, rome)
	for name, c := range map[string]struct {
		e        request.Extension
		due, why string
	}{
		"in time":         {request.Extension{Told: last, Reasons: true}, "2026-04-30", "extended 03-02, short-month 04-30"},
		"a moment late":   {request.Extension{Told: last.Add(time.Second), Reasons: true}, "2026-03-02", "extension-late 03-03, short-month 02-28, weekend 02-28, weekend 03-01"},
		"without reasons": {request.Extension{Told: last}, "2026-03-02", "extension-no-reasons 03-02, short-month 02-28, weekend 02-28, weekend 03-01"},
		"before receipt":  {request.Extension{Told: received.Add(-time.Hour), Reasons: true}, "2026-03-02", "extension-wrong 01-31, short-month 02-28, weekend 02-28, weekend 03-01"},
	} {
		d := r.Due(received, "IT", rome, request.Options{Extension: c.e})
		if d.Due.Format(time.DateOnly) != c.due || why(d) != c.why || d.Extended != (name == "in time") || d.Announce.Format("01-02 15:04:05") != "03-02 23:59:59" {
			t.Errorf("%s: %s, %s, until %s", name, d.Due.Format(time.DateOnly), why(d), d.Announce)
		}
	}
}

func TestIdentity(t *testing.T) {
	r, rome, london := load(t), location(t, "Europe/Rome"), location(t, "Europe/London")
	june := func(d, h int, zone *time.Location) time.Time { return time.Date(2026, 6, d, h, 0, 0, 0, zone) }
	for name, c := range map[string]struct {
		country         string
		zone            *time.Location
		asked, answered time.Time
		due, why        string
	}{
		"ten days, nine of them whole": {"IT", rome, june(3, 9, rome), june(13, 9, rome), "2026-07-10", "paused 06-13 9d, month 07-01"},
		"from one day to the next":     {"IT", rome, june(3, 9, rome), june(4, 9, rome), "2026-07-01", "paused 06-04, month 07-01"},
		"the same day":                 {"IT", rome, june(3, 9, rome), june(3, 10, rome), "2026-07-01", "paused 06-03, month 07-01"},
		"no answer yet":                {"IT", rome, june(3, 9, rome), time.Time{}, "2026-07-01", "identity-open 06-03, month 07-01"},
		"an answer before it":          {"IT", rome, june(3, 9, rome), june(2, 9, rome), "2026-07-01", "identity-wrong 06-02, month 07-01"},
		"asked too late":               {"IT", rome, june(32, 9, rome), june(40, 9, rome), "2026-07-01", "identity-late 07-02, month 07-01"},
		"asked before the request":     {"IT", rome, june(-9, 9, rome), june(5, 9, rome), "2026-07-06", "paused 06-05 3d, month 07-01, weekend 07-04, weekend 07-05"}, // from the receipt on
		"in the UK it begins anew":     {"GB", london, june(3, 9, london), june(13, 9, london), "2026-07-13", "identity-start 06-13, month 07-13"},
		"in Northern Ireland too":      {"GB-NIR", london, june(3, 9, london), june(13, 9, london), "2026-07-14", "identity-start 06-13, month 07-13, holiday 07-13 boyne moved"},
	} {
		d := r.Due(june(1, 8, c.zone), c.country, c.zone, request.Options{Identity: request.Identity{Asked: c.asked, Answered: c.answered}})
		if d.Due.Format(time.DateOnly) != c.due || why(d) != c.why || d.Waiting != (name == "no answer yet") {
			t.Errorf("%s: %s, %s, waiting %v", name, d.Due.Format(time.DateOnly), why(d), d.Waiting)
		}
	}
	// Both: the first month is longer by the pause, and so is the time to announce more.
	d := r.Due(june(1, 8, rome), "IT", rome, request.Options{
		Identity:  request.Identity{Asked: june(3, 9, rome), Answered: june(13, 9, rome)},
		Extension: request.Extension{Told: june(40, 9, rome), Reasons: true},
	})
	if !d.Extended || d.Due.Format(time.DateOnly) != "2026-09-10" || why(d) != "paused 06-13 9d, extended 07-10, month 09-01" {
		t.Errorf("both: %s, %s", d.Due, why(d))
	}
}

// Whoever objects to advertising waits for no month, whatever else is said.
func TestMarketing(t *testing.T) {
	r, rome := load(t), location(t, "Europe/Rome")
	at := time.Date(2026, 12, 24, 18, 0, 0, 0, rome)
	for _, right := range request.Rights() {
		d := r.Due(at, "IT", rome, request.Options{Right: right, Extension: request.Extension{Told: at.Add(time.Hour), Reasons: true}})
		if once := right == request.ObjectionMarketing; once != right.AtOnce() || once != d.Ends.Equal(at) || once == d.Extended || once != (why(d) == "at-once 12-24") {
			t.Errorf("%s: %s (%s)", right, d.Ends, why(d))
		}
	}
}

func TestLate(t *testing.T) {
	r, rome := load(t), location(t, "Europe/Rome")
	d := r.Due(time.Date(2026, 6, 1, 8, 0, 0, 0, rome), "IT", rome, request.Options{})
	if d.Late(time.Date(2026, 7, 1, 23, 59, 59, 999, rome)) || !d.Late(time.Date(2026, 7, 2, 0, 0, 0, 0, rome)) {
		t.Error(d.Ends)
	}
}

// Whatever comes in: the end is on the due date, a working day that exists, not before a
// month is nearly over and not after the longest row of days off.
func FuzzDue(f *testing.F) {
	r := load(f)
	zones := []*time.Location{time.UTC, location(f, "Europe/Rome"), location(f, "Pacific/Apia"), location(f, "America/Sao_Paulo"), location(f, "Asia/Kathmandu"), location(f, "Africa/Cairo")}
	countries := []string{"IT", "GB", "GB-SCT", "GB-NIR", "DE", "FR", "ES", "AT", "IE", "EU", "", "\x00"}
	f.Add(int64(1769850000), uint8(0), uint8(1), int64(0), int64(0), int64(0))
	f.Add(int64(1322697600), uint8(9), uint8(2), int64(3600), int64(3600), int64(864000))
	f.Fuzz(func(t *testing.T, at int64, country, zone uint8, told, asked, answered int64) {
		const years = 4_000_000_000 // to the year 2096
		received := time.Unix((at%years+years)%years, 0)
		z := zones[int(zone)%len(zones)]
		o := request.Options{}
		if told != 0 {
			o.Extension = request.Extension{Told: received.Add(time.Duration(told % 1e16)), Reasons: told%2 == 0}
		}
		if asked != 0 {
			o.Identity.Asked = received.Add(time.Duration(asked % 1e16))
		}
		if answered != 0 {
			o.Identity.Answered = o.Identity.Asked.Add(time.Duration(answered % 1e16))
		}
		d := r.Due(received, countries[int(country)%len(countries)], z, o)
		if d.Due.Format(time.DateOnly) != d.Ends.Format(time.DateOnly) {
			t.Fatalf("due %s, ends %s", d.Due, d.Ends)
		}
		if w := d.Due.Weekday(); (w == time.Saturday || w == time.Sunday) && !strings.Contains(why(d), "no-such-day") {
			t.Fatalf("due on a %s", w)
		}
		if next := d.Ends.Add(time.Second); next.Format(time.DateOnly) <= d.Ends.Format(time.DateOnly) {
			t.Fatalf("%s is not the last second", d.Ends)
		}
		days := int(d.Ends.Sub(received).Hours() / 24)
		if days < 27 || days > 31+8+120+62 || d.Ends.Before(d.Announce) {
			t.Fatalf("%d days, %s", days, why(d))
		}
		if !d.Extended && o.Identity.Answered.IsZero() && days > 31+7 {
			t.Fatalf("%d days, %s", days, why(d))
		}
	})
}
