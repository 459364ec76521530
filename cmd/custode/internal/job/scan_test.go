package job_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/cmd/custode/internal/store"
	"custode/internal/fault"
	"custode/internal/journal"
	"custode/internal/sample"
	"custode/playbook/daily"
	"custode/scan"
	"custode/scan/detect"
)

// bench is a home and a folder, and counts what is read.
type bench struct {
	home, dir string
	store     *store.Store
	read      atomic.Int64
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{home: t.TempDir(), dir: filepath.Join(t.TempDir(), "data")}
	if err := os.Mkdir(b.dir, 0o700); err != nil {
		t.Fatal(err)
	}
	var err error
	if b.store, err = store.Open(t.Context(), b.home, time.Now); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.store.Close() })
	return b
}

func (b *bench) options() job.ScanOptions {
	o := job.ScanOptions{Whole: true, Lock: func(name string) (func(), error) { return store.Lock(b.home, name, time.Now()) }}
	o.Roots, o.Now, o.KeyID = []string{b.dir}, time.Now, "k"
	o.Rules = detect.New(detect.Options{Key: [16]byte{1}, Country: "IT"})
	o.Read = func(string) { b.read.Add(1) }
	return o
}

func (b *bench) scan(t *testing.T) *scan.Report {
	t.Helper()
	b.read.Store(0)
	r, err := job.Scan(t.Context(), b.store, b.options())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestUnchangedTreeIsNotRead scans 20,000 files twice: the second scan opens
// none of them, and finds the same.
func TestUnchangedTreeIsNotRead(t *testing.T) {
	b := newBench(t)
	if err := os.Remove(b.dir); err != nil {
		t.Fatal(err)
	}
	if err := sample.WriteBulk(b.dir, 3, 20000, 30<<20); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // beyond the tick in which the last was written
	first := b.scan(t)
	if n := b.read.Load(); n < 20000 || n != first.Totals.Files {
		t.Errorf("the first scan read %d of %d files", n, first.Totals.Files)
	}
	second := b.scan(t)
	if n := b.read.Load(); n != 0 || second.Totals.Read != 0 {
		t.Errorf("the second scan read %d files", n)
	}
	if first.Totals.People != second.Totals.People || first.Totals.WithFindings != second.Totals.WithFindings || first.Totals.Bytes != second.Totals.Bytes {
		t.Errorf("first %+v\nsecond %+v", first.Totals, second.Totals)
	}
}

// TestDailyFacts holds the check against the files as they lie there now.
func TestDailyFacts(t *testing.T) {
	b := newBench(t)
	for name, text := range map[string]string{"a.txt": "anna@example.com", "b.txt": "luca@example.com", "c.txt": "nothing", "d.pdf": "%PDF-1.7"} {
		if err := os.WriteFile(filepath.Join(b.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	item := func(id string) (status, key string, n int64) {
		c, err := job.Daily(t.Context(), b.store, job.Shop{Folders: []string{b.dir}}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range c.Items {
			if it.ID == id {
				return string(it.Status), it.Title.Key, it.Title.N
			}
		}
		t.Fatalf("no item %s", id)
		return "", "", 0
	}
	if s, _, _ := item("data.plaintext"); s != "unknown" {
		t.Errorf("before a scan: %s", s)
	}
	b.scan(t)
	if s, _, n := item("data.plaintext"); s != "attention" || n != 2 {
		t.Errorf("after a scan: %s %d", s, n)
	}
	if s, _, n := item("scan.unread"); s != "unknown" || n != 1 {
		t.Errorf("unread: %s %d", s, n)
	}
	if err := os.Remove(filepath.Join(b.dir, "a.txt")); err != nil {
		t.Fatal(err)
	}
	if _, _, n := item("data.plaintext"); n != 1 {
		t.Errorf("a removed file still counts: %d", n)
	}
	if s, key, _ := item("scan.age"); s != "attention" || key != "item.scan.age.changed.title" {
		t.Errorf("a removed file passes unnoticed: %s %s", s, key)
	}
	away := b.dir + ".away"
	if err := os.Rename(b.dir, away); err != nil {
		t.Fatal(err)
	}
	if s, _, n := item("data.plaintext"); s == "ok" || n != 2 {
		t.Errorf("the drive is away, and its data seem gone: %s %d", s, n)
	}
	// A scan while the drive is away forgets nothing.
	if _, err := job.Scan(t.Context(), b.store, b.options()); fault.Cause(err) != "absent" {
		t.Errorf("a scan of nothing: %v", err)
	}
	if err := os.Rename(away, b.dir); err != nil {
		t.Fatal(err)
	}
}

// TestReturnedDriveIsNotGreen: a drive that was away at the only whole scan is
// not known when it is plugged in again.
func TestReturnedDriveIsNotGreen(t *testing.T) {
	b := newBench(t)
	drive := filepath.Join(t.TempDir(), "drive")
	if err := os.WriteFile(filepath.Join(b.dir, "a.txt"), []byte("nothing"), 0o600); err != nil {
		t.Fatal(err)
	}
	o := b.options()
	o.Roots = []string{b.dir, drive}
	status := func() daily.Status {
		c, err := job.Daily(t.Context(), b.store, job.Shop{Folders: o.Roots}, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		return c.Items[0].Status
	}
	for i, want := range []daily.Status{daily.Unknown, daily.Unknown, daily.Attention} {
		switch i {
		case 1:
			if err := os.Mkdir(drive, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(drive, "list.txt"), []byte("anna@example.com"), 0o600); err != nil {
				t.Fatal(err)
			}
			if got := status(); got != want {
				t.Errorf("plugged in again: %s", got)
			}
			continue
		}
		if _, err := job.Scan(t.Context(), b.store, o); err != nil {
			t.Fatal(err)
		}
		if got := status(); got != want {
			t.Errorf("scan %d: %s, want %s", i, got, want)
		}
	}
}

// panics breaks where no file is being read.
type panics struct{ *store.Store }

func (panics) Known(context.Context, string, []string) (map[string]scan.File, error) {
	panic("anna@example.com")
}

// TestPanicIsABug: a panic in a scan is custode's own fault, in a whole sentence.
func TestPanicIsABug(t *testing.T) {
	b := newBench(t)
	if err := os.WriteFile(filepath.Join(b.dir, "a.txt"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := job.Scan(t.Context(), panics{b.store}, b.options())
	f, ok := errors.AsType[*fault.Error](err)
	if !ok || f.Code != fault.Bug || len(f.Args) != 1 {
		t.Errorf("got %v", err)
	}
}

// broken fails to save after some batches.
type broken struct {
	*store.Store
	left int
}

var errNoRoom = errors.New("no room")

func (s *broken) SaveFiles(ctx context.Context, id int64, files []scan.File) error {
	if s.left--; s.left < 0 {
		return errNoRoom
	}
	return s.Store.SaveFiles(ctx, id, files)
}

// TestFailedScanKeepsTheLastOne breaks a scan in the middle: what the last
// whole scan knew is still known, and the next scan goes on.
func TestFailedScanKeepsTheLastOne(t *testing.T) {
	b := newBench(t)
	if err := os.Remove(b.dir); err != nil {
		t.Fatal(err)
	}
	if err := sample.WriteBulk(b.dir, 9, 1800, 2<<20); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	_, err := job.Scan(t.Context(), &broken{b.store, 2}, b.options())
	if !errors.Is(err, errNoRoom) {
		t.Fatalf("got %v", err)
	}
	if _, roots, err := b.store.LastWholeScan(t.Context()); roots != nil || err != nil {
		t.Error("a failed scan counts as a whole one")
	}
	r := b.scan(t)
	if n := b.read.Load(); n == 0 || n >= r.Totals.Files {
		t.Errorf("the next scan read %d of %d files", n, r.Totals.Files)
	}
	var kinds []string
	if err := b.store.Journal(t.Context(), 1, func(e journal.Entry) error { kinds = append(kinds, e.Kind); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(kinds) != 4 || kinds[1] != "scan.interrupted" {
		t.Errorf("the journal: %v", kinds)
	}
}

// BenchmarkUnchanged scans 20,000 files of which none has changed.
func BenchmarkUnchanged(b *testing.B) {
	home, dir := b.TempDir(), filepath.Join(b.TempDir(), "data")
	if err := sample.WriteBulk(dir, 3, 20000, 60<<20); err != nil {
		b.Fatal(err)
	}
	st, err := store.Open(b.Context(), home, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	defer st.Close()
	o := (&bench{home: home, dir: dir}).options()
	for b.Loop() {
		if _, err := job.Scan(b.Context(), st, o); err != nil {
			b.Fatal(err)
		}
	}
}
