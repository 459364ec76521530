package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
)

func TestSettingsOfTheOffice(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	s, err := o.Settings(t.Context())
	if err != nil || s.Shop != "Bottega" || !slices.Equal(s.Folders, []string{shop}) || len(s.Watch) == 0 {
		t.Fatalf("%+v %v", s, err)
	}
	f := s.ShopForm
	f.Shop, f.Country, f.Hours = "Da Anna\x1b[2J", "italia", "Mon-Fri 9-13\r\n\r\n sat 9-12 "
	if wrong, err := o.SaveShop(t.Context(), f); len(wrong) > 0 || err != nil {
		t.Fatal(wrong, err)
	}
	now, err := o.Settings(t.Context())
	if err != nil || now.Shop != "Da Anna[2J" || now.Country != "IT" || now.Hours != "Mon-Fri 9-13\nsat 9-12" || now.Mark == s.Mark {
		t.Errorf("%+v %v", now, err)
	}
	if wrong, err := o.SaveShop(t.Context(), f); wrong["mark"] == "" || err != nil { // of a second tab
		t.Errorf("%v %v", wrong, err)
	}
	f = now.ShopForm
	f.Shop, f.Country, f.Hours = " ", "Atlantis", "whenever"
	wrong, err := o.SaveShop(t.Context(), f)
	for _, field := range []string{"shop", "country", "hours"} {
		if wrong[field] == "" || err != nil {
			t.Errorf("%s: %v %v", field, wrong, err)
		}
	}
	j, err := o.Journal(t.Context(), web.JournalWish{Kind: "settings.changed", Most: 9})
	if err != nil || j.All != 1 {
		t.Errorf("%d changes in the journal, %v", j.All, err)
	}
}

func TestFoldersOfTheOffice(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	second := t.TempDir()
	for _, want := range []bool{true, false} {
		if changed, wrong, err := o.AddFolder(t.Context(), `"`+second+`"`); changed != want || wrong != "" || err != nil {
			t.Errorf("%t %q %v", changed, wrong, err)
		}
	}
	for _, bad := range []string{"", ".", filepath.Join(second, "gone"), home, filepath.Join(home, "keys")} {
		if changed, wrong, err := o.AddFolder(t.Context(), bad); changed || wrong == "" || err != nil {
			t.Errorf("%s: %t %q %v", bad, changed, wrong, err)
		}
	}
	raw, err := os.ReadFile(o.sh.settingsPath())
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(o.sh.settingsPath(), append(raw, "auto_seal: [{path: "+second+"}]\ngate: true\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if changed, wrong, err := o.DropFolder(t.Context(), second); changed || !strings.Contains(wrong, "sealed by themselves") || err != nil {
		t.Errorf("%t %q %v", changed, wrong, err)
	}
	if changed, wrong, err := o.DropFolder(t.Context(), filepath.Join(second, "x")); changed || wrong != "" || err != nil {
		t.Errorf("%t %q %v", changed, wrong, err)
	}
	if err := os.WriteFile(o.sh.settingsPath(), append(raw, "gate: true\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if changed, wrong, err := o.DropFolder(t.Context(), second); !changed || wrong != "" || err != nil {
		t.Errorf("%t %q %v", changed, wrong, err)
	}
	if changed, wrong, err := o.DropFolder(t.Context(), shop); changed || wrong == "" || err != nil { // the last one
		t.Errorf("%t %q %v", changed, wrong, err)
	}
	if set, err := o.sh.settings(); err != nil || !set.Gate || !slices.Equal(set.Folders, []string{shop}) { // what the page does not show stays
		t.Errorf("%+v %v", set, err)
	}
}

func TestBackUpOfTheOffice(t *testing.T) {
	_, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	tell := func(web.Progress) {}
	if _, err := o.BackUp(t.Context(), filepath.Join(t.TempDir(), "unplugged"), tell); !isFault(err, "fault.serve.folder") {
		t.Errorf("a folder that is not there: %v", err)
	}
	if _, err := o.BackUp(t.Context(), "somewhere", tell); !isFault(err, "fault.init.no-folder") {
		t.Error(err)
	}
	dir := t.TempDir()
	if _, err := o.BackUp(t.Context(), dir, tell); err == nil { // no keys: nothing is written that nobody could open
		t.Error("a backup without keys")
	}
	if left, err := os.ReadDir(dir); len(left) > 0 || err != nil {
		t.Errorf("%v %v", left, err)
	}
}
