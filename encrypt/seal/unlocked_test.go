package seal_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"

	"custode/encrypt/seal"
)

func passphrase(tb testing.TB) pair {
	tb.Helper()
	id, err := age.NewScryptIdentity("a long one")
	must(tb, err)
	to, err := age.NewScryptRecipient("a long one")
	must(tb, err)
	to.SetWorkFactor(4)
	return pair{id, to}
}

func unlocked(tb testing.TB, sealed []byte, ids ...age.Identity) seal.Unlocked {
	tb.Helper()
	u, err := seal.Unlock(bytes.NewReader(sealed), int64(len(sealed)), ids...)
	must(tb, err)
	return u
}

func expected(tb testing.TB, w seal.Rewrapped) func() (seal.Expected, error) {
	tb.Helper()
	e, err := w.Expect(tb.Context())
	must(tb, err)
	return func() (seal.Expected, error) { return e, nil }
}

// rewrapped is the file that Rewrap describes.
func rewrapped(w seal.Rewrapped, old []byte) []byte {
	return append(bytes.Clone(w.Header), old[w.From:]...)
}

// TestRewrap: from every kind of recipients to every other, the content stays byte
// for byte, the new keys open it, with the age library and with the program, and
// the old ones do not.
func TestRewrap(t *testing.T) {
	bin := stock(t, "age")
	dir := t.TempDir()
	kinds := map[string][]pair{
		"one hybrid": {hybrid(t)}, "three hybrid": {hybrid(t), hybrid(t), hybrid(t)},
		"one classic": {classic(t)}, "two classic": {classic(t), classic(t)}, "a passphrase": {passphrase(t)},
	}
	to := func(ps []pair) (out []age.Recipient) {
		for _, p := range ps {
			out = append(out, p.to)
		}
		return out
	}
	for _, n := range []int{0, 1, 64 << 10, 64<<10 + 1, 300_007} {
		plain := content(n)
		for from, before := range kinds {
			old, _ := sealBytes(t, plain, seal.Options{}, to(before)...)
			for kind, after := range kinds {
				u := unlocked(t, old, before[len(before)-1].id)
				w, err := u.Rewrap(to(after))
				if err != nil {
					t.Fatalf("%s to %s: %v", from, kind, err)
				}
				file := rewrapped(w, old)
				if got, want := file[len(w.Header):], old[len(old)-len(file)+len(w.Header):]; !bytes.Equal(got, want) || len(got) < 32 {
					t.Fatalf("%s to %s: the content is not the same", from, kind)
				}
				is, err := w.Check(t.Context(), bytes.NewReader(file), int64(len(file)), expected(t, w))
				if err != nil || is.Cipher != sha256.Sum256(file) || int64(len(file)) != w.SealedSize {
					t.Fatalf("%s to %s, %d bytes: %v", from, kind, n, err)
				}
				if now, err := seal.Verify(t.Context(), bytes.NewReader(file), int64(len(file)), []age.Identity{after[0].id}, seal.Options{}); err != nil ||
					now.Header != is.Header || now.Size != is.Size || is.SealedSize != now.SealedSize || now.Cipher != is.Cipher {
					t.Fatalf("%s to %s, %d bytes: %+v, %+v, %v", from, kind, n, is, now, err)
				}
				for _, p := range after {
					if !bytes.Equal(agePlain(t, file, p.id), plain) {
						t.Fatalf("%s to %s: something else was read", from, kind)
					}
				}
				if from != kind {
					_, err := age.Decrypt(bytes.NewReader(file), before[0].id)
					if _, none := errors.AsType[*age.NoIdentityMatchError](err); !none {
						t.Fatalf("%s to %s: with the old key: %v", from, kind, err)
					}
				}
				if n == 1 && kind != "a passphrase" {
					key, name := filepath.Join(dir, "key"), filepath.Join(dir, "file.age")
					must(t, errors.Join(os.WriteFile(key, []byte(fmt.Sprintln(after[0].id)), 0o600), os.WriteFile(name, file, 0o600)))
					if out, err := exec.Command(bin, "-d", "-i", key, name).Output(); err != nil || !bytes.Equal(out, plain) {
						t.Fatalf("%s to %s: age -d: %v", from, kind, err)
					}
				}
			}
		}
	}
}

