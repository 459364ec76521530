package main

import (
	"context"

	"custode/playbook"
	"custode/playbook/drill"
)

type scoreDoc struct {
	Schema   string `json:"schema"`
	Run      int64  `json:"run"`
	Scenario string `json:"scenario"`
	drill.Score
}

// drillScore shows the result of an exercise.
func (sh *shell) drillScore(ctx context.Context, o runOptions) error {
	d, _, err := sh.exercises(ctx, o)
	if err != nil {
		return err
	}
	defer d.close()
	id, err := d.lastRun(ctx)
	if err != nil {
		return err
	}
	s, err := d.scenario(ctx, id)
	if err != nil {
		return err
	}
	if !o.json {
		return d.debrief(ctx, id, s)
	}
	r, err := d.in.Run(ctx, id)
	if err != nil {
		return d.refused(err, id)
	}
	return sh.json(scoreDoc{"custode.drill-score/1", id, s.ID, s.Judge(r, d.plans)})
}

// debriefed is how an exercise went, in words.
type debriefed struct {
	Result string
	Parts  []struct{ Name, Have string }
	Faults []struct {
		Text  string
		Costs int // points; 0: none besides those that were not won
	}
	Right []struct{ Text, Source string } // what was right, of the authority and of the people
}

// pointsWords says how many points there are.
func (d *responder) pointsWords(s drill.Score) string {
	return d.sh.words.T("play.drill.points", d.sh.words.Int(int64(s.Points)))
}

// debriefWords says how an exercise went: the points, what cost some and why, what was right.
func (d *responder) debriefWords(r *playbook.Run, s *drill.Scenario, score drill.Score) (v debriefed) {
	w := d.sh.words
	v.Result = w.T("play.drill.result", s.Title.In(w.Lang), w.Int(int64(score.Points)))
	for _, part := range score.Parts {
		v.Parts = append(v.Parts, struct{ Name, Have string }{w.T("play.drill.part." + part.ID), w.T("play.drill.of", w.Int(int64(part.Have)), w.Int(int64(part.Of)))})
	}
	for _, f := range score.Faults {
		text := f.Why.In(w.Lang)
		switch f.ID {
		case "missed":
			text = w.T("play.drill.missed", d.title(r, f.Step))
		case "order":
			text = w.T("play.drill.order", d.title(r, f.Step), d.title(r, f.Other))
		case "late":
			text = w.T("play.drill.late")
		}
		v.Faults = append(v.Faults, struct {
			Text  string
			Costs int
		}{text, f.Costs})
	}
	for _, one := range []struct {
		about string
		drill.Verdict
	}{{"authority", s.Key.Authority}, {"people", s.Key.People}} {
		v.Right = append(v.Right, struct{ Text, Source string }{w.T("play.assess."+one.about+"."+one.Answer) + " " + one.Reason.In(w.Lang), d.cited([]string{one.Source})})
	}
	return v
}

// debrief shows how an exercise went.
func (d *responder) debrief(ctx context.Context, id int64, s *drill.Scenario) error {
	r, err := d.in.Run(ctx, id)
	if err != nil {
		return d.refused(err, id)
	}
	v := d.debriefWords(r, s, s.Judge(r, d.plans))
	p := d.sh.page(d.sh.out, d.sh.outTerm)
	p.gap()
	p.wrap("", p.bold(v.Result))
	for _, part := range v.Parts {
		p.hanging("  ", part.Name+": "+part.Have)
	}
	for _, f := range v.Faults {
		mark := "  - "
		if f.Costs > 0 {
			mark = "  -" + d.sh.words.Int(int64(f.Costs)) + " "
		}
		p.hanging(mark, f.Text)
	}
	p.gap()
	for _, right := range v.Right {
		p.wrap("", right.Text+" "+p.dim("("+right.Source+")"))
	}
	return p.fail
}

// title is what a step of a run says.
func (d *responder) title(r *playbook.Run, id string) string {
	if s, ok := r.Find(id); ok {
		return d.sentence(s)
	}
	return id
}
