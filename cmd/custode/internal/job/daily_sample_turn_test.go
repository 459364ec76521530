package job_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
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

// darkDisk is a disk on which one folder cannot be opened.
type darkDisk struct {
	disk.Real

	folder string
}

func (d darkDisk) Open(dir string) (disk.Folder, error) {
	if dir == d.folder {
		return nil, os.ErrPermission
	}
	return d.Real.Open(dir)
}

// TestSampleHeldUpByNoUnreadable: more files that cannot be looked at than are looked at in a day keep no
// other from its turn, each is told until it can be, and one that was damaged before is told as such.
func TestSampleHeldUpByNoUnreadable(t *testing.T) {
	const of, dark = 24, 8 // those of a folder, which would come first on every day
	s := newSealedShop(t, of)
	bad := filepath.Join(s.dir, "folder 0", "003.csv.age")
	raw, err := os.ReadFile(bad)
	if err != nil {
		t.Fatal(err)
	}
	harmed := append([]byte(nil), raw...)
	harmed[len(harmed)-1] ^= 1
	if err := os.WriteFile(bad, harmed, 0o600); err != nil {
		t.Fatal(err)
	}
	day, sound := time.Now(), map[string]bool{}
	look := func(fs disk.System) {
		t.Helper()
		day = day.AddDate(0, 0, 1)
		v := verify.Verifier{FS: fs, Key: catalogueKey, With: s.anna.Identities()}
		if err := job.Sample(t.Context(), s.store, v, nil, day); err != nil {
			t.Fatal(err)
		}
		err := s.store.SealedFiles(t.Context(), "", func(e catalogue.Entry) error {
			if !e.ProvenAt.IsZero() {
				sound[e.Path] = true
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	look(disk.Real{}) // four sound ones of the folder, and the damaged one
	for range of / 4 {
		look(darkDisk{folder: filepath.Join(s.dir, "folder 0")})
	}
	if want := of - dark + 4; len(sound) != want {
		t.Errorf("%d of %d files that can be looked at were", len(sound), want)
	}
	got := s.lastSample(t)
	if got.Blind < dark-4 || len(got.Failed) != 1 || got.Failed[0].Path != bad {
		t.Errorf("not seen and failed: %+v", got)
	}
	f, err := job.Facts(t.Context(), s.store, job.Shop{Folders: []string{s.dir}, Ring: s.ring, Home: s.home, Alive: func(int) bool { return false }}, day)
	if err != nil || f.Seal.SampleBlind != got.Blind || len(f.Seal.SampleFailed) != 1 {
		t.Errorf("the check is told of %+v, %v", f.Seal, err)
	}
	if look(disk.Real{}); len(sound) != of-1 {
		t.Errorf("%d of %d sound ones, once the folder can be opened", len(sound), of-1)
	}
	if got := s.lastSample(t); got.Blind != 0 || len(got.Failed) != 1 {
		t.Errorf("once it can be opened: %+v", got)
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
