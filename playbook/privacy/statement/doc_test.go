package statement_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"custode/internal/i18n"
	"custode/internal/paper"
	"custode/internal/readable"
	"custode/internal/source"
	"custode/playbook/clock"
	"custode/playbook/fact"
	"custode/playbook/privacy/statement"
)

// shops are the statements that people may get to read.
func shops() map[string]statement.Facts {
	out := map[string]statement.Facts{"sound": sound(), "fresh": {}}
	for id, turn := range before {
		f := sound()
		turn(&f)
		out[id] = f
	}
	eu := sound()
	delete(eu.Count, statement.PeopleDays)
	out["italy"] = eu
	return out
}

func draw(t *testing.T, f statement.Facts, lang string) statement.Draft {
	t.Helper()
	b := book(t)
	said, _ := b.Judge(f, now())
	d, err := b.Draw(statement.Page{Lang: lang, Shop: "Bottega Esempio", Contact: "info@example.com", Laws: b.Laws(said, "gdpr"), Made: now()}, said)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestReadable measures each statement, and each of its sentences by itself.
func TestReadable(t *testing.T) {
	for name, f := range shops() {
		for lang, index := range map[string]func(readable.Counts) float64{"en": readable.Counts.Flesch, "it": readable.Counts.Gulpease} {
			d := draw(t, f, lang)
			if got := index(readable.Count(d.Text()...)); got < 60 {
				t.Errorf("%s in %s: %.1f, want 60 or more", name, lang, got)
			}
			for _, s := range d.Sentences {
				if got := index(readable.Count(s.Text)); got < 50 {
					t.Errorf("%s in %s: %.1f: %s", name, lang, got, s.Text)
				}
			}
		}
	}
}

// TestNoBoast looks for words that nobody can keep, and for places that nobody filled.
func TestNoBoast(t *testing.T) {
	banned := []string{
		"100", "guarantee", "garanti", "compliant", "complian", "conform", "certif", "best", "miglior", "most ", "absolut", "assolut", "total", "perfectly", "fully", "completely",
		"unbreak", "impossib", "hacker-proof", "always safe", "sempre al sicuro", "bank-grade", "military", "militar", "state of the art", "gdpr", "{", "}", "%!",
	}
	for name, f := range shops() {
		for _, lang := range []string{"en", "it"} {
			for _, s := range draw(t, f, lang).Sentences {
				for _, word := range banned {
					if strings.Contains(strings.ToLower(s.Text), word) {
						t.Errorf("%s in %s: %q in %q", name, lang, word, s.Text)
					}
				}
			}
		}
	}
}

// TestPage holds a page to its sentences, and shows a gap where nobody is named.
func TestPage(t *testing.T) {
	for _, lang := range []string{"en", "it"} {
		d := draw(t, sound(), lang)
		text := strings.Join(strings.Fields(paper.Plain(d.Doc, 80)), " ")
		for _, s := range d.Sentences {
			if !strings.Contains(text, s.Text) {
				t.Errorf("%s: the page has not %q", lang, s.Text)
			}
		}
		if !strings.Contains(text, "info@example.com") || strings.Contains(text, "[") {
			t.Errorf("%s: %s", lang, text)
		}
	}
	b := book(t)
	d, err := b.Draw(statement.Page{Lang: "en", Shop: "X", Made: now()}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if text := paper.Plain(d.Doc, 80); !strings.Contains(text, "[FILL IN") {
		t.Error(text)
	}
}

// TestLaws holds what repeats a law to a source that there is, and the hours to the clocks.
func TestLaws(t *testing.T) {
	list, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range book(t).Claims() {
		for law, ref := range c.Source {
			n++
			if _, ok := list.Find(ref); !ok || !slices.Contains([]string{"gdpr", "uk", "us"}, law) {
				t.Errorf("%s: %s %q", c.ID, law, ref)
			}
		}
	}
	if n < 7 {
		t.Errorf("only %d sources", n)
	}
	facts, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	clocks, err := clock.Load(facts)
	if err != nil {
		t.Fatal(err)
	}
	for country, want := range map[string]statement.Terms{
		"IT": {Law: "gdpr", Hours: 72}, "DE": {Law: "gdpr", Hours: 72}, "GB": {Law: "uk", Hours: 72}, "US": {Law: "us", Days: 30},
	} {
		if diff := cmp.Diff(want, statement.TermsOf(clocks.Rules(), country)); diff != "" {
			t.Errorf("%s: %s", country, diff)
		}
	}
}

// TestWordsOfBothLanguages holds every label and text to both languages, and the same places.
func TestWordsOfBothLanguages(t *testing.T) {
	for _, c := range book(t).Claims() {
		for _, text := range []i18n.Text{c.Label, c.Text} {
			if text.EN == text.IT {
				t.Errorf("%s: the same in both: %q", c.ID, text.EN)
			}
		}
	}
}
