// Package clock counts the legal and the advised deadlines of an incident. The rules are
// data (profiles.yaml), each with its source and the day on which it was checked.
package clock

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/playbook/fact"
)

// Unit is how a deadline counts.
type Unit string

// The units. Hours are elapsed hours: daylight saving, weekends and holidays do not
// change them (GDPR 33(1) says hours; some calculators lengthen them by Regulation
// 1182/71, which is disputed: the strict count is shown). Days and months end with the day
// where the shop is.
const (
	Hours        Unit = "hours"
	CalendarDays Unit = "calendar-days"
	BusinessDays Unit = "business-days" // Monday to Friday; public holidays are not known
	Months       Unit = "months"        // to the same day, or the last one of a shorter month
)

// Rule is one clock.
type Rule struct {
	ID       string    `yaml:"id"`
	Profiles []string  `yaml:"profiles"`
	Off      bool      `yaml:"off"` // runs only where it is asked for by its profile
	Label    i18n.Text `yaml:"label"`
	Start    string    `yaml:"start"` // the fact from whose moment it counts
	Duration int       `yaml:"duration"`
	Unit     Unit      `yaml:"unit"`
	When     string    `yaml:"when"`   // a condition; "" always
	Only     i18n.Text `yaml:"only"`   // the condition in words, where it does not run before that is known to hold
	Met      string    `yaml:"met"`    // the fact that ends it; "" none does
	Target   bool      `yaml:"target"` // custode's advice, no rule of law
	Source   string    `yaml:"source"`
	Checked  string    `yaml:"checked"` // a day
	Status   string    `yaml:"status"`  // in-force, proposed
	Note     i18n.Text `yaml:"note"`

	cond *fact.Cond
}

// Deadline is a clock that runs in an incident, or would once its start is known.
type Deadline struct {
	Rule
	From time.Time // zero while the start is not known, or while it waits: then there is no Due
	Due  time.Time
	Met  bool
	At   time.Time // when it was met, where that is a moment
	Late bool      // not met in time, or not met and over
	Sure bool      // its condition holds; false: it cannot be said, and so it runs
}

// Waits reports whether nobody knows yet that it runs at all: Only says on what that hangs.
func (d *Deadline) Waits() bool { return !d.Sure && d.Only.EN != "" }

//go:embed profiles.yaml
var source []byte

// Book is the list of clocks.
type Book struct{ rules []Rule }

// errRule is a mistake in the data.
var errRule = errors.New("clock: a rule is not whole")

// Load reads the clocks that are built in.
func Load(book *fact.Book) (*Book, error) {
	b := &Book{}
	if err := yaml.UnmarshalWithOptions(source, &b.rules, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("clock: %w", err)
	}
	for i := range b.rules {
		r := &b.rules[i]
		start, ok := book.Find(r.Start)
		_, metOK := book.Find(r.Met)
		_, day := time.Parse(time.DateOnly, r.Checked)
		if !ok || start.Type != fact.Moment || r.Met != "" && !metOK || day != nil || !r.Label.Whole() || !r.Note.Whole() || r.Only != (i18n.Text{}) && (!r.Only.Whole() || r.When == "") || r.Duration < 1 ||
			len(r.Profiles) == 0 || !slices.Contains([]Unit{Hours, CalendarDays, BusinessDays, Months}, r.Unit) || r.Status != "in-force" && r.Status != "proposed" {
			return nil, fmt.Errorf("%w: %s", errRule, r.ID)
		}
		if r.When == "" {
			continue
		}
		var err error
		if r.cond, err = book.Compile(r.When); err != nil {
			return nil, fmt.Errorf("clock: %s: %w", r.ID, err)
		}
	}
	return b, nil
}

// Rules gives all clocks.
func (b *Book) Rules() []Rule { return slices.Clone(b.rules) }

// ForCountry names the profiles of a shop by its country (ISO 3166-1).
func ForCountry(country string) []string {
	switch country {
	case "IT":
		return []string{"gdpr-it", "pci"}
	case "GB":
		return []string{"uk", "pci"}
	case "US":
		return []string{"us-generic", "pci"}
	}
	return []string{"gdpr-eu", "pci"}
}

// Deadlines lists the clocks of some profiles that run, the earliest first, those without
// a date last. zone is where the shop is.
func (b *Book) Deadlines(profiles []string, facts fact.Set, zone *time.Location, now time.Time) []Deadline {
	var out []Deadline
	for _, r := range b.rules {
		asked := slices.ContainsFunc(r.Profiles, func(p string) bool { return slices.Contains(profiles, p) })
		sure := fact.Yes
		if r.cond != nil {
			sure = r.cond.Eval(facts)
		}
		if !asked || sure == fact.No {
			continue
		}
		d := Deadline{Rule: r, Sure: sure == fact.Yes}
		if from, ok := facts.Time(r.Start); ok && !d.Waits() {
			d.From, d.Due = from, Add(from, r.Duration, r.Unit, zone)
		}
		d.meet(facts, now)
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b Deadline) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	return out
}

// meet says whether the deadline was met, and whether it is late.
func (d *Deadline) meet(facts fact.Set, now time.Time) {
	if at, ok := facts.Time(d.Rule.Met); ok {
		d.Met, d.At = true, at
		d.Late = !d.Due.IsZero() && at.After(d.Due)
		return
	}
	d.Met = d.Rule.Met != "" && facts.Tri(d.Rule.Met) == fact.Yes
	d.Late = !d.Met && d.Rule.Met != "" && !d.Due.IsZero() && now.After(d.Due) // of what nothing tells that it was met, nothing tells that it is late
}

// Add counts from a moment. Hours are elapsed; days and months end with the last second
// of the day in zone.
func Add(from time.Time, n int, unit Unit, zone *time.Location) time.Time {
	if unit == Hours {
		return from.Add(time.Duration(n) * time.Hour).In(zone)
	}
	y, m, d := from.In(zone).Date()
	switch unit {
	case CalendarDays:
		d += n
	case BusinessDays:
		d += businessDays(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Weekday(), n)
	case Months:
		first := time.Date(y, m+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		last := first.AddDate(0, 1, -1).Day()
		y, m, d = first.Year(), first.Month(), min(d, last)
	case Hours: // above
	}
	return EndOfDay(time.Date(y, m, d, 0, 0, 0, 0, time.UTC), zone) // also puts the 34th of a month right
}

// businessDays is how many days pass until the n-th day from Monday to Friday is over.
func businessDays(from time.Weekday, n int) int {
	days := 0
	for n > 0 {
		days++
		if w := (from + time.Weekday(days)) % 7; w != time.Saturday && w != time.Sunday {
			n--
		}
	}
	return days
}

// EndOfDay is the last second of a day, which is given as its midnight in UTC, in a zone. A day
// may begin later than midnight, where the clocks go forward then, or be left out (Samoa, 30
// December 2011): so the first second of a later date is looked for.
func EndOfDay(day time.Time, zone *time.Location) time.Time {
	later := func(s int64) bool {
		ly, lm, ld := time.Unix(s, 0).In(zone).Date()
		return time.Date(ly, lm, ld, 0, 0, 0, 0, time.UTC).After(day)
	}
	low := day.Add(-50 * time.Hour).Unix() // no zone is further from UTC than 15 hours
	n := sort.Search(int(150*time.Hour/time.Second), func(i int) bool { return later(low + int64(i)) })
	return time.Unix(low+int64(n)-1, 0).In(zone)
}
