package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"custode/scan/watch/rules"
)

// hourLines are the shop's hours: lines such as "Mon-Fri 08:00-13:00 15:00-19:30", also
// with the names of the days in Italian. One line may stand alone.
type hourLines []string

// UnmarshalYAML takes a line, or a list of lines.
func (h *hourLines) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if unmarshal(&one) == nil {
		*h = strings.Split(one, ";")
		return nil
	}
	return unmarshal((*[]string)(h))
}

// maxHourLines is more than any shop has.
const maxHourLines = 50

// week makes the hours of them; else the number of the line that is wrong.
func (h hourLines) week() (w rules.Week, wrong int, ok bool) {
	if len(h) > maxHourLines {
		return rules.Week{}, maxHourLines, false
	}
	for i, line := range h {
		text, ok := hoursInEnglish(line)
		if !ok {
			return rules.Week{}, i, false
		}
		more, err := rules.ParseWeek(text)
		if err != nil {
			return rules.Week{}, i, false
		}
		for day, spans := range more {
			w[day] = append(w[day], spans...)
		}
	}
	return w, 0, true
}

// dayOf are the first letters of the days' names, and how rules.ParseWeek calls them.
var dayOf = map[string]string{
	"mon": "mon", "tue": "tue", "wed": "wed", "thu": "thu", "fri": "fri", "sat": "sat", "sun": "sun",
	"lun": "mon", "mar": "tue", "mer": "wed", "gio": "thu", "ven": "fri", "sab": "sat", "dom": "sun",
}

// dayNames are the days' whole names, of which three letters or more may be written.
var dayNames = strings.Fields("monday tuesday wednesday thursday friday saturday sunday lunedi martedi mercoledi giovedi venerdi sabato domenica")

// dashes are what people type for a dash.
var dashes = strings.NewReplacer("–", "-", "—", "-", "‑", "-", " - ", "-", "ì", "i", "'", "", "’", "")

// hoursInEnglish writes a line as rules.ParseWeek wants it: "" where it is closed.
func hoursInEnglish(line string) (string, bool) {
	f := strings.Fields(dashes.Replace(strings.ToLower(line)))
	if len(f) < 2 {
		return "", false
	}
	var days []string
	for part := range strings.SplitSeq(strings.Trim(f[0], ":,"), ",") {
		from, to, ranged := strings.Cut(part, "-")
		a, ok := dayName(from)
		if !ok {
			return "", false
		}
		if ranged {
			b, ok := dayName(to)
			if !ok {
				return "", false
			}
			a += "-" + b
		}
		days = append(days, a)
	}
	if f[1] == "closed" || f[1] == "chiuso" {
		return "", len(f) == 2
	}
	var hours strings.Builder
	for _, span := range f[1:] {
		from, to, ok := strings.Cut(strings.Trim(span, ","), "-")
		a, ok1 := clockTime(from)
		b, ok2 := clockTime(to)
		if !ok || !ok1 || !ok2 || a == b {
			return "", false
		}
		hours.WriteString(" " + clockText(a) + "-" + clockText(b))
	}
	var out []string
	for _, d := range days {
		out = append(out, d+hours.String())
	}
	return strings.Join(out, "; "), true
}

func dayName(s string) (string, bool) {
	s = strings.TrimSuffix(s, ".")
	if len(s) < 3 {
		return "", false
	}
	for _, whole := range dayNames {
		if strings.HasPrefix(whole, s) {
			return dayOf[s[:3]], true
		}
	}
	return "", false
}

var clockShape = regexp.MustCompile(`^(\d{1,2})(?:[:.](\d\d))?$`)

// clockTime reads a time of day, 8, 8:30, 08.30 or 24:00, as minutes.
func clockTime(s string) (minutes int, ok bool) {
	m := clockShape.FindStringSubmatch(s)
	if m == nil {
		return 0, false
	}
	h, _ := strconv.Atoi(m[1])
	min, _ := strconv.Atoi(m[2])
	return h*60 + min, min < 60 && (h < 24 || h == 24 && min == 0)
}

func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// week gives the shop's hours; they were checked when the settings were read.
func (s settings) week() rules.Week {
	w, _, _ := s.Hours.week()
	return w
}

// location is the time zone of the hours: that of this computer, if nothing is said.
func (s settings) location() (*time.Location, bool) {
	if s.Zone == "" {
		return time.Local, true
	}
	z, err := time.LoadLocation(s.Zone)
	return z, err == nil && !strings.EqualFold(s.Zone, "local")
}

// clock tells the time in the zone of the hours.
func (s settings) clock(now func() time.Time) func() time.Time {
	zone, ok := s.location()
	if !ok {
		return now
	}
	return func() time.Time { return now().In(zone) }
}

// wrongHours says what about the hours can't stay, and where.
func (s settings) wrongHours() (path, id string) {
	if _, i, ok := s.Hours.week(); !ok {
		return "$.hours[" + strconv.Itoa(i) + "]", "hours"
	}
	if _, ok := s.location(); !ok {
		return "$.zone", "zone"
	}
	return "", ""
}
