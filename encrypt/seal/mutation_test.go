package seal_test

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"filippo.io/age"

	"custode/encrypt/seal"
)

// TestMutationsTorture changes one bit, or cuts the file, at 600 places (20,000 with
// CUSTODE_TORTURE): each change is found, by each way of opening, nothing is
// released, and a cut is called a cut.
func TestMutationsTorture(t *testing.T) {
	rounds := 600
	if torture() {
		rounds = 20_000
	}
	rng := rand.New(rand.NewPCG(3, 4))
	k := hybrid(t)
	ids := []age.Identity{k.id}
	for _, n := range []int{0, 100, 65536, 2*65536 + 777, 5 * 65536} {
		sealed, s := sealBytes(t, content(n), seal.Options{}, k.to, hybrid(t).to)
		head := len(sealed) - n - 16*max(1, (n+65535)/65536)
		for i := range rounds / 5 {
			bad, cut := bytes.Clone(sealed), i%3 == 0
			at := rng.IntN(len(sealed))
			if i%2 == 0 { // the header is small: half of the changes go there
				at = rng.IntN(head)
			}
			if cut {
				bad = bad[:at]
			} else {
				bad[at] ^= 1 << rng.IntN(8)
			}
			size := int64(len(bad))
			var out bytes.Buffer
			_, err := seal.DecryptTo(t.Context(), &out, bytes.NewReader(bad), ids, seal.Options{Workers: 2})
			_, verr := seal.Verify(t.Context(), bytes.NewReader(bad), size, ids, seal.Options{NoPlain: true, NoCipher: true})
			cerr := s.Check(t.Context(), bytes.NewReader(bad), size, seal.Options{})
			r, oerr := seal.Open(bytes.NewReader(bad), size, ids...)
			if oerr == nil {
				_, oerr = io.ReadAll(io.NewSectionReader(r, 0, r.Size()))
			}
			if err == nil || verr == nil || cerr == nil || oerr == nil || out.Len() > 0 {
				t.Fatalf("%d bytes, change at %d of %d, cut %v: DecryptTo %v (%d bytes), Verify %v, Check %v, Open %v", n, at, len(sealed), cut, err, out.Len(), verr, cerr, oerr)
			}
			// (head counts the nonce.) What is left of the first chunk may be damaged or cut, nobody can tell.
			if first := at >= head+16 && at < head+min(n, 65536)+16; cut && !first && !errors.Is(err, seal.ErrTruncated) {
				t.Errorf("%d bytes, cut at %d of %d: %v", n, at, len(sealed), err)
			}
			if !errors.Is(cerr, seal.ErrDamaged) && !errors.Is(cerr, seal.ErrTruncated) {
				t.Errorf("Check, change at %d: %v", at, cerr)
			}
		}
	}
}

// FuzzDecrypt holds what we open, and what we refuse, to age itself.
func FuzzDecrypt(f *testing.F) {
	// A published test key: the same in every run, so that what was found stays found.
	id, err := age.ParseX25519Identity("AGE-SECRET-KEY-1EGTZVFFV20835NWYV6270LXYVK2VKNX2MMDKWYKLMGR48UAWX40Q2P2LM0")
	if err != nil {
		f.Fatal(err)
	}
	for _, n := range []int{0, 1, 300, 65536, 65537} {
		sealed, _ := sealBytes(f, content(n), seal.Options{}, id.Recipient())
		f.Add(sealed)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var theirs []byte
		r, theirErr := age.Decrypt(bytes.NewReader(b), id)
		if theirErr == nil {
			theirs, theirErr = io.ReadAll(r)
		}
		var out bytes.Buffer
		_, err := seal.DecryptTo(t.Context(), &out, bytes.NewReader(b), []age.Identity{id}, seal.Options{Workers: 2})
		armored := bytes.HasPrefix(bytes.TrimSpace(b), []byte("-----BEGIN AGE"))
		if (err == nil) != (theirErr == nil) && !armored {
			t.Fatalf("age says %v, we say %v", theirErr, err)
		}
		if err == nil && !armored && !bytes.Equal(out.Bytes(), theirs) || err != nil && out.Len() > 0 {
			t.Fatal("another content than age's")
		}
		_, _ = seal.Inspect(bytes.NewReader(b), int64(len(b)))
		if at, err := seal.Open(bytes.NewReader(b), int64(len(b)), id); err == nil {
			content, err := io.ReadAll(io.NewSectionReader(at, 0, at.Size()))
			if (err == nil) != (theirErr == nil) || err == nil && !bytes.Equal(content, theirs) {
				t.Fatalf("Open: age says %v, we say %v", theirErr, err)
			}
		}
	})
}