// TestRewrapRefuses: what age would not seal to, and what can't be rewritten.
func TestRewrapRefuses(t *testing.T) {
	h, c, p := hybrid(t), classic(t), passphrase(t)
	old, _ := sealBytes(t, content(100), seal.Options{}, h.to)
	u := unlocked(t, old, h.id)
	for name, to := range map[string][]age.Recipient{"none": nil, "both kinds": {h.to, c.to}, "passphrase and key": {p.to, c.to}} {
		if _, err := u.Rewrap(to); err == nil {
			t.Errorf("%s: not refused", name)
		}
	}
	if _, err := seal.Unlock(bytes.NewReader(old), int64(len(old)), c.id); !errors.Is(err, seal.ErrNoMatch) {
		t.Errorf("the wrong key: %v", err)
	}
	var text bytes.Buffer
	w := armor.NewWriter(&text)
	_, err := w.Write(old)
	must(t, errors.Join(err, w.Close()))
	if _, err := unlocked(t, text.Bytes(), h.id).Rewrap([]age.Recipient{h.to}); !errors.Is(err, seal.ErrArmored) {
		t.Errorf("armored: %v", err)
	}
	good, err := u.Rewrap([]age.Recipient{h.to})
	must(t, err)
	e := expected(t, good)
	u.Forget()
	_, err = u.Rewrap([]age.Recipient{h.to})
	_, err2 := u.Decrypt(t.Context(), nil, seal.Options{})
	_, err3 := good.Check(t.Context(), bytes.NewReader(rewrapped(good, old)), good.SealedSize, e)
	for _, err := range []error{err, err2, err3} {
		if !errors.Is(err, seal.ErrForgotten) {
			t.Errorf("after Forget: %v", err)
		}
	}
}

