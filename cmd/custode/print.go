package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/fatih/color"
	"github.com/mattn/go-runewidth"

	"custode/internal/fault"
	"custode/playbook/daily"
)

// page writes for people: wrapped to the terminal, coloured only on one. The
// first error of writing is kept in fail.
type page struct {
	w      io.Writer
	width  int
	colour bool
	fail   error
}

// The narrowest and widest page: beyond a hundred columns lines are hard to read.
const (
	minWidth = 40
	maxWidth = 100
)

func (sh *shell) page(w io.Writer, terminal bool) *page {
	return &page{
		w: w, width: min(max(sh.width, minWidth), maxWidth),
		colour: terminal && !sh.bare && sh.env("NO_COLOR") == "" && sh.env("TERM") != "dumb",
	}
}

func (p *page) line(s string) {
	s = strings.ReplaceAll(strings.TrimRight(s, " "), unbroken, " ")
	if _, err := fmt.Fprintln(p.w, s); err != nil && p.fail == nil {
		p.fail = fault.On(fault.CodeOf(err, fault.IO), "fault.output", "", err)
	}
}

// unbroken is a blank at which no line is broken, and of which several stand
// together: those of file names.
const unbroken = "\u00a0"

func (p *page) gap() { p.line("") }

// wrap breaks text between words so that no line, with its indent, is wider
// than the page; a word that is wider stands on a line of its own, whole.
func (p *page) wrap(indent, text string) { p.fold(indent, indent, text) }

// text writes lines that are drawn already, as they stand.
func (p *page) text(drawn string) {
	for line := range strings.Lines(drawn) {
		p.line(strings.TrimRight(line, "\n"))
	}
}

// hanging starts with a prefix and indents what follows by as much.
func (p *page) hanging(prefix, text string) {
	p.fold(prefix, strings.Repeat(" ", cells(prefix)), text)
}

func (p *page) fold(first, indent, text string) {
	line, empty := first, true
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ' ' || r == '\n' }) {
		if !empty && cells(line)+1+cells(word) > p.width {
			p.line(line)
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	p.line(line)
}

// definitions writes terms and what they mean in two columns.
func (p *page) definitions(rows [][2]string) {
	left := 0
	for _, r := range rows {
		left = max(left, cells(r[0]))
	}
	left = min(left, p.width/3)
	for _, r := range rows {
		if cells(r[0]) > left {
			p.line("  " + r[0])
			p.wrap(strings.Repeat(" ", left+4), r[1])
			continue
		}
		p.hanging("  "+pad(r[0], left)+"  ", r[1])
	}
}

func (p *page) paint(s string, a ...color.Attribute) string {
	if !p.colour {
		return s
	}
	c := color.New(a...)
	c.EnableColor()
	return c.Sprint(s)
}

func (p *page) bold(s string) string  { return p.paint(s, color.Bold) }
func (p *page) dim(s string) string   { return p.paint(s, color.Faint) }
func (p *page) red(s string) string   { return p.paint(s, color.FgRed, color.Bold) }
func (p *page) amber(s string) string { return p.paint(s, color.FgYellow, color.Bold) }
func (p *page) green(s string) string { return p.paint(s, color.FgGreen) }

// cells counts the columns that a text takes on a terminal, colours aside.
func cells(s string) int {
	n, escape := 0, false
	for _, r := range s {
		switch {
		case r == '\x1b':
			escape = true
		case escape:
			escape = r != 'm'
		default:
			n += runewidth.RuneWidth(r)
		}
	}
	return n
}

// pad fills a text with blanks to n columns.
func pad(s string, n int) string { return s + strings.Repeat(" ", max(0, n-cells(s))) }

// padLeft fills a text with blanks to n columns, in front.
func padLeft(s string, n int) string { return strings.Repeat(" ", max(0, n-cells(s))) + s }

// shorten cuts the middle out of a path that is wider than n columns, so that
// its end, which tells files apart, stays.
func shorten(s string, n int) string {
	if cells(s) <= n || n < 8 {
		return s
	}
	runes := []rune(s)
	head := n / 3
	tail := n - head - 1
	for cells(string(runes[:head]))+cells(string(runes[len(runes)-tail:]))+1 > n && tail > 1 {
		tail--
	}
	return string(runes[:head]) + "…" + string(runes[len(runes)-tail:])
}

// printable shows a file's name so that it can't play tricks on the terminal:
// names with control characters, or that are no UTF-8, are quoted and escaped.
func printable(s string) string {
	odd := !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
	})
	if odd {
		return strconv.Quote(s)
	}
	return s
}

// shellLine writes an argument list as the user's shell wants it typed.
func shellLine(args []string) string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = quote(a, runtime.GOOS == "windows")
	}
	return strings.Join(out, " ")
}

// proposed is a command of custode's as it works here: with the --home that
// this one was given.
func (sh *shell) proposed(command []string) []string {
	if sh.homeFlag == "" || len(command) == 0 || command[0] != "custode" {
		return command
	}
	return append([]string{"custode", "--home", sh.homeFlag}, command[1:]...)
}

// command is a command to type, as it stands in a sentence: never broken over lines.
func (sh *shell) command(words ...string) string {
	return strings.ReplaceAll(shellLine(sh.proposed(words)), " ", unbroken)
}

func quote(s string, windows bool) string {
	plain := strings.IndexFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_./:=+,@%~", r) && (r != '\\' || !windows)
	}) < 0
	switch {
	case s != "" && plain && s[0] != '~':
		return s
	case windows:
		return `"` + s + `"` // a name can't hold a quote there
	case printable(s) != s:
		return "$'" + strings.ReplaceAll(strings.Trim(strconv.QuoteToASCII(s), `"`), "'", `\'`) + "'"
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// json writes one document.
func (sh *shell) json(doc any) error {
	enc := json.NewEncoder(sh.out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(doc); err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.output", "", err)
	}
	return nil
}

// jsonLine writes one object of a stream.
func (sh *shell) jsonLine(doc any) error {
	enc := json.NewEncoder(sh.out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(doc); err != nil {
		return fault.On(fault.CodeOf(err, fault.IO), "fault.output", "", err)
	}
	return nil
}

// say turns a phrase of the daily check into a sentence.
func (sh *shell) say(ph daily.Phrase) string {
	if ph.Key == "" {
		return ""
	}
	args := make([]any, len(ph.Args))
	for i, a := range ph.Args {
		switch a := a.(type) {
		case int64:
			args[i] = sh.words.Int(a)
		case string:
			args[i] = printable(a)
		case daily.Phrase:
			args[i] = sh.say(a)
		case time.Time:
			args[i] = sh.words.DateTime(a)
		case time.Duration:
			args[i] = sh.words.Duration(a)
		}
	}
	if ph.Plural {
		return sh.words.N(ph.Key, ph.N, args...)
	}
	return sh.words.T(ph.Key, args...)
}
