package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
)

// TestCodeForFirstPIN: a first PIN is chosen with the code of that person, within a week and once; codes are guessed as
// slowly as PINs, and a new one ends the old and the waiting.
func TestCodeForFirstPIN(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	custode(t, home, "init", "--yes", "--shop", "Bottega", "--country", "IT", "--data", t.TempDir())
	o := vaultOf(t, home)
	at := time.Now()
	o.sh.now = func() time.Time { return at }
	for _, name := range []string{"Anna", "Bruno"} {
		if err := o.AddToTeam(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	people, err := o.QuizStaff(t.Context())
	if err != nil || people[0].HasCode {
		t.Fatalf("%+v, %v", people, err)
	}
	sit := func(who int, code, typed string) error {
		s, err := o.SitDown(t.Context(), web.Sitter{ID: people[who].ID, PIN: secret.FromString(typed), Code: secret.FromString(code)})
		if err == nil {
			s.Leave()
		}
		return err
	}
	give := func(who int) string {
		t.Helper()
		c, err := o.CodeForTeam(t.Context(), people[who].ID)
		if err != nil || len(c.Digits) != len("1234 5678") {
			t.Fatalf("%+v, %v", c, err)
		}
		return c.Digits
	}
	wants := func(what string, err error, id string) {
		t.Helper()
		if id == "" && err != nil || id != "" && !isFault(err, id) {
			t.Errorf("%s: %v, want %s", what, err, id)
		}
	}
	wants("no code", sit(0, "12345679", "4711"), "fault.pin.none")
	old, other := give(0), give(1)
	code := give(0)
	if people, err = o.QuizStaff(t.Context()); err != nil || !people[0].HasCode || !strings.Contains(people[0].Code, "good until") {
		t.Errorf("%+v, %v", people, err)
	}
	wants("an easy PIN", sit(0, code, "1234"), "fault.pin.easy")
	wants("the code of before", sit(0, old, "4711"), "fault.pin.code")
	wants("somebody else's", sit(0, other, "4711"), "fault.pin.code")
	wants("none", sit(0, "", "4711"), "fault.pin.code")
	wants("the right one after three wrong", sit(0, code, "4711"), "fault.pin.wait")
	code = give(0)
	at = at.Add(7*24*time.Hour + time.Second)
	wants("after a week", sit(0, code, "4711"), "fault.pin.code")
	code = give(0)
	wants("the code", sit(0, strings.ReplaceAll(code, " ", ""), "4711"), "")
	wants("once more, with another PIN", sit(0, code, "4712"), "fault.pin.wrong")
	_, err = o.CodeForTeam(t.Context(), people[0].ID)
	wants("a code for who has a PIN", err, "fault.pin.chosen")
	if err := o.EraseOfTeam(t.Context(), people[1].ID, web.ErasePIN); err != nil {
		t.Fatal(err)
	}
	wants("a code from before the PIN was forgotten", sit(1, other, "4711"), "fault.pin.none")
	if r := custode(t, home, "journal", "show", "--json"); strings.Count(r.out, `"staff.code"`) != 5 || strings.Contains(r.out, strings.ReplaceAll(code, " ", "")) {
		t.Errorf("%s", r.out)
	}
}
