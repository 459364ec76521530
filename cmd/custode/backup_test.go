package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/job"
	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// homeWithKeys makes a home and the text of its sheet.
func homeWithKeys(t *testing.T) (home, sheet string) {
	t.Helper()
	dir, home := t.TempDir(), filepath.Join(t.TempDir(), "home")
	if r := custode(t, home, "init", "--yes", "--data", dir, "--country", "IT"); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	r, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
		Name: "Anna", Passphrase: secret.FromString("one two three"), WorkFactor: 8, Now: time.Now(),
	})
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.Sheet(u)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := keys.SheetLines(id)
	if err != nil {
		t.Fatal(err)
	}
	var typed []string
	for _, l := range lines {
		typed = append(typed, string(l.Reveal()))
	}
	return home, put(t, filepath.Join(t.TempDir(), "sheet.txt"), strings.Join(typed, "\n"))
}

// TestBackupDocuments holds the answers for programs to their schemas.
func TestBackupDocuments(t *testing.T) {
	home, sheet := homeWithKeys(t)
	file, to := filepath.Join(t.TempDir(), "b.age"), filepath.Join(t.TempDir(), "new")
	for _, c := range []struct {
		home string
		args []string
	}{
		{home, []string{"backup", "--json", "--dry-run", file}},
		{home, []string{"keys", "status", "--json"}},
		{home, []string{"backup", "--json", file}},
		{home, []string{"keys", "status", "--json"}},
		{to, []string{"restore", "--json", "--dry-run", "--sheet-file", sheet, file}},
		{to, []string{"restore", "--json", "--sheet-file", sheet, file}},
	} {
		r := custode(t, c.home, c.args...)
		if r.code != 0 || r.err != "" {
			t.Fatalf("%q: %+v", c.args, r)
		}
		conform(t, r.out)
	}
}

// TestRestoreKilled kills the program at random while it makes a home: there is no
// home then, or the whole of it, and the next run leaves nothing else.
func TestRestoreKilled(t *testing.T) {
	home, sheet := homeWithKeys(t)
	big := make([]byte, 8<<20)
	if _, err := rand.Read(big); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b", "c"} {
		put(t, filepath.Join(home, "evidence", name), string(big))
	}
	file := filepath.Join(t.TempDir(), "b.age")
	if r := custode(t, home, "backup", file); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent := t.TempDir()
	to := filepath.Join(parent, "home")
	killed, made := 0, 0
	for i := range 20 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(20+12*i)*time.Millisecond)
		cmd := exec.CommandContext(ctx, exe, "restore", file, "--sheet-file", sheet)
		cmd.Args[0] = "custode" // as testscript starts the program
		cmd.Env = append(os.Environ(), "CUSTODE_HOME="+to, "HOME="+parent)
		if err := cmd.Run(); err != nil {
			killed++
		}
		cancel()
		if _, err := os.Stat(to); err == nil {
			if entries, _ := os.ReadDir(filepath.Join(to, "evidence")); len(entries) != 3 {
				t.Fatalf("run %d: half a home: %v", i, entries)
			}
			made++
			if err := os.RemoveAll(to); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%d of 20 killed, %d homes made", killed, made)
	if killed == 0 {
		t.Error("none was killed")
	}
	if r := custode(t, to, "restore", file, "--sheet-file", sheet); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	if entries, _ := os.ReadDir(parent); len(entries) != 1 {
		t.Errorf("left over: %v", entries)
	}
}

// TestDrillDue: ninety days after the sheet last opened files, and if it never did.
func TestDrillDue(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	sh := &shell{now: func() time.Time { return now }}
	for days, want := range map[int]bool{0: false, 89: false, 90: false, 91: true, 400: true} {
		if got := sh.drillDue(job.Burnt{Drill: now.AddDate(0, 0, -days)}); got != want {
			t.Errorf("%d days: %v", days, got)
		}
	}
	if !sh.drillDue(job.Burnt{}) {
		t.Error("never: not due")
	}
}

// TestBackupUnnoted: a backup that is written and that the journal does not have is told as that, by the page and by the
// command, and a double click does not write another.
func TestBackupUnnoted(t *testing.T) {
	o, _, home := vaultShop(t)
	db, err := sql.Open("sqlite3", filepath.Join(home, "custode.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("CREATE TRIGGER full BEFORE INSERT ON journal BEGIN SELECT RAISE(ABORT, 'full'); END"); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	out, err := o.BackUp(t.Context(), dir, unfollowed)
	if told := strings.Join(out.Lines, "\n"); err != nil || !strings.Contains(told, "could not be noted in the journal") || strings.Contains(told, "custode restore") {
		t.Errorf("%q %v", out.Lines, err)
	}
	if _, err := o.BackUp(t.Context(), dir, unfollowed); !isFault(err, "fault.serve.backed") {
		t.Errorf("again: %v", err)
	}
	file := filepath.Join(dir, "b.age")
	r := custode(t, home, "backup", "--json", file)
	if _, err := os.Stat(file); err != nil || r.code != 1 || !strings.Contains(r.out, "could not be noted in the journal") {
		t.Errorf("%+v %v", r, err)
	}
	conform(t, r.out)
}
