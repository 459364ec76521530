package cacao

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"custode/playbook/fact"
	"custode/playbook/plan"
)

// Export writes a sound plan as a CACAO document with its names in one language; now is the
// time that it is said to be made at.
func Export(known Known, p *plan.Plan, lang string, now time.Time) ([]byte, error) {
	w := &writer{known: known, plan: p, lang: lang, placed: map[string]string{}, open: map[string]bool{}, activities: map[string]bool{}}
	w.doc = document{
		Type: "playbook", SpecVersion: SpecVersion, ID: playbookID(p.ID), Name: p.Title.In(lang), Description: p.When.In(lang),
		CreatedBy: uuid("identity", "custode"), Created: stamp(now), Modified: stamp(now),
		Variables: map[string]variable{}, Workflow: map[string]*step{}, Agents: map[string]agent{},
	}
	if len(p.Steps) == 0 || p.Steps[0].Type != plan.Start {
		return nil, ErrUnsound
	}
	start, err := w.walk(p.Steps[0].ID, region{})
	if err != nil {
		return nil, err
	}
	w.doc.Start = start
	w.doc.Activities = slices.Sorted(maps.Keys(w.activities))
	if len(w.doc.Activities) > 0 {
		w.doc.Types = []string{"mitigation", "notification"}
	}
	w.doc.ExtensionsDeclared = map[string]extension{extensionID: {
		Type: "extension-definition", Name: "custode playbook", CreatedBy: w.doc.CreatedBy, Version: "1.0.0", Schema: "custode " + plan.Schema,
		Description: "What a plan of custode says beyond CACAO: both languages, phase, role, facts, due times, evidence, contacts, letters, drills and sources.",
	}}
	e := planExtension{Schema: plan.Schema, PlanID: p.ID, Version: p.Version, Lang: lang, Title: p.Title, When: p.When}
	e.Words.EN, e.Words.IT = p.Words.EN, p.Words.IT
	raw, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("cacao: %w", err)
	}
	w.doc.Extensions = map[string]json.RawMessage{extensionID: raw}
	out, err := json.MarshalIndent(w.doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("cacao: %w", err)
	}
	return append(out, '\n'), nil
}

// region is a branch: the step at which it is left, and the end step that stands for leaving.
// The plan as a whole has no exit.
type region struct {
	exit string
	end  func() string
}

type writer struct {
	known      Known
	plan       *plan.Plan
	lang       string
	doc        document
	placed     map[string]string // step and exit of its region: its id in the document
	open       map[string]bool   // being placed: to come here again is a circle
	activities map[string]bool
}

// walk places a step and all that follow it in its region, and gives its id. The few steps
// that stand in two branches with different exits are written twice.
func (w *writer) walk(id string, in region) (string, error) {
	if id == in.exit && id != "" {
		return in.end(), nil
	}
	s, ok := w.plan.Step(id)
	if !ok || w.open[id+"\x00"+in.exit] {
		return "", fmt.Errorf("%w: %s", ErrUnsound, id)
	}
	if at, done := w.placed[id+"\x00"+in.exit]; done {
		return at, nil
	}
	w.open[id+"\x00"+in.exit] = true
	out := &step{Type: map[plan.Type]string{
		plan.Start: typeStart, plan.End: typeEnd, plan.Action: typeAction, plan.Wait: typeAction, plan.Call: typeCall,
		plan.Parallel: typeParallel, plan.Repeat: typeWhile, plan.Decision: typeSwitch, plan.Choice: typeSwitch,
	}[s.Type]}
	at := uuid(out.Type, w.plan.ID, id)
	if w.doc.Workflow[at] != nil {
		at = uuid(out.Type, w.plan.ID, id, in.exit)
	}
	w.doc.Workflow[at] = out
	if err := w.fill(s, out); err != nil {
		return "", err
	}
	if err := w.lead(s, out, in); err != nil {
		return "", err
	}
	w.placed[id+"\x00"+in.exit] = at
	delete(w.open, id+"\x00"+in.exit)
	return at, nil
}

// lead writes where it goes on from a step.
func (w *writer) lead(s *plan.Step, out *step, in region) (err error) {
	switch s.Type {
	case plan.End:
		return nil
	case plan.Decision, plan.Choice:
		return w.question(s, out, in)
	case plan.Parallel:
		for i, b := range s.Branches {
			first, err := w.walk(b, region{s.Next, w.endOf(s.ID, strconv.Itoa(i))})
			if err != nil {
				return err
			}
			out.NextSteps = append(out.NextSteps, first)
		}
	case plan.Repeat:
		if out.OnTrue, err = w.walk(s.Body, region{s.ID, w.endOf(s.ID, "body")}); err != nil {
			return err
		}
	case plan.Start, plan.Action, plan.Wait, plan.Call:
	}
	out.OnCompletion, err = w.walk(s.Next, in)
	return err
}

