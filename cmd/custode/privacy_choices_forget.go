package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook/privacy/choice"
)

type choiceForgetOptions struct {
	json, yes bool
	keys      keyFlags
}

func choiceForgetCommand(sh *shell) *cli.Command {
	var o choiceForgetOptions
	t := sh.words.T
	return &cli.Command{
		Name: "forget", Usage: t("cmd.choice.forget"), UsageText: t("cmd.choice.forget.use"), Description: t("cmd.choice.forget.more"),
		Flags: append([]cli.Flag{&cli.BoolFlag{Name: "yes", Usage: t("flag.choice.yes"), Destination: &o.yes}, sh.jsonFlag(&o.json)}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			contact, err := oneContact(c)
			if err != nil {
				return err
			}
			return sh.choiceForget(c.Context, contact, o)
		},
	}
}

type choiceForgottenDoc struct {
	Schema string `json:"schema"`
	Erased int64  `json:"erased"`
}

// choiceForget erases what somebody said, but for the one mark that keeps them off every list.
func (sh *shell) choiceForget(ctx context.Context, contact string, o choiceForgetOptions) error {
	if !o.yes && !sh.inTerm {
		return fault.New(fault.Usage, "fault.choice.forget")
	}
	d, err := sh.chooser(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	if _, err := choice.Normal(kindOfContact(contact), contact, d.set.Country); err != nil {
		return d.fault(err)
	}
	if !o.yes {
		sure, err := sh.asker(ctx).yes(sh.words.T("choice.ask.forget"))
		if err != nil {
			return err
		}
		if !sure {
			p := sh.page(sh.out, sh.outTerm)
			p.wrap("", sh.words.T("choice.not-forgotten"))
			return p.fail
		}
	}
	if err := d.open(ctx, o.keys); err != nil {
		return err
	}
	id, err := d.id(contact)
	if err != nil {
		return err
	}
	n, err := d.Forget(ctx, id, choice.Till, sh.person())
	if err != nil {
		return d.fault(err)
	}
	if o.json {
		return sh.json(choiceForgottenDoc{"custode.choice-forgotten/1", n})
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", p.green(sh.words.N("choice.forgotten", n)))
	p.wrap("", sh.words.T("choice.forgotten.stays"))
	return p.fail
}
