package main

import (
	"context"
	"slices"

	"custode/cmd/custode/internal/job"
	"custode/playbook"
	"custode/playbook/drill"
	"custode/playbook/privacy/statement"
)

// standing gathers what is known elsewhere than in the daily check.
func (d *stater) standing(ctx context.Context) (a job.Standing, err error) {
	if a.Staff, err = d.sh.staffDue(ctx, d.st, d.set); err != nil {
		return a, err
	}
	if a.Drills, err = d.sh.drills(ctx); err != nil {
		return a, err
	}
	clocks, err := d.sh.builtIn().clocks()
	if err != nil {
		return a, err
	}
	a.Terms = statement.TermsOf(clocks.Rules(), d.set.Country)
	decl, err := d.sh.declaration()
	if err != nil || len(decl.Uses) == 0 {
		return a, err
	}
	d.whom = reachedBy(decl.Controller.Mail, decl.Controller.Phone)
	_, a.Map, err = d.sh.mapIn(ctx, d.st, d.set)
	return a, err
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
