package job_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/disk"
	"custode/encrypt/verify"
	"custode/internal/journal"
)

// lastSample reads what the journal has of the last sample.
func (s *sealedShop) lastSample(t *testing.T) (out struct {
	WithKey bool  `json:"with_key"`
	Looked  int64 `json:"looked_at"`
	Sound   int64 `json:"sound"`
	Failed  []struct{ Path, Why string }
	Blind   int64 `json:"not_seen"`
},
) {
	t.Helper()
	e, there, err := s.store.LastOf(t.Context(), "files.sampled")
	if err != nil || !there {
		t.Fatal(there, err)
	}
	if err := json.Unmarshal(e.Body, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestSample: a few sealed files a day, those first that nobody has looked at for longest, so that all
// come in turn; one that is damaged is told until it is sound again, and holds up nobody.
func TestSample(t *testing.T) {
	s := newSealedShop(t, 12)
	keyless := verify.Verifier{FS: disk.Real{}, Key: catalogueKey}
	opener := keyless
	opener.With = s.anna.Identities()
	day := time.Now()
	announced := map[string]int{}
	look := func(v verify.Verifier) {
		t.Helper()
		tell := func(files, _ []string) func() {
			for _, f := range files {
				announced[f]++
			}
			return func() {}
		}
		if err := job.Sample(t.Context(), s.store, v, tell, day); err != nil {
			t.Fatal(err)
		}
	}
	count := func() (n int) {
		err := s.store.Journal(t.Context(), 1, func(e journal.Entry) error {
			if e.Kind == "files.sampled" {
				n++
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	look(keyless)
	if got := s.lastSample(t); got.WithKey || got.Looked != 5 || got.Sound != 5 || len(announced) != 5 {
		t.Errorf("without a key: %+v, %d announced", got, len(announced))
	}
	look(keyless) // once a day is enough
	if count() != 1 {
		t.Errorf("a second time on one day: %d entries", count())
	}
	look(opener) // with a key for the first time it tells more
	if got := s.lastSample(t); !got.WithKey || got.Sound != 5 || count() != 2 {
		t.Errorf("with the key: %+v", got)
	}
	day = day.AddDate(0, 0, 1)
	look(keyless)
	if len(announced) != 12 {
		t.Errorf("after three looks %d of 12 files", len(announced))
	}

	// One is damaged: it is found within three days, is told on each day, and the others come in turn.
	bad := filepath.Join(s.dir, "folder 1", "004.csv.age")
	whole, err := os.ReadFile(bad)
	if err != nil {
		t.Fatal(err)
	}
	harmed := append([]byte(nil), whole...)
	harmed[len(harmed)-1] ^= 1
	if err := os.WriteFile(bad, harmed, 0o600); err != nil {
		t.Fatal(err)
	}
	clear(announced)
	for i := range 4 {
		day = day.AddDate(0, 0, 1)
		look(opener)
		if got := s.lastSample(t); i >= 2 && (len(got.Failed) != 1 || got.Failed[0].Path != bad || got.Failed[0].Why != "damaged") {
			t.Errorf("day %d: %+v", i, got)
		}
	}
	if len(announced) != 12 {
		t.Errorf("beside a damaged one %d of 12 came", len(announced))
	}
	facts, err := job.Facts(t.Context(), s.store, job.Shop{Folders: []string{s.dir}, Ring: s.ring, Home: s.home, Alive: func(int) bool { return false }}, day)
	if err != nil || len(facts.Seal.SampleFailed) != 1 || facts.Seal.SampleFailed[0].Path != bad {
		t.Errorf("%+v, %v", facts.Seal, err)
	}
	if err := os.WriteFile(bad, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	day = day.AddDate(0, 0, 1)
	look(opener)
	if got := s.lastSample(t); len(got.Failed) != 0 {
		t.Errorf("mended: %+v", got)
	}

	// One that is not where it was is missed at once, whether its turn has come or not.
	if err := os.Rename(bad, bad+".moved"); err != nil {
		t.Fatal(err)
	}
	facts, err = job.Facts(t.Context(), s.store, job.Shop{Folders: []string{s.dir}, Ring: s.ring, Home: s.home, Alive: func(int) bool { return false }}, day)
	if err != nil || facts.Seal.Away != 1 {
		t.Errorf("%+v, %v", facts.Seal, err)
	}
	if err := os.Rename(bad+".moved", bad); err != nil {
		t.Fatal(err)
	}

	// None of our keys opens them: nobody could look. A broken-off look leaves nothing.
	other := newSealedShop(t, 1)
	opener.With = other.anna.Identities()
	day = day.AddDate(0, 0, 1)
	look(opener)
	if got := s.lastSample(t); got.Blind != 5 || got.Sound != 0 {
		t.Errorf("with another shop's key: %+v", got)
	}
	before := count()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := job.Sample(ctx, s.store, keyless, nil, day.AddDate(0, 0, 1)); err == nil || count() != before {
		t.Errorf("broken off: %v, %d entries", err, count())
	}
	if single, unknown, err := s.store.FewKeys(t.Context()); single != 0 || unknown != 0 || err != nil {
		t.Errorf("every file is sealed for two keys: %d, %d, %v", single, unknown, err)
	}
}
