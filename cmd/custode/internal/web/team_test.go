package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/fault"
)

// teamOffice is an office whose team is made up.
type teamOffice struct {
	*madeUp

	team   Team
	added  []string
	erased []Erasure
	asked  string // contact of the notice
}

func (o *teamOffice) Team(context.Context) (Team, error) { return o.team, nil }

func (o *teamOffice) AddToTeam(_ context.Context, name string) error {
	if strings.HasPrefix(name, "Anna") {
		return fault.New(fault.CannotMake, "fault.staff.taken", name)
	}
	o.added = append(o.added, name)
	return nil
}

func (o *teamOffice) EraseOfTeam(_ context.Context, id int64, what Erasure) error {
	for _, p := range o.team.People {
		if p.ID == id {
			o.erased = append(o.erased, what)
			return nil
		}
	}
	return ErrNobody
}

func (o *teamOffice) TeamCertificate(_ context.Context, id int64) (Download, error) {
	if id != 7 {
		return Download{}, ErrNobody
	}
	return Download{"certificate.pdf", "application/pdf", []byte("%PDF-1.4")}, nil
}

func (o *teamOffice) TeamNotice(_ context.Context, contact string) (Download, error) {
	o.asked = contact
	return Download{"notice.pdf", "application/pdf", []byte("%PDF-1.4")}, nil
}

func (o *teamOffice) CodeForTeam(_ context.Context, id int64) (TeamCode, error) {
	if id != 8 {
		return TeamCode{}, ErrNobody
	}
	return TeamCode{"Marco", "1234 5679", "6 December"}, nil
}

func newTeam(t *testing.T) (*site, *teamOffice) {
	t.Helper()
	s := newSite(t)
	o := &teamOffice{madeUp: s.madeUp, team: Team{People: []Learner{{ID: 7, Name: "<i>Anna", Due: true, State: "due", Dates: "no quiz yet", HasPIN: true, Finished: true}, {ID: 8, Name: "Marco", State: "up to date"}}}}
	s.o.Office = func(string) Office { return o }
	return s, o
}

// TestTeamList: names stay names, and only who has a PIN or a quiz is offered what goes with them.
func TestTeamList(t *testing.T) {
	s, o := newTeam(t)
	body := want(t, s.get("/team"), http.StatusOK, "&lt;i&gt;Anna", `href="/team/7/certificate"`, `href="/team/7/reset"`, `href="/team/8/removed"`, "<h3>Marco", `action="/team/8/code"`)
	for _, no := range []string{"<i>Anna", `href="/team/8/certificate"`, `href="/team/8/reset"`, `action="/team/7/code"`} {
		if strings.Contains(body, no) {
			t.Errorf("there is %q", no)
		}
	}
	for i := range int64(leafHolds) {
		o.team.People = append(o.team.People, Learner{ID: 100 + i, Name: "Somebody"})
	}
	if body := want(t, s.get("/team?page=2"), http.StatusOK); strings.Count(body, "<h3>") != 2 {
		t.Errorf("the second page has %d", strings.Count(body, "<h3>"))
	}
	want(t, s.get("/team?page=9"), http.StatusOK)
	o.team = Team{}
	want(t, s.get("/team"), http.StatusOK, "Nobody is on the list yet")
}

// TestTeamAdd: a name that does not do comes back with why, and nothing typed is lost or in an address.
func TestTeamAdd(t *testing.T) {
	s, o := newTeam(t)
	want(t, s.post("/team", url.Values{"name": {"Anna \"B\""}}), http.StatusConflict, `value="Anna &#34;B&#34;"`, "Tell the two apart", `aria-invalid="true"`)
	r := s.post("/team", url.Values{"name": {" Giulia "}})
	if to := r.Header.Get("Location"); r.StatusCode != http.StatusSeeOther || strings.Contains(to, "Giulia") || len(o.added) != 1 || o.added[0] != "Giulia" {
		t.Errorf("%s to %q, added %q", r.Status, to, o.added)
	}
}

// TestTeamErase: it is asked first, done by a form only, and a second time says that nobody is there.
func TestTeamErase(t *testing.T) {
	s, o := newTeam(t)
	want(t, s.get("/team/7/removed"), http.StatusOK, "Erase &lt;i&gt;Anna", `action="/team/7/removed"`)
	want(t, s.get("/team/7/reset"), http.StatusOK, `action="/team/7/reset"`)
	if len(o.erased) > 0 {
		t.Fatal("erased by looking")
	}
	for _, what := range []Erasure{ErasePIN, EraseAll} {
		if r := s.post("/team/7/"+string(what), nil); r.StatusCode != http.StatusSeeOther || o.erased[len(o.erased)-1] != what {
			t.Errorf("%s: %s, %v", what, r.Status, o.erased)
		}
	}
	o.team.People = nil
	for _, path := range []string{"/team/7/removed", "/team/7/reset"} {
		want(t, s.post(path, nil), http.StatusNotFound, "not on the list any more")
		want(t, s.get(path), http.StatusNotFound, "not on the list any more")
	}
	for _, path := range []string{"/team/7/all", "/team/x/removed"} {
		want(t, s.post(path, nil), http.StatusNotFound, "no such page")
	}
}

// TestTeamPapers are given to keep.
func TestTeamPapers(t *testing.T) {
	s, o := newTeam(t)
	for _, r := range []*http.Response{s.get("/team/7/certificate"), s.post("/team/notice", url.Values{"contact": {"Maria"}})} {
		if body := text(t, r); r.StatusCode != http.StatusOK || body != "%PDF-1.4" || r.Header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(r.Header.Get("Content-Disposition"), "attachment") {
			t.Errorf("%s %v", r.Status, r.Header)
		}
	}
	if o.asked != "Maria" {
		t.Errorf("the notice names %q", o.asked)
	}
	want(t, s.get("/team/9/certificate"), http.StatusNotFound, "not on the list any more")
}

// TestTeamCode is shown as the answer to the form alone.
func TestTeamCode(t *testing.T) {
	s, _ := newTeam(t)
	want(t, s.post("/team/8/code", nil), http.StatusOK, "1234 5679", "6 December", "to Marco alone")
	want(t, s.post("/team/7/code", nil), http.StatusNotFound, "not on the list any more")
	want(t, s.get("/team/8/code"), http.StatusNotFound)
}
