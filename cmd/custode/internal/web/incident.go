package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"custode/internal/fault"
)

// Responder leads through incidents, one step at a time. What somebody does is an [Act]: it is
// refused with an [*OvertakenError] where somebody else was faster, with a [*MistypedError] where what was
// typed is no answer; then nothing was done.
type Responder interface {
	// Incidents lists the incidents, the open ones all, the closed ones by the page.
	Incidents(ctx context.Context, skip, most int64) (Incidents, error)
	// PlansFor gives the plans that fit to what happened, the best first; all where none does, or
	// nothing is said.
	PlansFor(ctx context.Context, what string) (list []PlanChoice, all bool, err error)
	// Scanned lists folders of which something is known, for an incident to be about.
	Scanned(ctx context.Context) ([]ScannedFolder, error)
	// BeginIncident begins an incident and gives its number. Of a folder, what is known of it is filled in.
	BeginIncident(ctx context.Context, b Beginning) (int64, error)
	// Incident shows an incident at a step; "": at the one whose turn it is.
	Incident(ctx context.Context, id int64, step string) (Incident, error)
	// DoStep says that a step is done, is left out, or waits.
	DoStep(ctx context.Context, a Act) error
	// NoteIncident writes something down.
	NoteIncident(ctx context.Context, a Act) error
	// EndIncident closes an incident, or takes it up again.
	EndIncident(ctx context.Context, a Act) error
}

// Incidents is the list of incidents.
type Incidents struct {
	Last   int64 // the newest, before which a form was drawn; 0: there was none
	Open   []IncidentHead
	Closed []IncidentRow
	All    int64 // closed ones
}

// IncidentRow is an incident that was closed.
type IncidentRow struct {
	ID   int64
	Text string
}

// IncidentHead is what stands above every page of an incident.
type IncidentHead struct {
	ID       int64
	Title    string
	Seen     int // events that it had when the page was drawn
	Closed   string
	Clock    *IncidentClock // the most pressing one; nil: none runs
	Next     string         // what is to be done now; "": nothing is left
	Complete bool
	Exercise bool // nothing of it has happened
	Alarm    bool // somebody said that it was a false alarm, and it is open
}

// Path is the address of an incident, or of an exercise.
func (h IncidentHead) Path() string {
	if h.Exercise {
		return exercisePath(h.ID)
	}
	return incidentPath(h.ID)
}

// IncidentPart is one of the pages of an incident.
type IncidentPart struct {
	Key, Path string
	On        bool // this is it
}

// Parts are the pages of an incident, as the list above each shows them.
func (h IncidentHead) Parts(here string) (list []IncidentPart) {
	all := []IncidentPart{
		{Key: "steps"},
		{Key: "facts", Path: "/facts"},
		{Key: "decision", Path: "/decision"},
		{Key: "letters", Path: "/letters"},
		{Key: "evidence", Path: "/evidence"},
		{Key: "report", Path: "/report"},
	}
	if h.Closed == "" {
		all = append(all, IncidentPart{Key: "end", Path: "/end"})
	} else {
		all = append(all, IncidentPart{Key: "reopen", Path: "/end"})
	}
	if h.Exercise && h.Closed != "" {
		all = append(all, IncidentPart{Key: "result", Path: "/result"})
	}
	for _, p := range all {
		list = append(list, IncidentPart{p.Key, h.Path() + p.Path, p.Key == here})
	}
	return list
}

// IncidentClock is a time limit of the law. Without Left it has not begun, or is over: Say says it.
type IncidentClock struct {
	Name, Left, Until string
	Say               string
	Status            string // attention, act
}

// PlanChoice is a plan that may be begun.
type PlanChoice struct{ ID, Title, When string }

// ScannedFolder is one of which something is known.
type ScannedFolder struct{ Path, Name string }

// Beginning is how an incident begins.
type Beginning struct {
	Plan, What, By string
	Folder         string // that it is about: one of [Responder.Scanned]; "": not said
	Last           int64  // the newest incident when the form was drawn
	Again          bool   // although one was begun since
}

// Act is something that somebody does in an incident.
type Act struct {
	ID     int64
	Seen   int    // events that the incident had when the form was drawn
	By     string // who; "": the user of the computer
	What   string // which of the acts
	Step   string
	Text   string            // a remark, a reason, a note
	Values map[string]string // facts by their keys, as they were typed
}

// What is done with a step, and with an incident.
const (
	ActDone  = "done"
	ActSkip  = "skip"
	ActLater = "later"
	ActGive  = "give"   // to somebody of the staff
	ActTold  = "told"   // whom it was given to has done it
	ActCant  = "cannot" // and cannot do it

	ActClose  = "close"
	ActFalse  = "false-alarm"
	ActReopen = "reopen"
)

// OvertakenError says that somebody else did it meanwhile: who and when, and what stands now.
type OvertakenError struct {
	Say    string
	Stands []string
}

