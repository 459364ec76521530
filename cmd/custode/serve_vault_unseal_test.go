package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
)

// TestUnsealOnPage: only what custode has sealed is made readable, with the keys alone; one file is one file,
// a folder is all in it, and what was readable stays with its content.
func TestUnsealOnPage(t *testing.T) {
	o, shop, _ := vaultShop(t)
	path := filepath.Join(shop, "rossi.csv.age")
	if _, err := o.LookUnseal(t.Context(), filepath.Join(shop, "absent.csv.age")); !isFault(err, "fault.opening.path") {
		t.Errorf("what custode has not sealed: %v", err)
	}
	if v, err := o.LookUnseal(t.Context(), path); err != nil || v.Name != "rossi.csv.age" || !strings.Contains(v.All, "All 3 sealed files") {
		t.Fatalf("%+v %v", v, err)
	}
	tell := func(web.Progress) {}
	if _, err := o.Unseal(t.Context(), path, false, tell); !isFault(err, "fault.serve.locked") || !exists(path) {
		t.Fatalf("without keys: %v", err)
	}
	if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	out, err := o.Unseal(t.Context(), path, false, tell)
	raw, readErr := os.ReadFile(filepath.Join(shop, "rossi.csv"))
	if err != nil || readErr != nil || !strings.Contains(string(raw), "Anna Rossi") || exists(path) || !exists(filepath.Join(shop, "note.txt.age")) || out.Title != "Readable again" {
		t.Fatalf("%+v %v %v", out, err, readErr)
	}
	if text := strings.Join(out.Lines, " "); strings.Contains(text, "custode ") || !strings.Contains(text, "1 file is readable again") {
		t.Errorf("%q", out.Lines)
	}
	if _, err := o.Unseal(t.Context(), path, false, tell); !isFault(err, "fault.opening.path") {
		t.Errorf("twice: %v", err)
	}
	if err := os.WriteFile(filepath.Join(shop, "verdi.csv"), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err = o.Unseal(t.Context(), filepath.Join(shop, "note.txt.age"), true, tell)
	if raw, _ := os.ReadFile(filepath.Join(shop, "verdi.csv")); err != nil || string(raw) != "another" || !exists(filepath.Join(shop, "verdi.csv.age")) || exists(filepath.Join(shop, "note.txt.age")) || out.Title != "Not everything is readable again" {
		t.Errorf("%+v %v", out, err)
	}
}

// TestAsideCommand: what a sentence says to who sits at a terminal goes, other brackets stay.
func TestAsideCommand(t *testing.T) {
	for s, want := range map[string]string{
		"Print it if you have not yet (custode keys sheet), then type it back in:": "Print it if you have not yet, then type it back in:",
		"Leave it (it is custode's own), and the rest (3 files).":                  "Leave it (it is custode's own), and the rest (3 files).",
	} {
		if got := asideCommand.ReplaceAllString(s, ""); got != want {
			t.Errorf("%q", got)
		}
	}
}
