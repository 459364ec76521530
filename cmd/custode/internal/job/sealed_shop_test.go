package job_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/encrypt/catalogue"
	"custode/encrypt/keys"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/encrypt/ring"
	"custode/internal/secret"
	"custode/scan/walk"
)

// TestMain is also the program that TestRekeyKill kills.
func TestMain(m *testing.M) {
	if home := os.Getenv("CUSTODE_REKEY_CHILD"); home != "" {
		fmt.Println("go")
		st, err := store.Open(context.Background(), home, time.Now)
		if err == nil {
			change := map[string]changing{"rotate": rotating, "sheet": newSheet}[os.Getenv("CUSTODE_REKEY")]
			_, err = rekey(context.Background(), st, folders{home, os.Getenv("CUSTODE_REKEY_DATA")}, change, func(reseal.Result) { fmt.Println("one more") })
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var catalogueKey = catalogue.NewKey([]byte("of the test"))

// changing makes new keys, unless the last ones wait for files to be sealed to them.
type changing func(ctx context.Context, st *store.Store, r *ring.Ring, u ring.Unlocked, before job.Unfinished) (ring.Unlocked, error)

func rotating(ctx context.Context, st *store.Store, r *ring.Ring, u ring.Unlocked, before job.Unfinished) (ring.Unlocked, error) {
	if before.Vault {
		return u, job.Resumed(ctx, st, r)
	}
	return job.NewVault(ctx, st, r, u, time.Now())
}

func newSheet(ctx context.Context, st *store.Store, r *ring.Ring, u ring.Unlocked, before job.Unfinished) (ring.Unlocked, error) {
	if before.Sheet {
		return u, job.Resumed(ctx, st, r)
	}
	return u, job.NewSheet(ctx, st, r, u, time.Now())
}

func none(_ context.Context, _ *store.Store, _ *ring.Ring, u ring.Unlocked, _ job.Unfinished) (ring.Unlocked, error) {
	return u, nil
}

// folders are where a shop has its keys and its files.
type folders struct{ home, dir string }

// rekey is what the commands do.
func rekey(ctx context.Context, st *store.Store, at folders, change changing, done func(reseal.Result)) (t reseal.Totals, err error) {
	r, err := ring.Load(filepath.Join(at.home, "keys"))
	if err != nil {
		return t, err
	}
	u, err := r.Unlock(secret.FromString("owner"), "Anna")
	if err != nil {
		return t, err
	}
	before, err := job.LookUnfinished(ctx, st, r)
	if err == nil {
		u, err = change(ctx, st, r, u, before)
	}
	if err != nil {
		return t, err
	}
	var files []string
	look := job.SealedOptions{Roots: []string{at.dir}, Left: func(e walk.Entry) error { return e.Err }}
	err = job.ChooseSealed(ctx, st, look, func(f job.SealedFile) error {
		files = append(files, f.Path)
		return nil
	})
	if err != nil {
		return t, err
	}
	o := job.ResealOptions{Ring: r, Keys: u, Key: catalogueKey, Now: time.Now, Done: done}
	if id, err := r.Sheet(u); err == nil {
		o.Sheet = id
	}
	if t, err = job.Reseal(ctx, st, files, o); err != nil {
		return t, err
	}
	return t, job.Resealed(ctx, st, r, t.Files, t.Skipped)
}

// rekeyed runs it to its end.
func (s *sealedShop) rekeyed(t *testing.T, change changing) reseal.Totals {
	t.Helper()
	totals, err := rekey(t.Context(), s.store, folders{s.home, s.dir}, change, func(reseal.Result) {})
	if err != nil || totals.Skipped != 0 {
		t.Fatalf("%+v, %v", totals, err)
	}
	if s.ring, err = ring.Load(filepath.Join(s.home, "keys")); err != nil {
		t.Fatal(err)
	}
	return totals
}

// unlock gives what opens the shop's files now.
func (s *sealedShop) unlock(t *testing.T) ring.Unlocked {
	t.Helper()
	u, err := s.ring.Unlock(secret.FromString("owner"), "Anna")
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// sealedShop is a home with the keys of Anna and Bruno, and files sealed for them.
type sealedShop struct {
	*bench

	ring  *ring.Ring
	anna  ring.Unlocked
	plain map[string][]byte // by path of the sealed file
}

func newSealedShop(t *testing.T, n int) *sealedShop {
	t.Helper()
	s := &sealedShop{bench: newBench(t), plain: map[string][]byte{}}
	var err error
	s.ring, s.anna, err = ring.Create(filepath.Join(s.home, "keys"), ring.CreateOptions{
		Kind: keys.Hybrid, Name: "Anna", Passphrase: secret.FromString("owner"), WorkFactor: 10, Now: time.Now(),
	})
	if err == nil {
		err = s.ring.AddPassphrase(s.anna, "Bruno", secret.FromString("bruno"), 10, time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	s.fill(t, n)
	return s
}

func (s *sealedShop) fill(t *testing.T, n int) {
	t.Helper()
	var files []string
	for i := range n {
		p := filepath.Join(s.dir, fmt.Sprintf("folder %d", i%3), fmt.Sprintf("%03d.csv", i))
		s.plain[p+".age"] = bytes.Repeat([]byte(fmt.Sprintf("Anna Esempio;%d\n", i)), i*13%700)
		if err := errors.Join(os.MkdirAll(filepath.Dir(p), 0o700), os.WriteFile(p, s.plain[p+".age"], 0o600)); err != nil {
			t.Fatal(err)
		}
		files = append(files, p)
	}
	totals, err := job.Protect(t.Context(), s.store, files, job.ProtectOptions{
		To: s.ring.Recipients(), Fingerprints: s.ring.Fingerprints(), Key: catalogueKey, Now: time.Now, Done: func(replace.Result) {},
	})
	if err != nil || totals.Sealed != n {
		t.Fatalf("%+v, %v", totals, err)
	}
}

// opens tells how many of the shop's files an identity opens, and fails when one
// holds something else.
func (s *sealedShop) opens(t *testing.T, id age.Identity) (n int) {
	t.Helper()
	for p, want := range s.plain {
		b, err := os.ReadFile(p)
		if err != nil {
			t.Fatalf("LOST: %v", err)
		}
		r, err := age.Decrypt(bytes.NewReader(b), id)
		if _, none := errors.AsType[*age.NoIdentityMatchError](err); none {
			continue
		}
		if err != nil {
			t.Fatalf("LOST %s: %v", p, err)
		}
		if got, err := io.ReadAll(r); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("LOST %s: %d bytes, %v", p, len(got), err)
		}
		n++
	}
	return n
}

// catalogued fails unless the catalogue has every file as it lies there, for whom
// the ring says.
func (s *sealedShop) catalogued(t *testing.T, r *ring.Ring) {
	t.Helper()
	n := 0
	err := s.store.SealedFiles(t.Context(), "", func(e catalogue.Entry) error {
		b, err := os.ReadFile(e.Path)
		if err != nil || sha256.Sum256(b) != e.Cipher || e.SealedSize != int64(len(b)) || e.Size != int64(len(s.plain[e.Path])) ||
			e.Plain != catalogueKey.Keyed(sha256.Sum256(s.plain[e.Path])) || fmt.Sprint(e.Recipients) != fmt.Sprint(r.Fingerprints()) || e.CheckedAt.IsZero() {
			t.Errorf("%s: %+v, %v", e.Path, e, err)
		}
		n++
		return nil
	})
	if err != nil || n != len(s.plain) {
		t.Errorf("%d files in the catalogue, %v", n, err)
	}
}

func copyDir(t *testing.T, from string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	return to
}
