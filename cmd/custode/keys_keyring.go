package main

import (
	"context"
	"fmt"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/keyring"
)

// keyringName names the secret of a person of this home in the system's keyring.
func (sh *shell) keyringName(person string) string { return sh.realHome() + " " + person }

// letInKeyring makes a key of its own for the system's keyring: who is logged in as
// this user opens the files then.
func (sh *shell) letInKeyring(r *ring.Ring, u ring.Unlocked, name string) error {
	if err := r.Free(name); err != nil {
		return err
	}
	id, err := keys.Generate(r.Kind())
	if err != nil {
		return err
	}
	defer id.Wipe()
	if err := keyring.Set(sh.keyringName(name), id.Text()); err != nil {
		return fault.New(fault.CannotMake, "fault.keys.keyring")
	}
	if err := r.AddRecipient(u, name, fmt.Sprint(id.Recipient()), sh.now()); err != nil {
		_ = keyring.Delete(sh.keyringName(name)) // it opens nothing
		return err
	}
	return nil
}

// heldByKeyring unlocks the keys with what the system's keyring holds for this home.
// Where nobody has such a key the keyring is not asked.
func (sh *shell) heldByKeyring(ctx context.Context, r *ring.Ring) (u ring.Unlocked, there bool) {
	for _, p := range r.People() {
		if p.Kind != ring.ByAge || ctx.Err() != nil {
			continue
		}
		text, err := keyring.Get(sh.keyringName(p.Name))
		if err != nil {
			continue
		}
		id, err := keys.Parse(text)
		text.Wipe()
		if err != nil {
			continue
		}
		u, err = r.UnlockWith(id)
		id.Wipe()
		if err == nil {
			return u, true
		}
	}
	return ring.Unlocked{}, false
}
