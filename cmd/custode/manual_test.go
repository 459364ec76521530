package main

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"custode/internal/i18n"
)

// The manual, docs/manual.LANG.md, says things in backticks (what is typed), in bold (what stands
// on the page) and in a table of promises (tests by name).
var (
	typed    = regexp.MustCompile("`custode( [^`]*)?`")
	bold     = regexp.MustCompile(`\*\*([^*]+)\*\*`)
	promised = regexp.MustCompile("`(Test[A-Za-z0-9]+)` in ([a-z0-9/]+)")
	headings = regexp.MustCompile(`(?m)^#+ (.*)$`)
	toHere   = regexp.MustCompile(`\]\((#[^)]*)\)`)
	noLetter = regexp.MustCompile(`[^\p{L}\p{N} -]`)
)

func manual(t *testing.T, lang string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "manual."+lang+".md"))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestManualCommands: each command line in the manual is one that custode takes.
func TestManualCommands(t *testing.T) {
	sh := &shell{env: func(string) string { return "" }}
	if err := sh.speak(nil); err != nil {
		t.Fatal(err)
	}
	app := newApp(sh)
	app.Setup()
	for _, lang := range i18n.Languages() {
		lines := typed.FindAllStringSubmatch(manual(t, lang), -1)
		if len(lines) < 30 {
			t.Errorf("%s: only %d command lines", lang, len(lines))
		}
		for _, m := range lines {
			args := strings.Fields(m[1])
			line, err := arrange(app, args)
			if err != nil {
				t.Errorf("%s: %s: %v", lang, m[0], err)
				continue
			}
			n := len(line.command)
			if n == 0 && len(args) > 0 || n > 0 && len(args) > n && len(line.command[n-1].Subcommands) > 0 && !strings.HasPrefix(args[n], "-") {
				t.Errorf("%s: %s: there is no such command", lang, m[0])
			}
		}
	}
}

// TestManualLabels: what the manual names in bold stands on the page in that language.
func TestManualLabels(t *testing.T) {
	for _, lang := range i18n.Languages() {
		words, err := i18n.Load(lang)
		if err != nil {
			t.Fatal(err)
		}
		labels := map[string]bool{}
		for _, k := range words.Keys() {
			if strings.HasPrefix(k, "web.") {
				labels[words.T(k)] = true // one with a gap is none: it holds %!
			}
		}
		for _, m := range bold.FindAllStringSubmatch(manual(t, lang), -1) {
			if !labels[m[1]] {
				t.Errorf("%s: no page says %q", lang, m[1])
			}
		}
	}
}

// TestManualPromises: each promise names a test that exists, both languages the same, and no link leads nowhere.
func TestManualPromises(t *testing.T) {
	named := map[string][]string{}
	for _, lang := range i18n.Languages() {
		text := manual(t, lang)
		for _, m := range promised.FindAllStringSubmatch(text, -1) {
			name, dir := m[1], m[2]
			if !hasTest(t, filepath.Join("..", "..", filepath.FromSlash(dir)), name) {
				t.Errorf("%s: there is no %s in %s", lang, name, dir)
			}
			named[lang] = append(named[lang], name)
		}
		anchors := map[string]bool{}
		for _, m := range headings.FindAllStringSubmatch(text, -1) {
			anchors["#"+strings.ReplaceAll(strings.ToLower(noLetter.ReplaceAllString(m[1], "")), " ", "-")] = true
		}
		for _, m := range toHere.FindAllStringSubmatch(text, -1) {
			if !anchors[m[1]] {
				t.Errorf("%s: %s leads nowhere; there are %v", lang, m[1], slices.Sorted(maps.Keys(anchors)))
			}
		}
	}
	if len(named["en"]) < 15 || !slices.Equal(named["en"], named["it"]) {
		t.Errorf("the promises differ:\n%v\n%v", named["en"], named["it"])
	}
	if en, it := headings.FindAllString(manual(t, "en"), -1), headings.FindAllString(manual(t, "it"), -1); len(en) != len(it) {
		t.Errorf("%d headings in English, %d in Italian", len(en), len(it))
	}
}

func hasTest(t *testing.T, dir, name string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "\nfunc "+name+"(t *testing.T)") {
			return true
		}
	}
	return false
}
