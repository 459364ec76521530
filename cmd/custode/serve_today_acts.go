package main

import (
	"context"
	"path/filepath"
	"slices"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/playbook/daily"
)

// PutOff implements [web.TodayActor].
func (o *office) PutOff(ctx context.Context, id, until, because string) error {
	_, err := o.sh.putOff(ctx, id, until, because)
	return err
}

// TakeUp implements [web.TodayActor].
func (o *office) TakeUp(ctx context.Context, id string) (bool, error) { return o.sh.takeUp(ctx, id) }

// acts is what can be done about an item on the page.
func (sh *shell) acts(it daily.Item, now time.Time) web.Acts {
	a := web.Acts{IsOff: it.Snooze != nil, DayFrom: now.Format(time.DateOnly), DayTo: now.AddDate(0, 0, daily.SnoozeDays).Format(time.DateOnly)}
	_, a.PutOff = daily.Known(it.ID)
	a.PutOff = a.PutOff && it.Status != daily.OK && !it.Question
	if at := slices.Index(it.Command, "answer"); at >= 0 && at+1 < len(it.Command) { // another question than its own, where the place of the copies is asked
		if q, there := daily.FindQuestion(it.Command[at+1]); there {
			ask := sh.askOf(q, daily.Reply{}, now)
			a.Ask = &ask
		}
	}
	switch {
	case it.ID == "seal.auto" && slices.Contains(it.Command, "--auto"):
		a.At, a.Do = "/seal-due", sh.words.T("web.due.do")
	case it.ID == "self.log" && slices.Contains(it.Command, "init"):
		a.At, a.Do = "/journal/begin", sh.words.T("web.journal.begin")
	}
	return a
}

// SealDue implements [web.TodayActor].
func (o *office) SealDue(ctx context.Context, tell func(web.Progress)) (out web.Outcome, err error) {
	sh := o.sh
	set, err := sh.settings()
	if err != nil {
		return out, err
	}
	a, err := sh.newAuto(ctx, encryptOptions{})
	if err != nil {
		return out, err
	}
	defer a.st.Close() // every write was committed
	if _, a.waits, err = sh.autoReady(); err != nil {
		return out, err
	}
	if a.waits != "" {
		return web.Outcome{Title: sh.words.T("web.data.seal.none"), Lines: []string{sh.words.T(autoSays[a.waits])}, Next: "/vault"}, nil
	}
	tell(web.Progress{Note: sh.words.T("web.due.looking")})
	start := sh.now()
	_, err = a.look(ctx, nil)
	a.wipe()
	if err != nil && a.result.totals.Files == 0 {
		return out, busyHere(err)
	}
	a.result.took = sh.now().Sub(start)
	out = (&sealing{sh: sh, set: set, result: a.result}).outcome()
	out.Next = "/"
	if a.result.totals.Files == 0 {
		out.Lines = append(out.Lines, sh.words.T("auto.nothing"))
	}
	if a.waiting > 0 {
		out.Lines = append(out.Lines, sh.words.N("auto.not-quiet", int64(a.waiting)))
	}
	return out, err
}

// BeginJournal implements [web.TodayActor].
func (o *office) BeginJournal(ctx context.Context) error {
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return err
	}
	defer st.Close() // every write was committed
	return o.sh.keep(ctx, st, set, true)
}

// askOf puts a question into words, with what was answered if that holds.
func (sh *shell) askOf(q daily.Question, a daily.Reply, now time.Time) web.Ask {
	w := sh.words
	ask := web.Ask{
		ID: q.ID, Ask: w.T("question." + q.ID + ".ask"), Path: q.Values == nil,
		DayFrom: now.Format(time.DateOnly), DayTo: now.AddDate(0, 0, q.Days).Format(time.DateOnly),
	}
	if key := "item." + q.ID + ".why"; w.Has(key) {
		ask.Why = unticked(w.T(key))
	}
	if q.Spare {
		ask.Note = capital(w.T("answer.list.spare"))
	}
	holds := q.Holds(a, now)
	if holds {
		d := answerer{sh: sh}
		ask.Said = capital(w.T("answer.list.until", d.say(q, a), w.Date(a.Until)))
		if ask.Path {
			ask.Value = a.Value
		}
	}
	for _, v := range q.Values {
		ask.Options = append(ask.Options, web.Choice{ID: v.ID, Name: capital(w.T("question." + q.ID + ".option." + v.ID)), On: holds && v.ID == a.Value})
	}
	return ask
}

// answering gives what the answers work with. The state is closed by who gets it.
func (o *office) answering(ctx context.Context, until string) (*answerer, error) {
	set, st, err := o.sh.enter(ctx)
	if err != nil {
		return nil, err
	}
	d := &answerer{sh: o.sh, o: answerOptions{until: until}, st: st, now: set.clock(o.sh.now)()}
	if d.have, err = st.CheckAnswers(ctx, d.now.Location()); err != nil {
		_ = st.Close() // nothing was written
		return nil, err
	}
	return d, nil
}

// Questions implements [web.TodayActor].
func (o *office) Questions(ctx context.Context) (list []web.Ask, err error) {
	d, err := o.answering(ctx, "")
	if err != nil {
		return nil, err
	}
	defer d.st.Close() // every write was committed
	for _, q := range daily.Questions() {
		list = append(list, o.sh.askOf(q, d.have[q.ID], d.now))
	}
	return list, nil
}

// Answer implements [web.TodayActor].
func (o *office) Answer(ctx context.Context, id, value, until string) error {
	d, err := o.answering(ctx, until)
	if err != nil {
		return err
	}
	defer d.st.Close() // every write was committed
	q, err := checkQuestion(id)
	if err != nil {
		return err
	}
	if q.Values == nil && !filepath.IsAbs(value) { // below what, nobody could say
		return fault.On(fault.NoInput, "fault.answer.place", printable(value), nil)
	}
	_, err = d.note(ctx, q, value)
	return err
}

// Report implements [web.TodayActor].
func (o *office) Report(ctx context.Context, audience string, asPDF bool) (web.Download, error) {
	sh := o.sh
	if audience != forOwner && audience != forAuditor && audience != forBoth {
		return web.Download{}, fault.New(fault.Usage, "fault.report.for", printable(audience))
	}
	set, st, err := sh.enter(ctx)
	if err != nil {
		return web.Download{}, err
	}
	defer st.Close() // every write was committed
	if _, err := st.Record(ctx, job.ReceiptTaken, map[string]any{}); err != nil {
		return web.Download{}, err
	}
	o.checking.Lock()
	defer o.checking.Unlock()
	if o.check, err = sh.judge(ctx, st, set); err != nil {
		return web.Download{}, err
	}
	name := printedName("custode-"+o.check.At.Format(time.DateOnly), asPDF)
	raw, err := sh.drawReport(sh.plainReport(o.check, set, audience), asPDF)
	if err != nil {
		return web.Download{}, fault.On(fault.Bug, "fault.report.write", name, err)
	}
	return download(name, raw), nil
}
