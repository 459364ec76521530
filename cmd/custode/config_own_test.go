package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestSettingsRoundTrip writes settings and reads them again: init keeps what a person put there.
func TestSettingsRoundTrip(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		sh := &shell{home: t.TempDir(), env: func(string) string { return "" }}
		if err := sh.speak([]string{"--lang", lang}); err != nil {
			t.Fatal(err)
		}
		folder := t.TempDir()
		want := settings{
			Shop: "Rossi: \"Scarpe\"", Country: "IT", Language: lang, Folders: []string{folder},
			Exclude: []exclusion{{Path: "bozze: *.txt", Because: "solo # prove, 'mie'"}, {Path: filepath.Join(folder, "x y"), Because: "yes"}},
			Patterns: []ownPattern{
				{Name: "Tessera socio", Near: []string{"n. d'ordine", "socio: "}, Regex: `TS-\d{6}|"x'\s#"`, Person: true, Must: []string{"socio: TS-123456"}, MustNot: []string{"- TS-1", ""}},
				{Name: "yes", Literals: []string{"007", "null", "true", "2026-01-01", "- a", "0x1F"}, Must: []string{"null"}, MustNot: []string{"~"}},
			},
		}
		if err := sh.writeSettings(want); err != nil {
			t.Fatal(err)
		}
		raw, err := os.ReadFile(sh.settingsPath())
		if err != nil {
			t.Fatal(err)
		}
		got, wrong := parseSettings(raw)
		if wrong != nil {
			t.Fatalf("%+v\n%s", wrong, raw)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s\n%s", diff, raw)
		}
		if len(want.exclusions()) != 2 || want.exclusions()[0].Path != filepath.Join(folder, "bozze: *.txt") {
			t.Errorf("%+v", want.exclusions())
		}
	}
}

// TestWrongSettingsAreNamed looks at the place and the words of each fault.
func TestWrongSettingsAreNamed(t *testing.T) {
	const head = "country: IT\nlanguage: it\nfolders: [/x]\n"
	for _, c := range []struct {
		text         string
		id           string
		line, column int
	}{
		{"exclude:\n  - path: a\n", "exclude-because", 5, 0},
		{"exclude:\n  - because: abc\n", "exclude-path", 5, 0},
		{"exclude:\n  - path: a\n    because: ab\n", "exclude-because", 6, 14},
		{"exclude:\n  - path: a\n    because: " + strings.Repeat("a", 201) + "\n", "exclude-because", 6, 14},
		{"exclude:\n  - path: a\n    because: abc\n  - path: /a/*/b\n    because: abc\n", "exclude-path", 7, 11},
		{"exclude:\n  - path: ../a\n    because: abc\n", "exclude-path", 5, 11},
		{"exclude:\n  - path: a\n    because: abc\n    why: x\n", "unknown-key", 7, 5},
		{"patterns:\n  - literals: [abc]\n", "own-bad-name", 5, 0},
		{"patterns:\n  - name: a\n", "own-nothing", 5, 11},
		{"patterns:\n  - name: a\n    literals:\n      - abc\n      - x\n", "own-bad-word", 8, 9},
		{"patterns:\n  - name: a\n    literals: [abc]\n    must: [abc]\n    must_not: [abd, xabc, abc]\n", "own-must-not", 8, 27},
		{"patterns: 7\n", "type", 4, 0},
	} {
		_, wrong := parseSettings([]byte(head + c.text))
		if wrong == nil {
			t.Errorf("%q: accepted", c.text)
			continue
		}
		if wrong.id != c.id || wrong.line != c.line || c.column != 0 && wrong.column != c.column {
			t.Errorf("%q: %+v, want %s at %d:%d", c.text, wrong, c.id, c.line, c.column)
		}
		for _, lang := range []string{"en", "it"} {
			sh := &shell{env: func(string) string { return "" }}
			if err := sh.speak([]string{"--lang", lang}); err != nil {
				t.Fatal(err)
			}
			said := sh.words.T("fault.settings."+wrong.id, wrong.args...)
			if strings.ContainsAny(said, "[%") || !sh.words.Has("fault.settings."+wrong.id+".hint") {
				t.Errorf("%s: %q", wrong.id, said)
			}
		}
	}
}

// TestOwnDocumentsConform holds the documents with exclusions and own patterns to
// the schema.
func TestOwnDocumentsConform(t *testing.T) {
	home, data := t.TempDir(), t.TempDir()
	for name, text := range map[string]string{"a.txt": "socio TS-123456\n", "b.bak": "x", "c.csv": "Socio;Data\nTS-123457;2026-01-02\nTS-123458;2026-01-03\n"} {
		if err := os.WriteFile(filepath.Join(data, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if r := custode(t, home, "init", "--yes", "--data", data); r.code != 0 {
		t.Fatal(r)
	}
	path := filepath.Join(home, "custode.yaml")
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	more := "exclude: [{path: '*.bak', because: copies}]\npatterns: [{name: Socio, near: [socio], regex: 'TS-\\d{6}', person: true, must: [socio TS-123456], must_not: [x]}]\n"
	if err := os.WriteFile(path, append(raw, more...), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"scan", "--json"}, {"scan", "--json", "--all"}, {"scan", "--json", filepath.Join(data, "b.bak")}} {
		r := custode(t, home, args...)
		if r.code != 0 || strings.Contains(r.out, "TS-12345") || !strings.Contains(r.out, `"because": "copies"`) {
			t.Errorf("%q: %+v", args, r)
		}
		conform(t, r.out)
	}
}
