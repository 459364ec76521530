package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"custode/internal/fault"
	"custode/internal/secret"
)

// quizOffice is an office with one made-up quiz of two questions.
type quizOffice struct {
	*madeUp

	asked []QuizAsked
	given []QuizAnswer
	told  *QuizTold
	left  int
	sat   Sitter // who sat down last
}

type madeUpSeat struct{ o *quizOffice }

func (s madeUpSeat) Leave() { s.o.left++ }

func (o *quizOffice) QuizStaff(context.Context) ([]Learner, error) {
	return []Learner{{ID: 7, Name: "Anna", HasPIN: true, State: "due"}, {ID: 8, Name: "Marco", State: "due"}, {ID: 12, Name: "Giulia", State: "due", HasCode: true}}, nil
}

func (o *quizOffice) SitDown(_ context.Context, s Sitter) (QuizSeat, error) {
	o.sat = s
	o.sat.PIN, o.sat.Code = secret.FromString(string(s.PIN.Reveal())), secret.FromString(string(s.Code.Reveal())) // those are wiped
	if s.ID == 12 && !s.Owner && string(s.Code.Reveal()) != "1234 5679" {
		return nil, fault.New(fault.NoPerm, "fault.pin.code")
	}
	if string(s.PIN.Reveal()) != "4711" {
		return nil, fault.New(fault.NoPerm, "fault.pin.wrong")
	}
	return madeUpSeat{o}, nil
}

func (o *quizOffice) QuizNow(context.Context, QuizSeat) (QuizNow, error) {
	now := QuizNow{Name: "Anna", Told: o.told}
	switch {
	case o.told != nil:
	case len(o.given) < len(o.asked):
		now.Asked = &o.asked[len(o.given)]
	default:
		now.Over = &QuizOver{Right: "Done: 1 of 2 right.", Next: "The next quiz is due."}
	}
	return now, nil
}

func (o *quizOffice) QuizBegin(context.Context, QuizSeat) error { return nil }

func (o *quizOffice) QuizGive(_ context.Context, _ QuizSeat, a QuizAnswer) error {
	o.given = append(o.given, a)
	o.told = &QuizTold{Number: a.Number, Of: len(o.asked), Status: "ok", Headline: "Right.", Why: "Because."}
	return nil
}

func (o *quizOffice) QuizRead(QuizSeat, int) { o.told = nil }

// newQuiz is a site where Anna sits.
func newQuiz(t *testing.T, types ...string) (*site, *quizOffice) {
	t.Helper()
	s := newSite(t)
	o := &quizOffice{madeUp: s.madeUp}
	for i, kind := range types {
		q := QuizAsked{Number: i + 1, Of: len(types), ID: "q" + kind, Text: "What <now>?", Type: kind, Choices: []string{"run", "call", "wait"}}
		if kind == "spot" {
			q.Verdicts, q.Scene = []string{"Genuine", "Fraud"}, &QuizScene{Title: "E-mail", Parts: [][]string{{"From: x"}, {"Link", "leads to y"}}}
		}
		o.asked = append(o.asked, q)
	}
	s.o.Office = func(string) Office { return o }
	return s, o
}

// sits gives the cookie of the seat that a PIN opens.
func (s *site) sits() func(*http.Request) {
	s.t.Helper()
	r := s.post("/quiz/7", url.Values{"pin": {"4711"}})
	if r.StatusCode != http.StatusSeeOther || len(r.Cookies()) != 1 {
		s.t.Fatal(r.Status, r.Cookies())
	}
	c := r.Cookies()[0]
	if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/quiz" {
		s.t.Errorf("%+v", c)
	}
	return func(r *http.Request) { r.AddCookie(c) }
}

