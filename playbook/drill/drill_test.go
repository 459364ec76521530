package drill

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"custode/internal/i18n"
	"custode/internal/source"
	"custode/playbook/decide"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

func library(t *testing.T) (*fact.Book, *plan.Library) {
	t.Helper()
	book, err := fact.Load()
	if err != nil {
		t.Fatal(err)
	}
	plans, err := plan.Load(book)
	if err != nil {
		t.Fatal(err)
	}
	return book, plans
}

func scenarios(t *testing.T) []Scenario {
	t.Helper()
	all, err := Load(library(t))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Whatever happens to a shop can be practised: an exercise for each plan that one begins with.
func TestEachIncidentHasAnExercise(t *testing.T) {
	_, plans := library(t)
	var have []string
	for _, s := range scenarios(t) {
		have = append(have, s.Plan)
	}
	for _, p := range plans.Incidents() {
		if !slices.Contains(have, p.ID) {
			t.Errorf("no exercise for %s", p.ID)
		}
	}
}

// The key of an exercise is what the rules say of its facts: who answers what is true is
// never told something else by the program than by the debrief.
func TestKeyIsWhatTheRulesSay(t *testing.T) {
	book, _ := library(t)
	rules, err := decide.Load(book)
	if err != nil {
		t.Fatal(err)
	}
	verdicts := map[string]bool{}
	for _, s := range scenarios(t) {
		got := rules.Judge(s.Set(time.Now()))
		if a := got.Authority.Answer.String(); a != s.Key.Authority.Answer {
			t.Errorf("%s: authority %s by the rules, %s by the key; missing %v", s.ID, a, s.Key.Authority.Answer, got.Authority.Missing)
		}
		if a := got.People.Answer.String(); a != s.Key.People.Answer {
			t.Errorf("%s: people %s by the rules, %s by the key; missing %v", s.ID, a, s.Key.People.Answer, got.People.Missing)
		}
		if s.Facts["authority_decision"] != s.Key.Authority.Answer || s.Facts["people_decision"] != s.Key.People.Answer {
			t.Errorf("%s: the facts decide otherwise than the key", s.ID)
		}
		verdicts[s.Key.Authority.Answer+s.Key.People.Answer] = true
	}
	for _, v := range []string{"yesyes", "yesno", "nono"} {
		if !verdicts[v] {
			t.Errorf("no exercise ends with %s: always the same answer teaches nothing", v)
		}
	}
}

// A question that decides the way has its answer in the story, even if it is "unknown".
func TestDecisionsAreAnswered(t *testing.T) {
	_, plans := library(t)
	for _, s := range scenarios(t) {
		p, _ := plans.Get(s.Plan)
		points := 0
		way := Way(p, plans, s.Set(time.Now()))
		for _, n := range way {
			if n.Round < 2 {
				points += n.Step.Drill.Points
			}
			if (n.Step.Type == plan.Decision || n.Step.Type == plan.Choice) && s.Facts[n.Step.Asks[0]] == "" {
				t.Errorf("%s: %s asks %s, and nobody says what is true", s.ID, n.ID, n.Step.Asks[0])
			}
		}
		if len(way) == 0 || way[len(way)-1].Step.Type == plan.End || points < 100 {
			t.Errorf("%s: %d steps, %d points", s.ID, len(way), points)
		}
		if len(s.Injects) < 2 || len(s.Wrong) < 3 {
			t.Errorf("%s: %d injects, %d mistakes", s.ID, len(s.Injects), len(s.Wrong))
		}
	}
}

func TestSources(t *testing.T) {
	sources, err := source.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range scenarios(t) {
		refs := []string{s.Key.Authority.Source, s.Key.People.Source}
		for _, w := range s.Wrong {
			refs = append(refs, w.Source)
		}
		for _, r := range refs {
			if _, ok := sources.Find(r); !ok {
				t.Errorf("%s: source %s", s.ID, r)
			}
		}
	}
}

var sentenceEnd = regexp.MustCompile(`[.!?]["')»]?\s+`)

func TestSentences(t *testing.T) {
	for _, s := range scenarios(t) {
		texts := []i18n.Text{s.Title, s.Story, s.Key.Authority.Reason, s.Key.People.Reason}
		for _, in := range s.Injects {
			texts = append(texts, in.Say)
			for _, o := range in.Options {
				texts = append(texts, o.Label, o.Why)
			}
		}
		for _, w := range s.Wrong {
			texts = append(texts, w.Why)
		}
		for _, x := range texts {
			for _, text := range []string{x.EN, x.IT} {
				for _, one := range sentenceEnd.Split(strings.TrimSpace(text), -1) {
					if n := len(strings.Fields(one)); n > 25 {
						t.Errorf("%s: %d words: %s", s.ID, n, one)
					}
				}
			}
		}
	}
}

// What is not whole is refused, with its place.
func TestNotWhole(t *testing.T) {
	book, plans := library(t)
	raw, err := os.ReadFile(filepath.Join("content", "lost-device.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parse(book, plans, raw); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, bad string }{
		{"plan: lost-device", "plan: found-device"},
		{"people_count: \"340\"", "people_count: many"},
		{"people_count: \"340\"", "number_of_people: \"340\""},
		{"detected_at: 20m", "detected_at: soon"},
		{"detected_at: 20m", "place: 20m"},
		{"answer: \"yes\"", "answer: maybe"},
		{"after: sessions", "after: nowhere"},
		{"minutes: 25", "minutes: 0"},
		{"skipped: wipe", "skipped: pay"},
		{"{key: data_encrypted, value: \"yes\"}", "{key: data_encrypted, value: \"no\"}"},
		{"{key: data_encrypted, value: \"yes\"}", "{key: data_encrypted, value: unknown}"},
		{"costs: 15", "costs: 90"},
		{"costs: 0", "costs: 5"},
		{"id: second-device", "id: customer"},
		{"story:", "tale:"},
	} {
		if !strings.Contains(string(raw), c.old) {
			t.Fatalf("%s does not stand in the file", c.old)
		}
		if _, err := parse(book, plans, []byte(strings.ReplaceAll(string(raw), c.old, c.bad))); err == nil {
			t.Errorf("taken: %s", c.bad)
		}
	}
}
