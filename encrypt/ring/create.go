package ring

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"filippo.io/age"

	"custode/encrypt/keys"
	"custode/internal/secret"
)

// CreateOptions say what ring to make.
type CreateOptions struct {
	Kind       keys.Kind
	Name       string // of the owner
	Passphrase secret.Bytes
	WorkFactor int // keys.WorkFactor, except in tests
	Now        time.Time

	// Recovery is the key of a sheet that a person holds in the hand: the ring is
	// made around it, of its kind, and it counts as proven. It is kept, sealed to
	// the vault, as a former identity: perhaps nothing else opens the files that are
	// there. Nil: a new one.
	Recovery *keys.Identity
	// Vault is one that was saved from a ring whose list was lost. Nil: a new one.
	Vault *keys.Identity
	// Aside moves what lies there into a folder of its own, instead of refusing
	// where there is a ring, whole or damaged. Nothing is lost.
	Aside bool
}

// Create makes a ring, with its owner unlocked. Errors: ErrExists, ErrName,
// ErrKind, keys.ErrPassphrase, keys.ErrWorkFactor, and *FileError.
func Create(dir string, o CreateOptions) (*Ring, Unlocked, error) { return create(dir, o, realDisk{}) }

func create(dir string, o CreateOptions, d disk) (*Ring, Unlocked, error) {
	r := &Ring{dir: dir, disk: d}
	w := &draft{data: map[string][]byte{}}
	name, err := goodName(o.Name)
	if err != nil {
		return nil, Unlocked{}, err
	}
	if _, err := load(dir, d); !o.Aside && !errors.Is(err, ErrNone) {
		return nil, Unlocked{}, ErrExists
	}
	kind := o.Kind
	if o.Recovery != nil {
		kind = o.Recovery.Kind()
	}
	u := Unlocked{Person: name}
	if u.Vault, err = orNew(o.Vault, kind); err != nil {
		return nil, Unlocked{}, err
	}
	recovery, err := orNew(o.Recovery, kind)
	if err != nil {
		return nil, Unlocked{}, err
	}
	w.doc = doc{
		Schema: schema, Kind: map[keys.Kind]string{keys.Hybrid: "hybrid", keys.Classic: "classic"}[kind], MadeAt: stamp(o.Now),
		Vault: text(u.Vault), VaultAt: stamp(o.Now), Extra: []extraDoc{}, Former: []formerDoc{}, Retired: []Retired{},
	}
	w.doc.Recovery.recipientDoc = entry(u, "recovery", "", text(recovery), o.Now)
	if o.Recovery != nil {
		at := stamp(o.Now)
		w.doc.Recovery.ProvenAt = &at
		if err := w.former(u.Vault, recovery, o.Now); err != nil {
			return nil, Unlocked{}, err
		}
		u.Former = append(u.Former, recovery)
	} else if err := w.sheet(u.Vault, recovery); err != nil {
		return nil, Unlocked{}, err
	}
	if err := w.recovery(u.Vault, []age.Recipient{recovery.Recipient()}); err != nil {
		return nil, Unlocked{}, err
	}
	p, err := w.passphrasePerson(u, name, o.Passphrase, o.WorkFactor)
	if err != nil {
		return nil, Unlocked{}, err
	}
	p.recipientDoc = entry(u, "person", name, p.Recipient, o.Now)
	w.doc.People = []personDoc{p}
	if o.Aside {
		if err := aside(dir, o.Now); err != nil {
			return nil, Unlocked{}, &FileError{dir, err}
		}
	}
	begin := filepath.Join(dir, beginName)
	if err := d.Write(begin, nil); err != nil {
		return nil, Unlocked{}, &FileError{begin, err}
	}
	return r, u, r.commit(w)
}