// TestQuizOnce: an answer counts once, whatever is clicked twice or comes from the back button.
func TestQuizOnce(t *testing.T) {
	s, o := newQuiz(t, "single", "multiple")
	anna := s.sits()
	send := func(path string, form url.Values) *http.Response { return s.send("POST", path, form.Encode(), anna) }
	body := want(t, s.send("GET", "/quiz/sit", "", anna), http.StatusOK, "What &lt;now&gt;?", `name="number" value="1"`, `type="radio"`)
	for _, no := range []string{`href="/"`, `href="/team"`, `href="/vault"`, `action="/lock"`} {
		if strings.Contains(body, no) {
			t.Errorf("%s leads out of the quiz", no)
		}
	}
	first := url.Values{"number": {"1"}, "question": {"qsingle"}, "choice": {"2"}}
	want(t, send("/quiz/sit/answer", url.Values{"number": {"1"}, "question": {"qsingle"}}), http.StatusUnprocessableEntity, `role="alert"`)
	for range 2 {
		if to := send("/quiz/sit/answer", first).Header.Get("Location"); to != "/quiz/sit" {
			t.Errorf("to %q", to)
		}
	}
	want(t, s.send("GET", "/quiz/sit", "", anna), http.StatusOK, "Right.", "Because.", `data-enter="read"`)
	send("/quiz/sit/read", url.Values{"number": {"1"}})
	for _, late := range []url.Values{first, {"number": {"2"}, "question": {"qsingle"}, "choice": {"1"}}} {
		if to := send("/quiz/sit/answer", late).Header.Get("Location"); to != "/quiz/sit?late=1" {
			t.Errorf("to %q", to)
		}
	}
	want(t, s.send("GET", "/quiz/sit?late=1", "", anna), http.StatusOK, "answered already", `type="checkbox"`)
	send("/quiz/sit/answer", url.Values{"number": {"2"}, "question": {"qmultiple"}, "choice": {"1", "3"}})
	if len(o.given) != 2 || o.given[0].Chosen[0] != 2 || len(o.given[1].Chosen) != 2 || o.given[1].Chosen[1] != 3 {
		t.Fatalf("given %+v", o.given)
	}
	send("/quiz/sit/read", url.Values{"number": {"2"}})
	want(t, s.send("GET", "/quiz/sit", "", anna), http.StatusOK, "1 of 2 right", "next quiz")
	send("/quiz/sit/leave", nil)
	if to := s.send("GET", "/quiz/sit", "", anna).Header.Get("Location"); to != "/quiz?away=1" || o.left != 1 {
		t.Errorf("after leaving: to %q, left %d times", to, o.left)
	}
}

// TestQuizOrderAndSpot: steps are given their places, each once; a scene its verdict and its clues.
func TestQuizOrderAndSpot(t *testing.T) {
	s, o := newQuiz(t, "order", "spot")
	anna := s.sits()
	send := func(form url.Values) *http.Response { return s.send("POST", "/quiz/sit/answer", form.Encode(), anna) }
	for _, places := range [][]string{{"1", "1", "2"}, {"1", "2", "4"}, {"0", "1", "2"}, {"", "1", "2"}, {"-1", "1", "2"}} {
		want(t, send(url.Values{"number": {"1"}, "question": {"qorder"}, "place1": places[:1], "place2": places[1:2], "place3": places[2:]}), http.StatusUnprocessableEntity, `role="alert"`, `name="place3" value="`+places[2])
	}
	send(url.Values{"number": {"1"}, "question": {"qorder"}, "place1": {"2"}, "place2": {"3"}, "place3": {"1"}})
	o.told = nil
	want(t, s.send("GET", "/quiz/sit", "", anna), http.StatusOK, "leads to y", `name="verdict"`)
	want(t, send(url.Values{"number": {"2"}, "question": {"qspot"}, "choice": {"2"}}), http.StatusUnprocessableEntity, `value="2" checked`)
	send(url.Values{"number": {"2"}, "question": {"qspot"}, "verdict": {"2"}, "choice": {"2"}})
	if len(o.given) != 2 || len(o.given[0].Chosen) != 3 || o.given[0].Chosen[0] != 3 || o.given[0].Chosen[1] != 1 || o.given[1].Verdict != 2 || o.given[1].Chosen[0] != 2 {
		t.Errorf("given %+v", o.given)
	}
}

