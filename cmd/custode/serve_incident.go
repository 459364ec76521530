package main

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/playbook"
)

// Incidents implements [web.Responder].
func (o *office) Incidents(ctx context.Context, skip, most int64) (v web.Incidents, err error) {
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
		v.Last = max(v.Last, row.ID)
		if !row.Closed.IsZero() {
			if v.All++; v.All > skip && v.All <= skip+most {
				v.Closed = append(v.Closed, web.IncidentRow{ID: row.ID, Text: d.rowWords(row)})
			}
			continue
		}
		r, err := d.in.Run(ctx, row.ID)
		if err != nil { // one that cannot be read does not hide the others
			v.Open = append(v.Open, web.IncidentHead{ID: row.ID, Title: d.rowWords(row)})
			continue
		}
		v.Open = append(v.Open, d.incidentHead(row.ID, r))
	}
	return v, nil
}

// incidentHead says which incident it is, which clock runs, and what is to be done now.
func (d *responder) incidentHead(id int64, r *playbook.Run) web.IncidentHead {
	w := d.sh.words
	h := web.IncidentHead{ID: id, Title: w.T("play.head", r.Plan.Title.In(w.Lang), strconv.FormatInt(id, 10)), Seen: len(r.Events), Complete: r.Path().Complete, Exercise: d.o.drill, Alarm: r.Closed.IsZero() && r.SaidFalse()}
	if d.o.drill {
		h.Title = d.exerciseTitle(id, r)
	}
	if !r.Closed.IsZero() {
		h.Closed = w.T("play.closed", w.DateTime(d.zoned(r.Closed)))
		return h
	}
	if turn := r.Turn(); len(turn) > 0 {
		h.Next = d.sentence(turn[0].Step)
	}
	h.Clock = d.incidentClock(r)
	return h
}

// incidentClock is the most pressing time limit of the law; nil: none runs.
func (d *responder) incidentClock(r *playbook.Run) *web.IncidentClock {
	w, now := d.sh.words, d.sh.now()
	l, ok := d.pressing(r)
	if !ok {
		return nil
	}
	c := &web.IncidentClock{Name: l.Label.In(w.Lang), Status: "attention"}
	switch {
	case l.Due.IsZero():
		c.Say = w.T("play.clock.not-yet", c.Name)
	case now.After(l.Due):
		c.Say, c.Status = w.T("play.clock.over", c.Name, w.DateTime(d.zoned(l.Due))), "act"
	default:
		left := l.Due.Sub(now)
		c.Left, c.Until = w.T("web.incident.left", d.remaining(left)), w.T("web.incident.until", w.DateTime(d.zoned(l.Due)))
		if left < 12*time.Hour {
			c.Status = "act"
		}
	}
	return c
}

// remaining says how long there is, in hours as long as that is easily read: the law counts 72 of them.
func (d *responder) remaining(left time.Duration) string {
	if left >= 2*time.Hour && left <= 100*time.Hour {
		return d.sh.words.T("format.hours", d.sh.words.Int(int64(left/time.Hour)))
	}
	return d.sh.words.Duration(left)
}

// PlansFor implements [web.Responder].
func (o *office) PlansFor(_ context.Context, what string) (list []web.PlanChoice, all bool, err error) {
	l, err := o.sh.loadPlans()
	if err != nil {
		return nil, false, err
	}
	offer, all := l.plans.Incidents(), true
	if found := l.plans.Match(what); len(found) > 0 {
		offer, all = found[:min(len(found), mostOffered)], false
	}
	for _, p := range offer {
		list = append(list, web.PlanChoice{ID: p.ID, Title: p.Title.In(o.sh.words.Lang), When: p.When.In(o.sh.words.Lang)})
	}
	return list, all, nil
}

