// Package drill holds the exercises (content/): for each kind of incident a story that is
// told to the players, the answers that are true in it, what happens meanwhile, the right
// decisions and the mistakes that cost points. A drill is run by the same engine and the
// same plans as a real incident; what is here is only what the engine cannot know.
package drill

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/playbook/fact"
	"custode/playbook/plan"
)

// Scenario is one exercise.
type Scenario struct {
	ID      string            `yaml:"id"`
	Plan    string            `yaml:"plan"`
	Title   i18n.Text         `yaml:"title"`
	Story   i18n.Text         `yaml:"story"` // what the players are told
	Facts   map[string]string `yaml:"facts"` // what is true; a fact that is not here is unknown
	Times   map[string]string `yaml:"times"` // facts of type time: how long before the start, such as "3h"
	Key     Key               `yaml:"key"`
	Injects []Inject          `yaml:"injects"`
	Wrong   []Wrong           `yaml:"wrong"`
}

// Key is the right outcome.
type Key struct {
	Authority Verdict `yaml:"authority"`
	People    Verdict `yaml:"people"`
}

// Verdict is the right answer to one question, and why.
type Verdict struct {
	Answer string    `yaml:"answer"` // yes or no
	Reason i18n.Text `yaml:"reason"`
	Source string    `yaml:"source"`
}

// Inject is something that happens during the exercise: after a step, or so many minutes
// after the start.
type Inject struct {
	ID      string    `yaml:"id"`
	After   string    `yaml:"after"`
	Minutes int       `yaml:"minutes"`
	Say     i18n.Text `yaml:"say"`
	Options []Option  `yaml:"options"` // what the players may do; none: they are only told
}

// Option is one way to meet an inject.
type Option struct {
	ID    string    `yaml:"id"`
	Label i18n.Text `yaml:"label"`
	Costs int       `yaml:"costs"` // points; 0: a good way
	Why   i18n.Text `yaml:"why"`   // told in the debrief
}

// Wrong is a mistake that costs points: a step that was skipped, or an answer that is not true.
type Wrong struct {
	ID      string    `yaml:"id"`
	Skipped string    `yaml:"skipped"`
	Said    *Said     `yaml:"said"`
	Costs   int       `yaml:"costs"`
	Why     i18n.Text `yaml:"why"`
	Source  string    `yaml:"source"`
}

// Said is a value that a player gives to a fact.
type Said struct {
	Key   string `yaml:"key"`
	Value string `yaml:"value"`
}

// Set holds the true answers of an exercise that begins at a moment.
func (s *Scenario) Set(begin time.Time) fact.Set {
	out := fact.Set{}
	for key, value := range s.Facts {
		out[key] = fact.Value{Text: value, Origin: fact.Said}
	}
	for key, before := range s.Times {
		d, _ := time.ParseDuration(before) // check has read it
		out[key] = fact.Value{Text: begin.Add(-d).UTC().Format(time.RFC3339), Origin: fact.Said}
	}
	return out
}

//go:embed content
var content embed.FS

// Load reads the exercises that are built in, sorted by id.
func Load(book *fact.Book, plans *plan.Library) ([]Scenario, error) {
	names, err := fs.Glob(content, "content/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("drill: %w", err)
	}
	var out []Scenario
	for _, name := range names {
		raw, err := content.ReadFile(name)
		if err != nil {
			return nil, fmt.Errorf("drill: %w", err)
		}
		s, err := parse(book, plans, raw)
		if err != nil {
			return nil, fmt.Errorf("drill: %s: %w", name, err)
		}
		if s.ID+".yaml" != path.Base(name) {
			return nil, fmt.Errorf("drill: %s holds %s", name, s.ID)
		}
		out = append(out, *s)
	}
	return out, nil
}

func parse(book *fact.Book, plans *plan.Library, raw []byte) (*Scenario, error) {
	var s Scenario
	if err := yaml.UnmarshalWithOptions(raw, &s, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("not an exercise: %w", err)
	}
	for _, key := range slices.Sorted(maps.Keys(s.Facts)) {
		value, err := book.Parse(key, s.Facts[key])
		if err != nil {
			return nil, fmt.Errorf("fact %s: %w", key, err)
		}
		s.Facts[key] = value
	}
	return &s, s.check(book, plans)
}
