// Package trend draws how the score of the daily check went: one column a day, for a terminal
// ([Blocks], or [Plain] where a terminal has letters only) and for paper ([SVG]). Amounts, such as the
// files that lie open, are drawn with a scale of their own ([Series.Amounts]).
//
// A day without a check has no value, and none is made up for it: it is a mark in the terminal
// and a break in the line on paper. A picture tells nothing to whoever cannot see it:
// [Look] gives what the picture shows, for a face to say in a sentence beside it.
//
// The package knows no language and no clock: words and days come in.
package trend

import (
	"slices"
	"strings"
	"time"
)

// Point is the last check of one day.
type Point struct {
	Day   time.Time // any moment of that day, where the shop is
	Score int       // 0 to 100; of an amount: 0 or more
}

// Series are points, one a day, the oldest first; days without a check are not in it.
type Series []Point

// number counts the days of the calendar, whatever the hours of summer do.
func number(t time.Time) int {
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / (24 * 60 * 60))
}

// Last makes a series of the points of the last n days up to now, that of today included: of
// several points of a day the last one counts, and a score is held between 0 and 100. What lies
// after now is from a clock that was wrong, and is left out.
func Last(points []Point, n int, now time.Time) Series {
	s := LastAmounts(points, n, now)
	for i := range s {
		s[i].Score = min(s[i].Score, 100)
	}
	return s
}

// LastAmounts makes a series as Last does, of amounts: they have no end above.
func LastAmounts(points []Point, n int, now time.Time) Series {
	today := number(now)
	kept := map[int]Point{}
	for _, p := range points {
		d := number(p.Day)
		if was, there := kept[d]; d > today || d <= today-n || there && was.Day.After(p.Day) {
			continue
		}
		p.Score = max(p.Score, 0)
		kept[d] = p
	}
	s := make(Series, 0, len(kept))
	for _, p := range kept {
		s = append(s, p)
	}
	slices.SortFunc(s, func(a, b Point) int { return a.Day.Compare(b.Day) })
	return s
}

// What stands for a height. None of the heights is blank: a score of 0 is a check that was held.
var (
	blocks = []rune("▁▂▃▄▅▆▇█")
	plain  = []rune("0123456789")
)

// The marks of a day without a check.
const (
	noBlock = '·'
	noPlain = '.'
)

// Blocks draws one block a day, from the first of the series to its last.
func (s Series) Blocks() string { return s.draw(blocks, noBlock) }

// Plain draws with one digit a day: the tens of the score, 9 also for 100.
func (s Series) Plain() string { return s.draw(plain, noPlain) }

func (s Series) draw(heights []rune, none rune) string {
	var b strings.Builder
	for i, p := range s {
		if i > 0 {
			for range number(p.Day) - number(s[i-1].Day) - 1 {
				b.WriteRune(none)
			}
		}
		b.WriteRune(heights[min(p.Score*len(heights)/100, len(heights)-1)])
	}
	return b.String()
}

// Seen is what a picture of a series shows.
type Seen struct {
	First, Last Point
	Low, High   Point // the last days on which the score was lowest and highest
	Without     int   // days between the first and the last on which no check was held
}

// Look tells what a picture of the series shows, and false where there are not two points: one
// is no trend.
func (s Series) Look() (Seen, bool) {
	if len(s) < 2 {
		return Seen{}, false
	}
	l := Seen{First: s[0], Last: s[len(s)-1], Low: s[0], High: s[0]}
	for _, p := range s {
		if p.Score <= l.Low.Score {
			l.Low = p
		}
		if p.Score >= l.High.Score {
			l.High = p
		}
	}
	l.Without = number(l.Last.Day) - number(l.First.Day) + 1 - len(s)
	return l, true
}
