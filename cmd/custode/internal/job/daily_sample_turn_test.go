package job_test

import (
	"os"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/disk"
	"custode/encrypt/verify"
)

// TestSampleHeldUpByNobody: more damaged files than are looked at in a day keep no other from its turn,
// and each is told until a look clears it or it is out of the catalogue.
func TestSampleHeldUpByNobody(t *testing.T) {
	const damaged, of = 25, 40
	s := newSealedShop(t, of)
	v := verify.Verifier{FS: disk.Real{}, Key: catalogueKey, With: s.anna.Identities()}
	var all []string
	if err := s.store.SealedPaths(t.Context(), func(p string) error { all = append(all, p); return nil }); err != nil {
		t.Fatal(err)
	}
	for _, p := range all[:damaged] {
		raw, err := os.ReadFile(p)
		if err != nil {
			t.Fatal(err)
		}
		raw[len(raw)-1] ^= 1
		if err := os.WriteFile(p, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	day, seen := time.Now(), map[string]bool{}
	look := func() {
		t.Helper()
		tell := func(files, _ []string) func() {
			for _, f := range files {
				seen[f] = true
			}
			return func() {}
		}
		day = day.AddDate(0, 0, 1)
		if err := job.Sample(t.Context(), s.store, v, tell, day); err != nil {
			t.Fatal(err)
		}
	}
	for range of / 5 {
		look()
	}
	if len(seen) != of {
		t.Errorf("%d of %d files came in turn", len(seen), of)
	}
	for range 3 {
		if look(); len(s.lastSample(t).Failed) != damaged {
			t.Errorf("%d of %d damaged ones are told", len(s.lastSample(t).Failed), damaged)
		}
	}
	facts := func() int {
		t.Helper()
		f, err := job.Facts(t.Context(), s.store, job.Shop{Folders: []string{s.dir}, Ring: s.ring, Home: s.home, Alive: func(int) bool { return false }}, day)
		if err != nil {
			t.Fatal(err)
		}
		return len(f.Seal.SampleFailed)
	}
	if got := facts(); got != damaged {
		t.Errorf("%d damaged ones in the facts", got)
	}
	if err := s.store.Reopened(t.Context(), "files.missing", all[:damaged]); err != nil {
		t.Fatal(err)
	}
	if got := facts(); got != 0 {
		t.Errorf("%d that are out of the catalogue are told", got)
	}
}

// TestLooksCountForAge: where each sealed file was looked at lately, none is said to wait for 90 days.
func TestLooksCountForAge(t *testing.T) {
	s := newSealedShop(t, 3)
	v := verify.Verifier{FS: disk.Real{}, Key: catalogueKey}
	day := time.Now().AddDate(0, 0, 95)
	if err := job.Sample(t.Context(), s.store, v, nil, day); err != nil {
		t.Fatal(err)
	}
	totals, err := s.store.SealedTotals(t.Context())
	if err != nil || day.Sub(totals.Since) > time.Minute {
		t.Errorf("looked at on %s, counted from %s, %v", day, totals.Since, err)
	}
}
