package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/playbook/privacy/request"
	"custode/playbook/privacy/request/answer"
	"custode/scan/seek"
)

type requestLetterOptions struct {
	json, sent, confirmed, nothing bool
	search                         bool
	typed                          []seek.Term
	out, size                      string
	because, source, doubt, cause  string
	grounds                        []string
	keys                           keyFlags
	kind                           answer.Kind
}

func requestLetterCommand(sh *shell) *cli.Command {
	var o requestLetterOptions
	t := sh.words.T
	return &cli.Command{
		Name: "letter", Usage: t("cmd.request.letter"), UsageText: t("cmd.request.letter.use"), Description: t("cmd.request.letter.more"),
		Flags: slices.Concat([]cli.Flag{
			sh.jsonFlag(&o.json),
			&cli.StringFlag{Name: "out", Usage: t("flag.play.out"), Destination: &o.out},
			&cli.StringFlag{Name: "paper", Usage: t("flag.play.paper"), Destination: &o.size},
			&cli.StringFlag{Name: "because", Usage: t("flag.request.because"), Destination: &o.because},
			&cli.StringFlag{Name: "doubt", Usage: t("flag.request.doubt", choicesOf(answer.Doubts())), Destination: &o.doubt},
			&cli.StringFlag{Name: "reasons", Usage: t("flag.request.reasons", choicesOf(request.Causes())), Destination: &o.cause},
			&cli.StringSliceFlag{Name: "ground", Usage: t("flag.request.ground")},
			&cli.StringFlag{Name: "source", Usage: t("flag.request.source"), Destination: &o.source},
			&cli.BoolFlag{Name: "nothing", Usage: t("flag.request.nothing"), Destination: &o.nothing},
			&cli.BoolFlag{Name: "confirmed", Usage: t("flag.request.confirmed"), Destination: &o.confirmed},
			&cli.BoolFlag{Name: "sent", Usage: t("flag.request.sent"), Destination: &o.sent},
			&cli.BoolFlag{Name: "search", Usage: t("flag.request.search"), Destination: &o.search},
		}, sh.termFlags(), o.keys.flags(sh)),
		Action: func(c *cli.Context) error {
			id, rest, err := requestNumber(c, 1)
			if err != nil {
				return err
			}
			o.kind = answer.Answer
			if len(rest) == 1 {
				if o.kind, err = among(answer.Kinds(), rest[0], "fault.request.letter"); err != nil {
					return err
				}
			}
			o.grounds, o.typed = c.StringSlice("ground"), typedTerms(c)
			return sh.onRequest(c.Context, id, func(d *requester, r job.RequestDue) error { return d.letter(c.Context, o, r) })
		},
	}
}

type requestLetterDoc struct {
	Schema string   `json:"schema"`
	Number int64    `json:"number"`
	Kind   string   `json:"kind"`
	Path   string   `json:"path"`
	Gaps   []string `json:"gaps"`
	Text   string   `json:"text"` // "" where it was written to a file
}

// letter writes a letter to who asks, or notes that it was sent.
func (d *requester) letter(ctx context.Context, o requestLetterOptions, r job.RequestDue) error {
	if o.sent {
		return d.letterSent(ctx, o, r)
	}
	ids, wipe, err := d.holder(ctx, o.keys, len(r.Who) > 0)
	if err != nil {
		return err
	}
	defer wipe()
	who, state, err := d.who(ctx, r, ids)
	if err != nil {
		return err
	}
	in, err := d.letterInput(ctx, o, r, who)
	if err != nil {
		return err
	}
	if o.search {
		found, err := d.seek(ctx, r, o.typed, ids, nil)
		if err != nil {
			return err
		}
		in.Searched, in.Found = true, d.places(in.Map, found)
	}
	if o.kind == answer.Extension {
		if in.Due, err = d.longer(r); err != nil {
			return err
		}
	}
	l, err := answer.Make(o.kind, in)
	if err != nil {
		return letterFault(err, r.Right)
	}
	return d.giveLetter(ctx, o, r, l, state)
}

// letterSent notes that a letter was sent. Of one about more time the clock is told too.
func (d *requester) letterSent(ctx context.Context, o requestLetterOptions, r job.RequestDue) error {
	if o.kind == answer.Identity || o.kind == answer.Extension {
		name, more := "identity", []string{"asked"}
		if o.kind == answer.Extension {
			name, more = "extend", []string{"--reasons", string(request.Complex)}
		}
		p := d.sh.page(d.sh.err, d.sh.errTerm)
		p.wrap("", d.sh.words.T("request.sent.clock", d.command(name, r.ID, more...)))
	}
	r, err := d.note(ctx, r.ID, request.Event{Day: d.sh.now().Format(time.DateOnly), What: request.Sent, Detail: string(o.kind)})
	if err != nil {
		return err
	}
	if o.json {
		_, state, _ := d.who(ctx, r, nil)
		return d.requestDocument(r, request.Who{}, state)
	}
	p, w := d.sh.page(d.sh.out, d.sh.outTerm), d.sh.words
	p.wrap("", p.green(w.T("request.did.sent", w.T("request.letter."+string(o.kind)))))
	switch o.kind {
	case answer.Answer:
		p.wrap("", w.T("request.then", d.command("close", r.ID, "--how", string(request.DoneAnswered))))
	case answer.Refusal:
		p.wrap("", w.T("request.then", d.command("close", r.ID, "--how", string(request.DoneRefused))))
	case answer.Acknowledgement, answer.Identity, answer.Extension:
	}
	return p.fail
}

