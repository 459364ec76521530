package ring

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"golang.org/x/crypto/ssh"

	"custode/encrypt/identity"
	"custode/encrypt/keys"
	"custode/encrypt/seal"
	"custode/internal/secret"
)

const low = 2 // the work factor of scrypt in tests

var noon = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

func pass(s string) secret.Bytes { return secret.FromString(s) }

// made makes a ring whose owner, Ada, has the passphrase "ada's word".
func made(t *testing.T, k keys.Kind) (*Ring, Unlocked) {
	t.Helper()
	r, u, err := Create(filepath.Join(t.TempDir(), "keys [1]"), CreateOptions{Kind: k, Name: "Ada", Passphrase: pass("ada's word"), WorkFactor: low, Now: noon})
	if err != nil {
		t.Fatal(err)
	}
	return r, u
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func want(t *testing.T, err, kind error) {
	t.Helper()
	if !errors.Is(err, kind) {
		t.Errorf("got %v, want %v", err, kind)
	}
}

func reload(t *testing.T, r *Ring) *Ring {
	t.Helper()
	again, err := Load(r.dir)
	must(t, err)
	return again
}

// sealed gives a file of the shop.
func sealed(t *testing.T, r *Ring) []byte {
	t.Helper()
	var b bytes.Buffer
	_, err := seal.Seal(t.Context(), &b, strings.NewReader("customers"), r.Recipients(), seal.Options{})
	must(t, err)
	return b.Bytes()
}

// opens reports whether a file opens.
func opens(t *testing.T, file []byte, ids ...age.Identity) bool {
	t.Helper()
	var b bytes.Buffer
	_, err := seal.DecryptTo(t.Context(), &b, bytes.NewReader(file), ids, seal.Options{})
	if err != nil && !errors.Is(err, seal.ErrNoMatch) {
		t.Fatal(err)
	}
	return err == nil && b.String() == "customers"
}

func sshKey(t *testing.T) (string, age.Identity) {
	t.Helper()
	_, private, err := ed25519.GenerateKey(nil)
	must(t, err)
	public, err := ssh.NewPublicKey(private.Public())
	must(t, err)
	id, err := agessh.NewEd25519Identity(private)
	must(t, err)
	return string(bytes.TrimSpace(ssh.MarshalAuthorizedKey(public))), id
}

func TestLife(t *testing.T) {
	for _, k := range []keys.Kind{keys.Hybrid, keys.Classic} {
		r, u := made(t, k)
		file := sealed(t, r)
		if !opens(t, file, u.Identities()...) || r.Kind() != k {
			t.Fatal("the owner does not open the files")
		}
		u, err := reload(t, r).Unlock(pass("ada's word"), "")
		must(t, err)
		if !opens(t, file, u.Identities()...) || u.Person != "Ada" {
			t.Errorf("unlocked by %q", u.Person)
		}
		_, err = r.Unlock(pass("another"), "")
		want(t, err, ErrWrongPassphrase)
		_, err = r.Unlock(pass(""), "")
		want(t, err, ErrWrongPassphrase)
		_, err = r.Unlock(pass("ada's word"), "Nobody")
		want(t, err, ErrNoPerson)

		// The sheet: there until it is proven, then on paper only.
		sheet, err := r.Sheet(u)
		must(t, err)
		if info := r.Recovery(); info.OnPaperOnly || !info.ProvenAt.IsZero() || info.Fingerprint != r.Fingerprints()[1] {
			t.Errorf("before the proof: %+v", info)
		}
		must(t, r.Proven(noon))
		_, err = r.Sheet(u)
		want(t, err, ErrOnPaper)
		if info := reload(t, r).Recovery(); !info.OnPaperOnly || !info.ProvenAt.Equal(noon) || len(match(r.dir, "sheet*")) > 0 {
			t.Errorf("after the proof: %+v", info)
		}
		// It opens the files alone, and with the home it gives the vault.
		if !opens(t, file, sheet) {
			t.Error("the sheet does not open the files")
		}
		by, err := r.UnlockWith(sheet)
		must(t, err)
		if !opens(t, file, by.Vault) {
			t.Error("the sheet does not give the vault")
		}
		must(t, r.SetPassphrase(by, "ada", pass("a new one"), low, noon))
		_, err = r.Unlock(pass("ada's word"), "")
		want(t, err, ErrWrongPassphrase)
		_, err = r.Unlock(pass("a new one"), "ADA")
		must(t, err)
	}
}

func TestPeople(t *testing.T) {
	r, u := made(t, keys.Hybrid)
	file := sealed(t, r)
	line, sshID := sshKey(t)
	friend, err := age.GenerateX25519Identity()
	must(t, err)
	must(t, r.AddPassphrase(u, "Bob Rossi", pass("bob's word"), low, noon))
	must(t, r.AddRecipient(u, "carla", line+" carla@example.com", noon))
	must(t, r.AddRecipient(u, "Dè", friend.Recipient().String(), noon))
	r = reload(t, r)
	var got []string
	for _, p := range r.People() {
		got = append(got, p.Name+" "+p.Kind)
	}
	if want := []string{"Ada passphrase", "Bob Rossi passphrase", "carla ssh", "Dè age"}; !slices.Equal(got, want) {
		t.Errorf("people: %q", got)
	}
	for name, unlock := range map[string]func() (Unlocked, error){
		"Bob Rossi": func() (Unlocked, error) { return r.Unlock(pass("bob's word"), "") },
		"carla":     func() (Unlocked, error) { return r.UnlockWith(sshID) },
		"Dè":        func() (Unlocked, error) { return r.UnlockWith(friend) },
		"":          func() (Unlocked, error) { return r.Hold(u.Vault) },
	} {
		by, err := unlock()
		if err != nil || by.Person != name || !opens(t, file, by.Identities()...) {
			t.Errorf("%s: %q, %v", name, by.Person, err)
		}
	}
	stranger, err := keys.Generate(keys.Hybrid)
	must(t, err)
	_, err = r.UnlockWith(stranger)
	want(t, err, ErrNoMatch)
	_, err = r.Hold(stranger)
	want(t, err, ErrNoMatch)
	_, err = r.Unlock(pass("x"), "carla")
	want(t, err, ErrNoPassphrase)
	want(t, r.SetPassphrase(u, "carla", pass("x"), low, noon), ErrNoPassphrase)
	want(t, r.AddPassphrase(u, " BOB ROSSI ", pass("x"), low, noon), ErrTaken)
	want(t, r.AddRecipient(u, "other", line, noon), ErrTaken)
	want(t, r.AddRecipient(u, "other", "age1nonsense", noon), identity.ErrRecipient)
	want(t, r.AddPassphrase(u, "empty", pass(""), low, noon), keys.ErrPassphrase)
	for _, bad := range []string{"", "  ", "a/b", "a\nb", "\x1b[31m", strings.Repeat("x", 41), "\xff", `a\b`, "a:b"} {
		want(t, r.AddPassphrase(u, bad, pass("x"), low, noon), ErrName)
	}
	for _, odd := range []string{"..", "con", "日本", "-", "Nicolò D’Este", strings.Repeat("à", 40)} {
		must(t, r.AddPassphrase(u, odd, pass("odd"+odd), low, noon))
		by, err := r.Unlock(pass("odd"+odd), odd)
		if err != nil || by.Person != odd {
			t.Errorf("%s: %v", odd, err)
		}
	}
	for _, p := range r.People()[1:] {
		must(t, r.Remove(p.Name, noon))
	}
	want(t, r.Remove("Ada", noon), ErrLast)
	want(t, r.Remove("Bob Rossi", noon), ErrNoPerson)
	_, err = r.UnlockWith(sshID)
	want(t, err, ErrNoMatch)
	if n := len(match(r.dir, "people/*")); n != 2 {
		t.Errorf("%d files of people are left", n)
	}
}

// TestGeneratedPassphrase is typed as people type.
func TestGeneratedPassphrase(t *testing.T) {
	p := keys.NewPassphrase("it")
	r, _, err := Create(t.TempDir(), CreateOptions{Name: "Ada", Passphrase: p, WorkFactor: low, Now: noon})
	must(t, err)
	_, err = r.Unlock(pass(" "+strings.ToUpper(strings.ReplaceAll(string(p.Reveal()), "-", "  "))), "")
	must(t, err)
}

// copyOf copies a folder: what somebody who leaves may have taken along.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	must(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

// TestRemovedPersonIsOut: whoever was removed keeps a copy of the whole folder
// and the passphrase. After Rotate nothing in it opens what is sealed then, nor
// what is in the folder then.
func TestRemovedPersonIsOut(t *testing.T) {
	for _, printed := range []bool{false, true} { // was Bob here while the sheet could be printed?
		r, u := made(t, keys.Hybrid)
		if !printed {
			must(t, r.Proven(noon))
		}
		must(t, r.AddPassphrase(u, "Bob", pass("bob's word"), low, noon))
		must(t, r.AddPassphrase(u, "Eve", pass("eve's word"), low, noon))
		before := sealed(t, r)
		taken, err := Load(copyOf(t, r.dir))
		must(t, err)
		bob, err := taken.Unlock(pass("bob's word"), "Bob")
		must(t, err)
		loot := bob.Identities()
		if printed {
			sheet, err := taken.Sheet(bob)
			must(t, err)
			loot = append(loot, sheet)
		}
		own, err := keys.Unwrap(readFile(t, taken.People()[1].KeyFile), pass("bob's word"))
		must(t, err)
		loot = append(loot, own)
		if !opens(t, before, loot...) {
			t.Fatal("Bob has nothing to begin with")
		}

		must(t, r.Remove("bob", noon))
		if got := r.Recovery().Exposed; got != printed {
			t.Errorf("exposed: %t", got)
		}
		next, err := r.Rotate(u, noon)
		must(t, err)
		after := sealed(t, r)
		if opens(t, after, loot...) {
			t.Error("Bob opens what was sealed after the rotation")
		}
		_, err = r.Unlock(pass("bob's word"), "")
		want(t, err, ErrWrongPassphrase)
		_, err = r.UnlockWith(loot...)
		want(t, err, ErrNoMatch)
		must(t, fs.WalkDir(os.DirFS(r.dir), ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() && strings.HasSuffix(name, ".age") {
				if id, err := keys.UnwrapWith(readFile(t, filepath.Join(r.dir, name)), loot...); err == nil {
					t.Errorf("Bob opens %s: %v", name, id)
				}
			}
			return err
		}))
		// The others go on as before, with old files and new.
		eve, err := reload(t, r).Unlock(pass("eve's word"), "")
		must(t, err)
		for _, x := range []Unlocked{next, eve} {
			if !opens(t, before, x.Identities()...) || !opens(t, after, x.Identities()...) || opens(t, before, x.Vault) {
				t.Error("somebody who stayed does not open old and new")
			}
		}
		if info := r.Recovery(); info.ProvenAt.IsZero() != printed || info.Exposed || len(r.FormerRecoveries()) != map[bool]int{true: 1}[printed] {
			t.Errorf("the recovery key afterwards: %+v", info)
		}
	}
}

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

