package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/keys"
	"custode/internal/secret"
)

// sheetLinesOf are the lines of the recovery sheet of a shop that is unlocked and has not proven it.
func sheetLinesOf(t *testing.T, o *office) (lines [web.SheetLines]secret.Bytes) {
	t.Helper()
	r, err := o.sh.ring()
	if err != nil {
		t.Fatal(err)
	}
	u, there, err := o.atHand(t.Context())
	if err != nil || !there {
		t.Fatalf("not unlocked: %v", err)
	}
	id, err := r.Sheet(u)
	if err != nil {
		t.Fatal(err)
	}
	all, err := keys.SheetLines(id)
	if err != nil {
		t.Fatal(err)
	}
	copy(lines[:], all)
	return lines
}

// newKeysOf gives a shop with keys of one passphrase, unlocked.
func newKeysOf(t *testing.T, pass string) *office {
	t.Helper()
	shop, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
	custode(t, home, "init", "--yes", "--shop", "Bottega", "--country", "IT", "--data", shop)
	o := vaultOf(t, home)
	if err := o.MakeKeys(t.Context(), web.KeyWish{Name: "Ada", Passphrase: secret.FromString(pass)}); err != nil {
		t.Fatal(err)
	}
	return o
}

// TestServeRecover: the page is locked, and locked again and again while nobody uses it. The sheet, typed in
// two goes, sets a new passphrase once; then the keys are unlocked, the old passphrase opens nothing, and
// nothing of the sheet is kept. The sheet of others is none.
func TestServeRecover(t *testing.T) {
	o := newKeysOf(t, "the old cat sleeps")
	lines := sheetLinesOf(t, o)
	o.Lock()
	strange, err := keys.Generate(keys.Hybrid)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := o.TypeRecovery(t.Context(), "", [web.SheetLines]secret.Bytes{strange.Text()}, false); err != nil || v.Whole || v.Mixed == "" {
		t.Fatalf("the sheet of others: %+v, %v", v, err)
	}
	v, err := o.TypeRecovery(t.Context(), "", [web.SheetLines]secret.Bytes{lines[0], lines[0], {}, {}}, false)
	if err != nil || v.Whole || !v.Lines[0].Right || v.Lines[1].Wrong == "" {
		t.Fatalf("%+v, %v", v, err)
	}
	which := v.Which
	o.Lock()
	if v, err = o.TypeRecovery(t.Context(), which, [web.SheetLines]secret.Bytes{{}, lines[1], lines[2], lines[3]}, false); err != nil || !v.Whole || v.Which != which || v.Lost || v.Words.Len() == 0 {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, err := o.Recover(t.Context(), which, web.KeyWish{Passphrase: secret.FromString("short")}); err != web.ErrShort { //nolint:errorlint // it is that one
		t.Fatal(err)
	}
	release, err := o.sh.lock("keys")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.Recover(t.Context(), which, web.KeyWish{Passphrase: v.Words}); !isFault(err, "fault.web.busy") {
		t.Fatalf("while another changes the keys: %v", err)
	}
	release()
	said, err := o.Recover(t.Context(), which, web.KeyWish{Passphrase: v.Words})
	if err != nil || !strings.Contains(strings.Join(said, " "), "Ada") {
		t.Fatalf("%q, %v", said, err)
	}
	if held, err := o.Held(t.Context()); !held || err != nil {
		t.Errorf("not unlocked afterwards: %v", err)
	}
	if _, err := o.Recover(t.Context(), which, web.KeyWish{Passphrase: secret.FromString("once more, please")}); err != web.ErrSheetGone { //nolint:errorlint // it is that one
		t.Errorf("the sheet is kept: %v", err)
	}
	if err := o.Unlock(t.Context(), secret.FromString("the old cat sleeps")); err != web.ErrWrong { //nolint:errorlint // it is that one
		t.Errorf("the old passphrase: %v", err)
	}
	if err := o.Unlock(t.Context(), v.Words); err != nil {
		t.Errorf("the new one: %v", err)
	}
}

// TestServeRecoverLate: what was typed is kept a quarter of an hour.
func TestServeRecoverLate(t *testing.T) {
	o := newKeysOf(t, "the old cat sleeps")
	lines := sheetLinesOf(t, o)
	v, err := o.TypeRecovery(t.Context(), "", lines, false)
	if err != nil || !v.Whole {
		t.Fatalf("%+v, %v", v, err)
	}
	kept := o.back[v.Which]
	now := o.sh.now()
	o.sh.now = func() time.Time { return now.Add(recoveryLives + time.Second) }
	if o.Lock(); len(o.back) > 0 || slices.ContainsFunc(kept.sheet.Reveal(), func(b byte) bool { return b != 0 }) {
		t.Error("the sheet is kept for ever")
	}
	if _, err := o.Recovering(t.Context(), v.Which); err != web.ErrSheetGone { //nolint:errorlint // it is that one
		t.Error(err)
	}
}

// TestServeRecoverDamaged: the list of keys is damaged; the sheet makes new keys, which open what the old ones
// opened, and what was there is set aside.
func TestServeRecoverDamaged(t *testing.T) {
	o := newKeysOf(t, "the old cat sleeps")
	r, err := o.sh.ring()
	if err != nil {
		t.Fatal(err)
	}
	vault, lines := r.VaultFingerprint(), sheetLinesOf(t, o)
	if err := os.WriteFile(filepath.Join(o.sh.keysDir(), "ring.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.Lock()
	v, err := o.TypeRecovery(t.Context(), "", lines, false)
	if err != nil || !v.Whole || !v.Lost {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, err := o.Recover(t.Context(), v.Which, web.KeyWish{Name: "Bea", Passphrase: v.Words}); err != nil {
		t.Fatal(err)
	}
	if r, err = o.sh.ring(); err != nil || r.VaultFingerprint() != vault || r.People()[0].Name != "Bea" {
		t.Errorf("another vault, or of another: %v", err)
	}
	if held, err := o.Held(t.Context()); !held || err != nil {
		t.Errorf("not unlocked afterwards: %v", err)
	}
}

// TestServeRecoverKeyOnly: nobody has a passphrase, and the one key is called as the owner is. The sheet makes one
// more way in, which opens, and the key stays.
func TestServeRecoverKeyOnly(t *testing.T) {
	o := newKeysOf(t, "the old cat sleeps")
	r, err := o.sh.ring()
	if err != nil {
		t.Fatal(err)
	}
	lines := sheetLinesOf(t, o)
	u, _, err := o.atHand(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	key, err := keys.Generate(keys.Hybrid)
	if err == nil {
		err = r.AddRecipient(u, o.sh.ownerName(), publicText(key).String(), time.Now())
	}
	if err == nil {
		err = r.Remove("Ada", time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	o.Lock()
	v, err := o.TypeRecovery(t.Context(), "", lines, false)
	if err != nil || !v.Whole {
		t.Fatalf("%+v, %v", v, err)
	}
	if _, err := o.Recover(t.Context(), v.Which, web.KeyWish{Passphrase: v.Words}); err != nil {
		t.Fatal(err)
	}
	if err := o.Unlock(t.Context(), v.Words); err != nil {
		t.Errorf("the new passphrase: %v", err)
	}
	if r, err = o.sh.ring(); err != nil || len(r.People()) != 2 || r.People()[1].Name != o.sh.ownerName()+" 2" {
		t.Errorf("%+v, %v", r.People(), err)
	}
}
