package web

import (
	"context"
	"net/http"
)

// Privateer shows what is held of customers and why, and makes the papers that belong to it.
type Privateer interface {
	Privacy(ctx context.Context) (Privacy, error)
	// CustomerPaper makes a paper for customers, and keeps what it stands on.
	CustomerPaper(ctx context.Context, wish PaperWish) (Download, error)
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
	Papers         []CustomerPaper
	Address        string // of the long notice on the web, as it was wanted on a card last
	Contact        string // whom customers ask about how their data are protected
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

// privacyView is the page, with a request or a paper that was refused.
type privacyView struct {
	Privacy

	Typed NewRequest
	Wrong failView
	Paper PaperWish
	Amiss failView // what is wrong with the paper that was asked for
}

func showPrivacy(v *visit) error {
	return v.privacyPage(http.StatusOK, privacyView{})
}

// privacyPage shows the page with what was typed on it.
func (v *visit) privacyPage(status int, view privacyView) (err error) {
	if view.Privacy, err = v.office.Privacy(v.ctx()); err != nil {
		return err
	}
	if view.Typed.Received == "" {
		view.Typed.Received = view.Today
	}
	if view.Typed.Page == "" {
		view.Typed.Page = Token()
	}
	if view.Paper.Which == "" {
		view.Paper = PaperWish{Lang: v.words.Lang, Address: view.Address, Contact: view.Contact}
	}
	for i := range view.Papers {
		view.Papers[i].place(v.words)
	}
	return v.page("privacy", status, view)
}
