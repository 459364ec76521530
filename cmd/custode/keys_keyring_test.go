package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	system "github.com/zalando/go-keyring"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// TestKeyring lets the system's keyring in, opens a file with it and no passphrase,
// and takes it out again: then it opens nothing.
func TestKeyring(t *testing.T) {
	system.MockInit()
	home, dir := t.TempDir(), t.TempDir()
	pass := "a long one of six words"
	_, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Kind: keys.Hybrid, Name: "Anna", Passphrase: secret.FromString(pass), WorkFactor: 8, Now: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	u.Wipe()
	plain := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(plain, []byte("anna@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	do := func(want int, pass string, args ...string) string {
		t.Helper()
		in, err := os.Open(os.DevNull)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		env := map[string]string{"CUSTODE_HOME": home, "HOME": home, "TMPDIR": t.TempDir(), "LANG": "en_GB.UTF-8", "CUSTODE_PASSPHRASE": pass}
		var out, errs bytes.Buffer
		sh := &shell{in: in, out: &out, err: &errs, env: func(k string) string { return env[k] }, now: time.Now, width: 80}
		if code := sh.run(t.Context(), args); code != want {
			t.Errorf("%v: exit %d, want %d: %s%s", args, code, want, out.String(), errs.String())
		}
		return out.String() + errs.String()
	}
	do(0, "", "init", "--yes", "--country", "IT", "--data", dir)
	do(0, "", "encrypt", "--yes", "--no-drill", dir)
	sealed := plain + ".age"
	do(77, "", "decrypt", "-o", "-", sealed)
	if s := do(0, pass, "keys", "add", "Desk", "--keyring"); !strings.Contains(s, "no passphrase is asked for") {
		t.Errorf("nothing is said of what it means: %s", s)
	}
	if s := do(0, "", "decrypt", "-o", "-", sealed); !strings.Contains(s, "anna@example.com") {
		t.Errorf("not opened: %s", s)
	}
	if s := do(0, "", "keys", "list"); !strings.Contains(s, "Desk") {
		t.Errorf("not listed: %s", s)
	}
	// A copy of the home elsewhere finds no key under its own name.
	name := (&shell{home: home}).keyringName("Desk")
	kept, err := system.Get("custode", name)
	if err != nil {
		t.Fatal(err)
	}
	do(0, "", "keys", "remove", "Desk", "--yes")
	if _, err := system.Get("custode", name); !errors.Is(err, system.ErrNotFound) {
		t.Errorf("the secret is still in the keyring: %v", err)
	}
	do(77, "", "decrypt", "-o", "-", sealed)
	if err := system.Set("custode", name, kept); err != nil { // somebody kept it
		t.Fatal(err)
	}
	do(77, "", "decrypt", "-o", "-", sealed)

	do(64, pass, "keys", "add", "Desk", "--keyring", "--recovery")
	system.MockInitWithError(errors.New("no session bus"))
	if s := do(73, pass, "keys", "add", "Desk", "--keyring"); !strings.Contains(s, "cannot be reached") {
		t.Errorf("no keyring: %s", s)
	}
	if r, err := ring.Load(filepath.Join(home, "keys")); err != nil || len(r.People()) != 1 {
		t.Errorf("%d people, %v", len(r.People()), err)
	}
}
