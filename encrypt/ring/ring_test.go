package ring

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"golang.org/x/crypto/ssh"

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
	_, err := seal.Seal(t.Context(), &b, strings.NewReader("customers"), r.Recipients(), seal.Options{Workers: 1})
	must(t, err)
	return b.Bytes()
}

// opens reports whether a file opens.
func opens(t *testing.T, file []byte, ids ...age.Identity) bool {
	t.Helper()
	var b bytes.Buffer
	_, err := seal.DecryptTo(t.Context(), &b, bytes.NewReader(file), ids, seal.Options{Workers: 1})
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

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return b
}

// copyOf copies a folder: what somebody who leaves may have taken along.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	to := t.TempDir()
	must(t, os.CopyFS(to, os.DirFS(dir)))
	return to
}

func mustUnlock(t *testing.T, r *Ring) Unlocked {
	t.Helper()
	u, err := r.Unlock(pass("ada's word"), "")
	must(t, err)
	return u
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
