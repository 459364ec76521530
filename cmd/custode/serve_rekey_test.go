package main

import (
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
)

// TestServeHolders: somebody is let in with a passphrase of their own, which opens; the owner takes another;
// then the owner's way in is taken away, and the last one never.
func TestServeHolders(t *testing.T) {
	o := newKeysOf(t, "the old cat sleeps")
	ctx := t.Context()
	hers, mine := secret.FromString("a dog of her own"), secret.FromString("the new cat sleeps")
	if _, err := o.LookRemove(ctx, "Ada"); !isFault(err, "fault.keys.last") {
		t.Errorf("the last one: %v", err)
	}
	if out, err := o.LetIn(ctx, web.KeyWish{Name: "Anna", Passphrase: hers}); err != nil || !strings.Contains(out.Lines[0], "Anna") {
		t.Fatalf("%+v, %v", out, err)
	}
	if _, err := o.LetIn(ctx, web.KeyWish{Name: "anna", Passphrase: hers}); !isFault(err, "fault.keys.taken") {
		t.Errorf("let in twice: %v", err)
	}
	if _, err := o.ChangePassphrase(ctx, secret.FromString("a guess of mine"), web.KeyWish{Passphrase: mine}); err != web.ErrWrong { //nolint:errorlint // it is that one
		t.Errorf("with a guess: %v", err)
	}
	if out, err := o.ChangePassphrase(ctx, secret.FromString("the old cat sleeps"), web.KeyWish{Passphrase: mine}); err != nil || !strings.Contains(out.Lines[0], "Ada") {
		t.Fatalf("%+v, %v", out, err)
	}
	for pass, wrong := range map[string]error{"the old cat sleeps": web.ErrWrong, "the new cat sleeps": nil, "a dog of her own": nil} {
		if err := o.Unlock(ctx, secret.FromString(pass)); err != wrong { //nolint:errorlint // it is that one
			t.Errorf("%q: %v", pass, err)
		}
	}
	if look, err := o.LookRemove(ctx, "Ada"); err != nil || !strings.Contains(look.Ask, "Ada") {
		t.Errorf("%+v, %v", look, err)
	}
	if _, err := o.Remove(ctx, "Ada"); err != nil {
		t.Fatal(err)
	}
	h, err := o.Holders(ctx)
	if err != nil || len(h.People) != 1 || h.People[0].Name != "Anna" || len(h.Notes) == 0 {
		t.Errorf("%+v, %v", h, err)
	}
}

// TestServeRekey: a sealed file is sealed anew under a new key, which the page holds then; the sheet of before
// shuts out, a new one is asked for, and the form of before does nothing.
func TestServeRekey(t *testing.T) {
	o, shop, _ := vaultShop(t)
	ctx := t.Context()
	if err := o.Unlock(ctx, secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	sealed := filepath.Join(shop, "rossi.csv.age")
	before, err := os.ReadFile(sealed)
	if err != nil {
		t.Fatal(err)
	}
	look, err := o.LookRekey(ctx, web.NewKey)
	if err != nil || look.Seen == "" {
		t.Fatalf("%+v, %v", look, err)
	}
	var last web.Progress
	out, err := o.Rekey(ctx, web.NewKey, look.Seen, func(p web.Progress) {
		v, err := o.Vault(ctx, web.VaultWish{Most: 50})
		if last = p; err != nil || v.Urgent == nil || v.Urgent.What != o.sh.words.T("web.vault.rekeying") || v.Urgent.Page != "" {
			t.Errorf("while it goes on: %+v, %v", v.Urgent, err)
		}
		if h, err := o.Holders(ctx); err != nil || h.Finish {
			t.Errorf("called broken off while it goes on: %+v, %v", h, err)
		}
	})
	if err != nil || out.Title != o.sh.words.T("web.rekey.done.key") || last.Done == 0 || last.Done != last.Total {
		t.Fatalf("%+v, told %+v, %v", out, last, err)
	}
	after, err := os.ReadFile(sealed)
	if err != nil || string(after) == string(before) {
		t.Errorf("not sealed anew: %v", err)
	}
	if held, err := o.Held(ctx); !held || err != nil {
		t.Errorf("the page does not hold the new key: %v", err)
	}
	if _, err := o.Rekey(ctx, web.NewKey, look.Seen, func(web.Progress) {}); !isFault(err, "fault.serve.keys-changed") {
		t.Errorf("a second key with one form: %v", err)
	}
	if look, err = o.LookRekey(ctx, web.NewSheet); err != nil {
		t.Fatal(err)
	}
	out, err = o.Rekey(ctx, web.NewSheet, look.Seen, func(web.Progress) {})
	if err != nil || out.Next != "/vault/sheet" {
		t.Fatalf("%+v, %v", out, err)
	}
	if p, err := o.Paper(ctx); err != nil || p.Proven {
		t.Errorf("the new sheet is proven already: %v", err)
	}
	o.Lock()
	if _, err := o.Rekey(ctx, web.NewKey, markOfRing(t, o), func(web.Progress) {}); !isFault(err, "fault.serve.locked") {
		t.Errorf("locked: %v", err)
	}
}

func markOfRing(t *testing.T, o *office) string {
	t.Helper()
	r, err := o.sh.ring()
	if err != nil {
		t.Fatal(err)
	}
	return markOfKeys(r)
}

// TestServeKeysUnrecorded: the keys were changed and then the journal cannot be written. That is said, and what
// was chosen counts.
func TestServeKeysUnrecorded(t *testing.T) {
	o, _, home := vaultShop(t)
	ctx := t.Context()
	if err := o.Unlock(ctx, secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", filepath.Join(home, "custode.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'full'); END"); err != nil {
		t.Fatal(err)
	}
	hers := secret.FromString("a dog of her own")
	if _, err := o.LetIn(ctx, web.KeyWish{Name: "Anna", Passphrase: hers}); !isFault(err, "fault.keys.unrecorded") {
		t.Fatalf("%v", err)
	}
	if err := o.Unlock(ctx, hers); err != nil {
		t.Errorf("it stands: %v", err)
	}
	before := markOfRing(t, o)
	if _, err := o.Rekey(ctx, web.NewKey, before, func(web.Progress) {}); !isFault(err, "fault.keys.unrecorded") || markOfRing(t, o) == before {
		t.Errorf("%v", err)
	}
	if _, err := db.Exec("DROP TRIGGER full"); err != nil {
		t.Fatal(err)
	}
	if h, err := o.Holders(ctx); err != nil || !h.Finish || len(h.People) != 2 {
		t.Errorf("nothing to finish: %+v, %v", h, err)
	}
}

// TestServeRekeyLook: what a change would take is said by what custode knows, without going through the folders.
func TestServeRekeyLook(t *testing.T) {
	o, shop, _ := vaultShop(t)
	if err := os.Rename(shop, shop+".away"); err != nil {
		t.Fatal(err)
	}
	if look, err := o.LookRekey(t.Context(), web.NewKey); err != nil || !strings.Contains(look.Ask, "3 files") {
		t.Errorf("%+v, %v", look, err)
	}
}
