package ring

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/keys"
)

func TestRotateMany(t *testing.T) {
	r, u := made(t, keys.Classic)
	var files [][]byte
	for range 4 {
		files = append(files, sealed(t, r))
		var err error
		u, err = r.Rotate(u, noon)
		must(t, err)
	}
	r = reload(t, r)
	by, err := r.Unlock(pass("ada's word"), "")
	must(t, err)
	for i, f := range files {
		if !opens(t, f, by.Identities()...) {
			t.Errorf("file %d does not open any more", i)
		}
	}
	if n := len(match(r.dir, "former/*")); n != 4 || len(r.FormerVaults()) != 4 {
		t.Errorf("%d former vaults", n)
	}
	// A damaged former vault locks nobody out, and the others open.
	must(t, os.WriteFile(r.path(r.doc.Former[1].File), []byte("x"), 0o600))
	by, err = r.Unlock(pass("ada's word"), "")
	must(t, err)
	if len(by.Former) != 3 {
		t.Errorf("%d former vaults open", len(by.Former))
	}
	_, err = r.Rotate(by, noon)
	must(t, err)
	sheet, err := r.Sheet(mustUnlock(t, r))
	must(t, err)
	if !opens(t, sealed(t, r), sheet) {
		t.Error("the sheet was lost in a rotation")
	}
}

func TestRecoveryKeys(t *testing.T) {
	r, u := made(t, keys.Hybrid)
	first, err := r.Sheet(u)
	must(t, err)
	must(t, r.Proven(noon))
	second, err := r.NewRecovery(u, noon.Add(time.Hour))
	must(t, err)
	file := sealed(t, r)
	if opens(t, file, first) || !opens(t, file, second) || r.Recovery().OnPaperOnly || !r.Recovery().ProvenAt.IsZero() {
		t.Error("the new sheet is not the one")
	}
	_, err = r.UnlockWith(first)
	want(t, err, ErrNoMatch)
	accountant, err := keys.Generate(keys.Hybrid)
	must(t, err)
	old, err := keys.Generate(keys.Classic)
	must(t, err)
	must(t, r.AddRecovery(u, "Accountant", text(accountant), noon))
	want(t, r.AddRecovery(u, "Another", text(accountant), noon), ErrTaken)
	want(t, r.AddRecovery(u, "accountant", text(old), noon), ErrTaken)
	want(t, r.AddPassphrase(u, "accountant", pass("x"), low, noon), ErrTaken)
	want(t, r.AddRecovery(u, "Old", text(old), noon), ErrKind)
	want(t, r.AddRecovery(u, "X", "age1x", noon), keys.ErrRecipient)
	for range 2 {
		r = reload(t, r)
		if file := sealed(t, r); len(r.Fingerprints()) != 3 || !opens(t, file, accountant) || !opens(t, file, second) {
			t.Error("the accountant does not open the files")
		}
		for _, id := range []age.Identity{accountant, second} {
			_, err = r.UnlockWith(id)
			must(t, err)
		}
		u, err = r.Rotate(u, noon) // and once more
		must(t, err)
	}
	// They leave: what is sealed from then on does not open, nor does the ring.
	want(t, r.RemoveRecovery(u, "nobody", noon), ErrNoPerson)
	must(t, r.RemoveRecovery(u, "ACCOUNTANT", noon))
	r = reload(t, r)
	if file := sealed(t, r); len(r.Fingerprints()) != 2 || opens(t, file, accountant) || !opens(t, file, second) || !r.Departed() {
		t.Error("the accountant is still in")
	}
	_, err = r.UnlockWith(accountant)
	want(t, err, ErrNoMatch)
	_, err = r.UnlockWith(second)
	must(t, err)
}

// TestOnlyTheSheet makes a ring on a machine that has nothing but the paper.
func TestOnlyTheSheet(t *testing.T) {
	for _, k := range []keys.Kind{keys.Hybrid, keys.Classic} {
		r, u := made(t, k)
		file := sealed(t, r)
		sheet, err := r.Sheet(u)
		must(t, err)
		o := CreateOptions{Name: "Ada", Passphrase: pass("fresh start"), WorkFactor: low, Now: noon, Recovery: &sheet}
		n, nu, err := Create(t.TempDir(), o)
		must(t, err)
		if n.Kind() != k || n.Fingerprints()[1] != r.Fingerprints()[1] || n.VaultFingerprint() == r.VaultFingerprint() || n.Recovery().OnPaperOnly || n.Recovery().ProvenAt.IsZero() || len(n.FormerVaults()) > 0 {
			t.Errorf("%+v", n.Recovery())
		}
		if !opens(t, sealed(t, n), nu.Vault) || !opens(t, sealed(t, n), sheet) || opens(t, file, nu.Vault) {
			t.Error("the new ring is not around the sheet")
		}
		// The files of before open, now and after a rotation; whoever leaves may have
		// taken the sheet's key along, so that the next one is another.
		must(t, n.AddPassphrase(nu, "Bob", pass("bob's word"), low, noon))
		nu, err = reload(t, n).Unlock(pass("fresh start"), "")
		must(t, err)
		if !opens(t, file, nu.Identities()...) {
			t.Error("the files of before do not open")
		}
		must(t, n.Remove("Bob", noon))
		nu, err = n.Rotate(nu, noon)
		must(t, err)
		if !opens(t, file, nu.Identities()...) || opens(t, sealed(t, n), sheet) || n.Recovery().OnPaperOnly {
			t.Error("after a rotation")
		}
		// Where the list was lost, the vault is found again with the sheet.
		must(t, os.Remove(filepath.Join(r.dir, listName)))
		_, err = Load(r.dir)
		want(t, err, ErrMissing)
		_, _, err = Create(r.dir, o)
		want(t, err, ErrExists)
		vault, ok := Salvage(r.dir, sheet)
		if !ok {
			t.Fatal("nothing salvaged")
		}
		o.Vault, o.Aside = &vault, true
		s, su, err := Create(r.dir, o)
		must(t, err)
		if s.VaultFingerprint() != r.VaultFingerprint() || !opens(t, file, su.Vault) {
			t.Error("the vault is another one")
		}
		if aside, _ := filepath.Glob(filepath.Join(strings.ReplaceAll(r.dir, "[", `\[`), "aside-*", "people", "ada-*.key.age")); len(aside) != 1 {
			t.Errorf("what was there was not kept: %q", aside)
		}
	}
	_, _, err := Create(t.TempDir(), CreateOptions{Name: "Ada", WorkFactor: low})
	want(t, err, keys.ErrPassphrase)
	_, err = Load(t.TempDir())
	want(t, err, ErrNone)
}
