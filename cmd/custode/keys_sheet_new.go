package main

import (
	"context"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/ring"
	"custode/playbook/daily"
)

// sheetChange is one run of keys sheet --new.
type sheetChange struct {
	*rekeying

	o       sheetOptions
	resumed bool // the new key is there since a run that was broken off
	former  string
}

// keysSheetNew makes a new recovery key for a sheet that was lost, or that somebody
// else has, and rewrites the headers of all sealed files for it.
func (sh *shell) keysSheetNew(ctx context.Context, o sheetOptions) error {
	k, err := sh.rekey(ctx, []string{"custode", "keys", "sheet", "--new"}, o.paths, o.dryRun)
	if err != nil {
		return err
	}
	defer k.close()
	c := sheetChangeOf(k, o)
	if o.dryRun {
		return c.show()
	}
	if ok, err := k.confirmed(ctx, c.question(), o.yes || o.json); err != nil || !ok {
		return err
	}
	u, err := c.unlock(ctx, k.byCommand(ctx, o.keys))
	if err != nil {
		return err
	}
	defer u.Wipe()
	if err := k.allOrSay(ctx, u); err != nil {
		return err
	}
	return c.show()
}

func sheetChangeOf(k *rekeying, o sheetOptions) *sheetChange {
	return &sheetChange{rekeying: k, o: o, resumed: k.before.Sheet}
}

// question is the word that asks whether it is meant.
func (c *sheetChange) question() string {
	if c.resumed {
		return "keys.new-sheet.ask.resumed"
	}
	return "keys.new-sheet.ask"
}

// unlock opens the ring, and makes the new recovery key unless it is there.
func (c *sheetChange) unlock(ctx context.Context, how unlocking) (ring.Unlocked, error) {
	if c.resumed {
		former := c.ring.FormerRecoveries()
		c.former = former[len(former)-1].Fingerprint
		return c.change(ctx, how, nil)
	}
	c.former = c.ring.Recovery().Fingerprint
	return c.change(ctx, how, func(u ring.Unlocked) (ring.Unlocked, error) {
		return u, job.NewSheet(ctx, c.st, c.ring, u, c.sh.now())
	})
}

// show says what was done.
func (c *sheetChange) show() error {
	if !c.o.json {
		return c.ended(c.page())
	}
	return c.ended(c.sh.json(struct {
		Schema   string `json:"schema"`
		DryRun   bool   `json:"dry_run"`
		Resumed  bool   `json:"resumed"`
		Recovery string `json:"recovery"`
		Former   string `json:"former_recovery"`
		Proven   bool   `json:"proven"`
		rekeyedDoc
	}{"custode.keys-sheet/1", c.o.dryRun, c.resumed, c.ring.Recovery().Fingerprint, c.former, !c.ring.Recovery().ProvenAt.IsZero(), c.document()}))
}

func (c *sheetChange) page() error {
	p, w := c.sh.page(c.sh.out, c.sh.outTerm), c.sh.words
	switch {
	case c.o.dryRun && c.resumed:
		p.wrap("", w.N("keys.new-sheet.would.resumed", c.files, w.Bytes(c.bytes)))
		return p.fail
	case c.o.dryRun:
		p.wrap("", w.N("keys.new-sheet.would", c.files, w.Bytes(c.bytes)))
		return p.fail
	}
	inGreen(p, c.said())
	c.listLeft(p, "keys.new-sheet.again")
	if c.ring.Recovery().ProvenAt.IsZero() {
		p.gap()
		p.wrap("", p.amber(w.T("keys.new-sheet.next")))
		p.hanging("1. ", w.T("keys.next.sheet", c.sh.printCommand()))
		p.hanging("2. ", w.T("keys.next.drill", c.sh.command("custode", "keys", "drill")))
		p.hanging("3. ", w.T("keys.new-sheet.destroy"))
	}
	p.gap()
	p.wrap("", p.bold(w.T("keys.new-sheet.before")))
	p.wrap("", w.T("keys.new-sheet.before.more"))
	p.wrap("", w.T("keys.new-sheet.stolen", c.sh.command("custode", "keys", "rotate")))
	return p.fail
}

// said says what became of the files.
func (c *sheetChange) said() (lines []saidLine) {
	w, t := c.sh.words, c.result.totals
	if c.resumed {
		lines = append(lines, saidLine{text: w.T("keys.new-sheet.resumed")})
	}
	switch {
	case c.files == 0:
		lines = append(lines, saidLine{daily.OK, w.T("keys.new-sheet.none")})
	case t.Done > 0 || t.Already == 0:
		lines = append(lines, saidLine{daily.OK, w.N("keys.new-sheet.done", int64(t.Done), w.Bytes(t.Bytes), w.Duration(c.sh.now().Sub(c.start)))})
	}
	if t.Already > 0 {
		lines = append(lines, saidLine{text: w.N("keys.new-sheet.already", int64(t.Already))})
	}
	return lines
}
