package main

import (
	"context"
	"slices"
	"strconv"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/drill"
)

func playDrillCommand(sh *shell) *cli.Command {
	var list, start, inject, score runOptions
	t := sh.words.T
	flags := func(o *runOptions) []cli.Flag {
		return []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.Int64Flag{Name: "run", Usage: t("flag.play.run"), Destination: &o.run},
			&cli.StringFlag{Name: "as", Usage: t("flag.play.as"), Destination: &o.as},
		}
	}
	return &cli.Command{
		Name: "drill", Usage: t("cmd.play.drill"), UsageText: t("cmd.play.drill.use"), Description: t("cmd.play.drill.more"),
		Action: func(c *cli.Context) error { return sh.unknownSub(c) },
		Subcommands: []*cli.Command{
			{
				Name: "list", Usage: t("cmd.play.drill.list"), UsageText: "custode playbook drill list", Flags: flags(&list),
				Action: func(c *cli.Context) error {
					if err := none(c); err != nil {
						return err
					}
					return sh.drillList(c.Context, list)
				},
			},
			{
				Name: "start", Usage: t("cmd.play.drill.start"), UsageText: "custode playbook drill start lost-device", Flags: flags(&start),
				Action: func(c *cli.Context) error {
					if c.Args().Len() > 1 {
						return fault.New(fault.Usage, "fault.usage.extra", printable(c.Args().Get(1)))
					}
					return sh.drillStart(c.Context, start, c.Args().First())
				},
			},
			{
				Name: "answer", Usage: t("cmd.play.drill.answer"), UsageText: t("cmd.play.drill.answer.use"), Flags: flags(&inject),
				Action: func(c *cli.Context) error {
					if c.Args().Len() != 2 {
						return fault.New(fault.Usage, "fault.play.drill.answer")
					}
					return sh.drillAnswer(c.Context, inject, c.Args().Get(0), c.Args().Get(1))
				},
			},
			{
				Name: "score", Usage: t("cmd.play.drill.score"), UsageText: "custode playbook drill score", Flags: flags(&score),
				Action: func(c *cli.Context) error {
					if err := none(c); err != nil {
						return err
					}
					return sh.drillScore(c.Context, score)
				},
			},
		},
	}
}

type scenarioDoc struct {
	ID       string `json:"id"`
	Playbook string `json:"playbook"`
	Title    string `json:"title"`
}

type drillRunDoc struct {
	Run      int64  `json:"run"`
	Scenario string `json:"scenario"`
	Opened   string `json:"opened_at"`
	Closed   string `json:"closed_at"`
	Points   int    `json:"points"`
}

type drillsDoc struct {
	Schema    string        `json:"schema"`
	Scenarios []scenarioDoc `json:"scenarios"`
	Runs      []drillRunDoc `json:"runs"`
}

// exercises opens the exercises: a responder on their own database, and the scenarios.
func (sh *shell) exercises(ctx context.Context, o runOptions) (*responder, []drill.Scenario, error) {
	o.drill = true
	d, err := sh.responder(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	all, err := d.allScenarios()
	if err != nil {
		d.close()
		return nil, nil, err
	}
	return d, all, nil
}

// allScenarios reads the exercises that there are, once.
func (d *responder) allScenarios() (_ []drill.Scenario, err error) {
	if d.scenarios == nil {
		d.scenarios, err = drill.Load(d.book, d.plans)
	}
	return d.scenarios, err
}

// scenario finds the exercise that a run plays.
func (d *responder) scenario(ctx context.Context, id int64) (*drill.Scenario, error) {
	all, err := d.allScenarios()
	if err != nil {
		return nil, err
	}
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		for i := range all {
			if row.ID == id && all[i].ID == row.Scenario {
				return &all[i], nil
			}
		}
	}
	return nil, fault.New(fault.NoInput, "fault.play.unknown", strconv.FormatInt(id, 10))
}

// drillList lists the exercises that there are, and the results so far.
func (sh *shell) drillList(ctx context.Context, o runOptions) error {
	d, all, err := sh.exercises(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return err
	}
	w := sh.words
	doc := drillsDoc{Schema: "custode.drills/1", Scenarios: []scenarioDoc{}, Runs: []drillRunDoc{}}
	p := sh.page(sh.out, sh.outTerm)
	for _, s := range all {
		doc.Scenarios = append(doc.Scenarios, scenarioDoc{s.ID, s.Plan, s.Title.In(w.Lang)})
		if !o.json {
			p.hanging("  ", p.bold(s.Title.In(w.Lang))+"  "+p.dim(s.ID))
		}
	}
	if !o.json && len(rows) > 0 {
		p.gap()
		p.line(p.bold(w.T("play.drill.trend")))
	}
	slices.Reverse(rows)
	for _, row := range rows {
		i := slices.IndexFunc(all, func(s drill.Scenario) bool { return s.ID == row.Scenario })
		if i < 0 {
			continue
		}
		r, err := d.in.Run(ctx, row.ID)
		if err != nil {
			return d.refused(err, row.ID)
		}
		score := all[i].Judge(r, d.plans)
		doc.Runs = append(doc.Runs, drillRunDoc{row.ID, row.Scenario, stamp(row.Opened), stamp(row.Closed), score.Points})
		if !o.json {
			p.hanging(padLeft("#"+strconv.FormatInt(row.ID, 10), 4)+"  ", d.rowWords(row)+", "+d.pointsWords(score))
		}
	}
	if o.json {
		return sh.json(doc)
	}
	p.gap()
	p.wrap("", w.T("play.drill.how", sh.command("custode", "playbook", "drill", "start", "lost-device")))
	return p.fail
}

