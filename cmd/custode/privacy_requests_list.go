package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"strconv"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
)

type requestListOptions struct {
	json, all bool
	csv       string
}

func requestListCommand(sh *shell) *cli.Command {
	var o requestListOptions
	t := sh.words.T
	return &cli.Command{
		Name: "list", Usage: t("cmd.request.list"), UsageText: "custode privacy requests list [--all] [--csv FILE]", Description: t("cmd.request.list.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.BoolFlag{Name: "all", Usage: t("flag.request.all"), Destination: &o.all},
			&cli.StringFlag{Name: "csv", Usage: t("flag.request.csv"), Destination: &o.csv},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.requestList(c.Context, o)
		},
	}
}

type requestsDoc struct {
	Schema   string          `json:"schema"`
	Open     int             `json:"open"`
	Late     int             `json:"late"`
	Requests []requestRowDoc `json:"requests"`
}

// requestList lists requests, without who made them: it works while the keys are locked.
func (sh *shell) requestList(ctx context.Context, o requestListOptions) error {
	d, err := sh.requester(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	all, err := job.AllRequests(ctx, d.st, d.set.Country, sh.now())
	if err != nil {
		return err
	}
	doc := requestsDoc{Schema: "custode.requests/1", Requests: rowDocsOf(all)}
	for _, r := range all {
		if _, _, ended := r.End(); !ended {
			doc.Open++
		}
		if r.Late {
			doc.Late++
		}
	}
	if o.csv != "" {
		raw, err := requestCSV(doc.Requests)
		if err != nil {
			return err
		}
		if err := newFile(o.csv, raw); err != nil {
			return err
		}
	}
	if o.json {
		return sh.json(doc)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	if o.csv != "" {
		p.wrap("", p.green(w.N("request.csv", int64(len(all)), printable(o.csv))))
		return p.fail
	}
	d.rows(p, all, o.all, doc.Open)
	return p.fail
}

// rows shows the requests, a line or two each.
func (d *requester) rows(p *page, all []job.RequestDue, ended bool, open int) {
	w := d.sh.words
	if open == 0 {
		p.wrap("", p.green(w.T("request.none-open")))
	}
	for i, r := range all {
		if i >= open && !ended {
			break
		}
		head := padLeft(w.Int(r.ID), 3) + "  "
		what := p.bold(w.T("request.right." + string(r.Right)))
		if day, how, closed := r.End(); closed {
			p.hanging(head, what+" · "+w.T("request.state."+string(how))+" · "+d.day(day)+", "+w.N("request.days", int64(r.Days())))
			continue
		}
		left := d.left(r)
		if r.Late {
			left = p.red(left)
		}
		text := what + " · " + left + " · " + w.Date(r.Deadline.Due) + " · " + w.T("request.state."+r.State())
		if r.Deadline.Extended {
			text += " · " + w.T("request.longer")
		}
		if r.AtOnce {
			text += " · " + p.bold(w.T("request.at-once"))
		}
		p.hanging(head, text)
	}
	if closed := len(all) - open; closed > 0 && !ended {
		p.wrap("", p.dim(w.N("request.closed", int64(closed), d.sh.command("custode", "privacy", "requests", "list", "--all"))))
	}
	if open > 0 {
		p.wrap("", p.dim(w.T("request.more", d.command("show", all[0].ID))))
	} else if len(all) == 0 {
		p.wrap("", w.T("request.first", d.sh.command("custode", "privacy", "requests", "new")))
	}
}

// requestCSV writes the record of handling: nobody is named in it.
func requestCSV(rows []requestRowDoc) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	lines := [][]string{{"number", "right", "received", "how", "due", "extended", "state", "closed", "outcome", "days_taken", "in_time"}}
	for _, r := range rows {
		days, inTime := "", ""
		if r.Closed != "" {
			days, inTime = strconv.Itoa(r.Days), strconv.FormatBool(r.InTime)
		}
		lines = append(lines, []string{
			strconv.FormatInt(r.Number, 10), r.Right, r.Received, r.How, r.Due, strconv.FormatBool(r.Extended), r.State, r.Closed, r.Outcome, days, inTime,
		})
	}
	err := w.WriteAll(lines)
	return b.Bytes(), err
}
