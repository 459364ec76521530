package cacao

import (
	"encoding/base64"
	"strings"
	"time"
	"unicode"

	"custode/internal/i18n"
	"custode/playbook/plan"
)

// content reads all of a step but its type and its ways.
func (r *reader) content(at string, s *step) plan.Step {
	out := plan.Step{ID: r.ids[at]}
	if e := r.ext[at]; e != nil {
		out.Phase, out.Role, out.Say, out.How, out.DoNot, out.Asks, out.Sets = e.Phase, e.Role, e.Say, e.How, e.DoNot, e.Asks, e.Sets
		out.Evidence, out.Contacts, out.Letters, out.Drill, out.Sources = e.Evidence, e.Contacts, e.Letters, e.Drill, e.Sources
		if d, err := time.ParseDuration(e.Within); err == nil && d > 0 && e.From != "" {
			out.Due = plan.Due{Within: d, From: e.From}
		}
		if e.name(r.known.Facts, r.lang) != s.Name {
			r.edited(at, "name", &out.Say, s.Name)
		}
		if e.describe(r.lang) != s.Description {
			out.DoNot = i18n.Text{}
			r.edited(at, "description", &out.How, s.Description)
		}
		return out
	}
	if s.Type == typeStart || s.Type == typeEnd {
		return out
	}
	out.Say.EN, out.How.EN = clean(s.Name), clean(s.Description)
	if s.Type == typeParallel || s.Type == typeWhile || s.Type == typeCall {
		return out
	}
	out.Phase, out.Role = plan.Contain, plan.Responder
	for _, c := range s.Commands {
		r.command(at, c, &out)
	}
	for _, ref := range s.References {
		r.note(at, "reference", ref.Name, ref)
	}
	return out
}

// command puts what is to be done into words, and keeps what is not for a person.
func (r *reader) command(at string, c command, out *plan.Step) {
	text := c.Command
	if raw, err := base64.StdEncoding.DecodeString(c.Base64); err == nil && len(raw) > 0 {
		text = string(raw)
	}
	if text = clean(text); c.Type != "manual" {
		r.note(at, "command", c.Type+": "+text, c)
	}
	for phase, activity := range activities {
		if activity == c.Activity && (activity != "analyze-collected-data" || phase == plan.Assess) {
			out.Phase = phase
		}
	}
	switch {
	case text == "" || text == out.Say.EN:
	case out.Say.EN == "":
		out.Say.EN = text
	default:
		out.How.EN = strings.TrimSpace(out.How.EN + " " + text)
	}
}

// clean makes a text of others one line that can be shown.
func clean(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToValidUTF8(s, "\uFFFD"), func(c rune) bool {
		return unicode.IsSpace(c) || unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c)
	}), " ")
}

// short makes a piece of a document fit for a message.
func short(s string) string {
	if s = clean(s); s == "" {
		return `""`
	}
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "..."
	}
	return s
}

// slug makes an id of a name.
func slug(name, other string) string {
	var b strings.Builder
	for _, c := range strings.ToLower(name) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9' && b.Len() > 0:
			b.WriteRune(c)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 36 && other != "" {
			break
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	if other == "" {
		return "-"
	}
	return other
}