// aside moves the files of a ring into a folder beside them.
func aside(dir string, now time.Time) error {
	files := ours(dir)
	if list := filepath.Join(dir, listName); exists(list) {
		files = append([]string{list}, files...) // first: files without a list are never taken for a ring
	}
	if len(files) == 0 {
		return nil
	}
	to, err := os.MkdirTemp(dir, "aside-"+now.UTC().Format("20060102-150405")+"-")
	if err != nil {
		return err
	}
	for _, f := range files {
		rel, err := filepath.Rel(dir, f)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o700)
		}
		if err == nil {
			err = os.Rename(f, filepath.Join(to, rel))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Salvage looks in a folder whose list is lost for a vault identity that one of
// the identities opens, so that Create can take it up again.
func Salvage(dir string, ids ...age.Identity) (keys.Identity, bool) {
	for _, path := range ours(dir) {
		b, err := os.ReadFile(path)
		if err != nil || filepath.Ext(path) != ".age" {
			continue
		}
		if ok, _ := filepath.Match("*.vault.age", filepath.Base(path)); !ok {
			continue
		}
		if vault, err := keys.UnwrapWith(b, ids...); err == nil {
			return vault, true
		}
	}
	return keys.Identity{}, false
}

func orNew(id *keys.Identity, kind keys.Kind) (keys.Identity, error) {
	if id == nil {
		return keys.Generate(kind)
	}
	if id.Recipient() == nil {
		return keys.Identity{}, keys.ErrWiped
	}
	if id.Kind() != kind {
		return keys.Identity{}, ErrKind
	}
	return *id, nil
}

// text is the public half of an identity, as the list has it.
func text(id keys.Identity) string {
	s, ok := id.Recipient().(fmt.Stringer)
	if !ok {
		return ""
	}
	return s.String()
}

// stamp is a moment as the list has it.
func stamp(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func entry(u Unlocked, role, name, recipient string, now time.Time) recipientDoc {
	return recipientDoc{Recipient: recipient, AddedAt: stamp(now), Tag: tag(u.Vault, role, name, recipient)}
}

// former puts an identity that still opens files into the draft.
func (w *draft) former(vault, id keys.Identity, now time.Time) error {
	b, err := keys.WrapTo(id, vault.Recipient())
	if err == nil {
		print := fingerprint(id.Recipient())
		w.doc.Former = append(w.doc.Former, formerDoc{Retired{print, stamp(now)}, w.add("former/"+print, ".age", b)})
	}
	return err
}

// sheet puts the recovery identity into the draft, sealed to the vault.
func (w *draft) sheet(vault, recovery keys.Identity) error {
	b, err := keys.WrapTo(recovery, vault.Recipient())
	if err == nil {
		f := w.add("sheet", ".age", b)
		w.doc.Recovery.Sheet = &f
	}
	return err
}

// recovery puts the vault identity into the draft, sealed to the recovery keys.
func (w *draft) recovery(vault keys.Identity, to []age.Recipient) error {
	b, err := keys.WrapTo(vault, to...)
	if err == nil {
		w.doc.Recovery.File = w.add("recovery", ".vault.age", b)
	}
	return err
}

// passphrasePerson makes an identity for somebody with a passphrase, and puts
// its two files into the draft.
func (w *draft) passphrasePerson(u Unlocked, name string, passphrase secret.Bytes, workFactor int) (personDoc, error) {
	own, err := keys.Generate(u.Vault.Kind())
	if err != nil {
		return personDoc{}, err
	}
	defer own.Wipe()
	key, err := keys.Wrap(own, keys.Typed(passphrase), workFactor)
	if err != nil {
		return personDoc{}, err
	}
	p := personDoc{Name: name, Kind: ByPassphrase}
	p.Recipient = text(own)
	f := w.add(stem(name), ".key.age", key)
	p.Key = &f
	p.SawSheet = w.doc.hasRecovery()
	return p, w.vaultFor(&p, u.Vault, own.Recipient())
}

// vaultFor seals the vault identity to a person.
func (w *draft) vaultFor(p *personDoc, vault keys.Identity, to age.Recipient) error {
	b, err := keys.WrapTo(vault, to)
	if err != nil && p.Kind == ByPlugin {
		return fmt.Errorf("%w: %w", ErrToken, err)
	}
	if err == nil {
		p.Vault = w.add(stem(p.Name), ".vault.age", b)
	}
	return err
}
