package verify_test

import (
	"bytes"
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"filippo.io/age"

	"custode/encrypt/catalogue"
	"custode/encrypt/disk"
	"custode/encrypt/disk/crashdisk"
	"custode/encrypt/seal"
	"custode/encrypt/verify"
	"custode/internal/crashfs"
)

var key = catalogue.NewKey([]byte("a home"))

func newKey(t *testing.T) *age.X25519Identity {
	t.Helper()
	id, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// sealedFile gives an age file and what the catalogue knows of it.
func sealedFile(t *testing.T, path string, plain []byte, to *age.X25519Identity) ([]byte, catalogue.Entry) {
	t.Helper()
	var b bytes.Buffer
	s, err := seal.Seal(t.Context(), &b, bytes.NewReader(plain), []age.Recipient{to.Recipient()}, seal.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s.Forget()
	return b.Bytes(), catalogue.Entry{Path: path, Size: s.Size, SealedSize: s.SealedSize, Cipher: s.Cipher, Header: s.Header, Plain: key.Keyed(s.Plain)}
}

// TestTroubles has each thing happen to a file that may, and holds both ways of
// looking to what they say of it.
func TestTroubles(t *testing.T) {
	id, stranger := newKey(t), newKey(t)
	plain := bytes.Repeat([]byte("Anna;055 0100\n"), 12_000)
	const path = "/s/a.age"
	whole, e := sealedFile(t, path, plain, id)
	anew, _ := sealedFile(t, path, plain, id)
	other, _ := sealedFile(t, path, bytes.Replace(plain, []byte("Anna"), []byte("Bice"), 1), id)
	theirs, _ := sealedFile(t, path, plain, stranger)
	flipped := bytes.Clone(whole)
	flipped[len(whole)/2] ^= 4
	for _, c := range []struct {
		name           string
		data           []byte // nil: not there
		set            func(f *crashfs.FS) error
		keyless, opens verify.Trouble
		anew           bool
	}{
		{name: "whole", data: whole},
		{name: "gone", keyless: verify.Missing, opens: verify.Missing},
		{name: "empty", data: []byte{}, keyless: verify.Cut, opens: verify.Cut},
		{name: "cut in the header", data: whole[:100], keyless: verify.Cut, opens: verify.Cut},
		{name: "cut in a chunk", data: whole[:100_000], keyless: verify.Cut, opens: verify.Cut},
		{name: "cut by a byte", data: whole[:len(whole)-1], keyless: verify.Cut, opens: verify.Cut},
		{name: "a bit", data: flipped, keyless: verify.Damaged, opens: verify.Damaged},
		{name: "more behind it", data: append(bytes.Clone(whole), 'x'), keyless: verify.Replaced, opens: verify.Damaged},
		{name: "zeros", data: make([]byte, len(whole)), keyless: verify.Overwritten, opens: verify.Overwritten},
		{name: "scrambled, shorter", data: bytes.Repeat([]byte("?"), 50), keyless: verify.Overwritten, opens: verify.Overwritten},
		{name: "scrambled, longer", data: bytes.Repeat([]byte("?"), 200_000), keyless: verify.Overwritten, opens: verify.Overwritten},
		{name: "sealed again", data: anew, keyless: verify.Damaged, anew: true},
		{name: "other content", data: other, keyless: verify.Damaged, opens: verify.Changed},
		{name: "another's", data: theirs, keyless: verify.Damaged, opens: verify.NoKey},
		{
			name: "a link", keyless: verify.Unreadable, opens: verify.Unreadable,
			set: func(f *crashfs.FS) error { return f.Put(path, []byte("b"), fs.ModeSymlink|0o777) },
		},
		{
			name: "not to be read", data: whole, keyless: verify.Unreadable, opens: verify.Unreadable,
			set: func(f *crashfs.FS) error { return f.Chmod(path, 0) },
		},
		{
			name: "a disk that fails", data: whole, keyless: verify.Unreadable, opens: verify.Unreadable,
			set: func(f *crashfs.FS) error {
				f.Inject(crashfs.Fault{Op: crashfs.OpRead, N: 1, Err: syscall.EIO, Sticky: true})
				return nil
			},
		},
	} {
		for _, ids := range [][]age.Identity{nil, {id}} {
			f := crashfs.New(crashfs.Options{})
			err := f.Mkdir("/s")
			if c.data != nil {
				err = errors.Join(err, f.Put(path, c.data, 0o600))
			}
			if c.set != nil {
				err = errors.Join(err, c.set(f))
			}
			if err != nil {
				t.Fatal(err)
			}
			want := c.keyless
			if ids != nil {
				want = c.opens
			}
			got := verify.Verifier{FS: crashdisk.Disk{FS: f}, With: ids, Key: key, Workers: 1}.Known(t.Context(), e)
			if got.Trouble != want || got.Path != path || (got.Anew != nil) != (c.anew && ids != nil) {
				t.Errorf("%s, %d keys: %+v", c.name, len(ids), got)
			}
		}
	}
}

// TestLarge: a very large file has no digest of its content. It is known by its
// header; of another one it is not claimed that it holds the same, or something else.
func TestLarge(t *testing.T) {
	id := newKey(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "a.age")
	plain := bytes.Repeat([]byte("Anna;055 0100\n"), 12_000)
	whole, e := sealedFile(t, path, plain, id)
	again, _ := sealedFile(t, path, plain, id)
	longer, _ := sealedFile(t, path, append(plain, '\n'), id)
	e.Plain = [32]byte{}
	for want, b := range map[verify.Trouble][]byte{"": whole, verify.Replaced: again, verify.Changed: longer} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		got := verify.Verifier{FS: disk.Real{}, With: []age.Identity{id}, Key: key}.Known(t.Context(), e)
		if got.Trouble != want || got.Anew != nil {
			t.Errorf("want %q: %+v", want, got)
		}
	}
}

// TestUnknown takes up a file that the catalogue does not know, and then knows it.
func TestUnknown(t *testing.T) {
	id := newKey(t)
	path := filepath.Join(t.TempDir(), "Clienti.csv.age")
	b, want := sealedFile(t, path, []byte("Anna\n"), id)
	if err := os.WriteFile(path, b, 0o640); err != nil {
		t.Fatal(err)
	}
	v := verify.Verifier{FS: disk.Real{}, Key: key}
	if got := v.Unknown(t.Context(), path); got.Trouble != "" || got.Anew != nil {
		t.Errorf("without the key: %+v", got)
	}
	v.With = []age.Identity{id}
	got := v.Unknown(t.Context(), path)
	if got.Trouble != "" || got.Anew == nil || got.Anew.Original != "Clienti.csv" || got.Anew.Cipher != want.Cipher || got.Anew.Plain != want.Plain {
		t.Fatalf("%+v", got)
	}
	for _, ids := range [][]age.Identity{nil, {id}} {
		v.With = ids
		if again := v.Known(t.Context(), *got.Anew); again.Trouble != "" || again.Anew != nil {
			t.Errorf("%d keys: %+v", len(ids), again)
		}
	}
}

// TestCorruptions spoils a file at random, 5,000 times with CUSTODE_TORTURE: each
// time it is found, with the key and without.
func TestCorruptions(t *testing.T) {
	id := newKey(t)
	path := filepath.Join(t.TempDir(), "a.age")
	rng := rand.New(rand.NewPCG(4, 4))
	plain := make([]byte, 70_000)
	for i := range plain {
		plain[i] = byte(rng.Uint32())
	}
	whole, e := sealedFile(t, path, plain, id)
	times := 200
	if os.Getenv("CUSTODE_TORTURE") != "" {
		times = 5000
	}
	for i := range times {
		bad, at := bytes.Clone(whole), rng.IntN(len(whole))
		switch i % 4 {
		case 0:
			bad = bad[:at]
		case 1:
			bad[at] ^= 1 << rng.IntN(8)
		case 2:
			clear(bad[at:min(at+4096, len(bad))])
			bad[at] = ^whole[at]
		case 3:
			bad = append(bad, whole[:at+1]...)
		}
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, ids := range [][]age.Identity{nil, {id}} {
			if got := (verify.Verifier{FS: disk.Real{}, With: ids, Key: key}).Known(t.Context(), e); got.Trouble == "" {
				t.Errorf("%d at %d, %d keys: not found", i, at, len(ids))
			}
		}
	}
}
