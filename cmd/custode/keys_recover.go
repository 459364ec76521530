package main

import (
	"cmp"
	"context"
	"errors"

	"github.com/urfave/cli/v2"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/fault"
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

// keysRecover lets somebody in who has the recovery sheet: with a new passphrase
// where there are keys, with new keys around the sheet's where there are none.
func (sh *shell) keysRecover(ctx context.Context, o keysRecoverOptions) error {
	if err := sh.settingsIfAny(); err != nil {
		return err
	}
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	release, err := sh.lock("keys")
	if err != nil {
		return err
	}
	defer release()
	r, err := ring.Load(sh.keysDir())
	lost := errors.Is(err, ring.ErrNone) || errors.Is(err, ring.ErrDamaged) || errors.Is(err, ring.ErrMissing)
	if err != nil && !lost {
		return keysFault(err)
	}
	id, err := sh.sheetKey(ctx, o.sheetFile)
	if err != nil {
		return err
	}
	defer id.Wipe()
	if lost {
		r, err = sh.aroundSheet(ctx, id, o)
	} else {
		err = sh.withSheet(ctx, r, id, &o)
	}
	if err != nil {
		return keysFault(err)
	}
	person := cmp.Or(o.person, r.People()[0].Name)
	body := map[string]any{"person": person, "vault": r.VaultFingerprint(), "recovery": r.Recovery().Fingerprint, "new_keys": lost}
	if _, err := st.Record(ctx, "keys.recovered", body); err != nil {
		return err
	}
	if o.json {
		return sh.json(keysDocument(r))
	}
	p, t := sh.page(sh.out, sh.outTerm), sh.words.T
	p.wrap("", p.green(t("keys.recovered", printable(person))))
	if lost {
		p.wrap("", t("keys.recovered.new"))
	} else {
		p.wrap("", t("keys.recovered.same"))
	}
	return p.fail
}

// withSheet sets a new passphrase for somebody of the ring.
func (sh *shell) withSheet(ctx context.Context, r *ring.Ring, id keys.Identity, o *keysRecoverOptions) error {
	u, err := r.UnlockWith(id)
	if errors.Is(err, ring.ErrNoMatch) {
		return fault.New(fault.NoPerm, "fault.keys.other-sheet", keys.Fingerprint(publicText(id)), r.Recovery().Fingerprint)
	}
	if err != nil {
		return err
	}
	defer u.Wipe()
	for _, p := range r.People() {
		if o.person == "" && p.Kind == ring.ByPassphrase {
			o.person = p.Name
		}
	}
	if o.person == "" { // all have keys or tokens: one more way in
		o.person = sh.ownerName()
	}
	pass, err := sh.chosenPassphrase(ctx, o.newFile, sh.words.T("keys.passphrase.title", printable(o.person)))
	if err != nil {
		return err
	}
	defer pass.Wipe()
	err = r.SetPassphrase(u, o.person, pass, keys.WorkFactor, sh.now())
	if errors.Is(err, ring.ErrNoPerson) {
		err = r.AddPassphrase(u, o.person, pass, keys.WorkFactor, sh.now())
	}
	return err
}

// aroundSheet makes new keys around the sheet's: on a new computer, or where the
// list of keys is lost. What is left of the old ones is set aside, and the vault
// taken over if the sheet opens it.
func (sh *shell) aroundSheet(ctx context.Context, id keys.Identity, o keysRecoverOptions) (*ring.Ring, error) {
	pass, err := sh.chosenPassphrase(ctx, o.newFile, sh.words.T("keys.make.title"))
	if err != nil {
		return nil, err
	}
	defer pass.Wipe()
	opt := ring.CreateOptions{Name: cmp.Or(o.person, sh.ownerName()), Passphrase: pass, WorkFactor: keys.WorkFactor, Now: sh.now(), Recovery: &id, Aside: true}
	if vault, ok := ring.Salvage(sh.keysDir(), id); ok {
		opt.Vault = &vault
	}
	r, u, err := ring.Create(sh.keysDir(), opt)
	u.Vault.Wipe()
	return r, err
}
