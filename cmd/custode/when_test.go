package main

import (
	"testing"
	"time"
)

func TestParseWhen(t *testing.T) {
	rome := time.FixedZone("", 3600)
	now := time.Date(2026, 11, 28, 12, 5, 0, 0, rome) // a Saturday
	for in, want := range map[string]string{
		"now": "2026-11-28 12:05", "adesso": "2026-11-28 12:05", "11:30": "2026-11-28 11:30", "9": "2026-11-28 09:00", "alle 9.15": "2026-11-28 09:15",
		"today 8:00": "2026-11-28 08:00", "yesterday": "2026-11-27 00:00", "ieri alle 18": "2026-11-27 18:00", "Yesterday at 9pm": "2026-11-27 21:00",
		"3 hours ago": "2026-11-28 09:05", "20 minuti fa": "2026-11-28 11:45", "2 days ago": "2026-11-26 12:05",
		"venerdì 18:00": "2026-11-27 18:00", "Saturday": "2026-11-21 00:00", "monday 7:30": "2026-11-23 07:30",
		"27/11/2026 14:30": "2026-11-27 14:30", "27.11.26": "2026-11-27 00:00", "2026-11-27 14:30": "2026-11-27 14:30", "2026-11-27T14:30": "2026-11-27 14:30",
		"Today 8:00": "2026-11-28 08:00", "Tuesday 9:00": "2026-11-24 09:00", "Thursday": "2026-11-26 00:00", "TUESDAY": "2026-11-24 00:00",
		"yesterday 12am": "2026-11-27 00:00", "yesterday 12pm": "2026-11-27 12:00", "12:30am": "2026-11-28 00:30",
		"1/12 9:00": "2025-12-01 09:00", "2026-11-27T14:30:00+01:00": "2026-11-27 14:30",
	} {
		got, ok := parseWhen(in, now, false)
		if !ok || got.Format("2006-01-02 15:04") != want {
			t.Errorf("%q: %v %v, want %s", in, got, ok, want)
		}
	}
	if got, ok := parseWhen("11/27/2026 2pm", now, true); !ok || got.Format("2006-01-02 15:04") != "2026-11-27 14:00" {
		t.Errorf("month first: %v %v", got, ok)
	}
	for _, in := range []string{"", "soon", "25:00", "31/2/2026", "12:5", "-3 hours ago", "3 parsecs ago", "1/2/3/4", "today tomorrow", "10:20:30", "//", "a/b", "9 9 9", "13am", "9t", "t9"} {
		if got, ok := parseWhen(in, now, false); ok {
			t.Errorf("%q is %v", in, got)
		}
	}
}

func TestParseDue(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 5, 0, 0, time.FixedZone("", 3600)) // a Saturday
	for in, want := range map[string]string{
		"15/12": "2026-12-15", "1/3": "2027-03-01", "28/11": "2026-11-28", "15/12/2026": "2026-12-15", "2027-01-31": "2027-01-31",
		"monday": "2026-11-30", "Venerdì": "2026-12-04", "saturday": "2026-11-28", "today": "2026-11-28", "1/2/2026": "2026-02-01",
	} {
		if got, ok := parseDue(in, now, false); !ok || got.Format(time.DateOnly) != want {
			t.Errorf("%q: %v %v, want %s", in, got, ok, want)
		}
	}
}

func FuzzParseWhen(f *testing.F) {
	f.Add("ieri alle 18", false)
	now := time.Date(2026, 11, 28, 12, 5, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, in string, monthFirst bool) {
		if got, ok := parseWhen(in, now, monthFirst); ok && got.IsZero() {
			t.Errorf("%q is no moment", in)
		}
	})
}
