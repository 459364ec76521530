package main

import (
	"context"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/fact"
)

type doOptions struct {
	runOptions
	note    string
	reason  string
	alarm   bool
	step    string
	unknown bool
}

// acted is the document of what changes a run.
type actedDoc struct {
	Schema string   `json:"schema"`
	Run    int64    `json:"run"`
	Step   string   `json:"step"`
	Events []int64  `json:"events"`
	Open   []string `json:"open"`
}

func playDoneCommand(sh *shell) *cli.Command {
	var o doOptions
	t := sh.words.T
	return &cli.Command{
		Name: "done", Usage: t("cmd.play.done"), UsageText: t("cmd.play.done.use"), Description: t("cmd.play.done.more"),
		Flags: sh.runFlags(&o.runOptions,
			&cli.StringFlag{Name: "note", Usage: t("flag.play.note"), Destination: &o.note},
			&cli.BoolFlag{Name: "unknown", Usage: t("flag.play.unknown"), Destination: &o.unknown},
		),
		Action: func(c *cli.Context) error {
			step, args := c.Args().First(), c.Args().Tail()
			if step != "" && strings.Contains(step, "=") {
				step, args = "", c.Args().Slice()
			}
			return sh.playDone(c.Context, o, step, args)
		},
	}
}

// playDone says that a step is done, with the facts that it asks for.
func (sh *shell) playDone(ctx context.Context, o doOptions, step string, args []string) error {
	return sh.act(ctx, o.runOptions, step, func(d *responder, r *playbook.Run, step string) ([]playbook.Event, error) {
		given, err := d.pairs(args)
		if err != nil {
			return nil, err
		}
		if s, ok := r.Find(step); ok && o.unknown {
			for _, key := range s.Asks {
				if _, said := given[key]; !said && r.Facts[key].Text == "" {
					given[key] = fact.Unknown
				}
			}
		}
		return r.Done(d.who(), step, given, o.note)
	})
}

func playSkipCommand(sh *shell) *cli.Command {
	var o doOptions
	t := sh.words.T
	return &cli.Command{
		Name: "skip", Usage: t("cmd.play.skip"), UsageText: t("cmd.play.skip.use"),
		Flags: sh.runFlags(&o.runOptions, &cli.StringFlag{Name: "because", Usage: t("flag.play.because"), Destination: &o.reason}),
		Action: func(c *cli.Context) error {
			step, err := oneStep(c)
			if err != nil {
				return err
			}
			return sh.act(c.Context, o.runOptions, step, func(d *responder, r *playbook.Run, step string) ([]playbook.Event, error) {
				return r.Skip(d.who(), step, o.reason)
			})
		},
	}
}

func oneStep(c *cli.Context) (string, error) {
	if c.Args().Len() > 1 {
		return "", fault.New(fault.Usage, "fault.usage.extra", printable(c.Args().Get(1)))
	}
	return c.Args().First(), nil
}

func playAssignCommand(sh *shell) *cli.Command {
	var o doOptions
	t := sh.words.T
	return &cli.Command{
		Name: "assign", Usage: t("cmd.play.assign"), UsageText: t("cmd.play.assign.use"),
		Flags: sh.runFlags(&o.runOptions),
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 2 {
				return fault.New(fault.Usage, "fault.play.assign")
			}
			return sh.act(c.Context, o.runOptions, c.Args().First(), func(d *responder, r *playbook.Run, step string) ([]playbook.Event, error) {
				return r.Assign(d.who(), step, plain(c.Args().Get(1)))
			})
		},
	}
}

func playNoteCommand(sh *shell) *cli.Command {
	var o doOptions
	t := sh.words.T
	return &cli.Command{
		Name: "note", Usage: t("cmd.play.note"), UsageText: t("cmd.play.note.use"),
		Flags: sh.runFlags(&o.runOptions, &cli.StringFlag{Name: "step", Usage: t("flag.play.step"), Destination: &o.step}),
		Action: func(c *cli.Context) error {
			if c.Args().Len() != 1 {
				return fault.New(fault.Usage, "fault.play.note")
			}
			return sh.actOn(c.Context, o.runOptions, o.step, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
				return r.Note(d.who(), o.step, c.Args().First())
			})
		},
	}
}

// act changes a run at a step: the one that is named, or the only one that is open.
func (sh *shell) act(ctx context.Context, o runOptions, step string, fn func(d *responder, r *playbook.Run, step string) ([]playbook.Event, error)) error {
	named := step
	return sh.actOn(ctx, o, step, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		at := named
		if at == "" {
			open := r.Path().Open
			if len(open) != 1 {
				return nil, fault.New(fault.Usage, "fault.play.which-step", d.ids(open))
			}
			at = open[0].ID
		}
		return fn(d, r, at)
	})
}

func (d *responder) ids(open []playbook.Node) string {
	ids := make([]string, len(open))
	for i, n := range open {
		ids[i] = n.ID
	}
	return strings.Join(ids, ", ")
}

// actOn changes the run that is meant, and says what is to be done then.
func (sh *shell) actOn(ctx context.Context, o runOptions, step string, fn func(d *responder, r *playbook.Run) ([]playbook.Event, error)) error {
	d, err := sh.responder(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	id, err := d.theRun(ctx)
	if err != nil {
		return err
	}
	return d.act(ctx, id, step, func(r *playbook.Run) ([]playbook.Event, error) { return fn(d, r) })
}

// act changes a run, and says what is to be done then. step is as it was named.
func (d *responder) act(ctx context.Context, id int64, step string, fn func(r *playbook.Run) ([]playbook.Event, error)) error {
	sh := d.sh
	var wrote []int64
	r, err := d.change(ctx, id, func(r *playbook.Run) ([]playbook.Event, error) {
		events, err := fn(r)
		wrote = nil
		for _, e := range events {
			wrote = append(wrote, e.Seq)
		}
		return events, err
	})
	if err != nil {
		return err
	}
	open := r.Turn()
	if d.o.json {
		doc := actedDoc{Schema: "custode.acted/1", Run: id, Step: step, Events: append([]int64{}, wrote...), Open: []string{}}
		for _, n := range open {
			doc.Open = append(doc.Open, n.ID)
		}
		return sh.json(doc)
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", p.green(sh.words.T("play.written", strconv.FormatInt(id, 10))))
	if len(open) == 0 {
		d.ended(p, r)
		return p.fail
	}
	p.hanging(sh.words.T("play.then")+" ", d.sentence(open[0].Step))
	p.wrap("", p.dim(sh.command(d.base("next")...)))
	return p.fail
}
