package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/secret"
)

type keysPassphraseOptions struct {
	person, newFile string
	json            bool
	keys            keyFlags
}

func keysPassphraseCommand(sh *shell) *cli.Command {
	var o keysPassphraseOptions
	t := sh.words.T
	return &cli.Command{
		Name: "passphrase", Usage: t("cmd.keys.passphrase"), UsageText: t("cmd.keys.passphrase.use"), Description: t("cmd.keys.passphrase.more"),
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "person", Usage: t("flag.keys.person"), Destination: &o.person},
			sh.newPassphraseFlag(&o.newFile), sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.keysPassphrase(c.Context, o)
		},
	}
}

// keysPassphrase gives somebody a new passphrase: whoever unlocks, or --person.
func (sh *shell) keysPassphrase(ctx context.Context, o keysPassphraseOptions) error {
	var whose ring.Person
	r, err := sh.changeKeys(ctx, func(r *ring.Ring) (string, map[string]any, error) {
		if o.person != "" { // before anything is asked
			if _, err := r.Person(o.person); err != nil {
				return "", nil, err
			}
		}
		u, err := sh.unlocked(ctx, r, o.keys)
		if err != nil {
			return "", nil, err
		}
		defer u.Wipe()
		if whose, err = passphraseOf(r, u, o.person); err != nil {
			return "", nil, err
		}
		pass, err := sh.chosenPassphrase(ctx, o.newFile, sh.words.T("keys.passphrase.title", printable(whose.Name)))
		if err != nil {
			return "", nil, err
		}
		defer pass.Wipe()
		return sh.setPassphrase(r, u, whose.Name, pass)
	})
	if err != nil {
		return err
	}
	if o.json {
		return sh.json(keysDocument(r))
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", p.green(sh.words.T("keys.passphrase.done", printable(whose.Name))))
	p.wrap("", sh.words.T("keys.passphrase.more", sh.command("custode", "keys", "rotate")))
	return p.fail
}

// setPassphrase is the change of changeKeys that gives somebody a new passphrase.
func (sh *shell) setPassphrase(r *ring.Ring, u ring.Unlocked, whose string, pass secret.Bytes) (kind string, body map[string]any, err error) {
	return "keys.passphrase", map[string]any{"person": whose}, r.SetPassphrase(u, whose, pass, keys.WorkFactor, sh.now())
}

// passphraseOf finds whose passphrase is meant: the person named, whoever
// unlocked, or the only one who has one.
func passphraseOf(r *ring.Ring, u ring.Unlocked, named string) (ring.Person, error) {
	if named == "" {
		named = u.Person
	}
	if named != "" {
		p, err := r.Person(named)
		if err == nil && p.Kind != ring.ByPassphrase {
			err = fault.New(fault.Usage, "fault.keys.keyed", printable(p.Name))
		}
		return p, err
	}
	var only []ring.Person
	for _, p := range r.People() {
		if p.Kind == ring.ByPassphrase {
			only = append(only, p)
		}
	}
	if len(only) != 1 {
		return ring.Person{}, fault.New(fault.Usage, "fault.keys.which")
	}
	return only[0], nil
}

// chosenPassphrase gives a new passphrase: from a file, or chosen on the terminal.
func (sh *shell) chosenPassphrase(ctx context.Context, file, title string) (secret.Bytes, error) {
	if file == "" {
		if !sh.inTerm {
			return secret.Bytes{}, fault.New(fault.Usage, "fault.keys.no-new")
		}
		return sh.choosePassphrase(ctx, title, false)
	}
	pass, err := sh.firstLine(file)
	if err == nil {
		err = longEnough(pass, file)
	}
	return pass, err
}
