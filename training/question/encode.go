package question

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"custode/internal/i18n"
)

// Encode writes a file of questions, such as one that was brought in from elsewhere: what
// Parse or ParseOwn read is read again as the same, but for comments and the lines. Text
// that holds characters which Parse refuses is refused here.
func Encode(f *File) ([]byte, error) {
	w := &writer{}
	w.line("schema: ", Schema)
	if f.Topic != "" {
		w.line("topic: ", w.quote(f.Topic))
	}
	w.text("title: ", f.Title)
	w.rows("objectives:", len(f.Objectives), func(i int) {
		w.line("- {id: ", w.quote(f.Objectives[i].ID), ", text: ", w.both(f.Objectives[i].Text), "}")
	})
	w.line("questions:")
	for _, q := range f.Questions {
		w.question(q)
	}
	if w.bad != "" {
		return nil, fmt.Errorf("questions: text: %s", printable(w.bad))
	}
	return w.out.Bytes(), nil
}

type writer struct {
	out bytes.Buffer
	bad string // the first text that cannot be written
}

func (w *writer) line(parts ...string) {
	for _, p := range parts {
		w.out.WriteString(p)
	}
	w.out.WriteByte('\n')
}

// quote writes a text so that it stays on one line, and is read as that text.
func (w *writer) quote(s string) string {
	if strings.IndexFunc(s, func(c rune) bool { return c == '\t' || forbidden(c) }) >= 0 || !utf8.ValidString(s) {
		w.bad = s
	}
	open := strings.Count(s, "{") + strings.Count(s, "[")
	many := open > maxOpen/5 || open != strings.Count(s, "}")+strings.Count(s, "]") // Parse would take them for nesting
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteRune(c)
		case c == '\n':
			b.WriteString(`\n`)
		case many && (c == '{' || c == '['), c != ' ' && unicode.IsSpace(c) && c < 0x10000: // the library folds some of them
			fmt.Fprintf(&b, `\u%04x`, c)
		default:
			b.WriteRune(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}

func (w *writer) both(t i18n.Text) string {
	return "{en: " + w.quote(t.EN) + ", it: " + w.quote(t.IT) + "}"
}

func (w *writer) text(name string, t i18n.Text) {
	if !t.Empty() {
		w.line(name, w.both(t))
	}
}

func (w *writer) rows(name string, n int, each func(int)) {
	if n > 0 {
		w.line(name)
	}
	for i := range n {
		each(i)
	}
}

func (w *writer) words(name string, all []string) {
	quoted := make([]string, len(all))
	for i, s := range all {
		quoted[i] = w.quote(s)
	}
	if len(all) > 0 {
		w.line(name, "[", strings.Join(quoted, ", "), "]")
	}
}

func (w *writer) question(q Question) {
	w.line("- id: ", w.quote(q.ID))
	if q.Objective != "" {
		w.line("  objective: ", w.quote(q.Objective))
	}
	w.line("  type: ", w.quote(string(q.Type)))
	w.line("  level: ", fmt.Sprint(q.Level))
	if q.Essential {
		w.line("  essential: true")
	}
	w.words("  plans: ", q.Plans)
	w.words("  sources: ", q.Sources)
	w.text("  text: ", q.Text)
	w.rows("  options:", len(q.Options), func(i int) {
		o := q.Options[i]
		w.line("  - id: ", w.quote(o.ID))
		if o.Right {
			w.line("    right: true")
		}
		w.text("    text: ", o.Text)
		w.text("    why: ", o.Why)
	})
	if q.Type == TrueFalse {
		w.line("  statement: ", fmt.Sprint(q.Statement))
	}
	w.rows("  steps:", len(q.Steps), func(i int) {
		w.line("  - id: ", w.quote(q.Steps[i].ID))
		w.text("    text: ", q.Steps[i].Text)
	})
	if q.Scene != nil {
		w.scene(q.Scene)
	}
	w.text("  explain: ", q.Explain)
}

func (w *writer) scene(s *Scene) {
	w.line("  scene:")
	w.line("    kind: ", w.quote(string(s.Kind)))
	w.line("    genuine: ", fmt.Sprint(s.Genuine))
	w.rows("    parts:", len(s.Parts), func(i int) {
		p := s.Parts[i]
		w.line("    - id: ", w.quote(p.ID))
		w.line("      kind: ", w.quote(string(p.Kind)))
		w.text("      text: ", p.Text)
		if p.Target != "" {
			w.line("      target: ", w.quote(p.Target))
		}
		w.text("      clue: ", p.Clue)
		w.text("      fine: ", p.Fine)
	})
}
