package gift

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"
)

var escapes = strings.NewReplacer(`\`, `\\`, `#`, `\#`, `=`, `\=`, `~`, `\~`, `{`, `\{`, `}`, `\}`, `:`, `\:`, "\n", `\n`)

// Write writes a file, in UTF-8. Each question is one block: its text is one line, and each
// of its answers another.
func Write(w io.Writer, f *File) error {
	b := &printer{w: bufio.NewWriter(w)}
	for _, i := range f.Items {
		b.item(i)
	}
	return b.w.Flush()
}

// printer writes; the errors are told by Flush.
type printer struct{ w *bufio.Writer }

func (b *printer) put(parts ...string) {
	for _, p := range parts {
		_, _ = b.w.WriteString(p)
	}
}

func (b *printer) item(i Item) {
	name := strings.Trim(cleaned(i.Category), blanks)
	if i.Question == nil && name == "" && len(i.Comments) == 0 {
		return
	}
	for _, c := range i.Comments {
		if c = strings.Trim(strings.ReplaceAll(cleaned(c), "\n", " "), blanks); c != "" {
			c = " " + c
		}
		b.put("//", c, "\n")
	}
	switch {
	case i.Question != nil:
		b.question(i.Question)
	case name != "":
		b.put(category, " ", strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(name), "\n")
	}
	b.put("\n")
}

func (b *printer) question(q *Question) {
	if t := oneLine(cleaned(q.Title)); t != "" {
		b.put("::", escapes.Replace(t), "::")
	}
	after := strings.TrimRight(cleaned(q.After), blanks)
	gap := q.Gap && strings.Trim(after, blanks) != ""
	if gap {
		b.open(q.Text)
	} else {
		b.text(q.Text, false)
	}
	if q.Kind == Description {
		b.put("\n")
		return
	}
	b.put("{")
	b.answers(q)
	b.put("}")
	if gap {
		b.put(escapes.Replace(after))
	}
	b.put("\n")
}

func (b *printer) answers(q *Question) {
	arrow := slices.ContainsFunc(q.Answers, func(a Answer) bool {
		return strings.Contains(a.Text.S, "->") || strings.Contains(a.Feedback.S, "->")
	})
	switch _, truth := truths[firstText(q)]; {
	case q.Kind == TrueFalse:
		b.truth(q)
		return
	case q.Kind == Essay, q.Kind == Short && arrow && len(q.Answers) == 1 && !truth: // with "=" the arrow would make it matching
		if q.Kind == Short {
			b.weight("", q.Answers[0], 100)
			b.said(q.Answers[0].Feedback)
		}
		if s := q.Feedback.S; strings.Trim(cleaned(s), blanks) != "" {
			b.put("####")
			b.text(q.Feedback, false)
		}
		return
	case q.Kind == Numerical:
		b.put("#")
	}
	b.put("\n")
	for i, a := range q.Answers {
		b.put("\t")
		switch q.Kind {
		case Numerical:
			b.number(a, i > 0 && i == len(q.Answers)-1)
		case Matching:
			a.Text.S = arrowless(a.Text.S)
			b.put("=")
			b.text(a.Text, false)
			b.put(" -> ", escapes.Replace(strings.Trim(cleaned(a.Match), blanks)))
		case Short:
			a.Text.S, a.Feedback.S = arrowless(a.Text.S), arrowless(a.Feedback.S)
			b.weight("=", a, 100)
		default:
			if a.Right {
				b.weight("=", a, 100)
			} else {
				b.weight("~", a, 0)
			}
		}
		if q.Kind != Numerical && q.Kind != Matching {
			b.said(a.Feedback)
		}
		b.put("\n")
	}
	if strings.Trim(cleaned(q.Feedback.S), blanks) != "" {
		b.put("\t####")
		b.text(q.Feedback, false)
		b.put("\n")
	}
}

func firstText(q *Question) string {
	if len(q.Answers) == 0 {
		return ""
	}
	return strings.Trim(q.Answers[0].Text.S, blanks)
}

// arrowless writes an arrow in a place where "->" would be read as a sign.
func arrowless(s string) string { return strings.ReplaceAll(cleaned(s), "->", "→") }

func (b *printer) truth(q *Question) {
	b.put(strings.ToUpper(strconv.FormatBool(q.True)))
	wrong, right := strings.Trim(cleaned(q.IfWrong.S), blanks) != "", strings.Trim(cleaned(q.IfRight.S), blanks) != ""
	if wrong || right {
		b.put("#")
		b.text(q.IfWrong, false)
	}
	b.said(q.IfRight)
	if strings.Trim(cleaned(q.Feedback.S), blanks) != "" {
		b.put("####")
		b.text(q.Feedback, false)
	}
}

// weight writes an answer with its weight, which is left out where it is the usual one.
func (b *printer) weight(sign string, a Answer, usual float64) {
	b.put(sign)
	w := round(a.Weight)
	if w != usual {
		b.put("%", strconv.FormatFloat(w, 'f', -1, 64), "%")
	}
	b.text(a.Text, w == usual)
}

func (b *printer) number(a Answer, last bool) {
	if last && a.Value == "*" && round(a.Weight) == 0 && strings.Trim(cleaned(a.Feedback.S), blanks) != "" {
		b.put("~")
		b.said(a.Feedback)
		return
	}
	a.Text = Text{S: a.Value}
	b.weight("=", a, 100)
	switch {
	case a.Upper != "":
		b.put("..", a.Upper)
	case a.Margin != "":
		b.put(":", a.Margin)
	}
	b.said(a.Feedback)
}

// said writes a feedback, if there is one.
func (b *printer) said(t Text) {
	if strings.Trim(cleaned(t.S), blanks) != "" {
		b.put("#")
		b.text(t, false)
	}
}

// text writes a text. Where its beginning would be read as a sign (a comment, a format, or
// where there could be one a weight), an escaped line end stands before it, which is dropped
// when it is read.
func (b *printer) text(t Text, weightless bool) {
	t.S = strings.Trim(cleaned(t.S), blanks)
	if t.S == "" {
		return
	}
	b.begun(t, weightless)
}

// open writes a text that goes on behind a gap.
func (b *printer) open(t Text) {
	t.S = strings.TrimLeft(cleaned(t.S), blanks)
	b.begun(t, false)
}

func (b *printer) begun(t Text, weightless bool) {
	switch {
	case slices.Contains(formats, t.Format):
		b.put("[", string(t.Format), "]")
	case strings.HasPrefix(t.S, "//"), weightless && strings.HasPrefix(t.S, "%"),
		slices.ContainsFunc(formats, func(f Format) bool { return strings.HasPrefix(t.S, "["+string(f)+"]") }):
		b.put(`\n`)
	}
	b.put(escapes.Replace(t.S))
}

func cleaned(s string) string {
	s, _ = clean(strings.ToValidUTF8(s, "\ufffd"))
	return s
}
