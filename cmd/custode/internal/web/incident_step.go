package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// Incident is an incident at one of its steps.
type Incident struct {
	IncidentHead

	Step   *IncidentStep // nil: nothing is left
	Also   []StepLine    // what else can be done now
	Phases []StepPhase
	Rest   string // how many steps are not needed; "": none
	Notes  []IncidentNote
	Said   string // nothing is left, or a false alarm: in a sentence

	Played *Played // of an exercise: what it is about
}

// IncidentStep is a step as a person does it. What it does not have is empty.
type IncidentStep struct {
	ID, Tag, Say, How, Not string
	Keep                   []IncidentNote
	Calls                  []string
	Wait, Due              string
	Late                   bool
	Sources                string
	Assessment             *Assessment // at the decisions: what the rules say
	Letters                []LetterLine
	Fields                 []IncidentField
	Done                   string // who did it, and when; "": nobody has
	Stands                 []string
	Open                   bool           // it can be done
	Told                   []IncidentNote // notes of this step, the newest first
	Staff                  []Choice       // to whom it can be given; on: it was
	Givable                bool
}

// IncidentField is something that is asked.
type IncidentField struct {
	Key, Ask, Help string
	Kind           string // tri, number, text, time, choice, list
	Options        []Choice
	Value          string
	Unknown        bool   // it was said that nobody knows
	Found          string // what custode proposes, and where it has it from
	Wrong          string // what is wrong with what was typed
}

// StepPhase are the steps of a part of the plan.
type StepPhase struct {
	Name  string
	Steps []StepLine
}

// StepLine is a step in the list.
type StepLine struct {
	ID, Say string
	State   string // todo, now, doing, done, skipped
	Mark    string // the state as a word
	Who     string // did it, and when
	Text    string // a remark, or the reason
}

// IncidentNote is something that was written down, under who and when; or what is to be kept, under how.
type IncidentNote struct{ Head, Text string }

// incidentView is the page of an incident.
type incidentView struct {
	Incident

	Who       string
	Overtaken *OvertakenError
	Wrong     bool   // something in the form is no answer
	Text      string // a remark that was typed
	Reason    string // what is wrong with it, where it is a reason
	Note      string // a note that was typed
	NoteWrong string
	Written   bool

	Surprised      string // what happened meanwhile and was met with no answer
	SurprisedWrong string
}

func showIncident(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	return v.incidentPage(http.StatusOK, id, v.field("step"), incidentView{Written: v.field("written") != ""}, nil)
}

// incidentPage draws an incident at a step, with what was typed into its fields and what is wrong with it.
func (v *visit) incidentPage(status int, id int64, step string, view incidentView, fill func(*IncidentStep)) error {
	in, err := v.office.Incident(v.ctx(), id, step)
	if err != nil {
		return err
	}
	view.Incident, view.Who = in, v.session.name
	if fill != nil && in.Step != nil {
		fill(in.Step)
	}
	return v.page("incident_step", status, view)
}

// fieldPrefix begins the names of fields that are facts.
const fieldPrefix = "fact."

// typed are the facts of a form. Several options are joined; that nobody knows goes before all.
func (v *visit) typed() map[string]string {
	out := map[string]string{}
	for name, values := range v.r.PostForm {
		if key, ok := strings.CutPrefix(name, fieldPrefix); ok {
			out[key] = joined(values)
		}
	}
	return out
}

// unknownValue is what says that nobody knows.
const unknownValue = "unknown"

func joined(values []string) string {
	if slices.Contains(values, unknownValue) {
		return unknownValue
	}
	return strings.Trim(strings.ReplaceAll(strings.Join(values, ","), "\r\n", "\n"), " ,\n")
}

// refill puts what was typed into the fields again.
func (s *IncidentStep) refill(typed map[string]string, wrong MistypedError) {
	for i := range s.Fields {
		s.Fields[i].refill(typed, wrong)
	}
}

