package main

import (
	"bytes"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
)

// TestServeTeam: the list of the page is that of the commands; what is erased is gone, and a second
// time there is nobody.
func TestServeTeam(t *testing.T) {
	home := filepath.Join(t.TempDir(), "home")
	custode(t, home, "init", "--yes", "--shop", "Bottega", "--country", "IT", "--data", t.TempDir())
	o := vaultOf(t, home)
	for _, name := range []string{"Anna", "Marco"} {
		if err := o.AddToTeam(t.Context(), name); err != nil {
			t.Fatal(err)
		}
	}
	if err := o.AddToTeam(t.Context(), " anna"); !isFault(err, "fault.staff.taken") {
		t.Errorf("a name twice: %v", err)
	}
	if err := o.AddToTeam(t.Context(), "!"); !isFault(err, "fault.staff.name") {
		t.Errorf("no name: %v", err)
	}
	team, err := o.Team(t.Context())
	if err != nil || len(team.People) != 2 || !team.People[0].Due || team.People[0].Finished || team.Untold == "" || len(team.Topics) > 0 {
		t.Fatalf("%+v, %v", team, err)
	}
	anna := team.People[0].ID
	if _, err := o.TeamCertificate(t.Context(), anna); !isFault(err, "fault.quiz.no-certificate") {
		t.Errorf("a certificate without a quiz: %v", err)
	}
	if d, err := o.TeamNotice(t.Context(), "Maria"); err != nil || !bytes.HasPrefix(d.Body, []byte("%PDF")) || !strings.HasSuffix(d.Name, ".pdf") {
		t.Errorf("%s, %v", d.Name, err)
	}
	if err := o.EraseOfTeam(t.Context(), anna, web.ErasePIN); err != nil {
		t.Error(err)
	}
	if err := o.EraseOfTeam(t.Context(), anna, web.EraseAll); err != nil {
		t.Error(err)
	}
	for _, what := range []web.Erasure{web.ErasePIN, web.EraseAll} {
		if err := o.EraseOfTeam(t.Context(), anna, what); !errors.Is(err, web.ErrNobody) {
			t.Errorf("%s a second time: %v", what, err)
		}
	}
	if _, err := o.TeamCertificate(t.Context(), anna); !errors.Is(err, web.ErrNobody) {
		t.Errorf("a certificate of nobody: %v", err)
	}
	if got := custode(t, home, "staff", "list"); strings.Contains(got.out, "Anna") || !strings.Contains(got.out, "Marco") {
		t.Error(got.out)
	}
}
