package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"filippo.io/age"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/playbook/privacy/request"
	"custode/playbook/privacy/request/answer"
)

// NewRequest implements [web.Requester].
func (o *office) NewRequest(ctx context.Context, n web.NewRequest) (int64, error) {
	d, err := o.sh.requester(ctx)
	if err != nil {
		return 0, err
	}
	defer d.close()
	keys, err := o.sh.ring()
	if err != nil {
		return 0, err
	}
	r, who, err := d.asked(ctx, requestNewOptions{right: n.Right, received: n.Received, how: n.How, name: n.Name, contact: n.Contact})
	if err != nil {
		return 0, err
	}
	o.noting.Lock()
	defer o.noting.Unlock()
	// Somebody else typed on the page of the first is a request of their own.
	form := sha256.Sum256(fmt.Appendf(nil, "%q", []string{n.Page, string(r.Right), string(r.How), r.Received, who.Name, who.Contact}))
	if id, sent := o.asked[form]; sent && n.Page != "" {
		return id, nil
	}
	id, err := d.add(ctx, r, who, keys)
	if err != nil {
		return 0, err
	}
	if o.asked == nil || len(o.asked) >= mostReported {
		o.asked = map[[32]byte]int64{}
	}
	o.asked[form] = id
	return id, nil
}

// RequestsTable implements [web.Requester].
func (o *office) RequestsTable(ctx context.Context) (web.Download, error) {
	d, err := o.sh.requester(ctx)
	if err != nil {
		return web.Download{}, err
	}
	defer d.close()
	all, err := job.AllRequests(ctx, d.st, d.set.Country, d.sh.now())
	if err != nil {
		return web.Download{}, err
	}
	raw, err := requestCSV(rowDocsOf(all))
	return download("requests"+".csv", raw), err
}

// identitiesAtHand gives what opens who asks if the keys are at hand; none: they are locked. The
// function lets go of them.
func (o *office) identitiesAtHand(ctx context.Context) ([]age.Identity, func(), error) {
	u, there, err := o.atHand(ctx)
	if err != nil || !there {
		return nil, func() {}, err
	}
	return u.Identities(), u.Wipe, nil
}

// Request implements [web.Requester]. Who asks is shown while the keys are unlocked.
func (o *office) Request(ctx context.Context, id int64) (out web.Request, err error) {
	err = o.sh.onRequest(ctx, id, func(d *requester, r job.RequestDue) error {
		ids, wipe, err := o.identitiesAtHand(ctx)
		if err != nil {
			return err
		}
		defer wipe()
		who, state, err := d.who(ctx, r, ids)
		if err != nil {
			return err
		}
		out = web.Request{ID: r.ID, Seen: happened(r), Title: d.title(r), Who: d.whoSaid(who, state), Locked: state == whoLocked, Late: r.Late, Received: r.Received}
		out.Searched = o.soughtOf(id) != nil
		if out.Today, err = d.dayOf(""); err != nil {
			return err
		}
		return d.onPage(&out, r)
	})
	return out, err
}

// whoSaid says who asks, or why that is not shown.
func (d *requester) whoSaid(who request.Who, state string) string {
	w := d.sh.words
	switch state {
	case whoOpen:
		return w.T("request.who", printable(strings.TrimRight(who.Name+", "+who.Contact, ", ")))
	case whoErased:
		return w.T("request.who.erased", strconv.Itoa(request.WhoMonths))
	}
	return w.T("web.request.who.locked")
}

