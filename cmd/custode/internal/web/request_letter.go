package web

import (
	"net/http"

	"custode/internal/paper"
)

// LetterWish is what a letter to who asks is filled with, as it was typed.
type LetterWish struct {
	Kind, Lang         string
	Because, Source    string
	Doubt, Cause       string
	Grounds            []string
	Nothing, Confirmed bool
}

// RequestLetter is a letter to who asks, and what can be said in it.
type RequestLetter struct {
	ID       int64
	Seen     int
	Title    string // of the request
	Name     string
	Wish     LetterWish
	Doc      paper.Doc // without blocks: something has to be said first
	First    string    // what; "": the letter is written
	Gaps     []string
	Said     []string // of the keys, the search, the map: what the letter lacks
	Mapless  bool     // nobody said what data are for
	Langs    []Choice
	Doubts   []Choice
	Causes   []Choice
	Grounds  []Choice
	Because  bool // own words have a place in it
	Source   bool
	Nothing  bool
	Ended    bool
	Checks   bool   // something in it is to be confirmed, or was
	SentNote string // what is noted with it when it was sent; "": nothing
}

// requestLetterView is the page of a letter.
type requestLetterView struct {
	RequestLetter

	Back  string
	Paper []paperBlock
	Wrong failView
}

// letterWish is what the form says.
func (v *visit) letterWish() LetterWish {
	return LetterWish{
		Kind: v.r.PathValue("kind"), Lang: v.field("lang"), Because: v.field("because"), Source: v.field("source"), Doubt: v.field("doubt"), Cause: v.field("cause"),
		Grounds: v.r.PostForm["ground"], Nothing: v.field("nothing") != "", Confirmed: v.field("confirmed") != "",
	}
}

func showRequestLetter(v *visit) error {
	id, err := v.requestID()
	if err != nil {
		return err
	}
	return v.requestLetterPage(http.StatusOK, id, LetterWish{Kind: v.r.PathValue("kind")}, failView{})
}

func (v *visit) requestLetterPage(status int, id int64, wish LetterWish, wrong failView) error {
	l, err := v.office.RequestLetter(v.ctx(), id, wish)
	if err != nil {
		return err
	}
	return v.page("privacy_letter", status, requestLetterView{l, requestPath(id), blocksOf(l.Doc), wrong})
}

// useRequestLetter shows a letter anew, gives it as a file, or writes down that it was sent.
func useRequestLetter(v *visit) error {
	id, err := v.requestID()
	if err != nil {
		return err
	}
	wish := v.letterWish()
	switch form := v.field("form"); form {
	case "pdf", "html":
		d, err := v.office.PrintRequestLetter(v.ctx(), id, wish, form)
		var f tried
		if v.refused(err, &f, map[string]string{"fault.request.no-ground": "web.request.letter.ground"}) {
			return v.requestLetterPage(http.StatusUnprocessableEntity, id, wish, f.Wrong)
		}
		if err != nil {
			return err
		}
		return v.give(d, form == "html")
	case "sent":
		n, err := v.requestNote()
		if err != nil {
			return err
		}
		n.What, n.Detail, n.Day = "sent", wish.Kind, ""
		err = v.office.NoteRequest(v.ctx(), n)
		var f tried
		if v.refused(err, &f, map[string]string{"fault.request.reasons": "web.request.choose"}) { // what was typed for the letter stays
			return v.requestLetterPage(http.StatusUnprocessableEntity, id, wish, f.Wrong)
		}
		return v.notedRequest(n, err)
	}
	return v.requestLetterPage(http.StatusOK, id, wish, failView{})
}
