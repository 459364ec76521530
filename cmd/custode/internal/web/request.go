package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
)

// Requester keeps what people ask about their own data, and leads through the answer.
type Requester interface {
	// NewRequest writes down what a person asks about their own data; who that is, is sealed. The same
	// typed on the same page and sent twice is one request.
	NewRequest(ctx context.Context, r NewRequest) (id int64, err error)
	// RequestsTable is the record of all requests as a CSV file, without who made them.
	RequestsTable(ctx context.Context) (Download, error)
	// Request is one request. Who asks is in it only while the keys are unlocked.
	Request(ctx context.Context, id int64) (Request, error)
	// NoteRequest writes down what happened to a request. [*OvertakenError] if something else was
	// written down since the form was drawn.
	NoteRequest(ctx context.Context, n RequestNote) error
	// MayLookFor fails with "fault.request.term" where one of the terms cannot be looked for.
	MayLookFor(also SearchTerms) error
	// SearchRequest looks for who asks in all data folders, with the keys. What it finds is held in
	// memory until the page is locked, and kept nowhere.
	SearchRequest(ctx context.Context, id int64, also SearchTerms, tell func(Progress)) (Outcome, error)
	// FoundRequest is what the last search for a request found. [ErrNotSearched] if nothing of it is held.
	FoundRequest(ctx context.Context, id int64) (RequestFound, error)
	// CopyForRequest is a copy of the rows that were found, for who asks. Form: "csv", "json".
	CopyForRequest(ctx context.Context, id int64, form string) (Download, error)
	// RequestLetter fills a letter to who asks.
	RequestLetter(ctx context.Context, id int64, wish LetterWish) (RequestLetter, error)
	// PrintRequestLetter draws a letter as a file and writes down that it was written. Form: "pdf", "html".
	PrintRequestLetter(ctx context.Context, id int64, wish LetterWish, form string) (Download, error)
}

// ErrNotSearched says that nothing of a search is held: none was made, or the page was locked since.
var ErrNotSearched = errors.New("web: nothing of a search is held")

// NewRequest is what is written down of a request. Page names the page that it was typed on.
type NewRequest struct{ Right, How, Received, Name, Contact, Page string }

// RequestNote is something that happened to a request.
type RequestNote struct {
	ID     int64
	Seen   int    // how much had happened to it when the form was drawn
	What   string // known, asked, answered, told, sent, closed, reopened
	Detail string // of sent: the letter; of closed: how it ended
	Cause  string // of told, and of sent where the letter is the one about more time: why it takes longer
	Day    string // as it is typed; "": today
}

// Request is one request.
type Request struct {
	ID        int64
	Seen      int
	Title     string
	Who       string // who asks, or why that is not shown
	Locked    bool   // who asks is shown when the keys are unlocked
	Clock     string // how many days are left; "": it is closed
	Late      bool
	Lines     []string // until when, and why then
	AtOnce    string   // what has to be done today; "": nothing
	Happened  []RequestEvent
	Identity  string // what to do about who asks
	Do        string // what the right needs besides an answer; "": nothing
	Copy      bool   // who asks gets a copy of the data
	Searched  bool   // what a search found is at hand
	CanLonger string // that there can be more time; "": there cannot
	Letters   []Choice
	Causes    []Choice
	Ends      []Choice
	Ended     bool
	Today     string
	Received  string
}

// RequestEvent is what happened on a day.
type RequestEvent struct{ Day, What string }

func requestRoutes() []route {
	return []route{
		{"POST", "/privacy/requests", present, newRequest, false},
		{"GET", "/privacy/requests.csv", present, giveRequestsTable, false},
		{"GET", "/privacy/requests/{id}", present, showRequest, false},
		{"POST", "/privacy/requests/{id}", present, openRequest, false},
		{"POST", "/privacy/requests/{id}/note", present, noteRequest, false},
		{"POST", "/privacy/requests/{id}/search", present, searchRequest, false},
		{"GET", "/privacy/requests/{id}/found", present, showFound, false},
		{"POST", "/privacy/requests/{id}/copy", present, copyForRequest, false},
		{"GET", "/privacy/requests/{id}/letter/{kind}", present, showRequestLetter, false},
		{"POST", "/privacy/requests/{id}/letter/{kind}", present, useRequestLetter, false},
	}
}

