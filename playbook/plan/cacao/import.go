package cacao

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"custode/internal/i18n"
	"custode/playbook/plan"
)

// Limits of what Import takes.
const (
	maxBytes = 4 << 20
	maxSteps = 500
)

// Holds is the fact with which a person answers a condition that custode cannot read.
const Holds = "condition_holds"

// Result is what was made of a document.
type Result struct {
	Plan  *plan.Plan
	Ours  bool   // it was written by Export; else it is a draft: Lint says what it lacks
	Notes []Note // what a person should look at
}

// Import reads a CACAO document.
func Import(known Known, raw []byte) (*Result, error) {
	if len(raw) > maxBytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrNotCACAO, len(raw))
	}
	r := &reader{known: known, ids: map[string]string{}, exits: map[string]string{}, placed: map[string]bool{}, ext: map[string]*stepExtension{}}
	if err := json.Unmarshal(raw, &r.doc); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotCACAO, err)
	}
	switch start := r.doc.Workflow[r.doc.Start]; {
	case r.doc.Type != "playbook" || r.doc.SpecVersion != SpecVersion:
		return nil, fmt.Errorf("%w: %s %s", ErrNotCACAO, short(r.doc.Type), short(r.doc.SpecVersion))
	case len(r.doc.Workflow) > maxSteps:
		return nil, fmt.Errorf("%w: %d steps", ErrNotCACAO, len(r.doc.Workflow))
	case start == nil || start.Type != typeStart:
		return nil, fmt.Errorf("%w: no start", ErrNotCACAO)
	}
	r.notes = append(r.notes, Check(raw)...)
	r.unknownFields(raw)
	p := r.head()
	r.name()
	r.walk(r.doc.Start, "")
	for _, at := range slices.Sorted(maps.Keys(r.doc.Workflow)) {
		if s := r.doc.Workflow[at]; s != nil && s.Type != typeEnd && !r.placed[r.ids[at]] {
			r.note(at, "unreached", at, s)
		}
	}
	slices.SortStableFunc(r.steps, func(a, b placed) int { return a.place - b.place })
	for _, s := range r.steps {
		p.Steps = append(p.Steps, s.step)
	}
	text, err := plan.Encode(p)
	if err != nil {
		return nil, fmt.Errorf("cacao: %w", err)
	}
	if p, err = plan.Parse(known.Facts, text); err != nil {
		return nil, fmt.Errorf("cacao: %w", err)
	}
	return &Result{Plan: p, Ours: r.plan != nil, Notes: r.notes}, nil
}

type placed struct {
	step  plan.Step
	place int
}

type reader struct {
	known  Known
	doc    document
	plan   *planExtension // nil: the document is not ours
	lang   string
	notes  []Note
	ids    map[string]string // the id in the document: that in the plan
	ext    map[string]*stepExtension
	exits  map[string]string // steps that were seen, and the exit of the region they were seen in
	placed map[string]bool   // ids in the plan
	steps  []placed
	last   string // the end that was added for ways that lead nowhere
}

func (r *reader) note(step, code, detail string, kept any) {
	n := Note{Step: step, Code: code, Detail: short(detail)}
	if kept != nil {
		n.Raw, _ = json.Marshal(kept) // what was read as JSON can be written
	}
	if id, ok := r.ids[step]; ok {
		n.Step = id
	}
	r.notes = append(r.notes, n)
}

// head reads what the document says about itself.
func (r *reader) head() *plan.Plan {
	p := &plan.Plan{Version: "0.1.0", Title: i18n.Text{EN: clean(r.doc.Name)}, When: i18n.Text{EN: clean(r.doc.Description)}}
	var e planExtension
	if raw, ok := r.doc.Extensions[extensionID]; ok && json.Unmarshal(raw, &e) == nil && e.Schema == plan.Schema {
		r.plan, r.lang = &e, e.Lang
		p.ID, p.Version, p.Title, p.When = e.PlanID, e.Version, e.Title, e.When
		p.Words.EN, p.Words.IT = e.Words.EN, e.Words.IT
		r.edited("", "name", &p.Title, r.doc.Name)
		r.edited("", "description", &p.When, r.doc.Description)
		return p
	}
	r.lang = "en"
	p.ID = slug(r.doc.Name, "draft")
	p.Words.EN = strings.Fields(p.Title.EN)
	r.note("", "draft", p.ID, nil)
	return p
}

// edited takes over a text that was changed in the document; the other language stays.
func (r *reader) edited(step, name string, t *i18n.Text, now string) {
	if t.In(r.lang) == now {
		return
	}
	r.note(step, "edited", name, nil)
	if r.lang == "it" {
		t.IT = clean(now)
	} else {
		t.EN = clean(now)
	}
}

// name gives every step of the document its id in the plan.
func (r *reader) name() {
	taken := map[string]bool{}
	keys := slices.Sorted(maps.Keys(r.doc.Workflow))
	for _, at := range keys {
		s := r.doc.Workflow[at]
		if s == nil {
			continue
		}
		var e stepExtension
		if raw, ok := s.Extensions[extensionID]; ok && r.plan != nil && json.Unmarshal(raw, &e) == nil && slug(e.StepID, "") == e.StepID {
			r.ids[at], r.ext[at] = e.StepID, &e
			taken[e.StepID] = true
		}
	}
	for _, at := range keys {
		s := r.doc.Workflow[at]
		if s == nil || r.ids[at] != "" || s.Type == typeEnd && r.plan != nil {
			continue
		}
		r.ids[at] = unique(taken, slug(s.Name, strings.TrimSuffix(s.Type, "-condition")))
	}
	r.last = unique(taken, "done")
}

func unique(taken map[string]bool, id string) string {
	out := id
	for n := 2; taken[out]; n++ {
		out = fmt.Sprintf("%s-%d", id, n)
	}
	taken[out] = true
	return out
}

// resolve gives the step of the plan that a way of the document leads to, and walks on from
// there. An end step within a region means that the region is left.
func (r *reader) resolve(from, to, exit string) string {
	s := r.doc.Workflow[to]
	switch {
	case s == nil && to != "":
		r.note(from, "dangling", to, nil)
		fallthrough
	case to == "":
		if exit == "" {
			return r.end()
		}
		return exit
	case s.Type == typeEnd && exit != "":
		return exit
	case r.ids[to] == "":
		return r.end()
	}
	r.walk(to, exit)
	return r.ids[to]
}

// end is the end for ways that lead nowhere.
func (r *reader) end() string {
	if !r.placed[r.last] {
		r.add(plan.Step{ID: r.last, Type: plan.End}, 1<<30)
	}
	return r.last
}

func (r *reader) add(s plan.Step, place int) int {
	r.placed[s.ID] = true
	r.steps = append(r.steps, placed{s, place})
	return len(r.steps) - 1
}

// next is the way on from a step, or out of the region.
func (r *reader) next(at string, s *step, exit string) string {
	if s.OnFailure != "" {
		to := s.OnFailure
		if id, ok := r.ids[to]; ok {
			to = id
		}
		r.note(at, "failure", to, s.OnFailure)
	}
	to := s.OnCompletion
	if to == "" {
		to = s.OnSuccess
	}
	return r.resolve(at, to, exit)
}
