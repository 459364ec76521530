package paper

import (
	"strings"

	"github.com/mattn/go-runewidth"
)

// narrow is the least width that Plain keeps to.
const narrow = 30

// Plain draws a document for a terminal, its lines at most so many columns wide; a word
// that is longer is broken.
func Plain(d Doc, width int) string {
	d = d.cleaned()
	p := &plain{width: max(width, narrow)}
	if d.Mark != "" {
		bar := strings.Repeat("*", p.width)
		p.say(bar)
		p.wrap(d.Mark, "", "")
		p.say(bar)
		p.say("")
	}
	if len(d.Above) > 0 {
		p.wrap(d.Above.String(), "", "")
		p.say("")
	}
	p.wrap(strings.ToUpper(d.Title), "", "")
	p.say(strings.Repeat("=", min(p.width, runewidth.StringWidth(strings.ToUpper(d.Title)))))
	if d.Note != "" {
		p.wrap(d.Note, "", "")
	}
	for _, b := range d.Blocks {
		p.say("")
		p.block(b)
	}
	if d.Foot != "" {
		p.say("")
		p.say(strings.Repeat("-", p.width))
		p.wrap(d.Foot, "", "")
	}
	return p.b.String()
}

type plain struct {
	b     strings.Builder
	width int
}

func (p *plain) say(line string) {
	p.b.WriteString(strings.TrimRight(line, " "))
	p.b.WriteByte('\n')
}

func (p *plain) block(b Block) {
	switch b.Kind {
	case Heading:
		p.wrap(b.Text.String(), "", "")
		line := "-"
		if b.Under {
			line = "."
		}
		p.say(strings.Repeat(line, min(p.width, runewidth.StringWidth(b.Text.String()))))
	case Para, Chart:
		p.wrap(b.Text.String(), "", "")
	case Break:
		p.say(strings.Repeat("-", p.width))
	case List:
		for _, t := range b.Items {
			p.wrap(t.String(), "- ", "  ")
		}
	case Fields:
		for _, r := range b.Rows {
			p.row(r)
		}
	case Table:
		for i, cells := range b.Cells {
			if i > 0 {
				p.say("")
			}
			for j, c := range cells {
				if c == "" {
					continue
				}
				first, rest := "  ", "    "
				if j == 0 {
					first, rest = "", "  "
				}
				if j < len(b.Head) {
					c = b.Head[j] + ": " + c
				}
				p.wrap(c, first, rest)
			}
		}
	case Sign:
		for _, t := range b.Items {
			p.say("")
			p.say(strings.Repeat("_", min(p.width, 40)))
			p.wrap(t.String(), "", "")
		}
	}
}

func (p *plain) row(r Row) {
	value := r.Value.String()
	if r.Source != "" {
		value += " (" + r.Source + ")"
	}
	if len(r.Items) == 0 && !strings.Contains(value, "\n") {
		p.wrap(r.Label+": "+value, "", "    ")
		return
	}
	p.wrap(r.Label+":", "", "    ")
	for _, it := range r.Items {
		p.wrap(it, "  - ", "    ")
	}
	if len(r.Items) == 0 {
		p.wrap(value, "    ", "    ")
	} else if r.Source != "" {
		p.wrap("("+r.Source+")", "    ", "    ")
	}
}

// wrap writes a text, its first line after one indent and the others after another.
func (p *plain) wrap(s, first, rest string) {
	for para := range strings.SplitSeq(s, "\n") {
		line, used := first, runewidth.StringWidth(first)
		fresh := true
		for word := range strings.FieldsSeq(para) {
			for word != "" {
				w := runewidth.StringWidth(word)
				if !fresh && used+1+w > p.width {
					p.say(line)
					line, used, fresh = rest, runewidth.StringWidth(rest), true
					continue
				}
				if !fresh {
					line, used = line+" ", used+1
				}
				head := word
				if used+w > p.width {
					head = runewidth.Truncate(word, p.width-used, "")
				}
				if head == "" { // not even one character has room: it stands anyway
					head = word
				}
				line, used, fresh, word = line+head, used+runewidth.StringWidth(head), false, word[len(head):]
			}
		}
		p.say(line)
		first = rest
	}
}
