// Package paper is what a letter, a form or a report looks like before it is put on
// paper: a title, and blocks in order. Three renderers make it text for a terminal,
// Markdown, or a page of HTML to print; package pdf makes it a PDF. A document knows its
// language only as a tag: whoever builds it brings the words.
//
// Whatever a person or a file's name brought in is cleaned when a document is drawn: no
// control characters, nothing that turns the direction of writing, nothing of zero width;
// each renderer then escapes what its format would take for a command.
package paper

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Span is a piece of text within a line.
type Span struct {
	S   string
	Gap bool // something is not known: shown so that nobody overlooks it
}

// Text is a paragraph. Line ends within it are kept.
type Text []Span

// Say makes a text of a plain string.
func Say(s string) Text { return Text{{S: s}} }

// String gives the text without its marks.
func (t Text) String() string {
	var b strings.Builder
	for _, s := range t {
		b.WriteString(s.S)
	}
	return b.String()
}

// Kind says what a block is.
type Kind uint8

// The kinds of blocks.
const (
	Heading Kind = iota // Text, Under
	Para                // Text
	List                // Items
	Fields              // Rows: names and values of a form
	Table               // Head, Cells, Widths
	Sign                // Items: a line to sign above each
	Break               // what follows begins a page of its own
	Chart               // Dots, and Text, which says what they show: what can't draw has the text alone
)

// Row is one field of a form: its name and its value.
type Row struct {
	Label  string
	Value  Text
	Items  []string // where it has several values: instead of Value
	Absent bool     // it does not apply
	Source string   // where the value comes from, in few words; "" shows none
}

// Block is one part of a document.
type Block struct {
	Kind   Kind
	Text   Text
	Under  bool // a heading below another one
	Items  []Text
	Rows   []Row
	Head   []string
	Cells  [][]string
	Widths []int // of a table's columns, in parts of the whole; nil: all the same
	Small  bool  // a paragraph, list or table in smaller letters, where a form has sizes
	Dots   []Dot // of a chart, from left to right
}

// Dot is a point of a chart: how far it stands from left to right and from below to above, each
// from 0 to 1. Joined: a line comes from the one before.
type Dot struct {
	X, Y   float64
	Joined bool
}

// Doc is a document.
type Doc struct {
	Lang   string // "en", "it"
	Title  string
	Above  Text   // above the title: who writes, to whom
	Note   string // below the title: what kind of paper this is, such as a draft
	Mark   string // across every page, such as DRILL; "" for none
	Foot   string // at the foot of every page
	Author string
	Label  string // what kind of file it is, for programs: a keyword in the PDF; "" for none
	Page   string // "Page %d of %d" in the document's language
	Made   time.Time
	Blocks []Block
}

// Clean takes out of a text what would act rather than be read: control characters, marks
// that turn the direction of writing, characters of no width. Tabs become spaces; line
// ends stay and are written "\n".
func Clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "\uFFFD")
	}
	s = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n", "\t", " ", "\u00a0", " ").Replace(s)
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Co, r), unicode.Is(unicode.Cs, r):
			return -1
		case r >= 0xfe00 && r <= 0xfe0f, r >= 0xe0100 && r <= 0xe01ef, r == 0x115f, r == 0x1160, r == 0x3164:
			return -1 // selectors of variants, fillers that show nothing
		}
		return r
	}, s))
}

// Line is Clean on one line.
func Line(s string) string { return strings.Join(strings.Fields(Clean(s)), " ") }

// Cell is Line for a table that a spreadsheet opens: it takes no cell for a formula.
func Cell(s string) string {
	if s = Line(s); s != "" && strings.ContainsRune("=+-@", rune(s[0])) {
		return "'" + s
	}
	return s
}

// cleaned gives a copy of the document in which every text is clean.
func (d Doc) cleaned() Doc {
	d.Title, d.Note, d.Mark, d.Foot, d.Author = Line(d.Title), Line(d.Note), Line(d.Mark), Line(d.Foot), Line(d.Author)
	d.Above = d.Above.cleaned()
	blocks := make([]Block, len(d.Blocks))
	for i, b := range d.Blocks {
		blocks[i] = b.cleaned()
	}
	d.Blocks = blocks
	return d
}

// Cleaned gives a copy of the document in which every text is clean: renderers begin with it.
func Cleaned(d Doc) Doc { return d.cleaned() }

func (b Block) cleaned() Block {
	b.Text = b.Text.cleaned()
	items := make([]Text, len(b.Items))
	for i, t := range b.Items {
		items[i] = t.cleaned()
	}
	rows := make([]Row, len(b.Rows))
	for i, r := range b.Rows {
		r.Label, r.Source, r.Value, r.Items = Line(r.Label), Line(r.Source), r.Value.cleaned(), lines(r.Items)
		rows[i] = r
	}
	cells := make([][]string, len(b.Cells))
	for i, c := range b.Cells {
		cells[i] = lines(c)
	}
	b.Items, b.Rows, b.Cells, b.Head = items, rows, cells, lines(b.Head)
	return b
}

func (t Text) cleaned() Text {
	out := make(Text, len(t))
	for i, s := range t {
		out[i] = Span{S: Clean(s.S), Gap: s.Gap}
	}
	return out
}

func lines(in []string) []string {
	out := make([]string, len(in))
	for i, s := range in {
		out[i] = Line(s)
	}
	return out
}
