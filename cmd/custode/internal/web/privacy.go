package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
)

// Privateer shows what is held of customers and why, and makes the papers and keeps the requests
// that belong to it.
type Privateer interface {
	Privacy(ctx context.Context) (Privacy, error)
	// CustomerPaper makes a paper for customers in a language, and keeps what it stands on.
	CustomerPaper(ctx context.Context, which, lang string, asPDF bool) (Download, error)
	// NewRequest writes down what a person asks about their own data; who that is, is sealed.
	NewRequest(ctx context.Context, r NewRequest) (id int64, err error)
	Request(ctx context.Context, id int64) (Request, error)
}

// Privacy is the map of what is held, and the requests.
type Privacy struct {
	Title, Scanned string
	NoScan         bool
	Declared       bool // what the data are for was said
	Held           []HeldKind
	Elsewhere      []string
	Uses           []HeldUse
	Problems       []HeldProblem
	Fine           bool
	Open, Ended    []RequestLine
	Rights, Ways   []Choice
	CanSeal        bool // there are keys: a request can be written down
	Today          string
}

// HeldKind is a kind of data, in the folders where it lies.
type HeldKind struct {
	Name  string
	Lines []HeldLine
}

// HeldLine is what a folder holds of a kind.
type HeldLine struct {
	Folder, People, Files, Sealed, Newest, Why string
	Used                                       bool
}

// HeldUse is what data are used for, and how long they are kept for it.
type HeldUse struct{ Name, What, Keep string }

// HeldProblem is something to look at: not needed, kept too long, sensitive.
type HeldProblem struct {
	Say, Do string
	Files   []string
	More    string
}

// RequestLine is a request in the list, without who made it.
type RequestLine struct {
	ID             int64
	Number, What   string
	Left, Due, Now string
	Late           bool
}

// NewRequest is what is written down of a request.
type NewRequest struct{ Right, How, Received, Name, Contact string }

// Request is one request in sentences.
type Request struct {
	Title string
	Lines []RequestSaid
}

// RequestSaid is a sentence, or a command for a terminal.
type RequestSaid struct {
	Text    string
	Command bool
}

func privacyRoutes() []route {
	return []route{
		{"GET", "/privacy", present, showPrivacy, false},
		{"POST", "/privacy/paper", present, givePaper, false},
		{"POST", "/privacy/requests", present, newRequest, false},
		{"GET", "/privacy/requests/{id}", present, showRequest, false},
	}
}

// privacyView is the page, with a request that was refused.
type privacyView struct {
	Privacy

	Typed NewRequest
	Wrong failView
}

func showPrivacy(v *visit) error {
	return v.privacyPage(http.StatusOK, NewRequest{}, failView{})
}

func (v *visit) privacyPage(status int, typed NewRequest, wrong failView) error {
	p, err := v.office.Privacy(v.ctx())
	if err != nil {
		return err
	}
	if typed.Received == "" {
		typed.Received = p.Today
	}
	return v.page("privacy", status, privacyView{p, typed, wrong})
}

// givePaper is a POST: what the paper stands on is kept.
func givePaper(v *visit) error {
	lang, form := v.field("lang"), v.field("form")
	if v.pages[lang] == nil || !slices.Contains([]string{"notice", "long", "card", "statement"}, v.field("which")) {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	d, err := v.office.CustomerPaper(v.ctx(), v.field("which"), lang, form == "pdf")
	if err != nil {
		return err
	}
	return v.give(d, form == "page")
}

func newRequest(v *visit) error {
	r := NewRequest{v.field("right"), v.field("how"), v.field("received"), v.field("name"), v.field("contact")}
	id, err := v.office.NewRequest(v.ctx(), r)
	var f tried
	if v.refused(err, &f, map[string]string{"fault.request.flags": "web.privacy.missing", "fault.request.right": "web.privacy.missing", "fault.request.how": "web.privacy.missing"}) {
		return v.privacyPage(http.StatusUnprocessableEntity, r, f.Wrong)
	}
	if err != nil {
		return err
	}
	return v.see("/privacy/requests/" + strconv.FormatInt(id, 10))
}

func showRequest(v *visit) error {
	id, err := strconv.ParseInt(v.r.PathValue("id"), 10, 64)
	if err != nil {
		return refusal{http.StatusNotFound, "web.no-page"}
	}
	r, err := v.office.Request(v.ctx(), id)
	if err != nil {
		return err
	}
	return v.page("request", http.StatusOK, r)
}
