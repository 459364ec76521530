package proof_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"custode/encrypt/proof"
)

var day = time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)

// clock is the moment so many minutes after nine.
func clock(minutes int) time.Time { return day.Add(time.Duration(minutes) * time.Minute) }

// rows makes one row a kind, ten minutes apart, the first at nine; "" is one about others.
func rows(kinds ...proof.Kind) (out []proof.Event) {
	for i, k := range kinds {
		if k == "" {
			continue
		}
		e := proof.Event{Row: int64(i + 1), At: clock(10 * i), Kind: k, Looked: true}
		if k == proof.Restored {
			e.Saved = clock(10*i - 15)
		}
		if k == proof.Copied || k == proof.Returned {
			e.Copy = "copy"
		}
		out = append(out, e)
	}
	return out
}

func ask(at time.Time, all int, events []proof.Event) proof.Answer {
	m := proof.Moment{At: at}
	for i := range all {
		m.Row(int64(i+1), clock(10*i))
	}
	return proof.At(&m, events)
}

// TestAt: what must be said, and what must not.
func TestAt(t *testing.T) {
	const s, g, o, r = proof.Sealed, proof.Gone, proof.Opened, proof.Restored
	for name, c := range map[string]struct {
		rows  []proof.Kind
		at    int // minutes
		state proof.State
		why   proof.Why
		since int64
	}{
		"before the journal":                {[]proof.Kind{"", s, g}, -1, proof.Unknown, proof.Before, 0},
		"at its first row, another's":       {[]proof.Kind{"", ""}, 0, proof.Unknown, proof.Nothing, 0},
		"sealed later":                      {[]proof.Kind{"", s, g}, 5, proof.Readable, proof.NotYet, 0},
		"found later is not readable now":   {[]proof.Kind{"", proof.Found}, 5, proof.Unknown, proof.Nothing, 0},
		"just before it was sealed":         {[]proof.Kind{"", s, g}, 9, proof.Readable, proof.NotYet, 0},
		"the moment itself, original there": {[]proof.Kind{"", s, g}, 10, proof.Unknown, proof.Removal, 2},
		"the original went":                 {[]proof.Kind{"", s, g}, 20, proof.IsSealed, "", 3},
		"long after":                        {[]proof.Kind{"", s, g}, 999, proof.IsSealed, "", 3},
		"never told that it went":           {[]proof.Kind{s, "", ""}, 999, proof.Unknown, proof.Removal, 1},
		"looked for since":                  {[]proof.Kind{s, "", proof.Sound}, 999, proof.IsSealed, "", 3},
		"the original stayed":               {[]proof.Kind{s, proof.Stayed}, 999, proof.Both, "", 2},
		"kept as was asked":                 {[]proof.Kind{proof.Kept}, 0, proof.Both, "", 1},
		"opened for good":                   {[]proof.Kind{s, g, o}, 20, proof.Readable, "", 3},
		"just before that":                  {[]proof.Kind{s, g, o}, 19, proof.IsSealed, "", 2},
		"sealed again":                      {[]proof.Kind{s, g, o, s, g}, 45, proof.IsSealed, "", 5},
		"between":                           {[]proof.Kind{s, g, o, s, g}, 25, proof.Readable, "", 3},
		"sealed anew":                       {[]proof.Kind{s, g, proof.Renewed}, 25, proof.IsSealed, "", 2},
		"a copy":                            {[]proof.Kind{s, g, proof.Copied}, 25, proof.Both, "", 3},
		"the copy went":                     {[]proof.Kind{s, g, proof.Copied, proof.Returned}, 35, proof.IsSealed, "", 4},
		"damaged":                           {[]proof.Kind{s, g, proof.Unsound}, 25, proof.Unknown, proof.Damaged, 3},
		"missing":                           {[]proof.Kind{s, g, proof.Missing}, 25, proof.Unknown, proof.Lost, 3},
		"deleted":                           {[]proof.Kind{s, g, proof.Deleted}, 25, proof.IsGone, "", 3},
		"brought back readable":             {[]proof.Kind{proof.Deleted, proof.Back}, 25, proof.Readable, "", 2},
		"found in another place":            {[]proof.Kind{"", proof.Found}, 25, proof.IsSealed, "", 2},
		"found with the original":           {[]proof.Kind{"", proof.Beside}, 25, proof.Both, "", 2},
		"before the backup":                 {[]proof.Kind{s, g, "", "", r}, 24, proof.IsSealed, "", 2},
		"between backup and restoring":      {[]proof.Kind{s, g, "", "", r}, 26, proof.Unknown, proof.LostRows, 2},
		"after restoring":                   {[]proof.Kind{s, g, "", "", r}, 45, proof.Unknown, proof.Backup, 5},
		"restored and looked at":            {[]proof.Kind{s, g, "", "", r, proof.Sound}, 55, proof.IsSealed, "", 6},
		"restored, and nothing of it":       {[]proof.Kind{"", "", "", r}, 55, proof.Unknown, proof.Backup, 4},
	} {
		t.Run(name, func(t *testing.T) {
			a := ask(clock(c.at), len(c.rows), rows(c.rows...))
			var since int64
			if a.Since != nil {
				since = a.Since.Row
			}
			if a.State != c.state || a.Why != c.why || since != c.since {
				t.Errorf("%s %q since row %d, want %s %q since row %d", a.State, a.Why, since, c.state, c.why, c.since)
			}
		})
	}
}

