package ring

import (
	"errors"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"custode/encrypt/identity"
	"custode/encrypt/keys"
	"custode/internal/secret"
)

// AddPassphrase lets somebody in who has a passphrase of their own. Errors:
// ErrName, ErrTaken, keys.ErrPassphrase.
func (r *Ring) AddPassphrase(u Unlocked, name string, passphrase secret.Bytes, workFactor int, now time.Time) error {
	name, err := r.newName(u, name)
	if err != nil {
		return err
	}
	w := r.draft()
	p, err := w.passphrasePerson(u, name, passphrase, workFactor)
	if err != nil {
		return err
	}
	p.recipientDoc = entry(u, "person", name, p.Recipient, now)
	w.doc.People = append(w.doc.People, p)
	return r.commit(w)
}

// AddRecipient lets somebody in who has an SSH key, an age key or a token: its
// public half is recipient. Errors: ErrName, ErrTaken, those of
// identity.ParseRecipient, and ErrToken with that of the plugin.
func (r *Ring) AddRecipient(u Unlocked, name, recipient string, now time.Time) error {
	name, err := r.newName(u, name)
	if err != nil {
		return err
	}
	to, kind, err := identity.ParseRecipient(recipient, r.UI)
	if err != nil {
		return err
	}
	recipient = canonical(recipient)
	if slices.ContainsFunc(r.doc.People, func(p personDoc) bool { return p.Recipient == recipient }) {
		return ErrTaken
	}
	w := r.draft()
	p := personDoc{Name: name, Kind: string(kind), recipientDoc: entry(u, "person", name, recipient, now)}
	p.SawSheet = r.doc.hasRecovery()
	if err := w.vaultFor(&p, u.Vault, to); err != nil {
		return err
	}
	w.doc.People = append(w.doc.People, p)
	return r.commit(w)
}

func (r *Ring) newName(u Unlocked, name string) (string, error) {
	if text(u.Vault) != r.doc.Vault {
		return "", ErrNoMatch
	}
	return strings.TrimSpace(name), r.Free(name)
}

// Remove turns somebody out. What they have copied of the vault identity still
// opens what is sealed now: Rotate ends that. Errors: ErrNoPerson, ErrLast.
func (r *Ring) Remove(name string, _ time.Time) error {
	i := r.doc.person(name)
	switch {
	case i < 0:
		return ErrNoPerson
	case len(r.doc.People) == 1:
		return ErrLast
	}
	w := r.draft()
	w.doc.Recovery.Exposed = w.doc.Recovery.Exposed || w.doc.People[i].SawSheet
	w.doc.People, w.doc.Departed = slices.Delete(w.doc.People, i, i+1), true
	return r.commit(w)
}

// SetPassphrase gives somebody a new passphrase, and a new identity with it: the
// old passphrase and an old copy of their file open nothing of what is here.
// Errors: ErrNoPerson, ErrNoPassphrase, keys.ErrPassphrase.
func (r *Ring) SetPassphrase(u Unlocked, name string, passphrase secret.Bytes, workFactor int, now time.Time) error {
	i := r.doc.person(name)
	switch {
	case text(u.Vault) != r.doc.Vault:
		return ErrNoMatch
	case i < 0:
		return ErrNoPerson
	case r.doc.People[i].Key == nil:
		return ErrNoPassphrase
	}
	w := r.draft()
	old := &w.doc.People[i]
	p, err := w.passphrasePerson(u, old.Name, passphrase, workFactor)
	if err != nil {
		return err
	}
	p.SawSheet = p.SawSheet || old.SawSheet
	p.recipientDoc = entry(u, "person", old.Name, p.Recipient, now)
	p.AddedAt = old.AddedAt
	*old, w.doc.Departed = p, true
	return r.commit(w)
}

// Sheet gives the recovery identity, to print it. ErrOnPaper: the sheet was
// proven, so that nothing but the paper has it.
func (r *Ring) Sheet(u Unlocked) (keys.Identity, error) {
	if r.doc.Recovery.Sheet == nil {
		return keys.Identity{}, ErrOnPaper
	}
	id, err := r.open(*r.doc.Recovery.Sheet, u.Vault)
	if err == nil && text(id) != r.doc.Recovery.Recipient {
		id.Wipe()
		err = &FileError{r.path(*r.doc.Recovery.Sheet), ErrForged}
	}
	return id, err
}

// Proven notes that the sheet was typed or scanned back and opened files: from
// now on the recovery key exists only on paper.
func (r *Ring) Proven(now time.Time) error {
	if r.doc.Recovery.Sheet == nil && r.doc.Recovery.ProvenAt != nil {
		r.sweep() // what a crash may have left of it
		return nil
	}
	w := r.draft()
	at := stamp(now)
	w.doc.Recovery.Sheet, w.doc.Recovery.ProvenAt = nil, &at
	return r.commit(w)
}

