package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"custode/encrypt/keys"
	"custode/encrypt/ring"
	"custode/internal/i18n"
	"custode/internal/secret"
)

const (
	mostPrompts = 6 // from nothing to the first sealed folder
	customers   = "Nome;Cognome;Email;Note\nAnna;Rossi;anna@example.com;carta 4000 0099 0000 1119\n"
)

var (
	sixWords  = regexp.MustCompile(`(?m)^    (?:\x1b\[\d*m)*(\pL+(?:-\pL+){5})`)
	pageLines = regexp.MustCompile(`(?m)^<span class="number">[1-4]</span>  ([0-9A-Z ]+)  <span class="check">([0-9A-Z]{2})</span>`)
)

// TestJourney goes the way of an owner who is not technical, in both languages: from
// nothing to the first sealed folder, a file is opened, the passphrase is lost, and
// the sheet brings everything back. It counts the questions.
func TestJourney(t *testing.T) {
	for _, c := range []struct {
		name, lang, locale string
		own                string // a passphrase of one's own, which is typed twice
		desktop            bool   // the sheet is printed from the browser; else copied from the screen
		language           string // what is answered where the computer is not set up
		prompts            int
	}{
		{name: "english", lang: "en", locale: "en_GB.UTF-8", prompts: 5},
		{name: "italiano", lang: "it", locale: "it_IT.UTF-8", desktop: true, own: "otto nani cantano sotto la pioggia", prompts: 6},
		{name: "not set up", lang: "it", locale: "en_US.UTF-8", language: "it IT", prompts: 6},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			words, err := i18n.Load(c.lang)
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			file := filepath.Join(dir, "dati", "clienti.csv")
			put(t, file, customers)
			old := time.Now().AddDate(0, 0, -40)
			if err := os.Chtimes(file, old, old); err != nil {
				t.Fatal(err)
			}
			p := &person{t: t, words: words, env: []string{
				"CUSTODE_HOME=" + filepath.Join(dir, "home"), "HOME=" + dir, "LANG=" + c.locale, "LC_ALL=", "TERM=xterm", "NO_COLOR=", "DISPLAY=", "WAYLAND_DISPLAY=", "CUSTODE_PASSPHRASE=", "CUSTODE_LANG=",
			}}
			opened := ""
			if c.desktop {
				opened = p.desktop(dir)
			}
			say := func(s string) func(string) string { return func(string) string { return s } }

			p.types("init")
			if c.language != "" {
				english, err := i18n.Load("en")
				if err != nil {
					t.Fatal(err)
				}
				p.words = english
				p.answer("init.ask.language", say(c.language))
				p.words = words
			}
			p.answer("init.ask.shop", say("Bottega"))
			p.answer("init.ask.folders", say(filepath.Dir(file)))
			pass := c.own
			p.answer("keys.make.ask", func(shown string) string {
				if c.own != "" {
					return c.own
				}
				pass = sixWords.FindStringSubmatch(strings.ReplaceAll(shown, "\r", ""))[1]
				return ""
			})
			if c.own != "" {
				p.answer("keys.make.again", say(c.own))
			}
			var lines string
			if c.desktop {
				p.answer("keys.first.type.printed", func(string) string {
					lines = linesOf(t, pageLines, p.looksAt(opened))
					return lines
				})
			} else {
				p.answer("keys.first.type.copied", func(shown string) string {
					lines = linesOf(t, printedLine, strings.ReplaceAll(shown, "\r", ""))
					return lines
				})
			}
			shown := p.ends(0)
			for _, id := range []string{"keys.drill.canary", "keys.drill.first.seal", "init.every-day"} {
				if !strings.Contains(shown, words.T(id)) {
					t.Errorf("%s is not said: %s", id, shown)
				}
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "custode*", "*")); len(left) > 0 {
				t.Errorf("left over: %v", left)
			}

			p.types("encrypt")
			p.answer("encrypt.ask.one", say(words.T("ask.yes")))
			p.ends(0)
			if p.answers != c.prompts || p.answers > mostPrompts {
				t.Errorf("%d questions until the first folder was sealed, want %d, and %d at most", p.answers, c.prompts, mostPrompts)
			}
			if _, err := os.Stat(file); err == nil {
				t.Error("the readable file is still there")
			}
			if c.language != "" {
				return // the rest is the same
			}
			p.restOfTheWay(file+".age", pass, lines, opened)
		})
	}
}

// restOfTheWay opens the file, loses the passphrase and recovers with the sheet.
func (p *person) restOfTheWay(file, pass, lines, opened string) {
	say := func(s string) func(string) string { return func(string) string { return s } }
	home := filepath.Join(filepath.Dir(filepath.Dir(file)), "home")
	p.quickly(home, pass, lines)
	if opened == "" {
		opened = p.desktop(filepath.Dir(filepath.Dir(file)))
	}
	p.types("open", file)
	p.answer("keys.ask.passphrase", say(pass+"\n")) // and once more, impatiently
	p.asked("opening.enter")
	if got := p.looksAt(opened); got != customers {
		p.t.Errorf("the program was given %q", got)
	}
	select {
	case <-p.shut:
		p.t.Error("an Enter that was typed too early has closed the file")
	case <-time.After(300 * time.Millisecond):
	}
	if _, err := p.tty.WriteString("\n"); err != nil {
		p.t.Fatal(err)
	}
	p.ends(0)

	p.types("keys", "recover")
	p.answer("keys.sheet.type", say(lines))
	var now string
	p.answer("keys.make.ask", func(shown string) string {
		now = sixWords.FindStringSubmatch(strings.ReplaceAll(shown, "\r", ""))[1]
		return ""
	})
	p.ends(0)

	p.quickly(home, now, lines)
	p.types("decrypt", file)
	p.answer("keys.ask.passphrase", say(pass)) // the old one
	p.asked("keys.ask.wrong")
	if _, err := p.tty.WriteString(now + "\n"); err != nil {
		p.t.Fatal(err)
	}
	p.ends(0)
	if raw, err := os.ReadFile(strings.TrimSuffix(file, ".age")); err != nil || string(raw) != customers {
		p.t.Errorf("%q, %v", raw, err)
	}
}

// quickly makes the passphrase of a home quick to try, so that the test does not take
// minutes under the race detector: the same passphrase, with less work.
func (p *person) quickly(home, pass, lines string) {
	p.t.Helper()
	r, err := ring.Load(filepath.Join(home, "keys"))
	if err != nil {
		p.t.Fatal(err)
	}
	id, err := keys.FromSheet(secret.FromString(lines))
	if err != nil {
		p.t.Fatal(err)
	}
	u, err := r.UnlockWith(id)
	if err != nil {
		p.t.Fatal(err)
	}
	if err := r.SetPassphrase(u, r.People()[0].Name, secret.FromString(pass), 10, time.Now()); err != nil {
		p.t.Fatal(err)
	}
}

// linesOf gives the four lines that stand on a page, in small letters as people type.
func linesOf(t *testing.T, line *regexp.Regexp, page string) string {
	t.Helper()
	var out []string
	for _, l := range line.FindAllStringSubmatch(page, -1) {
		out = append(out, strings.ToLower(l[len(l)-2]+" "+l[len(l)-1]))
	}
	if len(out) != 4 {
		t.Fatalf("%d lines on %q", len(out), page)
	}
	return strings.Join(out, "\n")
}