// TestQuizPIN: a wrong PIN is told, and comes back on no page, not even to a stranger.
func TestQuizPIN(t *testing.T) {
	s, _ := newQuiz(t, "single")
	for name, r := range map[string]*http.Response{
		"wrong":    s.post("/quiz/7", url.Values{"pin": {"98765432"}}),
		"differs":  s.post("/quiz/8", url.Values{"pin": {"98765432"}, "pin-again": {"98765433"}}),
		"stranger": s.send("POST", "/quiz/7", "pin=98765432&pin-again=98765432", func(r *http.Request) { r.Header.Del("Cookie") }),
	} {
		if body := text(t, r); strings.Contains(body, "9876543") || r.StatusCode < 400 || len(r.Cookies()) > 0 {
			t.Errorf("%s: %s %v %s", name, r.Status, r.Cookies(), body)
		}
	}
	want(t, s.get("/quiz/9"), http.StatusNotFound, "not on the list")
}

// TestQuizAway: a seat that nobody used ends, the quiz keeps no session of the owner open, and it is
// open while that is locked.
func TestQuizAway(t *testing.T) {
	s, o := newQuiz(t, "single")
	anna := s.sits()
	for range 4 {
		s.forward(seatIdle - time.Minute)
		want(t, s.send("GET", "/quiz/sit", "", anna), http.StatusOK, "What")
	}
	want(t, s.get("/vault"), http.StatusForbidden, `type="password"`)
	s.forward(seatIdle)
	if to := s.send("GET", "/quiz/sit", "", anna).Header.Get("Location"); to != "/quiz?away=1" || o.left != 1 {
		t.Errorf("to %q, left %d times", to, o.left)
	}
	body := want(t, s.get("/quiz?away=1"), http.StatusOK, "ten minutes", `href="/quiz/7"`)
	if strings.Contains(body, `href="/vault"`) {
		t.Error("a locked page leads to the owner's")
	}
	s.sits()
	s.Server.Close()
	if o.left != 2 {
		t.Errorf("left %d times", o.left)
	}
}

// TestFirstPIN: a first PIN is chosen with a code, at the tablet and where the owner's pages are locked, so that nobody
// chooses one in the name of somebody else; where they are open the owner sits, who could give the code.
func TestFirstPIN(t *testing.T) {
	page, tablet := newSite(t), newTablet(t)
	o := &quizOffice{madeUp: page.madeUp}
	page.o.Office, tablet.o.Office = func(string) Office { return o }, func(string) Office { return o }
	type asks func(method, path, body string) *http.Response
	onPage := func(method, path, body string) *http.Response { return page.send(method, path, body, nil) }
	onTablet := func(method, path, body string) *http.Response { return tablet.tap(method, path, body, nil) }
	needs := func(where string, ask asks) {
		t.Helper()
		for r, status := range map[*http.Response]int{ask("GET", "/quiz/8", ""): http.StatusOK, ask("POST", "/quiz/8", "pin=4711&pin-again=4711&pin-code=12345679"): http.StatusForbidden} {
			if body := want(t, r, status, "Marco has not chosen a PIN yet", "for a code"); strings.Contains(body, `type="password"`) {
				t.Errorf("%s: without a code a PIN can be typed: %s", where, body)
			}
		}
		want(t, ask("GET", "/quiz/12", ""), http.StatusOK, `name="pin-code"`, `name="pin-again"`)
		body := want(t, ask("POST", "/quiz/12", "pin=4711&pin-again=4711&pin-code=8765+4321"), http.StatusForbidden, "not the code", `aria-invalid="true"`)
		if strings.Contains(body, "8765") || strings.Contains(body, "4711") || o.sat.Owner {
			t.Errorf("%s: what was typed comes back, or counts as the owner's: %s", where, body)
		}
		if r := ask("POST", "/quiz/12", "pin=4711&pin-again=4711&pin-code=1234+5679"); r.Header.Get("Location") != "/quiz/sit" {
			t.Errorf("%s: %s with the code", where, r.Status)
		}
	}
	needs("at the tablet", onTablet)
	if body := want(t, onPage("GET", "/quiz/8", ""), http.StatusOK, `name="pin-again"`); strings.Contains(body, "pin-code") {
		t.Error("the owner is asked for a code")
	}
	if r := onPage("POST", "/quiz/8", "pin=4711&pin-again=4711"); r.Header.Get("Location") != "/quiz/sit" || !o.sat.Owner {
		t.Errorf("where the owner sits: %s, %+v", r.Status, o.sat.Owner)
	}
	page.post("/lock", url.Values{"back": {"/quiz"}})
	needs("on the locked page", onPage)
}
