package identity_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"
	"filippo.io/age/plugin"
	"golang.org/x/crypto/ssh"

	"custode/encrypt/identity"
	"custode/encrypt/keys"
	"custode/encrypt/seal"
	"custode/internal/secret"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func native(t *testing.T, text string) keys.Identity {
	t.Helper()
	id, err := keys.Parse(secret.FromString(text))
	must(t, err)
	return id
}

func pemOf(t *testing.T, key crypto.PrivateKey) []byte {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(key, "ada@example.com")
	must(t, err)
	return pem.EncodeToMemory(block)
}

func publicOf(t *testing.T, key crypto.Signer) string {
	t.Helper()
	p, err := ssh.NewPublicKey(key.Public())
	must(t, err)
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(p)))
}

// locked is a key file of SSH and its public half. Its passphrase is "word"; it
// was made with ssh-keygen -a 1, so that trying one takes no time.
func locked(t *testing.T) (file []byte, public string) {
	t.Helper()
	file, err := os.ReadFile("testdata/locked")
	must(t, err)
	line, err := os.ReadFile("testdata/locked.pub")
	must(t, err)
	return file, string(line)
}

// sealedWith is an age file of text for a passphrase.
func sealedWith(t *testing.T, text, passphrase string, armored bool) []byte {
	t.Helper()
	r, err := age.NewScryptRecipient(passphrase)
	must(t, err)
	r.SetWorkFactor(2)
	var b bytes.Buffer
	if !armored {
		_, err = seal.Seal(t.Context(), &b, strings.NewReader(text), []age.Recipient{r}, seal.Options{})
		must(t, err)
		return b.Bytes()
	}
	a := armor.NewWriter(&b)
	_, err = seal.Seal(t.Context(), a, strings.NewReader(text), []age.Recipient{r}, seal.Options{})
	must(t, err)
	must(t, a.Close())
	return b.Bytes()
}

// answers gives one passphrase after the other.
func answers(words ...string) func(int) (secret.Bytes, error) {
	return func(try int) (secret.Bytes, error) {
		if try >= len(words) {
			return secret.Bytes{}, errors.New("asked too often")
		}
		return secret.FromString(words[try]), nil
	}
}

// wide is a text as Windows PowerShell writes it into a file.
func wide(text string) []byte {
	out := []byte{0xff, 0xfe}
	for _, c := range []byte(text) {
		out = append(out, c, 0)
	}
	return out
}

