package store

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/fault"
	"custode/internal/journal"
	"custode/scan"
	"custode/scan/detect"
	"custode/scan/people"
	"custode/scan/walk"
)

var update = flag.Bool("update", false, "renew the golden schema")

func ticking() time.Time { return time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC) }

func open(t *testing.T, home string) *Store {
	t.Helper()
	s, err := Open(t.Context(), home, ticking)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func code(err error) fault.Code {
	if f, ok := errors.AsType[*fault.Error](err); ok {
		return f.Code
	}
	return 0
}

func TestGoldenSchema(t *testing.T) {
	s := open(t, t.TempDir())
	var got []string
	err := s.each(t.Context(), "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name", nil, func(r *sql.Rows) error {
		var text string
		err := r.Scan(&text)
		got = append(got, text+";\n")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(got, "\n")
	if *update {
		if err := os.WriteFile("testdata/schema.sql", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), text); diff != "" {
		t.Errorf("the schema differs from testdata/schema.sql (-want +got):\n%s", diff)
	}
	if n, _ := sql.Open("sqlite3", ":memory:"); n != nil {
		_ = n.Close()
	}
}

// TestPragmas looks at every pooled connection, not only at the first.
func TestPragmas(t *testing.T) {
	s := open(t, t.TempDir())
	for range 3 {
		c, err := s.db.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "busy_timeout": "10000"} {
			var got string
			if err := c.QueryRowContext(t.Context(), "PRAGMA "+pragma).Scan(&got); err != nil || got != want {
				t.Errorf("%s is %q, %v; want %q", pragma, got, err, want)
			}
		}
	}
}

func TestFilePermissions(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("goes by the folder there")
	}
	home := t.TempDir()
	s := open(t, home)
	if _, err := s.Record(t.Context(), "x", map[string]int{}); err != nil {
		t.Fatal(err)
	}
	es, _ := os.ReadDir(home)
	for _, e := range es {
		if info, err := e.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: %v %v", e.Name(), info.Mode(), err)
		}
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string) error
		want fault.Code
	}{
		"newer": {func(p string) error {
			s, err := Open(context.Background(), filepath.Dir(p), ticking)
			if err != nil {
				return err
			}
			defer s.Close()
			_, err = s.db.Exec("PRAGMA user_version = 999")
			return err
		}, fault.Config},
		"another program's": {func(p string) error {
			db, err := sql.Open("sqlite3", p)
			if err != nil {
				return err
			}
			defer db.Close()
			_, err = db.Exec("CREATE TABLE customers (name TEXT)")
			return err
		}, fault.Data},
		"garbage": {func(p string) error { return os.WriteFile(p, []byte(strings.Repeat("no database ", 999)), 0o600) }, fault.Data},
		"folder":  {func(p string) error { return os.Mkdir(p, 0o700) }, fault.IO},
	} {
		t.Run(name, func(t *testing.T) {
			home := t.TempDir()
			path := filepath.Join(home, "custode.db")
			if err := c.make(path); err != nil {
				t.Fatal(err)
			}
			before, _ := os.ReadFile(path)
			s, err := Open(t.Context(), home, ticking)
			if err == nil {
				_ = s.Close()
			}
			if code(err) != c.want {
				t.Errorf("got %v, want code %d", err, c.want)
			}
			if after, _ := os.ReadFile(path); !cmp.Equal(before, after) {
				t.Error("the refused file was changed")
			}
		})
	}
}

// TestMigrationKeepsACopy pretends that the file is a step behind.
func TestMigrationKeepsACopy(t *testing.T) {
	home := t.TempDir()
	s := open(t, home)
	if _, err := s.Record(t.Context(), "x", map[string]int{}); err != nil {
		t.Fatal(err)
	}
	if err := s.copyBefore(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite3", filepath.Join(home, "custode.db.before-2"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRow("SELECT count(*) FROM journal").Scan(&n); err != nil || n != 1 {
		t.Errorf("the copy holds %d entries, %v", n, err)
	}
	if err := s.copyBefore(t.Context(), 1); err != nil {
		t.Errorf("an older copy must stay and be no error: %v", err)
	}
}

