package ring

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"custode/encrypt/keys"
)

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
		"recovery": func(d *doc) { d.Recovery.Recipient = text(stranger) },
		"extra": func(d *doc) {
			d.Extra = append(d.Extra, extraDoc{"Eve", recipientDoc{text(stranger), noon, d.Recovery.Tag}})
		},
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