// onPage tells a page how a request stands, and what can be done.
func (d *requester) onPage(out *web.Request, r job.RequestDue) (err error) {
	w := d.sh.words
	if _, _, out.Ended = r.End(); out.Ended {
		out.Lines, err = said(func(p *page) error { d.deadline(p, r); return p.fail })
	} else { // how many days are left stands above
		out.Clock = capital(d.left(r))
		out.Lines = append([]string{w.T("request.until", w.Date(r.Deadline.Due)) + "."}, d.whyThen(r)...)
	}
	if note := r.Deadline.Period.Note.In(w.Lang); note != "" {
		out.Lines = append(out.Lines, note)
	}
	out.Happened = []web.RequestEvent{{Day: d.day(r.Received), What: w.T("request.came." + string(r.How))}}
	for _, e := range r.Events {
		out.Happened = append(out.Happened, web.RequestEvent{Day: d.day(e.Day), What: d.event(e)})
	}
	for _, e := range request.Outcomes() {
		out.Ends = append(out.Ends, web.Choice{ID: string(e), Name: capital(w.T("request.state." + string(e))), On: e == request.DoneAnswered})
	}
	if out.Ended {
		return err
	}
	if r.AtOnce {
		out.AtOnce = strings.TrimSuffix(w.T("request.step.stop"), ":")
	}
	out.Identity = w.T("request.step.identity") + " " + w.T("request.step.identity."+string(r.How)) + " " + w.T("request.step.identity.never")
	switch r.Right {
	case request.Access, request.Portability:
		out.Copy = true
		out.Do = strings.TrimSuffix(w.T("request.step.do."+string(r.Right)), ":")
	case request.Rectification, request.Erasure, request.Restriction, request.Objection:
		out.Do = w.T("request.step.do." + string(r.Right))
	case request.ObjectionMarketing:
	}
	if !r.Late && !r.Deadline.Extended {
		out.CanLonger = w.T("request.step.longer", w.Date(r.Deadline.Announce))
	}
	for _, k := range answer.Kinds() {
		if k == answer.Extension && out.CanLonger == "" || k == answer.Refusal && r.Right.AtOnce() {
			continue
		}
		out.Letters = append(out.Letters, web.Choice{ID: string(k), Name: capital(w.T("request.letter." + string(k))), On: k == answer.Answer})
	}
	out.Causes = d.causes("")
	return err
}

// causes are the reasons why an answer takes longer.
func (d *requester) causes(on string) (out []web.Choice) {
	for _, c := range request.Causes() {
		out = append(out, web.Choice{ID: string(c), Name: capital(d.sh.words.T("request.cause." + string(c))), On: string(c) == on})
	}
	return out
}

// NoteRequest implements [web.Requester].
func (o *office) NoteRequest(ctx context.Context, n web.RequestNote) error {
	o.noting.Lock()
	defer o.noting.Unlock()
	err := o.sh.onRequest(ctx, n.ID, func(d *requester, r job.RequestDue) error {
		if happened(r) != n.Seen {
			return d.overtaken(r)
		}
		events, err := d.eventsOf(n, r)
		if err != nil {
			return err
		}
		for _, e := range events {
			if _, err := d.note(ctx, n.ID, e); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && n.What == string(request.Closed) {
		o.unsought(n.ID)
	}
	return err
}

// happened is how much has happened to a request that a form has to know of. Letters that were drawn
// are left out: the page of a letter draws one and stays where it is, and then says that it was sent.
func happened(r job.RequestDue) (n int) {
	for _, e := range r.Events {
		if e.What != request.Written {
			n++
		}
	}
	return n
}

// overtaken says what was written down of a request since a form was drawn.
func (d *requester) overtaken(r job.RequestDue) error {
	out := &web.OvertakenError{Say: d.sh.words.T("web.request.overtaken")}
	for _, e := range slices.Backward(r.Events) {
		if e.What != request.Written {
			out.Stands = []string{d.day(e.Day) + ": " + d.event(e)}
			break
		}
	}
	return out
}

// eventsOf is what a form writes down. A letter that stops or moves the clock tells it so.
func (d *requester) eventsOf(n web.RequestNote, r job.RequestDue) ([]request.Event, error) {
	day, err := d.since(r, n.Day)
	if err != nil {
		return nil, err
	}
	one := request.Event{Day: day, What: request.What(n.What)}
	if what, ok := identityWords[n.What]; ok {
		one.What = what
		return []request.Event{one}, nil
	}
	told := func() (request.Event, error) {
		cause, err := among(request.Causes(), n.Cause, "fault.request.reasons")
		return request.Event{Day: day, What: request.Told, Detail: string(cause)}, err
	}
	switch n.What {
	case "told":
		one, err = told()
	case string(request.Sent):
		kind, err := among(answer.Kinds(), n.Detail, "fault.request.letter")
		if err != nil {
			return nil, err
		}
		one.Detail = string(kind)
		switch kind {
		case answer.Identity:
			return []request.Event{one, {Day: day, What: request.IdentityAsked}}, nil
		case answer.Extension:
			more, err := told()
			return []request.Event{one, more}, err
		case answer.Acknowledgement, answer.Answer, answer.Refusal:
		}
	case string(request.Closed):
		var how request.Outcome
		how, err = among(request.Outcomes(), n.Detail, "fault.request.outcome")
		one.Detail = string(how)
	case string(request.Reopened):
	default:
		_, err = among(request.Outcomes(), n.What, "fault.request.outcome")
	}
	return []request.Event{one}, err
}
