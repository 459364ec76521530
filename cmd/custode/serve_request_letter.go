package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/i18n"
	"custode/playbook/privacy/request"
	"custode/playbook/privacy/request/answer"
)

// RequestLetter implements [web.Requester].
func (o *office) RequestLetter(ctx context.Context, id int64, wish web.LetterWish) (out web.RequestLetter, err error) {
	err = o.sh.onRequest(ctx, id, func(d *requester, r job.RequestDue) error {
		kind, err := among(answer.Kinds(), wish.Kind, "fault.request.letter")
		if err != nil {
			return err
		}
		if wish.Lang == "" {
			wish.Lang = d.sh.words.Lang
		}
		if wish.Cause == "" {
			wish.Cause = string(request.Complex)
		}
		out = d.letterForm(r, kind, wish)
		l, state, err := o.requestLetter(ctx, d, r, wish)
		if isFault(err, "fault.request.no-ground") {
			out.First = d.sh.words.T("web.request.letter.ground")
			return nil
		}
		if err != nil {
			return err
		}
		out.Doc, out.Checks = l.Doc, l.Checks || wish.Confirmed
		for _, g := range l.Gaps {
			out.Gaps = append(out.Gaps, strings.TrimSpace(g))
		}
		if state == whoLocked {
			out.Said = append(out.Said, d.sh.words.T("web.request.letter.locked"))
		}
		if kind == answer.Answer && !wish.Nothing && o.soughtOf(id) == nil && (r.Right == request.Access || r.Right == request.Portability) {
			out.Said = append(out.Said, d.sh.words.T("web.request.letter.unsearched"))
		}
		out.Mapless = d.mapless() != "" && len(l.Gaps) > 0
		return nil
	})
	return out, err
}

// letterForm is what can be said in a letter, with what was said already.
func (d *requester) letterForm(r job.RequestDue, kind answer.Kind, wish web.LetterWish) web.RequestLetter {
	w := d.sh.words
	out := web.RequestLetter{
		ID: r.ID, Seen: happened(r), Title: d.title(r), Name: capital(w.T("request.letter." + string(kind))), Wish: wish,
		Because: kind != answer.Acknowledgement, Source: kind == answer.Answer && r.Right == request.Access,
		Nothing: kind == answer.Answer && r.Right == request.Access,
	}
	_, _, out.Ended = r.End()
	for _, l := range i18n.Languages() {
		out.Langs = append(out.Langs, web.Choice{ID: l, On: l == wish.Lang})
	}
	switch kind {
	case answer.Identity:
		for _, one := range answer.Doubts() {
			out.Doubts = append(out.Doubts, web.Choice{ID: string(one), Name: w.T("web.request.doubt." + string(one)), On: string(one) == wish.Doubt})
		}
		out.SentNote = w.T("web.request.sent.identity")
	case answer.Extension:
		out.Causes, out.SentNote = d.causes(wish.Cause), w.T("web.request.sent.extension")
	case answer.Refusal:
		for _, g := range answer.Grounds(r.Right) {
			out.Grounds = append(out.Grounds, web.Choice{ID: string(g), Name: w.T("web.request.ground." + string(g)), On: slices.Contains(wish.Grounds, string(g))})
		}
	case answer.Acknowledgement, answer.Answer:
	}
	return out
}

// requestLetter writes a letter with what is at hand: who asks, and what a search found.
func (o *office) requestLetter(ctx context.Context, d *requester, r job.RequestDue, wish web.LetterWish) (l answer.Letter, state string, err error) {
	ids, wipe, err := o.identitiesAtHand(ctx)
	if err != nil {
		return l, "", err
	}
	defer wipe()
	who, state, err := d.who(ctx, r, ids)
	if err != nil {
		return l, state, err
	}
	in, err := d.letterInput(ctx, requestLetterOptions{
		because: wish.Because, source: wish.Source, doubt: wish.Doubt, cause: wish.Cause, grounds: wish.Grounds, nothing: wish.Nothing, confirmed: wish.Confirmed,
	}, r, who)
	if err != nil {
		return l, state, err
	}
	if !slices.Contains(i18n.Languages(), wish.Lang) {
		return l, state, fault.New(fault.Usage, "fault.request.letter", printable(wish.Lang), strings.Join(i18n.Languages(), " | "))
	}
	in.Lang = wish.Lang
	if s := o.soughtOf(r.ID); s != nil {
		in.Searched, in.Found = true, d.places(in.Map, s.found)
	}
	kind := answer.Kind(wish.Kind)
	if kind == answer.Extension {
		if in.Due, err = d.longer(r); err != nil {
			return l, state, err
		}
	}
	l, err = answer.Make(kind, in)
	return l, state, letterFault(err, r.Right)
}

// PrintRequestLetter implements [web.Requester].
func (o *office) PrintRequestLetter(ctx context.Context, id int64, wish web.LetterWish, form string) (out web.Download, err error) {
	err = o.sh.onRequest(ctx, id, func(d *requester, r job.RequestDue) error {
		kind, err := among(answer.Kinds(), wish.Kind, "fault.request.letter")
		if err != nil {
			return err
		}
		l, _, err := o.requestLetter(ctx, d, r, wish)
		if err != nil {
			return err
		}
		name := "request-" + strconv.FormatInt(id, 10) + "-" + string(kind) + "." + form
		raw, err := drawDoc(l.Doc, name, "", d.set.Country)
		if err != nil {
			return err
		}
		out = download(name, raw)
		today := request.Event{Day: d.sh.now().Format(time.DateOnly), What: request.Written, Detail: string(kind)}
		if n := len(r.Events); n > 0 && r.Events[n-1].Day == today.Day && r.Events[n-1].What == today.What && r.Events[n-1].Detail == today.Detail {
			return nil // printed again: that is written down
		}
		_, err = d.note(ctx, id, today)
		return err
	})
	return out, err
}
