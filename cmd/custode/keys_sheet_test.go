package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/mattn/go-runewidth"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/encrypt/sheet"
	"custode/internal/secret"
)

// TestSheetOnTerminal: the QR code is shown where it can be read, and nowhere else; and
// the page for paper fits one sheet, in 80 columns.
func TestSheetOnTerminal(t *testing.T) {
	for _, kind := range []keys.Kind{keys.Hybrid, keys.Classic} {
		home := t.TempDir()
		r, u, err := ring.Create(filepath.Join(home, "keys"), ring.CreateOptions{
			Kind: kind, Name: "Ada", Passphrase: secret.FromString("a long one of six words"), WorkFactor: 10, Now: time.Now(),
		})
		if err != nil {
			t.Fatal(err)
		}
		id, err := r.Sheet(u)
		if err != nil {
			t.Fatal(err)
		}
		s, err := sheet.New(id, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		code := string(s.Blocks("", "").Reveal())
		for _, c := range []struct {
			terminal bool
			width    int
			locale   string
			shown    bool
		}{{true, 80, "it_IT.UTF-8", true}, {true, s.Width(), "C.utf8", true}, {true, s.Width() - 1, "C.UTF-8", false}, {true, 80, "C", false}, {false, 80, "it_IT.UTF-8", false}} {
			in, err := os.Open(os.DevNull)
			if err != nil {
				t.Fatal(err)
			}
			env := map[string]string{"CUSTODE_HOME": home, "HOME": home, "LANG": c.locale, "CUSTODE_PASSPHRASE": "a long one of six words"}
			var out, errs bytes.Buffer
			sh := &shell{in: in, out: &out, err: &errs, env: func(k string) string { return env[k] }, now: time.Now, width: c.width, outTerm: c.terminal}
			if code := sh.run(t.Context(), []string{"keys", "sheet"}); code != 0 {
				t.Fatalf("exit %d: %s", code, errs.String())
			}
			_ = in.Close() // only read
			plain := strings.NewReplacer("\x1b[30;107m", "", "\x1b[0m", "").Replace(out.String())
			if strings.Contains(plain, code) != c.shown || strings.ContainsAny(plain, "█▀▄") != c.shown {
				t.Errorf("%+v:\n%s", c, plain)
			}
			if strings.Contains(errs.String(), "custode keys sheet | lp") != c.terminal {
				t.Errorf("%+v: %q", c, errs.String())
			}
			for title, first := range map[string]string{"RECOVERY SHEET": "double click", "FOGLIO DI RECUPERO": "doppio clic"} {
				_, part, there := strings.Cut(plain, title)
				if way, command := strings.Index(part, first), strings.Index(part, "custode keys recover"); there && (way < 0 || command < way) || !there && !c.terminal {
					t.Errorf("%s: how to do it by the page does not come first", title)
				}
			}
			if !c.terminal && strings.Count(plain, "\n") > 60 {
				t.Errorf("%d lines", strings.Count(plain, "\n"))
			}
			for l := range strings.Lines(plain) {
				if runewidth.StringWidth(strings.TrimSuffix(l, "\n")) > 80 {
					t.Errorf("wider than 80 columns: %s", l)
				}
			}
		}
	}
}
