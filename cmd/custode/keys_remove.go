package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/internal/keyring"
)

type keysRemoveOptions struct {
	name      string
	yes, json bool
	keys      keyFlags // for a recovery key: the vault is sealed anew to the others
}

func keysRemoveCommand(sh *shell) *cli.Command {
	var o keysRemoveOptions
	t := sh.words.T
	return &cli.Command{
		Name: "remove", Usage: t("cmd.keys.remove"), UsageText: t("cmd.keys.remove.use"), Description: t("cmd.keys.remove.more"),
		Flags: append([]cli.Flag{&cli.BoolFlag{Name: "yes", Usage: t("flag.keys.remove.yes"), Destination: &o.yes}, sh.jsonFlag(&o.json)}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) (err error) {
			if o.name, err = oneName(c); err != nil {
				return err
			}
			return sh.keysRemove(c.Context, o)
		},
	}
}

// keysRemove turns somebody out, or takes a further recovery key off the list. For a
// person it needs no key: whoever can write to the home could as well delete the
// person's files.
func (sh *shell) keysRemove(ctx context.Context, o keysRemoveOptions) error {
	var gone string
	var held bool // a recovery key
	r, err := sh.changeKeys(ctx, func(r *ring.Ring) (kind string, body map[string]any, err error) {
		var extra ring.Extra
		if extra, held = extraNamed(r, o.name); held {
			gone = extra.Name
			return "keys.recovery-removed", map[string]any{"name": extra.Name, "fingerprint": extra.Fingerprint}, sh.removeRecovery(ctx, r, extra, o)
		}
		p, err := r.Person(o.name)
		if err != nil {
			return "", nil, err
		}
		gone = p.Name
		if err := sh.removalMeant(ctx, sh.words.T("keys.remove.ask", printable(p.Name)), o.yes); err != nil {
			return "", nil, err
		}
		return "keys.removed", map[string]any{"person": p.Name, "kind": p.Kind, "fingerprint": p.Fingerprint}, r.Remove(p.Name, sh.now())
	})
	if err != nil {
		return err
	}
	if !held {
		_ = keyring.Delete(sh.keyringName(gone)) // there may be none; it opens nothing any more
	}
	if o.json {
		return sh.json(keysDocument(r))
	}
	p, t, rotate := sh.page(sh.out, sh.outTerm), sh.words.T, sh.command("custode", "keys", "rotate")
	if held {
		p.wrap("", p.green(t("keys.recovery.removed", printable(gone))))
		p.wrap("", p.amber(t("keys.removed.but"))+" "+t("keys.recovery.still", rotate))
		return p.fail
	}
	p.wrap("", p.green(t("keys.removed", printable(gone))))
	p.wrap("", p.amber(t("keys.removed.but"))+" "+t("keys.removed.copied", rotate))
	if r.Recovery().Exposed {
		p.wrap("", t("keys.removed.sheet"))
	}
	return p.fail
}

// removalMeant asks on a terminal whether it is meant, and is nil if it is.
func (sh *shell) removalMeant(ctx context.Context, question string, sure bool) error {
	if sure {
		return nil
	}
	if !sh.inTerm {
		return fault.New(fault.Usage, "fault.keys.confirm")
	}
	ok, err := sh.asker(ctx).yes(question)
	if err == nil && !ok {
		err = fault.New(fault.Interrupted, "fault.keys.kept")
	}
	return err
}

func (sh *shell) removeRecovery(ctx context.Context, r *ring.Ring, e ring.Extra, o keysRemoveOptions) error {
	if err := sh.removalMeant(ctx, sh.words.T("keys.recovery.remove.ask", printable(e.Name)), o.yes); err != nil {
		return err
	}
	u, err := sh.unlocked(ctx, r, o.keys)
	if err != nil {
		return err
	}
	defer u.Wipe()
	return r.RemoveRecovery(u, e.Name, sh.now())
}
