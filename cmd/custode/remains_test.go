package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"custode/encrypt/remains"
	"custode/internal/i18n"
)

// TestShowRemains: a few lines, all when asked for, each with what it is, in both
// languages.
func TestShowRemains(t *testing.T) {
	found := remains.Found{Hidden: []remains.Kind{remains.Previous, remains.TimeMachine}}
	kinds := []remains.Kind{remains.Editor, remains.Trash, remains.Version, remains.Snapshot, remains.Duplicate}
	for i := range 7 {
		found.Copies = append(found.Copies, remains.Copy{Path: filepath.Join("/d", strings.Repeat("x", i+1)+"~"), Kind: kinds[i%5]})
	}
	for lang, want := range map[string]string{"en": "7 readable copies can still be seen", "it": "Si vedono ancora 7 copie leggibili"} {
		for _, all := range []bool{false, true} {
			var out bytes.Buffer
			words, err := i18n.Load(lang)
			if err != nil {
				t.Fatal(err)
			}
			sh := &shell{words: words, width: 80}
			p := sh.page(&out, false)
			sh.showRemains(p, found, all)
			text := out.String()
			if !strings.Contains(text, want) || strings.Contains(text, "xxxxxxx~") != all || strings.Contains(text, "--all") == all ||
				strings.Contains(text, "encrypt.") || !strings.Contains(text, "Time Machine") {
				t.Errorf("%s, all %v:\n%s", lang, all, text)
			}
			for l := range strings.Lines(text) {
				if cells(strings.TrimSuffix(l, "\n")) > 80 {
					t.Errorf("wide: %q", l)
				}
			}
		}
	}
}

// TestRemainsOf: the user's own trash is looked into, on every system.
func TestRemainsOf(t *testing.T) {
	home := t.TempDir()
	path := put(t, filepath.Join(home, ".Trash", "clienti.csv"), "x")
	for _, variable := range []string{"HOME", "USERPROFILE"} {
		sh := &shell{env: func(k string) string { return map[string]string{variable: home}[k] }}
		found, err := sh.remainsOf(t.Context(), []string{filepath.Join(home, "d", "clienti.csv")}, nil)
		if err != nil || len(found.Copies) != 1 || found.Copies[0].Path != path {
			t.Errorf("%s: %+v, %v", variable, found, err)
		}
	}
}
