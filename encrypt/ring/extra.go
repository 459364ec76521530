package ring

import (
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"custode/encrypt/keys"
)

// Extra is a recovery key besides the sheet's, an accountant's: data files are
// sealed to it, and it opens them without this ring.
type Extra struct {
	Name        string
	Recipient   string
	Fingerprint string
	AddedAt     time.Time
}

// Extra lists the recovery keys besides the sheet's, in the order of Recipients.
func (r *Ring) Extra() []Extra {
	out := make([]Extra, len(r.doc.Extra))
	for i, e := range r.doc.Extra {
		out[i] = Extra{e.Name, e.Recipient, r.prints[2+i], e.AddedAt}
	}
	return out
}

// AddRecovery adds a recovery key besides the sheet's: data files are sealed to it
// too, those of before when their headers are written anew. Errors: ErrName,
// ErrTaken, keys.ErrRecipient, ErrKind.
func (r *Ring) AddRecovery(u Unlocked, name, recipient string, now time.Time) error {
	name, err := r.newName(u, name)
	if err != nil {
		return err
	}
	recipient = canonical(recipient)
	k, err := keys.ParseRecipient(recipient)
	if err != nil {
		return err
	}
	if _, hybrid := k.(*age.HybridRecipient); hybrid != (r.kind == keys.Hybrid) {
		return ErrKind
	}
	if slices.Contains(r.doc.recipients(), recipient) {
		return ErrTaken
	}
	w := r.draft()
	w.doc.Extra = append(w.doc.Extra, extraDoc{name, entry(u, "extra", name, recipient, now)})
	if err := w.recovery(u.Vault, append(r.Recipients()[1:], k)); err != nil {
		return err
	}
	return r.commit(w)
}

// RemoveRecovery takes such a key off the list again. The files that are there open
// with it until they are sealed anew. Errors: ErrNoPerson.
func (r *Ring) RemoveRecovery(u Unlocked, name string, _ time.Time) error {
	i := r.doc.extra(name)
	switch {
	case text(u.Vault) != r.doc.Vault:
		return ErrNoMatch
	case i < 0:
		return ErrNoPerson
	}
	w := r.draft()
	w.doc.Extra, w.doc.Departed = slices.Delete(w.doc.Extra, i, i+1), true
	if err := w.recovery(u.Vault, slices.Delete(r.Recipients(), 2+i, 3+i)[1:]); err != nil {
		return err
	}
	return r.commit(w)
}

// extra finds such a key by its name: -1 if there is none.
func (d doc) extra(name string) int {
	return slices.IndexFunc(d.Extra, func(e extraDoc) bool { return strings.EqualFold(e.Name, strings.TrimSpace(name)) })
}
