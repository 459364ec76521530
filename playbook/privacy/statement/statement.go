// Package statement makes what a shop can say in public about how it protects the data of
// others, and about what it would do in an attack. Facts go in, sentences come out, and never
// better ones than the facts: each claim (claims.yaml) names the facts that it stands on and
// how old they may be. Where one of them is red, unknown, too old or missing, the claim is
// left out, and a weaker one takes its place if that is true.
//
// A claim that is not true any more is worse than none: [Check] tells which sentences of a
// printed statement have ceased to hold.
package statement

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
)

// Part is where a claim stands on the page.
type Part string

// The parts, in their order.
const (
	Do     Part = "do"     // what is done
	Attack Part = "attack" // what happens in an attack
	Limits Part = "limits" // what nobody can promise
)

// Claim is one sentence and what it stands on: see claims.yaml.
type Claim struct {
	ID     string            `yaml:"id"`
	Group  string            `yaml:"group"`
	Part   Part              `yaml:"part"`
	Label  i18n.Text         `yaml:"label"`
	Always bool              `yaml:"always"`
	Some   []Name            `yaml:"some"`
	None   []Name            `yaml:"none"`
	Green  []string          `yaml:"green"`
	Fresh  map[Name]int      `yaml:"fresh"`
	Steady map[Name]int      `yaml:"steady"`
	N      Name              `yaml:"n"`
	Of     Name              `yaml:"of"`
	Day    Name              `yaml:"day"`
	Since  bool              `yaml:"since"`
	Source map[string]string `yaml:"source"`
	Text   i18n.Text         `yaml:"text"`
}

// Book is all claims.
type Book struct{ claims []Claim }

//go:embed claims.yaml
var raw []byte

// errClaim is a mistake in the data.
var errClaim = errors.New("statement: a claim is not whole")

// Load reads the claims that are built in.
func Load() (*Book, error) { return parse(raw) }

func parse(raw []byte) (*Book, error) {
	b := &Book{}
	if err := yaml.UnmarshalWithOptions(raw, &b.claims, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("statement: %w", err)
	}
	for i, c := range b.claims {
		twice := slices.ContainsFunc(b.claims[:i], func(o Claim) bool { return o.ID == c.ID })
		if twice || c.ID == "" || c.Group == "" || !c.Text.Whole() || !c.Label.Whole() || !slices.Contains([]Part{Do, Attack, Limits}, c.Part) || !c.sound() {
			return nil, fmt.Errorf("%w: %q", errClaim, c.ID)
		}
	}
	return b, nil
}

// sound reports whether a claim names only facts that there are, stands on some unless it is
// said always, and has in both texts the places that it fills and no others.
func (c Claim) sound() bool {
	needs := len(c.Some) + len(c.None) + len(c.Green) + len(c.Fresh) + len(c.Steady)
	if c.Always != (needs == 0) || c.Since && c.Day == "" {
		return false
	}
	for _, n := range slices.Concat(c.Some, c.None) {
		if _, ok := good[n]; !ok {
			return false
		}
	}
	for _, m := range []map[Name]int{c.Fresh, c.Steady} {
		for n, days := range m {
			if !moments[n] || days < 1 {
				return false
			}
		}
	}
	if slices.ContainsFunc(c.Green, func(id string) bool { return !judged[id] }) || c.Day != "" && !moments[c.Day] {
		return false
	}
	for _, n := range []Name{c.N, c.Of} {
		if _, ok := good[n]; !ok && n != "" {
			return false
		}
	}
	for place, n := range map[string]Name{"{n}": c.N, "{of}": c.Of, "{day}": c.Day} {
		for _, text := range []string{c.Text.EN, c.Text.IT} {
			if strings.Contains(text, place) != (n != "") {
				return false
			}
		}
	}
	return true
}

// Claims gives all claims.
func (b *Book) Claims() []Claim { return slices.Clone(b.claims) }

