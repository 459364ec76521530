package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
	"custode/encrypt/backup"
	"custode/encrypt/disk"
	"custode/encrypt/ring"
	"custode/internal/secret"
)

// newComputer is a computer on which nothing was set up and a page runs, with a backup and the lines of its sheet.
func newComputer(t *testing.T) (o *office, old, file string, lines [web.SheetLines]secret.Bytes) {
	t.Helper()
	old, sheet := homeWithKeys(t)
	file = filepath.Join(t.TempDir(), "custode-2026-11-29.age")
	if r := custode(t, old, "backup", file); r.code != 0 {
		t.Fatalf("%+v", r)
	}
	raw, err := os.ReadFile(sheet)
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		lines[i] = secret.FromString(l)
	}
	home := filepath.Join(t.TempDir(), "home")
	put(t, filepath.Join(home, servedFile), `{"name":"abcdefghijkl"}`)
	return officeOf(t, home), old, file, lines
}

// unfollowed is the progress that nobody follows.
func unfollowed(web.Progress) {}

// bare wants nothing but what the page leaves on the new computer.
func bare(t *testing.T, o *office) {
	t.Helper()
	beside, err := os.ReadDir(filepath.Dir(o.sh.home))
	if err != nil || len(beside) != 1 || o.Ready() || o.sh.noHomeYet("") != nil {
		t.Errorf("something was made: %v %v", beside, err)
	}
}

// TestRestoreOnPage: the sheet opens the backup; first one sees what is in it and nothing is made; then the home is there
// as it was, the page's own note stays, and what to do next is said.
func TestRestoreOnPage(t *testing.T) {
	o, old, file, lines := newComputer(t)
	r, err := o.TakeBackup(` "` + file + `" `)
	if err != nil || r.File != file || r.Opens {
		t.Fatalf("%+v %v", r, err)
	}
	two := [web.SheetLines]secret.Bytes{lines[0], secret.FromString("no line"), secret.FromString(""), lines[3]}
	if r, err = o.TypeForBackup(r.Which, two, false); err != nil || r.Opens || !r.Lines[0].Right || r.Lines[1].Wrong == "" || !r.Lines[3].Right {
		t.Fatalf("%+v %v", r, err)
	}
	if _, err := o.LookIntoBackup(t.Context(), r.Which, unfollowed); !isFault(err, "fault.restore.gone") {
		t.Errorf("without a key: %v", err)
	}
	if r, err = o.TypeForBackup(r.Which, [web.SheetLines]secret.Bytes{{}, lines[1], lines[2], {}}, false); err != nil || !r.Opens {
		t.Fatalf("%+v %v", r, err)
	}
	set, err := officeOf(t, old).sh.settings()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(set.Folders[0]); err != nil { // that of the old computer
		t.Fatal(err)
	}
	if out, err := o.LookIntoBackup(t.Context(), r.Which, unfollowed); err != nil || out.Next != "/start/restore/found" {
		t.Fatalf("%+v %v", out, err)
	}
	if r, err = o.Restoring(""); err != nil || r.Seen == nil || !slices.Equal(r.Seen.Absent, set.Folders) || r.Seen.People != "Anna" || r.Seen.Shop == "" {
		t.Fatalf("%+v %v", r.Seen, err)
	}
	bare(t, o)
	out, err := o.Restore(t.Context(), r.Which, unfollowed)
	if err != nil || len(out.Parts) == 0 || !slices.Equal(out.Parts[0].List, set.Folders) || out.Parts[0].To == "" {
		t.Fatalf("%+v %v", out, err)
	}
	if o.sh.wasServed().Name != "abcdefghijkl" || !o.Ready() || o.Unlock(t.Context(), secret.FromString("one two three")) != nil {
		t.Error("not as it was, or the page's own note is gone")
	}
	if j, err := o.Journal(t.Context(), web.JournalWish{Most: 50, Kind: "home.restored"}); err != nil || j.All != 1 {
		t.Errorf("%+v %v", j, err)
	}
	if _, err := o.Restore(t.Context(), r.Which, unfollowed); !isFault(err, "fault.restore.gone") {
		t.Errorf("a second time: %v", err)
	}
	if _, err := o.TakeBackup(file); !isFault(err, "fault.restore.home") {
		t.Errorf("over a home: %v", err)
	}
}

