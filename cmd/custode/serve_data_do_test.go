package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// Who agreed that files are sealed and stay readable, as the recovery sheet was not proven, did not agree that they go.
func TestSealAsAgreedTo(t *testing.T) {
	home, dir := filepath.Join(t.TempDir(), "home"), t.TempDir()
	path := put(t, filepath.Join(dir, "clienti.csv"), "nome,email\nAnna Rossi,anna@example.com\n")
	if r := custode(t, home, "init", "--yes", "--country", "IT", "--data", dir); r.code > 1 {
		t.Fatalf("%+v", r)
	}
	if r := custode(t, home, "scan"); r.code > 1 {
		t.Fatalf("%+v", r)
	}
	k, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	u.Wipe()
	env := map[string]string{"HOME": t.TempDir(), "CUSTODE_HOME": home}
	o := newCounter(&shell{env: func(k string) string { return env[k] }, now: time.Now, home: home}).office("en").(*office) //nolint:errcheck,forcetypeassert // it is what office gives
	want := web.SealWish{All: "listed"}
	plan, err := o.PlanSealing(t.Context(), want)
	if err != nil || plan.Count != 1 {
		t.Fatalf("%+v, %v", plan, err)
	}
	if err := k.Proven(time.Now()); err != nil {
		t.Fatal(err)
	}
	want.Seen = plan.Name
	if _, err := o.Seal(t.Context(), want, func(web.Progress) {}); !isFault(err, "fault.web.changed") {
		t.Errorf("another plan than was agreed to: %v", err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the readable file: %v", err)
	}
	if plan, err = o.PlanSealing(t.Context(), want); err != nil || plan.Name == want.Seen {
		t.Fatalf("the same plan: %+v, %v", plan, err)
	}
	want.Seen = plan.Name
	if _, err := o.Seal(t.Context(), want, func(web.Progress) {}); err != nil || exists(path) || !exists(path+".age") {
		t.Errorf("as it is now: %v", err)
	}
}
