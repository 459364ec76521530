package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/ring"
	"custode/playbook/daily"
)

type rotateOptions struct {
	json, dryRun, yes, finish bool
	keys                      keyFlags
	paths                     []string
}

func keysRotateCommand(sh *shell) *cli.Command {
	var o rotateOptions
	t := sh.words.T
	return &cli.Command{
		Name: "rotate", Usage: t("cmd.keys.rotate"), UsageText: t("cmd.keys.rotate.use"), Description: t("cmd.keys.rotate.more"),
		Flags: append([]cli.Flag{
			&cli.BoolFlag{Name: "finish", Usage: t("flag.keys.rotate.finish"), Destination: &o.finish},
			&cli.BoolFlag{Name: "dry-run", Usage: t("flag.keys.rotate.dry-run"), Destination: &o.dryRun},
			&cli.BoolFlag{Name: "yes", Usage: t("flag.keys.rotate.yes"), Destination: &o.yes},
			sh.jsonFlag(&o.json),
		}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			o.paths = c.Args().Slice()
			return sh.keysRotate(c.Context, o)
		},
	}
}

// rotation is one run of the command.
type rotation struct {
	*rekeying

	o       rotateOptions
	resumed bool // the key is there since a run that was broken off, or by --finish
	former  string
	sheet   bool // the recovery key is a new one too
}

// keysRotate makes a new vault key and seals all files anew, each with a key of its
// own.
func (sh *shell) keysRotate(ctx context.Context, o rotateOptions) error {
	command := []string{"custode", "keys", "rotate"}
	if o.finish {
		command = append(command, "--finish")
	}
	k, err := sh.rekey(ctx, command, o.paths, o.dryRun)
	if err != nil {
		return err
	}
	defer k.close()
	r := rotationOf(k, o)
	if o.dryRun {
		return r.show()
	}
	if ok, err := k.confirmed(ctx, r.question(), o.yes || o.json); err != nil || !ok {
		return err
	}
	u, err := r.unlock(ctx, k.byCommand(ctx, o.keys))
	if err != nil {
		return err
	}
	defer u.Wipe()
	if err := k.allOrSay(ctx, u); err != nil {
		return err
	}
	return r.show()
}

func rotationOf(k *rekeying, o rotateOptions) *rotation {
	return &rotation{rekeying: k, o: o, resumed: k.before.Vault || o.finish}
}

// question is the word that asks whether it is meant.
func (r *rotation) question() string {
	if r.resumed {
		return "keys.rotate.ask.resumed"
	}
	return "keys.rotate.ask"
}

// unlock opens the ring, and makes the new key unless it is there.
func (r *rotation) unlock(ctx context.Context, how unlocking) (ring.Unlocked, error) {
	if r.resumed {
		if former := r.ring.FormerVaults(); len(former) > 0 {
			r.former = former[len(former)-1].Fingerprint
		}
		return r.change(ctx, how, nil)
	}
	sheet := r.ring.Recovery().Fingerprint
	r.former = r.ring.VaultFingerprint()
	u, err := r.change(ctx, how, func(u ring.Unlocked) (ring.Unlocked, error) {
		return job.NewVault(ctx, r.st, r.ring, u, r.sh.now())
	})
	r.sheet = r.ring.Recovery().Fingerprint != sheet
	return u, err
}

// show says what was done.
func (r *rotation) show() error {
	if r.o.json {
		return r.ended(r.sh.json(r.document()))
	}
	return r.ended(r.page())
}

func (r *rotation) document() any {
	return struct {
		Schema  string `json:"schema"`
		DryRun  bool   `json:"dry_run"`
		Resumed bool   `json:"resumed"`
		Vault   string `json:"vault"`
		Former  string `json:"former_vault"`
		Sheet   bool   `json:"new_recovery_sheet"`
		rekeyedDoc
	}{"custode.keys-rotate/1", r.o.dryRun, r.resumed, r.ring.VaultFingerprint(), r.former, r.sheet, r.rekeying.document()}
}

func (r *rotation) page() error {
	p, w := r.sh.page(r.sh.out, r.sh.outTerm), r.sh.words
	switch {
	case r.o.dryRun && r.resumed:
		p.wrap("", w.N("keys.rotate.would.resumed", r.files, w.Bytes(r.bytes)))
		return p.fail
	case r.o.dryRun:
		p.wrap("", w.N("keys.rotate.would", r.files, w.Bytes(r.bytes)))
		return p.fail
	}
	inGreen(p, r.said())
	p.wrap("", w.T("keys.rotate.people"))
	if r.withSheet() {
		p.gap()
		p.wrap("", p.amber(w.T("keys.rotate.sheet")))
		p.line("    " + r.sh.printCommand())
		p.line("    " + r.sh.command("custode", "keys", "drill"))
	}
	r.listLeft(p, "keys.rotate.again")
	if r.o.finish {
		return p.fail
	}
	p.gap()
	p.wrap("", p.bold(w.T("keys.rotate.before")))
	p.wrap("", w.T("keys.rotate.before.more"))
	p.wrap("", w.T("keys.rotate.backups"))
	return p.fail
}

// said says what became of the files that were sealed anew.
func (r *rotation) said() (lines []saidLine) {
	w, t := r.sh.words, r.result.totals
	if r.resumed && !r.o.finish {
		lines = append(lines, saidLine{text: w.T("keys.rotate.resumed")})
	}
	if t.Done > 0 || t.Already == 0 {
		lines = append(lines, saidLine{daily.OK, w.N("keys.rotate.done", int64(t.Done), w.Bytes(t.Bytes), w.Duration(r.sh.now().Sub(r.start)))})
	}
	if t.Already > 0 {
		lines = append(lines, saidLine{text: w.N("keys.rotate.already", int64(t.Already))})
	}
	return lines
}

// withSheet reports whether there is a new recovery key, made together with the vault's, that is to be printed.
func (r *rotation) withSheet() bool {
	c := r.ring.Recovery()
	return c.ProvenAt.IsZero() && c.MadeAt.Equal(r.ring.VaultAt()) && len(r.ring.FormerRecoveries()) > 0
}
