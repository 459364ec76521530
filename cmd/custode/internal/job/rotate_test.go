package job_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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

// TestMain is also the program that TestRotateKill kills.
func TestMain(m *testing.M) {
	if home := os.Getenv("CUSTODE_ROTATE_CHILD"); home != "" {
		fmt.Println("go")
		st, err := store.Open(context.Background(), home, time.Now)
		if err == nil {
			_, err = rotate(context.Background(), st, home, os.Getenv("CUSTODE_ROTATE_DATA"), func(reseal.Result) { fmt.Println("one more") })
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

// rotate is what the command does.
func rotate(ctx context.Context, st *store.Store, home, dir string, done func(reseal.Result)) (t reseal.Totals, err error) {
	r, err := ring.Load(filepath.Join(home, "keys"))
	if err != nil {
		return t, err
	}
	u, err := r.Unlock(secret.FromString("owner"), "Anna")
	if err != nil {
		return t, err
	}
	unfinished, err := job.Unfinished(ctx, st, r)
	if err != nil {
		return t, err
	}
	if !unfinished {
		if u, err = job.NewVault(ctx, st, r, u, time.Now()); err != nil {
			return t, err
		}
	}
	var files []string
	look := job.SealedOptions{Roots: []string{dir}, Left: func(e walk.Entry) error { return e.Err }}
	err = job.ChooseSealed(ctx, st, look, func(f job.SealedFile) error {
		files = append(files, f.Path)
		return nil
	})
	if err != nil {
		return t, err
	}
	o := job.ResealOptions{Ring: r, Keys: u, Key: catalogueKey, Now: time.Now, Done: done}
	if t, err = job.Reseal(ctx, st, files, o); err != nil {
		return t, err
	}
	return t, job.Finished(ctx, st, r, t.Files, t.Skipped)
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
	totals, err := rotate(t.Context(), s.store, s.home, s.dir, func(r reseal.Result) {
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
	if unfinished, err := job.Unfinished(t.Context(), s.store, now); unfinished || err != nil {
		t.Errorf("unfinished %v, %v", unfinished, err)
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
	if _, err := rotate(t.Context(), s.store, s.home, s.dir, func(reseal.Result) {}); err != nil {
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

// TestRotateKill kills a rotation 8 times, 50 with CUSTODE_TORTURE: every file opens
// with the keys of the ring at any time, and one more run finishes the work.
func TestRotateKill(t *testing.T) {
	kills := 8
	if os.Getenv("CUSTODE_TORTURE") != "" {
		kills = 50
	}
	s := newSealedShop(t, 60)
	former := s.anna.Vault
	middle := 0
	for i := range kills {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "CUSTODE_ROTATE_CHILD="+s.home, "CUSTODE_ROTATE_DATA="+s.dir)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		heard := bufio.NewScanner(out)
		for n := 0; n <= i%6*7 && heard.Scan(); n++ {
			if n == 0 && heard.Text() != "go" {
				t.Fatalf("it says %q", heard.Text())
			}
		}
		time.Sleep(time.Duration(i%7) * 2 * time.Millisecond)
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		r, err := ring.Load(filepath.Join(s.home, "keys"))
		if err != nil {
			t.Fatal(err)
		}
		u, err := r.Unlock(secret.FromString("owner"), "")
		if err != nil {
			t.Fatal(err)
		}
		with := 0
		for _, id := range u.Identities() {
			with += s.opens(t, id)
		}
		if with != len(s.plain) {
			t.Fatalf("after kill %d the keys open %d of %d files", i, with, len(s.plain))
		}
		if now := s.opens(t, u.Vault); now > 0 && now < len(s.plain) {
			middle++
		}
	}
	totals, err := rotate(t.Context(), s.store, s.home, s.dir, func(reseal.Result) {})
	if err != nil || totals.Skipped != 0 {
		t.Fatalf("%+v, %v", totals, err)
	}
	r, err := ring.Load(filepath.Join(s.home, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	s.catalogued(t, r)
	if n := s.opens(t, former); n != 0 {
		t.Errorf("the former key opens %d", n)
	}
	t.Logf("%d kills, after %d of them some files had the new key and some had not; %d former keys", kills, middle, len(r.FormerVaults()))
	if middle == 0 {
		t.Error("no kill was in the middle")
	}
	if temps, err := filepath.Glob(filepath.Join(s.dir, "*", ".custode-*")); err != nil || len(temps) > 0 {
		t.Errorf("left over: %q", temps)
	}
}

// TestUnfinished: a rotation that was broken off is taken up again, unless somebody
// was removed since; one that was finished is not.
func TestUnfinished(t *testing.T) {
	s := newSealedShop(t, 2)
	is := func(want bool) {
		t.Helper()
		if got, err := job.Unfinished(t.Context(), s.store, s.ring); got != want || err != nil {
			t.Errorf("got %v, %v", got, err)
		}
	}
	is(false)
	if _, err := job.NewVault(t.Context(), s.store, s.ring, s.anna, time.Now()); err != nil {
		t.Fatal(err)
	}
	is(true)
	if _, err := s.store.Record(t.Context(), "keys.removed", map[string]string{"name": "Bruno"}); err != nil {
		t.Fatal(err)
	}
	is(false)
	if err := job.Finished(t.Context(), s.store, s.ring, 2, 0); err != nil {
		t.Fatal(err)
	}
	is(false)
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
	if _, err := rotate(t.Context(), s.store, s.home, s.dir, func(r reseal.Result) {
		if r.Reason == replace.Differs {
			differs = append(differs, r.Path)
		}
	}); err != nil || len(differs) != 1 || differs[0] != p {
		t.Errorf("%q, %v", differs, err)
	}
}

// TestRewrapJob: a new recovery sheet, then an accountant: the old sheet opens
// nothing, the new ones all, and a second run has nothing to do.
func TestRewrapJob(t *testing.T) {
	s := newSealedShop(t, 12)
	old, err := s.ring.Sheet(s.anna)
	if err != nil {
		t.Fatal(err)
	}
	if n := s.opens(t, old); n != len(s.plain) {
		t.Fatalf("the sheet opens %d", n)
	}
	files := make([]string, 0, len(s.plain))
	for p := range s.plain {
		files = append(files, p)
	}
	run := func(sheet age.Identity) reseal.Totals {
		t.Helper()
		totals, err := job.Rewrap(t.Context(), s.store, files, job.ResealOptions{
			Ring: s.ring, Keys: s.anna, Key: catalogueKey, Now: time.Now, Done: func(reseal.Result) {},
		}, sheet)
		if err != nil || totals.Files != len(files) {
			t.Fatalf("%+v, %v", totals, err)
		}
		return totals
	}
	sheet, err := s.ring.NewRecovery(s.anna, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if totals := run(sheet); totals.Done != 12 {
		t.Errorf("%+v", totals)
	}
	if totals := run(sheet); totals.Already != 12 {
		t.Errorf("again: %+v", totals)
	}
	s.catalogued(t, s.ring)
	if a, b := s.opens(t, old), s.opens(t, sheet); a != 0 || b != len(s.plain) {
		t.Errorf("the old sheet opens %d, the new one %d", a, b)
	}
	accountant, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.ring.AddRecovery(s.anna, accountant.Recipient().String(), time.Now()); err != nil {
		t.Fatal(err)
	}
	if totals := run(nil); totals.Done != 12 {
		t.Errorf("%+v", totals)
	}
	if totals := run(nil); totals.Already != 12 {
		t.Errorf("again: %+v", totals)
	}
	s.catalogued(t, s.ring)
	if n := s.opens(t, accountant); n != len(s.plain) {
		t.Errorf("the accountant opens %d", n)
	}
}
