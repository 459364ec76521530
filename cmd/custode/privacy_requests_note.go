package main

import (
	"context"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/playbook/privacy/request"
)

// identityWords are what is typed about who asks, and what is written down for it.
var identityWords = map[string]request.What{"known": request.IdentityKnown, "asked": request.IdentityAsked, "answered": request.IdentityAnswered}

func requestIdentityCommand(sh *shell) *cli.Command {
	var asJSON bool
	t := sh.words.T
	return &cli.Command{
		Name: "identity", Usage: t("cmd.request.identity"), UsageText: t("cmd.request.identity.use"), Description: t("cmd.request.identity.more"),
		Flags: []cli.Flag{sh.jsonFlag(&asJSON)},
		Action: func(c *cli.Context) error {
			id, rest, err := requestNumber(c, 6)
			if err != nil {
				return err
			}
			if len(rest) == 0 {
				return fault.New(fault.Usage, "fault.request.identity")
			}
			what, ok := identityWords[strings.ToLower(rest[0])]
			if !ok {
				return fault.New(fault.Usage, "fault.request.identity")
			}
			return sh.requestNote(c.Context, id, asJSON, func(d *requester, r job.RequestDue) (request.Event, error) {
				day, err := d.since(r, strings.Join(rest[1:], " "))
				return request.Event{Day: day, What: what}, err
			})
		},
	}
}

func requestExtendCommand(sh *shell) *cli.Command {
	var asJSON bool
	var told, reasons string
	t := sh.words.T
	return &cli.Command{
		Name: "extend", Usage: t("cmd.request.extend"), UsageText: t("cmd.request.extend.use"), Description: t("cmd.request.extend.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&asJSON),
			&cli.StringFlag{Name: "told", Usage: t("flag.request.told"), Destination: &told},
			&cli.StringFlag{Name: "reasons", Usage: t("flag.request.reasons", choicesOf(request.Causes())), Destination: &reasons},
		},
		Action: func(c *cli.Context) error {
			id, _, err := requestNumber(c, 0)
			if err != nil {
				return err
			}
			cause, err := among(request.Causes(), reasons, "fault.request.reasons")
			if err != nil {
				return err
			}
			return sh.requestNote(c.Context, id, asJSON, func(d *requester, r job.RequestDue) (request.Event, error) {
				day, err := d.since(r, told)
				return request.Event{Day: day, What: request.Told, Detail: string(cause)}, err
			})
		},
	}
}

func requestCloseCommand(sh *shell) *cli.Command {
	var asJSON, reopen bool
	var how, on string
	t := sh.words.T
	return &cli.Command{
		Name: "close", Usage: t("cmd.request.close"), UsageText: t("cmd.request.close.use"), Description: t("cmd.request.close.more"),
		Flags: []cli.Flag{
			sh.jsonFlag(&asJSON),
			&cli.StringFlag{Name: "how", Usage: t("flag.request.outcome", choicesOf(request.Outcomes())), Destination: &how},
			&cli.StringFlag{Name: "on", Usage: t("flag.request.on"), Destination: &on},
			&cli.BoolFlag{Name: "reopen", Usage: t("flag.request.reopen"), Destination: &reopen},
		},
		Action: func(c *cli.Context) error {
			id, _, err := requestNumber(c, 0)
			if err != nil {
				return err
			}
			e := request.Event{What: request.Reopened}
			if !reopen {
				outcome, err := among(request.Outcomes(), how, "fault.request.outcome")
				if err != nil {
					return err
				}
				e = request.Event{What: request.Closed, Detail: string(outcome)}
			}
			return sh.requestNote(c.Context, id, asJSON, func(d *requester, r job.RequestDue) (request.Event, error) {
				var err error
				e.Day, err = d.since(r, on)
				return e, err
			})
		},
	}
}

// requestNote writes down what happened to a request, and says how it stands now.
func (sh *shell) requestNote(ctx context.Context, id int64, asJSON bool, event func(*requester, job.RequestDue) (request.Event, error)) error {
	return sh.onRequest(ctx, id, func(d *requester, r job.RequestDue) error {
		e, err := event(d, r)
		if err != nil {
			return err
		}
		return d.noted(ctx, r, e, asJSON)
	})
}

// noted keeps an event of a request, and says how it stands after it.
func (d *requester) noted(ctx context.Context, r job.RequestDue, e request.Event, asJSON bool) error {
	sh, id := d.sh, r.ID
	r, err := d.note(ctx, id, e)
	if err != nil {
		return err
	}
	if asJSON {
		_, state, _ := d.who(ctx, r, nil)
		return d.requestDocument(r, request.Who{}, state)
	}
	p, w := sh.page(sh.out, sh.outTerm), sh.words
	p.wrap("", p.green(w.T("request.noted", w.Int(id), d.event(e), d.day(e.Day))))
	if slices.ContainsFunc(r.Deadline.Why, func(why request.Reason) bool {
		return why.Code == request.ExtensionLate || why.Code == request.IdentityLate
	}) {
		p.wrap("", p.amber(w.T("request.no-effect")))
	}
	d.deadline(p, r)
	switch e.What {
	case request.IdentityAsked:
		p.wrap("", p.dim(r.Deadline.Period.IdentityNote.In(w.Lang)))
	case request.Closed:
		p.wrap("", p.dim(w.N("request.forgets", request.WhoMonths)))
	case request.IdentityKnown, request.IdentityAnswered:
		p.wrap("", w.T("request.then", d.command("search", id)))
	case request.Told, request.Searched, request.Written, request.Sent, request.Reopened:
	}
	return p.fail
}
