package main

import (
	"context"
	"strconv"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/plan"
)

func playListCommand(sh *shell) *cli.Command {
	var o runOptions
	t := sh.words.T
	return &cli.Command{
		Name: "list", Usage: t("cmd.play.list"), UsageText: "custode playbook list",
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "drill", Usage: t("flag.play.drill"), Destination: &o.drill},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.playList(c.Context, o)
		},
	}
}

type planDoc struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	Title   string `json:"title"`
	When    string `json:"when"`
}

type runRowDoc struct {
	Run      int64  `json:"run"`
	Playbook string `json:"playbook"`
	Opened   string `json:"opened_at"`
	Closed   string `json:"closed_at"`
}

type playbooksDoc struct {
	Schema    string      `json:"schema"`
	Playbooks []planDoc   `json:"playbooks"`
	Runs      []runRowDoc `json:"runs"`
}

// playList lists what there are plans for, and the incidents.
func (sh *shell) playList(ctx context.Context, o runOptions) error {
	d, err := sh.responder(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return err
	}
	lang := sh.words.Lang
	if o.json {
		doc := playbooksDoc{Schema: "custode.playbooks/1", Playbooks: []planDoc{}, Runs: []runRowDoc{}}
		for _, p := range d.plans.All() {
			doc.Playbooks = append(doc.Playbooks, planDoc{p.ID, p.Version, p.Title.In(lang), p.When.In(lang)})
		}
		for _, r := range rows {
			doc.Runs = append(doc.Runs, runRowDoc{r.ID, r.Plan, stamp(r.Opened), stamp(r.Closed)})
		}
		return sh.json(doc)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	for _, pl := range d.plans.Incidents() {
		p.line(p.bold(pl.Title.In(lang)) + "  " + p.dim(pl.ID))
		p.wrap("  ", pl.When.In(lang))
	}
	p.gap()
	p.wrap("", w.T("play.list.how", sh.command("custode", "playbook", "start")))
	if len(rows) > 0 {
		p.gap()
	}
	for _, r := range rows {
		p.hanging(padLeft("#"+strconv.FormatInt(r.ID, 10), 4)+"  ", d.rowWords(r))
	}
	return p.fail
}

// rowWords says what a run is about, since when, and whether it is closed.
func (d *responder) rowWords(r playbook.Row) string {
	w := d.sh.words
	name := r.Plan
	if p, ok := d.plans.Get(r.Plan); ok {
		name = p.Title.In(w.Lang)
	}
	name += ", " + w.DateTime(d.zoned(r.Opened))
	if r.Closed.IsZero() {
		return name + ": " + w.T("play.row.open")
	}
	return name + ": " + w.T("play.row.closed", w.DateTime(d.zoned(r.Closed)))
}

func playShowCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "show", Usage: t("cmd.play.show"), UsageText: "custode playbook show lost-device", Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return fault.New(fault.Usage, "fault.play.which")
			}
			return sh.playShow(c.Args().First(), asJSON)
		},
	}
}

type planStepDoc struct {
	ID      string   `json:"id"`
	Type    string   `json:"type"`
	Phase   string   `json:"phase"`
	Role    string   `json:"role"`
	Say     string   `json:"say"`
	How     string   `json:"how"`
	DoNot   string   `json:"do_not"`
	Asks    []string `json:"asks"`
	Sources []string `json:"sources"`
}

type planShownDoc struct {
	Schema string `json:"schema"`
	planDoc
	Digest string        `json:"sha256"`
	Steps  []planStepDoc `json:"steps"`
}

// playShow shows a plan with all its steps, for reading it before it is needed.
func (sh *shell) playShow(id string, asJSON bool) error {
	if _, err := sh.settings(); err != nil && !isFault(err, "fault.home.fresh") {
		return err
	}
	l, err := sh.loadPlans()
	if err != nil {
		return err
	}
	pl, ok := l.plans.Get(id)
	if !ok {
		return fault.New(fault.NoInput, "fault.play.no-plan", printable(id))
	}
	lang := sh.words.Lang
	if asJSON {
		doc := planShownDoc{Schema: "custode.playbook/1", planDoc: planDoc{pl.ID, pl.Version, pl.Title.In(lang), pl.When.In(lang)}, Digest: pl.Digest, Steps: []planStepDoc{}}
		for i := range pl.Steps {
			s := &pl.Steps[i]
			doc.Steps = append(doc.Steps, planStepDoc{
				s.ID, string(s.Type), string(s.Phase), string(s.Role), sentence(l.book, s, lang), s.How.In(lang), s.DoNot.In(lang),
				append([]string{}, s.Asks...), append([]string{}, s.Sources...),
			})
		}
		return sh.json(doc)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", p.bold(pl.Title.In(lang)))
	p.wrap("", pl.When.In(lang))
	n := 0
	for _, s := range sh.planSteps(l, pl) {
		p.gap()
		if s.called != nil {
			p.wrap("    ", w.T("play.show.call", s.called.Title.In(lang), s.called.ID))
			continue
		}
		n++
		p.hanging(padLeft(strconv.Itoa(n), 2)+". ", p.bold(s.Say)+"  "+p.dim(s.Tag))
		sh.stepBody(p, s.stepWords, "    ")
	}
	p.gap()
	p.wrap("", p.dim(w.T("play.legal")))
	return p.fail
}

// planStep is a step of a plan as it is read before it is needed: in words, or another plan that goes on there.
type planStep struct {
	stepWords

	called *plan.Plan
}

// planSteps lists the steps of a plan that people do.
func (sh *shell) planSteps(l library, pl *plan.Plan) (list []planStep) {
	w := sh.words
	for i := range pl.Steps {
		s := &pl.Steps[i]
		if s.Say.Empty() && len(s.On) == 0 {
			if s.Type == plan.Call {
				if called, ok := l.plans.Get(s.Plan); ok {
					list = append(list, planStep{called: called})
				}
			}
			continue
		}
		v := sh.howWords(s)
		v.Say, v.Tag = sentence(l.book, s, w.Lang), w.T("play.phase."+string(s.Phase))+" · "+w.T("play.role."+string(s.Role))
		list = append(list, planStep{stepWords: v})
	}
	return list
}
