package main

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/playbook/privacy/request"
)

type requestShowOptions struct {
	json bool
	keys keyFlags
}

func requestShowCommand(sh *shell) *cli.Command {
	var o requestShowOptions
	t := sh.words.T
	return &cli.Command{
		Name: "show", Usage: t("cmd.request.show"), UsageText: t("cmd.request.show.use"), Description: t("cmd.request.show.more"),
		Flags: append([]cli.Flag{sh.jsonFlag(&o.json)}, o.keys.flags(sh)...),
		Action: func(c *cli.Context) error {
			id, _, err := requestNumber(c, 0)
			if err != nil {
				return err
			}
			return sh.onRequest(c.Context, id, func(d *requester, r job.RequestDue) error { return d.show(c.Context, o, r) })
		},
	}
}

type requestWhoDoc struct {
	Name    string `json:"name"`
	Contact string `json:"contact"`
}

type requestDoc struct {
	Schema string `json:"schema"`
	requestRowDoc
	Announce string            `json:"announce_extension_until"`
	Why      []requestWhyDoc   `json:"why"`
	Events   []requestEventDoc `json:"events"`
	WhoState string            `json:"who_state"`
	Who      *requestWhoDoc    `json:"who"` // null: locked or erased
}

// requestDocument writes one request.
func (d *requester) requestDocument(r job.RequestDue, who request.Who, state string) error {
	doc := requestDoc{Schema: "custode.request/1", requestRowDoc: rowDocOf(r), Announce: r.Deadline.Announce.Format(time.DateOnly), WhoState: state, Why: []requestWhyDoc{}, Events: []requestEventDoc{}}
	for _, why := range r.Deadline.Why {
		one := requestWhyDoc{Code: string(why.Code), Text: d.why(r, why)}
		if !why.Day.IsZero() {
			one.Day = why.Day.Format(time.DateOnly)
		}
		doc.Why = append(doc.Why, one)
	}
	for _, e := range r.Events {
		doc.Events = append(doc.Events, requestEventDoc{e.Day, string(e.What), e.Detail})
	}
	if state == whoOpen {
		doc.Who = &requestWhoDoc{who.Name, who.Contact}
	}
	return d.sh.json(doc)
}

// show shows a request: where it stands, until when and why, what to do next.
func (d *requester) show(ctx context.Context, o requestShowOptions, r job.RequestDue) error {
	sh := d.sh
	ids, wipe, err := d.holder(ctx, o.keys, false)
	if err != nil {
		return err
	}
	defer wipe()
	who, state, err := d.who(ctx, r, ids)
	if err != nil {
		return err
	}
	if o.json {
		return d.requestDocument(r, who, state)
	}
	p := sh.page(sh.out, sh.outTerm)
	p.wrap("", p.bold(d.title(r)))
	return d.tell(p, r, who, state)
}

// title names a request.
func (d *requester) title(r job.RequestDue) string {
	w := d.sh.words
	return w.T("request.title", w.Int(r.ID), w.T("request.right."+string(r.Right)))
}

// tell says who asks, if that is open, and all that there is to know and to do.
func (d *requester) tell(p *page, r job.RequestDue, who request.Who, state string) error {
	sh, w := d.sh, d.sh.words
	switch state {
	case whoOpen:
		p.wrap("", w.T("request.who", printable(strings.TrimRight(who.Name+", "+who.Contact, ", "))))
	case whoLocked:
		p.wrap("", p.dim(w.T("request.who.locked", sh.command("custode", "unlock"))))
	case whoErased:
		p.wrap("", p.dim(w.T("request.who.erased", strconv.Itoa(request.WhoMonths))))
	}
	p.gap()
	d.deadline(p, r)
	if note := r.Deadline.Period.Note.In(w.Lang); note != "" {
		p.wrap("", p.dim(note))
	}
	p.gap()
	p.wrap("", p.bold(w.T("request.record")))
	p.hanging("  "+d.day(r.Received)+"  ", w.T("request.came."+string(r.How)))
	for _, e := range r.Events {
		p.hanging("  "+d.day(e.Day)+"  ", d.event(e))
	}
	if _, _, ended := r.End(); !ended {
		p.gap()
		d.steps(p, r)
	}
	return p.fail
}

// event says what happened in a sentence.
func (d *requester) event(e request.Event) string {
	w := d.sh.words
	switch e.What {
	case request.Searched:
		places, files, _ := strings.Cut(e.Detail, " ")
		return w.T("request.did.searched", places, files)
	case request.Written, request.Sent:
		return w.T("request.did."+string(e.What), w.T("request.letter."+e.Detail))
	case request.Closed:
		return w.T("request.did.closed", w.T("request.state."+e.Detail))
	case request.Told:
		return w.T("request.did.extended", w.T("request.cause."+e.Detail))
	case request.IdentityKnown, request.IdentityAsked, request.IdentityAnswered, request.Reopened:
	}
	return w.T("request.did." + string(e.What))
}

