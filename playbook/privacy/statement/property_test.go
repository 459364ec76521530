package statement_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"custode/playbook/privacy/statement"
)

// TestEveryNeed takes away every single need of every claim, whatever the table has.
func TestEveryNeed(t *testing.T) {
	b := book(t)
	for _, c := range b.Claims() {
		var all []func(*statement.Facts)
		for _, n := range slices.Concat(c.Some, c.None) {
			all = append(all, unknown(n))
		}
		for _, n := range c.Some {
			all = append(all, count(n, 0))
		}
		for _, n := range c.None {
			all = append(all, count(n, 1))
		}
		for _, id := range c.Green {
			all = append(all, red(id))
		}
		for n, days := range c.Fresh {
			all = append(all, unknown(n), at(n, ago(days).Add(-tick)), at(n, now().Add(tick)))
		}
		for n, days := range c.Steady {
			all = append(all, unknown(n), at(n, ago(days).Add(tick)))
		}
		for i, turn := range all {
			f := sound()
			if len(c.Lacks(f, now())) > 0 {
				t.Fatalf("%s does not hold in a sound shop", c.ID)
			}
			turn(&f)
			if len(c.Lacks(f, now())) == 0 {
				t.Errorf("%s stands without its need %d", c.ID, i)
			}
		}
	}
}

// TestNothingKnown says of a shop of which nothing is known only what is always true.
func TestNothingKnown(t *testing.T) {
	b := book(t)
	said, _ := b.Judge(statement.Facts{}, now())
	for _, s := range said {
		if c, _ := b.Find(s.ID); !c.Always || c.Part == statement.Do {
			t.Errorf("%s is said of a shop of which nothing is known", s.ID)
		}
	}
	for _, c := range b.Claims() {
		if c.Always && !slices.ContainsFunc(said, func(s statement.Sentence) bool { return s.ID == c.ID }) {
			t.Errorf("%s is not said always", c.ID)
		}
	}
}

// held gives every claim that holds, whatever its group.
func held(b *statement.Book, f statement.Facts) map[string]bool {
	out := map[string]bool{}
	for _, c := range b.Claims() {
		if len(c.Lacks(f, now())) == 0 {
			out[c.ID] = true
		}
	}
	return out
}

// shopsTried is how many shops are made up: more where there is time.
func shopsTried() int {
	if os.Getenv("CUSTODE_TORTURE") != "" {
		return 50000
	}
	return 1000
}

// TestWeakerHold: of a group, whichever claim holds, the weaker ones after it do. So a weaker
// claim never says what a better one denies.
func TestWeakerHold(t *testing.T) {
	b := book(t)
	claims := b.Claims()
	r := rand.New(rand.NewPCG(1, 8))
	for range shopsTried() {
		f := chance(r)
		now := held(b, f)
		for i, c := range claims {
			for _, weaker := range claims[i+1:] {
				if now[c.ID] && weaker.Group == c.Group && !now[weaker.ID] {
					t.Fatalf("%s holds and %s does not: %+v", c.ID, weaker.ID, f)
				}
			}
		}
	}
}

// TestWorseNeverAdds makes any fact of any shop worse: no claim holds that did not before, and of
// no group a better one is said.
func TestWorseNeverAdds(t *testing.T) {
	b := book(t)
	r := rand.New(rand.NewPCG(2, 8))
	gone := 0
	for range shopsTried() {
		f := chance(r)
		worse := copied(f)
		worsen(r, &worse)
		was, is := held(b, f), held(b, worse)
		for id := range is {
			if !was[id] {
				t.Fatalf("%s is added: %+v, worse %+v", id, f, worse)
			}
		}
		gone += len(was) - len(is)
	}
	if gone < shopsTried()/8 {
		t.Errorf("only %d claims went: the test is blind", gone)
	}
}

// chance makes a shop in which most is in order.
func chance(r *rand.Rand) statement.Facts {
	f := sound()
	for range r.IntN(6) {
		worsen(r, &f)
	}
	return f
}

// worsen makes one fact worse.
func worsen(r *rand.Rand, f *statement.Facts) {
	bad := []statement.Name{statement.Open, statement.Unseen, statement.Pictures, statement.Copies, statement.Damaged, statement.KeysDoubt, statement.PeopleDue, statement.TooLong}
	switch r.IntN(4) {
	case 0:
		delete(f.Green, pick(r, f.Green))
	case 1:
		delete(f.Count, pick(r, f.Count))
	case 2:
		n := pick(r, f.Count)
		if slices.Contains(bad, n) {
			f.Count[n] += 1 + r.Int64N(3)
		} else {
			f.Count[n] = max(0, f.Count[n]-1-r.Int64N(20))
		}
	case 3:
		n := pick(r, f.Moment)
		switch {
		case r.IntN(4) == 0:
			delete(f.Moment, n)
		case n == statement.WatchSince: // what began later has been so for less long
			f.Moment[n] = f.Moment[n].Add(time.Duration(r.Int64N(int64(60 * 24 * time.Hour))))
		default:
			f.Moment[n] = f.Moment[n].Add(-time.Duration(r.Int64N(int64(400 * 24 * time.Hour))))
		}
	}
}

func pick[K ~string, V any](r *rand.Rand, m map[K]V) K {
	keys := slices.Sorted(maps.Keys(m))
	if len(keys) == 0 {
		return ""
	}
	return keys[r.IntN(len(keys))]
}