func mustUnlock(t *testing.T, r *Ring) Unlocked {
	t.Helper()
	u, err := r.Unlock(pass("ada's word"), "")
	must(t, err)
	return u
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

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return b
}

// TestDamage breaks every file in every simple way: a clear error, never a
// wrong passphrase.
func TestDamage(t *testing.T) {
	r, u := made(t, keys.Classic)
	must(t, r.AddPassphrase(u, "Bob", pass("bob's word"), low, noon))
	list := filepath.Join(r.dir, listName)
	for name, ruin := range map[string]func([]byte) []byte{
		"empty": func([]byte) []byte { return nil }, "cut": func(b []byte) []byte { return b[:len(b)/2] },
		"zeros": func(b []byte) []byte { return make([]byte, len(b)) }, "no people": func([]byte) []byte { return []byte(`{"schema":"custode.ring/1","kind":"classic"}`) },
		"another kind": func(b []byte) []byte { return bytes.Replace(b, []byte("age1"), []byte("age1x"), 1) },
		"outside":      func(b []byte) []byte { return bytes.Replace(b, []byte(`"people/`), []byte(`"../people/`), 1) },
	} {
		whole := readFile(t, list)
		must(t, os.WriteFile(list, ruin(bytes.Clone(whole)), 0o600))
		_, err := Load(r.dir)
		var at *FileError
		if !errors.Is(err, ErrDamaged) || !errors.As(err, &at) || at.Path != list {
			t.Errorf("%s: %v", name, err)
		}
		_, _, err = Create(r.dir, CreateOptions{Name: "x", Passphrase: pass("x"), WorkFactor: low})
		want(t, err, ErrExists)
		must(t, os.WriteFile(list, whole, 0o600))
	}
	must(t, os.WriteFile(list, bytes.Replace(r.raw, []byte(schema), []byte("custode.ring/2"), 1), 0o600))
	_, err := Load(r.dir)
	want(t, err, ErrNewer)
	must(t, os.WriteFile(list, r.raw, 0o600))

	for _, path := range []string{r.People()[0].KeyFile, r.People()[0].VaultFile} {
		whole := readFile(t, path)
		for i := 0; i < len(whole); i += 11 {
			b := bytes.Clone(whole)
			b[i] ^= 4
			must(t, os.WriteFile(path, b, 0o600))
			u, err := r.Unlock(pass("ada's word"), "Ada")
			var at *FileError
			if err != nil && (!errors.Is(err, ErrDamaged) || !errors.As(err, &at) || at.Path != path) || err == nil && text(u.Vault) != r.doc.Vault {
				t.Fatalf("%s, byte %d: %v", filepath.Base(path), i, err)
			}
		}
		must(t, os.WriteFile(path, whole[:len(whole)-40], 0o600))
		_, err := r.Unlock(pass("ada's word"), "")
		want(t, err, ErrDamaged) // though for all we know it may be Bob's word, mistyped
		if _, err := r.Unlock(pass("bob's word"), ""); err != nil {
			t.Errorf("Bob is locked out: %v", err)
		}
		must(t, os.Remove(path))
		_, err = r.Unlock(pass("ada's word"), "Ada")
		want(t, err, ErrMissing)
		must(t, os.WriteFile(path, whole, 0o600))
	}
}

