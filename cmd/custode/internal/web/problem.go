package web

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"
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
	mostHourly = 30 // reports from the door for the staff, which the whole network reaches
)

// hourly counts what is done within an hour.
type hourly struct {
	mu   sync.Mutex
	done []time.Time
}

// take reports whether it may be done once more, and counts it.
func (h *hourly) take(now time.Time, most int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.done = slices.DeleteFunc(h.done, func(t time.Time) bool { return now.Sub(t) >= time.Hour })
	if len(h.done) >= most {
		return false
	}
	h.done = append(h.done, now)
	return true
}

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
	Wrong      []string // why it was not taken, sentence by sentence
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
		return v.page("problem", http.StatusRequestEntityTooLarge, problemView{c, p.Page, p.Text, p.Name, []string{v.words.T("web.too-long"), v.words.T("web.problem.shorter")}})
	}
	if v.staff && !v.told.take(v.now(), mostHourly) {
		return v.page("problem", http.StatusTooManyRequests, problemView{c, p.Page, p.Text, p.Name, []string{v.words.T("web.problem.too-many"), v.words.T("web.problem.too-many.hint")}})
	}
	if err := v.office.ReportProblem(v.ctx(), p); err != nil {
		status, failed := v.failure(err)
		return v.page("problem", status, problemView{c, p.Page, p.Text, p.Name, []string{failed.What, failed.Do}})
	}
	return v.see("/problem/sent")
}

func showSent(v *visit) error { return v.page("sent", http.StatusOK, nil) }