// TestRewrapIsChecked: every bit of the header, bits all over the content, a file
// cut off, and the header of another file.
func TestRewrapIsChecked(t *testing.T) {
	h, c := hybrid(t), classic(t)
	old, _ := sealBytes(t, content(1<<20+5), seal.Options{}, h.to)
	u := unlocked(t, old, h.id)
	w, err := u.Rewrap([]age.Recipient{c.to})
	must(t, err)
	file := rewrapped(w, old)
	e := expected(t, w)
	check := func(b []byte) error {
		_, err := w.Check(t.Context(), bytes.NewReader(b), int64(len(b)), e)
		return err
	}
	must(t, check(file))
	must(t, check(file)) // as often as one likes
	for at := range file {
		if at > 300 && at%99_991 != 0 && at < len(file)-3 {
			continue
		}
		file[at] ^= 1 << (at % 8)
		if err := check(file); !errors.Is(err, seal.ErrDamaged) && !errors.Is(err, seal.ErrTruncated) {
			t.Fatalf("bit %d of byte %d: %v", at%8, at, err)
		}
		file[at] ^= 1 << (at % 8)
	}
	for _, n := range []int{0, 10, len(w.Header), len(file) - 1} {
		if err := check(file[:n]); err == nil {
			t.Errorf("cut off at %d: not found", n)
		}
	}
	other, err := u.Rewrap([]age.Recipient{c.to})
	must(t, err)
	if err := check(rewrapped(other, old)); !errors.Is(err, seal.ErrDamaged) {
		t.Errorf("another header: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Check(ctx, bytes.NewReader(file), int64(len(file)), e); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	if _, err := w.Expect(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	for _, n := range []int{len(old) - 1, len(old) - 1<<20} { // the old file lost its end meanwhile
		if w, err = unlocked(t, old, h.id).Rewrap([]age.Recipient{c.to}); err != nil {
			t.Fatal(err)
		}
		cut, err := seal.Unlock(bytes.NewReader(old[:n]), int64(len(old)), h.id)
		must(t, err)
		cutw, err := cut.Rewrap([]age.Recipient{c.to})
		must(t, err)
		if _, err := cutw.Expect(t.Context()); !errors.Is(err, seal.ErrTruncated) {
			t.Errorf("cut off at %d: %v", n, err)
		}
	}
	if _, err := w.Check(t.Context(), bytes.NewReader(file), int64(len(file)), func() (seal.Expected, error) { return seal.Expected{}, nil }); err == nil {
		t.Error("nothing was expected, and all was right")
	}
}

// TestUnlocked opens a file twice, the identities being asked once.
func TestUnlocked(t *testing.T) {
	h := hybrid(t)
	plain := content(200_000)
	old, sealed := sealBytes(t, plain, seal.Options{}, h.to)
	u := unlocked(t, old, h.id)
	for range 2 {
		var out bytes.Buffer
		s, err := u.Decrypt(t.Context(), &out, seal.Options{})
		if err != nil || !bytes.Equal(out.Bytes(), plain) || s.Plain != sealed.Plain || s.Cipher != sealed.Cipher {
			t.Fatal(err)
		}
	}
}

// TestReseal: a new key of its own, new recipients, the same content.
func TestReseal(t *testing.T) {
	h, c := hybrid(t), classic(t)
	for _, n := range sizes {
		plain := content(n)
		old, before := sealBytes(t, plain, seal.Options{}, h.to)
		for _, o := range []seal.Options{{}, {Workers: 1}, {NoPlain: true, NoCipher: true}} {
			var out bytes.Buffer
			u := unlocked(t, old, h.id)
			_, err := u.Reseal(t.Context(), io.Discard, []age.Recipient{c.to}, o)
			must(t, err)
			s, err := u.Reseal(t.Context(), &out, []age.Recipient{c.to, classic(t).to}, o)
			if err != nil {
				t.Fatalf("%d bytes: %v", n, err)
			}
			if s.Size != int64(n) || s.SealedSize != int64(out.Len()) || !o.NoPlain && s.Plain != before.Plain {
				t.Errorf("%d bytes: %+v", n, s)
			}
			if err := s.Check(t.Context(), bytes.NewReader(out.Bytes()), int64(out.Len()), o); err != nil {
				t.Errorf("%d bytes: %v", n, err)
			}
			if !bytes.Equal(agePlain(t, out.Bytes(), c.id), plain) {
				t.Fatalf("%d bytes: something else was read", n)
			}
			if n > 100 && bytes.Contains(out.Bytes(), old[len(old)-100:]) {
				t.Error("the old key was used again")
			}
		}
	}
}

// TestResealRefuses: a damaged file gives an error of its own, and so does a disk
// that is full; nobody waits for ever.
func TestResealRefuses(t *testing.T) {
	h := hybrid(t)
	old, _ := sealBytes(t, content(900_000), seal.Options{}, h.to)
	for _, at := range []int{len(old) - 1, len(old) / 2, len(old) - 890_000} {
		bad := bytes.Clone(old)
		bad[at] ^= 1
		if _, err := unlocked(t, bad, h.id).Reseal(t.Context(), io.Discard, []age.Recipient{h.to}, seal.Options{}); !errors.Is(err, seal.ErrDamaged) && !errors.Is(err, seal.ErrTruncated) {
			t.Errorf("a wrong bit at %d: %v", at, err)
		}
	}
	for _, n := range []int{10, 100_000, 800_000} {
		full := &limitedWriter{left: n}
		if _, err := unlocked(t, old, h.id).Reseal(t.Context(), full, []age.Recipient{h.to}, seal.Options{}); !errors.Is(err, errFull) {
			t.Errorf("full after %d bytes: %v", n, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := unlocked(t, old, h.id).Reseal(ctx, io.Discard, []age.Recipient{h.to}, seal.Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	u := unlocked(t, old, h.id)
	u.Forget()
	if _, err := u.Reseal(t.Context(), io.Discard, []age.Recipient{h.to}, seal.Options{}); !errors.Is(err, seal.ErrForgotten) {
		t.Errorf("after Forget: %v", err)
	}
}

var errFull = errors.New("full")

// limitedWriter takes so many bytes.
type limitedWriter struct{ left int }

func (w *limitedWriter) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		return 0, errFull
	}
	return len(b), nil
}
