package web

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"custode/internal/fault"
	"custode/internal/secret"
)

// Quizzer lets the staff take their quizzes, each behind a PIN of their own. What is answered is
// shown to nobody else.
type Quizzer interface {
	// QuizStaff lists who can sit down.
	QuizStaff(ctx context.Context) ([]Learner, error)
	// SitDown opens somebody's quiz with the PIN; without one yet, this one is chosen, if that may be. It fails with
	// [ErrNobody], and with a failure whose name begins with "fault.pin." where the PIN does not do.
	SitDown(ctx context.Context, s Sitter) (QuizSeat, error)
	// QuizNow says how a quiz stands.
	QuizNow(ctx context.Context, s QuizSeat) (QuizNow, error)
	// QuizBegin begins a quiz although none is due.
	QuizBegin(ctx context.Context, s QuizSeat) error
	// QuizGive takes the answer to the question that is asked. It fails with [ErrAnswered] if it is another.
	QuizGive(ctx context.Context, s QuizSeat, a QuizAnswer) error
	// QuizRead goes on after what an answer was worth was read.
	QuizRead(s QuizSeat, number int)
}

// Sitter is who sits down, and what was typed.
type Sitter struct {
	ID    int64
	PIN   secret.Bytes
	Code  secret.Bytes // with which a first PIN is chosen: else whoever is first would choose it in somebody's name
	Owner bool         // the owner's pages are open there: a first PIN needs no code
}

// QuizSeat is somebody who has typed the PIN.
type QuizSeat interface {
	// Leave lets go of what the PIN opened. The quiz goes on from there another time.
	Leave()
}

// ErrAnswered says that a question was answered already, or is not asked now.
var ErrAnswered = errors.New("web: not the question that is asked")

// ErrLeft says that somebody left the seat meanwhile.
var ErrLeft = errors.New("web: the seat was left")

// QuizNow is how a quiz stands: one of Told, Asked and Over, or none of them if no quiz is due.
type QuizNow struct {
	Name  string
	Told  *QuizTold  // the last answer was not read about yet
	Asked *QuizAsked // the next question
	Over  *QuizOver  // all were answered
	Next  string     // no quiz is due, in words; "": one is
}

// QuizAsked is a question.
type QuizAsked struct {
	Number, Of int    // from 1
	ID         string // with the number in the form: another form than the one that is asked does nothing
	Topic      string
	Text, Help string
	Type       string // single, multiple, true-false, order, spot
	Choices    []string
	Scene      *QuizScene // spot
	Verdicts   []string   // spot
}

// QuizScene is a mail, a message or a screen.
type QuizScene struct {
	Title string
	Parts [][]string // the lines of each
}

// QuizAnswer is what somebody gave. Choices are counted from 1, as they are shown.
type QuizAnswer struct {
	Number  int
	ID      string
	Chosen  []int // order: the steps in the order that was given
	Verdict int   // spot
}

// QuizTold is what an answer was worth.
type QuizTold struct {
	Number, Of int
	Status     string // ok, attention, act
	Headline   string
	Question   string
	Scene      *QuizScene
	Steps      string // that the remarks are the steps in their order; "": they are not
	Remarks    []QuizRemark
	Why        string
	Sources    string
}

// QuizRemark is one thing that was chosen or missed.
type QuizRemark struct {
	Status    string // ok, attention, act
	Tag       string // the status as a sign
	Text, Why string
}

// QuizOver is how a quiz went.
type QuizOver struct{ Right, Again, Next string }

// quizRoutes are open while the page is locked: staff can take a quiz at a computer whose other
// pages the owner has shut. The door for the staff has them too.
func quizRoutes() []route {
	return []route{
		{"GET", "/quiz", known, showQuizStaff, false},
		{"GET", "/quiz/{person}", known, askPIN, false},
		{"POST", "/quiz/{person}", known, sitDown, false},
		{"GET", "/quiz/sit", known, showQuiz, false},
		{"POST", "/quiz/sit/begin", known, beginQuiz, false},
		{"POST", "/quiz/sit/answer", known, answerQuiz, false},
		{"POST", "/quiz/sit/read", known, readQuiz, false},
		{"POST", "/quiz/sit/leave", known, leaveQuiz, false},
	}
}

// benchView is the page of who can sit down at a bench.
type benchView struct {
	People  []Learner
	Away    bool // somebody sat here until a while ago
	CanLock bool // the owner's pages are open: they should be locked before the computer is handed over
	Owner   bool
	Typed   []typed // by who sat here
}

