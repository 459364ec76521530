package main

import (
	"context"
	"slices"
	"strconv"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/playbook"
	"custode/playbook/daily"
	"custode/playbook/drill"
)

// about says which incident is meant and who acts; which exercise, where the office has those.
func (o *office) about(id int64, by string) runOptions {
	return runOptions{run: id, as: by, drill: o.drill}
}

// Exercising implements [web.Exerciser].
func (o *office) Exercising() web.Office { return &office{o.counter, o.sh, true} }

// Exercises implements [web.Exerciser].
func (o *office) Exercises(ctx context.Context, skip, most int64) (v web.Exercises, err error) {
	if v.Status, v.Said, err = o.sh.lastHeld(ctx); err != nil {
		return v, err
	}
	d, all, err := o.sh.exercises(ctx, runOptions{})
	if err != nil {
		return v, err
	}
	defer d.close()
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return v, err
	}
	runs := map[string]int64{}
	for _, row := range rows {
		if !row.Closed.IsZero() {
			if v.All++; v.All > skip && v.All <= skip+most {
				v.Ended = append(v.Ended, web.IncidentRow{ID: row.ID, Text: d.endedWords(ctx, row)})
			}
			continue
		}
		runs[row.Scenario] = row.ID
		r, err := d.in.Run(ctx, row.ID)
		if err != nil { // one that cannot be read does not hide the others
			v.Open = append(v.Open, web.IncidentHead{ID: row.ID, Title: d.rowWords(row), Exercise: true})
			continue
		}
		v.Open = append(v.Open, d.incidentHead(row.ID, r))
	}
	lang := o.sh.words.Lang
	for _, s := range all {
		e := web.ExerciseOffer{ID: s.ID, Title: s.Title.In(lang), Runs: runs[s.ID]}
		if p, ok := d.plans.Get(s.Plan); ok {
			e.Plan = p.Title.In(lang)
		}
		v.Offer = append(v.Offer, e)
	}
	return v, nil
}

// endedWords says which exercise it was, when, and with how many points; without them, where it cannot be read.
func (d *responder) endedWords(ctx context.Context, row playbook.Row) string {
	s, err := d.scenario(ctx, row.ID)
	if err != nil {
		return d.rowWords(row)
	}
	r, err := d.in.Run(ctx, row.ID)
	if err != nil {
		return d.rowWords(row)
	}
	return s.Title.In(d.sh.words.Lang) + ". " + d.rowWords(row) + ", " + d.pointsWords(s.Judge(r, d.plans))
}

// lastHeld says when an exercise was held last, as the daily check does.
func (sh *shell) lastHeld(ctx context.Context) (status, said string, err error) {
	held, err := sh.drills(ctx)
	if err != nil {
		return "", "", err
	}
	it := daily.Exercise(daily.Facts{Response: &daily.ResponseFacts{Drilled: job.LastExercise(held)}}, sh.now())
	if it.Status != daily.OK {
		it.Status = daily.Attention
	}
	return string(it.Status), sh.itemTitle(it), nil
}

// BeginExercise implements [web.Exerciser].
func (o *office) BeginExercise(ctx context.Context, id, by string) (int64, error) {
	o.beginning.Lock() // a double click does not begin two
	defer o.beginning.Unlock()
	d, all, err := o.sh.exercises(ctx, runOptions{as: by})
	if err != nil {
		return 0, err
	}
	defer d.close()
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		if row.Scenario == id && row.Closed.IsZero() {
			return row.ID, nil
		}
	}
	n, _, _, err := d.beginDrill(ctx, all, id)
	return n, err
}

