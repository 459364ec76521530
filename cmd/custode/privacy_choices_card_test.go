package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestCardComesBack: what customers answer with the codes of a card that was printed here counts
// as the card says, and nobody else gets the list.
func TestCardComesBack(t *testing.T) {
	_, home, _ := shopAndHome(t)
	withKeys(t, home)
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	putText(t, at("pass"), "one two three four\n")
	putText(t, filepath.Join(home, "privacy.yaml"), "controller:\n  name: Da Maria\n  mail: shop@example.com\n")
	do := func(args ...string) string {
		t.Helper()
		r := custode(t, home, append([]string{"privacy", "choices"}, args...)...)
		if r.code != 0 {
			t.Fatalf("%q: %+v", args, r)
		}
		return r.out
	}
	var card struct {
		Wordings []struct{ Channel, Yes, No string }
	}
	if err := json.Unmarshal([]byte(do("card", "--out", at("card.html"), "--json")), &card); err != nil || len(card.Wordings) != 1 || card.Wordings[0].Channel != "email" {
		t.Fatalf("%v %+v", err, card)
	}
	if page, err := os.ReadFile(at("card.html")); err != nil || !strings.Contains(string(page), "YES offers email "+card.Wordings[0].Yes) {
		t.Fatal("the card says another code", err)
	}
	box, list := "", "email\n"
	for _, m := range [][2]string{
		{"anna", "YES offers email " + card.Wordings[0].Yes},
		{"bruno", "no offers email " + strings.ToLower(card.Wordings[0].No)},
		{"carla", "NO offers email " + card.Wordings[0].Yes},
		{"dario", "STOP"},
		{"elena", "yes please"},
		{"shop", "YES offers email " + card.Wordings[0].Yes}, // the shop's own try
	} {
		box += fmt.Sprintf("From x\nFrom: %s@example.com\nTo: shop@example.com\nDate: %s\nSubject: %s\n\n\n", m[0], time.Now().Add(-time.Hour).Format(time.RFC1123Z), m[1])
		list += m[0] + "@example.com\n"
	}
	putText(t, at("mails.mbox"), box)
	putText(t, at("list.csv"), list)
	out := do("import", at("mails.mbox"), "--passphrase-file", at("pass"))
	for _, want := range []string{"6 rows in: mails", "(mail 5)", "(mail 6)", "4 new answers"} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in:\n%s", want, out)
		}
	}
	do("filter", at("list.csv"), "--purpose", "offers", "--channel", "email", "--out", at("clean.csv"), "--passphrase-file", at("pass"))
	if clean, err := os.ReadFile(at("clean.csv")); err != nil || string(clean) != "email\nanna@example.com\n" {
		t.Errorf("%v %q", err, clean)
	}
	if shown := do("show", "anna@example.com", "--passphrase-file", at("pass")); !strings.Contains(shown, "by reply") || !strings.Contains(shown, "May ") {
		t.Errorf("what is shown as proof: %s", shown)
	}
}
