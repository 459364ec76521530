package ring

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/age"

	"custode/encrypt/identity"
	"custode/encrypt/keys"
)

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
