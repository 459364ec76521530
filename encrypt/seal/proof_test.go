package seal_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"testing"
	"testing/iotest"

	"filippo.io/age"

	"custode/encrypt/seal"
)

// TestCheckSum: the digest that Seal left out is made while the file is read back.
func TestCheckSum(t *testing.T) {
	k := hybrid(t)
	for _, n := range sizes {
		sealed, s := sealBytes(t, content(n), seal.Options{NoCipher: true}, k.to)
		if s.Cipher != [32]byte{} {
			t.Fatal("Seal made the digest that nobody wanted")
		}
		got, err := s.CheckSum(t.Context(), bytes.NewReader(sealed), int64(len(sealed)), seal.Options{})
		if err != nil || got.Cipher != sha256.Sum256(sealed) || got.Plain != sha256.Sum256(content(n)) || got.Size != int64(n) {
			t.Fatalf("%d bytes: %+v, %v", n, got, err)
		}
		head := sealed[:len(sealed)-n-16*max(1, (n+65535)/65536)]
		seen, err := seal.Verify(t.Context(), bytes.NewReader(sealed), int64(len(sealed)), []age.Identity{k.id}, seal.Options{NoPlain: true, NoCipher: true})
		if err != nil || s.Header != sha256.Sum256(head) || seen.Header != s.Header {
			t.Fatalf("%d bytes: the header is %x, %x in the end, %v", n, s.Header, seen.Header, err)
		}
		sealed[len(sealed)-1] ^= 1
		if got, err = s.CheckSum(t.Context(), bytes.NewReader(sealed), int64(len(sealed)), seal.Options{}); err == nil || got.Cipher != [32]byte{} {
			t.Fatalf("%d bytes, damaged: %x, %v", n, got.Cipher, err)
		}
	}
}

// TestPlainUpTo: content that is longer has no digest, neither here nor there.
func TestPlainUpTo(t *testing.T) {
	k := classic(t)
	for _, n := range []int{0, 99_999, 100_000, 100_001, 3 << 20} {
		for workers := 1; workers < 3; workers++ {
			o := seal.Options{Workers: workers, PlainUpTo: 100_000}
			sealed, s := sealBytes(t, content(n), o, k.to)
			want := sha256.Sum256(content(n))
			if n > 100_000 {
				want = [32]byte{}
			}
			got, err := seal.Verify(t.Context(), bytes.NewReader(sealed), int64(len(sealed)), []age.Identity{k.id}, o)
			if err != nil || s.Plain != want || got.Plain != want || got.Cipher != s.Cipher || got.Cipher != sha256.Sum256(sealed) {
				t.Errorf("%d bytes: %+v, %+v, %v", n, s, got, err)
			}
		}
	}
}

// TestSame: Same knows the content, also when the key is forgotten, and no other.
func TestSame(t *testing.T) {
	k := classic(t)
	for _, n := range sizes {
		plain := content(n)
		_, s := sealBytes(t, plain, seal.Options{NoPlain: true, NoCipher: true}, k.to)
		s.Forget()
		same := func(r io.Reader) bool {
			t.Helper()
			ok, err := s.Same(t.Context(), r)
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if !same(bytes.NewReader(plain)) || !same(iotest.HalfReader(bytes.NewReader(plain))) {
			t.Errorf("%d bytes: the same content is not the same", n)
		}
		if same(bytes.NewReader(append(bytes.Clone(plain), 0))) {
			t.Errorf("%d bytes: one more passed", n)
		}
		for _, at := range []int{0, n / 2, n - 1} {
			if n == 0 {
				continue
			}
			bad := bytes.Clone(plain)
			bad[at] ^= 1
			if same(bytes.NewReader(bad)) || same(bytes.NewReader(plain[:at])) {
				t.Errorf("%d bytes, changed or cut at %d: passed", n, at)
			}
		}
		if n > 65536*2 {
			swapped := bytes.Clone(plain)
			copy(swapped, plain[65536:131072])
			copy(swapped[65536:], plain[:65536])
			if same(bytes.NewReader(swapped)) {
				t.Errorf("%d bytes: two chunks in another order passed", n)
			}
		}
		if _, err := s.Same(t.Context(), iotest.ErrReader(errDisk)); !errors.Is(err, errDisk) {
			t.Errorf("of a disk that fails: %v", err)
		}
	}
	if _, err := (seal.Sealed{}).Same(t.Context(), bytes.NewReader(nil)); !errors.Is(err, seal.ErrForgotten) {
		t.Errorf("of what was not sealed: %v", err)
	}
}

// TestOpenOwn reaches any place of what was sealed with the file's own key, more than
// once, and hands the content on while it checks.
func TestOpenOwn(t *testing.T) {
	plain := content(200_000)
	var out bytes.Buffer
	s, err := seal.Seal(t.Context(), &out, bytes.NewReader(plain), []age.Recipient{hybrid(t).to}, seal.Options{NoCipher: true})
	must(t, err)
	for range 2 {
		r, err := s.Open(bytes.NewReader(out.Bytes()), int64(out.Len()))
		must(t, err)
		b := make([]byte, 1000)
		if _, err := r.ReadAt(b, 150_000); err != nil || !bytes.Equal(b, plain[150_000:151_000]) {
			t.Error(err)
		}
		var again bytes.Buffer
		got, err := s.CheckTo(t.Context(), &again, bytes.NewReader(out.Bytes()), int64(out.Len()), seal.Options{})
		if err != nil || !bytes.Equal(again.Bytes(), plain) || got.Cipher != sha256.Sum256(out.Bytes()) {
			t.Error(err)
		}
	}
	bad := bytes.Clone(out.Bytes())
	bad[100] ^= 1
	if _, err := s.Open(bytes.NewReader(bad), int64(len(bad))); !errors.Is(err, seal.ErrDamaged) {
		t.Error(err)
	}
	if _, err := s.Open(bytes.NewReader(out.Bytes()), int64(out.Len())-1); err == nil {
		t.Error("cut off, and opened")
	}
	s.Forget()
	if _, err := s.Open(bytes.NewReader(out.Bytes()), int64(out.Len())); !errors.Is(err, seal.ErrForgotten) {
		t.Error(err)
	}
}
