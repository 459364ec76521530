package request_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"custode/internal/source"
	"custode/playbook/privacy/request"
)

// literal is the public holidays as a calendar on the wall has them: those of each year on
// the same date, and a line a year of those that are not. It is typed in, not computed.
type literal struct {
	same   string
	byYear map[int]string
}

// easterDays are Easter Sunday, Good Friday, Easter Monday, Ascension Day, Whit Monday and
// Corpus Christi of each year.
var easterDays = map[int][6]string{
	2024: {"03-31", "03-29", "04-01", "05-09", "05-20", "05-30"},
	2025: {"04-20", "04-18", "04-21", "05-29", "06-09", "06-19"},
	2026: {"04-05", "04-03", "04-06", "05-14", "05-25", "06-04"},
	2027: {"03-28", "03-26", "03-29", "05-06", "05-17", "05-27"},
	2028: {"04-16", "04-14", "04-17", "05-25", "06-05", "06-15"},
	2029: {"04-01", "03-30", "04-02", "05-10", "05-21", "05-31"},
	2030: {"04-21", "04-19", "04-22", "05-30", "06-10", "06-20"},
}

// of gives the days of Easter that are wanted: f(riday), m(onday), a(scension), w(hit
// Monday), c(orpus Christi).
func of(which string) map[int]string {
	out := map[int]string{}
	for y, days := range easterDays {
		for _, w := range which {
			out[y] += " " + days[strings.IndexRune("-fmawc", w)]
		}
	}
	return out
}

var literals = map[string]literal{
	"IT": {"01-01 01-06 04-25 05-01 06-02 08-15 11-01 12-08 12-25 12-26", map[int]string{
		2024: "04-01", 2025: "04-21", 2026: "04-06 10-04", 2027: "03-29 10-04", 2028: "04-17 10-04", 2029: "04-02 10-04", 2030: "04-22 10-04",
	}},
	"DE": {"01-01 05-01 10-03 12-25 12-26", of("fmaw")},
	"FR": {"01-01 05-01 05-08 07-14 08-15 11-01 11-11 12-25", of("maw")},
	"ES": {"01-01 01-06 05-01 08-15 10-12 11-01 12-06 12-08 12-25", of("f")},
	"AT": {"01-01 01-06 05-01 08-15 10-26 11-01 12-08 12-25 12-26", of("mawc")},
	"GB": {"", map[int]string{
		2020: "01-01 04-10 04-13 05-08 05-25 08-31 12-25 12-28",
		2021: "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28",
		2022: "01-03 04-15 04-18 05-02 06-02 06-03 08-29 09-19 12-26 12-27",
		2023: "01-02 04-07 04-10 05-01 05-08 05-29 08-28 12-25 12-26",
		2024: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
		2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
		2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
		2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
		2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
		2029: "01-01 03-30 04-02 05-07 05-28 08-27 12-25 12-26",
		2030: "01-01 04-19 04-22 05-06 05-27 08-26 12-25 12-26",
	}},
	"GB-SCT": {"", map[int]string{
		2022: "01-03 01-04 04-15 05-02 06-02 06-03 08-01 09-19 11-30 12-26 12-27",
		2023: "01-02 01-03 04-07 05-01 05-08 05-29 08-07 11-30 12-25 12-26",
		2024: "01-01 01-02 03-29 05-06 05-27 08-05 12-02 12-25 12-26",
		2025: "01-01 01-02 04-18 05-05 05-26 08-04 12-01 12-25 12-26",
		2026: "01-01 01-02 04-03 05-04 05-25 06-15 08-03 11-30 12-25 12-28",
		2027: "01-01 01-04 03-26 05-03 05-31 08-02 11-30 12-27 12-28",
	}},
	"GB-NIR": {"", map[int]string{
		2024: "01-01 03-18 03-29 04-01 05-06 05-27 07-12 08-26 12-25 12-26",
		2025: "01-01 03-17 04-18 04-21 05-05 05-26 07-14 08-25 12-25 12-26",
		2026: "01-01 03-17 04-03 04-06 05-04 05-25 07-13 08-31 12-25 12-28",
	}},
	"IE": {"01-01 03-17 12-25 12-26", map[int]string{
		2024: "02-05 04-01 05-06 06-03 08-05 10-28", 2025: "02-03 04-21 05-05 06-02 08-04 10-27", 2026: "02-02 04-06 05-04 06-01 08-03 10-26",
		2027: "02-01 03-29 05-03 06-07 08-02 10-25", 2028: "02-07 04-17 05-01 06-05 08-07 10-30", 2029: "02-05 04-02 05-07 06-04 08-06 10-29",
		2030: "02-01 04-22 05-06 06-03 08-05 10-28",
	}},
}

