package i18n_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"custode/internal/i18n"
)

func load(t *testing.T, lang string) *i18n.Words {
	t.Helper()
	w, err := i18n.Load(lang)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// TestSameKeys holds both languages to the same keys and the same verbs.
func TestSameKeys(t *testing.T) {
	a, b := load(t, "en").Keys(), load(t, "it").Keys()
	slices.Sort(a)
	slices.Sort(b)
	if diff := cmp.Diff(a, b); diff != "" {
		t.Fatalf("the languages have different keys (-en +it):\n%s", diff)
	}
	en, it := raw(t, "en"), raw(t, "it")
	verb, other := regexp.MustCompile(`%(\[\d+\])?[sdqv]`), regexp.MustCompile(`%[^\[sdqv%]`)
	verbs := func(s string) []string {
		v := verb.FindAllString(s, -1)
		slices.Sort(v)
		return v
	}
	for _, k := range a {
		x, y := en[k], it[k]
		if diff := cmp.Diff(verbs(x), verbs(y)); diff != "" {
			t.Errorf("%s: different verbs: %q, %q", k, x, y)
		}
		if strings.TrimSpace(x) == "" || strings.TrimSpace(y) == "" {
			t.Errorf("%s: empty", k)
		}
		for _, s := range []string{x, y} {
			if bad := other.FindString(s); bad != "" {
				t.Errorf("%s: verb %q", k, bad)
			}
		}
	}
}

// TestPlurals wants both forms wherever there is one, and that both take all values: one that
// is left out has to be left out by number, as in "%[2]s".
func TestPlurals(t *testing.T) {
	en, sentences := load(t, "en"), raw(t, "en")
	for _, k := range en.Keys() {
		if base, ok := strings.CutSuffix(k, ".one"); ok {
			one, other := sentences[k], sentences[base+".other"]
			if strings.Count(one, "%") != strings.Count(other, "%") && !strings.Contains(one, "%[") {
				t.Errorf("%s: %q, but %q", base, one, other)
			}
		}
		for _, c := range [][2]string{{".one", ".other"}, {".other", ".one"}} {
			if base, ok := strings.CutSuffix(k, c[0]); ok && !en.Has(base+c[1]) {
				t.Errorf("%s has no %s", k, c[1])
			}
		}
	}
}

// TestFaultsHaveHints wants a hint for every failure.
func TestFaultsHaveHints(t *testing.T) {
	en := load(t, "en")
	for _, k := range en.Keys() {
		if strings.HasPrefix(k, "fault.") && !strings.HasSuffix(k, ".hint") && !en.Has(k+".hint") {
			t.Errorf("%s has no hint", k)
		}
	}
}

// TestKeysOfTheCode looks for every key that stands in the code as a literal,
// and for every key of the catalogue that nobody uses.
func TestKeysOfTheCode(t *testing.T) {
	en := load(t, "en")
	literals, prefixes := literalsOfTheCode(t)
	for lit, where := range literals {
		if isKey.MatchString(lit) && families[strings.SplitN(lit, ".", 2)[0]] && !meant(en, lit) {
			t.Errorf("%s: no sentence %q", where, lit)
		}
	}
	for _, k := range en.Keys() {
		base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(k, ".one"), ".other"), ".hint")
		_, used := literals[base]
		_, whole := literals[k]
		used = used || whole
		used = used || slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(k, p) })
		if !used && !strings.HasPrefix(k, "format.") {
			t.Errorf("nobody says %q", k)
		}
	}
}

// meant reports whether a literal is a key, or a name that has keys: a kind of
// journal entry, the id of an item of the check, what an answer is about.
func meant(en *i18n.Words, lit string) bool {
	return en.Has(lit) || en.Has(lit+".one") || en.Has("journal.kind."+lit) || en.Has("item."+lit+".why") || en.Has("evidence."+lit) || en.Has("question."+lit+".ask") || strings.HasSuffix(lit, ".html") || strings.HasSuffix(lit, ".pdf") || strings.HasSuffix(lit, ".yaml") || strings.HasSuffix(lit, ".json")
}

var isKey = regexp.MustCompile(`^[a-z]+(\.[a-z0-9_-]+)+$`)

