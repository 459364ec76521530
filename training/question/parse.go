package question

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"custode/internal/textfile"
)

// Limits of what is read. A shop may bring in ten thousand questions from elsewhere, about
// 16 MB; the YAML library needs some fifty times the size of what it reads at once, so the
// file is cut at its questions, and it is given one of them at a time.
const (
	maxBytes     = 32 << 20
	maxPart      = 128 << 10 // one question, or all that stands around the questions
	maxQuestions = 20000
	maxErrors    = 50 // more are not told
	maxDepth     = 40
	maxOpen      = 100 // brackets, those in texts counted: it is a guess before YAML is read
	maxBlank     = 50  // empty lines in a row
)

// codes are what an Error may say. Detail is what it is about: a field's name, an id, a count.
var codes = []string{
	"yaml",          // no YAML, or more of it than is read here: anchors, tags, several documents
	"field",         // there is no such field
	"kind",          // a list, a text, a number or true/false is wanted, and it is another of these
	"schema",        // another kind of file, or of another time
	"big",           // too long, or too many
	"deep",          // nested too deep
	"text",          // a character that would act rather than be read
	"long",          // a text too long to be shown
	"lacks",         // something that must be there is not
	"extra",         // something that does not go with this type of question
	"languages",     // a text in one language only
	"id",            // not lower-case letters, digits and hyphens; built in: does not begin with the topic
	"twice",         // an id that is there already
	"type",          // no such type of question
	"level",         // not 1 to 3
	"objective",     // the topic has no such objective
	"source",        // not like a reference to a source
	"plan",          // not like the id of a plan
	"options",       // too few or too many
	"no-right",      // none is right
	"two-right",     // single: more than one is right
	"one-right",     // multiple: fewer than two are right
	"no-wrong",      // all are right
	"steps",         // too few or too many
	"scene",         // no such kind of scene
	"parts",         // too few or too many
	"part",          // no such kind of part
	"target",        // a link that leads nowhere, an address that is none
	"verdict-clues", // genuine with a clue, or a fraud with none
}

// Codes lists the codes of errors: each has a sentence for people in the faces.
func Codes() []string { return slices.Clone(codes) }

// Error is one thing that is wrong in a file of questions.
type Error struct {
	Line     int    // from 1
	Column   int    // from 1
	Question string // its id; "" where it has none, or outside of the questions
	Code     string // one of Codes
	Detail   string // never empty: what it is about
}

func (e *Error) Error() string {
	at := fmt.Sprintf("line %d, column %d", e.Line, e.Column)
	if e.Question != "" {
		at += ", question " + e.Question
	}
	return fmt.Sprintf("questions: %s: %s: %s", at, e.Code, e.Detail)
}

// Errors is all that is wrong, in the order of the lines. errors.As finds the first as an *Error.
type Errors []*Error

func (e Errors) Error() string {
	all := make([]string, len(e))
	for i, one := range e {
		all[i] = one.Error()
	}
	return strings.Join(all, "\n")
}

// Unwrap gives the single errors.
func (e Errors) Unwrap() []error {
	all := make([]error, len(e))
	for i, one := range e {
		all[i] = one
	}
	return all
}

// Parse reads a file that is built in: whole, in both languages. Its error is Errors.
func Parse(raw []byte) (*File, error) { return parse(raw, false) }

// ParseOwn reads a file of the shop's own, or one that was brought in. Topic, title,
// objectives, level, sources, explanations and what is wrong about an option may be missing;
// "text: some words" stands for both languages, and so does every text of a file that is in
// one language throughout. Its error is Errors.
func ParseOwn(raw []byte) (*File, error) { return parse(raw, true) }

func parse(raw []byte, own bool) (*File, error) {
	r := &reader{own: own, ids: map[string]bool{}, places: map[string]bool{}}
	raw = textfile.Text(raw)
	f := &File{}
	if r.readable(raw) {
		head, parts := split(raw)
		r.head(f, head)
		for _, p := range parts {
			if r.full() {
				break
			}
			r.part(f, p)
		}
		r.end(f)
	}
	if len(r.errs) > 0 {
		slices.SortStableFunc(r.errs, func(a, b *Error) int { return cmp.Compare(a.Line, b.Line) })
		return nil, r.errs
	}
	return f, nil
}

// readable refuses what is no text, or too long for one.
func (r *reader) readable(raw []byte) bool {
	if len(raw) > maxBytes {
		r.put(1, 1, "big", fmt.Sprintf("%d > %d", len(raw), maxBytes))
		return false
	}
	line := 0
	for l := range bytes.Lines(raw) {
		line++
		if at := bytes.IndexFunc(l, forbidden); at >= 0 || !utf8.Valid(l) {
			r.put(line, max(at, 0)+1, "text", printable(string(l)))
			return false
		}
	}
	return true
}

// forbidden finds characters that act rather than are read: control characters, marks that
// turn the direction of writing, characters of no width. A tab is left to YAML.
func forbidden(c rune) bool {
	return c != '\n' && c != '\t' && (unicode.IsControl(c) || unicode.Is(unicode.Cf, c) || unicode.Is(unicode.Co, c) ||
		unicode.Is(unicode.Zl, c) || unicode.Is(unicode.Zp, c))
}

