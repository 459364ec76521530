package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// Helper lets the owner give steps of an incident to the staff, and the staff do them: each sees what
// was given to them, behind a PIN of their own, and nothing else of the incident.
type Helper interface {
	// GiveStep gives a step to somebody of the staff, whose number is the text of the act; "" takes it back.
	// It fails as [Responder.DoStep] does.
	GiveStep(ctx context.Context, a Act) error
	// SitToSteps opens somebody's steps with the PIN, as [Quizzer.SitDown] opens a quiz.
	SitToSteps(ctx context.Context, s Sitter) (QuizSeat, error)
	// GivenSteps lists what was given to who sits there.
	GivenSteps(ctx context.Context, s QuizSeat) (GivenSteps, error)
	// TellStep says that a step is done, or that it cannot be done. It fails with [ErrNotGiven], and with a
	// [*MistypedError].
	TellStep(ctx context.Context, s QuizSeat, a Act) error
}

// ErrNotGiven says that a step is done already, or was given to somebody else.
var ErrNotGiven = errors.New("web: not a step of who sits there")

// GivenSteps is what was given to somebody.
type GivenSteps struct {
	Name  string
	Steps []GivenStep
}

// GivenStep is a step as a member of the staff sees it: what to do, what not, until when.
type GivenStep struct {
	Run  int64 // the incident
	Seen int   // events that it had when the page was drawn
	ID   string

	Say, How, Not string
	Keep          []IncidentNote
	Calls         []string
	Wait, Due     string
	Late          bool
	Clock         *IncidentClock
}

// stepRoutes are open while the page is locked, as those of the quizzes are, and at the door for the staff.
func stepRoutes() []route {
	return []route{
		{"GET", "/steps", known, showStepStaff, false},
		{"GET", "/steps/{person}", known, askStepPIN, false},
		{"POST", "/steps/{person}", known, sitToSteps, false},
		{"GET", "/steps/mine", known, showGiven, false},
		{"POST", "/steps/mine/{id}", known, tellStep, false},
		{"POST", "/steps/mine/leave", known, leaveSteps, false},
	}
}

func showStepStaff(v *visit) error { return v.bench(stepBench) }

func askStepPIN(v *visit) error { return v.askPIN(stepBench) }

func sitToSteps(v *visit) error { return v.sitDown(stepBench, v.office.SitToSteps) }

// givenView is the page of who sits down.
type givenView struct {
	GivenSteps

	Said    string // what became of what was told last, in words
	Of      string // the step in whose form something is wrong
	Wrong   string
	Typed   string
	Refused bool // it was not a step of theirs
}

func showGiven(v *visit) error {
	return v.sittingAt(stepBench, func(s QuizSeat) error {
		view := givenView{}
		switch told := v.field("told"); told {
		case ActTold, ActCant:
			view.Said = v.words.T("web.steps.said." + told)
		case "late":
			view.Refused = true
		}
		return v.givenPage(s, http.StatusOK, view)
	})
}

func (v *visit) givenPage(s QuizSeat, status int, view givenView) error {
	given, err := v.office.GivenSteps(v.ctx(), s)
	if err != nil {
		return err
	}
	view.GivenSteps = given
	return v.page("steps_mine", status, view)
}

// tellStep takes what somebody says of a step that was given to them. Who says it is who sits there.
func tellStep(v *visit) error {
	return v.sittingAt(stepBench, func(s QuizSeat) error {
		a, err := v.act()
		if err != nil {
			return err
		}
		if a.By, a.Values = "", nil; a.What != ActTold && a.What != ActCant {
			return refusal{http.StatusBadRequest, "web.broken-form"}
		}
		err = v.office.TellStep(v.ctx(), s, a)
		if wrong, ok := errors.AsType[*MistypedError](err); ok {
			return v.givenPage(s, http.StatusUnprocessableEntity, givenView{Of: a.Step, Wrong: (*wrong)[""], Typed: a.Text})
		}
		if errors.Is(err, ErrNotGiven) {
			return v.see(stepBench.sits() + "?told=late")
		}
		if err != nil {
			return err
		}
		return v.see(stepBench.sits() + "?told=" + a.What)
	})
}

func leaveSteps(v *visit) error {
	v.leave(stepBench)
	if v.staff {
		return v.see("/")
	}
	return v.see(stepBench.path())
}

// giveStep gives a step to somebody, or takes it back.
func giveStep(v *visit) error {
	a, err := v.act()
	if err != nil {
		return err
	}
	a.What = ActGive
	err = v.office.GiveStep(v.ctx(), a)
	if over, ok := errors.AsType[*OvertakenError](err); ok {
		return v.incidentPage(http.StatusConflict, a.ID, a.Step, incidentView{Overtaken: over}, nil)
	}
	if err != nil {
		return v.nobody(err)
	}
	return v.see(incidentPath(a.ID) + "?" + url.Values{"step": {a.Step}}.Encode())
}
