package job_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/encrypt/reseal"
	"custode/encrypt/ring"
	"custode/internal/journal"
)

// TestRekeyKill kills a rotation, and the making of a new sheet, 6 times each, 50 with
// CUSTODE_TORTURE: every file opens with the keys of the ring at any time, one more run
// finishes the work, and there was one new key, not one for each run.
func TestRekeyKill(t *testing.T) {
	kills := 6
	if os.Getenv("CUSTODE_TORTURE") != "" {
		kills = 50
	}
	for name, change := range map[string]changing{"rotate": rotating, "sheet": newSheet} {
		t.Run(name, func(t *testing.T) {
			s := newSealedShop(t, 60)
			former := s.anna.Vault
			if name == "sheet" {
				var err error
				if former, err = s.ring.Sheet(s.anna); err != nil {
					t.Fatal(err)
				}
			}
			middle, first := 0, ""
			for i := range kills {
				s.kill(t, name, i)
				if now := s.opens(t, former); now > 0 && now < len(s.plain) {
					middle++
				}
				made := slices.Concat(s.ring.FormerVaults(), s.ring.FormerRecoveries())
				if now := fmt.Sprint(s.ring.Fingerprints()); first == "" && len(made) > 0 {
					first = now
				} else if first != "" && now != first {
					t.Fatalf("after kill %d there is another new key", i)
				}
			}
			s.rekeyed(t, change)
			s.catalogued(t, s.ring)
			if n := s.opens(t, former); n != 0 {
				t.Errorf("the former key opens %d", n)
			}
			made := slices.Concat(s.ring.FormerVaults(), s.ring.FormerRecoveries())
			t.Logf("%d kills, after %d of them some files had the new key and some had not", kills, middle)
			if middle == 0 || len(made) != 1 {
				t.Errorf("%d kills in the middle, %d new keys", middle, len(made))
			}
			if temps, err := filepath.Glob(filepath.Join(s.dir, "*", ".custode-*")); err != nil || len(temps) > 0 {
				t.Errorf("left over: %q", temps)
			}
		})
	}
}

// kill starts a run and kills it, the i-th time at another moment, and wants every
// file to open.
func (s *sealedShop) kill(t *testing.T, name string, i int) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "CUSTODE_REKEY_CHILD="+s.home, "CUSTODE_REKEY="+name, "CUSTODE_REKEY_DATA="+s.dir)
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
	if s.ring, err = ring.Load(filepath.Join(s.home, "keys")); err != nil {
		t.Fatal(err)
	}
	with := 0
	for _, id := range s.unlock(t).Identities() {
		with += s.opens(t, id)
	}
	if with != len(s.plain) {
		t.Fatalf("after kill %d the keys open %d of %d files", i, with, len(s.plain))
	}
}

// deaf is a store that dies before it hears of a change: what a kill leaves between
// the ring and the journal.
type deaf struct{ *store.Store }

func (deaf) Record(context.Context, string, any) (journal.Head, error) {
	return journal.Head{}, errors.New("killed")
}

// TestUnfinished: a change of the keys that was broken off is taken up again, even if
// the journal does not know of it; one that was finished is not, nor a new vault key
// since which somebody was removed: they may have it.
func TestUnfinished(t *testing.T) {
	s := newSealedShop(t, 2)
	is := func(want job.Unfinished) {
		t.Helper()
		if got, err := job.LookUnfinished(t.Context(), s.store, s.ring); got != want || err != nil {
			t.Errorf("got %+v, %v", got, err)
		}
	}
	is(job.Unfinished{})
	if _, err := job.NewVault(t.Context(), deaf{s.store}, s.ring, s.anna, time.Now()); err == nil {
		t.Fatal("the store is not deaf")
	}
	is(job.Unfinished{Vault: true, Any: true})
	s.rekeyed(t, rotating)
	is(job.Unfinished{})
	if n := len(s.ring.FormerVaults()); n != 1 {
		t.Errorf("%d new vault keys", n)
	}
	if e, there, err := s.store.LastOf(t.Context(), "keys.rotated"); !there || err != nil || !bytes.Contains(e.Body, []byte(s.ring.VaultFingerprint())) {
		t.Errorf("the journal does not tell of the new key: %s, %v", e.Body, err)
	}

	if err := job.NewSheet(t.Context(), deaf{s.store}, s.ring, s.unlock(t), time.Now()); err == nil {
		t.Fatal("the store is not deaf")
	}
	is(job.Unfinished{Sheet: true, Any: true})
	s.rekeyed(t, newSheet)
	is(job.Unfinished{})
	if n := len(s.ring.FormerRecoveries()); n != 1 {
		t.Errorf("%d new sheets", n)
	}
	if e, there, err := s.store.LastOf(t.Context(), "keys.sheet-replaced"); !there || err != nil || !bytes.Contains(e.Body, []byte(s.ring.Recovery().Fingerprint)) {
		t.Errorf("the journal does not tell of the new sheet: %s, %v", e.Body, err)
	}

	if _, err := job.NewVault(t.Context(), s.store, s.ring, s.unlock(t), time.Now()); err != nil {
		t.Fatal(err)
	}
	is(job.Unfinished{Vault: true, Any: true})
	if err := s.ring.Remove("Bruno", time.Now()); err != nil {
		t.Fatal(err)
	}
	is(job.Unfinished{Any: true})
	s.rekeyed(t, rotating)
	is(job.Unfinished{})
	if n := len(s.ring.FormerVaults()); n != 3 {
		t.Errorf("%d new vault keys", n)
	}
	s.catalogued(t, s.ring)
}

// TestBothUnfinished: a rotation and a new sheet are broken off one after the other.
// Either one, taken up again, brings every file to both.
func TestBothUnfinished(t *testing.T) {
	for name, last := range map[string]changing{"rotate": rotating, "sheet": newSheet} {
		s := newSealedShop(t, 9)
		was, err := s.ring.Sheet(s.anna)
		if err != nil {
			t.Fatal(err)
		}
		vault := s.anna.Vault
		someDone := func(change changing) {
			t.Helper()
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			n := 0
			_, err := rekey(ctx, s.store, folders{s.home, s.dir}, change, func(reseal.Result) {
				if n++; n == 3 {
					stop()
				}
			})
			if err == nil {
				t.Fatal("it was not broken off")
			}
		}
		someDone(rotating)
		someDone(newSheet)
		s.rekeyed(t, last)
		s.catalogued(t, s.ring)
		if a, b := s.opens(t, was), s.opens(t, vault); a+b != 0 {
			t.Errorf("%s: the old sheet opens %d, the old vault key %d", name, a, b)
		}
		sheet, err := s.ring.Sheet(s.unlock(t))
		if err != nil || s.opens(t, sheet) != len(s.plain) || s.opens(t, s.unlock(t).Vault) != len(s.plain) {
			t.Errorf("%s: the new keys do not open all, %v", name, err)
		}
		if len(s.ring.FormerVaults()) != 1 || len(s.ring.FormerRecoveries()) != 1 {
			t.Errorf("%s: more than one new key of a kind", name)
		}
	}
}
