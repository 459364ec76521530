package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/ring"
	"custode/internal/fault"
	"custode/playbook/privacy/request"
)

type requestNewOptions struct {
	json                 bool
	right, received, how string
	name, contact        string
}

func requestNewCommand(sh *shell) *cli.Command {
	var o requestNewOptions
	t := sh.words.T
	return &cli.Command{
		Name: "new", Usage: t("cmd.request.new"), UsageText: "custode privacy requests new", Description: t("cmd.request.new.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.StringFlag{Name: "right", Usage: t("flag.request.right", choicesOf(request.Rights())), Destination: &o.right},
			&cli.StringFlag{Name: "received", Usage: t("flag.request.received"), Destination: &o.received},
			&cli.StringFlag{Name: "how", Usage: t("flag.request.how", choicesOf(request.Ways())), Destination: &o.how},
			&cli.StringFlag{Name: "name", Usage: t("flag.request.name"), Destination: &o.name},
			&cli.StringFlag{Name: "contact", Usage: t("flag.request.contact"), Destination: &o.contact},
		},
		Action: func(c *cli.Context) error {
			if err := none(c); err != nil {
				return err
			}
			return sh.requestNew(c.Context, o)
		},
	}
}

// requestNew writes a request down. Who asks is sealed as it is typed: without keys nothing is
// asked.
func (sh *shell) requestNew(ctx context.Context, o requestNewOptions) error {
	d, err := sh.requester(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	keys, err := sh.ring()
	if err != nil {
		return err
	}
	r, who, err := d.asked(ctx, o)
	if err != nil {
		return err
	}
	id, err := d.add(ctx, r, who, keys)
	if err != nil {
		return err
	}
	due, err := d.one(ctx, id)
	if err != nil {
		return err
	}
	if o.json {
		return d.requestDocument(due, request.Who{}, whoLocked)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", p.green(w.T("request.written", w.Int(id), w.T("request.right."+string(r.Right)))))
	p.gap()
	d.deadline(p, due)
	p.gap()
	d.steps(p, due)
	return p.fail
}

// add seals who asks, and writes a request down.
func (d *requester) add(ctx context.Context, r request.Record, who request.Who, keys *ring.Ring) (id int64, err error) {
	if r.Who, err = job.SealWho(ctx, who, keys.Recipients()); err != nil {
		return 0, err
	}
	return d.st.AddRequest(ctx, r)
}

// mostWho is how many letters the name of who asks may have, and how to reach them.
const mostWho = 200

// asked gives a request from the flags, and on a terminal from what is asked for the rest.
func (d *requester) asked(ctx context.Context, o requestNewOptions) (r request.Record, who request.Who, err error) {
	sh, t := d.sh, d.sh.words.T
	a := sh.asker(ctx)
	if o.right == "" && !sh.inTerm || o.how == "" && !sh.inTerm || plain(o.name) == "" && !sh.inTerm {
		return r, who, fault.New(fault.Usage, "fault.request.flags")
	}
	r.Right = request.Right(o.right)
	if o.right == "" {
		r.Right, err = pick(a, t("request.ask.right"), "request.right.", ".ask", request.Rights())
	} else {
		r.Right, err = among(request.Rights(), o.right, "fault.request.right")
	}
	if err != nil {
		return r, who, err
	}
	if r.Received, err = d.receivedDay(a, o); err != nil {
		return r, who, err
	}
	if o.how == "" {
		r.How, err = pick(a, t("request.ask.how"), "request.how.", "", request.Ways())
	} else {
		r.How, err = among(request.Ways(), o.how, "fault.request.how")
	}
	if err != nil {
		return r, who, err
	}
	who = request.Who{Name: plain(o.name), Contact: plain(o.contact)}
	if who.Name == "" {
		p := sh.page(sh.err, sh.errTerm)
		p.wrap("", p.dim(t("request.ask.sealed")))
		if who.Name, err = a.text(t("request.ask.name"), "", needed(t("request.ask.name.wrong"))); err == nil && who.Contact == "" {
			who.Contact, err = a.text(t("request.ask.contact"), "", func(s string) (string, string) { return plain(s), "" })
		}
	}
	if utf8.RuneCountInString(who.Name) > mostWho || utf8.RuneCountInString(who.Contact) > mostWho {
		return r, who, fault.New(fault.Usage, "fault.request.long", sh.words.Int(mostWho))
	}
	return r, who, err
}

// needed takes any text but none.
func needed(wrong string) func(string) (string, string) {
	return func(s string) (string, string) {
		if s = plain(s); s == "" {
			return "", wrong
		}
		return s, ""
	}
}

// lawApplies is the first day of the GDPR: no request under it is older.
const lawApplies = "2018-05-25"

// received is dayOf for the day on which a request came. A year that was mistyped is no year of a request.
func (d *requester) received(text string) (string, error) {
	day, err := d.dayOf(text)
	if err == nil && day < lawApplies {
		return d.day(day), fault.New(fault.Usage, "fault.request.old", d.day(day))
	}
	return day, err
}

// receivedDay gives the day on which the request came: by flag, asked for, or today.
func (d *requester) receivedDay(a *asker, o requestNewOptions) (string, error) {
	if o.received != "" || !d.sh.inTerm || o.right != "" && o.how != "" && o.name != "" {
		return d.received(o.received)
	}
	t := d.sh.words.T
	return a.text(t("request.ask.received"), t("request.today"), func(s string) (string, string) {
		day, err := d.received(s)
		switch {
		case isFault(err, "fault.request.future"):
			return "", t("fault.request.future", printable(s))
		case isFault(err, "fault.request.old"):
			return "", t("fault.request.old", day)
		}
		if err != nil {
			return "", t("request.ask.received.wrong")
		}
		return day, ""
	})
}

// pick asks for one of a list by its number; the sentence of each stands under a key.
func pick[T ~string](a *asker, question, before, after string, list []T) (T, error) {
	p, t := a.sh.page(a.sh.err, a.sh.errTerm), a.sh.words.T
	p.wrap("", p.bold(question))
	for i, one := range list {
		p.hanging("  "+strconv.Itoa(i+1)+"  ", t(before+string(one)+after))
	}
	s, err := a.text(t("request.ask.number"), "", func(s string) (string, string) {
		if n, err := strconv.Atoi(strings.TrimSuffix(s, ".")); err == nil && n >= 1 && n <= len(list) {
			return string(list[n-1]), ""
		}
		if slices.Contains(list, T(s)) {
			return s, ""
		}
		return "", t("request.ask.number.wrong", strconv.Itoa(len(list)))
	})
	return T(s), err
}
