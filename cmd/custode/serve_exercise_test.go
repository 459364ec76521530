package main

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
)

// exerciseOffice is the office of the exercises of a home, of which one was begun by Anna.
func exerciseOffice(t *testing.T) (o *office, exercises web.Office, id int64) {
	t.Helper()
	_, home, _ := shopAndHome(t)
	o = officeOf(t, home)
	id, err := o.BeginExercise(t.Context(), "lost-device", "Anna")
	if err != nil {
		t.Fatal(err)
	}
	return o, o.Exercising(), id
}

// answered are values for the fields of a step that any of them takes.
func answered(fields []web.IncidentField) map[string]string {
	values := map[string]string{}
	for _, f := range fields {
		values[f.Key] = "unknown"
		if f.Kind == "tri" {
			values[f.Key] = "yes"
		}
	}
	return values
}

// TestExerciseToItsEndCounts: an exercise that is done to its end is told by the check at once, though its record is none
// of the home's; nothing of it is among the incidents; its papers say what they are.
func TestExerciseToItsEndCounts(t *testing.T) {
	o, exercises, id := exerciseOffice(t)
	if again, err := o.BeginExercise(t.Context(), "lost-device", "Anna"); err != nil || again != id {
		t.Errorf("a second click begins another one: %d %v", again, err)
	}
	if _, err := o.BeginExercise(t.Context(), "none", ""); !isFault(err, "fault.play.drill.which") {
		t.Error(err)
	}
	held := func() (held bool) {
		today, err := o.Today(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(today.Fine, func(th web.Thing) bool { return th.ID == "response.drill" })
	}
	if held() {
		t.Error("counted before it was held")
	}
	for range 60 {
		in, err := exercises.Incident(t.Context(), id, "")
		if err != nil {
			t.Fatal(err)
		}
		if in.Step == nil {
			break
		}
		if in.Step.Givable || !in.Exercise || !strings.HasPrefix(in.Title, "EXERCISE") {
			t.Fatalf("%+v", in.IncidentHead)
		}
		a := web.Act{ID: id, Seen: in.Seen, By: "Anna", What: web.ActDone, Step: in.Step.ID, Values: answered(in.Step.Fields)}
		if err := exercises.DoStep(t.Context(), a); err != nil {
			t.Fatalf("%s: %v", in.Step.ID, err)
		}
	}
	if f, err := exercises.PrintLetter(t.Context(), web.Act{ID: id, By: "Anna"}, "register", "", "html"); err != nil || !strings.Contains(string(f.Body), "DRILL") || !strings.HasPrefix(f.Name, "exercise-") {
		t.Errorf("%s %v", f.Name, err)
	}
	if err := exercises.EndIncident(t.Context(), web.Act{ID: id, By: "Anna", What: web.ActClose}); err != nil {
		t.Fatal(err)
	}
	r, err := exercises.ExerciseResult(t.Context(), id)
	if err != nil || !r.Counted || len(r.Points) != 6 || len(r.Right) != 2 {
		t.Errorf("%+v %v", r, err)
	}
	if !held() {
		t.Error("the check does not count it")
	}
	list, err := o.Exercises(t.Context(), 0, 50)
	if err != nil || list.Status != "ok" || len(list.Open) != 0 || list.All != 1 || !strings.Contains(list.Ended[0].Text, "The laptop in the van") || len(list.Offer) < 8 {
		t.Errorf("%+v %v", list, err)
	}
	if real, err := o.Incidents(t.Context(), 0, 50); err != nil || len(real.Open)+len(real.Closed) != 0 {
		t.Errorf("an exercise is among the incidents: %+v %v", real, err)
	}
}

// TestExerciseSurprise: what happens meanwhile is met once, with one of its ways, and an exercise may be broken off
// with a reason.
func TestExerciseSurprise(t *testing.T) {
	o, _, id := exerciseOffice(t)
	start := o.sh.now()
	o.sh.now = func() time.Time { return start.Add(26 * time.Minute) }
	exercises := o.Exercising()
	in, err := exercises.Incident(t.Context(), id, "")
	if err != nil || in.Played == nil || len(in.Played.Happened) != 1 || in.Played.Happened[0].ID != "second-device" {
		t.Fatalf("%+v %v", in.Played, err)
	}
	a := web.Act{ID: id, Seen: in.Seen, By: "Anna", Step: "second-device"}
	if _, ok := errors.AsType[*web.MistypedError](exercises.MeetSurprise(t.Context(), a)); !ok {
		t.Error("met without an answer")
	}
	for _, wrong := range []web.Act{{ID: id, Step: "second-device", Text: "nonsense"}, {ID: id, Step: "post", Text: "go"}} { // post comes after 50 minutes
		if err := exercises.MeetSurprise(t.Context(), wrong); !isFault(err, "fault.play.drill.option") {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	a.Text = "later"
	for range 2 {
		if err := exercises.MeetSurprise(t.Context(), a); err != nil {
			t.Fatal(err)
		}
	}
	a.Text = "include"
	if over, ok := errors.AsType[*web.OvertakenError](exercises.MeetSurprise(t.Context(), a)); !ok || !strings.Contains(over.Say, "Anna") || len(over.Stands) != 1 {
		t.Errorf("%+v", over)
	}
	if _, err := exercises.ExerciseResult(t.Context(), id); !isFault(err, "fault.play.open") {
		t.Errorf("what is right is told before the end: %v", err)
	}
	end := web.Act{ID: id, By: "Anna", What: web.ActClose}
	if _, ok := errors.AsType[*web.MistypedError](exercises.EndIncident(t.Context(), end)); !ok {
		t.Error("broken off without a reason")
	}
	end.Text = "customers are waiting"
	if err := exercises.EndIncident(t.Context(), end); err != nil {
		t.Fatal(err)
	}
	r, err := exercises.ExerciseResult(t.Context(), id)
	if err != nil || r.Counted || !slices.ContainsFunc(r.Faults, func(s string) bool { return strings.Contains(s, "(10 points less)") }) {
		t.Errorf("%+v %v", r, err)
	}
}
