package main

import (
	"cmp"
	"context"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/i18n"
	"custode/playbook/privacy/choice"
	"custode/playbook/privacy/choice/form"
)

// onChoices opens the choices, with the keys where they are at hand.
func (o *office) onChoices(ctx context.Context, fn func(d *chooser) error) error {
	sh := *o.sh
	sh.out, sh.err = io.Discard, io.Discard // what is to be told stands on the page
	d, err := sh.chooser(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	u, there, err := o.atHand(ctx)
	if err != nil {
		return err
	}
	if there {
		if err := d.use(ctx, u); err != nil {
			return err
		}
	}
	return fn(d)
}

// Choices implements [web.Chooser].
func (o *office) Choices(ctx context.Context) (out web.Choices, err error) {
	if r, err := o.sh.ringIfAny(); err != nil || r == nil {
		return out, err
	}
	err = o.onChoices(ctx, func(d *chooser) error {
		w := d.sh.words
		out.Keys, out.Held, out.Today = true, d.ids != nil, d.sh.now().Format("2006-01-02")
		doc, err := d.status(ctx)
		if err != nil {
			return err
		}
		if out.None = doc.Events == 0 && doc.Waiting == 0; doc.Waiting > 0 {
			out.Waiting = w.N("choice.waiting", doc.Waiting)
		}
		for _, r := range doc.Rolls {
			roll := web.ChoiceRoll{About: d.about(choice.Question{Purpose: choice.Purpose(r.Purpose), Channel: choice.Channel(r.Channel)})}
			for _, reason := range slices.Sorted(maps.Keys(r.Counts)) {
				roll.Counts = append(roll.Counts, web.Fact{Term: w.T("choice.reason." + reason), Text: w.Int(int64(r.Counts[reason]))})
			}
			out.Rolls = append(out.Rolls, roll)
		}
		if asked, err := d.offered(choiceRecordOptions{}); err == nil { // none were given out: that is said
			for _, q := range asked {
				out.Asked = append(out.Asked, web.ChoiceQuestion{ID: questionID(q), About: d.about(q)})
			}
		}
		return d.wished(ctx, &out)
	})
	return out, err
}

// wished fills what can be chosen on the page.
func (d *chooser) wished(ctx context.Context, out *web.Choices) error {
	w := d.sh.words
	decl, err := d.sh.declaration()
	if err != nil {
		return err
	}
	out.Mail, out.Phone = decl.Controller.Mail, decl.Controller.Phone
	ids, err := form.IDs()
	if err != nil {
		return err
	}
	asks, err := form.Wish{Lang: w.Lang, IDs: ids, Shop: form.Shop{Name: cmp.Or(d.set.Shop, "-")}}.Asks()
	if err != nil {
		return err
	}
	for _, a := range asks {
		out.Questions = append(out.Questions, web.Choice{ID: a.ID, Name: a.Name, On: a.ID == ids[0]})
	}
	asked, err := d.Store.Asked(ctx)
	if err != nil {
		return err
	}
	var purposes []choice.Purpose
	for _, a := range asks {
		purposes = append(purposes, a.Purpose)
	}
	for _, q := range asked {
		purposes = append(purposes, q.Purpose)
	}
	for i, p := range purposes {
		if p != choice.AllPurposes && !slices.Contains(purposes[:i], p) {
			out.Purposes = append(out.Purposes, web.Choice{ID: string(p), Name: d.purposeName(p)})
		}
	}
	for _, c := range channels {
		out.Channels = append(out.Channels, web.Choice{ID: string(c), Name: w.T("choice.channel." + string(c))})
	}
	out.Sold = d.sold()
	for _, h := range []choice.How{choice.Till, choice.Paper, choice.QRCard, choice.Reply, choice.Call} {
		out.Hows = append(out.Hows, web.Choice{ID: string(h), Name: w.T("choice.how." + string(h))})
	}
	for _, l := range i18n.Languages() {
		out.Langs = append(out.Langs, web.Choice{ID: l, On: l == w.Lang})
	}
	return nil
}

// sold is what the law of the country lets the shop send after a sale; nil: it knows none.
func (d *chooser) sold() *web.ChoiceLaw {
	law, ok := choice.LawIn(d.set.Country)
	if !ok {
		return nil
	}
	head, answers := d.owedSaid(law)
	out := &web.ChoiceLaw{Basis: string(law.Basis), Owed: head, Answers: answers, Quote: law.Quote}
	for _, c := range law.Channels {
		out.Channels = append(out.Channels, web.Choice{ID: string(c), Name: d.sh.words.T("choice.channel." + string(c))})
	}
	return out
}

// questionID names a question in a form.
func questionID(q choice.Question) string { return string(q.Purpose) + "/" + string(q.Channel) }

// RecordChoice implements [web.Chooser]. What was entered already is not entered a second time.
func (o *office) RecordChoice(ctx context.Context, e web.ChoiceEntry) (did []string, err error) {
	o.choosing.Lock()
	defer o.choosing.Unlock()
	err = o.onChoices(ctx, func(d *chooser) error {
		list, err := d.typedChoices(ctx, e)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			did = []string{d.sh.words.T("choice.kept.none")}
			return nil
		}
		again, err := o.keepOnce(ctx, d, e, list)
		if err != nil {
			return err
		}
		if again {
			did = []string{d.sh.words.T("web.choices.again")}
		}
		for _, one := range list {
			did = append(did, d.sh.words.T("choice.kept")+" "+d.keptSaid(one))
		}
		if d.ids == nil {
			did = append(did, d.sh.words.T("choice.waits"))
		}
		return nil
	})
	return did, err
}

