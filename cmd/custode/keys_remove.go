package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"custode/encrypt/ring"
	"custode/internal/fault"
)

func keysRemoveCommand(sh *shell) *cli.Command {
	var yes, asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "remove", Usage: t("cmd.keys.remove"), UsageText: t("cmd.keys.remove.use"), Description: t("cmd.keys.remove.more"),
		Flags: []cli.Flag{&cli.BoolFlag{Name: "yes", Usage: t("flag.keys.remove.yes"), Destination: &yes}, sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			name, err := oneName(c)
			if err != nil {
				return err
			}
			return sh.keysRemove(c.Context, name, yes, asJSON)
		},
	}
}

// keysRemove turns somebody out. It needs no key: whoever can write to the home
// could as well delete the person's files.
func (sh *shell) keysRemove(ctx context.Context, name string, yes, asJSON bool) error {
	var gone ring.Person
	r, err := sh.changeKeys(ctx, func(r *ring.Ring) (string, map[string]any, error) {
		p, err := r.Person(name)
		if err != nil {
			return "", nil, err
		}
		gone = p
		if !yes {
			if !sh.inTerm {
				return "", nil, fault.New(fault.Usage, "fault.keys.confirm")
			}
			ok, err := sh.asker(ctx).yes(sh.words.T("keys.remove.ask", printable(p.Name)))
			if err != nil {
				return "", nil, err
			}
			if !ok {
				return "", nil, fault.New(fault.Interrupted, "fault.keys.kept")
			}
		}
		return "keys.removed", map[string]any{"person": p.Name, "kind": p.Kind, "fingerprint": p.Fingerprint}, r.Remove(p.Name, sh.now())
	})
	if err != nil {
		return err
	}
	if asJSON {
		return sh.json(keysDocument(r))
	}
	p, t := sh.page(sh.out, sh.outTerm), sh.words.T
	p.wrap("", p.green(t("keys.removed", printable(gone.Name))))
	p.wrap("", p.amber(t("keys.removed.but"))+" "+t("keys.removed.copied", shellLine(sh.proposed([]string{"custode", "keys", "rotate"}))))
	if r.Recovery().Exposed {
		p.wrap("", t("keys.removed.sheet"))
	}
	return p.fail
}