// families are the first parts of our keys: other dotted words are not keys.
var families = map[string]bool{
	"app": true, "cmd": true, "flag": true, "help": true, "init": true, "scan": true, "check": true, "journal": true,
	"fault": true, "cause": true, "kind": true, "risk": true, "item": true, "why": true, "progress": true, "version": true,
	"report": true, "ask": true, "coverage": true, "status": true, "where": true, "advice": true,
	"encrypt": true, "decrypt": true, "verify": true, "keys": true, "paper": true, "opening": true, "unlock": true, "backup": true, "sealed": true,
	"alert": true, "alerts": true, "watch": true, "service": true, "decoys": true,
	"lint": true, "cacao": true, "play": true, "quiz": true, "gift": true, "staff": true, "request": true,
	"proof": true, "privacy": true, "notice": true, "statement": true, "tidy": true, "choice": true, "form": true, "intake": true, "requests": true,
	"question": true, "answer": true, "evidence": true, "web": true, "serve": true,
}

// literalsOfTheCode collects string literals that look like keys, and those
// that end with a dot, which are completed at run time.
func literalsOfTheCode(t *testing.T) (map[string]string, []string) {
	t.Helper()
	found, prefixes := map[string]string{}, []string{}
	root := "../.."
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && strings.HasPrefix(d.Name(), ".") && name != root {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "i18n") {
			return nil
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if _, imports := n.(*ast.ImportSpec); imports {
				return false
			}
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if s, err := strconv.Unquote(lit.Value); err == nil {
				if p, ok := strings.CutSuffix(s, "."); ok && families[strings.SplitN(p, ".", 2)[0]] && !strings.Contains(p, " ") {
					prefixes = append(prefixes, s)
				}
				found[s] = name
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	var pages []string
	for _, dir := range []string{"cmd/custode/page", "cmd/custode/internal/web/page"} {
		some, err := filepath.Glob(filepath.Join(root, dir, "*.html"))
		if err != nil || len(some) == 0 {
			t.Fatal("no pages", dir, err)
		}
		pages = append(pages, some...)
	}
	for _, name := range pages {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`"([a-z]+(?:\.[a-z_-]+)+)"`).FindAllStringSubmatch(string(page), -1) {
			found[m[1]] = filepath.Base(name)
		}
		for _, m := range regexp.MustCompile(`\(print "([a-z]+(?:\.[a-z_-]+)*\.)"`).FindAllStringSubmatch(string(page), -1) {
			prefixes = append(prefixes, m[1])
		}
	}
	return found, prefixes
}

// raw gives the sentences with their verbs as they stand, each on a line of its own.
func raw(t *testing.T, lang string) map[string]string {
	t.Helper()
	names, err := filepath.Glob("words/" + lang + "/*.json")
	if err != nil {
		t.Fatal(err)
	}
	out, line := map[string]string{}, regexp.MustCompile(`(?m)^\s*(".*?"): (".*"),?$`)
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range line.FindAllSubmatch(b, -1) {
			key, err := strconv.Unquote(string(m[1]))
			if err != nil {
				t.Fatal(err)
			}
			if out[key], err = strconv.Unquote(string(m[2])); err != nil {
				t.Fatal(err)
			}
		}
	}
	return out
}

func TestNumbersAndDates(t *testing.T) {
	en, it := load(t, "en"), load(t, "it")
	at := time.Date(2026, 11, 23, 9, 5, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{en.Int(1240), "1,240"},
		{it.Int(1240), "1.240"},
		{en.Int(-1234567), "-1,234,567"},
		{en.Int(999), "999"},
		{en.Bytes(0), "0 B"},
		{en.Bytes(1500), "1.5 kB"},
		{it.Bytes(1500), "1,5 kB"},
		{en.Bytes(999_960), "1 MB"},
		{en.Bytes(2_000_000), "2 MB"},
		{en.DateTime(at), "Mon 23 Nov 2026 09:05"},
		{it.Date(at), "lun 23 nov 2026"},
		{en.Duration(1500 * time.Millisecond), "1.5 s"},
		{it.Duration(50 * time.Hour), "2 giorni"},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}

func TestPick(t *testing.T) {
	for _, c := range []struct {
		wishes []string
		want   string
	}{
		{nil, "en"},
		{[]string{"", "it_IT.UTF-8"}, "it"},
		{[]string{"it-CH", "en"}, "it"},
		{[]string{"de_DE", "it"}, "it"},
		{[]string{"C.UTF-8"}, "en"},
		{[]string{"xx"}, "en"},
	} {
		if got := i18n.Pick(c.wishes...); got != c.want {
			t.Errorf("Pick(%q) = %s", c.wishes, got)
		}
	}
}