// part is some lines of the file that the YAML library is given at once.
type part struct {
	text  []byte
	lines []int // of each line of text, where it stands in the file
	from  int   // instead of lines, where they follow one another: the first
}

func (p part) line(n int) int {
	if p.lines == nil {
		return max(p.from, 1) + max(n, 1) - 1
	}
	return p.lines[min(max(n, 1), len(p.lines))-1]
}

// idLine finds the id of a question that cannot be read.
var idLine = regexp.MustCompile(`(?m)^[ -]*(?:\{ *)?id: *["']?([a-z0-9-]{1,64})\b`)

var list = regexp.MustCompile(`^questions:[ \t]*(#.*)?\n?$`)

// split cuts a file at the entries of its list of questions. What stands before and behind
// that list is the head. A file that is written otherwise is all head, and may not be long.
func split(raw []byte) (head part, parts []part) {
	var (
		entry  []byte // how each entry of the list begins: some spaces and "-"
		within bool
		line   int
		start  int // of the part that is being read; the text is not copied
		at     int
	)
	flush := func() {
		if n := len(parts); n > 0 && parts[n-1].text == nil {
			parts[n-1].text = raw[start:at]
		}
	}
	for l := range bytes.Lines(raw) {
		line++
		bare := bytes.TrimSpace(l)
		first := entry == nil && len(bare) > 0 && (bare[0] == '-' && (len(bare) == 1 || bare[1] == ' '))
		switch {
		case within && first:
			entry = l[:bytes.IndexByte(l, '-')+1]
			parts, start = append(parts, part{from: line}), at
		case within && entry != nil && bytes.HasPrefix(l, entry) && (len(bare) == 1 || l[len(entry)] == ' '):
			flush()
			parts, start = append(parts, part{from: line}), at
		case within && (len(bare) == 0 || bare[0] == '#' || entry != nil && l[0] == ' '):
		default:
			flush()
			within = list.Match(l) && len(parts) == 0
			head.text, head.lines = append(head.text, l...), append(head.lines, line)
		}
		at += len(l)
	}
	flush()
	return head, parts
}

// parsed gives the tree of a part, or tells what is wrong with it. The library panics over
// some broken texts, and takes long over others: those are refused before.
func (r *reader) parsed(p part) (n ast.Node) {
	defer func() {
		if recover() != nil {
			r.put(p.line(1), 1, "yaml", r.at(p, 1))
			n = nil
		}
	}()
	r.line, r.now = p.line, ""
	if id := idLine.FindSubmatch(p.text); id != nil && p.lines == nil {
		r.now = string(id[1])
	}
	if !r.harmless(p) {
		return nil
	}
	file, err := parser.ParseBytes(p.text, 0)
	if err != nil {
		line, column := 1, 1
		if ye, ok := errors.AsType[yaml.Error](err); ok && ye.GetToken() != nil && ye.GetToken().Position != nil {
			line, column = max(ye.GetToken().Position.Line, 1), ye.GetToken().Position.Column
		}
		r.put(p.line(line), column, "yaml", r.at(p, max(line, 1)))
		return nil
	}
	if len(file.Docs) != 1 || file.Docs[0].Body == nil {
		line := 1
		if len(file.Docs) > 1 && file.Docs[1].Start != nil {
			line = file.Docs[1].Start.Position.Line
		}
		r.put(p.line(line), 1, "yaml", r.at(p, line))
		return nil
	}
	return file.Docs[0].Body
}

func (r *reader) harmless(p part) bool {
	if len(p.text) > maxPart {
		r.put(p.line(1), 1, "big", fmt.Sprintf("%d > %d", len(p.text), maxPart))
		return false
	}
	open, line, blank := 0, 0, 0
	for l := range bytes.Lines(p.text) {
		line++
		if blank++; len(bytes.TrimSpace(l)) > 0 {
			blank = 0
		}
		indent := len(l) - len(bytes.TrimLeft(l, " -?:\t"))
		open += bytes.Count(l, []byte("{")) + bytes.Count(l, []byte("["))
		switch {
		case blank > maxBlank:
			r.put(p.line(line), 1, "big", fmt.Sprintf("%d > %d", blank, maxBlank))
			return false
		case indent > 2*maxDepth || open > maxOpen:
			r.put(p.line(line), 1, "deep", fmt.Sprint(max(indent, open)))
			return false
		}
		open = max(0, open-bytes.Count(l, []byte("}"))-bytes.Count(l, []byte("]")))
	}
	return true
}

// at gives the text of a line: the library's own words are English, the line tells more.
func (r *reader) at(p part, line int) string {
	n := 0
	for l := range bytes.Lines(p.text) {
		if n++; n == line {
			return printable(strings.TrimSpace(string(l)))
		}
	}
	return printable("")
}

// printable makes a text fit to be told: short, one line, never empty.
func printable(s string) string {
	s = strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) {
			return '\uFFFD'
		}
		return c
	}, strings.TrimSpace(s))
	if c := []rune(s); len(c) > 60 {
		s = string(c[:60]) + "..."
	}
	if s == "" {
		return `""`
	}
	return s
}
