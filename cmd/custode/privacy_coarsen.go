package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"custode/encrypt/undo"
	"custode/internal/fault"
	"custode/playbook/privacy/trim"
)

func privacyCoarsenCommand(sh *shell) *cli.Command {
	var o tidyOptions
	t := sh.words.T
	return &cli.Command{
		Name: "coarsen", Usage: t("cmd.privacy.coarsen"), UsageText: t("cmd.privacy.coarsen.use"), Description: t("cmd.privacy.coarsen.more"),
		Flags: sh.tidyFlags(&o, &cli.StringFlag{Name: "to", Usage: t("flag.tidy.to"), Destination: &o.to}),
		Action: func(c *cli.Context) error {
			o.paths = c.Args().Slice()
			return sh.privacyCoarsen(c.Context, o)
		},
	}
}

// privacyCoarsen leaves of the dates of a column the year, or the month.
func (sh *shell) privacyCoarsen(ctx context.Context, o tidyOptions) error {
	how, err := o.trimming(sh.now())
	if err != nil {
		return err
	}
	how.To = trim.Step(o.to)
	switch {
	case len(o.paths) != 1:
		return fault.New(fault.Usage, "fault.tidy.which")
	case how.To != trim.Year && how.To != trim.Month:
		return fault.New(fault.Usage, "fault.tidy.to")
	case o.column == "":
		return fault.New(fault.Usage, "fault.tidy.column-flag")
	}
	return sh.runTidy(ctx, &tidying{sh: sh, o: o, how: how, what: undo.Coarsen})
}
