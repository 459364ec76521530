package main

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"custode/cmd/custode/internal/job"
	"custode/playbook"
	"custode/playbook/clock"
	"custode/playbook/drill"
	"custode/playbook/fact"
	"custode/playbook/privacy/statement"
	"custode/training/pin"
)

// standing gathers what is known elsewhere than in the daily check.
func (d *stater) standing(ctx context.Context) (a job.Standing, err error) {
	if a.Staff, err = d.staff(ctx); err != nil {
		return a, err
	}
	if a.Drills, err = d.sh.drills(ctx); err != nil {
		return a, err
	}
	facts, err := fact.Load()
	if err != nil {
		return a, err
	}
	clocks, err := clock.Load(facts)
	if err != nil {
		return a, err
	}
	a.Terms = statement.TermsOf(clocks.Rules(), d.set.Country)
	decl, err := d.sh.declaration()
	if err != nil || len(decl.Uses) == 0 {
		return a, err
	}
	d.whom = strings.Join(slices.DeleteFunc([]string{decl.Controller.Mail, decl.Controller.Phone}, func(s string) bool { return s == "" }), ", ")
	a.Map, err = job.DataMap(ctx, d.st, d.set.Folders, decl, d.sh.now())
	return a, err
}

// staff says of everybody whether a quiz is due. The questions are only read where there is somebody.
func (d *stater) staff(ctx context.Context) ([]job.DuePerson, error) {
	t := &trainer{job.Training{Store: d.st, Random: rand.Reader, Cost: pin.Usual, Now: d.sh.now}, d.sh, d.set, d.st, nil}
	people, err := t.People(ctx)
	if err != nil || len(people) == 0 {
		return nil, err
	}
	if t.q, err = d.sh.loadQuestions(); err != nil {
		return nil, err
	}
	return t.dueList(ctx)
}

// drills lists the exercises that were held: closed, and with half or more of what their steps are
// worth. One that was begun and closed at once was none.
func (sh *shell) drills(ctx context.Context) ([]playbook.Row, error) {
	if !sh.drilled() {
		return nil, nil
	}
	d, all, err := sh.exercises(ctx, runOptions{})
	if err != nil {
		return nil, err
	}
	defer d.close()
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return nil, err
	}
	var out []playbook.Row
	for _, row := range rows {
		i := slices.IndexFunc(all, func(s drill.Scenario) bool { return s.ID == row.Scenario })
		if i < 0 || row.Closed.IsZero() {
			continue
		}
		r, err := d.in.Run(ctx, row.ID)
		if err != nil {
			return nil, err
		}
		if practised(all[i].Judge(r, d.plans)) {
			out = append(out, row)
		}
	}
	return out, nil
}

// practised reports whether half or more of the steps of an exercise were done.
func practised(s drill.Score) bool {
	return slices.ContainsFunc(s.Parts, func(p drill.Part) bool { return p.ID == "steps" && p.Of > 0 && 2*p.Have >= p.Of })
}
