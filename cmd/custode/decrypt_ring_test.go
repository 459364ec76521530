package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/encrypt/seal"
	"custode/internal/secret"
)

// TestDecryptRing opens what is sealed for the home's own keys: with the passphrase,
// with the sheet, not with a wrong one; the catalogue and the journal know of it.
func TestDecryptRing(t *testing.T) {
	dir, home := t.TempDir(), t.TempDir()
	t.Chdir(dir)
	r, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Name: "Anna", Passphrase: secret.FromString("one two three"), WorkFactor: 8, Now: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	recovery, err := r.Sheet(u)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := keys.SheetLines(recovery)
	if err != nil {
		t.Fatal(err)
	}
	var typed []string
	for _, l := range lines {
		typed = append(typed, string(l.Reveal()))
	}
	putFile(t, "sheet.txt", []byte(strings.Join(typed, "\n")))
	putFile(t, "pass", []byte("one two three\r\n"))
	putFile(t, "wrong", []byte("one two four\n"))
	scrypt, err := age.NewScryptRecipient("of the file")
	if err != nil {
		t.Fatal(err)
	}
	scrypt.SetWorkFactor(8)
	putFile(t, "filepass", []byte("of the file\n"))
	plain := []byte("Nome;Telefono\n")
	a := sealedFor(t, plain, r.Recipients()...)
	again := func() {
		_ = os.Remove("a.csv")
		putFile(t, "a.csv.age", a)
	}
	if c := custode(t, home, "init", "--yes", "--data", dir, "--country", "IT"); c.code != 0 {
		t.Fatalf("%+v", c)
	}
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"decrypt", "a.csv.age"}, 77, "locked"},
		{[]string{"decrypt", "--passphrase-file", "wrong", "a.csv.age"}, 77, "passphrase"},
		{[]string{"verify", "--passphrase-file", "wrong"}, 77, "passphrase"},
		{[]string{"verify", "--open"}, 77, "locked"},
		{[]string{"verify", "--passphrase-file", "pass"}, 0, "1 sealed file that custode did not know"},
		{[]string{"verify"}, 0, "1 sealed file is as it was"},
		{[]string{"verify", "-i", "sheet.txt"}, 0, "1 sealed file opens"},
		{[]string{"decrypt", "--passphrase-file", "pass", "a.csv.age"}, 0, "1 file is readable again"},
		{[]string{"decrypt", "-i", "sheet.txt", "a.csv.age"}, 0, "1 file is readable again"},
	} {
		again()
		res := custode(t, home, c.args...)
		if res.code != c.code || !strings.Contains(res.out+res.err, c.says) {
			t.Errorf("%q: %+v", c.args, res)
		}
		if got, err := os.ReadFile("a.csv"); c.args[0] == "decrypt" && (err == nil) != (c.code == 0) || err == nil && !bytes.Equal(got, plain) {
			t.Errorf("%q: %q %v", c.args, got, err)
		}
	}
	if res := custode(t, home, "verify"); res.code != 0 || !strings.Contains(res.out, "no sealed files") {
		t.Errorf("the catalogue still has it: %+v", res)
	}
	if res := custode(t, home, "journal", "show"); !strings.Contains(res.out, "files were opened for good") || !strings.Contains(res.out, "were verified") {
		t.Errorf("%+v", res)
	}
	// Sealed by a passphrase: the home's own is not asked for.
	putFile(t, "b.csv.age", sealedFor(t, plain, scrypt))
	if res := custode(t, home, "decrypt", "--passphrase-file", "wrong", "b.csv.age"); res.code != 77 {
		t.Errorf("%+v", res)
	}
	if res := custode(t, home, "decrypt", "--passphrase-file", "filepass", "b.csv.age"); res.code != 0 {
		t.Errorf("%+v", res)
	}
}

func sealedFor(t *testing.T, content []byte, to ...age.Recipient) []byte {
	t.Helper()
	var b bytes.Buffer
	s, err := seal.Seal(t.Context(), &b, bytes.NewReader(content), to, seal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Forget()
	return b.Bytes()
}
