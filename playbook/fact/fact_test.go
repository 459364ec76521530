package fact_test

import (
	"errors"
	"regexp"
	"strings"
	"testing"

	"custode/playbook/fact"
)

func book(t *testing.T) *fact.Book {
	t.Helper()
	b, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Every fact has all that a form and a person need, in both languages, in sentences of at
// most twenty-five words.
func TestFactsAreWhole(t *testing.T) {
	key := regexp.MustCompile(`^[a-z][a-z_]*$`)
	groups := map[string]bool{"when": true, "what": true, "data": true, "circumstances": true, "shop": true, "measures": true, "told": true}
	for _, d := range book(t).All() {
		if !key.MatchString(d.Key) || !groups[d.Group] {
			t.Errorf("%s: key or group %q", d.Key, d.Group)
		}
		if !d.Label.Whole() || !d.Ask.Whole() || !d.Help.Whole() {
			t.Errorf("%s: a text is missing in a language", d.Key)
		}
		for _, s := range []string{d.Ask.EN, d.Ask.IT} {
			if n := len(strings.Fields(s)); n > 25 {
				t.Errorf("%s: %d words: %s", d.Key, n, s)
			}
		}
		wants := d.Type == fact.OneOf || d.Type == fact.SomeOf
		if wants != (len(d.Options) >= 2) {
			t.Errorf("%s: %d options for a %s", d.Key, len(d.Options), d.Type)
		}
		for _, o := range d.Options {
			if !o.Label.Whole() {
				t.Errorf("%s: option %s lacks a language", d.Key, o.ID)
			}
		}
	}
}

func TestParse(t *testing.T) {
	b := book(t)
	for _, c := range []struct{ key, in, want string }{
		{"data_encrypted", "yes", "yes"},
		{"data_encrypted", " unknown ", "unknown"},
		{"data_encrypted", "n/a", "n/a"},
		{"people_count", "0042", "42"},
		{"people_count", "0", "0"},
		{"aware_at", "2026-11-28T12:00:00+01:00", "2026-11-28T12:00:00+01:00"},
		{"cause", "external-malicious", "external-malicious"},
		{"data_kinds", "health, contact,health", "contact,health"},
		{"what_happened", " a\nb ", "a\nb"},
	} {
		got, err := b.Parse(c.key, c.in)
		if err != nil || got != c.want {
			t.Errorf("%s %q: %q, %v; want %q", c.key, c.in, got, err, c.want)
		}
	}
	for _, c := range []struct {
		key, in string
		want    error
	}{
		{"data_encrypted", "maybe", fact.ErrValue},
		{"data_encrypted", "", fact.ErrValue},
		{"people_count", "-1", fact.ErrValue},
		{"people_count", "many", fact.ErrValue},
		{"aware_at", "yesterday", fact.ErrValue},
		{"cause", "fate", fact.ErrValue},
		{"data_kinds", "health,shoes", fact.ErrValue},
		{"shoe_size", "43", fact.ErrNoFact},
		{"what_happened", strings.Repeat("x", 5000), fact.ErrLong},
	} {
		if got, err := b.Parse(c.key, c.in); !errors.Is(err, c.want) {
			t.Errorf("%s %.20q: %q, %v; want %v", c.key, c.in, got, err, c.want)
		}
	}
}

func TestCond(t *testing.T) {
	b := book(t)
	s := fact.Set{
		"data_encrypted": {Text: "yes"}, "key_safe": {Text: "no"}, "public": {Text: "unknown"}, "malicious": {Text: "n/a"},
		"people_count": {Text: "120"}, "data_kinds": {Text: "contact,health"}, "cause": {Text: "external-malicious"},
	}
	for src, want := range map[string]fact.Tri{
		"data_encrypted == yes":                               fact.Yes,
		"data_encrypted != yes":                               fact.No,
		"key_safe==yes":                                       fact.No,
		"public == yes":                                       fact.Maybe,
		"public != yes":                                       fact.Maybe,
		"malicious == no":                                     fact.Maybe,
		"not public == yes":                                   fact.Maybe,
		"data_encrypted == yes and public == yes":             fact.Maybe,
		"key_safe == yes and public == yes":                   fact.No,
		"data_encrypted == yes or public == yes":              fact.Yes,
		"not (key_safe == yes or data_encrypted == no)":       fact.Yes,
		"people_count >= 100 and people_count < 121":          fact.Yes,
		"records_count > 5":                                   fact.Maybe,
		"data_kinds has health":                               fact.Yes,
		"data_kinds has bank":                                 fact.No,
		"people_groups has staff":                             fact.Maybe,
		"cause == external-malicious and not key_safe == yes": fact.Yes,
		"key_safe == yes and public == yes or cause != unset": 9,
	} {
		c, err := b.Compile(src)
		if want == 9 {
			if err == nil {
				t.Errorf("%s: taken", src)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if got := c.Eval(s); got != want {
			t.Errorf("%s: %v, want %v", src, got, want)
		}
	}
	for _, src := range []string{
		"", "and", "data_encrypted", "data_encrypted == ", "data_encrypted < yes", "(data_encrypted == yes", "data_encrypted == yes)",
		"what_happened == x", "aware_at > 3", "people_count has 3", strings.Repeat("(", 1000), strings.Repeat("not ", 1000) + "public == yes",
	} {
		if _, err := b.Compile(src); !errors.Is(err, fact.ErrCond) {
			t.Errorf("%.30q: %v", src, err)
		}
	}
}

// What one does not know can only turn an answer into "unknown", never into its opposite.
func TestUnknownIsMonotone(t *testing.T) {
	b := book(t)
	keys := []string{"data_encrypted", "key_safe", "public"}
	for _, src := range []string{
		"data_encrypted == yes and key_safe == yes or public != no", "not (data_encrypted == yes or not key_safe == no) and public == yes",
	} {
		c, err := b.Compile(src)
		if err != nil {
			t.Fatal(err)
		}
		for n := range 8 {
			s := fact.Set{}
			for i, k := range keys {
				s[k] = fact.Value{Text: []string{"yes", "no"}[n>>i&1]}
			}
			full := c.Eval(s)
			for _, k := range keys {
				was := s[k]
				s[k] = fact.Value{Text: fact.Unknown}
				if got := c.Eval(s); got != full && got != fact.Maybe {
					t.Errorf("%s: %v becomes %v without %s", src, full, got, k)
				}
				s[k] = was
			}
		}
	}
}

func FuzzCompile(f *testing.F) {
	b, err := fact.Load()
	if err != nil {
		f.Fatal(err)
	}
	f.Add("data_encrypted == yes and (key_safe != yes or people_count >= 100)")
	f.Fuzz(func(t *testing.T, src string) {
		c, err := b.Compile(src)
		if err != nil {
			return
		}
		if got := c.Eval(nil); got != fact.Maybe {
			t.Errorf("%q is %v though nothing is known", src, got)
		}
	})
}

// TestConfirmed: who confirms what custode found does not make it a thing of their own
// finding; who corrects it does.
func TestConfirmed(t *testing.T) {
	scan := fact.Value{Text: "12", Origin: fact.Scan, Event: 1}
	said := func(text string, event int64) fact.Value {
		return fact.Value{Text: text, Origin: fact.Said, Event: event}
	}
	confirmed := said("12", 2).After(scan)
	for name, c := range map[string]struct {
		v    fact.Value
		want fact.Origin
	}{
		"found":           {scan.After(fact.Value{}), fact.Scan},
		"confirmed":       {confirmed, fact.Scan},
		"confirmed twice": {said("12", 3).After(confirmed), fact.Scan},
		"corrected":       {said("13", 3).After(scan), fact.Said},
		"said twice":      {said("13", 3).After(said("13", 2)), fact.Said},
		"said first":      {said("13", 1).After(fact.Value{}), fact.Said},
	} {
		if got := c.v.Source(); got != c.want {
			t.Errorf("%s: from %s, want %s", name, got, c.want)
		}
	}
}