// TestRoundTrip seals to the public half of each kind, and opens with the file.
func TestRoundTrip(t *testing.T) {
	x, err := age.GenerateX25519Identity()
	must(t, err)
	h, err := age.GenerateHybridIdentity()
	must(t, err)
	typed, err := keys.SheetLines(native(t, h.String()))
	must(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	r, err := rsa.GenerateKey(rand.Reader, 2048)
	must(t, err)
	lockedKey, lockedLine := locked(t)
	file := "# made for a test\n\n" + x.String() + "\r\n"
	for name, c := range map[string]struct {
		public string
		kind   identity.Kind
		file   []byte
		words  []string
	}{
		"classic":             {x.Recipient().String(), identity.Age, []byte(file), nil},
		"with a mark":         {x.Recipient().String(), identity.Age, []byte("\xef\xbb\xbf" + file), nil},
		"of PowerShell":       {x.Recipient().String(), identity.Age, wide(file), nil},
		"sheet, UTF-16":       {h.Recipient().String(), identity.Age, wide(fmt.Sprintf("%s\r\n%s\r\n%s\r\n%s\r\n", typed[0].Reveal(), typed[1].Reveal(), typed[2].Reveal(), typed[3].Reveal())), nil},
		"armored, UTF-16":     {x.Recipient().String(), identity.Age, wide(string(sealedWith(t, file, "word", true))), []string{"word"}},
		"UTF-16 inside":       {x.Recipient().String(), identity.Age, sealedWith(t, string(wide(file)), "word", false), []string{"word"}},
		"ed25519, UTF-16":     {publicOf(t, ed), identity.SSH, wide(string(pemOf(t, ed))), nil},
		"hybrid":              {h.Recipient().String(), identity.Age, []byte(h.String()), nil},
		"several":             {h.Recipient().String(), identity.Age, []byte(file + h.String()), nil},
		"a sheet":             {h.Recipient().String(), identity.Age, []byte(strings.ToLower(fmt.Sprintf("%s\n%s\n\n%s\r\n%s\n", typed[0].Reveal(), typed[1].Reveal(), typed[2].Reveal(), typed[3].Reveal()))), nil},
		"passphrase":          {x.Recipient().String(), identity.Age, sealedWith(t, file, "word", false), []string{"word"}},
		"passphrase, armored": {x.Recipient().String(), identity.Age, sealedWith(t, file, "word", true), []string{"wrong", "", "word"}},
		"ed25519":             {publicOf(t, ed), identity.SSH, pemOf(t, ed), nil},
		"ed25519, comment":    {publicOf(t, ed) + " ada@example.com", identity.SSH, pemOf(t, ed), nil},
		"ed25519, passphrase": {lockedLine, identity.SSH, lockedKey, []string{"wrong", "word"}},
		"rsa":                 {publicOf(t, r), identity.SSH, pemOf(t, r), nil},
	} {
		to, kind, err := identity.ParseRecipient(" "+c.public+"\n", nil)
		if err != nil || kind != c.kind {
			t.Fatalf("%s: %s, %v", name, kind, err)
		}
		var sealed, plain bytes.Buffer
		_, err = seal.Seal(t.Context(), &sealed, strings.NewReader("customers"), []age.Recipient{to}, seal.Options{})
		must(t, err)
		ids, err := identity.Parse(t.Context(), c.file, identity.Options{Passphrase: answers(c.words...)})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, err := seal.DecryptTo(t.Context(), &plain, bytes.NewReader(sealed.Bytes()), ids, seal.Options{}); err != nil || plain.String() != "customers" {
			t.Errorf("%s: %q, %v", name, plain.String(), err)
		}
		if s := fmt.Sprintf("%v %+v", ids, ids); strings.Contains(s, "SECRET-KEY-") {
			t.Errorf("%s prints: %s", name, s)
		}
	}
}

func TestRefused(t *testing.T) {
	x, err := age.GenerateX25519Identity()
	must(t, err)
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	ec, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	var toKey bytes.Buffer
	_, err = seal.Seal(t.Context(), &toKey, strings.NewReader(x.String()), []age.Recipient{x.Recipient()}, seal.Options{})
	must(t, err)
	locked, _ := locked(t)
	wrong := answers("a", "b", "c")
	for name, c := range map[string]struct {
		file []byte
		o    identity.Options
		want error
	}{
		"empty":                  {nil, identity.Options{}, identity.ErrFormat},
		"only remarks":           {[]byte("# nothing\n"), identity.Options{}, identity.ErrFormat},
		"a letter":               {[]byte("Dear Ada,\n"), identity.Options{}, identity.ErrFormat},
		"binary":                 {[]byte("\x00\xff\x00"), identity.Options{}, identity.ErrFormat},
		"a recipient":            {[]byte(x.Recipient().String()), identity.Options{}, identity.ErrPublic},
		"an SSH public key":      {[]byte(publicOf(t, ed)), identity.Options{}, identity.ErrPublic},
		"a bad plugin":           {[]byte("AGE-PLUGIN-X"), identity.Options{}, identity.ErrFormat},
		"elliptic":               {pemOf(t, ec), identity.Options{}, identity.ErrSSHKind},
		"broken PEM":             {[]byte("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n"), identity.Options{}, identity.ErrFormat},
		"nobody to ask":          {locked, identity.Options{}, identity.ErrLocked},
		"SSH, three wrong":       {locked, identity.Options{Passphrase: wrong}, identity.ErrPassphrase},
		"age, three wrong":       {sealedWith(t, x.String(), "word", true), identity.Options{Passphrase: wrong}, identity.ErrPassphrase},
		"age, nobody to ask":     {sealedWith(t, x.String(), "word", true), identity.Options{}, identity.ErrLocked},
		"sealed to a key":        {toKey.Bytes(), identity.Options{Passphrase: wrong}, identity.ErrSealed},
		"sealed, cut":            {sealedWith(t, x.String(), "word", false)[:190], identity.Options{Passphrase: answers("word")}, identity.ErrFormat},
		"sealed, a letter in it": {sealedWith(t, "Dear Ada", "word", false), identity.Options{Passphrase: answers("word")}, identity.ErrFormat},
		"huge":                   {bytes.Repeat([]byte("#\n"), identity.MaxSize), identity.Options{}, identity.ErrFormat},
	} {
		if _, err := identity.Parse(t.Context(), c.file, c.o); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	var line *keys.SheetError
	if _, err := identity.Parse(t.Context(), []byte(strings.ToUpper(mistyped(x.String()))), identity.Options{}); !errors.As(err, &line) || line.Line != 1 {
		t.Errorf("a typo: %v", err)
	}
	for text, want := range map[string]error{
		"": identity.ErrRecipient, "age1": identity.ErrRecipient, "age1x": identity.ErrRecipient, "hello": identity.ErrRecipient, "ssh-ed25519": identity.ErrRecipient, "ssh-ed25519 AAAA": identity.ErrRecipient,
		x.Recipient().String() + "\n" + x.Recipient().String(): identity.ErrRecipient, "age1pq1xyz": identity.ErrRecipient, "age1tag1xyz": identity.ErrRecipient, "age1yubikey1xyz": identity.ErrRecipient,
		x.String(): identity.ErrSecret, strings.ToLower(x.String()): identity.ErrSecret, string(locked[:40]): identity.ErrSecret,
		publicOf(t, ec): identity.ErrSSHKind, mistyped(x.Recipient().String()): identity.ErrRecipient,
	} {
		if _, _, err := identity.ParseRecipient(text, nil); !errors.Is(err, want) {
			t.Errorf("%.20q: %v, want %v", text, err, want)
		} else if len(text) > 20 && strings.Contains(err.Error(), text[10:20]) {
			t.Errorf("the error shows the text: %v", err)
		}
	}
}

// mistyped is a text with another last letter of bech32.
func mistyped(s string) string {
	last := "q"
	if strings.HasSuffix(strings.ToLower(s), last) {
		last = "p"
	}
	return s[:len(s)-1] + last
}

// TestMain lets this program be a plugin of age's, when it is called so.
func TestMain(m *testing.M) {
	if name := strings.TrimSuffix(filepath.Base(os.Args[0]), ".exe"); name == "age-plugin-house" {
		os.Exit(servePlugin())
	}
	os.Exit(m.Run())
}

// servePlugin is a token that seals with a key known to all and asks for a PIN.
func servePlugin() int {
	p, err := plugin.New("house")
	if err != nil {
		return 1
	}
	id, err := age.ParseX25519Identity("AGE-SECRET-KEY-184JMZMVQH3E6U0PSL869004Y3U2NYV7R30EU99CSEDNPH02YUVFSZW44VU") // made up, published with age
	if err != nil {
		return 1
	}
	p.HandleRecipient(func([]byte) (age.Recipient, error) { return id.Recipient(), nil })
	p.HandleIdentity(func([]byte) (age.Identity, error) { return pinned{id, p}, nil })
	return p.Main()
}

type pinned struct {
	age.Identity
	p *plugin.Plugin
}

func (i pinned) Unwrap(s []*age.Stanza) ([]byte, error) {
	pin, err := i.p.RequestValue("your PIN", true)
	if err != nil || pin != "0815" {
		return nil, errors.New("wrong PIN")
	}
	return i.Identity.Unwrap(s)
}

func TestPlugin(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a link will not do there")
	}
	self, err := os.Executable()
	must(t, err)
	bin := t.TempDir()
	must(t, os.Symlink(self, filepath.Join(bin, "age-plugin-house")))
	t.Setenv("PATH", bin+string(os.PathListSeparator)+os.Getenv("PATH"))
	if _, err := exec.LookPath("age-plugin-house"); err != nil {
		t.Fatal(err)
	}
	to, kind, err := identity.ParseRecipient(plugin.EncodeRecipient("house", []byte("x")), nil)
	if err != nil || kind != identity.Plugin {
		t.Fatal(kind, err)
	}
	var sealed bytes.Buffer
	_, err = seal.Seal(t.Context(), &sealed, strings.NewReader("customers"), []age.Recipient{to}, seal.Options{})
	must(t, err)
	for pin, want := range map[string]error{"0815": nil, "4711": seal.ErrIdentity} {
		asked := ""
		ui := &plugin.ClientUI{RequestValue: func(name, prompt string, secret bool) (string, error) {
			asked = fmt.Sprint(name, prompt, secret)
			return pin, nil
		}}
		ids, err := identity.Parse(t.Context(), []byte("# token\n"+plugin.EncodeIdentity("house", []byte("x"))+"\n"), identity.Options{UI: ui})
		must(t, err)
		var plain bytes.Buffer
		_, err = seal.DecryptTo(t.Context(), &plain, bytes.NewReader(sealed.Bytes()), ids, seal.Options{})
		if !errors.Is(err, want) || want == nil && plain.String() != "customers" || asked != "houseyour PINtrue" {
			t.Errorf("%s: %v, %q, asked %q", pin, err, plain.String(), asked)
		}
	}
	ids, err := identity.Parse(t.Context(), []byte(plugin.EncodeIdentity("absent", []byte("x"))), identity.Options{})
	must(t, err)
	_, err = seal.DecryptTo(t.Context(), &bytes.Buffer{}, bytes.NewReader(sealed.Bytes()), ids, seal.Options{})
	var none *plugin.NotFoundError
	if !errors.As(err, &none) || none.Name != "absent" {
		t.Errorf("a plugin that is not there: %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("AGE-SECRET-KEY-1"))
	f.Add([]byte("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n"))
	f.Add([]byte("age-encryption.org/v1\n-> scrypt AAAA 2\nAAAA\n--- AAAA\n"))
	f.Add([]byte("AGE-PLUGIN-X-1"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, _ = identity.Parse(t.Context(), raw, identity.Options{})
		_, _, _ = identity.ParseRecipient(string(raw), nil)
	})
}
