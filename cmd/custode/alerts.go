package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/scan/detect"
	"custode/scan/watch/cases"
	"custode/scan/watch/rules"
)

type alertsOptions struct {
	json, all bool
	note      string
}

func alertsCommand(sh *shell) *cli.Command {
	var list, show, ack alertsOptions
	t := sh.words.T
	return &cli.Command{
		Name: "alerts", Usage: t("cmd.alerts"), UsageText: t("cmd.alerts.use"), Description: t("cmd.alerts.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			{
				Name: "list", Usage: t("cmd.alerts.list"), UsageText: "custode alerts list",
				Flags: []cli.Flag{
					sh.jsonFlag(&list.json),
					&cli.BoolFlag{Name: "all", Usage: t("flag.alerts.all"), Destination: &list.all},
				},
				Action: func(c *cli.Context) error {
					if err := none(c); err != nil {
						return err
					}
					return sh.alertsList(c.Context, list)
				},
			},
			{
				Name: "show", Usage: t("cmd.alerts.show"), UsageText: "custode alerts show 7", Flags: []cli.Flag{sh.jsonFlag(&show.json)},
				Action: func(c *cli.Context) error {
					id, err := oneNumber(c)
					if err != nil {
						return err
					}
					return sh.alertsShow(c.Context, id, show.json)
				},
			},
			{
				Name: "ack", Usage: t("cmd.alerts.ack"), UsageText: "custode alerts ack 7", Description: t("cmd.alerts.ack.more"),
				Flags: []cli.Flag{
					sh.jsonFlag(&ack.json),
					&cli.StringFlag{Name: "note", Usage: t("flag.alerts.note"), Destination: &ack.note},
					&cli.BoolFlag{Name: "all", Usage: t("flag.alerts.ack-all"), Destination: &ack.all},
				},
				Action: func(c *cli.Context) error { return sh.alertsAck(c, ack) },
			},
			alertsIncidentCommand(sh),
			alertsMailCommand(sh),
			alertsTestCommand(sh),
			alertsSecretCommand(sh),
		},
	}
}

// oneNumber takes the number of an alert.
func oneNumber(c *cli.Context) (int64, error) {
	if c.Args().Len() != 1 {
		return 0, fault.New(fault.Usage, "fault.alerts.number")
	}
	id, err := strconv.ParseInt(strings.TrimPrefix(c.Args().First(), "#"), 10, 64)
	if err != nil || id < 1 {
		return 0, fault.New(fault.Usage, "fault.alerts.number")
	}
	return id, nil
}

// The document of an alert in alerts list --json and alerts show --json.
type caseDoc struct {
	ID        int64        `json:"id"`
	Rule      string       `json:"rule"`
	Why       string       `json:"why"`
	Severity  string       `json:"severity"`
	Summary   string       `json:"summary"`
	Folder    string       `json:"folder"`
	User      string       `json:"user"`
	Program   string       `json:"program"`
	Opened    string       `json:"opened_at"`
	Last      string       `json:"last_at"`
	Closed    string       `json:"closed_at"`
	Counts    rules.Counts `json:"counts"`
	Limit     int          `json:"limit"`
	Usual     int          `json:"usual"`
	Known     int          `json:"files_known"`
	People    int64        `json:"people"`
	Encrypted int          `json:"encrypted"`
	Kinds     []string     `json:"kinds"`
	Acked     string       `json:"seen_at"`
	By        string       `json:"seen_by"`
	Note      string       `json:"note"`
	Paths     []string     `json:"paths,omitempty"`
	Then      *thenDoc     `json:"then,omitempty"`
}

type alertsDoc struct {
	Schema string    `json:"schema"`
	Alerts []caseDoc `json:"alerts"`
}

type alertDoc struct {
	Schema string `json:"schema"`
	caseDoc
}

func (t teller) document(c cases.Case) caseDoc {
	d := caseDoc{
		ID: c.ID, Rule: string(c.Rule), Why: string(c.Why), Severity: c.Severity.String(), Summary: t.title(c), Folder: c.Folder, User: c.Who.User, Program: c.Who.Program,
		Opened: stamp(c.Opened), Last: stamp(c.Last), Closed: stamp(c.Closed), Counts: c.Counts, Limit: c.Limit, Usual: c.Usual, Known: c.Stake.Known, People: c.Stake.People,
		Encrypted: c.Stake.Sealed, Kinds: []string{}, Acked: stamp(c.Acked), By: c.By, Note: c.Note,
	}
	for _, k := range c.Stake.Kinds {
		d.Kinds = append(d.Kinds, string(k))
	}
	return d
}

// alertsList lists the alerts that nobody has looked at, or all.
func (sh *shell) alertsList(ctx context.Context, o alertsOptions) error {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // nothing was written
	t := teller{sh.words, set.Shop}
	var list []cases.Case
	older := 0
	from := sh.now().AddDate(-1, 0, 0)
	err = st.Cases(ctx, from, func(c cases.Case) error {
		if !o.all && !c.Acked.IsZero() {
			older++
			return nil
		}
		list = append(list, c)
		return nil
	})
	if err != nil {
		return err
	}
	if o.json {
		doc := alertsDoc{Schema: "custode.alerts/1", Alerts: []caseDoc{}}
		for _, c := range list {
			doc.Alerts = append(doc.Alerts, t.document(c))
		}
		return sh.json(doc)
	}
	p := sh.page(sh.out, sh.outTerm)
	if len(list) == 0 {
		p.wrap("", p.green(sh.words.T("alerts.none")))
	}
	for _, c := range list {
		head := padLeft("#"+strconv.FormatInt(c.ID, 10), 4) + "  "
		p.hanging(head, sh.painted(p, c, t.title(c))+"  "+p.dim(sh.words.DateTime(c.Opened)))
		p.wrap("      ", t.paragraph(c))
	}
	if older > 0 {
		p.wrap("", p.dim(sh.words.N("alerts.seen", int64(older))))
	}
	if len(list) > 0 {
		p.gap()
		p.wrap("", sh.words.T("alerts.how", sh.command("custode", "alerts", "show", strconv.FormatInt(list[0].ID, 10)), sh.command("custode", "alerts", "ack", strconv.FormatInt(list[0].ID, 10))))
	}
	return p.fail
}

