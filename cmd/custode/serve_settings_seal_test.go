package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSealsEveryHour: a folder that was switched on from the page is sealed in when the computer asks whether the check
// is due, also where none is; switched off, it is not.
func TestSealsEveryHour(t *testing.T) {
	shop, home := t.TempDir(), t.TempDir()
	list := func(name string) string {
		t.Helper()
		path := filepath.Join(shop, name)
		if err := os.WriteFile(path, []byte("anna@example.com\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	first := list("first.csv")
	if r := custode(t, home, "init", "--yes", "--data", shop); r.code != 0 {
		t.Fatal(r.out, r.err)
	}
	shop, err := filepath.EvalSymlinks(shop)
	if err != nil {
		t.Fatal(err)
	}
	o := officeOf(t, home)
	hour := func() { // one hour later: by then nobody has touched the files for a while
		t.Helper()
		env := map[string]string{"HOME": t.TempDir(), "CUSTODE_HOME": home, "LANG": "en_GB.UTF-8"}
		later := func() time.Time { return time.Now().Add(time.Hour) }
		sh := &shell{in: o.sh.in, out: io.Discard, err: io.Discard, env: func(k string) string { return env[k] }, now: later, width: 80, shelf: readOnce}
		if code := sh.run(t.Context(), []string{"check", "--notify", "--if-due"}); code > 3 {
			t.Fatal(code)
		}
	}
	if hour(); !exists(first) {
		t.Fatal("sealed where nobody asked for it")
	}
	s, err := o.Settings(t.Context())
	if err != nil || len(s.Seals) != 1 || s.Seals[0].On || s.SealsSaid.Say != "" {
		t.Fatalf("%+v, %v", s.Seals, err)
	}
	folder := s.Seals[0].Path
	for _, want := range []bool{true, false} {
		if changed, wrong, err := o.SealByItself(t.Context(), folder, true); changed != want || wrong != "" || err != nil {
			t.Errorf("%t %q %v", changed, wrong, err)
		}
	}
	if changed, wrong, err := o.SealByItself(t.Context(), filepath.Join(shop, "other"), true); changed || wrong == "" || err != nil {
		t.Errorf("no data folder: %t %q %v", changed, wrong, err)
	}
	if hour(); !exists(first) {
		t.Error("sealed without keys")
	}
	if s, err = o.Settings(t.Context()); err != nil || !strings.Contains(s.SealsSaid.Waits, "no keys") || s.SealsSaid.Say == "" || !s.Seals[0].On {
		t.Errorf("%+v %+v %v", s.Seals, s.SealsSaid, err)
	}
	provenRing(t, home)
	if hour(); exists(first) || !exists(first+".age") {
		t.Error("not sealed within the hour")
	}
	if _, wrong, err := o.DropFolder(t.Context(), folder); wrong == "" || strings.Contains(wrong, "_") || err != nil {
		t.Error(wrong, err)
	}
	if changed, wrong, err := o.SealByItself(t.Context(), folder, false); !changed || wrong != "" || err != nil {
		t.Errorf("%t %q %v", changed, wrong, err)
	}
	second := list("second.csv")
	if hour(); !exists(second) {
		t.Error("sealed though it is switched off")
	}
}