// days gives the holidays of a country in a year, "" for a year that was not typed in.
func (l literal) days(year int) map[string]bool {
	out := map[string]bool{}
	for d := range strings.FieldsSeq(l.same + " " + l.byYear[year]) {
		out[fmt.Sprintf("%d-%s", year, d)] = true
	}
	return out
}

func load(tb testing.TB) *request.Rules {
	tb.Helper()
	r, err := request.Load()
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

func TestHolidaysAreThoseOnTheWall(t *testing.T) {
	r := load(t)
	for country, l := range literals {
		for year := range l.byYear {
			got, known := r.Holidays(country, year)
			want := l.days(year)
			if !known || len(got) != len(want) {
				t.Errorf("%s %d: known %v, %d days, want %d", country, year, known, len(got), len(want))
			}
			for _, h := range got {
				if !want[h.Day.Format(time.DateOnly)] {
					t.Errorf("%s: %s is %s", country, h.Day.Format(time.DateOnly), h.ID)
				}
				if !h.Name.Whole() {
					t.Errorf("%s: no name of %s", country, h.ID)
				}
			}
		}
	}
}

// The rule for Easter is held to the dates of all the years that are known.
func TestEaster(t *testing.T) {
	r := load(t)
	for year, want := range map[int]string{
		2020: "04-13", 2021: "04-05", 2022: "04-18", 2023: "04-10", 2024: "04-01", 2025: "04-21", 2026: "04-06", 2027: "03-29",
		2028: "04-17", 2029: "04-02", 2030: "04-22", 2031: "04-14", 2032: "03-29", 2033: "04-18", 2034: "04-10", 2035: "03-26",
	} {
		days, known := r.Holidays("IT", year)
		found := false
		for _, h := range days {
			found = found || h.ID == "easter-monday" && h.Day.Format(time.DateOnly) == fmt.Sprintf("%d-%s", year, want)
		}
		if !known || !found {
			t.Errorf("%d: Easter Monday is not %s", year, want)
		}
	}
	for _, year := range []int{2019, 2036} {
		if days, known := r.Holidays("IT", year); known || days != nil {
			t.Errorf("%d is known", year)
		}
	}
}

// A day kept instead of one at a weekend says so, under the name of the holiday.
func TestMoved(t *testing.T) {
	days, _ := load(t).Holidays("gb-sct", 2022)
	got := ""
	for _, h := range days {
		if h.Moved {
			got += h.Day.Format(" 01-02 ") + h.ID
		}
	}
	if got != " 01-03 new-year 01-04 second-january 12-27 christmas" {
		t.Errorf("moved:%s", got)
	}
}

// The sources are in the list of all sources, and each country has a period that is in force.
func TestSourcesAreKnown(t *testing.T) {
	sources, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	r := load(t)
	known := func(where string, refs []string) {
		for _, ref := range refs {
			if _, ok := sources.Find(ref); !ok {
				t.Errorf("%s: source %s", where, ref)
			}
		}
	}
	for _, p := range r.Periods() {
		known(p.ID, append(p.Source, p.IdentitySource...))
	}
	for _, c := range r.Calendars() {
		known(c.Country, c.Source)
	}
	for country, id := range map[string]string{"IT": "gdpr", "it": "gdpr", "GB": "uk", "gb-sct": "uk", "UK": "uk", "EU": "gdpr", "US": "gdpr", "": "gdpr"} {
		if p := r.Due(time.Unix(0, 0), country, nil, request.Options{}).Period; p.ID != id || p.Status != request.InForce {
			t.Errorf("%q counts by %s", country, p.ID)
		}
	}
}