func giveRequestsTable(v *visit) error {
	d, err := v.office.RequestsTable(v.ctx())
	if err != nil {
		return err
	}
	return v.give(d, false)
}

func newRequest(v *visit) error {
	r := NewRequest{v.field("right"), v.field("how"), v.field("received"), v.field("name"), v.field("contact"), v.field("page")}
	id, err := v.office.NewRequest(v.ctx(), r)
	var f tried
	if v.refused(err, &f, map[string]string{"fault.request.flags": "web.privacy.missing", "fault.request.right": "web.privacy.missing", "fault.request.how": "web.privacy.missing"}) {
		return v.privacyPage(http.StatusUnprocessableEntity, privacyView{Typed: r, Wrong: f.Wrong})
	}
	if err != nil {
		return err
	}
	return v.see(requestPath(id))
}

func requestPath(id int64) string { return "/privacy/requests/" + strconv.FormatInt(id, 10) }

// requestID is the number of the request in the address.
func (v *visit) requestID() (int64, error) {
	return v.id("id", errNoPage)
}

// requestView is the page of a request, with what was refused.
type requestView struct {
	Request

	Overtaken *OvertakenError
	Wrong     failView
	Typed     RequestNote
	also      func(kind string) (name, value string)
}

// Day is what the field of a day is drawn with.
func (r requestView) Day(what string) any { //nolint:gocritic // a page may be drawn of a copy
	return struct {
		Name, What string
		R          requestView
	}{what, what, r}
}

// alsoField is a field of what somebody is looked for by besides.
type alsoField struct{ ID, Name, Value string }

// Also are the fields of what somebody is looked for by besides.
func (r requestView) Also() (out []alsoField) {
	for _, kind := range []string{"name", "email", "phone", "code"} {
		name, value := r.also(kind)
		out = append(out, alsoField{"also-" + kind, name, value})
	}
	return out
}

// AlsoTyped reports whether something was typed in one of them.
func (r requestView) AlsoTyped() bool {
	return slices.ContainsFunc(r.Also(), func(f alsoField) bool { return f.Value != "" })
}

func showRequest(v *visit) error {
	id, err := v.requestID()
	if err != nil {
		return err
	}
	return v.requestPage(http.StatusOK, id, requestView{})
}

// openRequest asks for the passphrase, so that who asks is shown.
func openRequest(v *visit) error {
	id, err := v.requestID()
	if err != nil {
		return err
	}
	return v.withKeys(func() error { return v.see(requestPath(id)) })
}

func (v *visit) requestPage(status int, id int64, view requestView) error {
	var err error
	if view.Request, err = v.office.Request(v.ctx(), id); err != nil {
		return err
	}
	view.also = func(kind string) (string, string) {
		return capital(v.words.T("request.term." + kind)), v.field("also-" + kind)
	}
	return v.page("privacy_request", status, view)
}

// requestNote is what a form says that happened.
func (v *visit) requestNote() (n RequestNote, err error) {
	if n.ID, err = v.requestID(); err != nil {
		return n, err
	}
	if n.Seen, err = strconv.Atoi(v.field("seen")); err != nil {
		return n, refusal{http.StatusBadRequest, "web.broken-form"}
	}
	n.What, n.Detail, n.Cause, n.Day = v.field("what"), v.field("detail"), v.field("cause"), v.field("day")
	return n, nil
}

func noteRequest(v *visit) error {
	n, err := v.requestNote()
	if err != nil {
		return err
	}
	return v.notedRequest(n, v.office.NoteRequest(v.ctx(), n))
}

// notedRequest goes on with the page of a request after something was written down, or was not.
func (v *visit) notedRequest(n RequestNote, err error) error {
	var f tried
	over, late := errors.AsType[*OvertakenError](err)
	switch {
	case late:
		return v.requestPage(http.StatusConflict, n.ID, requestView{Overtaken: over})
	case v.refused(err, &f, map[string]string{"fault.request.reasons": "web.request.choose", "fault.request.outcome": "web.request.choose"}):
		return v.requestPage(http.StatusUnprocessableEntity, n.ID, requestView{Wrong: f.Wrong, Typed: n})
	case err != nil:
		return err
	}
	return v.see(requestPath(n.ID))
}
