package main

import (
	"context"
	"maps"
	"slices"
	"strings"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/paper"
	"custode/playbook"
	"custode/playbook/clock"
	"custode/playbook/fact"
	"custode/playbook/letter"
	"custode/playbook/plan"
)

// cleanLines is what a person wrote, in its lines, without what would act rather than be read.
func cleanLines(s string) string { return strings.TrimSpace(paper.Clean(s)) }

// incidentStep shows a step to who does it.
func (d *responder) incidentStep(id int64, r *playbook.Run, s playbook.StepState) *web.IncidentStep {
	w := d.stepWords(r, s.Node)
	v := &web.IncidentStep{
		ID: s.ID, Tag: w.Tag, Say: w.Say, How: w.How, Not: w.Not, Calls: w.Calls, Wait: w.Wait, Due: w.Due, Late: w.Late, Sources: w.Sources,
		Open: r.Closed.IsZero() && s.State != playbook.StateDone,
	}
	for _, k := range w.Keep {
		v.Keep = append(v.Keep, web.IncidentNote{Head: k.Kind, Text: k.What})
	}
	if s.State == playbook.StateDone || s.State == playbook.StateSkipped {
		v.Done, v.Stands = d.doneWords(s), d.stands(r, s)
	}
	for _, word := range s.Step.Letters {
		if k, ok := d.letters.Kind(letter.For(word, clock.ForCountry(d.set.Country)[0])); ok {
			v.Letters = append(v.Letters, web.LetterLine{Kind: k.ID, Name: k.Name.In(d.sh.words.Lang)})
		}
	}
	if !v.Open {
		return v
	}
	if slices.ContainsFunc(s.Step.Asks, func(key string) bool { return slices.Contains(decisions, key) }) {
		a := d.webAssessment(id, r)
		v.Assessment = &a
	}
	for _, key := range d.wanted(r, s.Node) {
		v.Fields = append(v.Fields, d.incidentField(r, s.Step, key))
	}
	return v
}

// doneWords says of a step that is done or left out by whom and when.
func (d *responder) doneWords(s playbook.StepState) string {
	t := d.sh.words.T
	switch who := d.whoDid(s); {
	case who == "":
		return t("web.incident.answered")
	case s.State == playbook.StateSkipped:
		return t("web.incident.skipped", who)
	default:
		return t("web.incident.done", who)
	}
}

// stands lists what is known of what a step asks for, and what was said with it.
func (d *responder) stands(r *playbook.Run, s playbook.StepState) (list []string) {
	for _, key := range s.Step.Asks {
		if v, ok := r.Facts[key]; ok {
			list = append(list, d.factLine(key, v.Text))
		}
	}
	if s.Text != "" {
		list = append(list, shownText(s.Text))
	}
	return list
}

// factLine is a fact with its name.
func (d *responder) factLine(key, text string) string {
	def, _ := d.book.Find(key)
	return def.Label.In(d.sh.words.Lang) + ": " + d.value(def, text)
}

// incidentField asks for a fact, with what custode proposes.
func (d *responder) incidentField(r *playbook.Run, s *plan.Step, key string) web.IncidentField {
	def, _ := d.book.Find(key)
	w, have := d.sh.words, d.preset(r, key)
	f := web.IncidentField{Key: key, Ask: def.Ask.In(w.Lang), Help: def.Help.In(w.Lang), Kind: string(def.Type), Unknown: r.Facts[key].Text == fact.Unknown, Value: d.typedForm(def, have)}
	if s != nil && d.posed(s) && s.Say.Empty() {
		f.Ask = w.T("play.answer")
	}
	for _, o := range def.Options {
		f.Options = append(f.Options, web.Choice{ID: o.ID, Name: o.Label.In(w.Lang)})
	}
	if def.Type == fact.YesNo {
		f.Options = []web.Choice{{ID: "yes", Name: capital(w.T("play.tri.yes"))}, {ID: "no", Name: capital(w.T("play.tri.no"))}}
	}
	chosen := strings.Split(f.Value, ",")
	for i := range f.Options {
		f.Options[i].On = slices.Contains(chosen, f.Options[i].ID)
	}
	if have.Known() {
		f.Found = d.foundWords(def, have)
	}
	return f
}

// foundWords says what custode proposes and where it has it from; "" of what a person said.
func (d *responder) foundWords(def fact.Def, have fact.Value) string {
	w, value := d.sh.words, d.value(def, have.Text)
	if have.Origin == fact.Said || have.Origin == fact.Step {
		return ""
	}
	switch inField := def.Type == fact.Free || def.Type == fact.Number; { // there it stands below, word for word
	case inField && have.Origin == suggested:
		return w.T("web.incident.proposed.here")
	case inField:
		return w.T("web.incident.found.here", w.T("play.origin."+string(have.Origin)))
	case have.Origin == suggested:
		return w.T("web.incident.proposed", value)
	}
	return w.T("web.incident.found", value, w.T("play.origin."+string(have.Origin)))
}

