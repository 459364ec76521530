package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestArrange tries every flag on both sides of the arguments.
func TestArrange(t *testing.T) {
	sh := &shell{env: func(string) string { return "" }}
	if err := sh.speak(nil); err != nil {
		t.Fatal(err)
	}
	app := newApp(sh)
	for _, c := range []struct{ in, want string }{
		{"scan /d --json", "scan --json -- /d"},
		{"scan --json /d", "scan --json -- /d"},
		{"--json scan", "!"},
		{"scan /d --home /h --all", "--home /h scan --all -- /d"},
		{"--lang it scan /d", "--lang it scan -- /d"},
		{"scan --lang=it /d", "--lang=it scan -- /d"},
		{"scan -- --json", "scan -- --json"},
		{"scan - --json", "scan --json -- -"},
		{"scan scan check", "scan -- scan check"},
		{"journal show --last 3", "journal show --last 3 --"},
		{"journal --lang it verify --receipt X --json", "--lang it journal verify --receipt X --json --"},
		{"init --data a --yes --data b", "init --data a --yes --data b --"},
		{"init --shop", "!"},
		{"init --shop --yes", "init --shop --yes --"},
		{"check --nope", "!"},
		{"-v", "version --"},
		{"--home /h", "--home /h --"},
	} {
		line, err := arrange(app, strings.Fields(c.in))
		got := strings.Join(line.args, " ")
		if err != nil {
			got = "!"
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q (%v)", c.in, got, c.want, err)
		}
	}
}

// TestEveryFlagAfterArguments holds the whole tree to it.
func TestEveryFlagAfterArguments(t *testing.T) {
	sh := &shell{env: func(string) string { return "" }}
	if err := sh.speak(nil); err != nil {
		t.Fatal(err)
	}
	app := newApp(sh)
	for _, cmd := range app.Commands {
		for _, f := range append(cmd.Flags, app.Flags...) {
			flag := []string{"--" + f.Names()[0]}
			if !isBool(f) {
				flag = append(flag, "7")
			}
			before, err1 := arrange(app, append(append([]string{cmd.Name}, flag...), "arg"))
			after, err2 := arrange(app, append([]string{cmd.Name, "arg"}, flag...))
			if diff := cmp.Diff(before.args, after.args); diff != "" || err1 != nil || err2 != nil {
				t.Errorf("%s %v: %s %v %v", cmd.Name, flag, diff, err1, err2)
			}
		}
	}
}

func TestNearest(t *testing.T) {
	names := []string{"init", "check", "scan", "journal", "version"}
	for given, want := range map[string]string{
		"scna": "scan", "chekc": "check", "jurnal": "journal", "SCAN": "scan", "bogus": "", "": "", "x": "", "ini": "init", "encrypt": "",
	} {
		if got := nearest(given, names); got != want {
			t.Errorf("nearest(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, c := range []struct{ in, unix, windows string }{
		{"/data/list.csv", "/data/list.csv", "/data/list.csv"},
		{"/my data/list", "'/my data/list'", `"/my data/list"`},
		{"it's", `'it'\''s'`, `"it's"`},
		{"a\nb'c", `$'a\nb\'c'`, `"a` + "\n" + `b'c"`},
		{"$(rm -rf)", "'$(rm -rf)'", `"$(rm -rf)"`},
		{"", "''", `""`},
		{"~x", "'~x'", `"~x"`},
		{`C:\Negozio\a.csv`, `'C:\Negozio\a.csv'`, `C:\Negozio\a.csv`},
		{"caffè.csv", "caffè.csv", "caffè.csv"},
	} {
		if got := quote(c.in, false); got != c.unix {
			t.Errorf("unix %q: %s", c.in, got)
		}
		if got := quote(c.in, true); got != c.windows {
			t.Errorf("windows %q: %s", c.in, got)
		}
	}
}

func TestWrapKeepsToTheWidth(t *testing.T) {
	var b strings.Builder
	p := &page{w: &b, width: 40, colour: true}
	p.hanging(p.red("[RED]")+" ", p.bold("eleven words of a sentence that is much too long for one line"))
	p.definitions([][2]string{{"--short", "what it does, at some length, so that it wraps"}, {"--a-very-long-option VALUE", "below"}})
	for line := range strings.SplitSeq(b.String(), "\n") {
		if cells(line) > 40 {
			t.Errorf("%d columns: %q", cells(line), line)
		}
	}
	if got := cells("\x1b[31mè🎁\x1b[0m"); got != 3 {
		t.Errorf("%d cells", got)
	}
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{{"short", 10, "short"}, {"/a/very/long/path/to/customers.csv", 20, "/a/ver…customers.csv"}} {
		if got := shorten(c.in, c.n); got != c.want || cells(got) > c.n {
			t.Errorf("shorten(%q, %d) = %q", c.in, c.n, got)
		}
	}
}

// FuzzSettings: no text of custode.yaml makes the parser panic, and a fault names a place.
func FuzzSettings(f *testing.F) {
	for _, s := range []string{
		"", "shop: A\ncountry: IT\nlanguage: it\nfolders:\n  - /x\n", "folders: [", "a: &b\n  <<: *b", "\xef\xbb\xbfshop: x", "? ?", "- - -", "shop: !!binary x", "{", "%YAML 9\n---\n",
		"country: IT\nlanguage: it\nfolders: [/x]\nexclude:\n  - path: a/*\n    because: prova\npatterns:\n  - name: a\n    near: [b]\n    regex: 'c+'\n    literals: [ddd]\n    must: [b c]\n    must_not: [c]\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, wrong := parseSettings(raw)
		if wrong != nil && (wrong.line < 1 || wrong.column < 1) {
			t.Errorf("%+v", wrong)
		}
		if wrong == nil && (len(s.Country) != 2 || len(s.Folders) == 0) {
			t.Errorf("accepted: %+v", s)
		}
		for _, x := range s.exclusions() {
			if wrong == nil && (!filepath.IsAbs(x.Path) || x.Because == "") {
				t.Errorf("accepted: %+v", x)
			}
		}
	})
}

// TestPanicIs70 has a command panic with content in its hands.
func TestPanicIs70(t *testing.T) {
	var errs strings.Builder
	sh := &shell{err: &errs, env: func(string) string { return "" }, out: &errs, width: 80}
	sh.now = nil // the first look at the clock panics
	sh.env = func(k string) string {
		if k == "CUSTODE_LANG" {
			panic("4111 1111 1111 1111")
		}
		return ""
	}
	if code := sh.run(t.Context(), []string{"scan", "."}); code != 70 || strings.Contains(errs.String(), "4111") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}
