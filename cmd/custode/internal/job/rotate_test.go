package job_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/replace"
	"custode/encrypt/reseal"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// TestRotate: Bruno leaves, with a copy of all keys that there were. He opens none
// of the files afterwards; Anna opens all, with the passphrase that she had.
func TestRotate(t *testing.T) {
	s := newSealedShop(t, 30)
	kept := copyDir(t, filepath.Join(s.home, "keys"))
	stray := filepath.Join(s.dir, "stray.txt.age") // not in the catalogue
	other := filepath.Join(s.dir, "theirs.age")
	stranger, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	for p, to := range map[string][]age.Recipient{stray: s.ring.Recipients(), other: {stranger.Recipient()}} {
		var b bytes.Buffer
		w, err := age.Encrypt(&b, to...)
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Write([]byte(p))
		if err := errors.Join(err, w.Close(), os.WriteFile(p, b.Bytes(), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	s.plain[stray] = []byte(stray)
	if err := s.ring.Remove("Bruno", time.Now()); err != nil {
		t.Fatal(err)
	}
	var left []reseal.Result
	totals, err := rekey(t.Context(), s.store, folders{s.home, s.dir}, rotating, func(r reseal.Result) {
		if r.Outcome != reseal.Done {
			left = append(left, r)
		}
	})
	if err != nil || totals.Done != 31 || len(left) != 1 || left[0].Path != other || left[0].Reason != replace.NoKey {
		t.Fatalf("%+v %+v %v", totals, left, err)
	}
	now, err := ring.Load(filepath.Join(s.home, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	s.catalogued(t, now)
	if n := s.opens(t, s.anna.Vault); n != 0 {
		t.Errorf("the former key opens %d files", n)
	}
	bruno, err := ring.Load(kept)
	if err != nil {
		t.Fatal(err)
	}
	u, err := bruno.Unlock(secret.FromString("bruno"), "Bruno")
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range u.Identities() {
		if n := s.opens(t, id); n != 0 {
			t.Errorf("Bruno's keys open %d files", n)
		}
	}
	if _, err := now.Unlock(secret.FromString("bruno"), ""); err == nil {
		t.Error("Bruno's passphrase opens the ring")
	}
	anna, err := now.Unlock(secret.FromString("owner"), "")
	if err != nil {
		t.Fatal(err)
	}
	if n := s.opens(t, anna.Vault); n != len(s.plain) {
		t.Errorf("the new key opens %d of %d files", n, len(s.plain))
	}
	// Left is theirs.
	if before, err := job.LookUnfinished(t.Context(), s.store, now); before != (job.Unfinished{Left: true}) || err != nil {
		t.Errorf("unfinished %+v, %v", before, err)
	}
}

// TestRotateStock: Carla leaves, with her key and a copy of her file of the ring; by
// the recipe of package ring stock age opens the files with those, and afterwards
// none.
func TestRotateStock(t *testing.T) {
	bin := filepath.Join(t.TempDir(), "age")
	if out, err := exec.Command("go", "build", "-o", bin, "filippo.io/age/cmd/age").CombinedOutput(); err != nil {
		if strings.Contains(os.Getenv("CUSTODE_REQUIRE"), "age") {
			t.Fatalf("%v: %s", err, out)
		}
		t.Skipf("SKIPPED, LOUDLY: stock age cannot be built here: %s", out)
	}
	s := newSealedShop(t, 4)
	carla, err := age.GenerateHybridIdentity()
	if err == nil {
		err = s.ring.AddRecipient(s.anna, "Carla", carla.Recipient().String(), time.Now())
	}
	if err != nil {
		t.Fatal(err)
	}
	people := s.ring.People()
	kept, err := os.ReadFile(people[len(people)-1].VaultFile)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	key, file, vault := filepath.Join(dir, "key.txt"), filepath.Join(dir, "Carla.vault.age"), filepath.Join(dir, "vault.txt")
	if err := errors.Join(os.WriteFile(key, []byte(fmt.Sprintln(carla)), 0o600), os.WriteFile(file, kept, 0o600)); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(bin, "-d", "-i", key, "-o", vault, file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	opens := func() (n int) {
		for p, want := range s.plain {
			out, err := exec.Command(bin, "-d", "-i", vault, p).Output()
			if err == nil && !bytes.Equal(out, want) {
				t.Fatalf("%s: %d bytes", p, len(out))
			}
			if err == nil {
				n++
			}
		}
		return n
	}
	if n := opens(); n != 4 {
		t.Fatalf("before: %d of 4", n)
	}
	if err := s.ring.Remove("Carla", time.Now()); err != nil {
		t.Fatal(err)
	}
	if _, err := rekey(t.Context(), s.store, folders{s.home, s.dir}, rotating, func(reseal.Result) {}); err != nil {
		t.Fatal(err)
	}
	if n := opens(); n != 0 {
		t.Errorf("afterwards the former key opens %d", n)
	}
	now, err := ring.Load(filepath.Join(s.home, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range append(now.People(), ring.Person{VaultFile: now.RecoveryFile()}) {
		if exec.Command(bin, "-d", "-i", key, p.VaultFile).Run() == nil {
			t.Errorf("Carla's key opens %s", p.VaultFile)
		}
	}
}

// TestDiffers: a file that somebody replaced by one of their own is told.
func TestDiffers(t *testing.T) {
	s := newSealedShop(t, 3)
	p := filepath.Join(s.dir, "folder 1", "001.csv.age")
	var b bytes.Buffer
	w, err := age.Encrypt(&b, s.ring.Recipients()...)
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.Write([]byte("something else"))
	if err := errors.Join(err, w.Close(), os.WriteFile(p, b.Bytes(), 0o600)); err != nil {
		t.Fatal(err)
	}
	var differs []string
	if _, err := rekey(t.Context(), s.store, folders{s.home, s.dir}, rotating, func(r reseal.Result) {
		if r.Reason == replace.Differs {
			differs = append(differs, r.Path)
		}
	}); err != nil || len(differs) != 1 || differs[0] != p {
		t.Errorf("%q, %v", differs, err)
	}
}
