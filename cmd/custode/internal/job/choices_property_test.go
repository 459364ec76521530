package job_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/playbook/privacy/choice"
)

// spelt writes an address in one of the ways that are the same one.
func spelt(r *rand.Rand, mail string) string {
	switch r.IntN(5) {
	case 0:
		return strings.ToUpper(mail)
	case 1:
		return "Somebody <" + mail + ">"
	case 2:
		return " " + strings.Replace(mail, "example.com", "EXAMPLE.com", 1) + " "
	case 3:
		return strings.Replace(mail, "ò", "o\u0300", 1)
	}
	return mail
}

// TestChoicesInAnyOrder enters thousands of answers, with the key and without, spelt in all ways,
// forgets some people, and holds the list that is let through against what each said last. The
// day on which something was said is shuffled against the order in which it is entered.
func TestChoicesInAnyOrder(t *testing.T) {
	for seed := range uint64(2) {
		c, _, ids := choosing(t)
		ctx := t.Context()
		r := rand.New(rand.NewPCG(seed, 8))
		key, err := c.Key(ctx, ids)
		if err != nil {
			t.Fatal(err)
		}
		const people, answers = 40, 400
		mail := func(n int) string {
			if n%2 == 1 { // another person than the one before, by the tag alone
				return fmt.Sprintf("nicolò%d+shop@example.com", n-1)
			}
			return fmt.Sprintf("nicolò%d@example.com", n)
		}
		start := c.Now().Add(-answers * time.Minute)
		last, at := map[int]choice.What{}, map[int]time.Time{}
		for _, minute := range r.Perm(answers) {
			who := r.IntN(people)
			e := said(spelt(r, mail(who)), [...]choice.What{choice.Given, choice.Given, choice.Refused, choice.Withdrawn, choice.Objected}[r.IntN(5)])
			e.Event.At = start.Add(time.Duration(minute) * time.Minute)
			if e.Event.What != choice.Given && r.IntN(3) == 0 {
				e.Event.Purpose, e.Event.Channel = choice.AllPurposes, choice.AllChannels
			}
			if e.Event.At.After(at[who]) {
				last[who], at[who] = e.Event.What, e.Event.At
			}
			if err := enterOrWait(ctx, c, key, e, r.IntN(3) == 0); err != nil {
				t.Fatal(err)
			}
		}
		if _, left, err := c.TakeOver(ctx, key, ids); left != 0 || err != nil {
			t.Fatal(left, err)
		}
		for who := range people {
			if r.IntN(6) != 0 {
				continue
			}
			contact, err := choice.Normal(choice.MailKind, mail(who), "IT")
			if err != nil {
				t.Fatal(err)
			}
			id, err := key.ID(contact)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := c.Forget(ctx, id, choice.Till, "Maria"); err != nil {
				t.Fatal(err)
			}
			last[who] = choice.Objected
		}
		var list, want bytes.Buffer
		list.WriteString("n,email\n")
		want.WriteString("n,email\n")
		for _, who := range r.Perm(people + 5) { // and five who never said anything
			row := fmt.Sprintf("%d,%s\n", who, spelt(r, mail(who)))
			list.WriteString(row)
			if last[who] == choice.Given {
				want.WriteString(row)
			}
		}
		roll, err := c.Roll(ctx, "offers", choice.Email)
		if err != nil {
			t.Fatal(err)
		}
		var got bytes.Buffer
		if _, err := (choice.List{Kind: choice.MailKind, Country: "IT", Key: key, Allowed: roll.Allowed}).Filter(&list, &got, nil); err != nil {
			t.Fatal(err)
		}
		if got.String() != want.String() {
			t.Errorf("seed %d: let through\n%s\nwant\n%s", seed, got.String(), want.String())
		}
		if strings.Count(want.String(), "\n") < 5 {
			t.Errorf("seed %d: too few are let through to tell", seed)
		}
	}
}

func enterOrWait(ctx context.Context, c job.Choices, key choice.Key, e job.Entered, locked bool) error {
	if locked {
		return c.Wait(ctx, []job.Entered{e})
	}
	return c.Enter(ctx, key, []job.Entered{e})
}