// drillStart begins an exercise: it tells the story and leads like a real incident.
func (sh *shell) drillStart(ctx context.Context, o runOptions, id string) error {
	d, all, err := sh.exercises(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	n, r, s, err := d.beginDrill(ctx, all, id)
	if err != nil {
		return err
	}
	if o.json {
		return sh.json(startDoc{"custode.started/1", n, s.Plan, stamp(r.Opened), []string{}})
	}
	d.o.run = n
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", p.bold(w.T("play.drill")+": "+s.Title.In(w.Lang)))
	p.gap()
	p.wrap("", s.Story.In(w.Lang))
	p.gap()
	p.wrap("", p.dim(w.T("play.drill.rules")))
	p.gap()
	if sh.inTerm && sh.outTerm {
		if err := d.lead(ctx, n, r); err != nil {
			return err
		}
		return d.debrief(ctx, n, s)
	}
	if p.fail != nil {
		return p.fail
	}
	return d.turn(ctx, n, r)
}

// beginDrill begins an exercise by its name.
func (d *responder) beginDrill(ctx context.Context, all []drill.Scenario, id string) (int64, *playbook.Run, *drill.Scenario, error) {
	i := slices.IndexFunc(all, func(s drill.Scenario) bool { return s.ID == id })
	if i < 0 {
		return 0, nil, nil, fault.New(fault.Usage, "fault.play.drill.which")
	}
	n, r, err := d.in.Begin(ctx, d.who(), all[i].Plan, id, nil)
	return n, r, &all[i], d.refused(err, 0)
}

// injects tells what happens in an exercise meanwhile, and on a terminal asks what one does.
func (d *responder) injects(ctx context.Context, a *asker, id int64, r *playbook.Run) (*playbook.Run, error) {
	s, err := d.scenario(ctx, id)
	if err != nil {
		return r, err
	}
	w := d.sh.words
	p := d.sh.page(d.sh.out, d.sh.outTerm)
	for _, in := range s.Pending(r, d.sh.now()) {
		p.wrap("", p.amber(w.T("play.drill.meanwhile"))+" "+in.Say.In(w.Lang))
		for i, o := range in.Options {
			if a == nil {
				p.hanging("  "+o.ID+": ", o.Label.In(w.Lang))
			} else {
				p.hanging("  "+strconv.Itoa(i+1)+"  ", o.Label.In(w.Lang))
			}
		}
		if a == nil {
			p.wrap("", p.dim(d.sh.command("custode", "playbook", "drill", "answer", in.ID, "…")))
			p.gap()
			continue
		}
		value := ""
		if len(in.Options) > 0 {
			value, err = a.text(w.T("play.drill.do")+" (1-"+strconv.Itoa(len(in.Options))+")", "", func(typed string) (string, string) {
				if d.wantsOut(typed) {
					return leave, ""
				}
				if n, err := strconv.Atoi(typed); err == nil && n >= 1 && n <= len(in.Options) {
					return in.Options[n-1].ID, ""
				}
				return "", w.T("play.wrong.which", w.Int(int64(len(in.Options))))
			})
			if err == nil && value == leave {
				err = errEnough
			}
			if err != nil {
				return r, err
			}
		}
		r, err = d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) {
			if _, pending := s.PendingNow(r, in.ID, d.sh.now()); !pending {
				return nil, nil // somebody else was faster
			}
			return r.Record(d.who(), playbook.Event{Kind: playbook.Inject, Ref: in.ID, Value: value})
		})
		if err != nil {
			return r, err
		}
		p.gap()
	}
	return r, nil
}

// drillAnswer meets an inject without a terminal.
func (sh *shell) drillAnswer(ctx context.Context, o runOptions, inject, option string) error {
	d, _, err := sh.exercises(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	id, err := d.theRun(ctx)
	if err != nil {
		return err
	}
	s, err := d.scenario(ctx, id)
	if err != nil {
		return err
	}
	return d.act(ctx, id, "", func(r *playbook.Run) ([]playbook.Event, error) {
		in, pending := s.PendingNow(r, inject, sh.now())
		if !pending || len(in.Options) == 0 {
			return nil, fault.New(fault.Usage, "fault.play.drill.option", printable(inject+" "+option))
		}
		return d.meets(r, in, option)
	})
}

// meets makes the event of something that happened meanwhile and was met with one of its options, or, where there
// are none, was taken note of.
func (d *responder) meets(r *playbook.Run, in drill.Inject, option string) ([]playbook.Event, error) {
	if !slices.ContainsFunc(in.Options, func(opt drill.Option) bool { return opt.ID == option }) && len(in.Options)+len(option) > 0 {
		return nil, fault.New(fault.Usage, "fault.play.drill.option", printable(in.ID+" "+option))
	}
	return r.Record(d.who(), playbook.Event{Kind: playbook.Inject, Ref: in.ID, Value: option})
}
