package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/fault"
)

// stepOffice is an office in which Anna has a step to do.
type stepOffice struct {
	*madeUp

	told []Act
	err  error
	left int
}

type stepSeat struct{ o *stepOffice }

func (s stepSeat) Leave() { s.o.left++ }

func (*stepOffice) QuizStaff(context.Context) ([]Learner, error) {
	return []Learner{{ID: 7, Name: "Anna", HasPIN: true}, {ID: 8, Name: "Luca"}}, nil
}

func (o *stepOffice) SitToSteps(_ context.Context, s Sitter) (QuizSeat, error) {
	if string(s.PIN.Reveal()) != "4711" {
		return nil, fault.New(fault.NoPerm, "fault.pin.wrong")
	}
	return stepSeat{o}, nil
}

func (*stepOffice) GivenSteps(context.Context, QuizSeat) (GivenSteps, error) {
	return GivenSteps{Name: "Anna", Steps: []GivenStep{{Run: 4, Seen: 9, ID: "a#2", Say: "Call <the bank>", Not: "Pay", Clock: &IncidentClock{Left: "71 hours left"}}}}, nil
}

func (o *stepOffice) TellStep(_ context.Context, _ QuizSeat, a Act) error {
	o.told = append(o.told, a)
	return o.err
}

// TestGivenSteps: with the PIN somebody sees what was given to them at the tablet, tells it once in their own
// name whatever the form says, and nothing leads to the owner's pages.
func TestGivenSteps(t *testing.T) {
	s := newTablet(t)
	o := &stepOffice{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return o }
	if to := s.tap("GET", "/steps/mine", "", nil).Header.Get("Location"); to != "/steps?away=1" {
		t.Errorf("without a PIN: %q", to)
	}
	want(t, s.tap("GET", "/steps?away=1", "", nil), http.StatusOK, `href="/steps/7"`, `role="status"`)
	want(t, s.tap("POST", "/steps/7", "pin=1", nil), http.StatusForbidden, `role="alert"`, `action="/steps/7"`)
	r := s.tap("POST", "/steps/7", "pin=4711", nil)
	if r.Header.Get("Location") != "/steps/mine" || len(r.Cookies()) != 1 || r.Cookies()[0].Path != "/steps" || !r.Cookies()[0].HttpOnly {
		t.Fatal(r.Header)
	}
	c := r.Cookies()[0]
	anna := func(r *http.Request) { r.AddCookie(c) }
	body := want(t, s.tap("GET", "/steps/mine", "", anna), http.StatusOK, "Call &lt;the bank&gt;", "71 hours left", `name="step" value="a#2"`)
	if strings.Contains(body, `href="/"`) || strings.Contains(body, `href="/incident`) {
		t.Error("the steps lead to the owner's pages")
	}
	form := url.Values{"act": {"told"}, "step": {"a#2"}, "seen": {"9"}, "text": {"by phone"}, "fact.place": {"x"}, "name": {"Marco"}}
	tell := func() *http.Response { return s.tap("POST", "/steps/mine/4", form.Encode(), anna) }
	if to := tell().Header.Get("Location"); to != "/steps/mine?told=told" || len(o.told) != 1 {
		t.Fatal(to, o.told)
	}
	if a := o.told[0]; a.ID != 4 || a.Step != "a#2" || a.Seen != 9 || a.Text != "by phone" || a.What != ActTold || a.By != "" || a.Values != nil {
		t.Errorf("%+v", a)
	}
	o.err = &MistypedError{"": "Too long"}
	want(t, tell(), http.StatusUnprocessableEntity, "Too long", ">by phone</textarea>")
	o.err = ErrNotGiven
	if to := tell().Header.Get("Location"); to != "/steps/mine?told=late" {
		t.Error(to)
	}
	want(t, s.tap("GET", "/steps/mine?told=late", "", anna), http.StatusOK, "Nothing was written down")
	// a seat for steps is none at a quiz
	if to := s.tap("GET", "/quiz/sit", "", func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "custode-quiz", Value: c.Value}) }).Header.Get("Location"); to != "/quiz?away=1" {
		t.Errorf("at a quiz: %q", to)
	}
	form.Set("act", "skip")
	want(t, tell(), http.StatusBadRequest)
	if s.tap("POST", "/steps/mine/leave", "", anna); o.left == 0 {
		t.Error("nobody has left")
	}
	s.forward(seatIdle)
	want(t, tell(), http.StatusForbidden, `href="/steps/7"`, "by phone</pre>")
	form.Del("text")
	form.Del("fact.place")
	form.Del("name")
	if to := tell().Header.Get("Location"); to != "/steps?away=1" || len(o.told) != 3 {
		t.Errorf("after a while: %q, %d", to, len(o.told))
	}
}

// TestStepsNeedPIN: who has no PIN and no code cannot choose one, where whoever is first would read and tell what was
// given to somebody else.
func TestStepsNeedPIN(t *testing.T) {
	s := newTablet(t)
	o := &stepOffice{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return o }
	for r, status := range map[*http.Response]int{
		s.tap("GET", "/steps/8", "", nil):                         http.StatusOK,
		s.tap("POST", "/steps/8", "pin=4711&pin-again=4711", nil): http.StatusForbidden,
	} {
		body := want(t, r, status, "Luca has not chosen a PIN yet", "whoever runs the shop for a code", `href="/steps"`)
		if strings.Contains(body, `type="password"`) || len(r.Cookies()) > 0 {
			t.Errorf("a PIN can be chosen: %v %s", r.Cookies(), body)
		}
	}
}

// TestStepsHandOver: on the owner's own computer the page of the steps offers to lock the others first, and stays.
func TestStepsHandOver(t *testing.T) {
	s := newSite(t)
	o := &stepOffice{madeUp: s.madeUp}
	s.o.Office = func(string) Office { return o }
	want(t, s.get("/steps"), http.StatusOK, `name="back" value="/steps"><button>Lock the other pages`)
	if to := s.post("/lock", url.Values{"back": {"/steps"}}).Header.Get("Location"); to != "/steps" {
		t.Error(to)
	}
	if body := want(t, s.get("/steps"), http.StatusOK, `href="/steps/7"`); strings.Contains(body, "Lock the other pages") || strings.Contains(body, `href="/vault"`) {
		t.Error("locked already")
	}
	tablet := newTablet(t)
	tablet.o.Office = func(string) Office { return o }
	if strings.Contains(want(t, tablet.tap("GET", "/steps", "", nil), http.StatusOK), "Lock the other pages") {
		t.Error("the staff's tablet has nothing to lock")
	}
}

// giver takes what is given.
type giver struct {
	*madeUpIncidents

	gave []Act
	err  error
}

func (g *giver) GiveStep(_ context.Context, a Act) error { g.gave = append(g.gave, a); return g.err }

func TestGiveStep(t *testing.T) {
	s := newSite(t)
	g := &giver{madeUpIncidents: &madeUpIncidents{}}
	s.madeUp.Office = g
	form := url.Values{"step": {"a/b#2"}, "seen": {"9"}, "text": {"7"}, "act": {"done"}}
	if r := s.post("/incident/4/give", form); r.Header.Get("Location") != "/incident/4?step=a%2Fb%232" || len(g.gave) != 1 || g.gave[0].What != ActGive || g.gave[0].Text != "7" {
		t.Errorf("%v %+v", r.Header, g.gave)
	}
	g.err = &OvertakenError{Say: "Maria has it"}
	want(t, s.post("/incident/4/give", form), http.StatusConflict, "Maria has it")
	g.err = ErrNobody
	want(t, s.post("/incident/4/give", form), http.StatusNotFound)
}