// TestForged slips keys of a stranger into the list, without the vault.
func TestForged(t *testing.T) {
	stranger, err := keys.Generate(keys.Hybrid)
	must(t, err)
	for name, forge := range map[string]func(d *doc){
		"recovery":  func(d *doc) { d.Recovery.Recipient = text(stranger) },
		"extra":     func(d *doc) { d.Extra = append(d.Extra, extraDoc{"Eve", recipientDoc{text(stranger), noon, d.Recovery.Tag}}) },
		"person":    func(d *doc) { d.People[1].Recipient = text(stranger) },
		"vault":     func(d *doc) { d.Vault = text(stranger) },
		"role":      func(d *doc) { d.Extra = append(d.Extra, extraDoc{"Bob", d.People[1].recipientDoc}) },
		"new name":  func(d *doc) { d.People[1].Name = "Zoe" },
		"extra cut": nil,
	} {
		r, u := made(t, keys.Hybrid)
		must(t, r.AddPassphrase(u, "Bob", pass("bob's word"), low, noon))
		d := r.doc.clone()
		if forge == nil {
			d.People = d.People[:1] // to leave somebody out needs no key, and harms nobody's files
		} else {
			forge(&d)
		}
		raw, err := json.Marshal(d)
		must(t, err)
		must(t, os.WriteFile(filepath.Join(r.dir, listName), raw, 0o600))
		r = reload(t, r)
		_, err = r.Unlock(pass("ada's word"), "Ada")
		if forge == nil {
			must(t, err)
		} else if !errors.Is(err, ErrForged) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNoSecretOnDisk searches the folder, after all that can happen to a ring,
// for what must not be in it; and looks at the modes.
func TestNoSecretOnDisk(t *testing.T) {
	r, u := made(t, keys.Hybrid)
	secrets := [][]byte{[]byte("ada's word"), []byte("bob's word"), []byte("AGE-SECRET-KEY"), []byte("age-secret-key")}
	note := func(id keys.Identity) {
		s := bytes.Clone(id.Text().Reveal())
		secrets = append(secrets, s[20:40], bytes.ToLower(s[20:40]), fmt.Appendf(nil, "%x", s[20:40]))
	}
	note(u.Vault)
	sheet, err := r.Sheet(u)
	must(t, err)
	note(sheet)
	must(t, r.AddPassphrase(u, "Bob", pass("bob's word"), low, noon))
	own, err := keys.Unwrap(readFile(t, r.People()[1].KeyFile), pass("bob's word"))
	must(t, err)
	note(own)
	u, err = r.Rotate(u, noon)
	must(t, err)
	note(u.Vault)
	id, err := r.NewRecovery(u, noon)
	must(t, err)
	note(id)
	see := 0
	must(t, filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		must(t, err)
		info, err := d.Info()
		must(t, err)
		if runtime.GOOS != "windows" && info.Mode().Perm() != map[bool]fs.FileMode{true: 0o700, false: 0o600}[d.IsDir()] {
			t.Errorf("%s: %v", path, info.Mode())
		}
		if d.IsDir() {
			return nil
		}
		b := readFile(t, path)
		for i, s := range secrets {
			if bytes.Contains(b, s) {
				t.Errorf("%s holds secret %d", path, i)
			}
		}
		see++
		return nil
	}))
	if want := 1 + 4 + 1 + 1 + 1; see != want {
		t.Errorf("%d files, want %d", see, want)
	}
	if s := fmt.Sprintf("%v %+v %#v", u, u, r); strings.Contains(s, "SECRET-KEY") {
		t.Error("it prints secrets")
	}
}

// TestTwoAtATime: whoever comes second is told, and destroys nothing.
func TestTwoAtATime(t *testing.T) {
	r, u := made(t, keys.Classic)
	other := reload(t, r)
	must(t, r.AddPassphrase(u, "Bob", pass("bob's word"), low, noon))
	want(t, other.AddPassphrase(u, "Eve", pass("eve's word"), low, noon), ErrChanged)
	want(t, other.Proven(noon), ErrChanged)
	if _, err := other.Rotate(u, noon); !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
	_, err := reload(t, r).Unlock(pass("bob's word"), "")
	must(t, err)
	if s := r.Strays(); len(s) > 0 {
		t.Errorf("left over: %q", s)
	}
}
