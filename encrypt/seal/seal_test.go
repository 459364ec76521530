package seal_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"testing/iotest"

	"filippo.io/age"
	"filippo.io/age/armor"

	"custode/encrypt/seal"
)

// content is n bytes that look like noise and are always the same.
func content(n int) []byte {
	b := make([]byte, n)
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], uint64(n))
	_, _ = rand.NewChaCha8(key).Read(b)
	return b
}

func torture() bool { return os.Getenv("CUSTODE_TORTURE") != "" }

type pair struct {
	id age.Identity
	to age.Recipient
}

func hybrid(tb testing.TB) pair {
	tb.Helper()
	id, err := age.GenerateHybridIdentity()
	if err != nil {
		tb.Fatal(err)
	}
	return pair{id, id.Recipient()}
}

func classic(tb testing.TB) pair {
	tb.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		tb.Fatal(err)
	}
	return pair{id, id.Recipient()}
}

// sealBytes seals and expects no error.
func sealBytes(tb testing.TB, plain []byte, o seal.Options, to ...age.Recipient) ([]byte, seal.Sealed) {
	tb.Helper()
	var out bytes.Buffer
	s, err := seal.Seal(tb.Context(), &out, bytes.NewReader(plain), to, o)
	if err != nil {
		tb.Fatal(err)
	}
	return out.Bytes(), s
}

func agePlain(tb testing.TB, sealed []byte, id age.Identity) []byte {
	tb.Helper()
	r, err := age.Decrypt(bytes.NewReader(sealed), id)
	if err != nil {
		tb.Fatal(err)
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		tb.Fatal(err)
	}
	return plain
}

// sizes are those around the borders of chunks and pieces.
var sizes = []int{0, 1, 15, 16, 17, 65519, 65520, 65535, 65536, 65537, 131072, 131073, 4*65536 - 1, 4 * 65536, 4*65536 + 1, 8 * 65536, 3<<20 + 7}

// TestRound: for every size and number of workers, age opens it, and so do all
// the ways of opening; the digests are right.
func TestRound(t *testing.T) {
	h, c := hybrid(t), classic(t)
	for i, n := range sizes {
		for workers := range 4 {
			k := h
			if (i+workers)%2 == 0 {
				k = c
			}
			o := seal.Options{Workers: workers}
			plain := content(n)
			sealed, s := sealBytes(t, plain, o, k.to)
			if !bytes.Equal(agePlain(t, sealed, k.id), plain) {
				t.Fatalf("%d bytes, %d workers: age reads something else", n, workers)
			}
			if s.Size != int64(n) || s.SealedSize != int64(len(sealed)) || s.Plain != sha256.Sum256(plain) || s.Cipher != sha256.Sum256(sealed) {
				t.Fatalf("%d bytes, %d workers: %+v", n, workers, s)
			}
			opensEverywhere(t, plain, sealed, s, k)
		}
	}
}

func opensEverywhere(t *testing.T, plain, sealed []byte, s seal.Sealed, k pair) {
	t.Helper()
	o := seal.Options{Workers: int(s.Size % 3)}
	r, size, ids := bytes.NewReader(sealed), int64(len(sealed)), []age.Identity{k.id}
	if err := s.Check(t.Context(), r, size, o); err != nil {
		t.Fatalf("Check: %v", err)
	}
	got, err := seal.Verify(t.Context(), r, size, ids, o)
	if err != nil || got.Size != s.Size || got.SealedSize != s.SealedSize || got.Plain != s.Plain || got.Cipher != s.Cipher {
		t.Fatalf("Verify: %+v, %v", got, err)
	}
	var out bytes.Buffer
	if got, err = seal.Decrypt(t.Context(), &out, iotest.HalfReader(bytes.NewReader(sealed)), ids, o); err != nil || !bytes.Equal(out.Bytes(), plain) || got.Plain != s.Plain || got.Cipher != s.Cipher {
		t.Fatalf("Decrypt: %+v, %v", got, err)
	}
	out.Reset()
	if got, err = seal.DecryptTo(t.Context(), &out, r, ids, o); err != nil || !bytes.Equal(out.Bytes(), plain) || got.Plain != s.Plain {
		t.Fatalf("DecryptTo: %+v, %v", got, err)
	}
	at, err := seal.Open(r, size, ids...)
	if err != nil || at.Size() != s.Size {
		t.Fatalf("Open: %v", err)
	}
	if all, err := io.ReadAll(io.NewSectionReader(at, 0, at.Size())); err != nil || !bytes.Equal(all, plain) {
		t.Fatalf("ReadAt: %v", err)
	}
	info, err := seal.Inspect(r, size)
	if _, pq := k.id.(*age.HybridIdentity); err != nil || info.PayloadSize != s.Size || info.PostQuantum != pq || info.Armored || len(info.Stanzas) != 1 {
		t.Fatalf("Inspect: %+v, %v", info, err)
	}
}

