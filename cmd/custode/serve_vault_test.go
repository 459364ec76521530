package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

const vaultPass = "a word of Ada's"

// vaultShop is a shop with quick keys, some sealed files, and its office.
func vaultShop(t *testing.T) (o *office, shop, home string) {
	t.Helper()
	shop, home = filepath.Join(t.TempDir(), "bottega"), filepath.Join(t.TempDir(), "home")
	if err := os.MkdirAll(shop, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"rossi.csv", "verdi.csv", "note.txt"} {
		if err := os.WriteFile(filepath.Join(shop, name), []byte("name,mail\nAnna Rossi,anna@example.com\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	custode(t, home, "init", "--yes", "--shop", "Bottega", "--country", "IT", "--data", shop)
	r, _, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{Name: "Ada", Passphrase: secret.FromString(vaultPass), WorkFactor: 2, Now: time.Now()})
	if err == nil {
		err = r.Proven(time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	if got := custode(t, home, "encrypt", shop); got.code != 0 {
		t.Fatalf("encrypt: %+v", got)
	}
	return vaultOf(t, home), shop, home
}

// vaultOf is the office of a home, in English.
func vaultOf(t *testing.T, home string) *office {
	t.Helper()
	env := map[string]string{"HOME": t.TempDir(), "CUSTODE_HOME": home, "XDG_RUNTIME_DIR": t.TempDir(), "DISPLAY": ":0"}
	sh := &shell{home: home, in: nil, out: os.Stdout, err: os.Stderr, env: func(k string) string { return env[k] }, now: time.Now, width: 80}
	o, ok := newCounter(sh).office("en").(*office)
	if !ok {
		t.Fatal("no office")
	}
	return o
}

// TestServeVault: the page tells of the keys and of each file, finds by name, and verifies with and
// without the keys; a file that was changed is named, and locking takes nothing from who is at work.
func TestServeVault(t *testing.T) {
	o, shop, _ := vaultShop(t)
	v, err := o.Vault(t.Context(), web.VaultWish{Most: 50})
	if err != nil || !v.Keys || v.All != 3 || len(v.Files) != 3 || v.Urgent == nil {
		t.Fatalf("%+v, %v", v, err)
	}
	v, err = o.Vault(t.Context(), web.VaultWish{Holding: "ROSSI", Most: 50})
	if err != nil || v.All != 1 || v.Files[0].Name != "rossi.csv" || v.Files[0].Away != "" {
		t.Fatalf("%+v, %v", v, err)
	}
	if held, err := o.Held(t.Context()); held || err != nil {
		t.Fatalf("held: %v, %v", held, err)
	}
	if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	u, there, err := o.atHand(t.Context())
	if !there || err != nil {
		t.Fatal(err)
	}
	o.Lock()
	if _, err := keys.Parse(secret.FromString(string(u.Vault.Text().Reveal()))); err != nil {
		t.Error("locking has wiped the keys of who is at work")
	}
	u.Wipe()
	verify := func(with bool) web.Outcome {
		t.Helper()
		var last web.Progress
		out, err := o.Verify(t.Context(), with, func(p web.Progress) { last = p })
		if err != nil || last.Total == 0 {
			t.Fatalf("%v, %+v", err, last)
		}
		return out
	}
	if _, err := o.Verify(t.Context(), true, func(web.Progress) {}); !isFault(err, "fault.serve.locked") {
		t.Errorf("verified with keys that were locked: %v", err)
	}
	if out := verify(false); !strings.Contains(strings.Join(out.Lines, " "), "3 sealed files are as they were sealed") {
		t.Errorf("%+v", out)
	}
	if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	foreign := filepath.Join(shop, "of others.csv.age")
	them, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(foreign, sealedFor(t, []byte("of others"), them.Recipient()), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := verify(true); !strings.Contains(out.Title, "1 sealed file does not open with your keys") {
		t.Errorf("nothing is damaged: %+v", out)
	}
	if today, err := o.Today(t.Context(), true); err != nil || !slices.ContainsFunc(today.Fine, func(x web.Thing) bool { return x.ID == "sealed.sound" }) {
		t.Errorf("Today cries wolf: %+v %v", today, err)
	}
	if err := os.Remove(foreign); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(filepath.Join(shop, "verdi.csv.age"), 40); err != nil {
		t.Fatal(err)
	}
	out := verify(true)
	if said := fmt.Sprint(out.Lines, out.Parts); !strings.Contains(said, "verdi.csv.age") || strings.Contains(said, "rossi") || !strings.Contains(out.Title, "1 sealed file is not") {
		t.Errorf("%+v", out)
	}
	o.verifying.Store(true)
	if _, err := o.Verify(context.Background(), false, nil); !isFault(err, "fault.serve.verifying") {
		t.Errorf("a second one: %v", err)
	}
}

// TestServeForget: a sealed file that was deleted is named, and taken off the list; one that is there is not, nor one whose
// folder is not there.
func TestServeForget(t *testing.T) {
	o, shop, _ := vaultShop(t)
	path := filepath.Join(shop, "rossi.csv.age")
	if err := o.Forget(t.Context(), path); !isFault(err, "fault.serve.there") {
		t.Errorf("it is there: %v", err)
	}
	if err := os.Rename(shop, shop+"-away"); err != nil {
		t.Fatal(err)
	}
	if err := o.Forget(t.Context(), path); !isFault(err, "fault.serve.there") {
		t.Errorf("the folder is away: %v", err)
	}
	if err := os.Rename(shop+"-away", shop); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	out, err := o.Verify(t.Context(), false, func(web.Progress) {})
	if err != nil || out.Title != "1 sealed file is gone" || len(out.Parts) != 1 || !strings.Contains(out.Parts[0].Say, "take them off the list in the vault") || !slices.Equal(out.Parts[0].List, []string{"rossi.csv.age"}) {
		t.Errorf("%+v, %v", out, err)
	}
	list := func() (deleted, all int) {
		v, err := o.Vault(t.Context(), web.VaultWish{Most: 50})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range v.Files {
			if f.Deleted {
				deleted++
			}
		}
		return deleted, len(v.Files)
	}
	deleted, all := list()
	for range 2 { // a second click does nothing
		if err := o.Forget(t.Context(), path); err != nil {
			t.Fatal(err)
		}
	}
	if now, left := list(); deleted != 1 || now != 0 || left != all-1 {
		t.Errorf("%d of %d deleted; then %d of %d", deleted, all, now, left)
	}
}
