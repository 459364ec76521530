package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// withKeys puts quick keys into a home.
func withKeys(t *testing.T, home string) (*ring.Ring, ring.Unlocked) {
	t.Helper()
	r, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Name: "owner", Passphrase: secret.FromString("one two three four"), WorkFactor: 10, Now: time.Now(), Kind: keys.Classic,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, u
}

// foundIn lists the files below a folder that hold one of the marks, in any of the ways in which
// something is written: as it is, in capitals, hex or base64.
func foundIn(t *testing.T, dir string, marks ...string) (found []string) {
	t.Helper()
	var ways [][]byte
	for _, m := range marks {
		b64 := base64.RawStdEncoding.EncodeToString([]byte(m))
		ways = append(ways, []byte(m), []byte(strings.ToUpper(m)), []byte(hex.EncodeToString([]byte(m))), []byte(b64[:len(b64)-2]))
	}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, w := range ways {
			if bytes.Contains(raw, w) {
				found = append(found, path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestChoicesInNoClear: neither a contact, nor the key by which contacts are hashed, is to be
// found in the home: not while choices wait for the key, not after they were taken over, not
// after a list was filtered, not in what was erased.
func TestChoicesInNoClear(t *testing.T) {
	_, home, _ := shopAndHome(t)
	_, u := withKeys(t, home)
	marks := []string{"zerlina.masetto", "giovanni+sivigl", "3465550177", "555 0177"}
	do := func(args ...string) {
		t.Helper()
		r := custode(t, home, append([]string{"privacy", "choices"}, args...)...)
		if r.code != 0 {
			t.Fatalf("%q: %+v", args, r)
		}
		if got := foundIn(t, home, marks...); len(got) > 0 {
			t.Fatalf("after %q in the clear in %q", args, got)
		}
	}
	text := filepath.Join(t.TempDir(), "words.txt")
	list := filepath.Join(t.TempDir(), "list.csv")
	putText(t, text, "May we write to you?")
	putText(t, list, "name,email,tel\nZerlina,Zerlina.Masetto@example.com,\nGiovanni,giovanni+siviglia@example.com,+39 346 5550177\n")
	do("record", "Zerlina.Masetto@example.com", "yes", "--purpose", "offers", "--wording", text, "--by", "Leporello")
	do("record", "giovanni+siviglia@example.com", "stop", "--by", "Leporello")
	do("record", "+39 346 555 0177", "no", "--purpose", "offers", "--channel", "sms", "--by", "Leporello")
	pass := filepath.Join(t.TempDir(), "pass")
	putText(t, pass, "one two three four\n")
	out := filepath.Join(t.TempDir(), "out.csv")
	do("filter", list, "--purpose", "offers", "--channel", "email", "--out", out, "--passphrase-file", pass)
	if raw, err := os.ReadFile(out); err != nil || !strings.Contains(string(raw), "Zerlina.Masetto") || strings.Contains(string(raw), "giovanni") {
		t.Fatalf("the list: %v %q", err, raw)
	}
	do("record", "giovanni+siviglia@example.com", "yes", "--purpose", "offers", "--by", "Leporello", "--passphrase-file", pass)
	do("show", "giovanni+siviglia@example.com", "--passphrase-file", pass)
	do("forget", "zerlina.masetto@example.com", "--yes", "--passphrase-file", pass)
	do("status")

	sealed, err := os.ReadFile(filepath.Join(home, "keys", "choices.age"))
	if err != nil {
		t.Fatal(err)
	}
	key := openedByAge(t, sealed, u.Identities()...)
	if len(key) != 32 {
		t.Fatalf("the key is %d bytes long", len(key))
	}
	if got := foundIn(t, home, string(key)); len(got) > 0 {
		t.Errorf("the key is in the clear in %q", got)
	}
	// The search itself can find: what is planted is seen.
	putText(t, filepath.Join(home, "planted"), hex.EncodeToString([]byte("zerlina.masetto@example.com")))
	if got := foundIn(t, home, marks...); len(got) != 1 {
		t.Errorf("what was planted is found in %q", got)
	}
}

// TestChoiceKeyGone: without its key no list is let through, and no other key is made.
func TestChoiceKeyGone(t *testing.T) {
	_, home, _ := shopAndHome(t)
	withKeys(t, home)
	pass := filepath.Join(t.TempDir(), "pass")
	list := filepath.Join(t.TempDir(), "list.csv")
	putText(t, pass, "one two three four\n")
	putText(t, list, "email\nanna@example.com\n")
	filter := func() result {
		return custode(t, home, "privacy", "choices", "filter", list, "--purpose", "offers", "--channel", "email", "--passphrase-file", pass)
	}
	if r := custode(t, home, "privacy", "choices", "record", "anna@example.com", "stop", "--by", "Maria"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	if r := filter(); r.code != 0 || !strings.Contains(r.out, "withdrew") {
		t.Fatalf("%+v", r)
	}
	path := filepath.Join(home, "keys", "choices.age")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for name, content := range map[string][]byte{"gone": nil, "cut": raw[:len(raw)-3], "of another": bytes.Replace(raw, []byte("\n-> "), []byte("\n-> x"), 1)} {
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if content != nil {
			putText(t, path, string(content))
		}
		if r := filter(); r.code == 0 || r.err == "" || strings.Contains(r.out, "0 out") {
			t.Errorf("%s: %+v", name, r)
		}
		putText(t, path, string(raw))
	}
	if r := filter(); r.code != 0 {
		t.Fatalf("%+v", r)
	}
}

// putText puts a text into a file, or ends the test.
func putText(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// openedByAge opens an age file as stock age does.
func openedByAge(t *testing.T, sealed []byte, ids ...age.Identity) []byte {
	t.Helper()
	r, err := age.Decrypt(bytes.NewReader(sealed), ids...)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return plain
}
