package job_test

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filippo.io/age"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/encrypt/catalogue"
	"custode/encrypt/replace"
)

// dying is a store whose process dies before it records.
type dying struct{ *store.Store }

var errDied = errors.New("died")

func (dying) SaveSealed(context.Context, []catalogue.Entry) error { return errDied }

// TestPromise: a run that is killed after the sealed files have their names and
// before they are recorded is finished by the next one without any key, and only
// where both files are what they were.
func TestPromise(t *testing.T) {
	paper, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	st, err := store.Open(t.Context(), t.TempDir(), time.Now)
	must(err)
	defer st.Close()
	list := map[string]string{}
	for _, n := range []string{"fine.csv", "changed.csv", "damaged.csv", "swapped.csv", "large.bin"} {
		list[n] = n + " of anna@example.com\n"
	}
	list["large.bin"] = string(make([]byte, 20<<20))
	var files []string
	for n, text := range list {
		files = append(files, filepath.Join(dir, n))
		must(os.WriteFile(filepath.Join(dir, n), []byte(text), 0o600))
	}
	o := job.ProtectOptions{To: []age.Recipient{paper.Recipient()}, Key: catalogueKey, Now: time.Now}
	got := map[string]replace.Result{}
	o.Done = func(r replace.Result) { got[filepath.Base(r.Path)] = r }
	if _, err := job.Protect(t.Context(), dying{st}, files, o); !errors.Is(err, errDied) {
		t.Fatal(err)
	}
	for n := range list {
		if r := got[n]; r.Outcome != replace.Kept || r.Reason != replace.NotRecorded {
			t.Fatalf("%s: %+v: the test kills nothing in between", n, r)
		}
	}
	must(os.WriteFile(filepath.Join(dir, "changed.csv"), []byte("a new customer\n"), 0o600))
	sealed, err := os.ReadFile(filepath.Join(dir, "damaged.csv.age"))
	must(err)
	sealed[len(sealed)-1] ^= 1
	must(os.WriteFile(filepath.Join(dir, "damaged.csv.age"), sealed, 0o600))
	other, err := os.ReadFile(filepath.Join(dir, "fine.csv.age"))
	must(err)
	must(os.WriteFile(filepath.Join(dir, "swapped.csv.age"), other, 0o600))

	totals, err := job.Protect(t.Context(), st, files, o)
	must(err)
	if totals.Sealed != 2 || totals.Kept != 3 {
		t.Errorf("%+v %v", totals, got)
	}
	for n := range list {
		_, err := os.Stat(filepath.Join(dir, n))
		if gone := os.IsNotExist(err); gone != (n == "fine.csv" || n == "large.bin") {
			t.Errorf("%s: original gone: %v (%+v)", n, gone, got[n])
		}
	}
	f, err := os.Open(filepath.Join(dir, "fine.csv.age"))
	must(err)
	defer f.Close()
	r, err := age.Decrypt(f, paper)
	must(err)
	if b, err := io.ReadAll(r); err != nil || string(b) != list["fine.csv"] {
		t.Errorf("%q %v", b, err)
	}
	e, there, err := st.SealedFile(t.Context(), filepath.Join(dir, "fine.csv.age"))
	if err != nil || !there || e.Header == [32]byte{} {
		t.Errorf("not in the catalogue as it was promised: %+v %v", e, err)
	}
	if _, there, err := st.Promised(t.Context(), filepath.Join(dir, "fine.csv.age")); there || err != nil {
		t.Errorf("the promise is still there, %v", err)
	}
}

// TestPromiseFails: what cannot be promised is not published.
func TestPromiseFails(t *testing.T) {
	paper, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	name := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(name, []byte("anna@example.com\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	st, err := store.Open(t.Context(), t.TempDir(), time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	o := job.ProtectOptions{To: []age.Recipient{paper.Recipient()}, Key: catalogueKey, Now: time.Now, Done: func(replace.Result) {}}
	if _, err := job.Protect(t.Context(), full{st}, []string{name}, o); !errors.Is(err, errDied) {
		t.Fatal(err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 1 || left[0].Name() != "list.csv" {
		t.Errorf("%v %v", left, err)
	}
}

// full is a store that has no room for a promise.
type full struct{ *store.Store }

func (full) Promise(context.Context, []catalogue.Promise) error { return errDied }
