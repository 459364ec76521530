package web

import (
	"context"
	"net/http"
	"slices"
)

// Reporter takes what people of the shop report.
type Reporter interface {
	// Problems lists what can be reported, in the order in which it is offered.
	Problems() []Choice
	// ReportProblem makes an alert of it for the owner. The same page sent twice is one report.
	ReportProblem(ctx context.Context, p Problem) error
}

// Problem is what somebody reports.
type Problem struct {
	Kind       string // one of those that are offered
	Text, Name string // may be empty
	Page       string // names the page that it was written on
}

const (
	mostTold   = 2000 // letters of what somebody tells
	mostTeller = 80
)

// problemRoutes are the pages on which a problem is reported in three taps: what, send, done.
func problemRoutes(needs need) []route {
	return []route{
		{"GET", "/problem", needs, showProblems, false},
		{"GET", "/problem/{kind}", needs, showProblem, false},
		{"POST", "/problem/{kind}", needs, sendProblem, false},
		{"GET", "/problem/sent", needs, showSent, false},
	}
}

func showProblems(v *visit) error { return v.page("problems", http.StatusOK, v.office.Problems()) }

// problemView is the page of one kind of problem.
type problemView struct {
	Choice

	Page       string
	Text, Name string
	TooLong    bool
}

// problem is the kind that the address names.
func (v *visit) problem() (Choice, error) {
	list := v.office.Problems()
	i := slices.IndexFunc(list, func(c Choice) bool { return c.ID == v.r.PathValue("kind") })
	if i < 0 {
		return Choice{}, refusal{http.StatusNotFound, "web.no-page"}
	}
	return list[i], nil
}

func showProblem(v *visit) error {
	c, err := v.problem()
	if err != nil {
		return err
	}
	return v.page("problem", http.StatusOK, problemView{Choice: c, Page: Token()})
}

func sendProblem(v *visit) error {
	c, err := v.problem()
	if err != nil {
		return err
	}
	p := Problem{Kind: c.ID, Text: v.field("text"), Name: v.field("name"), Page: v.field("page")}
	if len([]rune(p.Text)) > mostTold || len([]rune(p.Name)) > mostTeller {
		return v.page("problem", http.StatusRequestEntityTooLarge, problemView{c, p.Page, p.Text, p.Name, true})
	}
	if err := v.office.ReportProblem(v.ctx(), p); err != nil {
		return err
	}
	return v.see("/problem/sent")
}

func showSent(v *visit) error { return v.page("sent", http.StatusOK, nil) }