// TestWritersBesideEachOther has several stores, as processes would, append
// at the same time: no entry is lost and the chain stays sound.
func TestWritersBesideEachOther(t *testing.T) {
	home := t.TempDir()
	const writers, each = 4, 25
	var wg sync.WaitGroup
	errs := make(chan error, writers)
	for range writers {
		wg.Go(func() {
			s, err := Open(context.Background(), home, ticking)
			if err != nil {
				errs <- err
				return
			}
			defer s.Close()
			for i := range each {
				if _, err := s.Record(context.Background(), "test", map[string]int{"i": i}); err != nil {
					errs <- err
					return
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	head, finding, err := open(t, home).Verify(t.Context(), nil)
	if err != nil || finding != nil || head.Seq != writers*each {
		t.Errorf("%d entries, %v, %v", head.Seq, finding, err)
	}
}

// TestTampering changes rows by hand, as somebody with the file would.
func TestTampering(t *testing.T) {
	for name, c := range map[string]struct {
		sql  []string
		want string
	}{
		"changed":                {[]string{"UPDATE journal SET body = '{\"i\":99}' WHERE seq = 3"}, "changed 3"},
		"deleted":                {[]string{"DELETE FROM journal WHERE seq = 3"}, "removed 3"},
		"deleted and renumbered": {[]string{"DELETE FROM journal WHERE seq = 3", "UPDATE journal SET seq = seq - 1 WHERE seq > 3"}, "removed 3"},
		"inserted": {[]string{
			"UPDATE journal SET seq = -seq WHERE seq >= 3", "UPDATE journal SET seq = 1 - seq WHERE seq < 0",
			"INSERT INTO journal SELECT 3, at, kind, '{}', prev, hash FROM journal WHERE seq = 4",
		}, "inserted 3"},
		"tail cut": {[]string{"DELETE FROM journal WHERE seq > 4"}, "cut 5"},
		"emptied":  {[]string{"DELETE FROM journal"}, "cut 1"},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			var head journal.Head
			for i := range 6 {
				var err error
				if head, err = s.Record(t.Context(), "test", map[string]int{"i": i}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := s.db.Exec(c.sql[0]); err == nil {
				t.Fatal("the journal is not append-only")
			}
			for _, q := range append([]string{"DROP TRIGGER journal_no_update", "DROP TRIGGER journal_no_delete", "PRAGMA ignore_check_constraints = on"}, c.sql...) {
				if _, err := s.db.Exec(q); err != nil {
					t.Fatalf("%s: %v", q, err)
				}
			}
			_, f, err := s.Verify(t.Context(), &head)
			if err != nil || f == nil || fmt.Sprintf("%s %d", f.Trouble, f.Seq) != c.want {
				t.Errorf("got %v, %v; want %s", f, err, c.want)
			}
		})
	}
}

func sampleFile(path string, now time.Time) scan.File {
	sk := people.New()
	sk.Add(1)
	sk.Add(2)
	return scan.File{
		Path: path, Stamp: walk.Stamp{Size: 10, MTimeNS: 5, CTimeNS: 6, Inode: 1 << 63, Dev: 3, Mode: 0o600, UID: 1000},
		State: scan.Examined, Format: "csv", Sketch: sk, People: 2, Risk: scan.Medium, RiskReason: scan.SomeContacts,
		Findings: []detect.Finding{{Kind: detect.Email, Count: 3, Distinct: 2, Confidence: detect.High, Sample: "m…@e….it", Where: detect.Where{Unit: detect.Column, Name: "Email", Number: 3}}},
		ReadAt:   now, Rules: "r1",
	}
}

func TestFilesComeBackAsTheyWere(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	dir := t.TempDir()
	id, err := s.BeginScan(ctx, []string{dir}, true)
	if err != nil {
		t.Fatal(err)
	}
	want := sampleFile(filepath.Join(dir, "a\nb\xff🎁.csv"), ticking())
	if err := s.SaveFiles(ctx, id, []scan.File{want}); err != nil {
		t.Fatal(err)
	}
	known, err := s.Known(ctx, dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	got := known[filepath.Base(want.Path)]
	if got.Sketch.Count() != 2 || !got.ReadAt.Equal(want.ReadAt) {
		t.Errorf("sketch %d, read at %v", got.Sketch.Count(), got.ReadAt)
	}
	got.Sketch, want.Sketch, got.ReadAt = nil, nil, want.ReadAt
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestUnreadableFileKeepsWhatIsKnown: a file that Excel holds open today is
// still the one that held two people yesterday.
func TestUnreadableFileKeepsWhatIsKnown(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	f := sampleFile(filepath.Join(t.TempDir(), "a.csv"), ticking())
	for id, next := range []scan.File{f, {Path: f.Path, State: scan.Failed, Reason: scan.InUse, Risk: scan.None, RiskReason: scan.NothingFound}} {
		if err := s.SaveFiles(ctx, int64(id), []scan.File{next}); err != nil {
			t.Fatal(err)
		}
	}
	known, err := s.Known(ctx, filepath.Dir(f.Path), []string{"other", "a.csv"})
	if err != nil {
		t.Fatal(err)
	}
	if got := known["a.csv"]; got.State != scan.Failed || got.Reason != scan.InUse || got.People != 2 || len(got.Findings) != 1 || got.Risk != scan.Medium {
		t.Errorf("%+v", got)
	}
}

// TestForgets checks what a finished scan forgets: what it should have met and
// did not, but not what lies in a folder that could not be read, nor beside its roots.
func TestForgets(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	top := t.TempDir()
	path := func(p string) string { return filepath.Join(top, filepath.FromSlash(p)) }
	save := func(id int64, paths ...string) {
		t.Helper()
		for _, p := range paths {
			if err := s.SaveFiles(ctx, id, []scan.File{sampleFile(path(p), ticking())}); err != nil {
				t.Fatal(err)
			}
		}
	}
	first, err := s.BeginScan(ctx, []string{top}, true)
	if err != nil {
		t.Fatal(err)
	}
	save(first, "d/gone", "d/stays", "d/shut/in", "d/shut/deep/in", "d2/beside", "dx")
	if _, err := s.FinishScan(ctx, first, []string{top}, scan.Totals{}, nil); err != nil {
		t.Fatal(err)
	}
	second, err := s.BeginScan(ctx, []string{path("d")}, false)
	if err != nil {
		t.Fatal(err)
	}
	stays := sampleFile(path("d/stays"), ticking())
	stays.Reused = true
	shut := scan.File{Path: path("d/shut"), State: scan.Failed, Reason: scan.Permission, Risk: scan.None, RiskReason: scan.NothingFound}
	if err := s.SaveFiles(ctx, second, []scan.File{stays, shut}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.FinishScan(ctx, second, []string{path("d")}, scan.Totals{}, nil); err != nil {
		t.Fatal(err)
	}
	var got []string
	if err := s.Files(ctx, top, func(f scan.File) error {
		rel, err := filepath.Rel(top, f.Path)
		got = append(got, filepath.ToSlash(rel))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("d/shut d/stays dx d/shut/in d/shut/deep/in d2/beside", strings.Join(got, " "), cmp.Transformer("set", func(s string) map[string]bool {
		m := map[string]bool{}
		for f := range strings.FieldsSeq(s) {
			m[f] = true
		}
		return m
	})); diff != "" {
		t.Error(diff)
	}
}

func TestInterruptedScanIsNoted(t *testing.T) {
	s, ctx := open(t, t.TempDir()), t.Context()
	for range 2 {
		if _, err := s.BeginScan(ctx, []string{"/x"}, true); err != nil {
			t.Fatal(err)
		}
	}
	var kinds []string
	if err := s.Journal(ctx, 1, func(e journal.Entry) error { kinds = append(kinds, e.Kind); return nil }); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(kinds, " "); got != "scan.started scan.interrupted scan.started" {
		t.Errorf("got %s", got)
	}
	if _, roots, err := s.LastWholeScan(ctx); roots != nil || err != nil {
		t.Errorf("an unfinished scan counts: %v %v", roots, err)
	}
}