func (o *OvertakenError) Error() string { return "web: somebody else was faster" }

// BegunError says that an incident was begun since the form was drawn: a double click, or somebody else.
type BegunError struct {
	ID  int64
	Say string
}

func (b *BegunError) Error() string { return "web: an incident was begun already" }

// MistypedError says of each field what is wrong with what was typed; "" is the reason.
type MistypedError map[string]string

func (m *MistypedError) Error() string { return "web: what was typed is no answer" }

func incidentRoutes() []route {
	return []route{
		{"GET", "/incident", present, showIncidents, false},
		{"POST", "/incident/what", present, showPlans, false},
		{"POST", "/incident/begin", present, beginIncident, false},
		{"POST", "/incident/who", present, sayWho, false},
		{"GET", "/incident/{id}", present, showIncident, false},
		{"POST", "/incident/{id}/step", present, doStep, false},
		{"POST", "/incident/{id}/give", present, giveStep, false},
		{"POST", "/incident/{id}/note", present, noteIncident, false},
		{"GET", "/incident/{id}/end", present, showEnd, false},
		{"POST", "/incident/{id}/end", present, endIncident, false},
	}
}

// incidentsView is the page with the list.
type incidentsView struct {
	Incidents

	Pager leaf
}

func showIncidents(v *visit) error {
	list, err := v.office.Incidents(v.ctx(), v.skip(), leafHolds)
	if err != nil {
		return err
	}
	return v.page("incident", http.StatusOK, incidentsView{list, v.leafOf("/incident", list.All, url.Values{})})
}

// plansView is the page that offers plans for what happened.
type plansView struct {
	What    string
	Folder  string
	Folders []ScannedFolder

	Plans []PlanChoice
	All   bool
	Last  string
	Begun *BegunError
	Plan  string // that was wanted, of Begun
}

// showPlans changes nothing. It is a POST since what happened does not belong into an address.
func showPlans(v *visit) error {
	return v.plans(http.StatusOK, plansView{What: v.field("what"), Folder: v.field("folder"), Last: v.field("last"), All: v.field("all") != ""})
}

// longestLook is how long the page of the plans waits for the folders of which something is known.
const longestLook = 3 * time.Second

func (v *visit) plans(status int, view plansView) error {
	said := view.What
	if view.All {
		said = ""
	}
	var err error
	if view.Plans, view.All, err = v.office.PlansFor(v.ctx(), said); err != nil {
		return err
	}
	ctx, end := context.WithTimeout(v.ctx(), longestLook)
	defer end()
	if view.Folders, err = v.office.Scanned(ctx); err != nil {
		view.Folders = nil // they help; what happened does not wait for them
	}
	return v.page("incident_plans", status, view)
}

func beginIncident(v *visit) error {
	last, _ := strconv.ParseInt(v.field("last"), 10, 64) // 0: a form that says nothing is older than all
	b := Beginning{Plan: v.field("plan"), What: v.field("what"), Folder: v.field("folder"), By: v.session.name, Last: last, Again: v.field("again") != ""}
	id, err := v.office.BeginIncident(v.ctx(), b)
	if begun, ok := errors.AsType[*BegunError](err); ok {
		return v.plans(http.StatusConflict, plansView{What: b.What, Folder: b.Folder, Last: v.field("last"), Begun: begun, Plan: b.Plan})
	}
	if err != nil {
		return err
	}
	return v.see(incidentPath(id))
}

// mostName is how long the name of a person may be, in characters.
const mostName = 80

// sayWho notes who sits at this browser: it stands beside what is done.
func sayWho(v *visit) error {
	name := []rune(v.field("name"))
	v.change(v.r, func(s *session) { s.name = string(name[:min(len(name), mostName)]) })
	return v.see(local(v.field("back")))
}

func incidentPath(id int64) string { return "/incident/" + strconv.FormatInt(id, 10) }

// incidentPath is the address of the incident of which the visit is, or of the exercise.
func (v *visit) incidentPath(id int64) string {
	return IncidentHead{ID: id, Exercise: v.exercise}.Path()
}

// incidents is the address of the list of them.
func (v *visit) incidents() string {
	if v.exercise {
		return "/exercise"
	}
	return "/incident"
}

// incidentID is the number in the address.
func (v *visit) incidentID() (int64, error) {
	return v.id("id", fault.New(fault.NoInput, "fault.play.unknown", v.r.PathValue("id")))
}

// act reads what somebody does from a form.
func (v *visit) act() (Act, error) {
	id, err := v.incidentID()
	if err != nil {
		return Act{}, err
	}
	seen, err := strconv.Atoi(v.field("seen"))
	if err != nil {
		return Act{}, refusal{http.StatusBadRequest, "web.broken-form"}
	}
	return Act{ID: id, Seen: seen, By: v.session.name, What: v.field("act"), Step: v.field("step"), Text: v.field("text"), Values: v.typed()}, nil
}
