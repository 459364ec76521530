package drill

import (
	"slices"
	"strings"
	"time"

	"custode/internal/i18n"
	"custode/playbook"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

// Part is one part of the score: so many points of so many.
type Part struct {
	ID   string `json:"id"` // steps, authority, people, clock, told, register
	Have int    `json:"have"`
	Of   int    `json:"of"`
}

// Fault is something that cost points.
type Fault struct {
	ID    string    `json:"id"` // missed, order, late, or the id of a mistake or of an option
	Step  string    `json:"step,omitempty"`
	Other string    `json:"other,omitempty"` // of order: the step that came too early
	Costs int       `json:"costs"`
	Why   i18n.Text `json:"-"` // of a mistake or an option
}

// Score is the result of an exercise, from 0 to 100, with its reasons.
type Score struct {
	Points int     `json:"points"`
	Parts  []Part  `json:"parts"`
	Faults []Fault `json:"faults"`
}

// What the parts are worth together: 100.
const (
	ofSteps     = 55
	ofAuthority = 15
	ofPeople    = 10
	ofClock     = 10
	ofTold      = 5
	ofRegister  = 5
)

// What a step that came too early costs, and at most together; what a notification after
// the 72 hours costs besides the points of the clock.
const (
	costOrder  = 4
	mostOrder  = 20
	costLate   = 10
	limitHours = 72
)

// Judge scores a run of a scenario. The steps count by their points in the plan, on the
// way that the true answers lead; the order, the decisions, the clock, who was told and
// the register count beside them; mistakes and ill-chosen options take points away.
func (s *Scenario) Judge(r *playbook.Run, plans *plan.Library) Score {
	var out Score
	p, ok := plans.Get(s.Plan)
	if !ok {
		p = r.Plan
	}
	way := Way(p, plans, s.Set(r.Opened))
	done := map[string]time.Time{}
	skipped := map[string]bool{}
	order := map[string]int64{}
	for _, st := range r.Steps() {
		switch st.State {
		case playbook.StateDone:
			done[st.ID] = st.At
		case playbook.StateSkipped:
			skipped[st.ID] = true
		case playbook.StateTodo, playbook.StateDoing, playbook.StateNot:
		}
	}
	for _, e := range r.Events {
		if _, twice := order[e.Step]; e.Kind == playbook.Done && !twice {
			order[e.Step] = e.Seq
		}
	}
	out.steps(way, done)
	out.order(way, order)
	out.decision("authority", ofAuthority, s.Key.Authority, r.Facts)
	out.decision("people", ofPeople, s.Key.People, r.Facts)
	out.clock(s.Key.Authority, r.Facts)
	out.told(s.Key.People, r.Facts)
	out.part("register", truth(r.Facts.Tri("registered") == fact.Yes)*ofRegister, ofRegister)
	s.mistakes(&out, r, skipped)
	for _, part := range out.Parts {
		out.Points += part.Have
	}
	for _, f := range out.Faults {
		out.Points -= f.Costs
	}
	out.Points = min(max(out.Points, 0), 100)
	return out
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (o *Score) part(id string, have, of int) { o.Parts = append(o.Parts, Part{id, have, of}) }

func (o *Score) steps(way []Node, done map[string]time.Time) {
	have, of := 0, 0
	for _, n := range way {
		of += n.Step.Drill.Points
		if _, ok := done[n.ID]; ok {
			have += n.Step.Drill.Points
		} else if n.Step.Drill.Points > 0 {
			o.Faults = append(o.Faults, Fault{ID: "missed", Step: n.ID})
		}
	}
	if of > 0 {
		o.part("steps", have*ofSteps/of, ofSteps)
	}
}

// order looks for steps that were done before one that should have come first.
func (o *Score) order(way []Node, order map[string]int64) {
	cost := 0
	for _, n := range way {
		at, did := order[n.ID]
		prefix := ""
		if i := strings.LastIndex(n.ID, "/"); i >= 0 {
			prefix = n.ID[:i+1]
		}
		for _, later := range n.Step.Drill.Before {
			early, ok := order[prefix+later]
			if !ok || did && at < early || cost >= mostOrder {
				continue
			}
			o.Faults = append(o.Faults, Fault{ID: "order", Step: n.ID, Other: prefix + later, Costs: costOrder})
			cost += costOrder
		}
	}
}

func (o *Score) decision(id string, of int, key Verdict, facts fact.Set) {
	said := facts[id+"_decision"].Text
	have := 0
	switch {
	case said == key.Answer:
		have = of
	case said == fact.Unknown && key.Answer == "yes": // it leads the careful way
		have = of / 2
	}
	o.part(id, have, of)
}

// clock: where one must notify, within 72 hours of knowing; else there is nothing to miss
// for who decided so.
func (o *Score) clock(key Verdict, facts fact.Set) {
	aware, known := facts.Time("aware_at")
	sent, told := facts.Time("authority_notified_at")
	switch {
	case !known:
		o.part("clock", 0, ofClock)
	case told && sent.Sub(aware) > limitHours*time.Hour:
		o.part("clock", 0, ofClock)
		o.Faults = append(o.Faults, Fault{ID: "late", Costs: costLate})
	case told, key.Answer == "no" && facts["authority_decision"].Text == "no":
		o.part("clock", ofClock, ofClock)
	default:
		o.part("clock", 0, ofClock)
	}
}

func (o *Score) told(key Verdict, facts fact.Set) {
	_, told := facts.Time("people_told_at")
	ok := told || key.Answer == "no" && facts["people_decision"].Text == "no"
	o.part("told", truth(ok)*ofTold, ofTold)
}

// mistakes are those of the scenario: a step that was skipped, an answer that is not true,
// an ill-chosen way to meet what happened meanwhile.
func (s *Scenario) mistakes(o *Score, r *playbook.Run, skipped map[string]bool) {
	for _, w := range s.Wrong {
		said := w.Said != nil && slices.ContainsFunc(r.Events, func(e playbook.Event) bool {
			return e.Kind == playbook.Fact && e.Key == w.Said.Key && e.Value == w.Said.Value
		})
		if said || w.Skipped != "" && skipped[w.Skipped] {
			o.Faults = append(o.Faults, Fault{ID: w.ID, Step: w.Skipped, Costs: w.Costs, Why: w.Why})
		}
	}
	for _, e := range r.Events {
		if e.Kind != playbook.Inject {
			continue
		}
		for _, in := range s.Injects {
			for _, opt := range in.Options {
				if in.ID == e.Ref && opt.ID == e.Value && opt.Costs > 0 {
					o.Faults = append(o.Faults, Fault{ID: opt.ID, Costs: opt.Costs, Why: opt.Why})
				}
			}
		}
	}
}

// PendingNow finds an inject that has happened by now and that nobody has met yet.
func (s *Scenario) PendingNow(r *playbook.Run, id string, now time.Time) (Inject, bool) {
	for _, in := range s.Pending(r, now) {
		if in.ID == id {
			return in, true
		}
	}
	return Inject{}, false
}

// Pending lists the injects that have happened by now and that nobody has met yet.
func (s *Scenario) Pending(r *playbook.Run, now time.Time) []Inject {
	var out []Inject
	for _, in := range s.Injects {
		met := slices.ContainsFunc(r.Events, func(e playbook.Event) bool { return e.Kind == playbook.Inject && e.Ref == in.ID })
		after := in.After != "" && slices.ContainsFunc(r.Events, func(e playbook.Event) bool {
			return (e.Kind == playbook.Done || e.Kind == playbook.Skipped) && e.Step == in.After
		})
		timed := in.Minutes > 0 && now.Sub(r.Opened) >= time.Duration(in.Minutes)*time.Minute
		if !met && (after || timed) {
			out = append(out, in)
		}
	}
	return out
}
