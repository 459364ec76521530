package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// noCopy wants the readable copy, which the file names, and its folder to be gone,
// and no other one to be left beside it.
func noCopy(ts *testscript.TestScript, _ bool, args []string) {
	path := strings.TrimSpace(ts.ReadFile(args[0]))
	if path == "" {
		ts.Fatalf("nothing was opened")
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(path)), "open-*"))
	if filepath.Base(filepath.Dir(path)) == "copy" { // of one to edit, which lies a folder deeper
		left, err = filepath.Glob(filepath.Dir(filepath.Dir(path)))
		if len(left) > 0 {
			ts.Fatalf("%s is left", left)
		}
	}
	ts.Check(err)
	for _, dir := range left {
		if filepath.Base(dir) == filepath.Base(filepath.Dir(path)) {
			ts.Fatalf("%s is left", dir)
		}
	}
	if _, err := os.Lstat(path); err == nil {
		ts.Fatalf("%s is left", path)
	}
}

// TestOpenConforms holds the documents of unlock, lock and open to their schemas.
func TestOpenConforms(t *testing.T) {
	home := t.TempDir()
	for _, args := range [][]string{{"unlock", "--status", "--json"}, {"lock", "--json"}} {
		r := custode(t, home, args...)
		if r.code != 0 || r.err != "" {
			t.Errorf("%q: %+v", args, r)
		}
		conform(t, r.out)
	}
	for _, doc := range []any{
		openDoc{Schema: "custode.open/1", Path: "/d/a.age", Copy: "/run/a", Beside: []string{}},
		membersDoc{"custode.members/1", "/d/a.zip.age", []memberDoc{{1, "a/b", 3, "2026-11-28T00:00:00Z"}}},
		leftoversDoc{"custode.leftovers/1", 1, []leftoverDoc{{"/d/a.age", "/run/a", "", []string{}, leftBeside, "/d/a (2).age"}}},
		unlockDoc{Schema: "custode.unlock/1", Held: true, Failed: []string{"/d/a.age"}},
	} {
		raw, err := json.Marshal(doc)
		if err != nil {
			t.Fatal(err)
		}
		conform(t, string(raw))
	}
}

// TestSweepCopies: only copies whose custode is gone are removed.
func TestSweepCopies(t *testing.T) {
	base := t.TempDir()
	parent := "open-" + strconv.Itoa(os.Getppid()) + "-1" // a process that runs
	for _, name := range []string{"open-2000000000-1", parent, "open-x-1", "agent-1"} {
		if err := os.Mkdir(filepath.Join(base, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(base, "open-2000000000-1", "a.csv"), nil, 0o400); err != nil {
		t.Fatal(err)
	}
	if n := sweepCopies(base); n != 1 {
		t.Errorf("%d removed", n)
	}
	for name, want := range map[string]bool{"open-2000000000-1": false, parent: true, "open-x-1": true, "agent-1": true} {
		if exists(filepath.Join(base, name)) != want {
			t.Errorf("%s: there %v", name, !want)
		}
	}
}
