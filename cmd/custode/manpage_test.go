package main

import (
	"os/exec"
	"strings"
	"testing"
)

// TestManpage: every command is in the manual in both languages, man reads it without complaint, and nothing is lost on the way.
func TestManpage(t *testing.T) {
	home := t.TempDir()
	for lang, words := range map[string][]string{"en": {"custode journal verify", "--passphrase-file", "no permission"}, "it": {"custode privacy choices filter", "Manuale di custode", "manca il permesso", "COS'È"}} {
		page := custode(t, home, "--lang", lang, "manpage").out
		if strings.Contains(page, "manpage") || strings.Contains(page, "MISSING") {
			t.Errorf("%s: hidden commands, or words that are missing", lang)
		}
		groff, err := exec.LookPath("groff")
		if err != nil {
			t.Skip("NOT TESTED: no groff")
		}
		cmd := exec.Command(groff, "-man", "-Kutf8", "-Tutf8", "-ww", "-P-cbou")
		cmd.Stdin = strings.NewReader(page)
		var complaints strings.Builder
		cmd.Stderr = &complaints
		out, err := cmd.Output()
		if err != nil || complaints.Len() > 0 {
			t.Errorf("%s: %v: %s", lang, err, complaints.String())
		}
		for _, w := range words {
			if !strings.Contains(strings.Join(strings.Fields(string(out)), " "), w) {
				t.Errorf("%s: not in it: %s", lang, w)
			}
		}
	}
}
