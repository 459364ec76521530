package paper

import (
	"strings"
)

// Markdown draws a document as Markdown (CommonMark with tables). Nothing that a person
// wrote is taken for a heading, a link or HTML.
func Markdown(d Doc) string {
	d = d.cleaned()
	var b strings.Builder
	part := func(s string) {
		if s != "" {
			b.WriteString(s + "\n\n")
		}
	}
	if d.Mark != "" {
		part("**" + escape(d.Mark) + "**")
	}
	part(md(d.Above))
	part("# " + escape(d.Title))
	if d.Note != "" {
		part("*" + escape(d.Note) + "*")
	}
	for _, block := range d.Blocks {
		part(mdBlock(block))
	}
	if d.Foot != "" {
		part("---\n\n" + escape(d.Foot))
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func mdBlock(b Block) string {
	var lines []string
	switch b.Kind {
	case Heading:
		mark := "## "
		if b.Under {
			mark = "### "
		}
		return mark + strings.ReplaceAll(md(b.Text), "\n", " ")
	case Para, Chart:
		return md(b.Text)
	case Break:
		return "---"
	case List:
		for _, t := range b.Items {
			lines = append(lines, "- "+strings.ReplaceAll(md(t), "\n", "\n  "))
		}
	case Fields:
		for _, r := range b.Rows {
			lines = append(lines, mdRow(r))
		}
	case Table:
		lines = append(lines, mdCells(b.Head), "|"+strings.Repeat(" --- |", len(b.Head)))
		for _, c := range b.Cells {
			lines = append(lines, mdCells(c))
		}
	case Sign:
		for _, t := range b.Items {
			lines = append(lines, `\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_  `+"\n"+md(t)+"\n")
		}
	}
	return strings.Join(lines, "\n")
}

func mdRow(r Row) string {
	source := ""
	if r.Source != "" {
		source = " (" + escape(r.Source) + ")"
	}
	line := "- **" + escape(r.Label) + ":**"
	if len(r.Items) == 0 {
		return line + " " + strings.ReplaceAll(md(r.Value), "\n", "\n  ") + source
	}
	lines := []string{line}
	for _, it := range r.Items {
		lines = append(lines, "  - "+escape(it))
	}
	return strings.Join(lines, "\n") + source
}

func mdCells(cells []string) string {
	var b strings.Builder
	b.WriteString("|")
	for _, c := range cells {
		b.WriteString(" " + escape(c) + " |")
	}
	return b.String()
}

func md(t Text) string {
	var b strings.Builder
	for _, s := range t {
		if s.Gap {
			b.WriteString("**" + escape(s.S) + "**")
		} else {
			b.WriteString(escape(s.S))
		}
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	for i, l := range lines {
		lines[i] = guard(strings.TrimSpace(l))
	}
	return strings.Join(lines, "\\\n")
}

var special = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, ">", `\>`, "|", `\|`, "~", `\~`, "&", `\&`, "#", `\#`, "!", `\!`)

// escape takes the meaning from every sign that begins something in Markdown, and the
// link from an address.
func escape(s string) string {
	s = special.Replace(s)
	s = strings.ReplaceAll(s, "://", `:\//`)
	return strings.ReplaceAll(s, "www.", `www\.`)
}

// guard takes the meaning from what begins a list, a heading or a rule only at the
// beginning of a line.
func guard(line string) string {
	if line == "" {
		return line
	}
	if strings.ContainsRune("-+=", rune(line[0])) {
		return `\` + line
	}
	digits := strings.TrimLeft(line, "0123456789")
	if n := len(line) - len(digits); n > 0 && digits != "" && (digits[0] == '.' || digits[0] == ')') {
		return line[:n] + `\` + digits
	}
	return line
}
