package main

import (
	"strings"
	"unicode/utf8"

	"github.com/mattn/go-runewidth"
)

// tame shows a text of a question so that it can't play tricks on the terminal: control
// characters and those that turn the direction of writing are spelled out. Ends of lines stay.
func tame(s string) string {
	var b strings.Builder
	for _, r := range strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\r\n", "\n") {
		switch one := string(r); {
		case r == '\t':
			b.WriteByte(' ')
		case r == '\n' || printable(one) == one:
			b.WriteRune(r)
		default:
			b.WriteString(strings.Trim(printable(one), `"`))
		}
	}
	return strings.TrimRight(b.String(), "\n ")
}

// columns is how many columns a text takes at most: terminals differ about signs that become
// pictures by the variation selector 16.
func columns(s string) int { return cells(s) + strings.Count(s, "\ufe0f") }

// write writes text behind a prefix, further lines indented by as much; paint may be nil.
func write(p *page, first, text string, paint func(string) string) {
	for _, l := range hang(first, text, p.width, paint) {
		p.line(l)
	}
}

// hang breaks a text into lines that stand behind a prefix.
func hang(first, text string, width int, paint func(string) string) []string {
	lines := folded(text, width-columns(first))
	indent := strings.Repeat(" ", columns(first))
	for i, l := range lines {
		if paint != nil && l != "" {
			l = paint(l)
		}
		lines[i] = first + l
		first = indent
	}
	return lines
}

// folded breaks a text into lines of at most so many columns: between words, and inside of
// one that is wider, such as an address or a sentence in a script without blanks.
func folded(text string, width int) []string {
	var out []string
	width = max(width, 8)
	for paragraph := range strings.SplitSeq(text, "\n") {
		line, used := "", 0
		for word := range strings.FieldsFuncSeq(paragraph, func(r rune) bool { return r == ' ' }) {
			n := columns(word)
			if line != "" && used+1+n <= width {
				line, used = line+" "+word, used+1+n
				continue
			}
			if line != "" {
				out = append(out, line)
			}
			for n > width {
				at := cut(word, width)
				out = append(out, word[:at])
				word = word[at:]
				n = columns(word)
			}
			line, used = word, n
		}
		out = append(out, line)
	}
	return out
}

// cut says after how many bytes a word is broken: in an address where it has its strokes, or
// in front of the first dot of the second half, so that the end of a host's name, which says
// whose it is, stays in one piece; never between a sign and what belongs to it.
func cut(word string, width int) int {
	at, good, used := 0, 0, 0
	var last, before rune
	for i, r := range word {
		n := runewidth.RuneWidth(r)
		if r == '\ufe0f' {
			n = 1
		}
		if i > 0 && r != '\ufe0f' && runewidth.RuneWidth(r) > 0 && last != '\u200d' {
			at = i
			stroke := last == '/' && before != '/' && r != '/' || r == '?' || r == '&'
			if used > width/2 && (stroke || good == 0 && (r == '.' || r == '@')) {
				good = i
			}
		}
		if used += n; used > width && at > 0 {
			break
		}
		before, last = last, r
	}
	switch {
	case used <= width:
		return len(word)
	case good > 0:
		return good
	case at == 0: // one sign that is wider than the line
		_, n := utf8.DecodeRuneInString(word)
		return n
	}
	return at
}

// brief shortens a text to one line, at its end.
func brief(s string, width int) string {
	s = strings.Join(strings.Fields(s), " ")
	if columns(s) <= width || width < 2 {
		return s
	}
	at, used := 0, 0
	for i, r := range s {
		n := runewidth.RuneWidth(r)
		if r == '\ufe0f' {
			n = 1
		} else if n > 0 {
			at = i
		}
		if used += n; used > width-1 {
			break
		}
	}
	return strings.TrimRight(s[:at], " \u200d") + "…"
}
