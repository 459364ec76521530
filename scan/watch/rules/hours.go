package rules

import (
	"fmt"
	"strings"
	"time"
)

// Week is the shop's hours: for each day, Sunday first, the minutes of the day
// from which and to which somebody works. A day with neither is closed; a Week
// with nothing at all is not known, and no hour is outside of it.
type Week [7][]Span

// Span is a part of a day in minutes since midnight, To excluded. A To smaller
// than From ends on the next day.
type Span struct{ From, To int }

// Known reports whether any hours are set.
func (w Week) Known() bool {
	for _, d := range w {
		if len(d) > 0 {
			return true
		}
	}
	return false
}

// Open reports whether the shop is open at a time, in that time's zone.
func (w Week) Open(at time.Time) bool {
	day, minute := int(at.Weekday()), at.Hour()*60+at.Minute()
	for _, s := range w[day] {
		if minute >= s.From && (minute < s.To || s.To < s.From) {
			return true
		}
	}
	for _, s := range w[(day+6)%7] {
		if s.To < s.From && minute < s.To {
			return true
		}
	}
	return false
}

var dayNames = map[string]int{"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}

// ParseWeek reads hours as the settings have them: "mon-fri 08:30-13:00
// 15:00-19:30; sat 09:00-12:30". The error names the part that is wrong.
func ParseWeek(s string) (Week, error) {
	var w Week
	for part := range strings.SplitSeq(s, ";") {
		f := strings.Fields(part)
		if len(f) == 0 {
			continue
		}
		from, to, ranged := strings.Cut(strings.ToLower(f[0]), "-")
		if !ranged {
			to = from
		}
		a, ok := dayNames[from]
		b, ok2 := dayNames[to]
		if !ok || !ok2 || len(f) < 2 {
			return Week{}, fmt.Errorf("%q: no day of the week with its hours", strings.TrimSpace(part))
		}
		for _, h := range f[1:] {
			var s Span
			var fh, fm, th, tm int
			if n, err := fmt.Sscanf(h+"$", "%d:%d-%d:%d$", &fh, &fm, &th, &tm); n != 4 || err != nil || !clock(fh, fm) || !clock(th, tm) {
				return Week{}, fmt.Errorf("%q: no hours like 08:30-13:00", h)
			}
			if s = (Span{fh*60 + fm, th*60 + tm}); s.From == s.To {
				return Week{}, fmt.Errorf("%q: no time at all", h)
			}
			for d := a; ; d = (d + 1) % 7 {
				w[d] = append(w[d], s)
				if d == b {
					break
				}
			}
		}
	}
	return w, nil
}

func clock(h, m int) bool { return h >= 0 && m >= 0 && m < 60 && (h < 24 || h == 24 && m == 0) }