// painted is a title in the colour of its severity.
func (sh *shell) painted(p *page, c cases.Case, title string) string {
	switch c.Severity {
	case rules.Critical:
		return p.red(title)
	case rules.High:
		return p.amber(title)
	case rules.Note:
	}
	return p.bold(title)
}

// casePage tells one alert to people.
func (sh *shell) casePage(p *page, t teller, c cases.Case, what string) {
	head := sh.painted(p, c, t.turned(c, what))
	if c.ID != 0 { // else it could not be written down yet
		head += " (#" + strconv.FormatInt(c.ID, 10) + ")"
	}
	p.wrap("", head)
	p.wrap("", t.paragraph(c))
	if what == rules.Over {
		return
	}
	if c.ID != 0 {
		p.wrap("", t.ifWell(c))
	} else {
		p.wrap("", sh.words.T("alert.foot.unsaved"))
	}
	p.wrap("", t.ifNot(c))
	for i, s := range t.steps(c) {
		p.hanging("  "+strconv.Itoa(i+1)+". ", s)
	}
}

// sort names a kind of data in the plural, without a number.
func (sh *shell) sort(k detect.Kind) string {
	return strings.TrimLeft(sh.words.N("kind."+string(k), 2), "0123456789 ")
}

// findCase reads one alert.
func (sh *shell) findCase(ctx context.Context, st state, id int64) (cases.Case, error) {
	c, there, err := st.Case(ctx, id)
	if err == nil && !there {
		err = fault.New(fault.NoInput, "fault.alerts.unknown", strconv.FormatInt(id, 10))
	}
	return c, err
}

// alertsShow shows one alert with its files.
func (sh *shell) alertsShow(ctx context.Context, id int64, asJSON bool) error {
	set, st, err := sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // nothing was written
	c, err := sh.findCase(ctx, st, id)
	if err != nil {
		return err
	}
	then, each, err := job.AlertThen(ctx, st, c)
	if err != nil {
		return err
	}
	t := teller{sh.words, set.Shop}
	if asJSON {
		d := t.document(c)
		d.Paths, d.Then = c.Paths, thenOf(c, then, each)
		return sh.json(alertDoc{"custode.alert-shown/1", d})
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	what := ""
	if !c.Closed.IsZero() && c.Rule != cases.Reported {
		what = rules.Over
	}
	sh.casePage(p, t, c, what)
	p.gap()
	rows := sh.caseRows(c)
	if !c.Acked.IsZero() {
		rows = append(rows, [2]string{w.T("alerts.acked"), w.DateTime(c.Acked) + " " + printable(c.By) + " " + sh.noteSaid(c.Note)})
	}
	p.definitions(rows)
	sh.filesThen(p, c, then, each)
	return p.fail
}

// caseRows are what is known of an alert: each with its name.
func (sh *shell) caseRows(c cases.Case) [][2]string {
	w := sh.words
	rows := [][2]string{{w.T("alerts.rule"), sh.words.T("alerts.rule." + string(c.Rule))}, {w.T("alerts.from"), w.DateTime(c.Opened)}, {w.T("alerts.to"), w.DateTime(c.Last)}}
	if c.Who.Program != "" {
		rows = append(rows, [2]string{w.T("alerts.program"), printable(c.Who.Program)})
	}
	if c.Folder != "" && c.Rule != rules.Blind {
		rows = append(rows, [2]string{w.T("alerts.folder"), printable(c.Folder)})
	}
	if len(c.Stake.Kinds) > 0 {
		names := make([]string, 0, len(c.Stake.Kinds))
		for _, k := range c.Stake.Kinds {
			names = append(names, sh.sort(k))
		}
		slices.Sort(names)
		rows = append(rows, [2]string{w.T("alerts.kinds"), strings.Join(names, ", ")})
	}
	return rows
}

// alertsAck notes that somebody has looked at alerts.
func (sh *shell) alertsAck(c *cli.Context, o alertsOptions) error {
	ctx := c.Context
	if _, err := sh.settings(); err != nil {
		return err
	}
	var ids []int64
	if !o.all {
		id, err := oneNumber(c)
		if err != nil {
			return err
		}
		ids = []int64{id}
	} else if err := none(c); err != nil {
		return err
	}
	st, err := sh.open(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	if o.all {
		err = st.Cases(ctx, sh.now().AddDate(-1, 0, 0), func(c cases.Case) error {
			if c.Acked.IsZero() {
				ids = append(ids, c.ID)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for _, id := range ids {
		if _, err := sh.findCase(ctx, st, id); err != nil {
			return err
		}
		if err := st.AckCase(ctx, id, sh.person(), plain(o.note)); err != nil {
			return err
		}
	}
	if o.json {
		return sh.json(map[string]any{"schema": "custode.alerts-seen/1", "ids": append([]int64{}, ids...)})
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", sh.words.N("alerts.acknowledged", int64(len(ids))))
	return p.fail
}
