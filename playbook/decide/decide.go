// Package decide says whether a breach is to be notified: to the authority (GDPR 33) and
// to the people (GDPR 34), by an explicit table of rules (rules.yaml) in three-valued
// logic. Beside it stands the severity by ENISA's method, as advice. The person decides.
package decide

import (
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml"

	"custode/internal/i18n"
	"custode/playbook/fact"
)

// Rule is one case.
type Rule struct {
	ID     string    `yaml:"id"`
	When   string    `yaml:"when"`
	Reason i18n.Text `yaml:"reason"`
	Source string    `yaml:"source"`

	cond *fact.Cond
}

// Keys are the facts that it depends on.
func (r Rule) Keys() []string { return r.cond.Keys() }

// Side holds the cases of one question.
type Side struct {
	Not  []Rule `yaml:"not"`  // in which one need not
	Must []Rule `yaml:"must"` // in which one clearly must
}

// Rules is the whole table.
type Rules struct {
	Authority Side `yaml:"authority"`
	People    Side `yaml:"people"`

	book *fact.Book
}

// Finding is the answer to one question.
type Finding struct {
	Answer  fact.Tri // Maybe: cannot say, so prepare
	Reasons []Rule   // what holds; with Maybe what may hold
	Missing []string // facts that would change the answer if they were known
}

// Prepare reports whether one should get ready to tell: always but with a clear no.
func (f Finding) Prepare() bool { return f.Answer != fact.No }

// Outcome is the answer to both questions.
type Outcome struct {
	Authority, People Finding
	Public            fact.Tri // a public notice may take the place of letters: Art. 34(3)(c)
}

//go:embed rules.yaml
var source []byte

var errRule = errors.New("decide: a rule is not whole")

// Load reads the table that is built in.
func Load(book *fact.Book) (*Rules, error) {
	r := &Rules{book: book}
	if err := yaml.UnmarshalWithOptions(source, r, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("decide: %w", err)
	}
	for _, list := range [][]Rule{r.Authority.Not, r.Authority.Must, r.People.Not, r.People.Must} {
		if len(list) == 0 {
			return nil, fmt.Errorf("%w: a list is empty", errRule)
		}
		for i := range list {
			c, err := book.Compile(list[i].When)
			if err != nil {
				return nil, fmt.Errorf("decide: %s: %w", list[i].ID, err)
			}
			if list[i].cond = c; list[i].ID == "" || !list[i].Reason.Whole() || list[i].Source == "" {
				return nil, fmt.Errorf("%w: %s", errRule, list[i].ID)
			}
		}
	}
	return r, nil
}

// Judge answers both questions by what is known.
func (r *Rules) Judge(s fact.Set) Outcome {
	return Outcome{Authority: r.finding(s, r.authority), People: r.finding(s, r.people), Public: s.Tri("contact_impossible")}
}

// authority answers by the law's own turn: one must, unless a case of "not" holds; while
// one still could hold, it cannot be said.
func (r *Rules) authority(s fact.Set) (fact.Tri, []Rule) {
	if not := holding(r.Authority.Not, s, fact.Yes); len(not) > 0 {
		return fact.No, not
	}
	must, may := holding(r.Authority.Must, s, fact.Yes), holding(r.Authority.Not, s, fact.Maybe)
	if len(may) == 0 {
		return fact.Yes, must
	}
	return fact.Maybe, append(must, may...)
}

// people answers no where a case of "not" holds, yes where one of "must" does.
func (r *Rules) people(s fact.Set) (fact.Tri, []Rule) {
	if not := holding(r.People.Not, s, fact.Yes); len(not) > 0 {
		return fact.No, not
	}
	must, may := holding(r.People.Must, s, fact.Yes), holding(r.People.Not, s, fact.Maybe)
	if len(must) > 0 && len(may) == 0 {
		return fact.Yes, must
	}
	return fact.Maybe, append(append(must, holding(r.People.Must, s, fact.Maybe)...), may...)
}

func holding(rules []Rule, s fact.Set, want fact.Tri) []Rule {
	var out []Rule
	for _, r := range rules {
		if r.cond.Eval(s) == want {
			out = append(out, r)
		}
	}
	return out
}

func (r *Rules) finding(s fact.Set, judge func(fact.Set) (fact.Tri, []Rule)) Finding {
	answer, reasons := judge(s)
	f := Finding{Answer: answer, Reasons: reasons}
	if answer != fact.Maybe {
		return f
	}
	var open []string
	for _, rule := range reasons {
		for _, key := range rule.Keys() {
			if !s[key].Known() && !slices.Contains(open, key) {
				open = append(open, key)
			}
		}
	}
	slices.Sort(open)
	for _, key := range open {
		if r.changes(s, key, answer, judge) {
			f.Missing = append(f.Missing, key)
		}
	}
	if f.Missing == nil { // no single one settles it: all of them together do
		f.Missing = open
	}
	return f
}

// changes reports whether some value of a fact gives another answer.
func (r *Rules) changes(s fact.Set, key string, answer fact.Tri, judge func(fact.Set) (fact.Tri, []Rule)) bool {
	d, _ := r.book.Find(key)
	values := []string{"yes", "no"}
	switch d.Type {
	case fact.Number:
		values = []string{"0", strconv.Itoa(1 << 30)}
	case fact.SomeOf, fact.OneOf:
		values = nil
		for _, o := range d.Options {
			values = append(values, o.ID)
		}
	case fact.YesNo, fact.Free, fact.Moment:
	}
	with := fact.Set{}
	maps.Copy(with, s)
	for _, v := range values {
		with[key] = fact.Value{Text: v}
		if got, _ := judge(with); got != answer {
			return true
		}
	}
	return false
}