// typedForm is a value as it stands in a field.
func (d *responder) typedForm(def fact.Def, v fact.Value) string {
	if !v.Known() {
		return ""
	}
	if at, ok := (fact.Set{def.Key: v}).Time(def.Key); ok && def.Type == fact.Moment {
		return d.zoned(at).Format("2006-01-02T15:04")
	}
	return v.Text
}

// DoStep implements [web.Responder].
func (o *office) DoStep(ctx context.Context, a web.Act) error {
	return o.inIncident(ctx, a, func(d *responder, r *playbook.Run) ([]playbook.Event, error) {
		n, err := d.notOvertaken(r, a)
		if err != nil {
			return nil, err
		}
		switch a.What {
		case web.ActSkip:
			return r.Skip(d.who(), a.Step, cleanLines(a.Text))
		case web.ActLater:
			return d.postpone(r, n, a)
		case web.ActDone:
			given, err := d.given(r, d.wanted(r, n), a.Values, true)
			if err != nil {
				return nil, err
			}
			return r.Done(d.who(), a.Step, given, cleanLines(a.Text))
		}
		return nil, fault.New(fault.Usage, "fault.play.step", printable(a.What))
	})
}

// notOvertaken finds the step of an act, if nobody has done it meanwhile and nobody has said
// something else of what it asks for.
func (d *responder) notOvertaken(r *playbook.Run, a web.Act) (playbook.Node, error) {
	all := r.Steps()
	i := slices.IndexFunc(all, func(s playbook.StepState) bool { return s.ID == a.Step })
	if i < 0 {
		return playbook.Node{}, d.stepFault(&playbook.StepError{Step: a.Step, Err: playbook.ErrNoStep})
	}
	s := all[i]
	switch w := d.sh.words; {
	case !r.Closed.IsZero():
		return s.Node, &web.OvertakenError{Say: w.T("play.closed", w.DateTime(d.zoned(r.Closed)))}
	case s.State == playbook.StateNot:
		return s.Node, &web.OvertakenError{Say: w.T("web.incident.not-needed")}
	case s.State == playbook.StateDone, s.State == playbook.StateSkipped && a.What != web.ActDone:
		return s.Node, &web.OvertakenError{Say: d.doneWords(s), Stands: d.stands(r, s)}
	}
	return s.Node, d.unchanged(r, a)
}

// unchanged wants what an act says of facts not to overwrite what somebody else has said since its
// form was drawn.
func (d *responder) unchanged(r *playbook.Run, a web.Act) error {
	over := &web.OvertakenError{}
	for _, key := range slices.Sorted(maps.Keys(a.Values)) {
		v, typed := r.Facts[key], a.Values[key]
		def, ok := d.book.Find(key)
		if !ok || v.Event <= int64(a.Seen) || typed == "" || typed == v.Text || typed == d.typedForm(def, v) {
			continue
		}
		e := r.Events[v.Event-1]
		over.Say = d.sh.words.T("web.incident.changed", printable(e.By), d.sh.words.DateTime(d.zoned(e.At)))
		over.Stands = append(over.Stands, d.factLine(key, v.Text))
	}
	if len(over.Stands) > 0 {
		return over
	}
	return nil
}

// postpone keeps what was typed at a step that waits, but for what would decide it.
func (d *responder) postpone(r *playbook.Run, n playbook.Node, a web.Act) ([]playbook.Event, error) {
	keys := d.wanted(r, n)
	if n.Step.Type == plan.Decision || n.Step.Type == plan.Choice {
		keys = nil
	}
	given, err := d.given(r, keys, a.Values, false)
	if err != nil {
		return nil, err
	}
	for key, v := range given {
		if v == d.preset(r, key).Text || v == fact.Unknown { // nobody has looked at it yet
			delete(given, key)
		}
	}
	events, err := r.Know(d.who(), given, fact.Said)
	text := cleanLines(a.Text)
	if err != nil || text == "" || d.twice(r, a, playbook.Noted, text) {
		return events, err
	}
	note, err := r.Note(d.who(), a.Step, text)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return note, nil
	}
	last := note[len(note)-1] // that a clock was set back stands in the others already
	last.Seq = int64(len(r.Events) + len(events) + 1)
	return append(events, last), nil
}

// given understands what was typed into fields. All wants an answer to each.
func (d *responder) given(r *playbook.Run, keys []string, typed map[string]string, all bool) (playbook.Answers, error) {
	out, wrong := playbook.Answers{}, web.MistypedError{}
	for _, key := range keys {
		def, _ := d.book.Find(key)
		text, have := typed[key], d.preset(r, key)
		switch {
		case text == "" && all:
			wrong[key] = d.sh.words.T("web.incident.no-answer")
		case text == "":
		case have.Known() && text == d.typedForm(def, have):
			out[key] = have.Text // a moment keeps its seconds
		default:
			v, say := d.understand(def, text)
			if say != "" {
				wrong[key] = say
				continue
			}
			out[key] = v
		}
	}
	if len(wrong) > 0 {
		return nil, &wrong
	}
	return out, nil
}
