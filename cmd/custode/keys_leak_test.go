package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/host"
	"custode/internal/secret"
)

// TestKeysLeak: whatever is done with the keys, no identity and no line of a sheet comes
// to lie in the home or in the temporary folder, or into what a command says, but for the
// sheet itself.
func TestKeysLeak(t *testing.T) {
	home, outside, temp := t.TempDir(), t.TempDir(), t.TempDir()
	t.Setenv("TMPDIR", temp)
	own, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	extra, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(outside, "key")
	if err := os.WriteFile(file, []byte(fmt.Sprintln(own)), 0o600); err != nil {
		t.Fatal(err)
	}
	const words = "six words that nobody knows"
	r, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{Name: "Ada", Passphrase: secret.FromString(words), WorkFactor: 10, Now: time.Now()})
	if err == nil {
		err = r.AddRecipient(u, "Key", own.Recipient().String(), time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	secrets := []string{words}
	note := func(id keys.Identity) {
		text := string(id.Text().Reveal())
		secrets = append(secrets, text[len(text)-40:])
		lines, err := keys.SheetLines(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			secrets = append(secrets, string(l.Reveal())[:15])
		}
	}
	all := func() { // the keys that there are now
		r, err := ring.Load(filepath.Join(home, "keys"))
		if err != nil {
			t.Fatal(err)
		}
		u, err := r.UnlockWith(own)
		if err != nil {
			t.Fatal(err)
		}
		note(u.Vault)
		sheet, err := r.Sheet(u)
		if err != nil {
			t.Fatal(err)
		}
		note(sheet)
	}
	written := map[string]string{}
	all()
	for _, c := range []struct {
		args  []string
		code  int
		shown bool
	}{
		{[]string{"sheet"}, 0, true},
		{[]string{"sheet", "--html"}, 0, true},
		{[]string{"sheet", "--print"}, 66, false},
		{[]string{"sheet", "--new"}, 0, false},
		{[]string{"add", "Carla", "--recovery", "--recipient", extra.Recipient().String()}, 0, false},
		{[]string{"rotate"}, 0, false},
		{[]string{"sheet"}, 0, true},
		{[]string{"remove", "Carla", "--yes"}, 0, false},
		{[]string{"rotate", "--json"}, 0, false},
	} {
		got := custode(t, home, append(append([]string{"keys"}, c.args...), "-i", file)...)
		if got.code != c.code {
			t.Fatalf("%q: exit %d, %s", c.args, got.code, got.err)
		}
		all()
		if found := newSieve(secrets).in(got.out + got.err); (len(found) > 0) != c.shown {
			t.Errorf("%q shows %d secrets", c.args, len(found))
		}
	}
	collect(t, written, home, temp)
	s := newSieve(secrets)
	for path, text := range written {
		if found := s.in(text); len(found) > 0 {
			t.Errorf("%s holds a secret", path)
		}
	}
	if len(written) < 8 {
		t.Errorf("looked into %d files", len(written))
	}
	if base, err := host.Private(func(string) string { return "" }); err == nil {
		if left, _ := filepath.Glob(filepath.Join(base.Path, fmt.Sprintf("open-%d-*", os.Getpid()))); len(left) > 0 {
			t.Errorf("the page is left: %q", left)
		}
	}
	if s.count < 40 {
		t.Errorf("only %d secrets were looked for", s.count)
	}
}
