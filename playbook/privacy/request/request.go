// Package request counts how long a shop has to answer a person who asks about their own
// data: access, correction, erasure and the other rights of Articles 15 to 21 GDPR.
//
// The time is one calendar month from receipt, not thirty days (Art. 12(3)). How a month is
// counted is laid down in Art. 3 of Regulation (EEC, Euratom) 1182/71: the day of receipt does
// not count, the period ends with the last hour of the same date of the next month, or of its
// last day where there is no such date; where that is a Saturday, a Sunday or a public
// holiday, with the last hour of the next working day.
//
// Rules and holidays are data (rules.yaml), each with its sources and the day on which it was
// looked at. What is counted is the latest day: the law says "without undue delay". In doubt
// the date is rather too early: regional and local holidays, such as the day of a town's
// patron saint, are left out, and of a pause only whole days are given back. Two readings are
// taken because authorities take them: an extension makes one period of three months from
// receipt, and the UK's month ends on the same date (the note of its Period says what else
// could be read).
package request

import (
	"slices"
	"strings"
	"time"

	"custode/internal/i18n"
	"custode/playbook/clock"
)

// Right is what a person asks for.
type Right string

// The rights that have a clock. ObjectionMarketing has none: whoever objects to direct
// marketing is to get no more of it, at once (Art. 21(3)).
const (
	Access             Right = "access"              // Art. 15
	Rectification      Right = "rectification"       // Art. 16
	Erasure            Right = "erasure"             // Art. 17
	Restriction        Right = "restriction"         // Art. 18
	Portability        Right = "portability"         // Art. 20
	Objection          Right = "objection"           // Art. 21(1)
	ObjectionMarketing Right = "objection-marketing" // Art. 21(2) and (3)
)

// Rights lists them all.
func Rights() []Right {
	return []Right{Access, Rectification, Erasure, Restriction, Portability, Objection, ObjectionMarketing}
}

// AtOnce reports whether a request is to be obeyed at once. The person is still to be told of
// it, within the month of Art. 12(3): count that as an Objection.
func (r Right) AtOnce() bool { return r == ObjectionMarketing }

// Options is what happened to a request since it came.
type Options struct {
	Right     Right // "" counts as Access: all but ObjectionMarketing count alike
	Extension Extension
	Identity  Identity
}

// Extension is the two further months of Art. 12(3). They are had only where the person was
// told within the first month, with the reasons. Whether the request is complex enough, or
// there are enough of them, nobody can count.
type Extension struct {
	Told    time.Time // zero: none
	Reasons bool
}

// Identity is the time in which the shop waited for proof of who asks, which it may want
// only where it reasonably doubts it (Art. 12(6)), and has to ask for without delay.
//
// What it does to the clock stands in Period.Identity. That it pauses under the GDPR is a
// reading of authorities (Period.IdentitySource), not the text of Art. 12(3), which a court
// may see otherwise. Only whole days between question and answer are given back.
type Identity struct {
	Asked    time.Time // zero: nothing was asked
	Answered time.Time // zero: no answer yet
}

// Code is why a deadline falls on its day, or what was not taken into account.
type Code string

// The codes, with what stands in their Reason.
const (
	AtOnce          Code = "at-once"              // Day of receipt
	Month           Code = "month"                // Day: the same date, Months later
	ShortMonth      Code = "short-month"          // Day: the last one of a month without that date
	Paused          Code = "paused"               // Day on which the proof came, and Days given back
	IdentityStart   Code = "identity-start"       // Day on which the proof came, from which it counts
	IdentityOpen    Code = "identity-open"        // Day of the question; no answer yet, nothing is given back so far
	IdentityLate    Code = "identity-late"        // Day of the question, after the end: nothing is given back
	IdentityWrong   Code = "identity-wrong"       // Day of an answer before the question or the receipt
	Extended        Code = "extended"             // Day on which the person was told
	ExtensionLate   Code = "extension-late"       // Day on which the person was told, too late
	ExtensionWrong  Code = "extension-wrong"      // Day on which the person was told, before the receipt
	ExtensionSilent Code = "extension-no-reasons" // Day on which the person was told, without reasons
	NoSuchDay       Code = "no-such-day"          // Day that was left out where the shop is, when its clocks changed
	Weekend         Code = "weekend"              // Day that cannot be the last
	Holiday         Code = "holiday"              // Day that cannot be the last, Holiday, Name, Moved
	HolidaysUnknown Code = "holidays-unknown"     // of this country or year: only weekends were seen
)

// Reason is one step on the way to the date. A Day is midnight in UTC: it stands for a date
// where the shop is, so do not turn it into another zone.
type Reason struct {
	Code    Code
	Day     time.Time
	Months  int
	Days    int
	Holiday string    // such as "easter-monday"
	Name    i18n.Text // of the holiday
	Moved   bool      // the day is the one kept instead of a holiday at a weekend
}

// Deadline is the latest day for an answer.
type Deadline struct {
	Period        Period
	Due           time.Time // a date, as midnight in UTC
	Ends          time.Time // the last second of that day, where the shop is
	Announce      time.Time // until when the person may be told of an extension: the end without one
	Extended      bool
	Waiting       bool // for proof of identity; the date may still move
	HolidaysKnown bool
	Why           []Reason
}

// Late reports whether the time is over.
func (d Deadline) Late(now time.Time) bool { return !now.Before(d.Ends.Add(time.Second)) }