// typedChoices is what a form says that somebody chose. A code and the answers that were ticked beside
// it are both kept: the code answers its questions, and an answer that says something else of one of
// them is refused together with it.
func (d *chooser) typedChoices(ctx context.Context, e web.ChoiceEntry) (list []job.Entered, err error) {
	opt := choiceRecordOptions{how: e.How, form: plain(e.Form), at: e.At, basis: e.Basis, sale: e.Sale}
	if e.Quote {
		opt.sale = choice.Quote + e.Sale
	}
	if e.How == string(choice.Till) && e.Form != "" {
		opt.how = string(choice.Paper)
	}
	if opt.at == d.sh.now().Format("2006-01-02") {
		opt.at = "" // today: now, or it would come before what was said this morning
	}
	switch {
	case e.All != "":
		return d.entered(ctx, e.Contact, []string{e.All}, opt)
	case e.Code != "":
		coded := opt
		if e.How == string(choice.Till) && e.Form == "" {
			coded.how = "" // the code tells
		}
		if list, err = d.entered(ctx, e.Contact, strings.Fields(e.Code), coded); err != nil {
			return nil, err
		}
	}
	if _, err := choice.Normal(kindOfContact(e.Contact), e.Contact, d.set.Country); err != nil {
		return nil, d.fault(err)
	}
	answered := map[string]choice.What{}
	for _, one := range list {
		answered[questionID(choice.Question{Purpose: one.Event.Purpose, Channel: one.Event.Channel})] = one.Event.What
	}
	for _, id := range slices.Sorted(maps.Keys(e.Said)) {
		if what, ok := answered[id]; ok {
			if (what == choice.Given) != (e.Said[id] == "yes") {
				return nil, fault.New(fault.Usage, "fault.choice.both")
			}
			continue
		}
		one := opt
		one.purpose, one.channel, _ = strings.Cut(id, "/")
		if e.Said[id] == "yes" {
			one.until = e.Until
		}
		more, err := d.entered(ctx, e.Contact, []string{e.Said[id]}, one)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// ChoicesOf implements [web.Chooser].
func (o *office) ChoicesOf(ctx context.Context, contact string) (out web.ChoicesOf, err error) {
	err = o.onOpenChoices(ctx, func(d *chooser) error {
		doc, events, err := d.shown(ctx, contact)
		if err != nil {
			return err
		}
		w := d.sh.words
		out = web.ChoicesOf{Contact: contact, Nothing: len(events) == 0}
		for _, s := range doc.Standing {
			about := d.about(choice.Question{Purpose: choice.Purpose(s.Purpose), Channel: choice.Channel(s.Channel)})
			out.Standing = append(out.Standing, web.ChoiceStanding{About: about, Why: w.T("choice.reason." + s.Reason), May: s.Allowed})
		}
		for i, e := range events {
			out.Events = append(out.Events, web.ChoiceSaid{What: d.saidThen(e), Text: plain(doc.Events[i].Text)})
		}
		return nil
	})
	return out, err
}

// ForgetChoices implements [web.Chooser].
func (o *office) ForgetChoices(ctx context.Context, contact string) (did []string, err error) {
	o.choosing.Lock()
	defer o.choosing.Unlock()
	o.chosen = chosen{} // what is typed again from now on is new
	err = o.onOpenChoices(ctx, func(d *chooser) error {
		id, err := d.id(contact)
		if err != nil {
			return err
		}
		n, err := d.Forget(ctx, id, choice.Till, d.sh.person())
		did = []string{d.sh.words.N("choice.forgotten", n), d.sh.words.T("choice.forgotten.stays")}
		return d.fault(err)
	})
	return did, err
}

// ChoicePaper implements [web.Chooser].
func (o *office) ChoicePaper(ctx context.Context, p web.ChoicePaper) (out web.Download, err error) {
	sh := *o.sh
	if err := sh.speakAs(p.Lang); err != nil {
		return out, err
	}
	opt := &choiceFormOptions{
		purposes: *cli.NewStringSlice(p.Asks...), through: *cli.NewStringSlice(p.Channels...), own: p.Own, mail: p.Mail, phone: p.Phone,
		out: "choices-" + p.Kind + ".html", first: p.First, count: p.Count, kind: p.Kind,
	}
	set, st, err := sh.enter(ctx)
	if err != nil {
		return out, err
	}
	defer st.Close() // every write was committed
	wish, err := sh.formWish(set, opt)
	if err != nil {
		return out, err
	}
	page, shown, err := opt.drawn(wish, form.Paper{Letter: set.Country == "US", First: p.First, Count: p.Count})
	if err != nil {
		return out, o.sh.formFault(err, opt)
	}
	for _, one := range shown {
		if err := st.SaveWording(ctx, one); err != nil {
			return out, err
		}
	}
	return download(opt.out, page), nil
}
