package main

import (
	"context"
	"errors"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/host"
	"custode/internal/host/copies"
	"custode/internal/place"
	"custode/playbook/daily"
)

type checkOptions struct {
	json, all, receipt, notify, due bool
	report, audience                string
	older                           time.Duration
}

func checkCommand(sh *shell) *cli.Command {
	var o checkOptions
	t := sh.words.T
	return &cli.Command{
		Name: "check", Usage: t("cmd.check"), UsageText: t("cmd.check.use"), Description: t("cmd.check.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.StringFlag{Name: "report", Usage: t("flag.check.report"), Destination: &o.report},
			&cli.StringFlag{Name: "for", Usage: t("flag.check.for"), Value: forBoth, Destination: &o.audience},
			&cli.BoolFlag{Name: "all", Usage: t("flag.check.all"), Destination: &o.all},
			&cli.BoolFlag{Name: "receipt", Usage: t("flag.check.receipt"), Destination: &o.receipt},
			&cli.BoolFlag{Name: "notify", Usage: t("flag.check.notify"), Destination: &o.notify},
			&cli.DurationFlag{Name: "if-older", Usage: t("flag.check.if-older"), Destination: &o.older},
			&cli.BoolFlag{Name: "if-due", Usage: t("flag.check.if-due"), Destination: &o.due},
		},
		Subcommands: []*cli.Command{checkSnoozeCommand(sh), checkAnswerCommand(sh)},
		Action: func(c *cli.Context) error {
			if c.Args().Present() {
				return sh.unknownSub(c)
			}
			return sh.check(c.Context, o)
		},
	}
}

// check judges the shop, shows it, and ends with the code of its status.
func (sh *shell) check(ctx context.Context, o checkOptions) error {
	set, err := sh.settings()
	if err != nil {
		return err
	}
	if o.report != "" {
		if o.audience != forOwner && o.audience != forAuditor && o.audience != forBoth {
			return fault.New(fault.Usage, "fault.report.for", printable(o.audience))
		}
		if err := mayReplace(o.report); err != nil {
			return err
		}
	}
	if o.due {
		sh.sealByTheHour(ctx, set)
	}
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	if run, enough, err := sh.heldAlready(ctx, st, set.clock(sh.now)(), o); err != nil || enough {
		return errors.Join(err, sh.recent(run, o))
	}
	if o.receipt || o.report != "" { // it is meant to lie elsewhere
		if _, err := st.Record(ctx, job.ReceiptTaken, map[string]any{}); err != nil {
			return err
		}
	}
	c, err := sh.judge(ctx, st, set)
	if err != nil {
		return err
	}
	told := newsTold{}
	if o.notify {
		if told, err = sh.notify(ctx, st, set, c); err != nil {
			return err
		}
	}
	if o.report != "" {
		if err := sh.writeReport(c, set, o); err != nil {
			return err
		}
	}
	if err := sh.showCheck(c, set, o, told); err != nil {
		return err
	}
	return statusCode(c.Status)
}

// judge holds the daily check.
func (sh *shell) judge(ctx context.Context, st state, set settings) (job.Check, error) {
	shop, err := sh.wholeShop(ctx, st, set)
	if err != nil {
		return job.Check{}, err
	}
	look, wipe, err := sh.looker(ctx, shop)
	if err != nil {
		return job.Check{}, err
	}
	defer wipe()
	shop.Look, shop.Watch = look, sh.announce
	return job.Daily(ctx, st, shop, set.clock(sh.now)())
}

// showCheck shows the check in the way that was asked for.
func (sh *shell) showCheck(c job.Check, set settings, o checkOptions, told newsTold) error {
	switch {
	case o.json:
		return sh.json(checkDocument(sh, c))
	case o.receipt:
		p := sh.page(sh.out, false)
		p.line(c.Head.Receipt())
		return p.fail
	case o.notify && !o.all && o.report == "":
		return sh.showTold(c, told)
	}
	return sh.checkPage(c, set, o)
}

