package main

import (
	"context"
	"maps"
	"slices"

	"github.com/urfave/cli/v2"

	"custode/playbook/privacy/choice"
)

func choiceStatusCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "status", Usage: t("cmd.choice.status"), Description: t("cmd.choice.status.more"),
		Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.choiceStatus(c.Context, asJSON)
		},
	}
}

type rollDoc struct {
	Purpose string         `json:"purpose"`
	Channel string         `json:"channel"`
	Counts  map[string]int `json:"counts"` // how many stand how
}

type choicesStatusDoc struct {
	Schema  string    `json:"schema"`
	Events  int64     `json:"events"`
	Waiting int64     `json:"waiting"` // entered while the key was locked
	Last    string    `json:"last"`    // when the last one was entered, "" never
	Rolls   []rollDoc `json:"rolls"`
}

// choiceStatus counts how many said what. It needs no key: nobody is named.
func (sh *shell) choiceStatus(ctx context.Context, asJSON bool) error {
	d, err := sh.chooser(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	doc, err := d.status(ctx)
	if err != nil {
		return err
	}
	if asJSON {
		return sh.json(doc)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if doc.Events == 0 && doc.Waiting == 0 {
		p.wrap("", w.T("choice.status.none"))
		return p.fail
	}
	for _, r := range doc.Rolls {
		p.hanging("  ", p.bold(d.about(choice.Question{Purpose: choice.Purpose(r.Purpose), Channel: choice.Channel(r.Channel)})))
		for _, reason := range slices.Sorted(maps.Keys(r.Counts)) {
			p.hanging("    ", w.Int(int64(r.Counts[reason]))+" "+w.T("choice.reason."+reason))
		}
	}
	if doc.Waiting > 0 {
		p.wrap("", w.N("choice.waiting", doc.Waiting))
	}
	return p.fail
}

// status counts how many said what.
func (d *chooser) status(ctx context.Context) (doc choicesStatusDoc, err error) {
	doc = choicesStatusDoc{Schema: "custode.choices-status/1", Rolls: []rollDoc{}}
	events, last, err := d.Store.CountChoices(ctx)
	if err != nil {
		return doc, err
	}
	doc.Events, doc.Last = events, stamp(last)
	if doc.Waiting, err = d.Store.CountPending(ctx); err != nil {
		return doc, err
	}
	asked, err := d.Store.Asked(ctx)
	if err != nil {
		return doc, err
	}
	for _, q := range asked {
		if q.Purpose == choice.AllPurposes || q.Channel == choice.AllChannels {
			continue
		}
		roll, err := d.Roll(ctx, q.Purpose, q.Channel)
		if err != nil {
			return doc, err
		}
		one := rollDoc{string(q.Purpose), string(q.Channel), map[string]int{}}
		for reason, n := range roll.Count() {
			one.Counts[string(reason)] = n
		}
		doc.Rolls = append(doc.Rolls, one)
	}
	return doc, nil
}
