package training

import (
	"testing"
	"time"
)

var start = time.Date(2026, time.March, 2, 9, 0, 0, 0, time.UTC)

func TestDayOf(t *testing.T) {
	rome := time.FixedZone("", 3600)
	for _, c := range []struct {
		at   time.Time
		want Day
	}{
		{time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC), 1},
		{time.Date(1970, 1, 2, 23, 59, 59, 0, time.UTC), 2},
		{time.Date(1969, 12, 31, 12, 0, 0, 0, time.UTC), 1}, // a clock that stands before all days
		{time.Date(2026, 3, 2, 0, 0, 0, 0, rome), DayOf(start)},
		{time.Date(2026, 3, 2, 23, 59, 0, 0, rome), DayOf(start)},
		{time.Time{}, 1},
	} {
		if got := DayOf(c.at); got != c.want {
			t.Errorf("%s: %d, want %d", c.at, got, c.want)
		}
	}
	if got := DayOf(start).In(rome); !got.Equal(time.Date(2026, 3, 2, 0, 0, 0, 0, rome)) {
		t.Errorf("back: %s", got)
	}
	if !Day(0).In(rome).IsZero() {
		t.Error("no day is a day")
	}
}

// The way of one question through the boxes.
func TestBoxes(t *testing.T) {
	p, today := &Progress{}, DayOf(start)
	for i, c := range []struct {
		after  Day // days since the last answer
		passed bool
		box    int
		due    Day // days from now
	}{
		{0, true, 2, 7},
		{0, true, 2, 7}, // once more on the same day
		{7, true, 3, 30},
		{30, true, 4, 90},
		{90, true, 5, 120},
		{106, true, 5, 120},
		{0, false, 1, 1},
		{0, true, 1, 1}, // right at last, but on the same day
		{1, true, 2, 7},
		{3, true, 3, 30}, // before it was due
		{1, false, 1, 1},
	} {
		today += c.after
		p.answered("q", c.passed, today)
		it := p.Items["q"]
		if it.Box != c.box || p.due(it, today) != today+c.due || it.Seen != today {
			t.Fatalf("step %d: %+v, due in %d days, want box %d and %d days", i, it, p.due(it, today)-today, c.box, c.due)
		}
	}
	if p.Items["q"].First != DayOf(start) {
		t.Errorf("first right on day %d", p.Items["q"].First)
	}
	p.answered("new and wrong", false, today)
	if it := p.Items["new and wrong"]; it.Box != 1 || it.First != 0 {
		t.Errorf("new and wrong: %+v", it)
	}
}

// The clock stood years in the past for a while, and a sitting was held: what was there before
// is as it was when the clock is right again.
func TestClockBack(t *testing.T) {
	p, today := &Progress{Items: map[string]Item{}}, DayOf(start)
	p.Items["a"] = Item{Box: 4, Seen: today - 10, First: today - 50}
	p.Finished = today
	back := today - 2000
	p.settle(back)
	if got := p.due(p.Items["a"], back); got != back+90 {
		t.Errorf("counts from day %d, today is %d", got-90, back)
	}
	p.settle(back + 5) // noticed five days ago: it does not stay new for ever
	if got := p.due(p.Items["a"], back+5); got != back+90 {
		t.Errorf("five days later it counts from day %d, not %d", got-90, back)
	}
	p.answered("b", true, back+5)
	p.settle(today + 1)
	if it := p.Items["a"]; it != (Item{Box: 4, Seen: today - 10, First: today - 50}) || p.Noticed != 0 || p.due(it, today+1) != today+80 {
		t.Errorf("after it: %+v, noticed %d", it, p.Noticed)
	}
}

// The clock stood years in the future for a while: what was answered then is not out of sight
// for years.
func TestClockAhead(t *testing.T) {
	p, today := &Progress{}, DayOf(start)
	p.answered("a", true, today+2000)
	p.Finished = today + 2000
	p.settle(today)
	if got := p.due(p.Items["a"], today); got != today+7 {
		t.Errorf("due on day %d, want %d", got, today+7)
	}
	raw, err := p.Encode()
	if err != nil {
		t.Fatal(err)
	}
	if p, err = Decode(raw); err != nil {
		t.Fatal(err)
	}
	p.settle(today + 7)
	if got := p.due(p.Items["a"], today+7); got != today+7 {
		t.Errorf("a week later it is due on day %d, want %d", got, today+7)
	}
	p.answered("a", true, today+7)
	if it := p.Items["a"]; it.Box != 3 || it.Seen != today+7 || it.First != today+7 {
		t.Errorf("%+v", it)
	}
}
