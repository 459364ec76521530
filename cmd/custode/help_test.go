package main

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/urfave/cli/v2"
)

// TestHelpFitsTheTerminal: no line of any help page is wider than 80 columns, in
// either language. What is to be typed is not wrapped, so it has to be short.
func TestHelpFitsTheTerminal(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		var pages [][]string
		var walk func(words []string, cmds []*cli.Command)
		walk = func(words []string, cmds []*cli.Command) {
			for _, c := range cmds {
				if c.Hidden {
					continue
				}
				page := append(append([]string{}, words...), c.Name)
				pages = append(pages, page)
				walk(page, c.Subcommands)
			}
		}
		help := func(words []string) string {
			in, err := os.Open(os.DevNull)
			if err != nil {
				t.Fatal(err)
			}
			defer in.Close()
			var out, errs bytes.Buffer
			home := t.TempDir()
			env := map[string]string{"HOME": home, "CUSTODE_HOME": home, "LANG": "en_GB.UTF-8"}
			sh := &shell{in: in, out: &out, err: &errs, env: func(k string) string { return env[k] }, now: time.Now, width: 80}
			if code := sh.run(t.Context(), append(append([]string{}, words...), "--help", "--lang", lang)); code != 0 {
				t.Fatalf("%v: exit %d: %s", words, code, errs.String())
			}
			if len(words) == 0 {
				walk(nil, newApp(sh).Commands)
			}
			return out.String()
		}
		for all := [][]string{nil}; len(all) > 0; all = all[1:] {
			for line := range strings.SplitSeq(help(all[0]), "\n") {
				if cells(line) > 80 {
					t.Errorf("%s %v: %d columns: %s", lang, all[0], cells(line), line)
				}
			}
			if all[0] == nil {
				all = append(all, pages...)
			}
		}
		if len(pages) < 20 {
			t.Errorf("only %d pages", len(pages))
		}
	}
}