func (f *IncidentField) refill(typed map[string]string, wrong MistypedError) {
	f.Wrong = wrong[f.Key]
	text, ok := typed[f.Key]
	if !ok {
		return
	}
	f.Unknown, f.Value = text == unknownValue, text
	if f.Unknown {
		f.Value = ""
	}
	chosen := strings.Split(f.Value, ",")
	for i := range f.Options {
		f.Options[i].On = slices.Contains(chosen, f.Options[i].ID)
	}
}

func doStep(v *visit) error {
	a, err := v.act()
	if err != nil {
		return err
	}
	if a.What == ActSkip {
		a.Text = v.field("reason")
	}
	err = v.office.DoStep(v.ctx(), a)
	wrong, mistyped := errors.AsType[*MistypedError](err)
	over, late := errors.AsType[*OvertakenError](err)
	switch {
	case mistyped:
		view := incidentView{Wrong: true, Text: a.Text, Reason: (*wrong)[""]}
		return v.incidentPage(http.StatusUnprocessableEntity, a.ID, a.Step, view, func(s *IncidentStep) { s.refill(a.Values, *wrong) })
	case late:
		view := incidentView{Overtaken: over, Text: a.Text}
		return v.incidentPage(http.StatusConflict, a.ID, a.Step, view, func(s *IncidentStep) {
			if s.Open {
				s.refill(a.Values, nil)
			}
		})
	case err != nil:
		return err
	}
	next := v.incidentPath(a.ID)
	if a.What == ActLater {
		next = v.after(a)
	}
	return v.see(next)
}

// after is another step that can be done now than the one that waits; the list of incidents, where there is none.
func (v *visit) after(a Act) string {
	in, err := v.office.Incident(v.ctx(), a.ID, a.Step)
	if err != nil || len(in.Also) == 0 {
		return v.incidents()
	}
	return v.incidentPath(a.ID) + "?" + url.Values{"step": {in.Also[0].ID}}.Encode()
}

func noteIncident(v *visit) error {
	a, err := v.act()
	if err != nil {
		return err
	}
	err = v.office.NoteIncident(v.ctx(), a)
	if wrong, ok := errors.AsType[*MistypedError](err); ok {
		return v.incidentPage(http.StatusUnprocessableEntity, a.ID, a.Step, incidentView{Note: a.Text, NoteWrong: (*wrong)[""]}, nil)
	}
	if err != nil {
		return err
	}
	return v.see(v.incidentPath(a.ID) + "?" + url.Values{"step": {a.Step}, "written": {"1"}}.Encode() + "#notes")
}

// endView is the page on which an incident is closed.
type endView struct {
	IncidentHead

	Who          string
	Text, Reason string
	Overtaken    *OvertakenError
	False        bool
}

func showEnd(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	return v.endPage(http.StatusOK, id, endView{})
}

func (v *visit) endPage(status int, id int64, view endView) error {
	in, err := v.office.Incident(v.ctx(), id, "")
	if err != nil {
		return err
	}
	view.IncidentHead, view.Who = in.IncidentHead, v.session.name
	return v.page("incident_end", status, view)
}

func endIncident(v *visit) error {
	a, err := v.act()
	if err != nil {
		return err
	}
	err = v.office.EndIncident(v.ctx(), a)
	wrong, mistyped := errors.AsType[*MistypedError](err)
	over, late := errors.AsType[*OvertakenError](err)
	switch {
	case mistyped:
		return v.endPage(http.StatusUnprocessableEntity, a.ID, endView{Text: a.Text, Reason: (*wrong)[""], False: a.What == ActFalse})
	case late:
		return v.endPage(http.StatusConflict, a.ID, endView{Text: a.Text, Overtaken: over, False: a.What == ActFalse})
	case err != nil:
		return err
	}
	if v.exercise && a.What == ActClose {
		return v.see(v.incidentPath(a.ID) + "/result")
	}
	return v.see(v.incidentPath(a.ID))
}
