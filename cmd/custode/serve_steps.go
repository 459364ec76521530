package main

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/web"
	"custode/playbook"
	"custode/training"
	"custode/training/staff"
)

// stepHelp says of a step to whom it can be given, to whom it was, and what was said about it.
func (d *responder) stepHelp(v *web.IncidentStep, r *playbook.Run, s playbook.StepState, people []web.Learner) {
	for _, e := range slices.Backward(r.Events) {
		if e.Kind == playbook.Noted && e.Step == s.ID {
			v.Told = append(v.Told, d.noteWords(&e))
		}
	}
	if v.Givable = v.Open && !d.o.drill && s.State != playbook.StateNot && !d.onlyAsks(s.Step); !v.Givable {
		return
	}
	for _, p := range people {
		name := p.Name
		if !p.HasPIN {
			name = d.sh.words.T("web.steps.give.no-pin", name)
		}
		v.Staff = append(v.Staff, web.Choice{ID: strconv.FormatInt(p.ID, 10), Name: name, On: isOf(p.Name, s.Assigned)})
	}
}

// isOf reports whether a step that was given to somebody was given to who has this name. Names of the staff
// are compared as the list of the staff does, which has none twice.
func isOf(name, assigned string) bool {
	return assigned != "" && staff.Fold(name) == staff.Fold(assigned)
}

// GiveStep implements [web.Helper].
func (o *office) GiveStep(ctx context.Context, a web.Act) error {
	name := ""
	if a.Text != "" {
		people, err := o.QuizStaff(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(people, func(p web.Learner) bool { return strconv.FormatInt(p.ID, 10) == a.Text })
		if i < 0 {
			return web.ErrNobody
		}
		name = people[i].Name
	}
	return o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		if _, err := d.notOvertaken(r, a); err != nil {
			return nil, err
		}
		switch have := r.AssignedTo(a.Step); {
		case isOf(name, have), name == "" && have == "":
			return nil, nil
		case d.givenSince(r, a) != nil:
			return nil, d.givenSince(r, a)
		}
		return r.Assign(d.who(), a.Step, name)
	})
}

// givenSince is what somebody else has done with a step since a form was drawn; nil: nothing.
func (d *responder) givenSince(r *playbook.Run, a web.Act) error {
	for _, e := range slices.Backward(r.Events) {
		switch {
		case e.Seq <= int64(a.Seen):
			return nil
		case e.Kind != playbook.Assigned || e.Step != a.Step:
		case e.To == "":
			return &web.OvertakenError{Say: d.sh.words.T("web.steps.taken", printable(e.By))}
		default:
			return &web.OvertakenError{Say: d.sh.words.T("web.steps.given", printable(e.By), printable(e.To))}
		}
	}
	return nil
}

// SitToSteps implements [web.Helper].
func (o *office) SitToSteps(ctx context.Context, sitter web.Sitter) (web.QuizSeat, error) {
	return o.sitDown(ctx, sitter, func(*trainer, *job.Desk, []training.Boost) error { return nil })
}

// sitter is the name of who sits at a seat, as it stands now.
func (o *office) sitter(ctx context.Context, seat web.QuizSeat) (name string, err error) {
	err = o.sat(ctx, seat, func(_ *quizSeat, _ *trainer, desk *job.Desk, _ []training.Boost) error {
		name = printable(desk.Person.Name)
		return nil
	})
	return name, err
}

// GivenSteps implements [web.Helper].
func (o *office) GivenSteps(ctx context.Context, seat web.QuizSeat) (v web.GivenSteps, err error) {
	if v.Name, err = o.sitter(ctx, seat); err != nil {
		return v, err
	}
	d, err := o.sh.responder(ctx, runOptions{})
	if err != nil {
		return v, err
	}
	defer d.close()
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return v, err
	}
	for _, row := range rows {
		if !row.Closed.IsZero() {
			continue
		}
		r, err := d.in.Run(ctx, row.ID)
		if err != nil { // one that cannot be read does not hide the others
			continue
		}
		for _, s := range r.Steps() {
			if given(s, v.Name) {
				v.Steps = append(v.Steps, d.givenStep(row.ID, r, s))
			}
		}
	}
	return v, nil
}

// given reports whether a step is still to be done, by who has this name.
func given(s playbook.StepState, name string) bool {
	return isOf(name, s.Assigned) && (s.State == playbook.StateTodo || s.State == playbook.StateDoing)
}

// givenStep is a step without anything that is known of the incident. The plan, the facts and the files stay
// on the owner's page; of the clock, how long there is.
func (d *responder) givenStep(id int64, r *playbook.Run, s playbook.StepState) web.GivenStep {
	w := d.stepWords(r, s.Node)
	v := web.GivenStep{Run: id, Seen: len(r.Events), ID: s.ID, Say: w.Say, How: w.How, Not: w.Not, Calls: w.Calls, Wait: w.Wait, Due: w.Due, Late: w.Late}
	for _, k := range w.Keep {
		v.Keep = append(v.Keep, web.IncidentNote{Head: k.Kind, Text: k.What})
	}
	if c := d.incidentClock(r); c != nil && c.Left != "" {
		v.Clock = &web.IncidentClock{Left: c.Left, Until: c.Until, Status: c.Status}
	}
	return v
}

// toldSince reports whether who acts has said something of a step since the form was drawn.
func (d *responder) toldSince(r *playbook.Run, a web.Act) bool {
	return slices.ContainsFunc(r.Events, func(e playbook.Event) bool {
		return e.Seq > int64(a.Seen) && e.Step == a.Step && e.By == d.who().Name && (e.Kind == playbook.Noted || e.Kind == playbook.Done)
	})
}

// TellStep implements [web.Helper]. A step that asks for nothing is done by it. What asks for facts, and what
// cannot be done, goes back to the owner with what was said: the owner answers.
func (o *office) TellStep(ctx context.Context, seat web.QuizSeat, a web.Act) (err error) {
	if a.By, err = o.sitter(ctx, seat); err != nil {
		return err
	}
	err = o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		all, text := r.Steps(), cleanLines(a.Text)
		i := slices.IndexFunc(all, func(s playbook.StepState) bool { return s.ID == a.Step })
		said := d.sh.words.T("web.steps.note." + a.What)
		if text != "" {
			said += "\n" + text
		}
		mine := i >= 0 && given(all[i], a.By)
		switch {
		case d.twice(r, a, playbook.Noted, said), a.What == web.ActTold && d.twice(r, a, playbook.Done, text): // a second click
			return nil, nil
		case i < 0, !r.Closed.IsZero():
			return nil, web.ErrNotGiven
		case !mine && d.toldSince(r, a): // something else of what is back with the owner, or done
			return r.Note(d.who(), a.Step, said)
		case !mine:
			return nil, web.ErrNotGiven
		case a.What == web.ActTold && len(d.wanted(r, all[i].Node)) == 0 && !d.onlyAsks(all[i].Step):
			return r.Done(d.who(), a.Step, nil, text)
		}
		note, err := r.Note(d.who(), a.Step, said)
		if err != nil {
			return nil, err
		}
		back, err := r.Assign(d.who(), a.Step, "")
		if err != nil {
			return nil, err
		}
		last := back[len(back)-1] // that a clock was set back stands in the note's already
		last.Seq = int64(len(r.Events) + len(note) + 1)
		return append(note, last), nil
	})
	if isFault(err, "fault.play.unknown") || errors.Is(err, playbook.ErrClosed) {
		return web.ErrNotGiven
	}
	return err
}
