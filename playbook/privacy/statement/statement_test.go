package statement_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"custode/playbook/privacy/statement"
)

// inGroup gives what is said of a group; "" nothing.
func inGroup(b *statement.Book, said []statement.Sentence, group string) string {
	for _, s := range said {
		if c, _ := b.Find(s.ID); c.Group == group {
			return s.ID
		}
	}
	return ""
}

// wrong lists where a book says something else than the table of turns wants, of one group or,
// where none is named, of all.
func wrong(b *statement.Book, group string) (out []string) {
	for _, c := range b.Claims() {
		if group != "" && c.Group != group {
			continue
		}
		f := sound()
		if turn := before[c.ID]; turn != nil {
			turn(&f)
		}
		if said, _ := b.Judge(f, now()); inGroup(b, said, c.Group) != c.ID {
			out = append(out, c.ID+" is not said where it holds")
		}
		rows := turns[c.ID]
		if len(rows) == 0 && !c.Always {
			out = append(out, c.ID+" has no facts that turn it")
		}
		for _, row := range rows {
			f := sound()
			row.do(&f)
			said, left := b.Judge(f, now())
			if got := inGroup(b, said, c.Group); got != row.want {
				out = append(out, fmt.Sprintf("%s, %s: %q is said, want %q", c.ID, row.name, got, row.want))
			}
			told := slices.ContainsFunc(left, func(l statement.Left) bool { o, _ := b.Find(l.ID); return o.Group == c.Group })
			if row.want == "" && !told {
				out = append(out, c.ID+", "+row.name+": nobody is told that it was left out")
			}
		}
	}
	return out
}

// TestClaimsTurn turns, for each claim, each fact that it stands on.
func TestClaimsTurn(t *testing.T) {
	b := book(t)
	for _, w := range wrong(b, "") {
		t.Error(w)
	}
	for id := range turns {
		if _, ok := b.Find(id); !ok {
			t.Errorf("there is no claim %s", id)
		}
	}
}

// TestClaimsAreHeld takes away each need of each claim, and lets each age be a day more and a day
// less: the table must see every one of these.
func TestClaimsAreHeld(t *testing.T) {
	all := book(t).Claims()
	tried := 0
	try := func(i int, what string, other statement.Claim) {
		t.Helper()
		tried++
		claims := slices.Clone(all)
		claims[i] = other
		if len(wrong(statement.BookOf(claims), other.Group)) == 0 {
			t.Errorf("%s %s: no row of the table sees it", other.ID, what)
		}
	}
	for i, c := range all {
		for j, n := range c.Some {
			o := c
			o.Some = slices.Delete(slices.Clone(c.Some), j, j+1)
			try(i, "without "+string(n), o)
		}
		for j, n := range c.None {
			o := c
			o.None = slices.Delete(slices.Clone(c.None), j, j+1)
			try(i, "without none of "+string(n), o)
		}
		for j, id := range c.Green {
			o := c
			o.Green = slices.Delete(slices.Clone(c.Green), j, j+1)
			try(i, "without "+id, o)
		}
		for n := range c.Fresh {
			for _, more := range []int{-1, 1} {
				o := c
				o.Fresh = maps.Clone(c.Fresh)
				o.Fresh[n] += more
				try(i, "with another age of "+string(n), o)
			}
		}
		for n := range c.Steady {
			for _, more := range []int{-1, 1} {
				o := c
				o.Steady = maps.Clone(c.Steady)
				o.Steady[n] += more
				try(i, "with another time of "+string(n), o)
			}
		}
	}
	if tried < 80 {
		t.Errorf("only %d changes", tried)
	}
}
