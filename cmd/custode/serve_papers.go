package main

import (
	"cmp"
	"context"
	"errors"
	"strings"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/source"
	"custode/playbook/privacy/datamap"
	"custode/playbook/privacy/printed"
	"custode/playbook/privacy/statement"
)

// papersOf says of each paper for customers that was made last whether it is still true, and what the next one would
// have on it, by what the owner has declared.
func (o *office) papersOf(ctx context.Context, decl datamap.Declaration, p *web.Privacy) error {
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // only read
	p.Contact = reachedBy(decl.Controller.Mail, decl.Controller.Phone)
	list, err := st.Printed(ctx)
	if err != nil || len(list) == 0 {
		return err
	}
	p.Address = addressAsked(list, o.sh.words.Lang)
	n, s := &noticer{sh: o.sh, set: set, st: st}, &stater{sh: o.sh, set: set, st: st}
	for _, one := range list {
		told := web.CustomerPaper{Which: whichPaper(one.Kind), Lang: one.Lang, Made: o.sh.words.Date(one.Made)}
		if one.Kind == printed.Statement {
			err = s.toldOf(ctx, one, &told)
			p.Contact = cmp.Or(contactSaid(one), p.Contact)
		} else {
			err = n.toldOf(ctx, one, &told)
		}
		if bad, ok := errors.AsType[*fault.Error](err); ok {
			told.Unknown = bad
		} else if err != nil {
			return err
		}
		p.Papers = append(p.Papers, told)
	}
	return nil
}

// toldOf says of a notice or a card what has changed since it was made.
func (d *noticer) toldOf(ctx context.Context, p printed.Paper, told *web.CustomerPaper) error {
	if d.m == nil {
		if err := d.read(ctx); err != nil {
			return err
		}
	}
	s, err := d.compare(p)
	if err != nil {
		return err
	}
	w := d.sh.words
	if s.file == fileChanged {
		told.File = w.T("notice.check.changed")
	}
	if told.Good = len(s.changes) == 0; told.Good {
		told.Say = w.T("notice.check.good")
		return nil
	}
	told.Say = w.N("notice.check.again", int64(len(s.changes)))
	for _, c := range s.changes {
		told.Changes = append(told.Changes, web.PaperChange{Say: d.sayChange(c)})
	}
	return nil
}

// toldOf says of a statement which of its sentences are no longer true, why, and where that is put right.
func (d *stater) toldOf(ctx context.Context, p printed.Paper, told *web.CustomerPaper) error {
	if d.book == nil {
		if err := d.gather(ctx); err != nil {
			return err
		}
	}
	r, err := d.review(ctx, p)
	if err != nil {
		return err
	}
	w := d.sh.words
	if r.file == fileChanged {
		told.File = w.T("statement.check.changed")
	}
	if told.Good = len(r.broken) == 0; told.Good {
		told.Say = w.N("statement.check.good", int64(r.of))
		return nil
	}
	told.Say = w.N("statement.check.broken", int64(len(r.broken)))
	for _, b := range r.broken {
		told.Changes = append(told.Changes, web.PaperChange{
			Say: b.Text, Lang: p.Lang, Why: capital(sansCommand(d.brokenSince(b))), Item: b.Item, Helps: strings.Join(d.helps(b.Lack), " "),
		})
	}
	return nil
}

// whichPaper names a kind of paper on the page.
func whichPaper(k printed.Kind) string {
	if k == printed.Long {
		return "long"
	}
	return string(k)
}

// addressAsked is the address that the owner wanted on a card last, in the language or another; "": none.
func addressAsked(list []printed.Paper, lang string) (address string) {
	for _, p := range list {
		if code := codeAsked(p); code != "" && (address == "" || p.Lang == lang) {
			address = code
		}
	}
	return address
}

// contactSaid is whom a statement tells customers to ask; "": nobody, or it was not kept.
func contactSaid(p printed.Paper) string {
	said, err := statement.Decode(p.Facts)
	if err != nil {
		return ""
	}
	return said.Contact
}

// CustomerPaper implements [web.Privateer].
func (o *office) CustomerPaper(ctx context.Context, wish web.PaperWish) (web.Download, error) {
	name := printedName("custode-"+wish.Which, wish.PDF && wish.Which != "card")
	draw := o.noticePaper
	if wish.Which == "statement" {
		draw = o.statementPaper
	}
	raw, err := draw(ctx, name, wish)
	return download(name, raw), err
}

// statementPaper makes the statement, and keeps what it says.
func (o *office) statementPaper(ctx context.Context, name string, wish web.PaperWish) ([]byte, error) {
	d, err := o.sh.stater(ctx)
	if err != nil {
		return nil, err
	}
	defer d.close()
	if wish.Again {
		papers, err := d.st.Printed(ctx)
		if err != nil {
			return nil, err
		}
		for _, p := range papers {
			if p.Kind == printed.Statement && p.Lang == wish.Lang {
				wish.Contact = contactSaid(p)
			}
		}
	}
	list, err := source.Load()
	if err != nil {
		return nil, err
	}
	draft, err := d.draw(list, wish.Lang, cmp.Or(plain(wish.Contact), d.whom))
	if err != nil {
		return nil, err
	}
	raw, err := drawDoc(draft.Doc, name, "", d.set.Country)
	if err != nil {
		return nil, err
	}
	return raw, d.keep(ctx, draft, raw, "")
}

// noticePaper makes a notice or the card, and keeps what it stands on.
func (o *office) noticePaper(ctx context.Context, name string, wish web.PaperWish) ([]byte, error) {
	kind := map[string]printed.Kind{"notice": printed.Notice, "long": printed.Long, "card": printed.Card}[wish.Which]
	if kind == "" {
		return nil, fault.New(fault.Usage, "fault.notice.check")
	}
	d, err := o.sh.noticer(ctx)
	if err != nil {
		return nil, err
	}
	defer d.close()
	n, err := d.make(wish.Lang, kind == printed.Long)
	if err != nil {
		return nil, err
	}
	if kind != printed.Long {
		if err := d.fits(n); err != nil {
			return nil, err
		}
	}
	facts := n.Facts("")
	var raw []byte
	if kind == printed.Card {
		papers := d.papers
		if !wish.Again { // an empty field is an answer
			papers = nil
		}
		if facts.Code, facts.Asked, err = cardCode(wish.Address, n, papers); err != nil {
			return nil, err
		}
		raw, err = drawCard(n, facts.Code)
	} else {
		raw, err = drawDoc(n.Doc(), name, "", d.set.Country)
	}
	if err != nil {
		return nil, err
	}
	return raw, d.keep(ctx, kind, facts, raw, "")
}
