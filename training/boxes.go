package training

import (
	"encoding/json"
	"time"
)

// A question that was answered lies in one of five boxes (Leitner 1972): who is right moves it
// up a box, who is wrong puts it back into the first, and the higher the box, the later it
// comes again. That practice is spread out matters much (Latimier, Peyre, Ramus 2021: g = 0.74
// over 29 studies); how exactly the gaps grow hardly does (g = 0.03), so they are five plain
// numbers. What was taught is still known after four months and no longer after six
// (Reinheimer et al., SOUPS 2020): so the last gap is 120 days, and nothing waits longer.
const (
	boxes   = 5
	lastBox = boxes
	maxWait = 120 // days
)

// waits says after how many days a question of a box is due again.
var waits = [boxes + 1]int{0, 1, 7, 30, 90, maxWait}

// Day counts the days from 1970-01-01, which is day 1. 0 is no day.
type Day int

// DayOf gives the day of a moment, in its zone.
func DayOf(at time.Time) Day {
	y, m, d := at.Date()
	return max(1, Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix()/(24*60*60))+1)
}

// In gives the day's first moment in a zone; of no day the zero time.
func (d Day) In(zone *time.Location) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Date(1970, time.January, int(d), 0, 0, 0, 0, zone)
}

// Item is what is kept of one question that a learner has answered: days, and no answers.
type Item struct {
	Box   int // 1 to 5
	Seen  Day // when it was last answered
	First Day // when it was right for the first time; 0: never
	Gone  Day // when it was first missed in the bank; 0: it is there
}

// MarshalJSON writes four numbers, so that 10,000 questions stay below a megabyte. Zeros at
// the end are left out.
func (it Item) MarshalJSON() ([]byte, error) {
	list := []int{it.Box, int(it.Seen), int(it.First), int(it.Gone)}
	for list[len(list)-1] == 0 && len(list) > 2 {
		list = list[:len(list)-1]
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads what MarshalJSON wrote. What cannot be is brought into bounds.
func (it *Item) UnmarshalJSON(raw []byte) error {
	var list [4]int
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	*it = Item{Box: min(max(1, list[0]), lastBox), Seen: Day(max(1, list[1])), First: Day(max(0, list[2])), Gone: Day(max(0, list[3]))}
	return nil
}

// step moves an item by one answer of a day; before is the day on which it was last answered,
// 0 for a new one. A new one that is right begins in the second box. A second right answer on
// one day moves nothing: the gap is what teaches.
func (it Item) step(passed bool, before, today Day) Item {
	switch {
	case !passed:
		it.Box = 1
	case before == 0:
		it.Box = 2
	case before < today:
		it.Box = min(it.Box+1, lastBox)
	}
	if passed && (it.First == 0 || it.First > today) {
		it.First = today
	}
	it.Seen = today
	return it
}
