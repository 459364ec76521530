package request

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
)

// What waiting for proof of identity does to the clock.
const (
	Pauses = "pauses" // whole days of waiting are given back
	Starts = "starts" // the month begins with the day on which the proof comes
)

// Whether a rule is law.
const (
	InForce  = "in-force"
	Proposed = "proposed" // for information; nothing is counted by it
)

// Period is how long there is in some countries.
type Period struct {
	ID             string    `yaml:"id"`
	Countries      []string  `yaml:"countries"` // none: all others
	Months         int       `yaml:"months"`
	More           int       `yaml:"more"`            // months that an extension adds
	Identity       string    `yaml:"identity"`        // Pauses, Starts
	IdentitySource []string  `yaml:"identity_source"` // references to internal/source, here and below
	IdentityNote   i18n.Text `yaml:"identity_note"`
	Source         []string  `yaml:"source"`
	Checked        string    `yaml:"checked"` // a day
	Status         string    `yaml:"status"`
	Note           i18n.Text `yaml:"note"`
}

// Calendar is the public holidays of a country or a part of it.
type Calendar struct {
	Country string    `yaml:"country"`
	Also    []string  `yaml:"also"` // other names of it
	Source  []string  `yaml:"source"`
	Checked string    `yaml:"checked"`
	Note    i18n.Text `yaml:"note"`
	Days    []Rule    `yaml:"days"`

	first, last int // the years that are known
	on          map[int64]Off
}

// Rule is a public holiday: a date of each year, a number of days after Easter Sunday, the
// first or the last Monday of a month, or single days; one of the four.
type Rule struct {
	ID     string   `yaml:"id"`
	Day    string   `yaml:"day"`    // "12-25"
	Easter *int     `yaml:"easter"` // 1: Easter Monday
	Monday string   `yaml:"monday"` // "first 05", "last 08"
	On     []string `yaml:"on"`     // "2026-06-15"
	From   int      `yaml:"from"`   // the first year
	Except []int    `yaml:"except"` // years
	Moved  bool     `yaml:"moved"`  // at a weekend the next working day is kept instead
}

// Off is a day on which a public holiday is kept.
type Off struct {
	Day   time.Time // midnight in UTC
	ID    string
	Name  i18n.Text
	Moved bool // it is kept instead of a day at a weekend
}

// Rules is all that is known.
type Rules struct {
	periods   []Period
	calendars []Calendar
}

//go:embed rules.yaml
var raw []byte

// errRule is a mistake in the data.
var errRule = errors.New("request: a rule is not whole")

// Load reads the rules that are built in.
func Load() (*Rules, error) { return parse(raw) }

func parse(raw []byte) (*Rules, error) {
	var in struct {
		Years     [2]int               `yaml:"years"` // the first and the last whose holidays are known
		Names     map[string]i18n.Text `yaml:"names"`
		Periods   []Period             `yaml:"periods"`
		Calendars []Calendar           `yaml:"calendars"`
	}
	if err := yaml.UnmarshalWithOptions(raw, &in, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("request: %w", err)
	}
	others := false
	for _, p := range in.Periods {
		if !p.whole() {
			return nil, fmt.Errorf("%w: period %s", errRule, p.ID)
		}
		others = others || p.Status == InForce && len(p.Countries) == 0
	}
	if !others || in.Years[0] < 1900 || in.Years[1] < in.Years[0] || in.Years[1] > 2099 {
		return nil, fmt.Errorf("%w: years, or no period for all countries", errRule)
	}
	for i := range in.Calendars {
		c := &in.Calendars[i]
		if c.Country == "" || !day(c.Checked) || !c.Note.Whole() || len(c.Source) == 0 || len(c.Days) == 0 {
			return nil, fmt.Errorf("%w: calendar %s", errRule, c.Country)
		}
		c.first, c.last, c.on = in.Years[0], in.Years[1], map[int64]Off{}
		for y := c.first; y <= c.last; y++ {
			if err := c.fill(y, in.Names); err != nil {
				return nil, err
			}
		}
	}
	return &Rules{periods: in.Periods, calendars: in.Calendars}, nil
}

func (p Period) whole() bool {
	return p.ID != "" && p.Months > 0 && p.More >= 0 && (p.Identity == Pauses || p.Identity == Starts) && len(p.Source) > 0 && len(p.IdentitySource) > 0 &&
		p.IdentityNote.Whole() && p.Note.Whole() && day(p.Checked) && (p.Status == InForce || p.Status == Proposed)
}

