package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"custode/playbook/drill"
)

// TestStatementOfAnotherCountry prints a statement in Italy and moves the shop to a country whose
// law names no hours: the promise that was printed is no longer one that the law's times hold.
func TestStatementOfAnotherCountry(t *testing.T) {
	home, data, out := t.TempDir(), t.TempDir(), filepath.Join(t.TempDir(), "s.md")
	for _, args := range [][]string{
		{"init", "--yes", "--shop", "Bottega Esempio", "--country", "IT", "--data", data},
		{"privacy", "statement", "--out", out},
	} {
		if r := custode(t, home, args...); r.code > 1 {
			t.Fatalf("%+v", r)
		}
	}
	path := filepath.Join(home, "custode.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	moved := bytes.Replace(raw, []byte("country: IT"), []byte("country: US"), 1)
	if bytes.Equal(raw, moved) {
		t.Fatalf("no country in %s", raw)
	}
	if err := os.WriteFile(path, moved, 0o600); err != nil {
		t.Fatal(err)
	}
	r := custode(t, home, "privacy", "statement", "--check", "--json")
	conform(t, r.out)
	if r.code != 1 || strings.Count(r.out, `"why"`) != 1 || !strings.Contains(r.out, "72 hours") {
		t.Errorf("%+v", r)
	}
	now := custode(t, home, "privacy", "statement").out
	if strings.Contains(now, "72 hours") || !strings.Contains(now, "at the latest after 30") {
		t.Error(now)
	}
}

// TestExerciseCounts holds exercises, each ended: one closed at once is none, one whose steps were
// done is.
func TestExerciseCounts(t *testing.T) {
	home := t.TempDir()
	run := func(args ...string) result {
		t.Helper()
		r := custode(t, home, args...)
		if r.code > 1 {
			t.Fatalf("%q: %+v", args, r)
		}
		return r
	}
	run("init", "--yes", "--shop", "Bottega Esempio", "--country", "IT", "--data", t.TempDir())
	run("playbook", "drill", "start", "lost-device")
	run("playbook", "facts", "--drill", "registered=yes")
	run("playbook", "close", "--drill", "--because", "only looked")
	const said = "we practised what to do"
	if r := run("privacy", "statement"); strings.Contains(r.out, said) || !strings.Contains(r.err, "drill start lost-device") {
		t.Errorf("an exercise that nobody played counts: %+v", r)
	}
	if os.Getenv("CUSTODE_TORTURE") == "" {
		return // many steps: the long version plays them
	}
	run("playbook", "drill", "start", "lost-device")
	for _, id := range []string{"seen", "what", "wipe", "sessions", "sim", "serial", "police", "found", "copy", "notice/aware", "notice/data", "notice/kinds", "notice/circumstances", "notice/effects", "notice/measures", "restore", "prevent"} {
		run("playbook", "done", id, "--unknown", "--drill")
	}
	if r := run("privacy", "statement"); strings.Contains(r.out, said) {
		t.Errorf("an exercise counts before its end: %+v", r)
	}
	run("playbook", "facts", "--drill", "registered=yes")
	run("playbook", "close", "--drill", "--because", "played")
	if r := run("privacy", "statement"); !strings.Contains(r.out, said) {
		t.Errorf("an exercise that was played does not count: %+v", r)
	}
}

// TestPractised tells an exercise of which half the steps were done from one of which fewer were.
func TestPractised(t *testing.T) {
	for name, c := range map[string]struct {
		parts []drill.Part
		want  bool
	}{
		"nothing":           {nil, false},
		"half":              {[]drill.Part{{ID: "steps", Have: 20, Of: 40}}, true},
		"less than half":    {[]drill.Part{{ID: "steps", Have: 19, Of: 40}}, false},
		"no steps":          {[]drill.Part{{ID: "steps"}}, false},
		"only the register": {[]drill.Part{{ID: "steps", Have: 0, Of: 40}, {ID: "register", Have: 10, Of: 10}}, false},
	} {
		if got := practised(drill.Score{Parts: c.parts}); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