// TestOpensAge: what age itself writes opens here, armored too.
func TestOpensAge(t *testing.T) {
	k := hybrid(t)
	for _, n := range sizes {
		plain := content(n)
		for _, armored := range []bool{false, true} {
			var file bytes.Buffer
			var dst io.Writer = &file
			var a io.WriteCloser
			if armored {
				a = armor.NewWriter(&file)
				dst = a
			}
			w, err := age.Encrypt(dst, k.to)
			if err != nil {
				t.Fatal(err)
			}
			_, err1 := w.Write(plain)
			if err := errors.Join(err1, w.Close()); err != nil {
				t.Fatal(err)
			}
			if armored {
				if err := a.Close(); err != nil {
					t.Fatal(err)
				}
			}
			var out bytes.Buffer
			got, err := seal.DecryptTo(t.Context(), &out, bytes.NewReader(file.Bytes()), []age.Identity{k.id}, seal.Options{Workers: 2})
			if err != nil || !bytes.Equal(out.Bytes(), plain) || got.Cipher != sha256.Sum256(file.Bytes()) || got.SealedSize != int64(file.Len()) {
				t.Fatalf("%d bytes, armored %v: %v", n, armored, err)
			}
			info, err := seal.Inspect(bytes.NewReader(file.Bytes()), int64(file.Len()))
			if err != nil || info.PayloadSize != int64(n) || info.Armored != armored {
				t.Fatalf("%d bytes, armored %v: %+v, %v", n, armored, info, err)
			}
			if _, err := seal.Open(bytes.NewReader(file.Bytes()), int64(file.Len()), k.id); armored != errors.Is(err, seal.ErrArmored) {
				t.Fatalf("Open of armored %v: %v", armored, err)
			}
		}
	}
}

func TestReadAt(t *testing.T) {
	k := hybrid(t)
	plain := content(5*65536 + 99)
	sealed, _ := sealBytes(t, plain, seal.Options{}, k.to)
	r, err := seal.Open(bytes.NewReader(sealed), int64(len(sealed)), k.id)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	for g := range 4 {
		go func() {
			rng := rand.New(rand.NewPCG(uint64(g), 7))
			for range 200 {
				off, n := rng.IntN(len(plain)+2), rng.IntN(3*65536)
				b := make([]byte, n)
				m, err := r.ReadAt(b, int64(off))
				want := plain[min(off, len(plain)):min(off+n, len(plain))]
				if !bytes.Equal(b[:m], want) || (m < n) != errors.Is(err, io.EOF) {
					done <- fmt.Errorf("ReadAt(%d, %d) = %d, %w", n, off, m, err)
					return
				}
			}
			done <- nil
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	if _, err := r.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("a negative offset passed")
	}
	bad := bytes.Clone(sealed)
	bad[len(bad)-3*65552] ^= 1
	if r, err = seal.Open(bytes.NewReader(bad), int64(len(bad)), k.id); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, len(plain))
	n, err := r.ReadAt(b, 0)
	if !errors.Is(err, seal.ErrDamaged) || !bytes.Equal(b[:n], plain[:n]) || !bytes.Equal(b[n:], make([]byte, len(b)-n)) {
		t.Errorf("of a damaged chunk: %d bytes, %v", n, err)
	}
}

// TestRecipients: age's rules hold, and nothing is written when they are broken.
func TestRecipients(t *testing.T) {
	h, c := hybrid(t), classic(t)
	pass, err := age.NewScryptRecipient("a passphrase")
	if err != nil {
		t.Fatal(err)
	}
	pass.SetWorkFactor(2)
	for name, to := range map[string][]age.Recipient{
		"none": {}, "mixed": {h.to, c.to}, "passphrase and key": {pass, c.to}, "two passphrases": {pass, pass},
		"one that wraps nothing": {c.to, idle{}}, "one that fails": {c.to, failing{}},
	} {
		var out bytes.Buffer
		if _, err := seal.Seal(t.Context(), &out, strings.NewReader("x"), to, seal.Options{}); err == nil || out.Len() > 0 {
			t.Errorf("%s: %d bytes, %v", name, out.Len(), err)
		}
	}
	sealed, _ := sealBytes(t, []byte("x"), seal.Options{}, pass)
	id, err := age.NewScryptIdentity("a passphrase")
	if err != nil {
		t.Fatal(err)
	}
	if string(agePlain(t, sealed, id)) != "x" {
		t.Error("the passphrase opens something else")
	}
	two := []age.Recipient{h.to, hybrid(t).to, hybrid(t).to}
	sealed, s := sealBytes(t, []byte("x"), seal.Options{}, two...)
	info, err := seal.Inspect(bytes.NewReader(sealed), int64(len(sealed)))
	if err != nil || len(info.Stanzas) != 3 || s.Check(t.Context(), bytes.NewReader(sealed), int64(len(sealed)), seal.Options{}) != nil {
		t.Errorf("three recipients: %+v, %v", info, err)
	}
	again, _ := sealBytes(t, []byte("x"), seal.Options{}, two...)
	if bytes.Equal(sealed[len(sealed)-17:], again[len(again)-17:]) {
		t.Error("the same file key twice")
	}
}
