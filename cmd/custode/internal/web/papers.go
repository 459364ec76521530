package web

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"

	"custode/internal/fault"
	"custode/internal/i18n"
)

// CustomerPaper is a paper for customers that was made last, of its kind and language, held to what is so now.
type CustomerPaper struct {
	Which, Lang string
	Made        string // the day
	Good        bool   // all that it says is still so
	Say         string // that, or how much is not
	Changes     []PaperChange
	File        string       // what became of its file, if it is another one now
	Unknown     *fault.Error // why nobody can tell

	Wrong failView // that in words
}

// PaperChange is what a paper says that is not so.
type PaperChange struct {
	Say  string
	Lang string // of Say, where it is a sentence of the paper; "": that of the page
	Why  string

	Item  string // of the daily check, that turned with it
	Helps string // the command that puts it right
	Page  string // of ours, where that is done; "": nowhere
}

// PaperWish is a paper for customers as it is asked for.
type PaperWish struct {
	Which   string // notice, long, card, statement
	Lang    string
	PDF     bool
	Again   bool   // with the address and whom to ask as on the one before it
	Address string // for the code of a card; "": the shop's own mail or telephone
	Contact string // whom customers ask, on a statement; "": as the shop is reached
}

// place puts into words why nothing can be told of a paper, and finds the pages where what it says is made so again.
func (p *CustomerPaper) place(w *i18n.Words) {
	if p.Unknown != nil {
		p.Wrong = faultView(w, p.Unknown)
	}
	for i, c := range p.Changes {
		group, _, _ := strings.Cut(c.Item, ".")
		p.Changes[i].Page = cmp.Or(pageOf(Thing{ID: c.Item, Group: group, Command: c.Helps}), helpPage(c.Helps))
	}
}

// helpPage is where that is done which a command does that helps a statement; "": nowhere.
func helpPage(command string) string {
	verb, _, _ := strings.Cut(strings.TrimPrefix(command, "custode "), " ")
	switch {
	case strings.HasPrefix(command, "custode playbook drill"):
		return "/exercise"
	case strings.HasPrefix(command, "custode playbook contacts"):
		return "/incident/contacts"
	}
	return map[string]string{
		"encrypt": "/data", "scan": "/data", "verify": "/vault", "staff": "/team", "quiz": "/team", "backup": "/settings#backup",
		"watch": "/watch", "privacy": "/privacy/choices",
	}[verb]
}

// givePaper is a POST: what the paper stands on is kept.
func givePaper(v *visit) error {
	wish := PaperWish{
		Which: v.field("which"), Lang: v.field("lang"), PDF: v.field("form") == "pdf", Again: v.field("again") != "",
		Address: v.field("address"), Contact: v.field("contact"),
	}
	if v.pages[wish.Lang] == nil || !slices.Contains([]string{"notice", "long", "card", "statement"}, wish.Which) {
		return refusal{http.StatusBadRequest, "web.broken-form"}
	}
	d, err := v.office.CustomerPaper(v.ctx(), wish)
	bad, ok := errors.AsType[*fault.Error](err)
	if ok && bad.Code == fault.Usage { // what was typed
		return v.privacyPage(http.StatusUnprocessableEntity, privacyView{Paper: wish, Amiss: faultView(v.words, bad)})
	}
	if ok && bad.ID == "fault.notice.controller" { // it is answered on another page; the file in which it stands is custode's own
		amiss := faultView(v.words, fault.New(bad.Code, bad.ID))
		amiss.Back = "/privacy/map"
		return v.privacyPage(http.StatusUnprocessableEntity, privacyView{Paper: wish, Amiss: amiss})
	}
	if err != nil {
		return err
	}
	return v.give(d, !wish.PDF)
}