func day(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// fill notes the holidays of a year. Those that are moved come last, in their order, each to
// the next weekday that is none yet.
func (c *Calendar) fill(year int, names map[string]i18n.Text) error {
	var moved []Off
	for _, r := range c.Days {
		days, err := r.in(year)
		if err != nil || !names[r.ID].Whole() {
			return fmt.Errorf("%w: %s: %s (%v)", errRule, c.Country, r.ID, err)
		}
		for _, d := range days {
			h := Off{Day: d, ID: r.ID, Name: names[r.ID]}
			if w := d.Weekday(); r.Moved && (w == time.Saturday || w == time.Sunday) {
				moved = append(moved, h)
				continue
			}
			if _, two := c.on[d.Unix()]; !two {
				c.on[d.Unix()] = h
			}
		}
	}
	for _, h := range moved {
		h.Moved = true
		for {
			_, taken := c.on[h.Day.Unix()]
			if w := h.Day.Weekday(); !taken && w != time.Saturday && w != time.Sunday {
				break
			}
			h.Day = h.Day.AddDate(0, 0, 1)
		}
		c.on[h.Day.Unix()] = h
	}
	return nil
}

// in gives the days of a year on which a holiday falls.
func (r Rule) in(year int) ([]time.Time, error) {
	kinds := 0
	for _, is := range []bool{r.Day != "", r.Easter != nil, r.Monday != "", len(r.On) > 0} {
		if is {
			kinds++
		}
	}
	if kinds != 1 {
		return nil, errors.New("it is not one of the four kinds")
	}
	if year < r.From || slices.Contains(r.Except, year) {
		return nil, nil
	}
	switch {
	case r.Easter != nil:
		return []time.Time{easter(year).AddDate(0, 0, *r.Easter)}, nil
	case r.Monday != "":
		return monday(r.Monday, year)
	case r.Day != "":
		d, err := time.Parse(time.DateOnly, fmt.Sprintf("%04d-%s", year, r.Day))
		return []time.Time{d}, err
	}
	var out []time.Time
	for _, s := range r.On {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			return nil, err
		}
		if d.Year() == year {
			out = append(out, d)
		}
	}
	return out, nil
}

// monday finds "first 05" or "last 08" of a year.
func monday(rule string, year int) ([]time.Time, error) {
	which, month, _ := strings.Cut(rule, " ")
	m, err := time.Parse("2006-01", fmt.Sprintf("%04d-%s", year, month))
	if err != nil || which != "first" && which != "last" {
		return nil, fmt.Errorf("what Monday is %q", rule)
	}
	step := 1
	if which == "last" {
		m, step = m.AddDate(0, 1, -1), -1
	}
	for m.Weekday() != time.Monday {
		m = m.AddDate(0, 0, step)
	}
	return []time.Time{m}, nil
}

// easter is Easter Sunday of the Gregorian calendar, by the anonymous rule that the journal
// Nature printed in 1876, known from Meeus, Astronomical Algorithms, chapter 8.
func easter(year int) time.Time {
	a, b, c := year%19, year/100, year%100
	d, e := b/4, b%4
	g := (b - (b+8)/25 + 1) / 3
	h := (19*a + b - d - g + 15) % 30
	l := (32 + 2*e + 2*(c/4) - h - c%4) % 7
	m := (a + 11*h + 22*l) / 451
	n := h + l - 7*m + 114
	return time.Date(year, time.Month(n/31), n%31+1, 0, 0, 0, 0, time.UTC)
}

// Periods gives all periods, those that are only proposed too.
func (r *Rules) Periods() []Period { return slices.Clone(r.periods) }

// Calendars gives all calendars.
func (r *Rules) Calendars() []Calendar { return slices.Clone(r.calendars) }

// Holidays lists the public holidays of a country in a year, the earliest first. known is
// false where the country or the year is not in the data.
func (r *Rules) Holidays(country string, year int) (days []Off, known bool) {
	c := r.calendar(country)
	if c == nil || year < c.first || year > c.last {
		return nil, false
	}
	for _, h := range c.on {
		if h.Day.Year() == year {
			days = append(days, h)
		}
	}
	slices.SortFunc(days, func(a, b Off) int { return a.Day.Compare(b.Day) })
	return days, true
}
