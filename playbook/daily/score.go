package daily

import (
	"slices"
	"time"
)

// The bounds of the score: some reds, and anything that could not be looked at, can't be made up
// for by greens.
const (
	capRed     = 49
	capUnknown = 89
)

// The worth of an item in the score, in percent of its weight. What was only said never counts
// as much as what was seen; a red and an unknown count nothing.
const (
	worthSeen  = 100
	worthSaid  = 75
	worthAmber = 50
)

// Score is the weighted share of what is in order, from 0 to 100, rounded down, and the items
// that cap it: a red that nothing makes up for keeps it at 49, anything unknown at 89. What was put off counts as
// if it had not been. The order of the items does not matter.
func Score(items []Item) (score int, caps []string) {
	got, all := 0, 0
	var reds, unknown []string
	for _, it := range items {
		all += 100 * it.Weight
		switch it.Worth {
		case OK:
			got += it.Weight * worthSeen
			if it.Evidence.Kind == Declared {
				got -= it.Weight * (worthSeen - worthSaid)
			}
		case Attention:
			got += it.Weight * worthAmber
		case Act:
			if catalogue[it.ID].limits {
				reds = append(reds, it.ID)
			}
		case Unknown:
			if it.Weight > 0 {
				unknown = append(unknown, it.ID)
			}
		}
	}
	limit := 100
	switch {
	case len(reds) > 0:
		limit, caps = capRed, reds
	case len(unknown) > 0:
		limit, caps = capUnknown, unknown
	}
	slices.Sort(caps)
	if all == 0 {
		return 0, caps
	}
	return min(limit, 100*got/all), caps
}

// worst gives the worse of two statuses, as the score counts them.
func worst(a, b Status) Status {
	rank := []Status{Act, Unknown, Attention, OK}
	if slices.Index(rank, a) < slices.Index(rank, b) {
		return a
	}
	return b
}

// worth makes an item count for no more than s in the score.
func (it Item) worth(s Status) Item {
	it.Worth = worst(it.Worth, s)
	return it
}

// turn gives an item another status, which the score counts.
func (it Item) turn(s Status) Item {
	it.Status, it.Worth = s, s
	return it
}

// from says what an item rests on.
func (it Item) from(kind Kind, at time.Time, where Phrase) Item {
	it.Evidence = Evidence{Kind: kind, At: at, From: where}
	return it
}

// aged judges by the age of what was seen, tried or said: green until fresh, amber until old. A
// moment in the future tells nothing: the clock was wrong then, or is now.
func aged(now, at time.Time, fresh, old time.Duration) Status {
	switch age := now.Sub(at); {
	case age < 0:
		return Unknown
	case age > old:
		return Act
	case age > fresh:
		return Attention
	}
	return OK
}

// decay takes from an item the status for which its evidence has become too old.
func (it Item) decay(now time.Time) Item {
	e := catalogue[it.ID]
	if it.Evidence.At.IsZero() || e.fresh == 0 {
		return it
	}
	s := aged(now, it.Evidence.At, days(e.fresh), days(e.old))
	if it.Status == OK && s != OK {
		it.Status, it.Aged = s, true
		it.Do, it.Command = Phrase{Key: "check.aged.do"}, e.again
	}
	if it.Status == Attention && s == Act {
		it.Status, it.Aged = s, true
	}
	return it.worth(s)
}

// lost takes the green from what rests on custode's own records where those were lost or removed:
// that nothing stands in them tells nothing then.
func (it Item) lost(f Facts) Item {
	if f.Journal == nil || f.Journal.Begun || it.Status != OK {
		return it
	}
	if it.Group == Backup && it.Evidence.Kind == Measured { // other programs' records, and what lies on a disk
		return it
	}
	switch it.Group {
	case Sealed, Backup, Watch, Response, Staff, Privacy:
		it = it.turn(Unknown)
		it.Title = Phrase{Key: "check.lost", Args: []any{it.Title}}
		it.Do, it.Command = Phrase{Key: "item.self.log.empty.do"}, []string{"custode", "init"}
	case Data, Computer, Access, Own:
	}
	return it
}

// firstDays is for how long something that nobody has done yet is no red: a shop can't do
// everything on the day on which it begins.
const firstDays = 30 * day

// graced makes the red of something that was never done amber in the shop's first days. The
// score counts it as red.
func graced(it Item, f Facts, now time.Time) Item {
	if it.Status == Act && !f.Began.IsZero() && now.Sub(f.Began) >= 0 && now.Sub(f.Began) <= firstDays {
		it.Status = Attention
	}
	return it
}

// snooze puts an item off that the owner has put off: it is amber until that day, or until it gets
// worse: that nobody has seen. The score counts it as before, so that nobody gains by it.
func (it Item) snooze(all map[string]Snooze, now time.Time) Item {
	s, there := all[it.ID]
	if !there || it.Status == OK || catalogue[it.ID].fixed || now.After(s.Until) || s.Was != "" && worst(it.Worth, s.Was) != s.Was {
		return it
	}
	it.Status, it.Snooze, it.Question = Attention, &s, false
	return it
}