// deadline says until when a request is to be answered, and why then.
func (d *requester) deadline(p *page, r job.RequestDue) {
	w := d.sh.words
	if day, how, ended := r.End(); ended {
		p.wrap("", p.green(w.T("request.ended", d.day(day), w.T("request.state."+string(how)), w.N("request.days", int64(r.Days())))))
		return
	}
	if r.AtOnce {
		p.wrap("", p.bold(w.T("request.at-once")))
	}
	until := w.T("request.until", w.Date(r.Deadline.Due)) + " (" + d.left(r) + ")"
	if r.Late {
		until = p.red(until)
	} else {
		until = p.bold(until)
	}
	p.wrap("", until)
	for _, l := range d.whyThen(r) {
		p.wrap("", l)
	}
}

// whyThen says why the last day to answer is the one that it is.
func (d *requester) whyThen(r job.RequestDue) []string {
	w := d.sh.words
	return []string{w.T("request.why", d.whyAll(r)), w.T("request.sooner")}
}

// left says how many days are left.
func (d *requester) left(r job.RequestDue) string {
	w := d.sh.words
	switch {
	case r.Left < 0:
		return w.N("request.late", int64(-r.Left))
	case r.Left == 0:
		return w.T("request.today-last")
	}
	return w.N("request.days-left", int64(r.Left))
}

// whyAll says how the last day comes about.
func (d *requester) whyAll(r job.RequestDue) string {
	var out []string
	moved := false
	for _, why := range r.Deadline.Why {
		out = append(out, d.why(r, why))
		moved = moved || why.Code == request.Weekend || why.Code == request.Holiday || why.Code == request.Paused && why.Days > 0
	}
	if moved {
		out = append(out, d.sh.words.T("request.why.so", d.sh.words.Date(r.Deadline.Due)))
	}
	return strings.Join(out, " ")
}

// why says one step on the way to the last day.
func (d *requester) why(r job.RequestDue, why request.Reason) string {
	w, key := d.sh.words, "request.why."+string(why.Code)
	day := w.Date(why.Day)
	switch why.Code {
	case request.Month, request.ShortMonth:
		from := keptDay(r.Received, d.sh.now())
		for _, other := range r.Deadline.Why {
			if other.Code == request.IdentityStart {
				from = other.Day
			}
		}
		return w.N(key, int64(why.Months), w.Date(from), day)
	case request.Paused:
		return w.N(key, int64(why.Days), day)
	case request.Extended:
		return w.N(key, int64(r.Deadline.Period.More), day)
	case request.Holiday:
		if why.Moved {
			key = "request.why.holiday-moved"
		}
		return w.T(key, day, why.Name.In(w.Lang))
	case request.HolidaysUnknown, request.AtOnce:
		return w.T(key)
	case request.IdentityStart, request.IdentityOpen, request.IdentityLate, request.IdentityWrong, request.ExtensionLate, request.ExtensionWrong,
		request.ExtensionSilent, request.NoSuchDay, request.Weekend:
	}
	return w.T(key, day)
}

// steps says what to do now, in order, each with its command.
func (d *requester) steps(p *page, r job.RequestDue) {
	w := d.sh.words
	p.wrap("", p.bold(w.T("request.steps")))
	n := 0
	step := func(text string, commands ...string) {
		n++
		head := "  " + strconv.Itoa(n) + ". "
		p.hanging(head, text)
		for _, c := range commands {
			p.line(strings.Repeat(" ", cells(head)) + c)
		}
	}
	if r.AtOnce {
		step(w.T("request.step.stop"), d.sh.command("custode", "privacy", "choices", "record"))
	}
	step(w.T("request.step.identity")+" "+w.T("request.step.identity."+string(r.How))+" "+w.T("request.step.identity.never"),
		d.command("identity", r.ID, "known"), d.command("letter", r.ID, "identity"))
	step(w.T("request.step.search"), d.command("search", r.ID))
	letter := []string{"answer", "--out", w.T("request.file")}
	switch r.Right {
	case request.Access, request.Portability:
		step(w.T("request.step.do."+string(r.Right)), d.command("search", r.ID, "--save", w.T("request.file.data")))
		letter = []string{"answer", "--search", "--out", w.T("request.file")}
	case request.Rectification, request.Erasure, request.Restriction, request.Objection:
		step(w.T("request.step.do." + string(r.Right)))
	case request.ObjectionMarketing:
	}
	step(w.T("request.step.letter"), d.command("letter", r.ID, letter...))
	step(w.T("request.step.send"), d.command("letter", r.ID, "answer", "--sent"))
	step(w.T("request.step.close"), d.command("close", r.ID, "--how", string(request.DoneAnswered)))
	if !r.Late && !r.Deadline.Extended {
		p.gap()
		p.wrap("", p.dim(w.T("request.step.longer", w.Date(r.Deadline.Announce))))
	}
}
