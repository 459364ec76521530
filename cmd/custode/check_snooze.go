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
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	now, by := set.clock(sh.now)(), sh.person()
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if o.end {
		was, err := job.Resume(ctx, st, id, by)
		if err != nil {
			return snoozeFault(err, id)
		}
		if o.json {
			return sh.json(snoozedDoc{Schema: "custode.snooze/1", Item: id, By: by, Ended: was})
		}
		if !was {
			p.wrap("", w.T("check.snooze.none", id))
			return p.fail
		}
		p.wrap("", p.green(w.T("check.snooze.ended", id)))
		return p.fail
	}
	until, ok := parseDue(o.until, now, set.Country == "US")
	if !ok {
		return snoozeFault(job.ErrUntil, id)
	}
	shop, err := sh.wholeShop(ctx, st, set)
	if err != nil {
		return err
	}
	z, err := job.PutOff{Snooze: daily.Snooze{Until: until, Because: o.because, By: by}, Item: id}.Do(ctx, st, shop, now)
	if err != nil {
		return snoozeFault(err, id)
	}
	if o.json {
		return sh.json(snoozedDoc{"custode.snooze/1", id, until.Format(time.DateOnly), z.Because, by, false})
	}
	p.wrap("", p.green(w.T("check.snooze.done", id, w.Date(until))))
	p.wrap("", w.T("check.snooze.counts"))
	p.wrap("", w.T("check.snooze.end", sh.command("custode", "check", "snooze", id, "--end")))
	return p.fail
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
