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
	gone, err := sh.removeWay(ctx, o.name, func(question string) error { return sh.removalMeant(ctx, question, o.yes) },
		func(r *ring.Ring) (ring.Unlocked, error) { return sh.unlocked(ctx, r, o.keys) })
	if err != nil {
		return err
	}
	if o.json {
		return sh.json(keysDocument(gone.ring))
	}
	p, t, rotate := sh.page(sh.out, sh.outTerm), sh.words.T, sh.command("custode", "keys", "rotate")
	if gone.recovery {
		p.wrap("", p.green(t("keys.recovery.removed", printable(gone.name))))
		p.wrap("", p.amber(t("keys.removed.but"))+" "+t("keys.recovery.still", rotate))
		return p.fail
	}
	p.wrap("", p.green(t("keys.removed", printable(gone.name))))
	p.wrap("", p.amber(t("keys.removed.but"))+" "+t("keys.removed.copied", rotate))
	if gone.ring.Recovery().Exposed {
		p.wrap("", t("keys.removed.sheet"))
	}
	return p.fail
}

// removed is a way in that was taken away.
type removed struct {
	ring     *ring.Ring
	name     string
	recovery bool // a further recovery key
}

// removeWay takes somebody's way in away, or a further recovery key, for which alone it unlocks the keys. Meant is
// asked first, and its error keeps everything as it is.
func (sh *shell) removeWay(ctx context.Context, name string, meant func(question string) error, unlock unlocking) (gone removed, err error) {
	gone.ring, err = sh.changeKeys(ctx, func(r *ring.Ring) (kind string, body map[string]any, err error) {
		var extra ring.Extra
		if extra, gone.recovery = extraNamed(r, name); gone.recovery {
			gone.name = extra.Name
			body = map[string]any{"name": extra.Name, "fingerprint": extra.Fingerprint}
			if err = meant(sh.words.T("keys.recovery.remove.ask", printable(extra.Name))); err == nil {
				err = sh.removeRecovery(r, extra, unlock)
			}
			return "keys.recovery-removed", body, err
		}
		p, err := r.Person(name)
		if err != nil {
			return "", nil, err
		}
		gone.name = p.Name
		if err := meant(sh.words.T("keys.remove.ask", printable(p.Name))); err != nil {
			return "", nil, err
		}
		return "keys.removed", map[string]any{"person": p.Name, "kind": p.Kind, "fingerprint": p.Fingerprint}, r.Remove(p.Name, sh.now())
	})
	if err == nil && !gone.recovery {
		_ = keyring.Delete(sh.keyringName(gone.name)) // there may be none; it opens nothing any more
	}
	return gone, err
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

func (sh *shell) removeRecovery(r *ring.Ring, e ring.Extra, unlock unlocking) error {
	u, err := unlock(r)
	if err != nil {
		return err
	}
	defer u.Wipe()
	return r.RemoveRecovery(u, e.Name, sh.now())
}