// Due counts the deadline of a request that was received at a moment, by a shop in a country
// (ISO 3166, such as "IT" or "GB-SCT") whose clocks show zone. A country that is not in the
// data counts as one of the GDPR whose holidays are not known. An empty zone is UTC.
func (r *Rules) Due(received time.Time, country string, zone *time.Location, o Options) Deadline {
	if zone == nil {
		zone = time.UTC
	}
	c := count{zone: zone, calendar: r.calendar(country), period: r.period(country), start: date(received, zone)}
	if o.Right.AtOnce() {
		return Deadline{Period: c.period, Due: c.start, Ends: received.In(zone), HolidaysKnown: c.calendar != nil, Why: []Reason{{Code: AtOnce, Day: c.start}}}
	}
	said, waiting := c.identity(o.Identity, received)
	d := c.end(c.period.Months)
	announce := d.Ends
	if told := o.Extension.Told; !told.IsZero() {
		why := Reason{Code: Extended, Day: date(told, zone)}
		switch {
		case told.Before(received):
			why.Code = ExtensionWrong
		case d.Late(told):
			why.Code = ExtensionLate
		case !o.Extension.Reasons:
			why.Code = ExtensionSilent
		default:
			d = c.end(c.period.Months + c.period.More)
			d.Extended = true
		}
		said = append(said, why)
	}
	d.Period, d.Announce, d.Waiting, d.Why = c.period, announce, waiting, append(said, d.Why...)
	return d
}

// count is one count of a deadline.
type count struct {
	zone     *time.Location
	calendar *Calendar // nil: not known
	period   Period
	start    time.Time // the date whose namesake is looked for
	given    int       // days given back
}

// identity takes the wait for proof into account and says how.
func (c *count) identity(i Identity, received time.Time) (why []Reason, waiting bool) {
	if i.Asked.IsZero() {
		return nil, false
	}
	if i.Asked.Before(received) {
		i.Asked = received
	}
	asked, answered := date(i.Asked, c.zone), date(i.Answered, c.zone)
	switch {
	case c.end(c.period.Months).Late(i.Asked):
		return []Reason{{Code: IdentityLate, Day: asked}}, false
	case i.Answered.IsZero():
		return []Reason{{Code: IdentityOpen, Day: asked}}, true
	case i.Answered.Before(i.Asked):
		return []Reason{{Code: IdentityWrong, Day: answered}}, false
	case c.period.Identity == Starts:
		c.start = answered
		return []Reason{{Code: IdentityStart, Day: answered}}, false
	}
	c.given = max(0, int(answered.Sub(asked)/(24*time.Hour))-1)
	return []Reason{{Code: Paused, Day: answered, Days: c.given}}, false
}

// end finds the last day of a period of months, and why it is that one.
func (c *count) end(months int) Deadline {
	y, m, day := c.start.Date()
	first := time.Date(y, m+time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1)
	due := first.AddDate(0, 0, day-1)
	why := Reason{Code: Month, Months: months}
	if due.After(last) {
		due, why.Code = last, ShortMonth
	}
	why.Day = due
	d := Deadline{HolidaysKnown: c.calendar != nil, Why: []Reason{why}}
	due = due.AddDate(0, 0, c.given)
	if !c.exists(due) {
		d.Why = append(d.Why, Reason{Code: NoSuchDay, Day: due})
		due = due.AddDate(0, 0, -1)
	}
	for ; ; due = due.AddDate(0, 0, 1) {
		if y := due.Year(); c.calendar != nil && (y < c.calendar.first || y > c.calendar.last) {
			d.HolidaysKnown = false
		}
		not, ok := c.notWorking(due)
		if !ok {
			break
		}
		d.Why = append(d.Why, not)
	}
	if !d.HolidaysKnown {
		d.Why = append(d.Why, Reason{Code: HolidaysUnknown})
	}
	d.Due, d.Ends = due, clock.EndOfDay(due, c.zone)
	return d
}

// notWorking says why a day cannot be the last one.
func (c *count) notWorking(day time.Time) (Reason, bool) {
	if w := day.Weekday(); w == time.Saturday || w == time.Sunday {
		return Reason{Code: Weekend, Day: day}, true
	}
	if c.calendar != nil {
		if h, ok := c.calendar.on[day.Unix()]; ok {
			return Reason{Code: Holiday, Day: day, Holiday: h.ID, Name: h.Name, Moved: h.Moved}, true
		}
	}
	return Reason{Code: NoSuchDay, Day: day}, !c.exists(day)
}

// exists reports whether a date was on the calendar in the zone: Samoa left out 30 December
// 2011 when it crossed the date line.
func (c *count) exists(day time.Time) bool {
	return date(clock.EndOfDay(day, c.zone), c.zone).Equal(day)
}

// date is the date of a moment in a zone, as midnight in UTC.
func date(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// period is the rule in force in a country.
func (r *Rules) period(country string) Period {
	country = strings.ToUpper(country)
	i := slices.IndexFunc(r.periods, func(p Period) bool {
		return p.Status == InForce && (len(p.Countries) == 0 || slices.Contains(p.Countries, country))
	})
	return r.periods[i] // Load sees to it that there is one for every country
}

// calendar is that of a country, nil where it is not known.
func (r *Rules) calendar(country string) *Calendar {
	country = strings.ToUpper(country)
	i := slices.IndexFunc(r.calendars, func(c Calendar) bool { return c.Country == country || slices.Contains(c.Also, country) })
	if i < 0 {
		return nil
	}
	return &r.calendars[i]
}
