package cacao

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode"

	"custode/internal/i18n"
	"custode/playbook/fact"
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

// walk reads a step and all that follow it.
func (r *reader) walk(at, exit string) {
	if before, seen := r.exits[at]; seen {
		if before != exit {
			r.note(at, "shared", r.ids[at], nil)
		}
		return
	}
	r.exits[at] = exit
	id := r.ids[at]
	if r.placed[id] {
		return // the second writing of a step of ours
	}
	s := r.doc.Workflow[at]
	place := 1<<20 + len(r.steps)
	if e := r.ext[at]; e != nil {
		place = e.Place
	}
	if s.Type == typeStart && exit == "" {
		place = -1 << 30
	}
	out := r.content(at, s)
	i := r.add(out, place)
	r.lead(at, s, &out, exit)
	r.steps[i].step = out
}

// lead reads where it goes on from a step, and with it what kind of step it is.
func (r *reader) lead(at string, s *step, out *plan.Step, exit string) {
	switch s.Type {
	case typeEnd:
		out.Type = plan.End
	case typeStart:
		out.Type = plan.Start
		out.Next = r.next(at, s, exit)
	case typeCall:
		out.Type, out.Plan = plan.Call, ""
		if e := r.ext[at]; e != nil && playbookID(e.Plan) == s.PlaybookID {
			out.Plan = e.Plan
		} else {
			out.Plan = "playbook-" + slug(strings.TrimPrefix(s.PlaybookID, "playbook--"), "unknown")
			r.note(at, "call", s.PlaybookID, s.PlaybookID)
		}
		out.Next = r.next(at, s, exit)
	case typeParallel:
		out.Type = plan.Parallel
		out.Next = r.next(at, s, exit)
		for _, b := range s.NextSteps {
			out.Branches = append(out.Branches, r.resolve(at, b, out.Next))
		}
	case typeWhile:
		r.while(at, s, out, exit)
	case typeIf:
		r.either(at, s, out, exit)
	case typeSwitch:
		r.choose(at, s, out, exit)
	default: // an action, or what nobody knows
		if out.Type = plan.Action; s.Delay > 0 {
			out.Type, out.For = plan.Wait, time.Duration(min(s.Delay, 2*366*24*3600*1000))*time.Millisecond
		}
		if s.Type != typeAction {
			r.note(at, "type", s.Type, s)
		}
		out.Next = r.next(at, s, exit)
	}
}

// while reads a repeat.
func (r *reader) while(at string, s *step, out *plan.Step, exit string) {
	out.Type = plan.Repeat
	out.Next = r.next(at, s, exit)
	inner := out.ID
	if e := r.ext[at]; e != nil {
		out.Max = e.Max
		if c, err := r.known.Facts.Compile(e.Until); err == nil && pattern(r.known.Facts, c) == s.Condition {
			out.Until = c
		}
	}
	if out.Max == 0 {
		out.Max = 5
		r.note(at, "while", s.Condition, nil)
	}
	if key, answer, ok := plain(r.known.Facts, s.Condition); out.Until == nil && ok {
		out.Until, _ = r.known.Facts.Compile(key + " != " + answer)
	}
	if out.Until == nil { // the person is asked after each time whether it still holds
		inner = r.unusedID(out.ID + "-holds")
		r.note(at, "condition", s.Condition, s.Condition)
		out.Until, _ = r.known.Facts.Compile(Holds + " == no")
		r.add(plan.Step{
			ID: inner, Type: plan.Action, Phase: plan.Verify, Role: plan.Responder, Say: i18n.Text{EN: clean(s.Condition)},
			Asks: []string{Holds}, Next: out.ID,
		}, 1<<20+len(r.steps))
	}
	out.Body = r.resolve(at, s.OnTrue, inner)
}

func (r *reader) unusedID(id string) string {
	for n := 2; ; n++ {
		used := r.placed[id]
		for _, other := range r.ids {
			used = used || other == id
		}
		if !used {
			return id
		}
		id = fmt.Sprintf("%s-%d", strings.TrimRight(id, "-0123456789"), n)
	}
}

// meet is where the branches of a condition go on.
func (r *reader) meet(at string, s *step, exit string) string {
	if s.OnCompletion == "" && s.OnSuccess == "" {
		return exit
	}
	return r.next(at, s, exit)
}

// either reads an if.
func (r *reader) either(at string, s *step, out *plan.Step, exit string) {
	out.Type = plan.Decision
	inner := r.meet(at, s, exit)
	key, yes, ok := plain(r.known.Facts, s.Condition)
	if !ok {
		key, yes = Holds, "yes"
		out.Say = i18n.Text{EN: clean(s.Condition)}
		r.note(at, "condition", s.Condition, s.Condition)
	}
	no := map[string]string{"yes": "no", "no": "yes"}[yes]
	then := r.resolve(at, s.OnTrue, inner)
	out.Asks, out.Cautious = []string{key}, yes // to do more is the cautious way, as far as one can tell
	out.On = map[string]string{yes: then, fact.Unknown: then, no: r.resolve(at, s.OnFalse, inner)}
	r.note(at, "cautious", yes, nil)
}

