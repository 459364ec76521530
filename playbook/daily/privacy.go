package daily

import "time"

// PrivacyFacts say how what was promised to customers stands; nil: nobody could look.
type PrivacyFacts struct {
	Held       bool  // customers' data is held, as far as is known
	Papers     int64 // notices that were printed
	Stale      int64 // of them, those from which the data has moved on
	WrongFacts bool  // they say less than is held, or something that is not so
	NoticeLost bool  // what was printed cannot be held against what is so

	Requests int64     // that are open
	Late     int64     // of them, too late
	Next     time.Time // the last day of the most urgent one

	Choices    int64     // that customers made
	NoSince    int64     // of them, refusals and withdrawals since a list was last filtered
	NoFrom     time.Time // the oldest of those
	FilteredAt time.Time // when a list was last filtered; zero: never
}

// The times that requests and choices leave.
const (
	requestShort = 7 * day
	listOld      = 30 * day
)

// promises judges what customers were told, what they asked and what they chose.
func promises(f Facts, now time.Time) []Item {
	return []Item{told(f, now), asked(f.Privacy, now), chosen(f.Privacy, now)}
}

func told(f Facts, now time.Time) Item {
	const id = "privacy.notice"
	write := []string{"custode", "privacy", "notice"}
	check := []string{"custode", "privacy", "notice", "--check"}
	p := f.Privacy
	switch {
	case p == nil || p.NoticeLost:
		return item(id, Unknown, "unknown").do("unknown.do", check...)
	case p.Papers == 0 && !p.Held:
		return item(id, OK, "nothing")
	case p.Papers == 0:
		return graced(item(id, Act, "none").do("none.do", write...), f, now)
	case p.Stale > 0 && p.WrongFacts:
		return item(id, Act, "wrong").count(p.Stale).do("stale.do", check...)
	case p.Stale > 0:
		return item(id, Attention, "stale").count(p.Stale).do("stale.do", check...)
	}
	return item(id, OK, "ok").count(p.Papers).from(Recorded, time.Time{}, Phrase{Key: "evidence.printed"})
}

func asked(p *PrivacyFacts, now time.Time) Item {
	const id = "privacy.requests"
	list := []string{"custode", "privacy", "requests", "list"}
	switch {
	case p == nil:
		return item(id, Unknown, "unknown").do("do", list...)
	case p.Late > 0:
		return item(id, Act, "late").count(p.Late).do("do", list...)
	case p.Requests > 0 && p.Next.Sub(now) <= requestShort:
		return item(id, Attention, "soon").count(p.Requests, p.Next).do("do", list...)
	case p.Requests > 0:
		return item(id, OK, "open").count(p.Requests, p.Next).from(Recorded, time.Time{}, Phrase{Key: "evidence.requests"})
	}
	return item(id, OK, "none").from(Recorded, time.Time{}, Phrase{Key: "evidence.requests"})
}

// chosen: a list that was filtered before somebody said no still has that person on it.
func chosen(p *PrivacyFacts, now time.Time) Item {
	const id = "privacy.choices"
	filter := []string{"custode", "privacy", "choices", "filter"}
	from := Phrase{Key: "evidence.choices"}
	switch {
	case p == nil:
		return item(id, Unknown, "unknown").do("unknown.do", "custode", "privacy", "choices", "status")
	case p.Choices == 0:
		return item(id, OK, "none").from(Recorded, time.Time{}, from)
	case p.FilteredAt.IsZero():
		return item(id, Attention, "never").count(p.Choices).do("do", filter...)
	case p.FilteredAt.After(now) || p.NoFrom.After(now):
		return item(id, Unknown, "unknown").do("unknown.do", "custode", "privacy", "choices", "status")
	case p.NoSince > 0 && now.Sub(p.NoFrom) > listOld:
		return item(id, Act, "since").count(p.NoSince, p.FilteredAt).do("do", filter...)
	case p.NoSince > 0:
		return item(id, Attention, "since").count(p.NoSince, p.FilteredAt).do("do", filter...)
	}
	return item(id, OK, "ok").on(p.FilteredAt).from(Recorded, p.FilteredAt, from)
}
