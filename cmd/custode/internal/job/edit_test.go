package job_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/catalogue"
	"custode/encrypt/desk"
	"custode/encrypt/replace"
)

// TestSaveCopy: what a killed run had sealed already is not sealed again; a file that
// has a second name is not replaced; one that is gone comes again; what is recorded is
// what lies there.
func TestSaveCopy(t *testing.T) {
	s := newSealedShop(t, 4)
	base := t.TempDir()
	how := job.EditOptions{ResealOptions: job.ResealOptions{Ring: s.ring, Key: catalogueKey, Now: time.Now}, Vault: s.anna.Vault, Last: true}
	save := func(p, content string, change func(*desk.Note), o job.EditOptions) job.Saved {
		t.Helper()
		mark, err := desk.Mark(t.Context(), p)
		if err != nil {
			t.Fatal(err)
		}
		n := desk.Note{Sealed: p, Name: "x.csv", Was: mark, Content: hex.EncodeToString(make([]byte, 32))}
		change(&n)
		c, err := desk.New(base, n)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Remove() }()
		if err := os.WriteFile(c.Path(), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		saved, err := job.SaveCopy(t.Context(), s.store, c, o)
		if err != nil {
			t.Fatal(err)
		}
		again, err := job.SaveCopy(t.Context(), s.store, c, o)
		if err != nil || saved.Outcome != job.NotSaved && again.Outcome != job.SavedAlready {
			t.Errorf("once more: %+v, %v", again, err)
		}
		if saved.Outcome != job.SavedAlready {
			e, there, err := s.store.SealedFile(t.Context(), saved.Path)
			raw, reading := os.ReadFile(saved.Path)
			if err != nil || reading != nil || !there || e.Cipher != sha256.Sum256(raw) || e.Plain != catalogueKey.Keyed(sha256.Sum256([]byte(content))) || e.ProvenAt.IsZero() {
				t.Errorf("the catalogue has %+v, %v, %v", e, err, reading)
			}
		}
		return saved
	}
	same, stale := func(*desk.Note) {}, func(n *desk.Note) { n.Was = "of before" }
	var paths []string
	for p := range s.plain {
		paths = append(paths, p)
	}
	if got := save(paths[0], "new", same, how); got.Outcome != job.SavedAsNew || got.Path != paths[0] {
		t.Errorf("new: %+v", got)
	}
	with := how
	with.With = s.anna.Identities()
	if got := save(paths[0], "new", stale, with); got.Outcome != job.SavedAlready {
		t.Errorf("sealed already: %+v", got)
	}
	if got := save(paths[0], "new", stale, how); got.Outcome != job.SavedBeside || got.Reason != replace.Changed {
		t.Errorf("without the key nobody knows: %+v", got)
	}
	if got := save(paths[1], "newer", stale, with); got.Outcome != job.SavedBeside || got.Path == paths[1] {
		t.Errorf("changed by somebody else: %+v", got)
	}
	if err := os.Link(paths[2], filepath.Join(base, "second name")); err != nil {
		t.Fatal(err)
	}
	if got := save(paths[2], "new", same, how); got.Outcome != job.SavedBeside || got.Reason != replace.HardLinks {
		t.Errorf("a second name: %+v", got)
	}
	if err := os.Remove(paths[3]); err != nil {
		t.Fatal(err)
	}
	if got := save(paths[3], "new", same, how); got.Outcome != job.SavedAgain || got.Path != paths[3] {
		t.Errorf("gone: %+v", got)
	}
}

// TestSaveOtherOnce: what lies beside the copy is sealed once, also where it is there again, as on
// Windows while a program has it open; another version is sealed as well.
func TestSaveOtherOnce(t *testing.T) {
	s := newSealedShop(t, 1)
	p := slices.Collect(maps.Keys(s.plain))[0]
	c, err := desk.New(t.TempDir(), desk.Note{Sealed: p, Name: "x.csv"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Remove() }()
	other := filepath.Join(c.Folder(), "other.csv")
	how := job.EditOptions{ResealOptions: job.ResealOptions{Ring: s.ring, Key: catalogueKey, Now: time.Now}, Vault: s.anna.Vault, Last: true}
	for i, step := range []struct{ content, want string }{
		{"one", "other.csv.age"}, {"one", "other.csv.age"}, {"two", "other (2).csv.age"}, {"two", "other (2).csv.age"}, {"", "other (3).csv.age"},
	} {
		if err := os.WriteFile(other, []byte(step.content), 0o600); err != nil {
			t.Fatal(err)
		}
		saved, err := job.SaveOther(t.Context(), s.store, c, other, how)
		if err != nil || saved.Outcome != job.SavedBeside || filepath.Base(saved.Path) != step.want {
			t.Fatalf("%d: %+v, %v", i, saved, err)
		}
		if _, err := os.Lstat(other); err == nil {
			t.Errorf("%d: it is there still", i)
		}
	}
	if err := os.Remove(filepath.Join(filepath.Dir(p), "other (3).csv.age")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(other, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if saved, err := job.SaveOther(t.Context(), s.store, c, other, how); err != nil || filepath.Base(saved.Path) != "other (3).csv.age" {
		t.Errorf("what is not sealed any more: %+v, %v", saved, err)
	}
}

// late is a store before which a person saves once more what is sealed already.
type late struct {
	job.EditStore

	save func()
}

func (l late) SaveSealed(ctx context.Context, all []catalogue.Entry) error {
	l.save()
	return l.EditStore.SaveSealed(ctx, all)
}

// TestSaveOtherChanged: what is saved once more while it is sealed is not removed with what was there before.
func TestSaveOtherChanged(t *testing.T) {
	s := newSealedShop(t, 1)
	c, err := desk.New(t.TempDir(), desk.Note{Sealed: slices.Collect(maps.Keys(s.plain))[0], Name: "x.csv"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Remove() }()
	other := filepath.Join(c.Folder(), "other.csv")
	write := func(content string) {
		if err := os.WriteFile(other, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("one")
	how := job.EditOptions{ResealOptions: job.ResealOptions{Ring: s.ring, Key: catalogueKey, Now: time.Now}, Vault: s.anna.Vault, Last: true}
	saved, err := job.SaveOther(t.Context(), late{s.store, func() { write("another") }}, c, other, how)
	if err != nil || saved.Outcome != job.NotSaved || saved.Reason != replace.Changed {
		t.Errorf("%+v, %v", saved, err)
	}
	if got, err := os.ReadFile(other); string(got) != "another" {
		t.Errorf("what was saved once more is gone: %q, %v", got, err)
	}
}
