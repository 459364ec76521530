package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"custode/internal/fault"
)

// Exerciser leads through exercises. An exercise is an incident in a record of its own, which the pages of
// incidents show and change: under another address, with an office that has exercises instead of incidents.
type Exerciser interface {
	// Exercises lists the exercises that there are, those that go on, and by the page those that have ended.
	Exercises(ctx context.Context, skip, most int64) (Exercises, error)
	// BeginExercise begins one and gives its number; of one that goes on already, that number.
	BeginExercise(ctx context.Context, id, by string) (int64, error)
	// Exercising is the office whose incidents are the exercises.
	Exercising() Office
	// MeetSurprise says what is done about something that happened in an exercise meanwhile: which is the step
	// of the act, what is done its text. It is refused as [Responder.DoStep] is.
	MeetSurprise(ctx context.Context, a Act) error
	// ExerciseResult says how an exercise went that has ended.
	ExerciseResult(ctx context.Context, id int64) (ExerciseResult, error)
}

// Exercises is the list of exercises.
type Exercises struct {
	Status string // of the daily check: ok, attention
	Said   string // when one was held last
	Open   []IncidentHead
	Offer  []ExerciseOffer
	Ended  []IncidentRow
	All    int64 // that have ended
}

// ExerciseOffer is an exercise that can be begun. Runs is the number of the one that goes on; 0: none does.
type ExerciseOffer struct {
	ID, Title, Plan string
	Runs            int64
}

// Played is what an exercise is about.
type Played struct {
	Title, Story string
	Begun        bool       // something was done already
	Happened     []Surprise // that nobody has met yet
}

// Surprise is something that happens meanwhile. Without options it is only told.
type Surprise struct {
	ID, Say string
	Options []Choice
}

// ExerciseResult is how an exercise went.
type ExerciseResult struct {
	IncidentHead

	Say     string // its points
	Counts  string // whether the daily check counts it
	Counted bool
	Points  []FactLine // what they are made of
	Faults  []string   // what cost points, or was not done
	Right   []IncidentNote
}

// exerciseRoutes are those of an incident, but for what reaches the staff, and what only exercises have.
func exerciseRoutes() []route {
	list := []route{
		{"GET", "/exercise", present, showExercises, false},
		{"POST", "/exercise/begin", present, beginExercise, false},
		{"POST", "/exercise/{id}/surprise", present, exercising(meetSurprise), false},
		{"GET", "/exercise/{id}/result", present, exercising(showResult), false},
	}
	for _, some := range [][]route{incidentRoutes(), incidentFactRoutes(), incidentPaperRoutes(), evidenceRoutes()} {
		for _, r := range some {
			if rest, ok := strings.CutPrefix(r.pattern, "/incident/{id}"); ok && rest != "/give" {
				r.pattern, r.serve = "/exercise/{id}"+rest, exercising(r.serve)
				list = append(list, r)
			}
		}
	}
	return list
}

// exercising lets a handler of incidents serve exercises.
func exercising(serve func(*visit) error) func(*visit) error {
	return func(v *visit) error {
		v.exercise, v.office = true, v.office.Exercising()
		return serve(v)
	}
}

func exercisePath(id int64) string { return "/exercise/" + strconv.FormatInt(id, 10) }

// exercisesView is the page with the list.
type exercisesView struct {
	Exercises

	Pager leaf
}

func showExercises(v *visit) error {
	list, err := v.office.Exercises(v.ctx(), v.skip(), leafHolds)
	if err != nil {
		return err
	}
	return v.page("exercise", http.StatusOK, exercisesView{list, v.leafOf("/exercise", list.All, url.Values{})})
}

func beginExercise(v *visit) error {
	id, err := v.office.BeginExercise(v.ctx(), v.field("exercise"), v.session.name)
	if err != nil {
		return err
	}
	return v.see(exercisePath(id))
}

func meetSurprise(v *visit) error {
	a, err := v.act()
	if err != nil {
		return err
	}
	err = v.office.MeetSurprise(v.ctx(), a)
	wrong, mistyped := errors.AsType[*MistypedError](err)
	over, late := errors.AsType[*OvertakenError](err)
	switch {
	case mistyped:
		return v.incidentPage(http.StatusUnprocessableEntity, a.ID, "", incidentView{Surprised: a.Step, SurprisedWrong: (*wrong)[""]}, nil)
	case late:
		return v.incidentPage(http.StatusConflict, a.ID, "", incidentView{Overtaken: over}, nil)
	case err != nil:
		return err
	}
	return v.see(exercisePath(a.ID))
}

func showResult(v *visit) error {
	id, err := v.incidentID()
	if err != nil {
		return err
	}
	r, err := v.office.ExerciseResult(v.ctx(), id)
	if f, ok := errors.AsType[*fault.Error](err); ok && f.ID == "fault.play.open" { // it would tell what is right
		return v.see(exercisePath(id) + "/end")
	}
	if err != nil {
		return err
	}
	return v.page("exercise_result", http.StatusOK, r)
}