// TestClockWentBack: where the moment came twice and the rows differ, nothing is claimed.
func TestClockWentBack(t *testing.T) {
	times := []int{0, 60, 20, 40, 80}
	for name, c := range map[string]struct {
		rows []proof.Kind
		want proof.State
	}{
		"the same both times": {[]proof.Kind{proof.Found, "", "", "", ""}, proof.IsSealed},
		"different":           {[]proof.Kind{"", "", proof.Found, "", ""}, proof.Unknown},
		"opened between":      {[]proof.Kind{proof.Found, "", proof.Opened, "", ""}, proof.Unknown},
	} {
		m := proof.Moment{At: clock(50)}
		for i, at := range times {
			m.Row(int64(i+1), clock(at))
		}
		a := proof.At(&m, rows(c.rows...))
		if a.State != c.want || !a.Turned || (c.want == proof.Unknown) != (a.Why == proof.Clock) {
			t.Errorf("%s: %s %q turned %v", name, a.State, a.Why, a.Turned)
		}
	}
}

// TestLaterRowsSealNothing cuts random journals off after the moment: what comes later
// may tell that a file was readable or that rows were lost, and changes nothing else.
func TestLaterRowsSealNothing(t *testing.T) {
	kinds := []proof.Kind{
		"", "", proof.Sealed, proof.Kept, proof.Gone, proof.Stayed, proof.Renewed, proof.Found, proof.Beside, proof.Sound,
		proof.Unsound, proof.Opened, proof.Missing, proof.Moved, proof.Deleted, proof.Back, proof.Copied, proof.Returned, proof.Restored,
	}
	r := rand.New(rand.NewPCG(9, 3))
	differ := 0
	for range 20_000 {
		list := make([]proof.Kind, 1+r.IntN(9))
		for i := range list {
			list[i] = kinds[r.IntN(len(kinds))]
		}
		at := r.IntN(10*len(list) + 5)
		all := ask(clock(at), len(list), rows(list...))
		short := min(at/10+1, len(list))
		then := ask(clock(at), short, rows(list[:short]...))
		if all.State == then.State && all.Why == then.Why {
			continue
		}
		differ++
		if all.Why != proof.NotYet && all.Why != proof.LostRows || all.State == proof.IsSealed {
			t.Fatalf("%q at %d: %s %q, but %s %q without what came later", list, at, all.State, all.Why, then.State, then.Why)
		}
	}
	if differ == 0 {
		t.Error("nothing was tried")
	}
}
