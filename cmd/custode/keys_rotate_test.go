package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/rogpeppe/go-internal/testscript"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/encrypt/catalogue"
	"custode/encrypt/keys"
	"custode/encrypt/replace"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// sealFor seals files in place for the keys of a home: sealfor HOME FILE ...
func sealFor(ts *testscript.TestScript, _ bool, args []string) {
	home := ts.MkAbs(args[0])
	r, err := ring.Load(filepath.Join(home, "keys"))
	ts.Check(err)
	st, err := store.Open(context.Background(), home, time.Now)
	ts.Check(err)
	defer st.Close()
	key, err := os.ReadFile(filepath.Join(home, "keys", "people.key"))
	ts.Check(err)
	var files []string
	for _, f := range args[1:] {
		files = append(files, ts.MkAbs(f))
	}
	totals, err := job.Protect(context.Background(), st, files, job.ProtectOptions{
		To: r.Recipients(), Fingerprints: r.Fingerprints(), Key: catalogue.NewKey(key), Now: time.Now, Done: func(replace.Result) {},
	})
	ts.Check(err)
	if totals.Sealed != len(files) {
		ts.Fatalf("%+v", totals)
	}
}

// TestRekeyingConforms holds the documents of what rewrites files to their schemas:
// planned, done, and with files of which something is to be told.
func TestRekeyingConforms(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	if r := custode(t, home, "init", "--yes"); r.code > 1 {
		t.Fatal(r.err)
	}
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte(fmt.Sprintln(id)), 0o600); err != nil {
		t.Fatal(err)
	}
	k, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Kind: keys.Hybrid, Name: "Ada", Passphrase: secret.FromString("a long one of six words"), WorkFactor: 10, Now: time.Now(),
	})
	if err == nil {
		err = k.AddRecipient(u, "Key", id.Recipient().String(), time.Now())
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(shop, "no.age"), []byte("text"), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	extra, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"rotate", "--dry-run"},
		{"rotate"},
		{"rotate", "--finish"},
		{"sheet", "--new", "--dry-run"},
		{"sheet", "--new"},
		{"add", "Carla", "--recovery", "--recipient", extra.Recipient().String()},
	} {
		r := custode(t, home, append(append([]string{"keys"}, args...), "--json", "-i", file)...)
		if r.code > 1 {
			t.Errorf("%q: exit %d, %q", args, r.code, r.err)
		}
		conform(t, r.out)
		if done := args[len(args)-1] != "--dry-run"; done != strings.Contains(r.out, "not-sealed") {
			t.Errorf("%q: %s", args, r.out)
		}
	}
}