// NewRecovery replaces the recovery key: a lost sheet, or one that somebody saw.
// The new one is returned to be printed. Files keep the old recipient until
// their headers are written anew.
func (r *Ring) NewRecovery(u Unlocked, now time.Time) (keys.Identity, error) {
	if text(u.Vault) != r.doc.Vault {
		return keys.Identity{}, ErrNoMatch
	}
	w := r.draft()
	id, err := r.replaceRecovery(w, u, now)
	if err == nil {
		err = r.commit(w)
	}
	if err != nil {
		id.Wipe()
	}
	return id, err
}

func (r *Ring) replaceRecovery(w *draft, u Unlocked, now time.Time) (keys.Identity, error) {
	id, err := keys.Generate(r.kind)
	if err != nil {
		return id, err
	}
	w.doc.Retired = append(w.doc.Retired, Retired{r.prints[1], stamp(now)})
	w.doc.Recovery = recoveryDoc{recipientDoc: entry(u, "recovery", "", text(id), now)}
	for i := range w.doc.People {
		w.doc.People[i].SawSheet = true
	}
	if err := w.sheet(u.Vault, id); err != nil {
		return id, err
	}
	return id, w.recovery(u.Vault, append([]age.Recipient{id.Recipient()}, r.to[2:]...))
}

// Rotate makes a new vault identity for all who are in the ring; nobody's
// passphrase is needed. The old one is kept, sealed to the new, because the
// files are still sealed to it until they are sealed anew. If somebody left who
// could have printed the recovery sheet, the recovery key is a new one too
// (Recovery().ProvenAt is zero again): its sheet must be printed and proven.
func (r *Ring) Rotate(u Unlocked, now time.Time) (Unlocked, error) {
	if text(u.Vault) != r.doc.Vault {
		return Unlocked{}, ErrNoMatch
	}
	vault, err := keys.Generate(r.kind)
	if err != nil {
		return Unlocked{}, err
	}
	next := Unlocked{Vault: vault, Person: u.Person, Former: append(slices.Clone(u.Former), u.Vault)}
	w := r.draft()
	w.doc.Vault, w.doc.VaultAt, w.doc.Departed = text(vault), stamp(now), false
	err = r.rotateRecovery(w, u, next, now)
	for i := range w.doc.People {
		if err == nil {
			err = r.rotatePerson(w, &w.doc.People[i], vault)
		}
	}
	if err == nil {
		err = r.rotateFormer(w, next, now)
	}
	w.doc.entries(func(role, name string, e *recipientDoc) { e.Tag = tag(vault, role, name, e.Recipient) })
	if err == nil {
		err = r.commit(w)
	}
	if err != nil {
		vault.Wipe()
		return Unlocked{}, err
	}
	return next, nil
}

func (r *Ring) rotateRecovery(w *draft, u, next Unlocked, now time.Time) error {
	if r.doc.Recovery.Exposed {
		id, err := r.replaceRecovery(w, next, now)
		id.Wipe()
		return err
	}
	if r.doc.Recovery.Sheet != nil {
		id, err := r.Sheet(u)
		if err != nil {
			return err
		}
		defer id.Wipe()
		if err := w.sheet(next.Vault, id); err != nil {
			return err
		}
	}
	return w.recovery(next.Vault, r.to[1:])
}

func (r *Ring) rotatePerson(w *draft, p *personDoc, vault keys.Identity) error {
	to, _, err := identity.ParseRecipient(p.Recipient, r.UI)
	if err != nil {
		return &FileError{r.path(fileDoc{Name: listName}), ErrDamaged}
	}
	return w.vaultFor(p, vault, to)
}

// rotateFormer seals the former vaults to the new one. A former vault whose file
// is damaged keeps its file: it may be brought back from a copy.
func (r *Ring) rotateFormer(w *draft, next Unlocked, now time.Time) error {
	w.doc.Former = append(w.doc.Former, formerDoc{Retired: Retired{r.prints[0], stamp(now)}})
	for _, id := range next.Former {
		print := fingerprint(id.Recipient())
		i := slices.IndexFunc(w.doc.Former, func(f formerDoc) bool { return f.Fingerprint == print })
		if i < 0 {
			return errors.New("ring: a former vault that the list does not have")
		}
		b, err := keys.WrapTo(id, next.Vault.Recipient())
		if err != nil {
			return err
		}
		w.doc.Former[i].File = w.add("former/"+print, ".age", b)
	}
	return nil
}

// canonical drops the comment of an SSH key: what is left is the key.
func canonical(recipient string) string {
	f := strings.Fields(recipient)
	return strings.Join(f[:min(len(f), 2)], " ")
}