// BeginIncident implements [web.Responder].
func (o *office) BeginIncident(ctx context.Context, b web.Beginning) (int64, error) {
	o.beginning.Lock() // a double click does not begin two
	defer o.beginning.Unlock()
	d, err := o.sh.responder(ctx, runOptions{as: b.By})
	if err != nil {
		return 0, err
	}
	defer d.close()
	rows, err := d.in.Store.Runs(ctx)
	if err != nil {
		return 0, err
	}
	for _, row := range rows {
		if row.ID > b.Last && row.Plan == b.Plan && row.Closed.IsZero() && !b.Again {
			return 0, &web.BegunError{ID: row.ID, Say: d.rowWords(row)}
		}
	}
	so := startOptions{runOptions: d.o, what: b.What, scan: b.Folder}
	known, err := d.knownFacts(ctx, so)
	if isFault(err, "fault.play.scan") { // nothing is known of it any more: that does not hold up an incident
		so.scan = ""
		known, err = d.knownFacts(ctx, so)
	}
	if err != nil {
		return 0, err
	}
	id, _, err := d.begin(ctx, so, b.Plan, known)
	return id, err
}

// Incident implements [web.Responder].
func (o *office) Incident(ctx context.Context, id int64, step string) (v web.Incident, err error) {
	d, id, r, err := o.sh.onRun(ctx, o.about(id, ""))
	if err != nil {
		return v, err
	}
	defer d.close()
	v.IncidentHead = d.incidentHead(id, r)
	staff, err := o.QuizStaff(ctx)
	if err != nil {
		return v, err
	}
	all, turn := r.Steps(), r.Turn()
	if step == "" && len(turn) > 0 {
		step = turn[0].ID
	}
	at := slices.IndexFunc(all, func(s playbook.StepState) bool { return s.ID == step && s.State != playbook.StateNot })
	if at < 0 && len(turn) > 0 { // another way was taken since
		at = slices.IndexFunc(all, func(s playbook.StepState) bool { return s.ID == turn[0].ID })
	}
	if at >= 0 {
		v.Step = d.incidentStep(id, r, all[at])
		d.stepHelp(v.Step, r, all[at], staff)
	}
	for _, n := range turn {
		if at < 0 || n.ID != all[at].ID {
			v.Also = append(v.Also, web.StepLine{ID: n.ID, Say: d.sentence(n.Step)})
		}
	}
	v.Phases, v.Rest = d.incidentPhases(r, all)
	v.Notes = d.incidentNotes(r)
	v.Said = d.saidOf(r)
	v.Played, err = d.played(ctx, id, r)
	return v, err
}

// saidOf says how it stands where nothing is left to do.
func (d *responder) saidOf(r *playbook.Run) string {
	w := d.sh.words
	alarm, was := r.FalseAlarm()
	switch {
	case was:
		return w.T("play.alarm.was", shownText(alarm.Reason))
	case r.Closed.IsZero() && r.SaidFalse():
		return w.T("play.alarm.said")
	case r.Closed.IsZero() && r.Path().Complete:
		return w.T("play.complete")
	}
	return ""
}

// incidentPhases lists the steps by the parts of the plan, and how many are not needed.
func (d *responder) incidentPhases(r *playbook.Run, all []playbook.StepState) (list []web.StepPhase, rest string) {
	w, left := d.sh.words, int64(0)
	for _, s := range all {
		if s.State == playbook.StateNot {
			left++
			continue
		}
		name := w.T("play.phase." + string(s.Step.Phase))
		if n := len(list); n == 0 || list[n-1].Name != capital(name) {
			list = append(list, web.StepPhase{Name: capital(name)})
		}
		p := &list[len(list)-1]
		p.Steps = append(p.Steps, d.stepLine(r, s))
	}
	if left > 0 {
		rest = w.N("play.not-needed", left)
	}
	return list, rest
}

