package web

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"custode/internal/fault"
)

// TodayActor does what can be done about the things of the check.
type TodayActor interface {
	// PutOff puts a thing off until a day (2026-12-31), for a reason.
	PutOff(ctx context.Context, id, until, because string) error
	// TakeUp ends that a thing is put off, and tells whether it was.
	TakeUp(ctx context.Context, id string) (bool, error)
	// Questions lists what only the owner can say, with what was said.
	Questions(ctx context.Context) ([]Ask, error)
	// Answer notes an answer, until a day or for as long as answers to that question hold.
	Answer(ctx context.Context, id, value, until string) error
	// SealDue seals what automatic sealing would, once, and notes that it has run.
	SealDue(ctx context.Context, tell func(Progress)) (Outcome, error)
	// BeginJournal begins a journal anew where its beginning was lost; where it has one nothing is done.
	BeginJournal(ctx context.Context) error
	// Report makes the report of a check that is held anew, and notes that the journal's receipt was taken.
	Report(ctx context.Context, audience string, asPDF bool) (Download, error)
}

// Acts are what can be done about a thing of the check here.
type Acts struct {
	PutOff  bool   // it can be
	IsOff   bool   // it is
	Ask     *Ask   // its question; nil: none
	At, Do  string // a form of one button does it: where it goes, and what it says; "": none
	DayFrom string
	DayTo   string // the last day until which it can be put off
}

// Ask is a question to the owner.
type Ask struct {
	ID, Ask, Why string
	Options      []Choice
	Path         bool   // it is answered with a folder
	Value        string // the folder that was said
	Said         string // what was said, and until when it holds, in words; "": nothing that holds
	Note         string
	DayFrom      string
	DayTo        string // the last day until which an answer holds
}

// tried is a form that was refused: the page comes again with what was typed, and why.
type tried struct {
	ID, Act               string
	Wrong                 failView
	Until, Because, Value string
}

func todayActRoutes() []route {
	return []route{
		{"POST", "/put-off", present, putOff, false},
		{"POST", "/take-up", present, takeUp, false},
		{"GET", "/questions", present, showQuestions, false},
		{"POST", "/answer", present, answer, false},
		{"POST", "/seal-due", present, sealDue, false},
		{"POST", "/journal/begin", present, beginJournal, false},
		{"POST", "/report", present, giveReport, false},
	}
}

func putOff(v *visit) error {
	f := tried{ID: v.field("id"), Act: "put-off", Until: v.field("until"), Because: v.field("because")}
	err := v.office.PutOff(v.ctx(), f.ID, f.Until, f.Because)
	if v.refused(err, &f, map[string]string{"fault.check.until": "web.put-off.until", "fault.check.reason": "web.put-off.because", "fault.check.fixed": "web.put-off.fixed", "fault.check.fine": "web.put-off.fine"}) {
		return v.todayPage(http.StatusUnprocessableEntity, "", f)
	}
	if err != nil {
		return err
	}
	return v.see("/?noted=put-off")
}

// refused tells whether what was typed in a form is why it failed, and puts that into words of a page.
func (v *visit) refused(err error, f *tried, words map[string]string) bool {
	var bad *fault.Error
	if !errors.As(err, &bad) || bad.Code != fault.Usage && bad.Code != fault.NoInput {
		return false
	}
	f.Wrong = faultView(v.words, bad)
	if id := words[bad.ID]; id != "" {
		f.Wrong = failView{What: v.words.T(id), Do: v.words.T(id + ".hint")}
	}
	return true
}

func takeUp(v *visit) error {
	was, err := v.office.TakeUp(v.ctx(), v.field("id"))
	if err != nil {
		return err
	}
	if !was {
		return v.see("/?noted=not-off")
	}
	return v.see("/?noted=taken-up")
}

// questionsView is the page of all questions.
type questionsView struct {
	Questions []Ask
	Noted     bool
	Tried     tried
}

func showQuestions(v *visit) error {
	return v.questionsPage(http.StatusOK, tried{})
}

func (v *visit) questionsPage(status int, f tried) error {
	list, err := v.office.Questions(v.ctx())
	if err != nil {
		return err
	}
	return v.page("questions", status, questionsView{list, v.r.Method == http.MethodGet && v.field("noted") != "", f})
}

func answer(v *visit) error {
	f := tried{ID: v.field("id"), Act: "answer", Value: v.field("value"), Until: v.field("until")}
	err := v.office.Answer(v.ctx(), f.ID, f.Value, f.Until)
	if v.refused(err, &f, map[string]string{"fault.answer.value": "web.answer.value"}) {
		return v.questionsPage(http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	if v.field("from") == "today" {
		return v.see("/?noted=answered")
	}
	return v.see("/questions?noted=1")
}

func sealDue(v *visit) error {
	return v.begin(v.words.T("web.due.doing"), "/", v.office.SealDue)
}

func beginJournal(v *visit) error {
	if err := v.office.BeginJournal(v.ctx()); err != nil {
		return err
	}
	return v.see("/?noted=journal")
}

// giveReport makes the report to print, or to download. It is a POST: it is noted that it was made.
func giveReport(v *visit) error {
	form := v.field("form")
	d, err := v.office.Report(v.ctx(), v.field("for"), form == "pdf")
	if err != nil {
		return err
	}
	return v.give(d, form != "pdf")
}

// notes are what can be said above the page of today after something was done.
func notes() []string { return []string{"put-off", "taken-up", "not-off", "answered", "journal"} }

// noted is what was just done, if that is something of ours.
func (v *visit) noted() string {
	if n := v.field("noted"); v.r.Method == http.MethodGet && slices.Contains(notes(), n) {
		return n
	}
	return ""
}

// askView is a question on a page: from which, and with what was typed there if it was refused.
type askView struct {
	Ask

	From  string
	Tried tried
}

// On gives what a page shows of a question.
func (a Ask) On(from string, f tried) any { // an askView
	if f.ID != a.ID || f.Act != "answer" {
		f = tried{}
	}
	return askView{a, from, f}
}
