// Package gift reads and writes files in GIFT, the text format in which Moodle and others
// exchange questions, and turns them into questions of package question and back.
//
// A file is a row of blocks with blank lines between them: a question, a change of category,
// or comments. A question is "::title::text{answers}"; what is in the braces tells its kind
// (see Kind). Parse gives a tree that keeps all that Moodle's importer understands (blocks.go,
// parse.go, answers.go), Write writes it in one way only (write.go): what was written and is
// read again is the same tree, but for the lines (as long as it is not longer than MaxBytes).
// Both take time in proportion to the length.
// ParseAiken reads Aiken, a simpler format, into the same tree. ToQuestions and FromQuestions
// list what cannot be taken along (take.go, give.go).
package gift

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Limits. What goes beyond is refused, so that no file takes memory without end.
const (
	MaxBytes   = 16 << 20
	MaxItems   = 50000
	MaxAnswers = 200    // of one question
	MaxAll     = 500000 // answers in all
	MaxErrors  = 100    // from then on the file is taken for something else than GIFT
)

// File is what a file holds, in its order.
type File struct {
	Items []Item
}

// Item is one block: a question, a change of category, or comments that stand alone.
type Item struct {
	Line     int       // where its first line is that is no comment, from 1; Write does not use it
	Comments []string  // lines, without the two slashes
	Category string    // as a path, such as "$course$/Shop"; empty: no change of category
	Question *Question // nil: none
}

// Kind says what is asked for.
type Kind string

// The kinds. A question is "missing word" if it has a Gap, of whatever kind.
const (
	Choice      Kind = "choice"    // {=right ~wrong}, or several right ones with weights: {~%50%right ~%50%right ~wrong}
	TrueFalse   Kind = "truefalse" // {TRUE}
	Short       Kind = "short"     // {=one answer =another}
	Matching    Kind = "matching"  // {=left -> right =left -> right}
	Numerical   Kind = "numerical" // {#3:0.5} {#1..5} {#=3 =%50%3:1}
	Essay       Kind = "essay"     // {}
	Description Kind = "description"
)

// Format says how a text is to be read. Empty: as the text of its question, and that as Moodle.
type Format string

// The formats.
const (
	Moodle   Format = "moodle"
	HTML     Format = "html"
	Plain    Format = "plain"
	Markdown Format = "markdown"
)

var formats = []Format{Moodle, HTML, Plain, Markdown}

// Text is a text without escapes or blanks around it.
type Text struct {
	Format Format
	S      string
}

// Question is one question. Which of its parts there are depends on its kind.
type Question struct {
	Kind     Kind
	Title    string
	Text     Text   // with a Gap: what stands before it, with the blanks at its end
	Gap      bool   // the answers stood within the text
	After    string // with a Gap: what stands behind it, with the blanks at its beginning
	True     bool   // true-false
	Answers  []Answer
	IfWrong  Text // true-false: the feedback
	IfRight  Text
	Feedback Text // in any case
}

// Answer is one answer, right or not.
type Answer struct {
	Right    bool    // choice: it stood behind "="
	Weight   float64 // per cent, -100 to 100, to five decimals
	Text     Text    // choice, short; matching: the left side, which may be empty
	Match    string  // matching: the right side
	Value    string  // numerical: the number, or "*" for any; of an interval: its lower end
	Margin   string  // numerical: how far off it may be, or ""
	Upper    string  // numerical: the upper end of an interval, or ""
	Feedback Text
}

// ID gives the id that Moodle keeps with a question, from a comment with [id:...]; or "".
func (i Item) ID() string {
	for _, c := range i.Comments {
		if all := tokens(c, "[id:"); len(all) > 0 {
			return all[0]
		}
	}
	return ""
}

// Tags gives the tags that Moodle keeps with a question, from comments with [tag:...].
func (i Item) Tags() []string {
	var out []string
	for _, c := range i.Comments {
		out = append(out, tokens(c, "[tag:")...)
	}
	return out
}

