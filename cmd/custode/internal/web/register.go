package web

import (
	"context"
	"net/http"

	"custode/internal/paper"
)

// Registrar keeps the register of all breaches, and shows plans before they are needed.
type Registrar interface {
	// Register is the register of all breaches, notified or not.
	Register(ctx context.Context) (paper.Doc, error)
	// PrintRegister draws the register as a file. Form: "pdf", "html", "csv".
	PrintRegister(ctx context.Context, form string) (Download, error)
	// Plan shows a plan. It fails with "fault.play.no-plan".
	Plan(ctx context.Context, id string) (PlanShown, error)
}

// PlanShown is a plan as it is read.
type PlanShown struct {
	PlanChoice

	Steps []PlanStep
}

// PlanStep is a step of a plan; or, with Calls, another plan that goes on there.
type PlanStep struct {
	Tag, Say, How, Not string
	Keep               []IncidentNote
	Calls              *PlanChoice
}

func registerRoutes() []route {
	return []route{
		{"GET", "/register", present, showRegister, false},
		{"GET", "/register/{form}", present, printRegister, false},
		{"GET", "/plans", present, listPlans, false},
		{"GET", "/plans/{plan}", present, showPlan, false},
	}
}

// registerView is the page of the register.
type registerView struct {
	Name  string
	Paper []paperBlock
}

func showRegister(v *visit) error {
	doc, err := v.office.Register(v.ctx())
	if err != nil {
		return err
	}
	return v.page("incident_register", http.StatusOK, registerView{doc.Title, blocksOf(doc)})
}

func printRegister(v *visit) error {
	return v.givePaper(v.office.PrintRegister, "pdf", "html", "csv")
}

func listPlans(v *visit) error {
	list, _, err := v.office.PlansFor(v.ctx(), "")
	if err != nil {
		return err
	}
	return v.page("incident_library", http.StatusOK, list)
}

func showPlan(v *visit) error {
	p, err := v.office.Plan(v.ctx(), v.r.PathValue("plan"))
	if err != nil {
		return err
	}
	return v.page("incident_plan", http.StatusOK, p)
}
