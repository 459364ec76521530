package main

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/verify"
	"custode/playbook"
	"custode/playbook/privacy/notice"
	"custode/playbook/privacy/printed"
	"custode/training/pin"
)

// wholeShop is all that the check judges a shop by, besides what its database holds.
func (sh *shell) wholeShop(ctx context.Context, st state, set settings) (job.Shop, error) {
	shop, err := sh.shop(set)
	if err == nil {
		shop.Around = sh.around(ctx, st, set)
	}
	return shop, err
}

// around gathers for the check what stands elsewhere than in the home's own database. A part that
// cannot be read is left out: its items are unknown then, and the command that they name says why.
func (sh *shell) around(ctx context.Context, st state, set settings) (a job.Around) {
	if staff, err := sh.staffDue(ctx, st, set); err == nil {
		a.Staff = &staff
	}
	if drills, err := sh.drills(ctx); err == nil {
		a.Drills = &drills
	}
	if clocks, err := sh.clocks(ctx, st, set); err == nil {
		a.Clocks = &clocks
	}
	if papers, found, err := sh.papers(ctx, st, set); err == nil {
		a.Papers, a.Found = &papers, found
	}
	if decl, err := sh.declaration(); err == nil {
		a.Declared = &decl
	}
	return a
}

// looker looks at sealed files: with the key where it is at hand without a question. Who gets it wipes it.
func (sh *shell) looker(ctx context.Context, shop job.Shop) (verify.Verifier, func(), error) {
	v, wipe := verify.Verifier{FS: disk.Real{}}, func() {}
	key, _, err := sh.peopleKey()
	if err != nil {
		return v, wipe, err
	}
	v.Key = catalogue.NewKey(key[:])
	if shop.Ring == nil {
		return v, wipe, nil
	}
	if id, ok := sh.heldKey(ctx); ok {
		if u, err := shop.Ring.Hold(id); err == nil {
			v.With, wipe = u.Identities(), u.Wipe
		}
	}
	return v, wipe, nil
}

// staffDue says of everybody whether a quiz is due. The questions are only read where there is somebody.
func (sh *shell) staffDue(ctx context.Context, st state, set settings) ([]job.DuePerson, error) {
	t := &trainer{job.Training{Store: st, Random: rand.Reader, Cost: pin.Usual, Now: sh.now}, sh, set, st, nil}
	people, err := t.People(ctx)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	if t.q, err = sh.loadQuestions(); err != nil {
		return nil, err
	}
	return t.dueList(ctx)
}

// clocks tells what the law wants next of the incidents that are open. The plans are only read
// where there is one.
func (sh *shell) clocks(ctx context.Context, st state, set settings) (c job.Clocks, err error) {
	rows, err := st.Runs(ctx)
	if err != nil || !slices.ContainsFunc(rows, func(r playbook.Row) bool { return r.Closed.IsZero() }) {
		return c, err
	}
	l, err := sh.loadPlans()
	if err != nil {
		return c, err
	}
	book, err := sh.builtIn().clocks()
	if err != nil {
		return c, err
	}
	return job.OpenClocks(ctx, job.Incidents{Store: st, Book: l.book, Library: l.plans}, book, set.Country, sh.now())
}

// papers holds the notices that were printed to what is so now. For that it gathers what lies in the
// data folders; where none was printed, not.
func (sh *shell) papers(ctx context.Context, st state, set settings) ([]job.Paper, *job.Holdings, error) {
	list, err := st.Printed(ctx)
	list = slices.DeleteFunc(list, func(p printed.Paper) bool { return p.Kind == printed.Statement })
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	d := &noticer{sh: sh, set: set, st: st}
	if err := d.read(ctx); err != nil {
		return nil, nil, err
	}
	var out []job.Paper
	for _, p := range list {
		s, err := d.compare(p)
		if err != nil {
			return nil, nil, err
		}
		wrong := slices.ContainsFunc(s.changes, func(c notice.Change) bool { return !milder(c.What) })
		out = append(out, job.Paper{Stale: len(s.changes) > 0, Wrong: wrong})
	}
	return out, &d.found, nil
}

// milder reports whether a notice that has not followed a change is only less exact than it could
// be: it tells more than is so, or tells it in other words.
func milder(w notice.What) bool {
	return slices.Contains([]notice.What{
		notice.UseGone, notice.CategoryGone, notice.KeptShorter, notice.ReceiverGone, notice.ReceiverNamed, notice.CodeChanged, notice.WhyChanged,
	}, w)
}

// reachedBy is how customers reach the shop, in a few words.
func reachedBy(mail, phone string) string {
	return strings.Join(slices.DeleteFunc([]string{mail, phone}, func(s string) bool { return s == "" }), ", ")
}
