package main

import (
	"context"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/fault"
)

type drillOptions struct {
	sheetFile string
	json      bool
}

func keysDrillCommand(sh *shell) *cli.Command {
	var o drillOptions
	t := sh.words.T
	return &cli.Command{
		Name: "drill", Usage: t("cmd.keys.drill"), UsageText: t("cmd.keys.drill.use"), Description: t("cmd.keys.drill.more"),
		Flags: []cli.Flag{sh.sheetFileFlag(&o.sheetFile), sh.jsonFlag(&o.json)},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.keysDrill(c.Context, o)
		},
	}
}

// The document of keys drill --json.
type drillDoc struct {
	Schema   string   `json:"schema"`
	At       string   `json:"at"`
	Recovery string   `json:"recovery"` // fingerprint
	Sample   int64    `json:"sample"`
	Of       int64    `json:"of"`
	Failed   []string `json:"failed"`
}

// keysDrill has the recovery sheet typed back and opens files with it alone.
func (sh *shell) keysDrill(ctx context.Context, o drillOptions) error {
	sh.sweepPages()
	if err := sh.settingsIfAny(); err != nil {
		return err
	}
	r, err := sh.ring()
	if err != nil {
		return err
	}
	id, err := sh.sheetKey(ctx, o.sheetFile)
	if err != nil {
		return err
	}
	defer id.Wipe()
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	d, first, err := sh.drill(ctx, st, r, id)
	if err != nil {
		return err
	}
	if o.json {
		doc := drillDoc{"custode.drill/1", stamp(d.At), d.Recovery, d.Sample, d.Of, append([]string{}, d.Bad...)}
		if err := sh.json(doc); err != nil {
			return err
		}
	} else if err := sh.drillPage(d, first); err != nil {
		return err
	}
	if d.Failed > 0 {
		return errListed
	}
	return nil
}

// drill opens files with the key of a sheet alone, and notes that it was proven. First:
// it had not been before.
func (sh *shell) drill(ctx context.Context, st state, r *ring.Ring, id keys.Identity) (d job.Drilled, first bool, err error) {
	if err := sh.ofThisShop(ctx, r, id); err != nil {
		return d, false, err
	}
	before, err := job.LookUnfinished(ctx, st, r)
	if err == nil && before.Sheet {
		err = fault.New(fault.Config, "fault.keys.drill-unfinished")
	}
	if err != nil {
		return d, false, err
	}
	if d, err = job.Drill(ctx, st, id, r.Recovery().Fingerprint, sh.now()); err != nil {
		return d, false, err
	}
	first = r.Recovery().ProvenAt.IsZero()
	if d.Failed == 0 {
		err = sh.proven(r)
	}
	return d, first, err
}

// proven notes that the sheet was proven.
func (sh *shell) proven(r *ring.Ring) error {
	release, err := sh.lock("keys")
	if err != nil {
		return err
	}
	defer release()
	return keysFault(r.Proven(sh.now()))
}

// ofThisShop wants the key of the present sheet, and tells an older one from another
// shop's.
func (sh *shell) ofThisShop(ctx context.Context, r *ring.Ring, id keys.Identity) error {
	print := keys.Fingerprint(publicText(id))
	if print == r.Recovery().Fingerprint {
		if err := job.Canary(ctx, r.Recipients(), id); err != nil {
			return fault.On(fault.Bug, "fault.keys.canary", "", err)
		}
		return nil
	}
	for _, f := range r.FormerRecoveries() {
		if f.Fingerprint == print {
			return fault.New(fault.Data, "fault.keys.old-sheet", sh.words.Date(f.At))
		}
	}
	return fault.New(fault.Data, "fault.keys.foreign-sheet")
}

func (sh *shell) drillPage(d job.Drilled, first bool) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if d.Failed > 0 {
		p.wrap("", p.red(sh.drillSaid(d)))
		for _, f := range d.Bad {
			p.hanging("  ", printable(f))
		}
		p.wrap("", w.T("keys.drill.failed.do"))
		p.line("    " + sh.command("custode", "verify"))
		return p.fail
	}
	p.wrap("", p.green(sh.drillSaid(d)))
	if first {
		p.wrap("", w.T("keys.drill.first"))
		p.gap()
		next := "keys.drill.first.again"
		if d.Of == 0 {
			next = "keys.drill.first.seal"
		}
		p.wrap("", p.bold(w.T(next)))
		p.line("    " + sh.command("custode", "encrypt"))
		return p.fail
	}
	p.wrap("", p.dim(w.T("keys.drill.again")))
	return p.fail
}

// drillSaid says what the drill found.
func (sh *shell) drillSaid(d job.Drilled) string {
	w := sh.words
	switch {
	case d.Failed > 0:
		return w.N("keys.drill.failed", d.Failed, w.Int(d.Sample))
	case d.Of == 0:
		return w.T("keys.drill.canary")
	case d.Sample == d.Of:
		return w.N("keys.drill.all", d.Of)
	}
	return w.T("keys.drill.sample", w.Int(d.Sample), w.Int(d.Of))
}
