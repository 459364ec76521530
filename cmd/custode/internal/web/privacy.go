package web

import (
	"context"
	"net/http"
	"slices"
)

// Privateer shows what is held of customers and why, and makes the papers that belong to it.
type Privateer interface {
	Privacy(ctx context.Context) (Privacy, error)
	// CustomerPaper makes a paper for customers in a language, and keeps what it stands on.
	CustomerPaper(ctx context.Context, which, lang string, asPDF bool) (Download, error)
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

func privacyRoutes() []route {
	return []route{
		{"GET", "/privacy", present, showPrivacy, false},
		{"POST", "/privacy/paper", present, givePaper, false},
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
	if typed.Page == "" {
		typed.Page = Token()
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
