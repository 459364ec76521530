package main

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"custode/cmd/custode/internal/web"
)

// TestOthersOfTheOffice: what everybody can read is listed, closed as a whole or one by one with its folder, and given
// back; the check knows it at once, and no sentence names a command.
func TestOthersOfTheOffice(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("access lists instead of modes: package private has their test")
	}
	top, err := os.MkdirTemp("/tmp", "custode-others") //nolint:usetesting // t.TempDir may lie below a closed folder
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(top) })
	data, home := filepath.Join(top, "data"), t.TempDir()
	if err := os.Mkdir(data, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{top, data} {
		if err := os.Chmod(dir, 0o755); err != nil { // others have to get in
			t.Fatal(err)
		}
	}
	files := map[string]string{"a.csv": "anna@example.com\n", "b.csv": "luca@example.com\n", "mine.csv": "eva@example.com\n"}
	for name, text := range files {
		mode := os.FileMode(0o644)
		if name == "mine.csv" {
			mode = 0o600
		}
		if err := os.WriteFile(filepath.Join(data, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(filepath.Join(data, name), mode); err != nil {
			t.Fatal(err)
		}
	}
	if r := custode(t, home, "init", "--yes", "--data", data); r.code != 0 {
		t.Fatal(r.out, r.err)
	}
	o := officeOf(t, home)
	others := func() web.Others {
		t.Helper()
		v, err := o.Others(t.Context(), 0, 50)
		if err != nil || !v.Scanned {
			t.Fatal(v, err)
		}
		return v
	}
	onToday := func() string {
		t.Helper()
		c, err := o.Today(t.Context(), false)
		if err != nil {
			t.Fatal(err)
		}
		for _, th := range append(append(c.Then, c.Fine...), *c.First) {
			if th.ID == "data.access" {
				if strings.Contains(th.Do, "command") {
					t.Error(th.Do)
				}
				return th.Status
			}
		}
		return ""
	}
	nothing := func(web.Progress) {}
	v := others()
	if v.Count != 2 || len(v.Folders) != 1 || !strings.Contains(v.Files[0].Who, "Everybody who uses this computer") || onToday() == "ok" {
		t.Fatalf("%+v", v)
	}
	if _, err := o.CloseToOthers(t.Context(), web.CloseWish{All: true, Seen: "another"}, nothing); !isFault(err, "fault.web.changed") {
		t.Error(err)
	}
	out, err := o.CloseToOthers(t.Context(), web.CloseWish{Files: []string{v.Files[0].ID}}, nothing)
	if after := others(); err != nil || after.Count != 1 || !strings.HasPrefix(out.Title, "1 thing is closed") {
		t.Errorf("%+v, %+v, %v", after, out, err)
	}
	if _, err = o.CloseToOthers(t.Context(), web.CloseWish{All: true, Seen: others().Name, Folders: true}, nothing); err != nil || others().Count != 0 || onToday() != "ok" {
		t.Errorf("%+v, %v, %s", others(), err, onToday())
	}
	if info, err := os.Stat(data); err != nil || info.Mode().Perm() != 0o700 {
		t.Error(info.Mode(), err)
	}
	list, all, err := o.Closed(t.Context(), 0, 50)
	if err != nil || all != 3 {
		t.Fatalf("%+v, %v", list, err)
	}
	if out, err = o.GiveBack(t.Context(), web.CloseWish{All: true}, nothing); err != nil || others().Count != 2 || onToday() == "ok" || !strings.HasPrefix(out.Title, "3 things") {
		t.Errorf("%+v, %+v, %v", others(), out, err)
	}
	if info, err := os.Stat(filepath.Join(data, "mine.csv")); err != nil || info.Mode().Perm() != 0o600 {
		t.Error("what was closed before is open now", err)
	}
}
