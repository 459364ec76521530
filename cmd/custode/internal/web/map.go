package web

import (
	"context"
	"net/http"
	"net/url"
)

// Mapper asks what data are held for, one question at a time. What was answered waits until all is
// answered, so that whoever leaves can go on later.
type Mapper interface {
	// MapQuestion is the question at a place; "" is the first one.
	MapQuestion(ctx context.Context, at string) (MapQuestion, error)
	// AnswerMap keeps an answer, and gives the place of the next question. Done: it was the last one,
	// and what was said counts now.
	AnswerMap(ctx context.Context, a MapAnswer) (next string, done bool, err error)
}

// MapQuestion is one question, with what is usual or was answered before.
type MapQuestion struct {
	At, Kind       string // Kind: shop, use, why
	Title          string
	Lines          []string
	GoOn           string // where somebody stopped the last time; "": nobody did
	Trades         []Choice
	Address, Reach string
	ID             string // of the use, or of the kind of data
	Months, Least  int    // Least 0: the law asks for nothing
	Recipients     []Choice
	Uses           []Choice
	Bases          []Choice
}

// MapAnswer is what was answered.
type MapAnswer struct {
	At, ID                string
	Trade, Address, Reach string
	Say                   string // of a use: yes, no
	Months                int
	Recipients            []string
	Own                   string // somebody else who gets the data
	Why                   string // of a kind of data: the ID of a use; "own"; "": nobody needs it
	Words, Basis          string // with "own"
}

func mapRoutes() []route {
	return []route{
		{"GET", "/privacy/map", present, showMapQuestion, false},
		{"POST", "/privacy/map", present, answerMap, false},
	}
}

// mapView is the page of a question, with what was refused.
type mapView struct {
	MapQuestion

	Wrong failView
	Typed MapAnswer
	Again bool // what was typed is shown
}

func showMapQuestion(v *visit) error {
	return v.mapPage(http.StatusOK, mapView{Typed: MapAnswer{At: v.field("at")}})
}

func (v *visit) mapPage(status int, view mapView) error {
	q, err := v.office.MapQuestion(v.ctx(), view.Typed.At)
	if err != nil {
		return err
	}
	if view.MapQuestion = q; view.Again {
		view.Address, view.Reach = view.Typed.Address, view.Typed.Reach
	}
	return v.page("privacy_map", status, view)
}

func answerMap(v *visit) error {
	a := MapAnswer{
		At: v.field("at"), ID: v.field("id"), Trade: v.field("trade"), Address: v.field("address"), Reach: v.field("reach"), Say: v.field("say"),
		Months: v.count("months"), Recipients: v.r.PostForm["recipient"], Own: v.field("own"), Why: v.field("why"), Words: v.field("words"), Basis: v.field("basis"),
	}
	next, done, err := v.office.AnswerMap(v.ctx(), a)
	var f tried
	if v.refused(err, &f, nil) {
		return v.mapPage(http.StatusUnprocessableEntity, mapView{Wrong: f.Wrong, Typed: a, Again: true})
	}
	if err != nil {
		return err
	}
	if done {
		return v.see("/privacy")
	}
	return v.see("/privacy/map?" + url.Values{"at": {next}}.Encode())
}
