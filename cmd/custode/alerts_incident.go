package main

import (
	"cmp"
	"context"
	"strconv"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook"
	"custode/scan/watch/cases"
	"custode/scan/watch/rules"
)

func alertsIncidentCommand(sh *shell) *cli.Command {
	var o startOptions
	var with string
	t := sh.words.T
	return &cli.Command{
		Name: "open-incident", Usage: t("cmd.alerts.incident"), UsageText: t("cmd.alerts.incident.use"), Description: t("cmd.alerts.incident.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.StringFlag{Name: "playbook", Usage: t("flag.alerts.playbook"), Destination: &with},
			&cli.StringFlag{Name: "as", Usage: t("flag.play.as"), Destination: &o.as},
		},
		Action: func(c *cli.Context) (err error) {
			if o.alert, err = oneNumber(c); err != nil {
				return err
			}
			return sh.alertsIncident(c.Context, o, with)
		},
	}
}

// alertsIncident opens the incident of an alert, once: the plan that fits what the watch saw, with
// all that custode knows of it. The alert counts as seen.
func (sh *shell) alertsIncident(ctx context.Context, o startOptions, with string) error {
	d, err := sh.responder(ctx, o.runOptions)
	if err != nil {
		return err
	}
	defer d.close()
	if with, err = d.planOfAlert(ctx, &o, with); err != nil {
		return err
	}
	return d.start(ctx, o, with)
}

// planOfAlert is the plan with which the incident of an alert begins: the one that is wanted, else
// the one that fits. It fails where the alert is an incident already, or where none fits.
func (d *responder) planOfAlert(ctx context.Context, o *startOptions, with string) (string, error) {
	c, err := d.sh.findCase(ctx, d.st, o.alert)
	if err != nil {
		return "", err
	}
	run, err := d.runOfAlert(ctx, o.alert)
	if err != nil {
		return "", err
	}
	if run != 0 {
		return "", fault.New(fault.CannotMake, "fault.alerts.incident", strconv.FormatInt(run, 10))
	}
	if with == "" {
		if with = d.fits(c); with == "" {
			return "", fault.New(fault.Usage, "fault.alerts.no-incident")
		}
	}
	o.seen = c.Acked.IsZero()
	return with, nil
}

// fits is the plan that fits an alert, also where that takes what a person said of it; "" none.
func (d *responder) fits(c cases.Case) string {
	if c.Rule != cases.Reported {
		return planFor(c)
	}
	heard := ""
	if found := d.plans.Match(c.Told.Text); len(found) > 0 {
		heard = found[0].ID
	}
	if c.Why == cases.StrangeMail && heard == "fake-invoice" {
		return heard
	}
	sure := map[rules.Why]string{
		cases.LostDevice: "lost-device", cases.StrangeFiles: "ransomware", cases.WrongRecipient: "misdirected-message", cases.StrangeMail: "mailbox-taken-over",
	}
	return cmp.Or(sure[c.Why], heard, "breach-notice")
}

// planFor is the plan that fits what the watch saw; "" where it saw nothing happen to the files.
func planFor(c cases.Case) string {
	switch c.Rule {
	case rules.Unreadable:
		return "ransomware"
	case rules.Mass:
		if c.Why == rules.OpenToEveryone {
			return "exposed-online"
		}
		return "ransomware"
	case rules.Decoy, rules.Bulk, rules.Stranger, rules.Hours:
		return "unexplained-access" // who it was, and why, the watch does not know
	case rules.Blind:
	}
	return ""
}

// runOfAlert gives the incident that an alert has become, closed or not; 0 none.
func (d *responder) runOfAlert(ctx context.Context, alert int64) (int64, error) {
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		r, err := d.in.Run(ctx, row.ID)
		if err != nil {
			continue // one that cannot be read hides no other
		}
		for _, e := range r.Events {
			if e.Kind != playbook.Fact || e.Key != "how_discovered" {
				continue
			}
			if n, err := alertIn(e.Value); err != nil || n == alert {
				return row.ID, err
			}
		}
	}
	return 0, nil
}

// noteSaid is what stands beside an alert that somebody has looked at. What custode wrote itself when it became an
// incident is said in the language of who reads.
func (sh *shell) noteSaid(note string) string {
	const key = "alerts.incident.note"
	if n, err := numberIn(note, key); err == nil && n > 0 {
		return sh.words.T(key, strconv.FormatInt(n, 10))
	}
	return printable(note)
}
