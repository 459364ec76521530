package replace_test

import (
	"bytes"
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"filippo.io/age"
	"filippo.io/age/armor"

	"custode/encrypt/disk"
	"custode/encrypt/replace"
	"custode/encrypt/seal"
	"custode/internal/crashfs"
)

func keys(t *testing.T) (vault, recovery *age.HybridIdentity) {
	t.Helper()
	vault, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	recovery, err = age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	return vault, recovery
}

// TestAge seals a folder for two keys; the age library opens each file with either.
func TestAge(t *testing.T) {
	vault, recovery := keys(t)
	dir := t.TempDir()
	s := bench(t, dir, 40)
	big := filepath.Join(dir, "big.bin")
	s[big] = fill(3<<20+7, 'z')
	if err := os.WriteFile(big, s[big], 0o600); err != nil {
		t.Fatal(err)
	}
	o := replace.Options{FS: disk.Real{}, Sealer: replace.Age{To: []age.Recipient{vault.Recipient(), recovery.Recipient()}}}
	totals, err := replace.Run(t.Context(), s.paths(), o)
	if err != nil || totals.Sealed != len(s) {
		t.Fatalf("%+v, %v", totals, err)
	}
	for p, want := range s {
		for _, id := range []age.Identity{vault, recovery} {
			b, err := os.ReadFile(p + ".age")
			if err != nil {
				t.Fatal(err)
			}
			r, err := age.Decrypt(bytes.NewReader(b), id)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
				t.Fatalf("%s: %v", p, err)
			}
		}
	}
	again, err := replace.Run(t.Context(), []string{big + ".age"}, o)
	if err != nil || again.Skipped != 1 {
		t.Errorf("sealed twice: %+v, %v", again, err)
	}
}

// TestAgeResumes: both are there, with the key, without it, and with another one.
func TestAgeResumes(t *testing.T) {
	vault, recovery := keys(t)
	to := []age.Recipient{vault.Recipient(), recovery.Recipient()}
	dir := t.TempDir()
	s := bench(t, dir, 5)
	var got []replace.Result
	run := func(keep bool, with ...age.Identity) replace.Totals {
		t.Helper()
		got = nil
		totals, err := replace.Run(t.Context(), s.paths(), replace.Options{
			FS: disk.Real{}, Sealer: replace.Age{To: to, With: with}, Keep: keep, Done: func(r replace.Result) { got = append(got, r) },
		})
		if err != nil {
			t.Fatal(err)
		}
		return totals
	}
	if totals := run(true); totals.Kept != 5 {
		t.Errorf("to keep: %+v", totals)
	}
	if totals := run(false); totals.Kept != 5 || got[0].Reason != replace.NeedsKey {
		t.Errorf("without the key: %+v %+v", totals, got[0])
	}
	other, _ := keys(t)
	if totals := run(false, other); totals.Kept != 5 || got[0].Reason != replace.Differs {
		t.Errorf("with another key: %+v %+v", totals, got[0])
	}
	if totals := run(false, recovery); totals.Sealed != 5 {
		t.Errorf("with the key: %+v", totals)
	}
	if left, err := readable(dir); err != nil || len(left) != 0 {
		t.Errorf("left over: %q, %v", left, err)
	}
}

// TestAgeIsProven: a bit that the disk got wrong costs the copy, not the original.
func TestAgeIsProven(t *testing.T) {
	vault, recovery := keys(t)
	for _, back := range []bool{false, true} {
		f := crashfs.New(crashfs.Options{})
		small.put(t, f)
		f.Inject(crashfs.Fault{Op: crashfs.OpSync, N: 1, Rot: true, Sticky: true})
		m := on(f)
		m.Back = back
		totals, results, err := small.seal(m, func(o *replace.Options) {
			o.Sealer = replace.Age{To: []age.Recipient{vault.Recipient(), recovery.Recipient()}}
		})
		if err != nil || totals.Skipped != 4 || results["/s/a.csv"].Reason != replace.Unproven {
			t.Errorf("back %v: %+v %+v %v", back, totals, results, err)
		}
		if names, _ := f.Names("/s"); len(names) != 4 || small.lost(f) != nil {
			t.Errorf("back %v: the folder holds %q", back, names)
		}
	}
}

// TestAgeLarge seals one file that is large enough to be read back while it is
// written, on the real disk.
func TestAgeLarge(t *testing.T) {
	vault, recovery := keys(t)
	dir := t.TempDir()
	plain := make([]byte, 33<<20+5)
	_, _ = rand.NewChaCha8([32]byte{3}).Read(plain)
	path := filepath.Join(dir, "large.bin")
	if err := os.WriteFile(path, plain, 0o600); err != nil {
		t.Fatal(err)
	}
	var rec replace.Record
	totals, err := replace.Run(t.Context(), []string{path}, replace.Options{
		FS: disk.Real{}, Sealer: replace.Age{To: []age.Recipient{vault.Recipient(), recovery.Recipient()}},
		Record: func(_ context.Context, batch []replace.Record) error { rec = batch[0]; return nil },
	})
	if err != nil || totals.Sealed != 1 {
		t.Fatalf("%+v, %v", totals, err)
	}
	b, err := os.ReadFile(path + ".age")
	if err != nil {
		t.Fatal(err)
	}
	var opened bytes.Buffer
	s, err := seal.Decrypt(t.Context(), &opened, bytes.NewReader(b), []age.Identity{vault}, seal.Options{})
	if err != nil || !bytes.Equal(opened.Bytes(), plain) {
		t.Errorf("opened: %v", err)
	}
	if want := (replace.Digests{Size: s.Size, SealedSize: s.SealedSize, Plain: s.Plain, Cipher: s.Cipher, Header: s.Header}); rec.Digests != want {
		t.Errorf("recorded %+v, want %+v", rec.Digests, want)
	}
}

func TestAgeKnowsItsOwn(t *testing.T) {
	_, recovery := keys(t)
	for _, armored := range []bool{false, true} {
		var b bytes.Buffer
		var dst io.WriteCloser
		var w io.Writer = &b
		if armored {
			dst = armor.NewWriter(&b)
			w = dst
		}
		if _, err := (replace.Age{To: []age.Recipient{recovery.Recipient()}}).Seal(t.Context(), w, bytes.NewReader([]byte("x"))); err != nil {
			t.Fatal(err)
		}
		if dst != nil {
			if err := dst.Close(); err != nil {
				t.Fatal(err)
			}
		}
		if !(replace.Age{}).Sealed(b.Bytes()[:64]) {
			t.Errorf("armored %v: not known", armored)
		}
	}
	if (replace.Age{}).Sealed([]byte("age;name\n42;Anna\n")) || (replace.Age{}).Sealed(nil) {
		t.Error("a list of ages is no age file")
	}
}
