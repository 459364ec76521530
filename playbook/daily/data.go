package daily

import "time"

// UseFacts say what the owner has said of why data is held, and for how long; nil: nobody could look.
type UseFacts struct {
	Held     bool // customers' data is held, as far as is known
	Declared bool // the owner has said why
	Scanned  bool // all data folders were looked at, so that what is held is known

	NotNeeded []File // of which nothing says why they are held
	People    int64  // in them, about
	Special   bool   // some of them are sensitive: health, identity documents, passwords, cards

	Past     []File // kept for longer than the owner's rule
	PastLong bool   // and by more than a month
}

// manyPeople is from how many people on data without a reason is red.
const manyPeople = 100

// stray: a file in the clear where it is easily lost.
func stray(f Facts) Item {
	const id = "data.stray"
	s := f.Scan
	switch {
	case s == nil, len(s.Stray) == 0 && s.blind():
		return item(id, Unknown, "unknown").do("unknown.do", scanNow...)
	case len(s.Stray) == 0 && len(f.Left)+len(s.Failed)+len(s.NoRead)+int(s.Images) > 0:
		return item(id, OK, "ok-but").seen(f)
	case len(s.Stray) == 0:
		return item(id, OK, "ok").seen(f)
	}
	it := item(id, Attention, "near").count(int64(len(s.Stray)))
	if s.StrayFar {
		it = item(id, Act, "far").count(int64(len(s.Stray)))
	}
	it.Paths = s.Stray
	if s.blind() {
		it = it.worth(Unknown)
	}
	return it.seen(f).do("do", "custode", "scan", s.Stray[0].Path)
}

// usesKnown: somebody could hold what lies in the data folders to what the owner says.
func (f Facts) usesKnown() bool { return f.Uses != nil && f.Scan != nil && f.Uses.Scanned }

// purpose: what nobody can say why it is held need not be lost.
func purpose(f Facts, now time.Time) Item {
	const id = "data.purpose"
	tell := []string{"custode", "privacy", "map"}
	u := f.Uses
	switch {
	case !f.usesKnown():
		return item(id, Unknown, "unknown").do("unknown.do", tell...)
	case !u.Held:
		return item(id, OK, "nothing").seen(f)
	case !u.Declared:
		return graced(item(id, Act, "none").do("none.do", tell...), f, now)
	case len(u.NotNeeded) == 0:
		return item(id, OK, "ok").seen(f)
	}
	it := item(id, Attention, "some").count(int64(len(u.NotNeeded)))
	if u.Special || u.People > manyPeople {
		it = it.turn(Act)
	}
	it.Paths = u.NotNeeded
	return it.seen(f).do("some.do", tell...)
}

// retention: what is past the owner's own rule.
func retention(f Facts) Item {
	const id = "data.retention"
	tell := []string{"custode", "privacy", "map"}
	u := f.Uses
	switch {
	case !f.usesKnown():
		return item(id, Unknown, "unknown").do("unknown.do", tell...)
	case !u.Held:
		return item(id, OK, "nothing").seen(f)
	case !u.Declared:
		it := item(id, Unknown, "none").do("none.do", tell...)
		it.Question = true // only the owner can say for how long
		return it
	case len(u.Past) == 0:
		return item(id, OK, "ok").seen(f)
	}
	it := item(id, Attention, "past").count(int64(len(u.Past)))
	if u.PastLong {
		it = it.turn(Act)
	}
	it.Paths = u.Past
	return it.seen(f).do("past.do", "custode", "privacy", "purge", u.Past[0].Path, "--dry-run")
}

// second: a file that only one key opens is lost with that key.
func second(f SealFacts) Item {
	const id = "keys.second"
	add := []string{"custode", "verify"}
	switch {
	case f.Sealed == 0:
		return item(id, OK, "nothing")
	case f.Single == f.Sealed:
		return item(id, Act, "all").count(f.Single).do("do", add...)
	case f.Single > 0:
		it := item(id, Attention, "some").count(f.Single, f.Sealed).do("do", add...)
		if f.NoKeys > 0 {
			it = it.worth(Unknown) // to find one more earns nothing
		}
		return it
	case f.NoKeys > 0:
		return item(id, Unknown, "unknown").count(f.NoKeys).do("do", add...)
	}
	return item(id, OK, "ok").count(f.Sealed).from(Recorded, time.Time{}, Phrase{Key: "evidence.catalogue"})
}
