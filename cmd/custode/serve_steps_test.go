package main

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/internal/fault"
	"custode/internal/secret"
)

// TestGivenSteps gives steps of an incident to one of the staff, who sees them and nothing else of it, does one,
// cannot do another, and is told where somebody was faster.
func TestGivenSteps(t *testing.T) {
	o, id := incidentOffice(t)
	for _, name := range []string{"Bruno", "Carla"} {
		if err := o.AddToTeam(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	people, err := o.QuizStaff(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	seats := make([]web.QuizSeat, 2)
	for i := range seats {
		typed := web.Sitter{ID: people[i].ID, PIN: secret.FromString("4711")}
		_, err := o.SitToSteps(t.Context(), typed)
		if f, ok := errors.AsType[*fault.Error](err); !ok || f.ID != "fault.pin.none" {
			t.Fatalf("a PIN is chosen without a code: %v", err)
		}
		if marked := mustIncident(t, o, id, "seen").Step.Staff[i].Name; marked != people[i].Name+" (has no PIN yet)" {
			t.Error(marked)
		}
		code, err := o.CodeForTeam(t.Context(), people[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		typed.Code = secret.FromString(code.Digits)
		if seats[i], err = o.SitToSteps(t.Context(), typed); err != nil {
			t.Fatal(err)
		}
	}
	steps := func(seat web.QuizSeat) []web.GivenStep {
		t.Helper()
		g, err := o.GivenSteps(t.Context(), seat)
		if err != nil {
			t.Fatal(err)
		}
		return g.Steps
	}
	give := func(step string, to int64) error {
		return o.GiveStep(t.Context(), web.Act{ID: id, Seen: mustIncident(t, o, id, "").Seen, By: "Anna", What: web.ActGive, Step: step, Text: fmt.Sprint(to)})
	}
	ask, plain := "seen", ""
	for _, p := range mustIncident(t, o, id, "").Phases { // one that asks for nothing
		for _, s := range p.Steps {
			if v := mustIncident(t, o, id, s.ID).Step; plain == "" && v.Givable && len(v.Fields) == 0 {
				plain = s.ID
			}
		}
	}
	now := o.sh.now().Format("2006-01-02T15:04")
	for _, step := range []string{ask, plain} {
		if err := give(step, people[0].ID); err != nil {
			t.Fatal(err)
		}
	}
	if err := give(plain, 999); !errors.Is(err, web.ErrNobody) {
		t.Errorf("to nobody: %v", err)
	}
	mine := steps(seats[0])
	if len(mine) != 2 || len(steps(seats[1])) != 0 || mine[0].Say == "" {
		t.Fatalf("%+v, %+v", mine, steps(seats[1]))
	}
	if all := fmt.Sprintf("%+v", mine); strings.Contains(all, "laptop is gone") || strings.Contains(all, "Bottega") || strings.Contains(all, "Anna") {
		t.Errorf("more than the steps is shown: %s", all)
	}
	v := mustIncident(t, o, id, plain)
	drawn := v.Seen
	if v.Step.Staff[0].Name != "Bruno" || !v.Step.Staff[0].On || v.Step.Staff[1].On {
		t.Errorf("%+v", v.Step.Staff)
	}
	tell := func(seat web.QuizSeat, what, step string, seen int) error {
		return o.TellStep(t.Context(), seat, web.Act{ID: id, Seen: seen, By: "Nobody", What: what, Step: step, Text: "as agreed"})
	}
	if err := tell(seats[1], web.ActTold, plain, v.Seen); !errors.Is(err, web.ErrNotGiven) {
		t.Errorf("a step of somebody else: %v", err)
	}
	for range 2 { // a second click
		if err := tell(seats[0], web.ActTold, plain, v.Seen); err != nil {
			t.Fatal(err)
		}
		if err := tell(seats[0], web.ActTold, ask, v.Seen); err != nil {
			t.Fatal(err)
		}
	}
	v = mustIncident(t, o, id, plain)
	if v.Step.Open || !strings.Contains(v.Step.Done, "Bruno") || len(v.Notes) != 1 || len(steps(seats[0])) != 0 {
		t.Errorf("%+v %+v %+v", v.Step, v.Notes, steps(seats[0]))
	}
	if v = mustIncident(t, o, id, ask); !v.Step.Open || len(v.Step.Told) != 1 || !strings.Contains(v.Step.Told[0].Text, "as agreed") || !strings.HasPrefix(v.Step.Told[0].Head, "Bruno, ") || v.Step.Staff[0].On {
		t.Errorf("what asks for facts does not go back to the owner: %+v", v.Step)
	}
	if err := give(ask, people[1].ID); err != nil {
		t.Fatal(err)
	}
	old := web.Act{ID: id, Seen: v.Seen, By: "Maria", What: web.ActGive, Step: ask, Text: fmt.Sprint(people[0].ID)}
	if over, ok := errors.AsType[*web.OvertakenError](o.GiveStep(t.Context(), old)); !ok || !strings.Contains(over.Say, "Carla") {
		t.Errorf("given by two: %+v", over)
	}
	if err := tell(seats[1], web.ActCant, ask, v.Seen+1); err != nil {
		t.Fatal(err)
	}
	if v = mustIncident(t, o, id, ask); !v.Step.Open || len(v.Step.Told) != 2 || v.Step.Staff[1].On {
		t.Errorf("%+v", v.Step)
	}
	done := web.Act{ID: id, Seen: v.Seen, By: "Anna", What: web.ActDone, Step: ask, Values: map[string]string{"place": "at the bar", "occurred_from": now, "detected_at": now}}
	if err := o.DoStep(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	for _, run := range []int64{id, 77} {
		a := web.Act{ID: run, Seen: v.Seen, What: web.ActTold, Step: ask}
		if err := o.TellStep(t.Context(), seats[1], a); !errors.Is(err, web.ErrNotGiven) {
			t.Errorf("a step that is not there for them: %v", err)
		}
	}
	for range 2 { // from the form that was open: something else is written down, once
		for _, what := range []string{web.ActTold, web.ActCant} {
			for _, step := range []string{plain, ask} {
				a := web.Act{ID: id, Seen: drawn, What: what, Step: step, Text: "the key was missing"}
				if err := o.TellStep(t.Context(), seats[0], a); err != nil {
					t.Error(err)
				}
			}
		}
	}
	if v = mustIncident(t, o, id, plain); v.Step.Open || len(v.Step.Told) != 2 || !strings.Contains(v.Step.Told[0].Text, "cannot") || !strings.Contains(v.Step.Told[1].Text, "key was missing") {
		t.Errorf("what was said of a step that is done is lost: %+v", v.Step)
	}
	if v = mustIncident(t, o, id, ask); len(v.Step.Told) != 4 {
		t.Errorf("what was said of a step that went back is lost: %+v", v.Step.Told)
	}
	if err := o.EraseOfTeam(t.Context(), people[1].ID, web.EraseAll); err != nil {
		t.Fatal(err)
	}
	if _, err := o.GivenSteps(t.Context(), seats[1]); err == nil {
		t.Error("who is not on the list any more still sees steps")
	}
}
