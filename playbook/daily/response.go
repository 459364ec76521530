package daily

import "time"

// ResponseFacts say how ready the shop is for a breach; nil: nobody could look.
type ResponseFacts struct {
	Drilled    time.Time // when an exercise was last held to the end; zero: never
	DrillsLost bool      // the exercises that were held cannot be read

	Open    int64     // incidents that are open
	Unread  int64     // of them, how many cannot be read: their clocks are not known
	Next    time.Time // the next moment by which the law wants something; zero: no clock runs
	Late    int64     // clocks that have run out
	Waiting bool      // of an open one nobody has said yet since when it is known, so that no clock runs

	Contacts  int64     // kinds of people to call that are written down
	Missing   []Phrase  // those that every shop needs and that are not
	CheckedAt time.Time // when the oldest of them was last said to be right; zero: never
}

// The ages at which an exercise and a list of contacts are no longer green, and then red; and how
// little time a clock may leave until it is red.
const (
	exerciseFresh = 180 * day
	exerciseOld   = 365 * day
	contactsFresh = 180 * day
	contactsOld   = 540 * day
	clockShort    = 12 * time.Hour
)

// responding judges how ready the shop is.
func responding(f Facts, now time.Time) []Item {
	return []Item{clocks(f.Response, now), Exercise(f, now), callable(f, now)}
}

func clocks(r *ResponseFacts, now time.Time) Item {
	const id = "response.clock"
	status := []string{"custode", "playbook", "status"}
	switch {
	case r == nil:
		return item(id, Unknown, "unknown").do("unknown.do", status...)
	case r.Late > 0:
		return item(id, Act, "late").count(r.Late).do("next.do", "custode", "playbook", "next")
	case !r.Next.IsZero() && r.Next.Sub(now) < clockShort:
		return item(id, Act, "short").on(r.Next).do("next.do", "custode", "playbook", "next")
	case r.Unread > 0:
		return item(id, Unknown, "unread").count(r.Unread).do("unread.do", status...)
	case r.Open == 0:
		return item(id, OK, "none").from(Recorded, time.Time{}, Phrase{Key: "evidence.incidents"})
	case r.Waiting && r.Next.IsZero():
		return item(id, Attention, "waiting").count(r.Open).do("next.do", "custode", "playbook", "next")
	case r.Next.IsZero():
		return item(id, Attention, "open").count(r.Open).do("next.do", "custode", "playbook", "next")
	}
	return item(id, Attention, "running").count(r.Open, r.Next).do("next.do", "custode", "playbook", "next")
}

// Exercise tells whether an exercise was held lately.
func Exercise(f Facts, now time.Time) Item {
	const id = "response.drill"
	drill := []string{"custode", "playbook", "drill", "list"}
	r := f.Response
	switch {
	case r == nil || r.DrillsLost:
		return item(id, Unknown, "unknown").do("do", drill...)
	case r.Drilled.IsZero():
		return graced(item(id, Act, "never").do("do", drill...), f, now)
	}
	it := item(id, OK, "ok").on(r.Drilled).from(Exercised, r.Drilled, Phrase{Key: "evidence.exercises"})
	switch s := aged(now, r.Drilled, exerciseFresh, exerciseOld); s {
	case OK:
		return it
	case Unknown:
		return item(id, Unknown, "future").on(r.Drilled).do("do", drill...)
	default:
		it = item(id, s, "old").on(r.Drilled).from(Exercised, r.Drilled, Phrase{Key: "evidence.exercises"})
		return it.do("do", drill...)
	}
}

func callable(f Facts, now time.Time) Item {
	const id = "response.contacts"
	write := []string{"custode", "playbook", "contacts"}
	r := f.Response
	switch {
	case r == nil:
		return item(id, Unknown, "unknown").do("do", write...)
	case r.Contacts == 0:
		return graced(item(id, Act, "none").do("do", write...), f, now)
	case len(r.Missing) > 0:
		it := item(id, Attention, "missing").count(int64(len(r.Missing)), r.Missing[0])
		return it.do("do", write...)
	}
	s := aged(now, r.CheckedAt, contactsFresh, contactsOld)
	if s == Unknown {
		return item(id, Unknown, "future").on(r.CheckedAt).do("do", write...)
	}
	it := item(id, s, "ok")
	if s != OK {
		it = item(id, s, "old").do("do", write...)
	}
	return it.on(r.CheckedAt).from(Recorded, r.CheckedAt, Phrase{Key: "evidence.contacts"})
}