// played is what an exercise is about, and what has happened in it meanwhile; nil of an incident.
func (d *responder) played(ctx context.Context, id int64, r *playbook.Run) (*web.Played, error) {
	if !d.o.drill {
		return nil, nil //nolint:nilnil // an incident is not played
	}
	s, err := d.scenario(ctx, id)
	if err != nil {
		return nil, err
	}
	lang := d.sh.words.Lang
	v := &web.Played{Title: s.Title.In(lang), Story: s.Story.In(lang), Begun: slices.ContainsFunc(r.Events, func(e playbook.Event) bool {
		return e.Kind == playbook.Done || e.Kind == playbook.Skipped
	})}
	if !r.Closed.IsZero() {
		return v, nil
	}
	for _, in := range s.Pending(r, d.sh.now()) {
		one := web.Surprise{ID: in.ID, Say: in.Say.In(lang)}
		for _, opt := range in.Options {
			one.Options = append(one.Options, web.Choice{ID: opt.ID, Name: opt.Label.In(lang)})
		}
		v.Happened = append(v.Happened, one)
	}
	return v, nil
}

// MeetSurprise implements [web.Exerciser].
func (o *office) MeetSurprise(ctx context.Context, a web.Act) error {
	return o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		s, err := d.scenario(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		w := d.sh.words
		in, pending := s.PendingNow(r, a.Step, d.sh.now())
		i := slices.IndexFunc(r.Events, func(e playbook.Event) bool { return e.Kind == playbook.Inject && e.Ref == a.Step })
		switch {
		case !r.Closed.IsZero():
			return nil, &web.OvertakenError{Say: w.T("play.closed", w.DateTime(d.zoned(r.Closed)))}
		case i >= 0 && r.Events[i].Value == a.Text: // a second click
			return nil, nil
		case i >= 0:
			return nil, &web.OvertakenError{Say: w.T("web.exercise.met", printable(r.Events[i].By), w.DateTime(d.zoned(r.Events[i].At))), Stands: d.metWords(s, r.Events[i])}
		case pending && len(in.Options) > 0 && a.Text == "":
			return nil, &web.MistypedError{"": w.T("web.exercise.meanwhile.which")}
		case !pending:
			return nil, fault.New(fault.Usage, "fault.play.drill.option", printable(a.Step))
		}
		return d.meets(r, in, a.Text)
	})
}

// metWords is what was done about something that happened meanwhile.
func (d *responder) metWords(s *drill.Scenario, e playbook.Event) (list []string) {
	for _, in := range s.Injects {
		for _, opt := range in.Options {
			if in.ID == e.Ref && opt.ID == e.Value {
				list = append(list, opt.Label.In(d.sh.words.Lang))
			}
		}
	}
	return list
}

// ExerciseResult implements [web.Exerciser].
func (o *office) ExerciseResult(ctx context.Context, id int64) (v web.ExerciseResult, err error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return v, err
	}
	defer d.close()
	if r.Closed.IsZero() {
		return v, d.refused(playbook.ErrOpen, id)
	}
	s, err := d.scenario(ctx, id)
	if err != nil {
		return v, err
	}
	score, w := s.Judge(r, d.plans), d.sh.words
	b := d.debriefWords(r, s, score)
	v.IncidentHead, v.Say, v.Counted, v.Counts = d.incidentHead(id, r), b.Result, practised(score), w.T("web.exercise.counted")
	if !v.Counted {
		v.Counts = w.T("web.exercise.uncounted")
	}
	for _, p := range b.Parts {
		v.Points = append(v.Points, web.FactLine{Name: capital(p.Name), Value: p.Have})
	}
	for _, f := range b.Faults {
		text := f.Text
		if f.Costs > 0 {
			text += " " + w.N("web.exercise.costs", int64(f.Costs))
		}
		v.Faults = append(v.Faults, text)
	}
	for _, right := range b.Right {
		v.Right = append(v.Right, web.IncidentNote{Head: right.Source, Text: right.Text})
	}
	return v, nil
}

// exerciseTitle is what stands above every page of an exercise.
func (d *responder) exerciseTitle(id int64, r *playbook.Run) string {
	w := d.sh.words
	return w.T("web.exercise.head", w.T("play.drill"), r.Plan.Title.In(w.Lang), strconv.FormatInt(id, 10))
}
