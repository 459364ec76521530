package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"custode/encrypt/ring"
	"custode/encrypt/sheet"
	"custode/internal/fault"
)

type sheetOptions struct {
	html, print, fresh, dryRun, yes, json bool
	keys                                  keyFlags
	paths                                 []string
}

func keysSheetCommand(sh *shell) *cli.Command {
	var o sheetOptions
	t := sh.words.T
	return &cli.Command{
		Name: "sheet", Usage: t("cmd.keys.sheet"), UsageText: t("cmd.keys.sheet.use"), Description: t("cmd.keys.sheet.more"),
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "print", Usage: t("flag.keys.sheet.print"), Destination: &o.print},
			&cli.BoolFlag{Name: "html", Usage: t("flag.keys.sheet.html"), Destination: &o.html},
			&cli.BoolFlag{Name: "new", Usage: t("flag.keys.sheet.new"), Destination: &o.fresh},
			&cli.BoolFlag{Name: "dry-run", Usage: t("flag.keys.sheet.dry-run"), Destination: &o.dryRun},
			&cli.BoolFlag{Name: "yes", Usage: t("flag.keys.sheet.yes"), Destination: &o.yes},
			&cli.BoolFlag{Name: "json", Usage: t("flag.keys.sheet.json"), Destination: &o.json},
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			o.paths = c.Args().Slice()
			switch {
			case o.fresh && (o.html || o.print), o.html && o.print:
				return fault.New(fault.Usage, "fault.keys.sheet-apart")
			case o.fresh:
				return sh.keysSheetNew(c.Context, o)
			case o.dryRun, o.yes, o.json:
				return fault.New(fault.Usage, "fault.keys.sheet-new-only")
			}
			if err := none(c); err != nil {
				return err
			}
			return sh.keysSheet(c.Context, o)
		},
	}
}

// keysSheet prints the recovery sheet, which can be printed until it was proven.
func (sh *shell) keysSheet(ctx context.Context, o sheetOptions) error {
	sh.sweepPages()
	if err := sh.settingsIfAny(); err != nil {
		return err
	}
	r, err := sh.ring()
	if err != nil {
		return err
	}
	if r.Recovery().OnPaperOnly {
		return keysFault(ring.ErrOnPaper)
	}
	u, err := sh.unlocked(ctx, r, o.keys)
	if err != nil {
		return err
	}
	defer u.Wipe()
	s, err := sheetOf(r, u)
	if err != nil {
		return err
	}
	defer s.Wipe()
	switch {
	case o.print:
		return sh.printSheet(ctx, s)
	case o.html:
		return sh.sheetHTML(s)
	}
	return sh.sheetText(s)
}

// sheetOf makes the recovery sheet with keys that are unlocked. Who gets it wipes it.
func sheetOf(r *ring.Ring, u ring.Unlocked) (sheet.Sheet, error) {
	id, err := r.Sheet(u)
	if err != nil {
		return sheet.Sheet{}, keysFault(err)
	}
	defer id.Wipe()
	return sheet.New(id, r.Recovery().MadeAt)
}