// question writes the ways of a decision or choice: up to the step where they all meet again.
func (w *writer) question(s *plan.Step, out *step, in region) error {
	ways, err := w.ways(s.ID, in.exit, map[string]bool{})
	if err != nil {
		return err
	}
	meet := ""
	if len(ways) > 1 {
		meet = ways[1] // the first is the step itself
	}
	out.Cases = map[string]string{}
	for _, a := range answers(s.On) {
		inner := in
		if meet != "" {
			inner = region{meet, w.endOf(s.ID, a)}
		}
		name := a
		if a == fact.Unknown {
			name = "default"
		}
		if out.Cases[name], err = w.walk(s.On[a], inner); err != nil {
			return err
		}
	}
	if meet != "" {
		out.OnCompletion, err = w.walk(meet, in)
	}
	return err
}

// ways lists the steps through which every way from a step to the exit (or an end) goes, in
// their order, the step itself first.
func (w *writer) ways(id, exit string, open map[string]bool) ([]string, error) {
	if id == exit {
		return []string{id}, nil
	}
	s, ok := w.plan.Step(id)
	if !ok || open[id] {
		return nil, fmt.Errorf("%w: %s", ErrUnsound, id)
	}
	open[id] = true
	defer delete(open, id)
	if s.Type == plan.End {
		return []string{id}, nil
	}
	next := []string{s.Next}
	if len(s.On) > 0 {
		next = next[:0]
		for _, a := range answers(s.On) {
			if !slices.Contains(next, s.On[a]) {
				next = append(next, s.On[a])
			}
		}
	}
	var common []string
	for i, n := range next {
		these, err := w.ways(n, exit, open)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			common = these
		} else {
			common = slices.DeleteFunc(common, func(c string) bool { return !slices.Contains(these, c) })
		}
	}
	return append([]string{id}, common...), nil
}

// endOf makes, when it is needed, the end step of one branch.
func (w *writer) endOf(id, branch string) func() string {
	return func() string {
		at := uuid(typeEnd, w.plan.ID, id, branch, "branch")
		w.doc.Workflow[at] = &step{Type: typeEnd}
		return at
	}
}

// fill writes all of a step but where it goes on.
func (w *writer) fill(s *plan.Step, out *step) error {
	place := slices.IndexFunc(w.plan.Steps, func(o plan.Step) bool { return o.ID == s.ID })
	e := extend(s, place)
	raw, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("cacao: %w", err)
	}
	out.Extensions = map[string]json.RawMessage{extensionID: raw}
	out.Name, out.Description = e.name(w.known.Facts, w.lang), e.describe(w.lang)
	for _, ref := range s.Sources {
		r := reference{Name: ref, Source: w.known.Sources.Cite(ref).In(w.lang), ID: ref}
		if src, ok := w.known.Sources.Find(ref); ok {
			r.Name, r.URL = src.Title.In(w.lang), src.URL
		}
		out.References = append(out.References, r)
		if !slices.Contains(w.doc.References, r) {
			w.doc.References = append(w.doc.References, r)
		}
	}
	for _, key := range s.Asks {
		d, _ := w.known.Facts.Find(key)
		w.doc.Variables[variableOf(key)] = variable{Type: "string", Description: d.Ask.In(w.lang)}
	}
	switch s.Type {
	case plan.Action, plan.Wait:
		w.manual(s, out)
	case plan.Decision, plan.Choice:
		if len(s.Asks) == 1 {
			out.Switch = variableOf(s.Asks[0]) + ":value"
		}
	case plan.Call:
		out.PlaybookID = playbookID(s.Plan)
	case plan.Repeat:
		if s.Until == nil {
			return fmt.Errorf("%w: %s", ErrUnsound, s.ID)
		}
		out.Condition = pattern(w.known.Facts, s.Until)
		for _, key := range s.Until.Keys() {
			d, _ := w.known.Facts.Find(key)
			w.doc.Variables[variableOf(key)] = variable{Type: "string", Description: d.Ask.In(w.lang)}
		}
	case plan.Start, plan.End, plan.Parallel:
	}
	return nil
}

// manual writes what a person does.
func (w *writer) manual(s *plan.Step, out *step) {
	kind := map[plan.Role]string{plan.Staff: "group"}[s.Role]
	if kind == "" {
		kind = "individual"
	}
	out.Agent = uuid(kind, "role", string(s.Role))
	w.doc.Agents[out.Agent] = agent{Type: kind, Name: string(s.Role)}
	activity := activities[s.Phase]
	if activity != "" {
		w.activities[activity] = true
	}
	out.Commands = []command{{Type: "manual", Command: s.Say.In(w.lang), Activity: activity}}
	for _, key := range s.Asks {
		out.OutArgs = append(out.OutArgs, variableOf(key))
	}
	out.Delay = s.For.Milliseconds()
}