// Find gives a claim.
func (b *Book) Find(id string) (Claim, bool) {
	i := slices.IndexFunc(b.claims, func(c Claim) bool { return c.ID == id })
	if i < 0 {
		return Claim{}, false
	}
	return b.claims[i], true
}

// Lack is a fact that a claim wants and does not have.
type Lack struct {
	Item string // of the daily check, which is not green; else
	Name Name   // a count or a moment
	// Known is whether it is known at all: false, nobody has looked, or it never was.
	Known bool
	Days  int       // of a moment: how old it may be at most, or has to be
	Ended time.Time // when it became too old; zero: it is no matter of age
}

// Lacks lists what a claim lacks as of now, in the order in which it is to be put right. None:
// the claim holds.
func (c Claim) Lacks(f Facts, now time.Time) []Lack {
	var out []Lack
	for _, n := range c.Some {
		if v, known := f.Count[n]; v < 1 {
			out = append(out, Lack{Name: n, Known: known})
		}
	}
	for _, n := range c.None {
		if v, known := f.Count[n]; v != 0 || !known {
			out = append(out, Lack{Name: n, Known: known})
		}
	}
	for _, id := range c.Green {
		if !f.Green[id] {
			out = append(out, Lack{Item: id})
		}
	}
	for _, n := range sorted(c.Fresh) {
		days := c.Fresh[n]
		if at := f.Moment[n]; at.IsZero() || at.After(now) { // the clock was wrong: nothing is known
			out = append(out, Lack{Name: n, Days: days})
		} else if end := at.AddDate(0, 0, days); now.After(end) {
			out = append(out, Lack{Name: n, Known: true, Days: days, Ended: end})
		}
	}
	for _, n := range sorted(c.Steady) {
		days := c.Steady[n]
		if at := f.Moment[n]; at.IsZero() || at.AddDate(0, 0, days).After(now) {
			out = append(out, Lack{Name: n, Known: !at.IsZero(), Days: days})
		}
	}
	for _, n := range []Name{c.N, c.Of} { // what is not known cannot be said
		if _, known := f.Count[n]; n != "" && !known && !slices.Contains(c.Some, n) {
			out = append(out, Lack{Name: n})
		}
	}
	if at := f.Moment[c.Day]; c.Day != "" && c.Fresh[c.Day] == 0 && c.Steady[c.Day] == 0 && (at.IsZero() || at.After(now)) {
		out = append(out, Lack{Name: c.Day})
	}
	return out
}

func sorted(m map[Name]int) []Name {
	var out []Name
	for n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

// Sentence is a claim that is said, and the values that it says.
type Sentence struct {
	ID  string    `json:"id"`
	N   int64     `json:"n,omitempty"`
	Of  int64     `json:"of,omitempty"`
	Day time.Time `json:"day,omitzero"`
}

// Left is a claim that cannot be made, and why.
type Left struct {
	ID   string
	Lack Lack // the first one
}

// Judge gives the sentences that are true as of now, in the order of the book, and of each
// group of which the best claim cannot be made what that one lacks.
func (b *Book) Judge(f Facts, now time.Time) (said []Sentence, left []Left) {
	done, best := map[string]bool{}, map[string]bool{}
	for _, c := range b.claims {
		if done[c.Group] {
			continue
		}
		lacks := c.Lacks(f, now)
		if len(lacks) > 0 {
			if !best[c.Group] {
				left = append(left, Left{c.ID, lacks[0]})
			}
			best[c.Group] = true
			continue
		}
		done[c.Group] = true
		said = append(said, Sentence{ID: c.ID, N: f.Count[c.N], Of: f.Count[c.Of], Day: f.Moment[c.Day]})
	}
	return said, left
}

// Write writes a sentence in a language; day writes a day.
func (c Claim) Write(s Sentence, lang string, day func(time.Time) string) string {
	return i18n.Fill(c.Text.In(lang), "n", strconv.FormatInt(s.N, 10), "of", strconv.FormatInt(s.Of, 10), "day", day(s.Day))
}
