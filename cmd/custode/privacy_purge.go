package main

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/encrypt/undo"
	"custode/internal/fault"
	"custode/playbook/privacy/trim"
)

// tidyOptions are those of purge and coarsen.
type tidyOptions struct {
	json, dryRun, yes, whole bool
	older, column, to, order string
	days                     int
	paths                    []string
}

// undoDays is for how long a copy is kept where nothing else is said.
const undoDays = 30

// tidyFlags are those that both have.
func (sh *shell) tidyFlags(o *tidyOptions, more ...cli.Flag) []cli.Flag {
	t := sh.words.T
	return append([]cli.Flag{
		sh.jsonFlag(&o.json),
		&cli.StringFlag{Name: "column", Usage: t("flag.tidy.column"), Destination: &o.column},
		&cli.StringFlag{Name: "order", Usage: t("flag.tidy.order"), Destination: &o.order},
		&cli.IntFlag{Name: "keep-undo", Usage: t("flag.tidy.keep"), Value: undoDays, Destination: &o.days},
		&cli.BoolFlag{Name: "dry-run", Usage: t("flag.tidy.dry-run"), Destination: &o.dryRun},
		&cli.BoolFlag{Name: "yes", Usage: t("flag.tidy.yes"), Destination: &o.yes},
	}, more...)
}

func privacyPurgeCommand(sh *shell) *cli.Command {
	var o tidyOptions
	t := sh.words.T
	return &cli.Command{
		Name: "purge", Usage: t("cmd.privacy.purge"), UsageText: t("cmd.privacy.purge.use"), Description: t("cmd.privacy.purge.more"),
		Flags: sh.tidyFlags(
			&o,
			&cli.StringFlag{Name: "older-than", Usage: t("flag.tidy.older"), Destination: &o.older},
			&cli.BoolFlag{Name: "whole", Usage: t("flag.tidy.whole"), Destination: &o.whole},
		),
		Action: func(c *cli.Context) error {
			o.paths = c.Args().Slice()
			return sh.privacyPurge(c.Context, o)
		},
	}
}

// privacyPurge deletes rows and files that are too old.
func (sh *shell) privacyPurge(ctx context.Context, o tidyOptions) error {
	how, err := o.trimming(sh.now())
	if err != nil {
		return err
	}
	if o.older == "" {
		return fault.New(fault.Usage, "fault.tidy.no-age")
	}
	before, ok := olderThan(o.older, how.Today)
	if !ok {
		return fault.New(fault.Usage, "fault.tidy.older", printable(o.older))
	}
	how.Before = before
	return sh.runTidy(ctx, &tidying{sh: sh, o: o, how: how, what: undo.Purge})
}

// trimming are the options of both for package trim.
func (o tidyOptions) trimming(now time.Time) (how trim.Options, err error) {
	y, m, d := now.Date()
	how = trim.Options{Column: o.column, Today: time.Date(y, m, d, 0, 0, 0, 0, time.UTC)}
	switch o.order {
	case "":
	case "day-first":
		how.Order = trim.DayFirst
	case "month-first":
		how.Order = trim.MonthFirst
	default:
		return how, fault.New(fault.Usage, "fault.tidy.order-flag", printable(o.order))
	}
	if o.days < 1 || o.days > 90 {
		return how, fault.New(fault.Usage, "fault.tidy.keep")
	}
	return how, nil
}

var spans = regexp.MustCompile(`^([1-9][0-9]{0,3})([dmy])$`)

// olderThan reads "24m", "2y" or "90d", and gives the first day that is not older. The
// day of the month that there is not is the last one.
func olderThan(text string, today time.Time) (time.Time, bool) {
	m := spans.FindStringSubmatch(strings.ToLower(strings.TrimSpace(text)))
	if m == nil {
		return time.Time{}, false
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		return time.Time{}, false
	}
	months := n
	switch m[2] {
	case "d":
		return today.AddDate(0, 0, -n), true
	case "y":
		months *= 12
	}
	at := monthsBefore(today, months)
	return at, at.Year() > 1900
}

// monthsBefore is the day so many months before; the day of the month that there is not is the last one.
func monthsBefore(day time.Time, months int) time.Time {
	y, mo, d := day.Date()
	first := time.Date(y, mo-time.Month(months), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(d, last)-1)
}
