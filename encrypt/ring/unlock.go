package ring

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"slices"

	"filippo.io/age"

	"custode/encrypt/keys"
	"custode/encrypt/seal"
	"custode/internal/secret"
)

// Unlocked is what opens the shop's files.
type Unlocked struct {
	Vault  keys.Identity
	Former []keys.Identity // the vaults of before, for old files
	Person string          // who unlocked; "" where that is not known
}

// Identities are all that may open a file, the present vault first.
func (u Unlocked) Identities() []age.Identity {
	out := []age.Identity{u.Vault}
	for _, f := range u.Former {
		out = append(out, f)
	}
	return out
}

// Wipe forgets the keys.
func (u Unlocked) Wipe() {
	u.Vault.Wipe()
	for _, f := range u.Former {
		f.Wipe()
	}
}

// Unlock opens the ring with a passphrase: that of a person, or with "" that of
// anybody, the owner first. Each costs a second. Errors: ErrWrongPassphrase,
// ErrNoPerson, ErrNoPassphrase, and in a *FileError ErrDamaged, ErrMissing,
// ErrForged.
func (r *Ring) Unlock(passphrase secret.Bytes, person string) (Unlocked, error) {
	meant := r.doc.People
	if person != "" {
		i := r.doc.person(person)
		if i < 0 {
			return Unlocked{}, ErrNoPerson
		}
		if meant = meant[i : i+1]; meant[0].Key == nil {
			return Unlocked{}, ErrNoPassphrase
		}
	}
	failed := ErrNoPassphrase
	for _, p := range meant {
		if p.Key == nil {
			continue
		}
		own, err := r.ownIdentity(p, keys.Typed(passphrase))
		if err == nil {
			u, err := r.enter(p.Vault, p.Name, own)
			own.Wipe()
			return u, err
		}
		if errors.Is(failed, ErrNoPassphrase) || errors.Is(failed, ErrWrongPassphrase) { // a damaged file says more
			failed = err
		}
	}
	return Unlocked{}, failed
}

func (r *Ring) ownIdentity(p personDoc, passphrase secret.Bytes) (keys.Identity, error) {
	b, whole, err := r.read(*p.Key)
	if err != nil {
		return keys.Identity{}, err
	}
	id, err := keys.Unwrap(b, passphrase)
	switch {
	case err == nil:
		return id, nil
	case !whole:
		return id, &FileError{r.path(*p.Key), ErrDamaged}
	case errors.Is(err, seal.ErrNoMatch), errors.Is(err, keys.ErrPassphrase):
		return id, ErrWrongPassphrase
	}
	return id, &FileError{r.path(*p.Key), ErrDamaged}
}

// UnlockWith opens the ring with identities that a person has: an SSH key, an
// age key, a token, the recovery key of the sheet, or the vault's own. Errors:
// ErrNoMatch, seal.ErrIdentity (a token that failed), and in a *FileError
// ErrDamaged, ErrMissing, ErrForged.
func (r *Ring) UnlockWith(ids ...age.Identity) (Unlocked, error) {
	for _, id := range ids {
		if k, ok := id.(keys.Identity); ok && text(k) == r.doc.Vault {
			return r.Hold(k)
		}
	}
	failed := ErrNoMatch
	for _, p := range append(slices.Clip(r.doc.People), personDoc{Vault: r.doc.Recovery.File}) {
		u, err := r.enter(p.Vault, p.Name, ids...)
		if err == nil || errors.Is(err, seal.ErrIdentity) || errors.Is(err, ErrForged) {
			return u, err
		}
		if !errors.Is(err, ErrNoMatch) {
			failed = err
		}
	}
	return Unlocked{}, failed
}

// Hold takes a vault identity that somebody kept, and opens the former ones.
// ErrNoMatch: it is not, or no longer, the vault of this ring.
func (r *Ring) Hold(vault keys.Identity) (Unlocked, error) {
	if text(vault) != r.doc.Vault {
		return Unlocked{}, ErrNoMatch
	}
	return r.verified(Unlocked{Vault: vault})
}

// enter opens the vault identity in a file, and with it the rest.
func (r *Ring) enter(f fileDoc, person string, ids ...age.Identity) (Unlocked, error) {
	vault, err := r.open(f, ids...)
	if err != nil {
		return Unlocked{}, err
	}
	if text(vault) != r.doc.Vault {
		vault.Wipe()
		return Unlocked{}, &FileError{r.path(f), ErrForged}
	}
	return r.verified(Unlocked{Vault: vault, Person: person})
}

// verified checks the tags of the list and opens the former vaults. One of those
// that is damaged locks nobody out: the files that need it will say so.
func (r *Ring) verified(u Unlocked) (Unlocked, error) {
	forged := false
	r.doc.entries(func(role, name string, e *recipientDoc) {
		forged = forged || !hmac.Equal([]byte(e.Tag), []byte(tag(u.Vault, role, name, e.Recipient)))
	})
	if forged {
		u.Wipe()
		return Unlocked{}, &FileError{r.path(fileDoc{Name: listName}), ErrForged}
	}
	for _, f := range slices.Backward(r.doc.Former) { // one that could not be sealed anew still opens with its successor
		if id, err := r.open(f.File, u.Identities()...); err == nil {
			u.Former = append(u.Former, id)
		}
	}
	slices.Reverse(u.Former)
	return u, nil
}

// open opens an identity in one of the ring's files.
func (r *Ring) open(f fileDoc, ids ...age.Identity) (keys.Identity, error) {
	b, whole, err := r.read(f)
	if err != nil {
		return keys.Identity{}, err
	}
	id, err := keys.UnwrapWith(b, ids...)
	switch {
	case err == nil:
		return id, nil
	case errors.Is(err, seal.ErrIdentity):
		return id, err
	case whole && errors.Is(err, seal.ErrNoMatch):
		return id, ErrNoMatch
	}
	return id, &FileError{r.path(f), ErrDamaged}
}

// read gives a file of the ring, and whether it is as it was written.
func (r *Ring) read(f fileDoc) ([]byte, bool, error) {
	b, err := os.ReadFile(r.path(f))
	if errors.Is(err, fs.ErrNotExist) {
		err = ErrMissing
	}
	if err != nil {
		return nil, false, &FileError{r.path(f), err}
	}
	sum := sha256.Sum256(b)
	return b, hex.EncodeToString(sum[:]) == f.SHA256, nil
}
