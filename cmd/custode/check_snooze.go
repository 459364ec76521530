package main

import (
	"context"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/playbook/daily"
)

type snoozeOptions struct {
	json, end      bool
	until, because string
}

// checkSnoozeCommand puts an item of the check off.
func checkSnoozeCommand(sh *shell) *cli.Command {
	var o snoozeOptions
	t := sh.words.T
	return &cli.Command{
		Name: "snooze", Usage: t("cmd.check.snooze"), UsageText: t("cmd.check.snooze.use"), Description: t("cmd.check.snooze.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.StringFlag{Name: "until", Usage: t("flag.check.until"), Destination: &o.until},
			&cli.StringFlag{Name: "because", Usage: t("flag.check.because"), Destination: &o.because},
			&cli.BoolFlag{Name: "end", Usage: t("flag.check.end"), Destination: &o.end},
		},
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return fault.New(fault.Usage, "fault.check.which")
			}
			if o.end == (o.until != "" || o.because != "") {
				return fault.New(fault.Usage, "fault.check.snooze")
			}
			return sh.snooze(c.Context, c.Args().First(), o)
		},
	}
}

// snoozedDoc is the document of check snooze.
type snoozedDoc struct {
	Schema  string `json:"schema"`
	Item    string `json:"item"`
	Until   string `json:"until"` // the last day; "" where it ended
	Because string `json:"because"`
	By      string `json:"by"`
	Ended   bool   `json:"ended"`
}

func (sh *shell) snooze(ctx context.Context, id string, o snoozeOptions) error {
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if o.end {
		was, err := sh.takeUp(ctx, id)
		if err != nil {
			return err
		}
		if o.json {
			return sh.json(snoozedDoc{Schema: "custode.snooze/1", Item: id, By: sh.person(), Ended: was})
		}
		if !was {
			p.wrap("", w.T("check.snooze.none", id))
			return p.fail
		}
		p.wrap("", p.green(w.T("check.snooze.ended", id)))
		return p.fail
	}
	z, err := sh.putOff(ctx, id, o.until, o.because)
	if err != nil {
		return err
	}
	if o.json {
		return sh.json(snoozedDoc{"custode.snooze/1", id, z.Until.Format(time.DateOnly), z.Because, z.By, false})
	}
	p.wrap("", p.green(w.T("check.snooze.done", id, w.Date(z.Until))))
	p.wrap("", w.T("check.snooze.counts"))
	p.wrap("", w.T("check.snooze.end", sh.command("custode", "check", "snooze", id, "--end")))
	return p.fail
}

// takeUp ends that an item is put off, and tells whether it was.
func (sh *shell) takeUp(ctx context.Context, id string) (was bool, err error) {
	_, st, err := sh.enter(ctx)
	if err != nil {
		return false, err
	}
	defer st.Close() // every write was committed
	if was, err = job.Resume(ctx, st, id, sh.person()); err != nil {
		return false, snoozeFault(err, id)
	}
	return was, nil
}

// putOff puts an item off until a day, as people write it, for a reason.
func (sh *shell) putOff(ctx context.Context, id, until, because string) (job.PutOff, error) {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return job.PutOff{}, err
	}
	defer st.Close() // every write was committed
	now := set.clock(sh.now)()
	day, ok := parseDue(until, now, set.Country == "US")
	if !ok {
		return job.PutOff{}, snoozeFault(job.ErrUntil, id)
	}
	shop, err := sh.wholeShop(ctx, st, set)
	if err != nil {
		return job.PutOff{}, err
	}
	z, err := job.PutOff{Snooze: daily.Snooze{Until: day, Because: because, By: sh.person()}, Item: id}.Do(ctx, st, shop, now)
	if err != nil {
		return z, snoozeFault(err, id)
	}
	return z, nil
}

// snoozeFault makes a failure for people of what is not put off.
func snoozeFault(err error, id string) error {
	if f, ok := refused(err, []refusal{
		{job.ErrNoItem, fault.NoInput, "fault.check.no-item", "", []any{printable(id)}},
		{job.ErrFixed, fault.Usage, "fault.check.fixed", "", []any{printable(id)}},
		{job.ErrFine, fault.Usage, "fault.check.fine", "", []any{printable(id)}},
		{job.ErrUntil, fault.Usage, "fault.check.until", "", nil},
		{job.ErrReason, fault.Usage, "fault.check.reason", "", nil},
	}); ok {
		return f
	}
	return err
}
