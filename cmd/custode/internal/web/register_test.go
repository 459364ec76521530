package web

import (
	"context"
	"net/http"
	"testing"

	"custode/internal/fault"
	"custode/internal/paper"
)

// registrar has a register and a plan.
type registrar struct{ *madeUp }

func (registrar) Register(context.Context) (paper.Doc, error) {
	return paper.Doc{Title: "Register <x>"}, nil
}

func (registrar) PrintRegister(_ context.Context, form string) (Download, error) {
	return Download{Name: "register." + form, Type: "text/csv; charset=utf-8", Body: []byte("a;b")}, nil
}

func (registrar) PlansFor(context.Context, string) ([]PlanChoice, bool, error) {
	return []PlanChoice{{"lost-device", "Lost", "Use it"}}, true, nil
}

func (registrar) Plan(_ context.Context, id string) (PlanShown, error) {
	if id != "lost-device" {
		return PlanShown{}, fault.New(fault.NoInput, "fault.play.no-plan", id)
	}
	return PlanShown{PlanChoice{ID: id, Title: "Lost"}, []PlanStep{{Say: "Lock <it>", Not: "Wait"}, {Calls: &PlanChoice{ID: "common", Title: "Common"}}}}, nil
}

func TestRegisterAndPlans(t *testing.T) {
	s := newSite(t)
	s.o.Office = func(string) Office { return registrar{s.madeUp} }
	want(t, s.get("/register"), http.StatusOK, "Register &lt;x&gt;", `href="/register/csv"`)
	r := s.get("/register/csv")
	if got := r.Header.Get("Content-Disposition"); got != `attachment; filename=register.csv` && got != `attachment; filename="register.csv"` {
		t.Errorf("%q", got)
	}
	want(t, r, http.StatusOK, "a;b")
	want(t, s.get("/register/exe"), http.StatusNotFound, "exe")
	want(t, s.get("/plans"), http.StatusOK, `href="/plans/lost-device"`)
	want(t, s.get("/plans/lost-device"), http.StatusOK, "Lock &lt;it&gt;", "Wait", `href="/plans/common"`)
	want(t, s.get("/plans/none"), http.StatusNotFound, "none")
}
