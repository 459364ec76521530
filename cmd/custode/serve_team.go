package main

import (
	"context"
	"errors"
	"io"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/training/certificate"
	"custode/training/staff"
)

// quizzer is a trainer that says nothing: nobody sits at the terminal of a page.
func (o *office) quizzer(ctx context.Context) (*trainer, error) {
	sh := *o.sh
	sh.err = io.Discard
	return sh.quizzer(ctx)
}

// Team implements [web.Teamer].
func (o *office) Team(ctx context.Context) (t web.Team, err error) {
	d, err := o.quizzer(ctx)
	if err != nil {
		return t, err
	}
	defer d.close()
	people, err := d.dueList(ctx)
	if err != nil {
		return t, err
	}
	topics, err := d.strengths(ctx, people)
	if err != nil {
		return t, err
	}
	w := o.sh.words
	for _, one := range people {
		l := web.Learner{
			ID: one.ID, Name: printable(one.Name), Due: one.Due, State: d.state(one), Dates: d.dates(one), HasPIN: one.HasPIN, Finished: one.Finished > 0,
		}
		l.HasCode, l.Code = o.sh.now().Before(one.CodeUntil), w.T("web.team.code.none")
		if l.HasCode {
			l.Code = w.T("web.team.code.until", w.DateTime(one.CodeUntil.Local()))
		}
		t.People = append(t.People, l)
	}
	t.Untold = d.untold(people, topics)
	for _, one := range topics {
		t.Topics = append(t.Topics, web.Fact{Term: printable(one.Title), Text: w.T("quiz.strength." + one.Strength)})
	}
	return t, nil
}

// AddToTeam implements [web.Teamer].
func (o *office) AddToTeam(ctx context.Context, name string) error {
	d, err := o.sh.trainer(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	_, err = d.Add(ctx, name)
	return o.sh.trainFault(err, name)
}

// CodeForTeam implements [web.Teamer].
func (o *office) CodeForTeam(ctx context.Context, id int64) (c web.TeamCode, err error) {
	o.pins.Lock()
	defer o.pins.Unlock()
	d, err := o.sh.trainer(ctx)
	if err != nil {
		return c, err
	}
	defer d.close()
	who, err := d.one(ctx, id)
	if err != nil {
		return c, err
	}
	if who.HasPIN {
		return c, fault.New(fault.CannotMake, "fault.pin.chosen", printable(who.Name))
	}
	digits, until, err := d.GiveCode(ctx, id)
	if err != nil {
		return c, o.sh.trainFault(err, who.Name)
	}
	return web.TeamCode{Name: printable(who.Name), Digits: digits[:4] + " " + digits[4:], Until: o.sh.words.DateTime(until.Local())}, nil
}

// EraseOfTeam implements [web.Teamer].
func (o *office) EraseOfTeam(ctx context.Context, id int64, what web.Erasure) error {
	d, err := o.sh.trainer(ctx)
	if err != nil {
		return err
	}
	defer d.close()
	erase := d.st.RemovePerson
	if what == web.ErasePIN {
		erase = d.st.ResetPIN
	}
	err = erase(ctx, id)
	if errors.Is(err, staff.ErrGone) {
		return web.ErrNobody
	}
	return o.sh.trainFault(err, "")
}

// one gives the person of a number. It fails with [web.ErrNobody].
func (d *trainer) one(ctx context.Context, id int64) (staff.Person, error) {
	people, err := d.People(ctx)
	for _, p := range people {
		if p.ID == id {
			return p, err
		}
	}
	if err == nil {
		err = web.ErrNobody
	}
	return staff.Person{}, err
}

// TeamCertificate implements [web.Teamer].
func (o *office) TeamCertificate(ctx context.Context, id int64) (web.Download, error) {
	d, err := o.sh.trainer(ctx)
	if err != nil {
		return web.Download{}, err
	}
	defer d.close()
	who, err := d.one(ctx, id)
	if err != nil {
		return web.Download{}, err
	}
	doc, err := d.certificateOf(ctx, who)
	if err != nil {
		return web.Download{}, err
	}
	return drawnDownload(doc, o.sh.words.T("web.team.certificate.file"), d.set.Country)
}

// TeamNotice implements [web.Teamer].
func (o *office) TeamNotice(_ context.Context, contact string) (web.Download, error) {
	set, err := o.sh.settings()
	if err != nil {
		return web.Download{}, err
	}
	doc, err := certificate.ForStaff(certificate.Notice{Lang: o.sh.words.Lang, Shop: set.Shop, Contact: contact, Made: o.sh.now()})
	if err != nil {
		return web.Download{}, err
	}
	return drawnDownload(doc, o.sh.words.T("web.team.notice.file"), set.Country)
}

// state says whether a quiz is due.
func (d *trainer) state(one job.DuePerson) string {
	if one.Due {
		return d.sh.words.T("staff.due")
	}
	return d.sh.words.T("staff.done")
}
