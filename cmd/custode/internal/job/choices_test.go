package job_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/internal/safefile"
	"custode/playbook/privacy/choice"
)

// choosing is a shop in which customers choose, and what opens its keys.
func choosing(t *testing.T) (job.Choices, *store.Store, []age.Identity) {
	t.Helper()
	home := t.TempDir()
	now := func() time.Time { return time.Date(2026, 11, 28, 10, 0, 0, 0, time.UTC) }
	st, err := store.Open(t.Context(), home, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = st.Close() })
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return job.Choices{
		Store: st, Path: filepath.Join(home, "keys", "choices.age"), To: []age.Recipient{id.Recipient()}, Country: "IT", Random: rand.Reader,
		Write: safefile.Write, Lock: func(name string) (func(), error) { return store.Lock(home, name, now()) }, Now: now,
	}, st, []age.Identity{id}
}

// said is an answer of a customer's to offers by e-mail.
func said(mail string, what choice.What) job.Entered {
	e := job.Entered{Kind: choice.MailKind, Contact: mail, Event: choice.Event{
		Purpose: "offers", Channel: choice.Email, What: what, At: time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC), How: choice.Till, By: "Maria",
	}}
	if what == choice.Given {
		e.Event.Basis, e.Event.Wording = choice.Consent, [32]byte{1}
	}
	return e
}

func standing(t *testing.T, c job.Choices, key choice.Key, mail string) choice.Reason {
	t.Helper()
	roll, err := c.Roll(t.Context(), "offers", choice.Email)
	if err != nil {
		t.Fatal(err)
	}
	contact, err := choice.Normal(choice.MailKind, mail, "IT")
	if err != nil {
		t.Fatal(err)
	}
	id, err := key.ID(contact)
	if err != nil {
		t.Fatal(err)
	}
	reason, _ := roll.Allowed(id)
	return reason
}

// TestChoicesWait: what is entered while the key is locked counts once it is not, however it is
// spelt, and a stop among it wins over a yes that was entered with the key.
func TestChoicesWait(t *testing.T) {
	c, _, ids := choosing(t)
	ctx := t.Context()
	if err := c.Wait(ctx, []job.Entered{said("Anna@Example.com", choice.Given)}); err != nil {
		t.Fatal(err)
	}
	stop := said("bruno@example.com", choice.Withdrawn)
	stop.Event.Purpose, stop.Event.Channel, stop.Event.At = choice.AllPurposes, choice.AllChannels, c.Now()
	if err := c.Wait(ctx, []job.Entered{stop, said("carla@example.com", choice.Refused)}); err != nil {
		t.Fatal(err)
	}
	key, err := c.Key(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Enter(ctx, key, []job.Entered{said("bruno@example.com", choice.Given)}); err != nil {
		t.Fatal(err)
	}
	if got := standing(t, c, key, "anna@example.com"); got != choice.NeverAsked {
		t.Errorf("before it is taken over: %s", got)
	}
	if taken, left, err := c.TakeOver(ctx, key, ids); taken != 2 || left != 0 || err != nil {
		t.Fatalf("taken over %d, left %d, %v", taken, left, err)
	}
	for mail, want := range map[string]choice.Reason{
		"ANNA@example.com": choice.Yes, "bruno@example.com": choice.HasWithdrawn, "carla@example.com": choice.SaidNo, "dario@example.com": choice.NeverAsked,
	} {
		if got := standing(t, c, key, mail); got != want {
			t.Errorf("%s: %s, want %s", mail, got, want)
		}
	}
	again, err := c.Key(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	if got := standing(t, c, again, "anna@example.com"); got != choice.Yes {
		t.Errorf("under the key read once more: %s", got)
	}
}

// TestChoicesTakenOverOnce: two custodes at once take nothing over twice, and what cannot be
// opened holds up nothing and stays.
func TestChoicesTakenOverOnce(t *testing.T) {
	c, st, ids := choosing(t)
	ctx := t.Context()
	const many = 250
	if err := st.AddPending(ctx, []byte("damaged")); err != nil {
		t.Fatal(err)
	}
	for n := range many {
		if err := c.Wait(ctx, []job.Entered{said(fmt.Sprintf("c%d@example.com", n), choice.Given)}); err != nil {
			t.Fatal(err)
		}
	}
	key, err := c.Key(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	var two sync.WaitGroup
	for range 2 {
		two.Go(func() {
			if _, _, err := c.TakeOver(ctx, key, ids); err != nil {
				t.Error(err)
			}
		})
	}
	two.Wait()
	if n, _, err := st.CountChoices(ctx); n != many || err != nil {
		t.Errorf("%d choices, want %d (%v)", n, many, err)
	}
	if n, err := st.CountPending(ctx); n != 1 || err != nil {
		t.Errorf("%d wait, want the damaged one (%v)", n, err)
	}
	if _, left, err := c.TakeOver(ctx, key, ids); left != 1 || err != nil {
		t.Errorf("left %d, %v", left, err)
	}
}

// TestChoicesForgotten: of who is erased only the mark stays, and an old list does not bring
// them back.
func TestChoicesForgotten(t *testing.T) {
	c, st, ids := choosing(t)
	ctx := t.Context()
	key, err := c.Key(ctx, ids)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Enter(ctx, key, []job.Entered{said("anna@example.com", choice.Given), said("anna@example.com", choice.Refused), said("bruno@example.com", choice.Given)}); err != nil {
		t.Fatal(err)
	}
	contact, _ := choice.Normal(choice.MailKind, "anna@example.com", "")
	id, _ := key.ID(contact)
	if n, err := c.Forget(ctx, id, choice.Till, "Maria"); n != 2 || err != nil {
		t.Fatalf("%d, %v", n, err)
	}
	events, err := st.ChoicesOf(ctx, id)
	if err != nil || len(events) != 1 || events[0].What != choice.Objected || events[0].Wording != [32]byte{} {
		t.Fatalf("%v %+v", err, events)
	}
	if err := c.Enter(ctx, key, []job.Entered{said("anna@example.com", choice.Given)}); err != nil { // of an old list: it was said before
		t.Fatal(err)
	}
	if got := standing(t, c, key, "anna@example.com"); got != choice.HasObjected {
		t.Errorf("%s", got)
	}
	if got := standing(t, c, key, "bruno@example.com"); got != choice.Yes {
		t.Errorf("another one: %s", got)
	}
}

// TestChoicesRefused: nothing of a list is entered when one of it may not be.
func TestChoicesRefused(t *testing.T) {
	c, st, ids := choosing(t)
	key, err := c.Key(t.Context(), ids)
	if err != nil {
		t.Fatal(err)
	}
	bad := said("bruno@example.com", choice.Given)
	bad.Event.Wording = [32]byte{}
	list := []job.Entered{said("anna@example.com", choice.Given), bad}
	if err := c.Enter(t.Context(), key, list); !errors.Is(err, choice.ErrWording) {
		t.Errorf("entered: %v", err)
	}
	if err := c.Wait(t.Context(), list); !errors.Is(err, choice.ErrWording) {
		t.Errorf("waits: %v", err)
	}
	if n, _, err := st.CountChoices(t.Context()); n != 0 || err != nil {
		t.Errorf("%d were kept (%v)", n, err)
	}
	if n, err := st.CountPending(t.Context()); n != 0 || err != nil {
		t.Errorf("%d wait (%v)", n, err)
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Key(context.WithoutCancel(t.Context()), []age.Identity{other}); err == nil {
		t.Error("another identity opens the key")
	}
}
