package main

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/scan/walk"
)

type decoysOptions struct {
	action            string // place, list or remove
	json, dryRun, yes bool
	paths             []string
}

func decoysCommand(sh *shell) *cli.Command {
	t := sh.words.T
	list := decoysAction(sh, "list")
	return &cli.Command{
		Name: "decoys", Usage: t("cmd.watch.decoys"), UsageText: t("cmd.watch.decoys.use"), Description: t("cmd.watch.decoys.more"),
		Flags: list.Flags,
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return sh.unknown(c.Command.Subcommands, c.Args().First())
			}
			return list.Action(c)
		},
		Subcommands: []*cli.Command{decoysAction(sh, "place"), decoysAction(sh, "list"), decoysAction(sh, "remove")},
	}
}

func decoysAction(sh *shell, action string) *cli.Command {
	o := decoysOptions{action: action}
	t := sh.words.T
	c := &cli.Command{
		Name: action, Usage: t("cmd.watch.decoys." + action), UsageText: t("cmd.watch.decoys." + action + ".use"), Description: t("cmd.watch.decoys." + action + ".more"),
		Flags: []cli.Flag{sh.jsonFlag(&o.json)},
		Action: func(c *cli.Context) error {
			o.paths = c.Args().Slice()
			return sh.decoys(c.Context, o)
		},
	}
	if action != "list" {
		c.Flags = append(c.Flags,
			&cli.BoolFlag{Name: "dry-run", Usage: t("flag.watch.decoys.dry-run"), Destination: &o.dryRun},
			&cli.BoolFlag{Name: "yes", Usage: t("flag.watch.decoys.yes"), Destination: &o.yes})
	}
	return c
}

// decoying is one run of the command.
type decoying struct {
	sh      *shell
	o       decoysOptions
	tell    string // the key of what is said to who has placed some
	unnamed bool   // those that are as they should be are counted only: a page lists them itself
	job     job.DecoyOptions
	placing job.Placing
	results []job.DecoyResult
}

// decoys places, lists or removes decoys.
func (sh *shell) decoys(ctx context.Context, o decoysOptions) error {
	set, err := sh.settings()
	if err != nil {
		return err
	}
	d := &decoying{sh: sh, o: o, tell: "decoys.tell"}
	if err := d.ready(ctx, set); err != nil {
		return err
	}
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	if o.action == "list" {
		if err := job.CheckDecoys(ctx, st, d.job); err != nil {
			return err
		}
		return d.show()
	}
	if ok, err := d.meant(ctx, st); err != nil || !ok {
		return err
	}
	err = d.do(ctx, st)
	if err != nil && len(d.results) == 0 {
		return err
	}
	return errors.Join(err, d.show())
}

// ready says where and how.
func (d *decoying) ready(ctx context.Context, set settings) (err error) {
	sh := d.sh
	d.job = job.DecoyOptions{
		Walk: walk.Options{Exclude: []string{sh.home}, Disk: sh.disk, Patience: sh.patience}, Lang: set.Language, Now: sh.now, Random: rand.Reader, Scratch: []string{sh.home, os.TempDir()},
		Announce: sh.announce, Done: func(r job.DecoyResult) { d.results = append(d.results, r) },
	}
	for _, x := range set.exclusions() {
		d.job.Walk.Leave = append(d.job.Walk.Leave, x.Path)
	}
	if d.job.Folders, err = walk.Roots(ctx, set.Folders, d.job.Walk); err != nil || len(d.o.paths) == 0 {
		return err
	}
	var abs []string
	for _, p := range d.o.paths {
		if p == "" {
			return fault.New(fault.Usage, "fault.usage.empty")
		}
		full, err := filepath.Abs(p)
		if err != nil {
			return fault.On(fault.NoInput, "fault.decoys.path", p, err)
		}
		abs = append(abs, full)
	}
	if d.job.Below, err = walk.Roots(ctx, abs, d.job.Walk); err != nil {
		return err
	}
	for _, p := range d.job.Below {
		if !slices.ContainsFunc(d.job.Folders, func(f string) bool { return isWithin(f, p) }) {
			return fault.On(fault.Usage, "fault.decoys.outside", p, nil)
		}
	}
	return nil
}

// run does it, or says what it would do.
func (d *decoying) run(ctx context.Context, st state, dry bool) (err error) {
	d.results, d.job.Dry = nil, dry
	if d.o.action == "place" {
		d.placing, err = job.PlaceDecoys(ctx, st, d.job)
		return err
	}
	return job.RemoveDecoys(ctx, st, d.job)
}

// do runs it while nothing else looks through the folders.
func (d *decoying) do(ctx context.Context, st state) error {
	if !d.o.dryRun {
		release, err := d.sh.lock("scan")
		if err != nil {
			return err
		}
		defer release()
	}
	return d.run(ctx, st, d.o.dryRun)
}

// meant asks on a terminal. False: the user said no.
func (d *decoying) meant(ctx context.Context, st state) (bool, error) {
	if !d.sh.inTerm || d.o.yes || d.o.json || d.o.dryRun {
		return true, nil
	}
	if err := d.run(ctx, st, true); err != nil {
		return false, err
	}
	n := d.count(job.DecoyPlanned) + d.count(job.DecoyRemoved)
	if n == 0 {
		return true, nil
	}
	return d.sh.asker(ctx).yes(d.sh.words.N("decoys.ask."+d.o.action, n))
}

func (d *decoying) count(o job.DecoyOutcome) (n int64) {
	for _, r := range d.results {
		if r.Outcome == o {
			n++
		}
	}
	return n
}