// choose reads a switch: one of ours, or one over a fact that we know, or else one question a case.
func (r *reader) choose(at string, s *step, out *plan.Step, exit string) {
	inner := r.meet(at, s, exit)
	d, known := factOf(r.known.Facts, s.Switch)
	cases := slices.Sorted(maps.Keys(s.Cases))
	takes := known && (d.Type == fact.YesNo || d.Type == fact.OneOf)
	for _, c := range cases {
		_, option := d.Option(c)
		takes = takes && (c == "default" || option || d.Type == fact.YesNo && (c == "yes" || c == "no"))
	}
	if takes {
		out.Type, out.Asks, out.On = plan.Choice, []string{d.Key}, map[string]string{}
		for _, c := range cases {
			to := r.resolve(at, s.Cases[c], inner)
			if c == "default" {
				c = fact.Unknown
			}
			out.On[c] = to
		}
		if d.Type == fact.YesNo {
			out.Type = plan.Decision
			if e := r.ext[at]; e != nil {
				out.Cautious = e.Cautious
			}
		}
		return
	}
	r.note(at, "condition", s.Switch, s.Switch)
	r.ladder(at, s, out, inner)
}

// ladder asks for one case after the other whether it is this one; where none is, the default
// is taken.
func (r *reader) ladder(at string, s *step, out *plan.Step, inner string) {
	cases := slices.DeleteFunc(slices.Sorted(maps.Keys(s.Cases)), func(c string) bool { return c == "default" })
	other := r.resolve(at, s.Cases["default"], inner)
	for i, c := range slices.Backward(cases) {
		q := plan.Step{ID: out.ID, Type: plan.Decision, Phase: out.Phase, Role: out.Role, How: out.How}
		if i > 0 {
			q.ID = r.unusedID(fmt.Sprintf("%s-%d", out.ID, i+1))
		}
		q.Say, q.Asks, q.Cautious = i18n.Text{EN: clean(s.Switch + " = " + c)}, []string{Holds}, "no"
		q.On = map[string]string{"yes": r.resolve(at, s.Cases[c], inner), "no": other, fact.Unknown: other}
		other = q.ID
		if i == 0 {
			*out = q
			return
		}
		r.add(q, 1<<20+len(r.steps))
	}
	out.Type, out.Next = plan.Action, other // a switch without cases
}

// content reads all of a step but its type and its ways.
func (r *reader) content(at string, s *step) plan.Step {
	out := plan.Step{ID: r.ids[at]}
	if e := r.ext[at]; e != nil {
		out.Phase, out.Role, out.Say, out.How, out.DoNot, out.Asks, out.Sets = e.Phase, e.Role, e.Say, e.How, e.DoNot, e.Asks, e.Sets
		out.Evidence, out.Contacts, out.Letters, out.Drill, out.Sources = e.Evidence, e.Contacts, e.Letters, e.Drill, e.Sources
		if d, err := time.ParseDuration(e.Within); err == nil && d > 0 && e.From != "" {
			out.Due = plan.Due{Within: d, From: e.From}
		}
		if e.name(r.known.Facts, r.lang) != s.Name {
			r.edited(at, "name", &out.Say, s.Name)
		}
		if e.describe(r.lang) != s.Description {
			out.DoNot = i18n.Text{}
			r.edited(at, "description", &out.How, s.Description)
		}
		return out
	}
	if s.Type == typeStart || s.Type == typeEnd {
		return out
	}
	out.Say.EN, out.How.EN = clean(s.Name), clean(s.Description)
	if s.Type == typeParallel || s.Type == typeWhile || s.Type == typeCall {
		return out
	}
	out.Phase, out.Role = plan.Contain, plan.Responder
	for _, c := range s.Commands {
		r.command(at, c, &out)
	}
	for _, ref := range s.References {
		r.note(at, "reference", ref.Name, ref)
	}
	return out
}

// command puts what is to be done into words, and keeps what is not for a person.
func (r *reader) command(at string, c command, out *plan.Step) {
	text := c.Command
	if raw, err := base64.StdEncoding.DecodeString(c.Base64); err == nil && len(raw) > 0 {
		text = string(raw)
	}
	if text = clean(text); c.Type != "manual" {
		r.note(at, "command", c.Type+": "+text, c)
	}
	for phase, activity := range activities {
		if activity == c.Activity && (activity != "analyze-collected-data" || phase == plan.Assess) {
			out.Phase = phase
		}
	}
	switch {
	case text == "" || text == out.Say.EN:
	case out.Say.EN == "":
		out.Say.EN = text
	default:
		out.How.EN = strings.TrimSpace(out.How.EN + " " + text)
	}
}

// clean makes a text of others one line that can be shown.
func clean(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(c rune) bool {
		return unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)
	}), " ")
}

// short makes a piece of a document fit for a message.
func short(s string) string {
	if s = clean(s); s == "" {
		return `""`
	}
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "..."
	}
	return s
}

// slug makes an id of a name.
func slug(name, other string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9' && b.Len() > 0:
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 36 && other != "" {
			break
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	if other == "" {
		return "-"
	}
	return other
}
