package staff

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestName(t *testing.T) {
	for in, want := range map[string]string{
		"Anna": "Anna", "  Anna   Maria ": "Anna Maria", "Zoe\u0308": "Zoë", "李雷": "李雷", "محمد": "محمد", "Ольга": "Ольга", "Nguyễn Ánh": "Nguyễn Ánh",
		"O'Brien": "O'Brien", "Anna 2": "Anna 2", "🙂": "🙂", "می\u200cنا": "می\u200cنا", "Anna\u200d": "Anna", "\u200c": "", "क्षितिज": "क्षितिज",
		"": "", "   ": "", "...": "", "a\x1b[31m": "", "Anna\u202e": "", "a\u0000": "", "\xff": "", strings.Repeat("a", 41): "", "'": "",
	} {
		got, err := Name(in)
		if got != want || (want == "") != errors.Is(err, ErrName) {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
}

func TestFold(t *testing.T) {
	for _, same := range [][2]string{{"Anna", "ANNA"}, {"Zoë", "zoe\u0308"}, {"Anna Maria", "anna  maria"}, {"STRASSE", "straße"}, {"ΣΟΦΟΣ", "σοφος"}, {"Ａｎｎａ", "anna"}, {"An\u200dna", "anna"}} {
		if Fold(same[0]) != Fold(same[1]) {
			t.Errorf("%q and %q are two people", same[0], same[1])
		}
	}
	for _, other := range [][2]string{{"Anna", "Anne"}, {"Anna", "Anna B."}, {"Zoë", "Zoe"}} {
		if Fold(other[0]) == Fold(other[1]) {
			t.Errorf("%q and %q are one person", other[0], other[1])
		}
	}
}

func TestKept(t *testing.T) {
	answers, finished, tally := Kept(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
	if answers != "2026-08-30" || finished != "2024-11-28" || tally != "2025-11" {
		t.Error(answers, finished, tally)
	}
}

// Names that do not learn make no team: the tally would be that of those who do.
func TestTeam(t *testing.T) {
	now := time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		last []string
		want bool
	}{
		{nil, false},
		{[]string{"2026-11-28", "2026-11-01", "2026-10-01", "2026-09-01"}, false},
		{[]string{"2026-11-28", "2026-11-01", "2026-10-01", "2026-09-01", "2026-08-30"}, true},
		{[]string{"2026-11-28", "2026-11-01", "2026-10-01", "2026-09-01", "2026-08-29"}, false},
		{[]string{"2026-11-28", "", "", "", "", ""}, false},
	} {
		var people []Person
		for _, l := range c.last {
			people = append(people, Person{Last: l})
		}
		if got := Team(people, now); got != c.want {
			t.Errorf("%v: %v", c.last, got)
		}
	}
}

// A clock that jumps ahead is believed on the second day; one that goes back at once.
func TestLooks(t *testing.T) {
	for name, c := range map[string][][2]string{ // a look, as of when is erased
		"every day":         {{"2026-11-28", "2026-11-28"}, {"2026-11-29", "2026-11-29"}, {"2026-12-30", "2026-12-30"}},
		"one wrong day":     {{"2026-11-28", "2026-11-28"}, {"2036-11-28", "2026-11-28"}, {"2036-11-28", "2026-11-28"}, {"2026-11-29", "2026-11-29"}},
		"wrong, then again": {{"2026-11-28", "2026-11-28"}, {"2036-11-28", "2026-11-28"}, {"2026-11-29", "2026-11-29"}, {"2036-11-28", "2026-11-29"}, {"2026-11-30", "2026-11-30"}},
		"a long pause":      {{"2026-01-01", "2026-01-01"}, {"2026-11-28", "2026-01-01"}, {"2026-11-29", "2026-11-29"}},
		"seldom":            {{"2026-01-01", "2026-01-01"}, {"2026-04-01", "2026-01-01"}, {"2026-08-01", "2026-04-01"}, {"2026-12-01", "2026-08-01"}},
		"back":              {{"2026-11-28", "2026-11-28"}, {"2020-01-01", "2020-01-01"}, {"2026-11-28", "2020-01-01"}, {"2026-11-29", "2026-11-29"}},
	} {
		var l Looks
		for i, step := range c {
			var got string
			if l, got = l.Look(step[0]); got != step[1] {
				t.Errorf("%s, look %d on %s: as of %s, want %s", name, i, step[0], got, step[1])
			}
		}
	}
}