// letterInput gathers what a letter is made from.
func (d *requester) letterInput(ctx context.Context, o requestLetterOptions, r job.RequestDue, who request.Who) (answer.Input, error) {
	sh := d.sh
	_, m, err := sh.mapIn(ctx, d.st, d.set)
	if err != nil {
		return answer.Input{}, err
	}
	in := answer.Input{
		Lang: sh.words.Lang, Country: d.set.Country, Shop: d.set.Shop, Map: m, Number: r.ID, Right: r.Right, Received: keptDay(r.Received, sh.now()),
		Due: r.Deadline.Due, Who: who, Made: sh.now(), Because: plain(o.because), Source: plain(o.source), Nothing: o.nothing, Confirmed: o.confirmed, Cause: request.Complex,
	}
	if o.doubt != "" {
		if in.Doubt, err = among(answer.Doubts(), o.doubt, "fault.request.doubt"); err != nil {
			return in, err
		}
	}
	if o.cause != "" {
		if in.Cause, err = among(request.Causes(), o.cause, "fault.request.reasons"); err != nil {
			return in, err
		}
	}
	for _, g := range o.grounds {
		ground, err := among(answer.Grounds(r.Right), g, "fault.request.ground")
		if err != nil && !r.Right.AtOnce() {
			return in, err
		}
		in.Grounds = append(in.Grounds, ground)
	}
	return in, nil
}

// longer gives the last day that a request would have if the person were told today that it
// takes longer.
func (d *requester) longer(r job.RequestDue) (time.Time, error) {
	if r.Deadline.Extended {
		return r.Deadline.Due, nil
	}
	rules, err := request.Load()
	if err != nil {
		return time.Time{}, err
	}
	told := r.Record
	told.Events = append(slices.Clone(r.Events), request.Event{Day: d.sh.now().Format(time.DateOnly), What: request.Told, Detail: string(request.Complex)})
	due := told.Deadline(rules, d.set.Country, d.sh.now().Location())
	if !due.Extended {
		return time.Time{}, fault.New(fault.CannotMake, "fault.request.too-late", d.sh.words.Date(r.Deadline.Announce))
	}
	return due.Due, nil
}

// letterFault says why a letter is not written.
func letterFault(err error, right request.Right) error {
	if f, ok := refused(err, []refusal{
		{err: answer.ErrNoGround, code: fault.Usage, id: "fault.request.no-ground", args: []any{choicesOf(answer.Grounds(right))}},
		{err: answer.ErrAbsolute, code: fault.Usage, id: "fault.request.absolute"},
	}); ok {
		return f
	}
	return err
}

// giveLetter shows a letter, or writes it into a new file and notes that.
func (d *requester) giveLetter(ctx context.Context, o requestLetterOptions, r job.RequestDue, l answer.Letter, state string) error {
	sh, w := d.sh, d.sh.words
	doc := requestLetterDoc{Schema: "custode.request-letter/1", Number: r.ID, Kind: string(o.kind), Path: o.out, Gaps: append([]string{}, l.Gaps...)}
	if o.out == "" {
		doc.Text = paper.Plain(l.Doc, min(max(sh.width, minWidth), maxWidth))
	} else if err := d.letterFile(ctx, o, r, l); err != nil {
		return err
	}
	if o.json {
		return sh.json(doc)
	}
	p := sh.page(sh.out, sh.outTerm)
	if o.out == "" {
		p.text(doc.Text)
		p.gap()
	} else {
		p.wrap("", p.green(w.T("play.letter.written", printable(o.out))))
	}
	if state == whoLocked {
		p.wrap("", w.T("request.letter-locked", sh.command("custode", "unlock")))
	}
	if len(l.Gaps) > 0 {
		p.wrap("", p.amber(w.N("request.gaps", int64(len(l.Gaps)))))
		for _, g := range l.Gaps {
			p.hanging("  - ", strings.TrimSpace(g))
		}
		p.wrap("", w.T("request.gaps.how"))
		if command := d.mapless(); command != "" {
			p.wrap("", w.T("request.gaps.map", command))
		}
	}
	if o.out != "" {
		p.wrap("", w.T("request.readable", d.command("letter", r.ID, string(o.kind), "--sent")))
	}
	return p.fail
}

// letterFile writes a letter into a new file, and notes that.
func (d *requester) letterFile(ctx context.Context, o requestLetterOptions, r job.RequestDue, l answer.Letter) error {
	raw, err := drawDoc(l.Doc, o.out, o.size, d.set.Country)
	if err != nil {
		return err
	}
	if err := r.May(request.Written); err != nil {
		return requestFault(err, r.ID)
	}
	if err := newFile(o.out, raw); err != nil {
		return err
	}
	_, err = d.note(ctx, r.ID, request.Event{Day: d.sh.now().Format(time.DateOnly), What: request.Written, Detail: string(o.kind)})
	return err
}

// mapless gives the command that fills the map, where nobody has said yet what data are for.
func (d *requester) mapless() string {
	if decl, err := d.sh.declaration(); err != nil || len(decl.Uses) > 0 {
		return ""
	}
	return d.sh.command("custode", "privacy", "map", "--ask")
}