func showQuizStaff(v *visit) error { return v.bench(quizBench) }

// bench shows who can sit down at a bench; who sits there goes on.
func (v *visit) bench(b bench) error {
	if _, there := v.seated(b); there {
		return v.see(b.sits())
	}
	if !v.office.Ready() {
		return v.see("/")
	}
	return v.benchPage(b, http.StatusOK, benchView{Away: v.field("away") != ""})
}

func (v *visit) benchPage(b bench, status int, view benchView) (err error) {
	if view.People, err = v.office.QuizStaff(v.ctx()); err != nil {
		return err
	}
	view.Owner = v.ownerSits()
	view.CanLock = view.Owner && v.office.CanLock()
	return v.page(string(b), status, view)
}

// ownerSits reports whether the owner's pages are open here.
func (v *visit) ownerSits() bool { return !v.staff && !v.session.locked }

// pinView is the page that asks who sits down for the PIN.
type pinView struct {
	Learner

	At    bench
	Wrong *failView
	Owner bool // as of [Sitter]
}

// NeedsCode reports whether a first PIN is chosen here, with a code.
func (p pinView) NeedsCode() bool { return !p.HasPIN && !p.Owner }

// Shut reports whether no PIN can be typed here: there is none, and no code with which one could be chosen.
func (p pinView) Shut() bool { return p.NeedsCode() && !p.HasCode }

// pinPage asks for the PIN, or says why there is none to type.
func (v *visit) pinPage(status int, view pinView) error {
	if view.Shut() {
		none := faultView(v.words, fault.New(fault.NoPerm, "fault.pin.none", view.Name))
		view.Wrong = &none
	}
	return v.page("quiz_pin", status, view)
}

// sitter gives who is meant by the address.
func (v *visit) sitter() (Learner, error) {
	id, err := v.id("person", errNoPage)
	if err != nil {
		return Learner{}, err
	}
	people, err := v.office.QuizStaff(v.ctx())
	if err != nil {
		return Learner{}, err
	}
	for _, p := range people {
		if p.ID == id {
			return p, nil
		}
	}
	return Learner{}, v.nobody(ErrNobody)
}

func askPIN(v *visit) error { return v.askPIN(quizBench) }

// askPIN asks who sits down at a bench for the PIN; who sits there goes on.
func (v *visit) askPIN(b bench) error {
	if _, there := v.seated(b); there { // the back button
		return v.see(b.sits())
	}
	who, err := v.sitter()
	if err != nil {
		return err
	}
	return v.pinPage(http.StatusOK, pinView{Learner: who, At: b, Owner: v.ownerSits()})
}

// sitDown takes the PIN. How fast it can be guessed is limited for each person, where it is kept.
func sitDown(v *visit) error { return v.sitDown(quizBench, v.office.SitDown) }

func (v *visit) sitDown(b bench, take func(context.Context, Sitter) (QuizSeat, error)) error {
	who, err := v.sitter()
	if err != nil {
		return err
	}
	view := pinView{Learner: who, At: b, Owner: v.ownerSits()}
	if view.Shut() {
		return v.pinPage(http.StatusForbidden, view)
	}
	pin, again, code := v.secret("pin"), v.secret("pin-again"), v.secret("pin-code")
	defer pin.Wipe()
	defer code.Wipe()
	defer again.Wipe()
	if !who.HasPIN && !pin.Equal(again) {
		view.Wrong = &failView{What: v.words.T("quiz.pin.differ")}
		return v.pinPage(http.StatusUnprocessableEntity, view)
	}
	seat, err := take(context.WithoutCancel(v.ctx()), Sitter{who.ID, pin, code, view.Owner}) // a second click ends the first
	if f, ok := errors.AsType[*fault.Error](err); ok && strings.HasPrefix(f.ID, "fault.pin.") && f.ID != "fault.pin.damaged" {
		wrong := faultView(v.words, f)
		if f.ID == "fault.pin.wrong" || f.ID == "fault.pin.wait" && who.HasPIN {
			wrong.Do = v.words.T("web.quiz.forgot")
		}
		view.Wrong = &wrong
		return v.pinPage(statusOf(f.Code), view)
	}
	if err != nil {
		return v.nobody(err)
	}
	v.seat(b, seat)
	return v.see(b.sits())
}
