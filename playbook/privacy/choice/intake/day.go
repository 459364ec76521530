package intake

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// moment is when something was said: between two instants that may be the same.
type moment struct{ early, late time.Time }

// clock is a time of the day and its zone, if they are written.
const clock = `(?:[T ,]+(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d+)?)? ?([ap]m)? ?(z|utc|gmt|[+-]\d{2}:?\d{2})?(?: ?\([a-z]+\))?)?$`

var (
	weekday   = regexp.MustCompile(`^(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|gio|ven|sab|dom)[a-zì]*[.,]? `)
	yearFirst = regexp.MustCompile(`(?i)^(\d{4})([-/.])(\d{1,2})[-/.](\d{1,2})` + clock)
	yearLast  = regexp.MustCompile(`(?i)^(\d{1,2})([-/.])(\d{1,2})[-/.](\d{4})` + clock)
	dayName   = regexp.MustCompile(`(?i)^(\d{1,2})(?:st|nd|rd|th|°|º)?[ .-]+([a-z]+)[ .,-]+(\d{4})` + clock)
	nameDay   = regexp.MustCompile(`(?i)^([a-z]+)[ .]+(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})` + clock)
)

// months begin with these letters in the two languages.
var months = [12][]string{
	{"jan", "gen"}, {"feb"}, {"mar"}, {"apr"}, {"may", "mag"}, {"jun", "giu"}, {"jul", "lug"}, {"aug", "ago"}, {"sep", "set"}, {"oct", "ott"}, {"nov"}, {"dec", "dic"},
}

func monthOf(name string) int {
	name = strings.ToLower(name)
	for i, begins := range months {
		for _, b := range begins {
			if strings.HasPrefix(name, b) {
				return i + 1
			}
		}
	}
	return 0
}

// when reads a date. A text that is none, or one without its year, is NoDate.
func (o *Options) when(text string) (moment, Reason) {
	text = weekday.ReplaceAllString(strings.ToLower(strings.Join(strings.Fields(text), " ")), "")
	var y, m, d string
	var rest []string
	switch {
	case match(yearFirst, text, &rest):
		y, m, d = rest[1], rest[3], rest[4]
		rest = rest[5:]
	case match(yearLast, text, &rest):
		first, second := rest[1], rest[3]
		a, b := number(first), number(second)
		switch {
		case a == b, a > 12, rest[2] == ".", o.Order == DayMonth && b <= 12:
			d, m = first, second // with full stops nobody writes the month first
		case b > 12, o.Order == MonthDay:
			d, m = second, first
		default:
			return moment{}, TwoDates
		}
		y, rest = rest[4], rest[5:]
	case match(dayName, text, &rest):
		d, m, y = rest[1], strconv.Itoa(monthOf(rest[2])), rest[3]
		rest = rest[4:]
	case match(nameDay, text, &rest):
		m, d, y = strconv.Itoa(monthOf(rest[1])), rest[2], rest[3]
		rest = rest[4:]
	default:
		return moment{}, NoDate
	}
	return o.moment(number(y), number(m), number(d), rest)
}

func match(re *regexp.Regexp, text string, groups *[]string) bool {
	*groups = re.FindStringSubmatch(text)
	return *groups != nil
}

func number(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

// oldest is the first year in which anybody can have agreed to be written to by a program.
const oldest = 1995

// moment makes it of a day and of hour, minute, second, half of the day and zone, which may be "".
func (o *Options) moment(y, m, d int, clock []string) (moment, Reason) {
	day := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < oldest || y > 9999 || day.Year() != y || int(day.Month()) != m || day.Day() != d {
		return moment{}, NoDate
	}
	zones := []*time.Location{time.UTC, o.Zone}
	if clock[0] == "" {
		return span(day, day.Add(24*time.Hour-time.Second), zones), ""
	}
	hour, minute, second := number(clock[0]), number(clock[1]), max(number(clock[2]), 0)
	switch clock[3] {
	case "am", "pm":
		if hour < 1 || hour > 12 {
			return moment{}, NoDate
		}
		hour %= 12
		if clock[3] == "pm" {
			hour += 12
		}
	}
	if hour > 23 || minute > 59 || second > 60 {
		return moment{}, NoDate
	}
	switch zone := clock[4]; zone {
	case "":
	case "z", "utc", "gmt":
		zones = zones[:1]
	default:
		digits := strings.ReplaceAll(zone[1:], ":", "")
		offset := number(digits[:2])*3600 + number(digits[2:])*60
		if zone[0] == '-' {
			offset = -offset
		}
		zones = []*time.Location{time.FixedZone("", offset)}
	}
	at := day.Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second)
	return span(at, at, zones), ""
}

// span is the earliest and the latest that two times, written as of UTC, can be in any of the zones.
func span(from, to time.Time, zones []*time.Location) (out moment) {
	in := func(t time.Time, z *time.Location) time.Time {
		return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, z)
	}
	for _, z := range zones {
		if early := in(from, z); out.early.IsZero() || early.Before(out.early) {
			out.early = early
		}
		if late := in(to, z); late.After(out.late) {
			out.late = late
		}
	}
	return out
}

// yesAt is when a yes was said: as early as it can have been.
func (o *Options) yesAt(m moment, why Reason) (time.Time, Reason) {
	switch {
	case why == "" && m.early.After(o.Now):
		return time.Time{}, DateAhead
	case why == NoDate && !o.Since.IsZero():
		return o.Since, ""
	case why != "":
		return time.Time{}, why
	}
	return m.early, ""
}

// noAt is when a no was said: as late as it can have been. Without a date it is by the day on
// which the list was made; the zero time counts for good.
func (o *Options) noAt(m moment, why Reason) time.Time {
	if why != "" {
		if o.Made.IsZero() {
			return time.Time{}
		}
		m.late = o.Made.AddDate(0, 0, 1).Add(-time.Second)
		m.early = o.Made
	}
	if m.late.After(o.Now) && !m.early.After(o.Now) {
		return o.Now
	}
	return m.late
}
