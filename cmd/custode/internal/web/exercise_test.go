package web

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"custode/internal/fault"
	"custode/internal/paper"
)

// madeUpExercises is an office with one incident and one exercise, that are told apart by their title.
type madeUpExercises struct {
	madeUpIncidents

	exercises *madeUpExercises // nil: this is the office of the exercises
	ended     bool
}

func (m *madeUpExercises) Exercising() Office { return m.exercises }

func (m *madeUpExercises) Exercises(context.Context, int64, int64) (Exercises, error) {
	return Exercises{Status: "attention", Said: "None yet", Open: []IncidentHead{m.head(4)}, Offer: []ExerciseOffer{{"lost", "The van", "Lost", 4}, {"post", "The post", "Paper", 0}}, Ended: []IncidentRow{{2, "61 points"}}, All: 1}, nil
}

func (m *madeUpExercises) head(id int64) IncidentHead {
	h := IncidentHead{ID: id, Title: "It is real", Seen: 9}
	if m.exercises == nil {
		h.Title, h.Exercise = "It is played", true
	}
	if m.ended {
		h.Closed = "Closed today"
	}
	return h
}

func (m *madeUpExercises) BeginExercise(_ context.Context, id, by string) (int64, error) {
	m.begun = Beginning{Plan: id, By: by}
	return 4, nil
}

func (m *madeUpExercises) Incident(ctx context.Context, id int64, step string) (Incident, error) {
	in, err := m.madeUpIncidents.Incident(ctx, id, step)
	in.IncidentHead = m.head(id)
	if m.exercises == nil {
		in.Played = &Played{Title: "The van", Story: "It is <gone>", Happened: []Surprise{{ID: "call", Say: "She calls", Options: []Choice{{ID: "thank", Name: "Thank her"}}}}}
	}
	return in, err
}

func (m *madeUpExercises) Assessment(context.Context, int64) (IncidentHead, Assessment, error) {
	return m.head(4), Assessment{Of: m.head(4).Path(), Findings: []Finding{{Missing: []FactLine{{Key: "place", Name: "Place"}}}}}, nil
}

func (m *madeUpExercises) IncidentReport(context.Context, int64) (IncidentHead, paper.Doc, error) {
	return m.head(4), paper.Doc{Title: "The report", Mark: "NOT REAL"}, nil
}

func (m *madeUpExercises) MeetSurprise(_ context.Context, a Act) error { return m.act(a) }

func (m *madeUpExercises) ExerciseResult(context.Context, int64) (ExerciseResult, error) {
	if !m.ended {
		return ExerciseResult{}, fault.New(fault.Data, "fault.play.open")
	}
	return ExerciseResult{IncidentHead: m.head(4), Say: "61 of 100", Right: []IncidentNote{{"Art. 33", "Notify"}}}, nil
}

func exerciseSite(t *testing.T) (s *site, incidents, exercises *madeUpExercises) {
	t.Helper()
	s, exercises = newSite(t), &madeUpExercises{}
	exercises.Office, incidents = &madeUp{ready: true, keys: true}, &madeUpExercises{exercises: exercises}
	s.madeUp.Office = incidents
	return s, incidents, exercises
}

// TestExerciseIsNoIncident: every page of an exercise says that it is one, and leads to its own pages; what is
// done there is done to the exercise.
func TestExerciseIsNoIncident(t *testing.T) {
	s, incidents, exercises := exerciseSite(t)
	const unreal = "None of this has happened"
	for _, path := range []string{"/exercise/4", "/exercise/4/decision", "/exercise/4/report", "/exercise/4/end"} {
		body := want(t, s.get(path), http.StatusOK, unreal, "<title>EXERCISE", "It is played", `href="/exercise/4/letters"`, `href="/incident" aria-current="page"`)
		if strings.Contains(body, "/incident/4") || strings.Contains(body, "false alarm") {
			t.Errorf("%s leads to the incident of that number, or offers what only an incident has", path)
		}
		if body = want(t, s.get(strings.Replace(path, "exercise", "incident", 1)), http.StatusOK, "It is real"); strings.Contains(body, unreal) || strings.Contains(body, "/exercise/4") {
			t.Errorf("the incident of that number is taken for an exercise: %s", path)
		}
	}
	want(t, s.get("/exercise/4/report"), http.StatusOK, "NOT REAL")
	want(t, s.get("/exercise/x"), http.StatusNotFound, unreal)
	want(t, s.post("/exercise/4/give", url.Values{"seen": {"9"}}), http.StatusNotFound) // the staff would take it for real
	form := url.Values{"seen": {"9"}, "step": {"a"}, "act": {"done"}}
	if r := s.post("/exercise/4/step", form); r.Header.Get("Location") != "/exercise/4" || len(exercises.acts) != 1 || len(incidents.acts) != 0 {
		t.Errorf("%s %+v %+v", r.Header.Get("Location"), exercises.acts, incidents.acts)
	}
	form.Set("act", ActLater)
	if r := s.post("/exercise/4/step", form); r.Header.Get("Location") != "/exercise" {
		t.Errorf("later: %v", r.Header)
	}
}

// TestExerciseToItsEnd: begun from the list, surprised, ended, and only then told what would have been right.
func TestExerciseToItsEnd(t *testing.T) {
	s, incidents, exercises := exerciseSite(t)
	want(t, s.get("/exercise"), http.StatusOK, "None yet", "It goes on", `name="exercise" value="post"`, `href="/exercise/2/result"`)
	if r := s.post("/exercise/begin", url.Values{"exercise": {"post"}}); r.Header.Get("Location") != "/exercise/4" || incidents.begun.Plan != "post" {
		t.Errorf("%v %+v", r.Header, incidents.begun)
	}
	want(t, s.get("/exercise/4"), http.StatusOK, "It is &lt;gone&gt;", "She calls", "Thank her")
	form := url.Values{"seen": {"9"}, "step": {"call"}}
	exercises.err = &MistypedError{"": "Choose one"}
	want(t, s.post("/exercise/4/surprise", form), http.StatusUnprocessableEntity, "Choose one", "She calls")
	exercises.err = &OvertakenError{Say: "Maria answered"}
	want(t, s.post("/exercise/4/surprise", form), http.StatusConflict, "Maria answered")
	exercises.err = nil
	form.Set("text", "thank")
	if r := s.post("/exercise/4/surprise", form); r.Header.Get("Location") != "/exercise/4" || exercises.acts[2].Step != "call" || exercises.acts[2].Text != "thank" {
		t.Errorf("%v %+v", r.Header, exercises.acts)
	}
	if r := s.get("/exercise/4/result"); r.Header.Get("Location") != "/exercise/4/end" {
		t.Errorf("what is right is told before the end: %s %v", r.Status, r.Header)
	}
	if r := s.post("/exercise/4/end", url.Values{"seen": {"9"}, "act": {ActClose}}); r.Header.Get("Location") != "/exercise/4/result" {
		t.Errorf("%v", r.Header)
	}
	exercises.ended = true
	want(t, s.get("/exercise/4/result"), http.StatusOK, "61 of 100", "Notify", "Art. 33", `href="/exercise/4/report"`)
}
