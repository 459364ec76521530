package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
)

// TestTryBackupOfTheOffice: a file that came back is compared, with its name as a file manager copies it, and the check
// tells it; one that lies in a data folder, or is another, proves nothing.
func TestTryBackupOfTheOffice(t *testing.T) {
	shop, home, _ := shopAndHome(t)
	o := officeOf(t, home)
	tell, dir := func(web.Progress) {}, t.TempDir()
	own := filepath.Join(shop, "elenco.csv")
	raw := []byte("Maria Esempio,maria@example.com\n")
	for path, content := range map[string][]byte{own: raw, filepath.Join(dir, "elenco.csv"): raw, filepath.Join(dir, "other", "elenco.csv"): []byte("x")} {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{own: "fault.backup.try-inside", filepath.Join(dir, "other", "elenco.csv"): "fault.backup.try-differs", "elenco.csv": "fault.serve.whole-path", filepath.Join(dir, "none.csv"): "fault.backup.try-read"} {
		if _, err := o.TryBackup(t.Context(), path, tell); !isFault(err, want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	restored := func() bool {
		today, err := o.Today(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		return slices.ContainsFunc(today.Fine, func(th web.Thing) bool { return th.ID == "backup.restore" })
	}
	if restored() {
		t.Error("told before it was tried")
	}
	out, err := o.TryBackup(t.Context(), `"`+filepath.Join(dir, "elenco.csv")+`" `, tell)
	if err != nil || !slices.ContainsFunc(out.Lines, func(l string) bool { return strings.HasSuffix(l, "elenco.csv") }) || !restored() {
		t.Errorf("%+v %v", out, err)
	}
}

// TestTryHomeOfTheOffice: a backup of custode's own folder opens with the keys that are at hand, nothing of it stays,
// and what is no such backup is told as that.
func TestTryHomeOfTheOffice(t *testing.T) {
	o, _, home := vaultShop(t)
	if err := o.Unlock(t.Context(), secret.FromString(vaultPass)); err != nil {
		t.Fatal(err)
	}
	tell, dir := func(web.Progress) {}, t.TempDir()
	beside := func() int {
		list, err := os.ReadDir(filepath.Dir(home))
		if err != nil {
			t.Fatal(err)
		}
		return len(list)
	}
	before := beside()
	if _, err := o.BackUp(t.Context(), dir, tell); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.age"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%v %v", files, err)
	}
	if set, err := o.Settings(t.Context()); err != nil || set.SavedFile != files[0] || set.Saved == "" {
		t.Errorf("%+v %v", set, err)
	}
	out, err := o.TryHome(t.Context(), files[0], tell)
	if err != nil || len(out.Lines) != 2 {
		t.Errorf("%+v %v", out, err)
	}
	if beside() != before {
		t.Error("something of it stays beside the home")
	}
	raw, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[0], raw[:len(raw)-7], 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := o.TryHome(t.Context(), files[0], tell); !isFault(err, "fault.restore.cut-off") && !isFault(err, "fault.restore.damaged") {
		t.Errorf("cut off: %v", err)
	}
	o.Lock()
	if _, err := o.TryHome(t.Context(), files[0], tell); !isFault(err, "fault.serve.locked") {
		t.Errorf("locked: %v", err)
	}
}

// TestOneBackupForTwoClicks: a double click writes one backup, and says so; a minute later, or where it is gone, another
// one is written.
func TestOneBackupForTwoClicks(t *testing.T) {
	o, _, _ := vaultShop(t)
	dir, now := t.TempDir(), time.Now()
	o.sh.now = func() time.Time { return now }
	for _, step := range []struct {
		after time.Duration
		fault string
		files int
	}{{0, "", 1}, {2 * time.Second, "fault.serve.backed", 1}, {time.Minute, "", 2}} {
		now = now.Add(step.after)
		_, err := o.BackUp(t.Context(), dir, func(web.Progress) {})
		list, _ := os.ReadDir(dir)
		if (err == nil) != (step.fault == "") || err != nil && !isFault(err, step.fault) || len(list) != step.files {
			t.Errorf("after %s: %d files, %v", step.after, len(list), err)
		}
	}
	o.backing.Lock()
	defer o.backing.Unlock()
	if _, err := o.BackUp(t.Context(), dir, func(web.Progress) {}); !isFault(err, "fault.serve.backing") {
		t.Error(err)
	}
}
