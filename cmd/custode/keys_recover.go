package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/urfave/cli/v2"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/secret"
)

type keysRecoverOptions struct {
	sheetFile, person, newFile string
	json                       bool
}

func keysRecoverCommand(sh *shell) *cli.Command {
	var o keysRecoverOptions
	t := sh.words.T
	return &cli.Command{
		Name: "recover", Usage: t("cmd.keys.recover"), UsageText: t("cmd.keys.recover.use"), Description: t("cmd.keys.recover.more"),
		Flags: []cli.Flag{
			sh.sheetFileFlag(&o.sheetFile),
			&cli.StringFlag{Name: "person", Usage: t("flag.keys.recover.person"), Destination: &o.person},
			sh.newPassphraseFlag(&o.newFile), sh.jsonFlag(&o.json),
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.keysRecover(c.Context, o)
		},
	}
}

// keysRecover lets somebody in who has the recovery sheet.
func (sh *shell) keysRecover(ctx context.Context, o keysRecoverOptions) error {
	if err := sh.settingsIfAny(); err != nil {
		return err
	}
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	got, err := sh.recoverKeys(ctx, st, recovery{
		person: o.person,
		sheet:  func() (keys.Identity, error) { return sh.sheetKey(ctx, o.sheetFile) },
		choose: func(title string) (secret.Bytes, error) { return sh.chosenPassphrase(ctx, o.newFile, title) },
	})
	if err != nil {
		return err
	}
	defer got.keys.Wipe()
	if o.json {
		return sh.json(keysDocument(got.ring))
	}
	p, t := sh.page(sh.out, sh.outTerm), sh.words.T
	p.wrap("", p.green(t("keys.recovered", printable(got.person))))
	if got.fresh {
		p.wrap("", t("keys.recovered.new"))
	} else {
		p.wrap("", t("keys.recovered.same"))
	}
	return p.fail
}

// recovery is what somebody who has the recovery sheet wants.
type recovery struct {
	person string                                   // whose passphrase it is; "": see withSheet
	sheet  func() (keys.Identity, error)            // its key
	choose func(title string) (secret.Bytes, error) // the new passphrase
}

// recovered is what came of it. Who gets it wipes the keys.
type recovered struct {
	ring   *ring.Ring
	keys   ring.Unlocked
	person string
	fresh  bool // the keys are new ones, around the sheet's
}

// recoverKeys gives somebody a new passphrase where there are keys, and makes new keys around
// the sheet's where there are none, and puts it into the journal.
func (sh *shell) recoverKeys(ctx context.Context, st state, want recovery) (got recovered, err error) {
	release, err := sh.lock("keys")
	if err != nil {
		return got, err
	}
	defer release()
	r, err := sh.ringLeft()
	if err != nil {
		return got, err
	}
	id, err := want.sheet()
	if err != nil {
		return got, err
	}
	defer id.Wipe()
	if got.fresh = r == nil; got.fresh {
		r, got.keys, err = sh.aroundSheet(id, want)
	} else {
		got.keys, err = sh.withSheet(r, id, &want)
	}
	if err != nil {
		return got, keysFault(err)
	}
	got.ring, got.person = r, cmp.Or(want.person, r.People()[0].Name)
	body := map[string]any{"person": got.person, "vault": r.VaultFingerprint(), "recovery": r.Recovery().Fingerprint, "new_keys": got.fresh}
	_, err = st.Record(context.WithoutCancel(ctx), "keys.recovered", body)
	return got, unrecorded(err)
}

// ringLeft gives the keys, or nil where none are left that can be read: none were made here, or
// their list or one of their files is lost or damaged.
func (sh *shell) ringLeft() (*ring.Ring, error) {
	r, err := ring.Load(sh.keysDir())
	if errors.Is(err, ring.ErrNone) || errors.Is(err, ring.ErrDamaged) || errors.Is(err, ring.ErrMissing) {
		return nil, nil
	}
	return r, keysFault(err)
}

// openedBySheet opens the keys with that of a sheet.
func openedBySheet(r *ring.Ring, id keys.Identity) (ring.Unlocked, error) {
	u, err := r.UnlockWith(id)
	if errors.Is(err, ring.ErrNoMatch) {
		err = fault.New(fault.NoPerm, "fault.keys.other-sheet", keys.Fingerprint(publicText(id)), r.Recovery().Fingerprint)
	}
	return u, keysFault(err)
}

// withSheet sets a new passphrase for somebody of the ring: who is named, or else the first who has one.
func (sh *shell) withSheet(r *ring.Ring, id keys.Identity, want *recovery) (u ring.Unlocked, err error) {
	if u, err = openedBySheet(r, id); err != nil {
		return u, err
	}
	for _, p := range r.People() {
		if want.person == "" && p.Kind == ring.ByPassphrase {
			want.person = p.Name
		}
	}
	if want.person == "" { // all have keys or tokens: one more way in
		want.person = freeName(r, sh.ownerName())
	}
	pass, err := want.choose(sh.words.T("keys.passphrase.title", printable(want.person)))
	if err == nil {
		err = r.SetPassphrase(u, want.person, pass, keys.WorkFactor, sh.now())
		if errors.Is(err, ring.ErrNoPerson) {
			err = r.AddPassphrase(u, want.person, pass, keys.WorkFactor, sh.now())
		}
		pass.Wipe()
	}
	if err != nil {
		u.Wipe()
	}
	return u, err
}

// freeName is a name for one more way in: the given one, with a number where somebody has it already.
func freeName(r *ring.Ring, name string) string {
	out := name
	for n := 2; errors.Is(r.Free(out), ring.ErrTaken); n++ {
		out = fmt.Sprint(string([]rune(name)[:min(len([]rune(name)), 36)]), " ", n)
	}
	return out
}

// aroundSheet makes new keys around the sheet's: on a new computer, or where the
// list of keys is lost. What is left of the old ones is set aside, and the vault
// taken over if the sheet opens it.
func (sh *shell) aroundSheet(id keys.Identity, want recovery) (*ring.Ring, ring.Unlocked, error) {
	pass, err := want.choose(sh.words.T("keys.make.title"))
	if err != nil {
		return nil, ring.Unlocked{}, err
	}
	defer pass.Wipe()
	opt := ring.CreateOptions{Name: cmp.Or(want.person, sh.ownerName()), Passphrase: pass, WorkFactor: keys.WorkFactor, Now: sh.now(), Recovery: &id, Aside: true}
	if vault, ok := ring.Salvage(sh.keysDir(), id); ok {
		opt.Vault = &vault
	}
	return ring.Create(sh.keysDir(), opt)
}
