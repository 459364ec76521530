package keys_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"

	"filippo.io/age"
	"filippo.io/age/agessh"
	"filippo.io/age/armor"
	"golang.org/x/crypto/ssh"

	"custode/encrypt/keys"
	"custode/encrypt/seal"
	"custode/internal/secret"
)

const low = 2 // the work factor of scrypt in tests

var kinds = []keys.Kind{keys.Hybrid, keys.Classic}

func TestGenerate(t *testing.T) {
	for _, k := range kinds {
		id := generate(t, k)
		text := string(id.Text().Reveal())
		if !strings.HasPrefix(text, keys.SheetPrefix(k)) || id.Kind() != k || same(id, generate(t, k)) {
			t.Fatalf("kind %d is not what it should be", k)
		}
		public := fmt.Sprint(id.Recipient())
		if want := map[keys.Kind]string{keys.Hybrid: "age1pq1", keys.Classic: "age1"}[k]; !strings.HasPrefix(public, want) {
			t.Errorf("recipient %.20s", public)
		}
		stock, err := age.ParseIdentities(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r, err := keys.ParseRecipient(public)
		if err != nil || fmt.Sprint(r) != public {
			t.Fatal(err)
		}
		var sealed bytes.Buffer
		if _, err := seal.Seal(t.Context(), &sealed, strings.NewReader("for both"), []age.Recipient{id.Recipient(), r}, seal.Options{}); err != nil {
			t.Fatal(err)
		}
		for name, ids := range map[string][]age.Identity{"ours": {id}, "stock": stock} {
			var plain strings.Builder
			if _, err := seal.DecryptTo(t.Context(), &plain, bytes.NewReader(sealed.Bytes()), ids, seal.Options{}); err != nil || plain.String() != "for both" {
				t.Errorf("%s: %q, %v", name, plain.String(), err)
			}
		}
		// An identity that only computes blames the file, not itself.
		bad := bytes.Replace(sealed.Bytes(), []byte("-> "), []byte("-> X25519 AAAA\n\n-> mlkem768x25519 AAAA\n\n-> "), 1)
		if _, err := seal.Verify(t.Context(), bytes.NewReader(bad), int64(len(bad)), []age.Identity{id}, seal.Options{}); !errors.Is(err, seal.ErrDamaged) {
			t.Errorf("a stanza that no tool writes: %v", err)
		}
	}
}

func TestParse(t *testing.T) {
	id := generate(t, keys.Hybrid)
	text := string(id.Text().Reveal())
	for name, s := range map[string]string{"empty": "", "public": fmt.Sprint(id.Recipient()), "cut": text[:len(text)-1], "a typo": text[:30] + "B" + text[31:], "two": text + "\n" + text, "blank": text + " "} {
		if _, err := keys.Parse(secret.FromString(s)); err != keys.ErrKey { //nolint:errorlint // nothing of the key may be wrapped in it
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, s := range map[string]string{"empty": "", "a secret": text, "a typo": "age1pq1qqqq"} {
		if _, err := keys.ParseRecipient(s); err != keys.ErrRecipient { //nolint:errorlint // the same
			t.Errorf("recipient, %s: %v", name, err)
		}
	}
}

func TestFingerprint(t *testing.T) {
	id, err := age.ParseX25519Identity("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0")
	if err != nil {
		t.Fatal(err)
	}
	got := keys.Fingerprint(id.Recipient())
	if got != keys.Fingerprint(id.Recipient()) || !regexp.MustCompile(`^([Q-Z02-9ACEFGHJKLMNP]{4}-){3}[0-9A-Z]{4}$`).MatchString(got) {
		t.Errorf("fingerprint %s", got)
	}
	if want := "N6W0-22CE-M2J5-NV50"; got != want { // printed on sheets: it must stay the same
		t.Errorf("fingerprint %s, want %s", got, want)
	}
}

func TestWrap(t *testing.T) {
	pass := secret.FromString("pane-burro-e-alici")
	for _, k := range kinds {
		id := generate(t, k)
		file, err := keys.Wrap(id, pass, low)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := keys.Unwrap(file, pass); err != nil || !same(got, id) {
			t.Fatalf("Unwrap: %v", err)
		}
		if bytes.Contains(file, id.Text().Reveal()[20:40]) || !bytes.HasPrefix(file, []byte(armor.Header)) {
			t.Error("the file is not what it should be")
		}
		for name, c := range map[string]struct {
			file []byte
			pass string
			want error
		}{
			"another passphrase": {file, "pane-burro-e-acciughe", seal.ErrNoMatch}, "no passphrase": {file, "", keys.ErrPassphrase},
			"cut": {file[:35+65*3], "pane-burro-e-alici", seal.ErrTruncated}, "empty": {nil, "x", seal.ErrTruncated},
			"another file": {[]byte("lista della spesa"), "x", seal.ErrNotSealed},
		} {
			if _, err := keys.Unwrap(c.file, secret.FromString(c.pass)); !errors.Is(err, c.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, n := range []int{0, -1, 21, 64} {
			if _, err := keys.Wrap(id, pass, n); !errors.Is(err, keys.ErrWorkFactor) {
				t.Errorf("work factor %d: %v", n, err)
			}
		}
		if _, err := keys.Wrap(id, secret.Bytes{}, low); !errors.Is(err, keys.ErrPassphrase) {
			t.Errorf("an empty passphrase: %v", err)
		}
		id.Wipe()
		if _, err := keys.Wrap(id, pass, low); !errors.Is(err, keys.ErrWiped) {
			t.Errorf("a wiped identity: %v", err)
		}
	}
}

// TestWrapTo: a manager by key, by SSH key, two people in one file.
func TestWrapTo(t *testing.T) {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	sshID, err := agessh.NewEd25519Identity(private)
	if err != nil {
		t.Fatal(err)
	}
	public, err := ssh.NewPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	sshTo, err := agessh.NewEd25519Recipient(public)
	if err != nil {
		t.Fatal(err)
	}
	a, b, h := generate(t, keys.Classic), generate(t, keys.Classic), generate(t, keys.Hybrid)
	for _, k := range kinds {
		vault := generate(t, k)
		for name, c := range map[string]struct {
			to   []age.Recipient
			with []age.Identity
		}{
			"SSH": {[]age.Recipient{sshTo}, []age.Identity{sshID}}, "SSH and key": {[]age.Recipient{sshTo, a.Recipient()}, []age.Identity{sshID, a}},
			"two people": {[]age.Recipient{a.Recipient(), b.Recipient()}, []age.Identity{a, b}}, "hybrid": {[]age.Recipient{h.Recipient()}, []age.Identity{h}},
		} {
			file, err := keys.WrapTo(vault, c.to...)
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			for _, id := range c.with {
				if got, err := keys.UnwrapWith(file, id); err != nil || !same(got, vault) {
					t.Errorf("%s: %v", name, err)
				}
			}
			if _, err := keys.UnwrapWith(file, generate(t, k)); !errors.Is(err, seal.ErrNoMatch) {
				t.Errorf("%s, a stranger: %v", name, err)
			}
		}
	}
	if _, err := keys.WrapTo(h); err == nil {
		t.Error("for nobody")
	}
	var other bytes.Buffer
	if _, err := seal.Seal(t.Context(), &other, strings.NewReader("# a note\n\n"), []age.Recipient{h.Recipient()}, seal.Options{}); err != nil {
		t.Fatal(err)
	}
	if _, err := keys.UnwrapWith(other.Bytes(), h); !errors.Is(err, keys.ErrKey) {
		t.Errorf("no key inside: %v", err)
	}
}

// TestWrappedIsStock reads a wrapped identity the way the program age does.
func TestWrappedIsStock(t *testing.T) {
	for _, k := range kinds {
		id := generate(t, k)
		file, err := keys.Wrap(id, secret.FromString("x"), low)
		if err != nil {
			t.Fatal(err)
		}
		pass, err := age.NewScryptIdentity("x")
		if err != nil {
			t.Fatal(err)
		}
		r, err := age.Decrypt(armor.NewReader(bytes.NewReader(file)), pass)
		if err != nil {
			t.Fatal(err)
		}
		ids, err := age.ParseIdentities(r)
		if err != nil || len(ids) != 1 || fmt.Sprint(ids[0]) != string(id.Text().Reveal()) {
			t.Fatalf("%d identities, %v", len(ids), err)
		}
	}
}

func TestPassphrase(t *testing.T) {
	files := map[string]uint32{"en": 0xc1dbd296, "it": 0x2fc7d07e} // as BIP-39 has them
	for lang, crc := range files {
		b, err := os.ReadFile("words/" + lang + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		list := strings.Fields(string(b))
		index := map[string]int{}
		for i, w := range list {
			index[w] = i
			if !regexp.MustCompile(`^[a-z]{3,9}$`).MatchString(w) {
				t.Errorf("%s: %q is hard to type", lang, w)
			}
		}
		if crc32.ChecksumIEEE(b) != crc || len(index) != 2048 {
			t.Fatalf("%s: %d different words, CRC %x", lang, len(index), crc32.ChecksumIEEE(b))
		}
		// 6 words × 11 bits: each bit of each word is set half of the time, within
		// seven standard deviations, each word comes, and none three times as often
		// as it should.
		const rounds = 10_000
		var bits [6][11]int
		often := map[string]int{}
		for range rounds {
			words := strings.Split(string(keys.NewPassphrase(lang).Reveal()), "-")
			if len(words) != keys.PassphraseWords || keys.PassphraseWords != 6 {
				t.Fatalf("%d words", len(words))
			}
			for i, w := range words {
				n, ok := index[w]
				if !ok {
					t.Fatalf("%q is not in the list", w)
				}
				often[w]++
				for b := range 11 {
					bits[i][b] += n >> b & 1
				}
			}
		}
		for i, word := range bits {
			for b, n := range word {
				if d := n - rounds/2; d*d > 49*rounds/4 {
					t.Errorf("%s: bit %d of word %d is set %d times of %d", lang, b, i, n, rounds)
				}
			}
		}
		for w, n := range often {
			if len(often) != 2048 || n > 3*6*rounds/2048 {
				t.Fatalf("%s: %d words seen, %q %d times", lang, len(often), w, n)
			}
		}
	}
}

func TestTyped(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		p := keys.NewPassphrase(lang)
		s := string(p.Reveal())
		for _, typed := range []string{s, strings.ToUpper(s), " " + strings.ReplaceAll(s, "-", " ") + "\n", strings.ReplaceAll(s, "-", "  -  "), strings.ReplaceAll(s, "-", "\t")} {
			if got := keys.Typed(secret.FromString(typed)); !got.Equal(p) {
				t.Errorf("%s: a way of typing is not known", lang)
			}
		}
	}
	for _, own := range []string{"", " my Own-Phrase ", "Six Words But Not Our List", "abandon ability able about above", "abandon ability able about above abaco", "abandon-ability-able-about-above-absent-absorb"} {
		if got := keys.Typed(secret.FromString(own)); string(got.Reveal()) != own {
			t.Errorf("%q became %q", own, got.Reveal())
		}
	}
}

// TestNothingPrints: neither the key nor its 32 bytes in any way of printing.
func TestNothingPrints(t *testing.T) {
	id := generate(t, keys.Hybrid)
	text := string(id.Text().Reveal())
	leaks := func(out string) bool {
		for _, shape := range []string{text, text[25:50], fmt.Sprintf("%x", text)[40:80], fmt.Sprintf("%X", text)[40:80], fmt.Sprintf("%d", []byte(text))[30:80], fmt.Sprintf("%#v", []byte(text))[60:120]} {
			if strings.Contains(out, shape) {
				return true
			}
		}
		return false
	}
	type holder struct {
		Out keys.Identity
		in  keys.Identity
		ptr *keys.Identity
	}
	lines, err := keys.SheetLines(id)
	if err != nil {
		t.Fatal(err)
	}
	for name, v := range map[string]any{"value": id, "pointer": &id, "struct": holder{id, id, &id}, "list": []keys.Identity{id}, "map": map[string]keys.Identity{"a": id}, "sheet": lines, "passphrase": keys.NewPassphrase("it"), "error": fmt.Errorf("x %v", id)} {
		for _, flags := range []string{"", "+", "#", "0"} {
			for verb := byte('A'); verb <= 'z'; verb++ {
				if out := fmt.Sprintf("%"+flags+string(verb), v); leaks(out) {
					t.Fatalf("%s with %%%s%c: %s", name, flags, verb, out)
				}
			}
		}
		if out, err := json.Marshal(v); err != nil || leaks(string(out)) {
			t.Errorf("%s: %s, %v", name, out, err)
		}
		var b bytes.Buffer
		for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
			slog.New(h).Info("x", "key", v)
		}
		if leaks(b.String()) {
			t.Errorf("%s: %s", name, b.String())
		}
	}
	if !leaks(fmt.Sprintf("%d", id.Text().Reveal())) || !leaks(string(id.Text().Reveal())) {
		t.Error("the test cannot fail")
	}
	func() {
		defer func() {
			if v := fmt.Sprint(recover()); v != secret.Mask {
				t.Errorf("a panic says %.10s", v)
			}
		}()
		panic(id)
	}()
}

func TestWipe(t *testing.T) {
	id := generate(t, keys.Hybrid)
	other, raw := id, id.Text().Reveal()
	other.Wipe()
	if id.Text().Len() > 0 || id.Recipient() != nil || !bytes.Equal(raw, make([]byte, len(raw))) {
		t.Error("the key is still there")
	}
	if _, err := id.Unwrap(nil); !errors.Is(err, keys.ErrWiped) {
		t.Errorf("Unwrap: %v", err)
	}
	var none keys.Identity
	none.Wipe()
	if none.Native() || none.Recipient() != nil {
		t.Error("the zero identity is something")
	}
	if _, err := none.Unwrap(nil); !errors.Is(err, keys.ErrWiped) {
		t.Errorf("Unwrap of the zero identity: %v", err)
	}
	_, _ = io.WriteString(io.Discard, none.String())
}
