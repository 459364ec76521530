package main

import (
	"errors"
	"path/filepath"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
)

// TestServeQuiz takes a quiz on the page: it goes on where it was after the page was started anew, an
// answer counts once, from two browsers too, and the owner's page tells nothing but that it was done.
func TestServeQuiz(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	custode(t, home, "init", "--yes", "--shop", "Bottega", "--country", "IT", "--data", t.TempDir())
	o := vaultOf(t, home)
	if err := o.AddToTeam(t.Context(), "Anna"); err != nil {
		t.Fatal(err)
	}
	people, err := o.QuizStaff(t.Context())
	if err != nil || len(people) != 1 || people[0].HasPIN {
		t.Fatalf("%+v, %v", people, err)
	}
	anna := people[0].ID
	sit := func(o *office, digits string) (web.QuizSeat, error) {
		return o.SitDown(t.Context(), web.Sitter{ID: anna, PIN: secret.FromString(digits), Owner: true})
	}
	if _, err := sit(o, "1234"); !isFault(err, "fault.pin.easy") {
		t.Errorf("an easy PIN: %v", err)
	}
	seat, err := sit(o, "4711")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sit(o, "4712"); !isFault(err, "fault.pin.wrong") {
		t.Errorf("a wrong PIN: %v", err)
	}
	answer := func(o *office, seat web.QuizSeat) web.QuizAnswer {
		t.Helper()
		now, err := o.QuizNow(t.Context(), seat)
		if err != nil || now.Asked == nil {
			t.Fatalf("%+v, %v", now, err)
		}
		a := web.QuizAnswer{Number: now.Asked.Number, ID: now.Asked.ID, Verdict: 1}
		for i := range now.Asked.Choices {
			if a.Chosen = append(a.Chosen, i+1); now.Asked.Type != "order" {
				break
			}
		}
		return a
	}
	other, err := sit(o, "4711")
	if err != nil {
		t.Fatal(err)
	}
	first := answer(o, seat)
	if err := o.QuizGive(t.Context(), seat, first); err != nil || first.Number != 1 {
		t.Fatal(first, err)
	}
	for _, s := range []web.QuizSeat{seat, other} {
		if err := o.QuizGive(t.Context(), s, first); !errors.Is(err, web.ErrAnswered) {
			t.Errorf("an answer a second time: %v", err)
		}
	}
	seat.Leave()
	if _, err := o.QuizNow(t.Context(), seat); !errors.Is(err, web.ErrLeft) {
		t.Errorf("a seat that was left: %v", err)
	}
	o = vaultOf(t, home) // started anew
	if seat, err = sit(o, "4711"); err != nil {
		t.Fatal(err)
	}
	for n := 2; ; n++ {
		a := answer(o, seat)
		if a.Number != n {
			t.Fatalf("question %d, want %d", a.Number, n)
		}
		if err := o.QuizGive(t.Context(), seat, a); err != nil {
			t.Fatal(err)
		}
		now, err := o.QuizNow(t.Context(), seat)
		if err != nil || now.Told == nil || now.Told.Number != n || now.Told.Headline == "" || now.Told.Why == "" {
			t.Fatalf("%+v, %v", now, err)
		}
		o.QuizRead(seat, n-1)
		if again, err := o.QuizNow(t.Context(), seat); err != nil || again.Told == nil {
			t.Fatalf("an old form went on: %+v, %v", again, err)
		}
		o.QuizRead(seat, n)
		if n == now.Told.Of {
			break
		}
	}
	now, err := o.QuizNow(t.Context(), seat)
	if err != nil || now.Over == nil || now.Over.Right == "" || now.Over.Next == "" {
		t.Fatalf("%+v, %v", now, err)
	}
	team, err := o.Team(t.Context())
	if err != nil || team.People[0].Due || !team.People[0].Finished || len(team.Topics) > 0 {
		t.Errorf("%+v, %v", team, err)
	}
	if d, err := o.TeamCertificate(t.Context(), anna); err != nil || len(d.Body) == 0 {
		t.Error(err)
	}
	if seat, err = sit(o, "4711"); err != nil {
		t.Fatal(err)
	}
	if now, err := o.QuizNow(t.Context(), seat); err != nil || now.Asked != nil || now.Next == "" {
		t.Errorf("not due: %+v, %v", now, err)
	}
	if err := o.QuizBegin(t.Context(), seat); err != nil {
		t.Fatal(err)
	}
	if a := answer(o, seat); a.Number != 1 {
		t.Errorf("practice begins at %d", a.Number)
	}
	if err := o.EraseOfTeam(t.Context(), anna, web.EraseAll); err != nil {
		t.Fatal(err)
	}
	if _, err := o.QuizNow(t.Context(), seat); !errors.Is(err, web.ErrNobody) {
		t.Errorf("of somebody who was erased: %v", err)
	}
	untouched(t, o)
}
