package main

import (
	"bytes"
	"context"

	"github.com/urfave/cli/v2"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/textfile"
)

type keysAddOptions struct {
	name, recipient, recipientFile, newFile string
	json, recovery, keyring                 bool
	keys                                    keyFlags
}

func keysAddCommand(sh *shell) *cli.Command {
	var o keysAddOptions
	t := sh.words.T
	return &cli.Command{
		Name: "add", Usage: t("cmd.keys.add"), UsageText: t("cmd.keys.add.use"), Description: t("cmd.keys.add.more"),
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "recipient", Usage: t("flag.keys.recipient"), Destination: &o.recipient},
			&cli.StringFlag{Name: "recipient-file", Usage: t("flag.keys.recipient-file"), Destination: &o.recipientFile},
			&cli.BoolFlag{Name: "recovery", Usage: t("flag.keys.recovery"), Destination: &o.recovery},
			&cli.BoolFlag{Name: "keyring", Usage: t("flag.keys.keyring"), Destination: &o.keyring},
			sh.newPassphraseFlag(&o.newFile), sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) (err error) {
			if o.name, err = oneName(c); err != nil {
				return err
			}
			return sh.keysAdd(c.Context, o)
		},
	}
}

func (sh *shell) newPassphraseFlag(to *string) cli.Flag {
	return &cli.StringFlag{Name: "new-passphrase-file", Usage: sh.words.T("flag.keys.new-passphrase-file"), Destination: to}
}

// oneName takes the one argument of a command.
func oneName(c *cli.Context) (string, error) {
	switch c.Args().Len() {
	case 0:
		return "", fault.New(fault.Usage, "fault.keys.whom")
	case 1:
		return c.Args().First(), nil
	}
	return "", fault.New(fault.Usage, "fault.usage.extra", printable(c.Args().Get(1)))
}

// unlocking opens the keys that are about to be changed.
type unlocking func(*ring.Ring) (ring.Unlocked, error)

// changeKeys does what every change of the keys does around it: the lock, the
// ring, the journal. change returns the entry's kind and body.
func (sh *shell) changeKeys(ctx context.Context, change func(*ring.Ring) (string, map[string]any, error)) (*ring.Ring, error) {
	if err := sh.settingsIfAny(); err != nil {
		return nil, err
	}
	release, err := sh.lock("keys")
	if err != nil {
		return nil, err
	}
	defer release()
	r, err := sh.ring()
	if err != nil {
		return nil, err
	}
	st, err := sh.open(ctx)
	if err != nil {
		return nil, err
	}
	defer st.Close() // every write was committed
	kind, body, err := change(r)
	if err != nil {
		return nil, keysFault(err)
	}
	_, err = st.Record(context.WithoutCancel(ctx), kind, body)
	return r, unrecorded(err)
}

func (sh *shell) keysAdd(ctx context.Context, o keysAddOptions) error {
	if o.keyring && (o.recovery || o.recipient != "" || o.recipientFile != "" || o.newFile != "") {
		return fault.New(fault.Usage, "fault.keys.keyring-alone")
	}
	if o.recipientFile != "" {
		text, err := sh.publicKey(o.recipientFile)
		if err != nil {
			return err
		}
		o.recipient = text
	}
	if o.recovery {
		return sh.keysAddRecovery(ctx, o)
	}
	r, err := sh.addToKeys(ctx, func(r *ring.Ring) (ring.Unlocked, error) { return sh.unlocked(ctx, r, o.keys) },
		func(r *ring.Ring, u ring.Unlocked) error { return sh.letIn(ctx, r, u, o) })
	if err != nil {
		return err
	}
	if o.json {
		return sh.json(keysDocument(r))
	}
	p, person := sh.page(sh.out, sh.outTerm), r.People()[len(r.People())-1]
	p.wrap("", p.green(sh.words.T("keys.added", printable(person.Name), sh.words.T("keys.kind."+person.Kind))))
	p.wrap("", sh.words.T("keys.added.more"))
	if o.keyring {
		p.hanging(p.amber("! "), sh.words.T("keys.added.keyring"))
	}
	return p.fail
}

// addToKeys lets somebody in, who is the last of the ring then. The ring is unlocked first.
func (sh *shell) addToKeys(ctx context.Context, unlock unlocking, in func(*ring.Ring, ring.Unlocked) error) (*ring.Ring, error) {
	return sh.changeKeys(ctx, func(r *ring.Ring) (string, map[string]any, error) {
		u, err := unlock(r)
		if err != nil {
			return "", nil, err
		}
		defer u.Wipe()
		if err := in(r, u); err != nil {
			return "", nil, err
		}
		p := r.People()[len(r.People())-1]
		return "keys.added", map[string]any{"person": p.Name, "kind": p.Kind, "fingerprint": p.Fingerprint}, nil
	})
}

func (sh *shell) letIn(ctx context.Context, r *ring.Ring, u ring.Unlocked, o keysAddOptions) error {
	if o.keyring {
		return sh.letInKeyring(r, u, o.name)
	}
	if o.recipient != "" {
		return r.AddRecipient(u, o.name, o.recipient, sh.now())
	}
	if err := r.Free(o.name); err != nil { // before somebody learns six words
		return err
	}
	pass, err := sh.chosenPassphrase(ctx, o.newFile, sh.words.T("keys.add.title", printable(o.name)))
	if err != nil {
		return err
	}
	defer pass.Wipe()
	return r.AddPassphrase(u, o.name, pass, keys.WorkFactor, sh.now())
}

// publicKey reads the one public key of a file, such as id_ed25519.pub.
func (sh *shell) publicKey(file string) (string, error) {
	raw, err := sh.smallFile(file, "fault.keys.recipient-read")
	if err != nil {
		return "", err
	}
	var found []byte
	for line := range bytes.Lines(textfile.Text(raw)) {
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		if found != nil {
			return "", fault.On(fault.Data, "fault.keys.recipient-many", file, nil)
		}
		found = line
	}
	if found == nil {
		return "", fault.On(fault.Data, "fault.keys.recipient", file, nil)
	}
	return string(found), nil
}