// TestRestoreRefused: what is no backup, is damaged, or does not open is told as that, and nothing is made.
func TestRestoreRefused(t *testing.T) {
	o, old, file, lines := newComputer(t)
	dir := t.TempDir()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	cut := put(t, filepath.Join(dir, "cut.age"), string(raw[:len(raw)-100]))
	for path, want := range map[string]string{
		"b.age": "fault.serve.whole-path", filepath.Join(dir, "none.age"): "fault.restore.file", dir: "fault.restore.file",
		put(t, filepath.Join(dir, "text.age"), "Maria Esempio"): "fault.restore.not-sealed", put(t, filepath.Join(dir, "empty.age"), ""): "fault.restore.cut-off",
	} {
		if _, err := o.TakeBackup(path); !isFault(err, want) {
			t.Errorf("%s: %v, want %s", path, err, want)
		}
	}
	take := func(path string) string {
		t.Helper()
		r, err := o.TakeBackup(path)
		if err != nil {
			t.Fatal(err)
		}
		return r.Which
	}
	which := take(cut)
	if _, err := o.TypeForBackup(which, lines, false); err != nil {
		t.Fatal(err)
	}
	if _, err := o.LookIntoBackup(t.Context(), which, unfollowed); !isFault(err, "fault.restore.cut-off") && !isFault(err, "fault.restore.damaged") {
		t.Errorf("cut off: %v", err)
	}
	which = take(file)
	for folder, want := range map[string]string{dir: "fault.restore.no-keys", "keys": "fault.restore.no-keys"} {
		if err := o.KeysForBackup(which, folder, secret.FromString("one two three")); !isFault(err, want) {
			t.Errorf("%s: %v", folder, err)
		}
	}
	if err := o.KeysForBackup(which, old, secret.FromString("another")); err != web.ErrWrong { //nolint:errorlint // it is that very one
		t.Errorf("another passphrase: %v", err)
	}
	if err := o.KeysForBackup(which, old, secret.FromString("one two three")); err != nil {
		t.Fatal(err)
	}
	if _, err := o.LookIntoBackup(t.Context(), which, unfollowed); err != nil {
		t.Errorf("with the old keys: %v", err)
	}
	foreign, _ := homeWithKeys(t)
	if err := o.KeysForBackup(which, filepath.Join(foreign, "keys"), secret.FromString("one two three")); err != nil {
		t.Fatal(err)
	}
	if _, err := o.LookIntoBackup(t.Context(), which, unfollowed); !isFault(err, "fault.restore.wrong-key") {
		t.Errorf("keys of another shop: %v", err)
	}
	if _, err := o.Restoring("another"); err != web.ErrSheetGone { //nolint:errorlint // it is that very one
		t.Errorf("another window's: %v", err)
	}
	o.Lock()
	if _, err := o.Restore(context.Background(), which, unfollowed); !isFault(err, "fault.restore.gone") {
		t.Errorf("after locking: %v", err)
	}
	bare(t, o)
}

// TestRestoredAllTheSame: what fails once the home stands is told as what was not done, on the page and by the command,
// and the folders of another system are named as that before.
func TestRestoredAllTheSame(t *testing.T) {
	o, old, _, lines := newComputer(t)
	sheet := put(t, filepath.Join(t.TempDir(), "sheet"), lineText(lines))
	settings := filepath.Join(old, "custode.yaml")
	raw, err := os.ReadFile(settings)
	if err != nil {
		t.Fatal(err)
	}
	put(t, settings, string(raw)+"\nfrom_another_custode: [\n")
	r, err := ring.Load(filepath.Join(old, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "odd.age")
	if _, err := backup.Write(t.Context(), file, backup.Source{
		Home: old, To: r.Recipients(), Now: o.sh.now(), Version: "1.0", FS: disk.Real{},
		Copy: func(_ context.Context, to string) error {
			raw, err := os.ReadFile(filepath.Join(old, "custode.db"))
			return errors.Join(err, os.WriteFile(to, raw, 0o600))
		},
	}); err != nil {
		t.Fatal(err)
	}
	v, err := o.TakeBackup(file)
	if err != nil {
		t.Fatal(err)
	}
	if v, err = o.TypeForBackup(v.Which, lines, false); err != nil || !v.Opens {
		t.Fatalf("%+v %v", v, err)
	}
	out, err := o.Restore(t.Context(), v.Which, unfollowed)
	if err != nil || len(out.Parts) == 0 || !strings.HasPrefix(out.Parts[0].Say, "The folder is back, but") || o.sh.noHomeYet(file) == nil {
		t.Errorf("%+v %v", out, err)
	}
	if r := custode(t, filepath.Join(t.TempDir(), "home"), "restore", "--sheet-file", sheet, file); r.code != 1 || !strings.Contains(r.out, "The folder is back, but") {
		t.Errorf("%+v", r)
	}
	for folders, want := range map[string]string{`C:\Kunden`: "windows", `\\server\data`: "windows", "/srv/data": "", "/srv/c:/x": ""} {
		if got := ofOtherSystem([]string{"/home", folders}); got != want && os.PathSeparator == '/' {
			t.Errorf("%s: %q", folders, got)
		}
	}
}

// lineText is a sheet as a file, a line each.
func lineText(lines [web.SheetLines]secret.Bytes) string {
	var b strings.Builder
	for _, l := range lines {
		b.Write(l.Reveal())
		b.WriteByte('\n')
	}
	return b.String()
}

// TestFirstSteps: a home that came back tells of folders as another computer saw them, so they are looked at anew where
// they are; those that are not here are named first.
func TestFirstSteps(t *testing.T) {
	o, here, gone := officeOf(t, t.TempDir()), t.TempDir(), filepath.Join(t.TempDir(), "gone")
	for _, c := range []struct{ folders, to []string }{
		{[]string{here}, []string{"/data", "/watch#stands", "/recover"}},
		{[]string{here, gone}, []string{"/settings#folders", "/data", "/watch#stands", "/recover"}},
		{[]string{gone}, []string{"/settings#folders", "/watch#stands", "/recover"}},
	} {
		var to []string
		for _, p := range o.sh.firstSteps(restored{set: settings{Folders: c.folders}}) {
			to = append(to, p.To)
		}
		if !slices.Equal(to, c.to) {
			t.Errorf("%v: %v", c.folders, to)
		}
	}
}