// shop is what the settings and the system say of the shop.
func (sh *shell) shop(set settings) (job.Shop, error) {
	keys, err := sh.ringIfAny()
	if err != nil {
		return job.Shop{}, err
	}
	shop := job.Shop{Folders: set.Folders, Usual: sh.usualFolders(), Exclude: set.exclusions(), Ring: keys, Home: sh.home, Alive: host.Alive, Country: set.Country}
	user, err := place.User(sh.env)
	if err == nil {
		shop.Backups = &job.Backups{Computer: copies.Here(user, sh.env), Disks: copies.Disks{Sys: "/sys"}}
	}
	if sh.posture != nil {
		h := sh.posture(user, sh.env).Look(append([]string{sh.home}, set.Folders...))
		shop.Host = &h
	}
	if private, err := host.Private(sh.env); err == nil { // without one there are no copies
		shop.Private = private.Path
	}
	if shop.Auto = len(set.AutoSeal) > 0; shop.Auto {
		_, waits, err := sh.autoReady()
		if err != nil {
			waits = waitsKeys // what is wrong with them, the commands of the keys say
		}
		shop.AutoWaits = string(waits)
	}
	return shop, nil
}

// statusCode follows the convention of monitoring plugins.
func statusCode(s daily.Status) error {
	switch s {
	case daily.Attention:
		return codeError(1)
	case daily.Act:
		return codeError(2)
	case daily.Unknown:
		return codeError(3)
	case daily.OK:
	}
	return nil
}

// The documents of check --json.
type checkDoc struct {
	Schema  string    `json:"schema"`
	At      string    `json:"at"`
	Status  string    `json:"status"`
	Score   int       `json:"score"`
	Caps    []string  `json:"caps"` // the items that keep the score down
	Receipt string    `json:"receipt"`
	Items   []itemDoc `json:"items"`

	Previous *previousDoc `json:"previous"` // what the score is held against
	Gap      *gapDoc      `json:"gap"`      // days without a check since the last one
	Trend    []trendDoc   `json:"trend"`    // the last check of each day
}

type itemDoc struct {
	ID      string        `json:"id"`
	Status  string        `json:"status"`
	Title   string        `json:"title"`
	Why     string        `json:"why"`
	Do      string        `json:"do"`
	Command []string      `json:"command"`
	Minutes int           `json:"minutes"`
	MapsTo  []string      `json:"maps_to"`
	Files   []itemFileDoc `json:"files"`

	Group    string          `json:"group"`
	CountsAs string          `json:"counts_as"` // in the score: never better than status
	Question bool            `json:"question"`  // only the owner can say it
	Evidence itemEvidenceDoc `json:"evidence"`
	Snooze   *snoozeDoc      `json:"snooze"`
	Since    string          `json:"since"` // since when it counts as what it does
}

type itemEvidenceDoc struct {
	Kind string `json:"kind"`
	At   string `json:"at"`
	From string `json:"from"`
}

type snoozeDoc struct {
	Until   string `json:"until"`
	Because string `json:"because"`
	By      string `json:"by"`
}

type itemFileDoc struct {
	Path    string `json:"path"`
	Risk    string `json:"risk,omitempty"`
	People  int64  `json:"people"`
	Because string `json:"because,omitempty"` // why the settings leave it out
}

func checkDocument(sh *shell, c job.Check) checkDoc {
	d := checkDoc{
		Schema: "custode.check/1", At: c.At.Format(time.RFC3339), Status: string(c.Status), Score: c.Score,
		Caps: append([]string{}, c.Caps...), Receipt: c.Head.Receipt(), Items: []itemDoc{},
	}
	d.history(c)
	for _, it := range c.Items {
		id := itemDoc{
			ID: it.ID, Status: string(it.Status), Title: sh.say(it.Title), Why: sh.say(it.Why), Do: sh.say(it.Do),
			Command: sh.proposed(it.Command), Minutes: it.Minutes, MapsTo: it.MapsTo, Files: []itemFileDoc{},
			Group: string(it.Group), CountsAs: string(it.Worth), Question: it.Question,
			Evidence: itemEvidenceDoc{string(it.Evidence.Kind), stamp(c.At), sh.say(it.Evidence.From)}, Since: stamp(c.Since[it.ID]),
		}
		if at := it.Evidence.At; !at.IsZero() {
			id.Evidence.At = stamp(at)
		}
		if s := it.Snooze; s != nil {
			id.Snooze = &snoozeDoc{s.Until.Format(time.DateOnly), s.Because, s.By}
		}
		if id.Command == nil {
			id.Command = []string{}
		}
		for _, f := range it.Paths {
			id.Files = append(id.Files, itemFileDoc{Path: f.Path, Risk: f.Risk, People: f.People, Because: f.Because})
		}
		d.Items = append(d.Items, id)
	}
	return d
}