func (d *responder) stepLine(r *playbook.Run, s playbook.StepState) web.StepLine {
	w := d.sh.words
	l := web.StepLine{ID: s.ID, Say: d.sentence(s.Step), State: string(s.State), Text: shownText(s.Text), Who: d.whoDid(s)}
	if s.State == playbook.StateTodo && !s.Since.IsZero() && r.Closed.IsZero() {
		l.State = "now"
	}
	if l.Who == "" && s.Assigned != "" {
		l.Who = printable(s.Assigned)
	}
	l.Mark = w.T("web.incident.state." + l.State)
	return l
}

// whoDid says who did a step, and when; "" where nobody did.
func (d *responder) whoDid(s playbook.StepState) string {
	if s.At.IsZero() {
		return ""
	}
	return printable(s.By) + ", " + d.sh.words.DateTime(d.zoned(s.At))
}

// incidentNotes are what people wrote down, the newest first.
func (d *responder) incidentNotes(r *playbook.Run) (list []web.IncidentNote) {
	for _, e := range slices.Backward(r.Events) {
		if e.Kind == playbook.Noted {
			list = append(list, d.noteWords(&e))
		}
	}
	return list
}

// noteWords is something that was written down, with who did and when.
func (d *responder) noteWords(e *playbook.Event) web.IncidentNote {
	return web.IncidentNote{Head: printable(e.By) + ", " + d.sh.words.DateTime(d.zoned(e.At)), Text: cleanLines(e.Text)}
}

// NoteIncident implements [web.Responder].
func (o *office) NoteIncident(ctx context.Context, a web.Act) error {
	return o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		text := cleanLines(a.Text)
		if d.twice(r, a, playbook.Noted, text) {
			return nil, nil
		}
		return r.Note(d.who(), a.Step, text)
	})
}

// twice reports whether the same person has written the same since a form was drawn: it was sent a second time.
func (d *responder) twice(r *playbook.Run, a web.Act, kind playbook.Kind, text string) bool {
	return slices.ContainsFunc(r.Events, func(e playbook.Event) bool {
		return e.Seq > int64(a.Seen) && e.Kind == kind && e.Step == a.Step && e.Text == text && e.By == d.who().Name
	})
}

// EndIncident implements [web.Responder].
func (o *office) EndIncident(ctx context.Context, a web.Act) error {
	return o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		w, reason := d.sh.words, cleanLines(a.Text)
		switch {
		case a.What == web.ActReopen && r.Closed.IsZero():
			return nil, &web.OvertakenError{Say: w.T("web.incident.end.open")}
		case a.What == web.ActReopen:
			return r.Reopen(d.who(), reason)
		case !r.Closed.IsZero():
			return nil, &web.OvertakenError{Say: w.T("play.closed", w.DateTime(d.zoned(r.Closed)))}
		}
		return d.closing(r, doOptions{runOptions: d.o, alarm: a.What == web.ActFalse, reason: reason})
	})
}

// inIncident changes an incident as a page asks for it. What a person can mend comes back as a
// [*web.MistypedError].
func (o *office) inIncident(ctx context.Context, a web.Act, fn func(*responder, *playbook.Run) ([]playbook.Event, error)) error {
	d, err := o.sh.responder(ctx, o.about(a.ID, a.By))
	if err != nil {
		return err
	}
	defer d.close()
	if o.drill {
		defer o.practised.Store(true)
	}
	_, err = d.in.Change(ctx, a.ID, func(r *playbook.Run) ([]playbook.Event, error) { return fn(d, r) })
	w := d.sh.words
	for _, known := range []struct {
		err error
		say string
	}{
		{playbook.ErrReason, "play.wrong.reason"},
		{playbook.ErrLong, "play.wrong.text"},
		{playbook.ErrEmpty, "web.incident.note.empty"},
		{playbook.ErrLeft, "web.incident.end.left"},
		{playbook.ErrRegister, "web.incident.end.register"},
	} {
		if errors.Is(err, known.err) {
			return &web.MistypedError{"": w.T(known.say)}
		}
	}
	return d.refused(err, a.ID)
}
