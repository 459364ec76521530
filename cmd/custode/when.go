package main

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
)

// Words of a moment, in both languages: a person types in the one that comes to mind.
var (
	nowWords       = []string{"now", "adesso", "ora", "subito"}
	todayWords     = []string{"today", "oggi", "stamattina", "stasera"}
	yesterdayWords = []string{"yesterday", "ieri"}
	atWords        = []string{"at", "alle", "ore", "h", "on", "il"}
	agoWords       = []string{"ago", "fa"}
	weekdayWords   = [7][]string{
		{"sunday", "domenica"},
		{"monday", "lunedì", "lunedi"},
		{"tuesday", "martedì", "martedi"},
		{"wednesday", "mercoledì", "mercoledi"},
		{"thursday", "giovedì", "giovedi"},
		{"friday", "venerdì", "venerdi"},
		{"saturday", "sabato"},
	}
	unitWords = []struct {
		words []string
		d     time.Duration
	}{
		{[]string{"minute", "minutes", "min", "minuto", "minuti"}, time.Minute},
		{[]string{"hour", "hours", "ora", "ore"}, time.Hour},
		{[]string{"day", "days", "giorno", "giorni"}, 24 * time.Hour},
	}
)

// parseWhen understands a moment as people write it, in the zone of now: "14:30",
// "yesterday 9:00", "ieri alle 18", "28/11/2026 14:30", "3 hours ago", "venerdì 18:00",
// "2026-11-28T14:30:00+01:00". A day without an hour is its beginning. monthFirst reads
// 11/28 as the 28th of November.
func parseWhen(text string, now time.Time, monthFirst bool) (time.Time, bool) {
	text = strings.TrimSpace(text)
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, true
	}
	words := strings.Fields(strings.ToLower(strings.ReplaceAll(text, ",", " ")))
	if len(words) == 1 { // 2026-11-28T14:30, but not Tuesday
		if day, clock, ok := strings.Cut(words[0], "t"); ok && day != "" && strings.Trim(day+clock, "0123456789-:.") == "" {
			words = []string{day, clock}
		}
	}
	if len(words) == 1 && slices.Contains(nowWords, words[0]) {
		return now, true
	}
	if len(words) == 3 && slices.Contains(agoWords, words[2]) {
		return ago(words[0], words[1], now)
	}
	words = slices.DeleteFunc(words, func(w string) bool { return slices.Contains(atWords, w) })
	if len(words) == 0 || len(words) > 2 {
		return time.Time{}, false
	}
	if hour, minute, ok := hourMinute(words[0]); ok && len(words) == 1 {
		t := time.Date(now.Year(), now.Month(), now.Day(), hour, minute, 0, 0, now.Location())
		return t, true
	}
	day, ok := dayNamed(words[0], now, monthFirst)
	if !ok {
		return time.Time{}, false
	}
	hour, minute := 0, 0
	if len(words) == 2 {
		if hour, minute, ok = hourMinute(words[1]); !ok {
			return time.Time{}, false
		}
	}
	return time.Date(day.Year(), day.Month(), day.Day(), hour, minute, 0, 0, now.Location()), true
}

// parseDue understands a day to come: a weekday is the next one, and a date without a year
// is the next such day.
func parseDue(text string, now time.Time, monthFirst bool) (time.Time, bool) {
	at, ok := parseWhen(text, now, monthFirst)
	today := job.Midnight(now)
	words := strings.Fields(strings.ToLower(text))
	if !ok || !at.Before(today) || len(words) == 0 {
		return at, ok
	}
	for _, names := range weekdayWords {
		if slices.Contains(names, words[0]) {
			return at.AddDate(0, 0, 7), true
		}
	}
	if parts := strings.FieldsFunc(words[0], func(r rune) bool { return strings.ContainsRune("/.-", r) }); len(parts) == 2 {
		return at.AddDate(1, 0, 0), true
	}
	return at, true
}

// longAgo is how many units back a moment may be said.
const longAgo = 10_000

func ago(number, unit string, now time.Time) (time.Time, bool) {
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n > longAgo {
		return time.Time{}, false
	}
	for _, u := range unitWords {
		if slices.Contains(u.words, unit) {
			return now.Add(-time.Duration(n) * u.d), true
		}
	}
	return time.Time{}, false
}

// hourMinute reads 14:30, 14.30, 9, 9am.
func hourMinute(s string) (hour, minute int, ok bool) {
	s, pm := strings.CutSuffix(s, "pm")
	s, am := strings.CutSuffix(s, "am")
	h, m, _ := strings.Cut(strings.ReplaceAll(s, ".", ":"), ":")
	if strings.Count(s, ".")+strings.Count(s, ":") > 1 {
		return 0, 0, false
	}
	hour, err := strconv.Atoi(h)
	if err != nil {
		return 0, 0, false
	}
	if m != "" {
		if minute, err = strconv.Atoi(m); err != nil || len(m) != 2 {
			return 0, 0, false
		}
	}
	switch {
	case am && hour == 12:
		hour = 0
	case pm && hour < 12:
		hour += 12
	case am && hour > 12:
		return 0, 0, false
	}
	return hour, minute, hour >= 0 && hour < 24 && minute >= 0 && minute < 60
}

// dayNamed reads a day: a word, a weekday (the last one, today excluded), or a date.
func dayNamed(s string, now time.Time, monthFirst bool) (time.Time, bool) {
	switch {
	case slices.Contains(todayWords, s):
		return now, true
	case slices.Contains(yesterdayWords, s):
		return now.AddDate(0, 0, -1), true
	}
	for i, names := range weekdayWords {
		if slices.Contains(names, s) {
			back := (int(now.Weekday()) - i + 6) % 7
			return now.AddDate(0, 0, -back-1), true
		}
	}
	sep := strings.Trim(s, "0123456789")
	if sep == "" || strings.Trim(sep, sep[:1]) != "" || !strings.Contains("/.-", sep[:1]) {
		i := strings.IndexAny(s, "/.-")
		if i < 1 {
			return time.Time{}, false
		}
		sep = s[i : i+1]
	}
	return date(strings.Split(s, sep[:1]), now, monthFirst)
}

// date puts day, month and perhaps year together; without a year it is the last such day.
func date(parts []string, now time.Time, monthFirst bool) (time.Time, bool) {
	n := make([]int, len(parts))
	for i, p := range parts {
		v, err := strconv.Atoi(p)
		if err != nil || v < 0 {
			return time.Time{}, false
		}
		n[i] = v
	}
	var y, m, d int
	switch {
	case len(n) == 3 && len(parts[0]) == 4:
		y, m, d = n[0], n[1], n[2]
	case len(n) == 3 && monthFirst:
		y, m, d = n[2], n[0], n[1]
	case len(n) == 3:
		y, m, d = n[2], n[1], n[0]
	case len(n) == 2 && monthFirst:
		y, m, d = now.Year(), n[0], n[1]
	case len(n) == 2:
		y, m, d = now.Year(), n[1], n[0]
	default:
		return time.Time{}, false
	}
	if y < 100 {
		y += 2000
	}
	t := time.Date(y, time.Month(m), d, 0, 0, 0, 0, now.Location())
	if t.Day() != d || int(t.Month()) != m || y < 1970 || y > 9999 {
		return time.Time{}, false
	}
	if len(n) == 2 && t.After(now) {
		t = t.AddDate(-1, 0, 0)
	}
	return t, true
}
