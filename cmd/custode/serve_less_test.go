package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"custode/cmd/custode/internal/web"
	"custode/internal/secret"
)

// TestLess: the page deletes rows and files as the command does, only what was agreed to, and takes it back.
func TestLess(t *testing.T) {
	s := newTidyShop(t, t.TempDir(), t.TempDir(), 50)
	two := filepath.Join(s.dir, "two.csv")
	if err := os.WriteFile(two, []byte("email;first;last\r\na@example.com;31/12/2018;31/12/2019\r\nb@example.com;30/11/2018;31/12/2090\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	scan := func() {
		t.Helper()
		if r := custode(t, s.home, "scan"); r.code > 1 {
			t.Fatalf("%+v", r)
		}
	}
	scan()
	env := map[string]string{"HOME": t.TempDir()}
	o := newCounter(&shell{env: func(k string) string { return env[k] }, now: time.Now, home: s.home}).office("en").(*office) //nolint:errcheck,forcetypeassert // it is what office gives
	if err := o.Unlock(t.Context(), secret.FromString("one two three four")); err != nil {
		t.Fatal(err)
	}
	plan := func(want *web.LessWish) web.LessPlan {
		t.Helper()
		p, err := o.PlanLess(t.Context(), *want)
		if err != nil {
			t.Fatal(err)
		}
		want.Seen = p.Name
		return p
	}
	do := func(want web.LessWish) (string, error) {
		t.Helper()
		out, err := o.Less(t.Context(), want, func(web.Progress) {})
		return out.Title + " " + strings.Join(out.Lines, " "), err
	}
	back := func(path string, whole []byte) {
		t.Helper()
		list, all, err := o.Undos(t.Context(), 0, 9)
		if err != nil || all == 0 || list[0].Name != filepath.Base(path) || !list[0].There {
			t.Fatalf("%+v, %d, %v", list, all, err)
		}
		if _, err := o.TakeBack(t.Context(), list[0].ID); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || !bytes.Equal(b, whole) {
			t.Fatalf("%d bytes came back, %v", len(b), err)
		}
		if _, err := o.TakeBack(t.Context(), list[0].ID); !isFault(err, "fault.tidy.undo") {
			t.Errorf("taken back twice: %v", err)
		}
	}

	old := web.LessWish{Do: "old", Months: 24, Files: []string{nameOf(s.file), nameOf(two), "0000"}, Columns: map[string]string{}}
	p := plan(&old)
	if p.Count != 1 || p.Files[0].Name != "visits.csv" || len(p.Asks) != 1 || p.Asks[0].ID != nameOf(two) || len(p.Asks[0].Columns) != 2 || len(p.Stays) != 1 || p.Keys {
		t.Fatalf("%+v", p)
	}
	other := old
	other.Seen = "another"
	if said, err := do(other); !isFault(err, "fault.web.changed") {
		t.Errorf("what nobody agreed to was done: %s %v", said, err)
	}
	s.holds(t, s.old)
	if said, err := do(old); err != nil || !strings.Contains(said, "24 rows of 49") || !strings.Contains(said, "solid state") {
		t.Errorf("%s %v", said, err)
	}
	s.holds(t, s.left)
	if said, err := do(old); err == nil {
		t.Errorf("done twice: %s", said)
	}
	back(s.file, s.old)

	scan()
	old.Files, old.Columns = []string{nameOf(two)}, map[string]string{nameOf(two): "last"}
	if p := plan(&old); p.Count != 1 || len(p.Asks) != 0 || !strings.Contains(strings.Join(p.Files[0].Lines, " "), "1 of 2 rows goes") {
		t.Errorf("%+v", p)
	}

	gone := web.LessWish{Do: "gone", Files: []string{nameOf(s.file)}}
	plan(&gone)
	if err := os.WriteFile(s.file, append(bytes.Clone(s.old), "9;new@example.com;31/12/2090\r\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := do(gone); !isFault(err, "fault.web.changed") {
		t.Errorf("a file that has changed meanwhile is deleted: %s %v", said, err)
	}
	s.write(t)
	if p := plan(&gone); p.Count != 1 {
		t.Fatalf("%+v", p)
	}
	if said, err := do(gone); err != nil || !strings.Contains(said, "Deleted: visits.csv") {
		t.Errorf("%s %v", said, err)
	}
	if _, err := os.Stat(s.file); !os.IsNotExist(err) {
		t.Error("it is still there", err)
	}
	back(s.file, s.old)
}

// holds holds the file to what it should hold.
func (s *tidyShop) holds(t *testing.T, want []byte) {
	t.Helper()
	if b, err := os.ReadFile(s.file); err != nil || !bytes.Equal(b, want) {
		t.Errorf("the file has %d bytes, not %d: %v", len(b), len(want), err)
	}
}
