package web

import (
	"context"
	"errors"
	"net/http"

	"custode/internal/fault"
)

// Teamer keeps the list of who learns. It knows who is due and when, never what somebody answered.
type Teamer interface {
	// Team lists everybody, and how the team does by topic where it is large enough.
	Team(ctx context.Context) (Team, error)
	// AddToTeam puts somebody on the list.
	AddToTeam(ctx context.Context, name string) error
	// CodeForTeam makes a code with which somebody without a PIN chooses one, once. It fails as EraseOfTeam does.
	CodeForTeam(ctx context.Context, id int64) (TeamCode, error)
	// EraseOfTeam erases somebody of the list, or the PIN and what it closes. It fails with
	// [ErrNobody], as the next two do.
	EraseOfTeam(ctx context.Context, id int64, what Erasure) error
	// TeamCertificate draws the certificate of somebody.
	TeamCertificate(ctx context.Context, id int64) (Download, error)
	// TeamNotice draws the notice for the staff; contact answers questions, "" leaves a gap.
	TeamNotice(ctx context.Context, contact string) (Download, error)
}

// ErrNobody says that somebody is not on the list, or not any more.
var ErrNobody = errors.New("web: nobody of the list")

// TeamCode is a code for somebody: it is shown once.
type TeamCode struct {
	Name, Digits string
	Until        string // in words
}

// Erasure is what is erased of somebody.
type Erasure string

// What can be erased.
const (
	EraseAll Erasure = "removed" // name, PIN, answers and days
	ErasePIN Erasure = "reset"   // the PIN and what it closes
)

// Team is what the page of the team shows.
type Team struct {
	People []Learner
	Topics []Fact // how each goes, for the whole team
	Untold string // why there are no topics, in words; "": there are
}

// Learner is one of the staff.
type Learner struct {
	ID           int64
	Name         string
	Due          bool
	State, Dates string // in words
	HasPIN       bool
	HasCode      bool   // with which a first PIN can be chosen
	Code         string // until when, in words
	Finished     bool   // a quiz, so that there is a certificate
}

func teamRoutes() []route {
	return []route{
		{"GET", "/team", present, showTeam, false},
		{"POST", "/team", present, addToTeam, false},
		{"POST", "/team/notice", present, giveNotice, false},
		{"GET", "/team/{id}/certificate", present, giveCertificate, false},
		{"POST", "/team/{id}/code", present, giveCode, false},
		{"GET", "/team/{id}/{what}", present, askErase, false},
		{"POST", "/team/{id}/{what}", present, eraseOfTeam, false},
	}
}

type teamView struct {
	Team

	Pager leaf
	Typed string
	Wrong *failView // what was wrong with the name that was typed
	Said  string    // what was just done, in words
}

func showTeam(v *visit) error {
	view := teamView{}
	switch done := v.field("done"); done {
	case "added", string(EraseAll), string(ErasePIN):
		view.Said = v.words.T("web.team.done." + done)
	}
	return v.teamPage(http.StatusOK, view)
}

func (v *visit) teamPage(status int, view teamView) error {
	t, err := v.office.Team(v.ctx())
	if err != nil {
		return err
	}
	view.Team, view.Pager = t, v.leafOf("/team", int64(len(t.People)), nil)
	from := min(int64(len(t.People)), v.skip())
	view.People = t.People[from:min(int64(len(t.People)), from+leafHolds)]
	return v.page("team", status, view)
}

func addToTeam(v *visit) error {
	name := v.field("name")
	err := v.office.AddToTeam(v.ctx(), name)
	if f, ok := errors.AsType[*fault.Error](err); ok && (f.ID == "fault.staff.name" || f.ID == "fault.staff.taken") {
		wrong := faultView(v.words, f)
		return v.teamPage(statusOf(f.Code), teamView{Typed: name, Wrong: &wrong})
	}
	if err != nil {
		return err
	}
	return v.see("/team?done=added")
}

// learner gives who is meant by the address.
func (v *visit) learner() (Learner, error) {
	id, err := v.id("id", errNoPage)
	if err != nil {
		return Learner{}, err
	}
	t, err := v.office.Team(v.ctx())
	if err != nil {
		return Learner{}, err
	}
	for _, p := range t.People {
		if p.ID == id {
			return p, nil
		}
	}
	return Learner{}, v.nobody(ErrNobody)
}

// nobody makes an answer of [ErrNobody].
func (v *visit) nobody(err error) error {
	if errors.Is(err, ErrNobody) {
		return refusal{http.StatusNotFound, "web.team.gone"}
	}
	return err
}

// erasure reads what is to be erased.
func (v *visit) erasure() (Erasure, error) {
	switch what := Erasure(v.r.PathValue("what")); what {
	case EraseAll, ErasePIN:
		return what, nil
	}
	return "", refusal{http.StatusNotFound, "web.no-page"}
}

type eraseView struct {
	Learner

	What Erasure
}

// askErase asks before something is erased.
func askErase(v *visit) error {
	what, err := v.erasure()
	if err != nil {
		return err
	}
	who, err := v.learner()
	if err != nil {
		return err
	}
	return v.page("team_erase", http.StatusOK, eraseView{who, what})
}

func eraseOfTeam(v *visit) error {
	what, err := v.erasure()
	if err != nil {
		return err
	}
	id, err := v.id("id", errNoPage)
	if err != nil {
		return err
	}
	if err := v.office.EraseOfTeam(v.ctx(), id, what); err != nil {
		return v.nobody(err)
	}
	return v.see("/team?done=" + string(what))
}

func giveCertificate(v *visit) error {
	id, err := v.id("id", errNoPage)
	if err != nil {
		return err
	}
	d, err := v.office.TeamCertificate(v.ctx(), id)
	if err != nil {
		return v.nobody(err)
	}
	return v.give(d, false)
}

// giveNotice is a POST because the name that stands on it belongs in no address.
func giveNotice(v *visit) error {
	d, err := v.office.TeamNotice(v.ctx(), v.field("contact"))
	if err != nil {
		return err
	}
	return v.give(d, false)
}

// giveCode shows a code for somebody, as the answer to the form: it stands in no address, and is shown once.
func giveCode(v *visit) error {
	id, err := v.id("id", errNoPage)
	if err != nil {
		return err
	}
	code, err := v.office.CodeForTeam(v.ctx(), id)
	if err != nil {
		return v.nobody(err)
	}
	return v.page("team_code", http.StatusOK, code)
}
