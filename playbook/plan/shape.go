package plan

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"custode/internal/i18n"
	"custode/playbook/fact"
)

// field says which field of a step is wrong, and how.
type field struct{ name, code, detail string }

func (f *field) Error() string { return f.name + ": " + f.code + ": " + f.detail }

func (s *yamlStep) step(book *fact.Book) (Step, error) {
	out := Step{
		ID: s.ID, Type: s.Type, Phase: s.Phase, Role: s.Role, Say: tidy(s.Say), How: tidy(s.How), DoNot: tidy(s.DoNot),
		Evidence: s.Evidence, Sources: s.Sources, Asks: s.Asks, Sets: s.Sets, Contacts: s.Contacts, Letters: s.Letters,
		Next: s.Next, On: s.On, Cautious: s.Cautious, Branches: s.Branches, Body: s.Body, Max: s.Max, Plan: s.Plan,
	}
	for i, e := range out.Evidence {
		out.Evidence[i].What = tidy(e.What)
	}
	if s.Drill != nil {
		out.Drill = *s.Drill
	}
	var err error
	if s.Due != nil {
		if out.Due.Within, err = length(s.Due.Within); err != nil || s.Due.From == "" {
			return out, &field{"due", "due", printable(s.Due.Within + " " + s.Due.From)}
		}
		out.Due.From = s.Due.From
	}
	if s.For != "" {
		if out.For, err = length(s.For); err != nil {
			return out, &field{"for", "due", printable(s.For)}
		}
	}
	if s.Until != "" {
		if out.Until, err = book.Compile(s.Until); err != nil {
			return out, &field{"until", "until", printable(s.Until)}
		}
	}
	return out, nil
}

var errLength = errors.New("not a length of time")

// length reads "30m", "48h", "30d": more than nothing, at most two years.
func length(text string) (time.Duration, error) {
	days := 1
	if d, ok := strings.CutSuffix(text, "d"); ok {
		text, days = d+"h", 24
	}
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 || d > 2*366*24*time.Hour/time.Duration(days) {
		return 0, errLength
	}
	return d * time.Duration(days), nil
}

func tidy(t i18n.Text) i18n.Text {
	return i18n.Text{EN: strings.TrimSpace(t.EN), IT: strings.TrimSpace(t.IT)}
}

// printable refuses a text that would do more in a terminal than be read.
func (p *Plan) printable() error {
	head := []string{p.ID, p.Version, p.Title.EN, p.Title.IT, p.When.EN, p.When.IT}
	if bad := control(slices.Concat(head, p.Words.EN, p.Words.IT)); bad != "" {
		return fail(p.Raw, "text", bad, 1, 1)
	}
	for i, s := range p.Steps {
		texts := []string{s.ID, s.Next, s.Say.EN, s.Say.IT, s.How.EN, s.How.IT, s.DoNot.EN, s.DoNot.IT}
		for _, e := range s.Evidence {
			texts = append(texts, e.Kind, e.What.EN, e.What.IT)
		}
		if bad := control(texts); bad != "" {
			return p.failAt(i, s.ID, &field{"id", "text", bad})
		}
	}
	return nil
}

func control(texts []string) string {
	for _, t := range texts {
		for _, r := range t {
			if r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) {
				return fmt.Sprintf("%U", r)
			}
		}
	}
	return ""
}

// printable makes a piece of a file safe and short enough for a message.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60]) + "..."
	}
	if s == "" {
		return `""`
	}
	return s
}
