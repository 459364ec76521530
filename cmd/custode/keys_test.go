package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age/plugin"
	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/crypto/ssh"

	"custode/encrypt/identity"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/i18n"
	"custode/internal/secret"
)

// makeSSHKey makes a key pair of SSH: sshkey NAME gives NAME and NAME.pub.
func makeSSHKey(ts *testscript.TestScript, _ bool, args []string) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	ts.Check(err)
	block, err := ssh.MarshalPrivateKey(private, "test")
	ts.Check(err)
	line, err := ssh.NewPublicKey(public)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), pem.EncodeToMemory(block), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pub"), ssh.MarshalAuthorizedKey(line), 0o600))
}

// copySheet writes what a person reads from the printed sheet of a home, whose
// files the SSH key opens: sheet HOME KEY OUT, and OUT.wrong with errors that are
// made good line by line.
func copySheet(ts *testscript.TestScript, _ bool, args []string) {
	r, err := ring.Load(filepath.Join(ts.MkAbs(args[0]), "keys"))
	ts.Check(err)
	ids, err := identity.Parse(context.Background(), []byte(ts.ReadFile(args[1])), identity.Options{})
	ts.Check(err)
	u, err := r.UnlockWith(ids...)
	ts.Check(err)
	id, err := r.Sheet(u)
	ts.Check(err)
	lines, err := keys.SheetLines(id)
	ts.Check(err)
	var right, typed bytes.Buffer
	for i, l := range lines {
		line := strings.ToLower(string(l.Reveal()))
		right.WriteString(line + "\n")
		switch i {
		case 0:
			typed.WriteString("\n" + line[:10] + "\n")
		case 1:
			typed.WriteString("?" + line[1:] + "\n" + string(lines[2].Reveal()) + "\n")
		case 2:
			typed.WriteString(line + "aa\n")
		case 3: // one character is wrong
			typed.WriteString(map[bool]string{true: "p", false: "q"}[line[0] == 'q'] + line[1:] + "\n")
		}
		typed.WriteString(line + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), right.Bytes(), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs(args[2]+".typed"), append(typed.Bytes(), '\n'), 0o600)) // and Enter: the six words
}

// TestWeak tells passphrases that are tried first from others.
func TestWeak(t *testing.T) {
	for _, p := range []string{"1234567890", "2026-11-28", "aaaaaaaaaaaa", "abababababab", "Password2026!", "custode2026", "qwertyuiop"} {
		if !weak(secret.FromString(p)) {
			t.Errorf("%q passes", p)
		}
	}
	for _, p := range []string{"tramonto lento", "dentist-bag-creek-cake-post-round", "il gatto di zia Pina"} {
		if weak(secret.FromString(p)) {
			t.Errorf("%q counts as weak", p)
		}
	}
	for _, lang := range i18n.Languages() {
		for range 200 {
			if p := keys.NewPassphrase(lang); weak(p) || longEnough(p, "") != nil {
				t.Errorf("generated, and weak: %s", p.Reveal())
			}
		}
	}
}

// TestBrokenKeys: what is wrong with the keys is said, on which file, and what
// helps; and no command makes it worse.
func TestBrokenKeys(t *testing.T) {
	made := filepath.Join(t.TempDir(), "keys")
	r, _, err := ring.Create(made, ring.CreateOptions{Name: "Ada", Passphrase: secret.FromString("a word of Ada's"), WorkFactor: 2, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	pass := filepath.Join(t.TempDir(), "pass")
	if err := os.WriteFile(pass, []byte("a word of Ada's\r\nsecond line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte(plugin.EncodeIdentity("absent", []byte("x"))), 0o600); err != nil {
		t.Fatal(err)
	}
	name := func(path string) string {
		rel, err := filepath.Rel(made, path)
		if err != nil {
			t.Fatal(err)
		}
		return rel
	}
	key, vault := name(r.People()[0].KeyFile), name(r.People()[0].VaultFile)
	cut := func(path string) error { return os.Truncate(path, 100) }
	for _, c := range []struct {
		file string
		ruin func(string) error
		args []string
		code int
		says string
	}{
		{"", nil, []string{"keys", "list"}, 0, ""},
		{"ring.json", cut, []string{"keys", "list"}, 65, "damaged"},
		{"ring.json", os.Remove, []string{"keys", "list"}, 65, "missing"},
		{"ring.json", os.Remove, []string{"keys", "init", "--passphrase-file", pass}, 65, "missing"},
		{key, cut, []string{"keys", "passphrase", "--passphrase-file", pass, "--new-passphrase-file", pass}, 65, "damaged"},
		{vault, cut, []string{"keys", "passphrase", "--passphrase-file", pass, "--new-passphrase-file", pass}, 65, "damaged"},
		{vault, os.Remove, []string{"keys", "add", "Bob", "--passphrase-file", pass, "--recipient", "age1x"}, 65, "missing"},
		{"", nil, []string{"keys", "add", "Bob", "--passphrase-file", pass, "--recipient", "age1x"}, 65, "no public key"},
		{"", nil, []string{"keys", "add", "Bob", "--passphrase-file", pass, "--recipient", plugin.EncodeRecipient("absent", []byte("x"))}, 66, "age-plugin-absent is not installed"},
		{"", nil, []string{"keys", "add", "Bob", "-i", token, "--recipient", "age1x"}, 66, "age-plugin-absent is not installed"},
		{"", nil, []string{"keys", "add", "ada", "--passphrase-file", pass, "--new-passphrase-file", pass}, 73, "among those"},
		{"", nil, []string{"keys", "add", "a/b", "--passphrase-file", pass, "--new-passphrase-file", pass}, 64, "1 to 40"},
		{"", nil, []string{"keys", "remove", "Ada", "--yes"}, 64, "the last way in"},
		{"", nil, []string{"keys", "remove", "Ada"}, 64, "no terminal"},
		{"", nil, []string{"keys", "remove", "Eve", "--yes"}, 66, "nobody of that name"},
		{"", nil, []string{"keys", "remove"}, 64, "say who"},
		{"", nil, []string{"keys", "passphrase"}, 77, "--passphrase-file"},
		{"", nil, []string{"keys", "passphrase", "--passphrase-file", pass}, 64, "--new-passphrase-file"},
		{"", nil, []string{"keys", "recover"}, 64, "--sheet-file"},
		{"", nil, []string{"keys", "recover", "--sheet-file", pass}, 65, "no recovery sheet"},
		{"", nil, []string{"keys", "init"}, 73, "keys already"},
	} {
		home := t.TempDir()
		if err := os.CopyFS(filepath.Join(home, "keys"), os.DirFS(made)); err != nil {
			t.Fatal(err)
		}
		if c.ruin != nil {
			if err := c.ruin(filepath.Join(home, "keys", c.file)); err != nil {
				t.Fatal(err)
			}
		}
		before := tree(t, filepath.Join(home, "keys"))
		got := custode(t, home, c.args...)
		said := strings.Join(strings.Fields(got.err), " ")
		if got.code != c.code || !strings.Contains(said, c.says) || c.file != "" && !strings.Contains(got.err, filepath.Base(c.file)) {
			t.Errorf("%q, %s: exit %d, %s", c.args, c.file, got.code, got.err)
		}
		if c.code == 0 {
			conform(t, custode(t, home, append(c.args, "--json")...).out)
		}
		if tree(t, filepath.Join(home, "keys")) != before {
			t.Errorf("%q, %s: the keys were changed", c.args, c.file)
		}
	}
}

// tree gives all that is in a folder as one text.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var out strings.Builder
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		out.WriteString(path + "\n" + string(b) + "\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}