// tokens finds what stands in brackets behind a beginning; "\]" is a bracket within it.
func tokens(comment, begin string) []string {
	var out []string
	for {
		_, rest, ok := strings.Cut(comment, begin)
		if !ok {
			return out
		}
		end := 0
		for end < len(rest) && rest[end] != ']' {
			if strings.HasPrefix(rest[end:], `\]`) {
				end++
			}
			end++
		}
		if end >= len(rest) {
			return out
		}
		if s := strings.TrimSpace(strings.ReplaceAll(rest[:end], `\]`, `]`)); s != "" {
			out = append(out, s)
		}
		comment = rest[end:]
	}
}

// codes is what an Error, a Note or a Loss may say. Detail is what it is about.
var codes = []string{
	// of the whole file: nothing of it is read
	"binary",  // no text
	"big",     // too long, or too many items
	"nothing", // there is nothing in it
	"many",    // so many errors that it must be something else
	// of one question: it is left out
	"open",         // { without }
	"blank",        // a blank line between { and }
	"close",        // } without {
	"nested",       // { within { }: it lacks a backslash
	"second",       // braces again behind the answers: they lack a backslash, or a blank line is missing
	"title",        // :: without another ::
	"escape",       // a backslash at the end
	"category",     // $CATEGORY: without a name
	"empty-text",   // nothing is asked
	"empty-answer", // an answer without text
	"stray",        // text before the first ~ or =
	"few",          // fewer answers than needed
	"answers",      // too many answers
	"no-right",     // no answer is right
	"weight",       // a weight that is no number from -100 to 100
	"number",       // no number
	"pair",         // matching: -> is missing
	"aiken-answer", // Aiken: a question without ANSWER:
	"aiken-letter", // Aiken: ANSWER: names no option
	"aiken-option", // Aiken: an option whose letter is out of turn
	// notes: it was read all the same
	"windows-1252", // not UTF-8: read as Windows-1252
	"utf-16",       // read as UTF-16
	"control",      // control characters were dropped
	"no-blank",     // no blank line before or behind $CATEGORY:
	// losses on the way in: the question is left out
	"lost-short", "lost-matching", "lost-numerical", "lost-essay", "lost-description",
	"lost-all-right", // every option is right
	"lost-options",   // more options than a question may have
	"lost-long",      // a text too long to be shown
	"lost-empty",     // a text that has nothing to read, such as a picture alone
	// losses on the way in: the question is taken along, without this
	"lost-weights",  // weights other than all or nothing
	"lost-one-of",   // one of several right answers was enough, now all of them are
	"lost-feedback", // feedback for which there is no place
	"lost-html",     // tags
	"lost-markdown", // the text is taken as it stands
	"lost-category", // a second category: all questions become one topic
	// losses on the way out
	"lost-order", // becomes matching with numbers
	"lost-spot",  // becomes a choice with the mail as text: the clues are not asked for
	"lost-arrow", // -> within a step becomes →
	"lost-notes", // levels, sources, objectives, plans
}

// Words is how the key of the sentence for a code begins, in package i18n. It takes the detail.
const Words = "gift."

// Codes lists the codes of errors, notes and losses: each has a sentence for people in the faces.
func Codes() []string { return slices.Clone(codes) }

// Error is one thing that is wrong in a file.
type Error struct {
	Line   int // from 1
	Column int // from 1, in characters
	Code   string
	Detail string // never empty: what stands there
}

func (e *Error) Error() string {
	return fmt.Sprintf("gift: line %d, column %d: %s: %s", e.Line, e.Column, e.Code, e.Detail)
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

// Note is something about a file that was read all the same.
type Note struct {
	Line   int
	Code   string
	Detail string
}

// printable makes a text fit to be told: short, one line, never empty.
func printable(s string) string {
	out := make([]rune, 0, 60)
	for _, c := range strings.TrimLeft(s, blanks) {
		if len(out) == 60 {
			return string(out) + "..."
		}
		if !unicode.IsPrint(c) {
			c = ' '
		}
		out = append(out, c)
	}
	if s = strings.TrimSpace(string(out)); s == "" {
		return `""`
	}
	return s
}
