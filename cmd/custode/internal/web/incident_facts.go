package web

import (
	"context"
	"errors"
	"net/http"
)

// FactKeeper shows and corrects what is known of an incident, and takes the decisions.
type FactKeeper interface {
	// IncidentFacts lists what is known, with where it comes from, and what is not.
	IncidentFacts(ctx context.Context, id int64) (IncidentFacts, error)
	// IncidentFact shows one fact to correct it.
	IncidentFact(ctx context.Context, id int64, key string) (IncidentHead, IncidentField, error)
	// SetFact corrects a fact: the one in the values of the act.
	SetFact(ctx context.Context, a Act) error
	// Assessment is what the rules say, and what was decided.
	Assessment(ctx context.Context, id int64) (IncidentHead, Assessment, error)
	// Decide takes decisions: the values of the act are "yes" or "no", the text is the reason.
	Decide(ctx context.Context, a Act) error
}

// IncidentFacts is what is known of an incident.
type IncidentFacts struct {
	IncidentHead

	Groups []FactGroup
	Open   []FactLine // not known yet
}

// FactGroup are the facts of a part of the forms.
type FactGroup struct {
	Name  string
	Facts []FactLine
}

// FactLine is a fact. From says where custode has it from; "" of what a person said.
type FactLine struct{ Key, Name, Value, From string }

// Assessment is what the rules say of an incident.
type Assessment struct {
	Of       string // the address of the incident
	Findings []Finding
	Public   string // how the people may be told otherwise; "": no
	Severity string
	Assumed  string
	Decided  []FactLine
	Fields   []IncidentField // the decisions, to take them
}

// Finding is the answer of the rules to one question.
type Finding struct {
	Status  string // act, unknown, ok
	Say     string
	Why     []IncidentNote // the reason, under where it stands
	Missing []FactLine     // what would change it
}

func incidentFactRoutes() []route {
	return []route{
		{"GET", "/incident/{id}/facts", present, showFacts, false},
		{"GET", "/incident/{id}/fact/{key}", present, showFact, false},
		{"POST", "/incident/{id}/fact/{key}", present, setFact, false},
		{"GET", "/incident/{id}/decision", present, showDecision, false},
		{"POST", "/incident/{id}/decision", present, decide, false},
	}
}

func showFacts(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	list, err := v.office.IncidentFacts(v.ctx(), id)
	if err != nil {
		return err
	}
	return v.page("incident_facts", http.StatusOK, list)
}

// factView is the page on which a fact is corrected.
type factView struct {
	IncidentHead

	Field     IncidentField
	Back      string
	Overtaken *OvertakenError
}

func showFact(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	return v.factPage(http.StatusOK, id, nil, nil, nil)
}

func (v *visit) factPage(status int, id int64, typed map[string]string, wrong MistypedError, over *OvertakenError) error {
	head, f, err := v.office.IncidentFact(v.ctx(), id, v.r.PathValue("key"))
	if err != nil {
		return err
	}
	f.refill(typed, wrong)
	return v.page("incident_fact", status, factView{head, f, v.factBack(id), over})
}

// factBack is where to go on after a fact.
func (v *visit) factBack(id int64) string {
	if back := local(v.field("back")); back != "/" {
		return back
	}
	return v.incidentPath(id) + "/facts"
}

func setFact(v *visit) error {
	a, err := v.act()
	if err != nil {
		return err
	}
	key := v.r.PathValue("key")
	a.Values = map[string]string{key: a.Values[key]}
	err = v.office.SetFact(v.ctx(), a)
	if wrong, ok := errors.AsType[*MistypedError](err); ok {
		return v.factPage(http.StatusUnprocessableEntity, a.ID, a.Values, *wrong, nil)
	}
	if over, ok := errors.AsType[*OvertakenError](err); ok {
		return v.factPage(http.StatusConflict, a.ID, a.Values, nil, over)
	}
	if err != nil {
		return err
	}
	return v.see(v.factBack(a.ID))
}

// decisionView is the page of the decision.
type decisionView struct {
	IncidentHead
	Assessment

	Text, Reason string
	Overtaken    *OvertakenError
}

func showDecision(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	return v.decisionPage(http.StatusOK, id, nil, nil, decisionView{})
}

func (v *visit) decisionPage(status int, id int64, typed map[string]string, wrong MistypedError, view decisionView) error {
	var err error
	if view.IncidentHead, view.Assessment, err = v.office.Assessment(v.ctx(), id); err != nil {
		return err
	}
	for i := range view.Fields {
		view.Fields[i].refill(typed, wrong)
	}
	return v.page("incident_decision", status, view)
}

func decide(v *visit) error {
	a, err := v.act()
	if err != nil {
		return err
	}
	err = v.office.Decide(v.ctx(), a)
	if wrong, ok := errors.AsType[*MistypedError](err); ok {
		return v.decisionPage(http.StatusUnprocessableEntity, a.ID, a.Values, *wrong, decisionView{Text: a.Text, Reason: (*wrong)[""]})
	}
	if over, ok := errors.AsType[*OvertakenError](err); ok {
		return v.decisionPage(http.StatusConflict, a.ID, a.Values, nil, decisionView{Text: a.Text, Overtaken: over})
	}
	if err != nil {
		return err
	}
	return v.see(v.incidentPath(a.ID) + "/decision")
}
