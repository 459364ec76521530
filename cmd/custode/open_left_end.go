package main

import (
	"context"
	"errors"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/desk"
	"custode/encrypt/ring"
	"custode/internal/fault"
)

// leftEnd is what became of a copy that was left.
type leftEnd struct {
	outcome string
	saved   []job.Saved // that is sealed now: the copy, and what lay beside it
}

// atHand gives the keys if they are there without asking.
type atHand func(*ring.Ring) (u ring.Unlocked, there bool, err error)

// endLeft does with a copy that was left what is wanted, unless somebody else is at it. To seal it needs no
// passphrase; with the keys at hand it proves that it opens.
func (sh *shell) endLeft(ctx context.Context, l desk.Left, do string, hand atHand) (end leftEnd, err error) {
	end.outcome = leftHere
	if do == leftHere {
		return end, nil
	}
	if l.Note.Name == "" && do != leftThrown {
		end.outcome = leftUnsaved
		return end, fault.On(fault.Data, "fault.opening.left.unknown", l.Dir, nil)
	}
	c, err := desk.Take(l)
	if errors.Is(err, desk.ErrInUse) {
		return end, nil // somebody was faster
	}
	if err != nil {
		return end, fault.On(fault.CodeOf(err, fault.IO), "fault.opening.left", l.Dir, err)
	}
	if do != leftThrown {
		err = end.seal(ctx, sh, c, do == leftBeside, hand)
	}
	if err != nil {
		c.Leave()
		return end, err
	}
	if err := c.Remove(); err != nil {
		return end, fault.On(fault.CodeOf(err, fault.IO), "fault.opening.remove", c.Dir, err)
	}
	end.outcome = do
	return end, nil
}

// seal seals what is in a copy.
func (end *leftEnd) seal(ctx context.Context, sh *shell, c *desk.Copy, beside bool, hand atHand) error {
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	release, err := sh.lock("seal")
	if err != nil {
		return err
	}
	defer release()
	r, err := sh.ring()
	if err != nil {
		return err
	}
	how, err := sh.editOptions(r)
	if err != nil {
		return err
	}
	if u, there, err := hand(r); err == nil && there {
		how.With, how.Vault = u.Identities(), u.Vault
		defer u.Wipe()
	}
	how.Last, how.Beside = true, beside
	sealed := c.Note.Sealed
	saved, err := job.SaveCopy(ctx, st, c, how)
	all := []job.Saved{saved}
	for _, path := range c.Others() {
		if err == nil && saved.Outcome != job.NotSaved {
			saved, err = job.SaveOther(ctx, st, c, path, how)
			all = append(all, saved)
		}
	}
	if err != nil || saved.Outcome == job.NotSaved {
		end.outcome = leftUnsaved
		return unsealed(c.Path(), sealed, saved, err)
	}
	end.saved = all
	return nil
}
