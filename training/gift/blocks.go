package gift

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	utf16 "golang.org/x/text/encoding/unicode"
)

// Within a block an escaped character is one byte that no text has otherwise, so that what
// is escaped is never taken for a sign; plain turns it into what it stands for. The mark
// "skipped" is a line with a comment: it counts as a line, and is nothing in a text.
const (
	marked  = "\x01\x02\x03\x04\x05\x06\x07\x08"
	meant   = ":#={}~\n\\"
	escaped = ":#={}~n\\"
	skipped = '\x0e'
	blanks  = " \t\n\x0e"
)

// category is how a change of category begins.
const category = "$CATEGORY:"

// block is what stands between two blank lines.
type block struct {
	line     int // of the first line of text
	text     string
	comments []string
	category bool // text is its name
}

// text gives a file as clean UTF-8 with plain line ends.
func text(raw []byte) (string, []Note, *Error) {
	var notes []Note
	if len(raw) > MaxBytes {
		return "", nil, &Error{1, 1, "big", fmt.Sprintf("%d > %d", len(raw), MaxBytes)}
	}
	switch wide := bytes.HasPrefix(raw, []byte("\xff\xfe")) || bytes.HasPrefix(raw, []byte("\xfe\xff")); {
	case wide:
		raw, _ = utf16.UTF16(utf16.LittleEndian, utf16.ExpectBOM).NewDecoder().Bytes(raw) // what cannot be read becomes a mark
		notes = append(notes, Note{1, "utf-16", "UTF-16"})
	case bytes.IndexByte(raw, 0) >= 0:
		return "", nil, &Error{1, 1, "binary", printable(string(raw[:min(len(raw), 60)]))}
	case !utf8.Valid(raw):
		raw, _ = charmap.Windows1252.NewDecoder().Bytes(raw) // each byte has its character
		notes = append(notes, Note{1, "windows-1252", "Windows-1252"})
	}
	s, line := clean(string(raw))
	if line > 0 {
		notes = append(notes, Note{line, "control", "U+0000-U+001F"})
	}
	return s, notes, nil
}

// clean drops what cannot be seen, and tells the line of the first (0: there was none).
func clean(s string) (string, int) {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	if strings.IndexFunc(s, odd) < 0 {
		return strings.ReplaceAll(s, "\ufeff", ""), 0
	}
	first, line := 0, 1
	s = strings.Map(func(c rune) rune {
		switch {
		case c == '\r':
			line++
			return '\n'
		case c == '\n':
			line++
		case c == '\v', c == '\f':
			return ' '
		case odd(c):
			if first == 0 {
				first = line
			}
			return -1
		case c == '\ufeff':
			return -1
		}
		return c
	}, s)
	return s, first
}

func odd(c rune) bool { return c != '\n' && c != '\t' && unicode.IsControl(c) }

// splitter cuts a file into blocks.
type splitter struct {
	blocks []block
	notes  []Note
	text   []byte // of the block that is being read
	line   int    // where it begins; 0: it has no text yet
	said   []string
	behind bool // the line before was a change of category
}

// split cuts a file into blocks; false: there are too many.
func split(s string) ([]block, []Note, bool) {
	sp := &splitter{}
	n := 0
	for l := range strings.Lines(s) {
		n++
		l = strings.TrimSuffix(l, "\n")
		bare := strings.Trim(l, blanks)
		switch {
		case bare == "":
			sp.flush()
		case strings.HasPrefix(bare, "//"):
			sp.said = append(sp.said, strings.Trim(bare[2:], blanks))
			if sp.line > 0 {
				sp.text = append(sp.text, skipped)
			}
		case strings.HasPrefix(bare, category):
			if sp.line > 0 {
				sp.notes = append(sp.notes, Note{n, "no-blank", printable(bare)})
				sp.flush()
			}
			sp.line = n
			sp.add(bare[len(category):])
			sp.flush()
			sp.blocks[len(sp.blocks)-1].category, sp.behind = true, true
		default:
			if sp.behind {
				sp.notes = append(sp.notes, Note{n, "no-blank", printable(bare)})
				sp.behind = false
			}
			if sp.line == 0 {
				sp.line = n
			}
			sp.add(l)
		}
		if bare == "" {
			sp.behind = false
		}
		if len(sp.blocks) > MaxItems || len(sp.notes) > MaxItems {
			return nil, nil, false
		}
	}
	sp.flush()
	return sp.blocks, sp.notes, len(sp.blocks) <= MaxItems
}

// add adds a line to the block, its escapes as marks.
func (sp *splitter) add(l string) {
	for i := 0; i < len(l); i++ {
		if l[i] == '\\' && i+1 < len(l) {
			if at := strings.IndexByte(escaped, l[i+1]); at >= 0 {
				sp.text = append(sp.text, marked[at])
				i++
				continue
			}
		}
		sp.text = append(sp.text, l[i])
	}
	sp.text = append(sp.text, '\n')
}

// flush ends a block.
func (sp *splitter) flush() {
	if sp.line > 0 || len(sp.said) > 0 {
		sp.blocks = append(sp.blocks, block{line: sp.line, text: string(sp.text), comments: sp.said})
	}
	sp.text, sp.line, sp.said = sp.text[:0], 0, nil
}

// cut is a part of a block's text, and where in it it begins.
type cut struct {
	s  string
	at int
}

func (c cut) from(i int) cut { return cut{c.s[i:], c.at + i} }
func (c cut) to(i int) cut   { return cut{c.s[:i], c.at} }

func (c cut) left() cut {
	return c.from(len(c.s) - len(strings.TrimLeft(c.s, blanks)))
}

func (c cut) trim() cut {
	c = c.left()
	return c.to(len(strings.TrimRight(c.s, blanks)))
}

// plain gives a part of a block as it is meant: without marks.
func plain(s string) string {
	if strings.IndexFunc(s, func(c rune) bool { return c < ' ' && c != '\t' && c != '\n' }) < 0 {
		return s
	}
	out := make([]byte, 0, len(s))
	for i := range len(s) {
		if at := strings.IndexByte(marked, s[i]); at >= 0 {
			out = append(out, meant[at])
		} else if s[i] != skipped {
			out = append(out, s[i])
		}
	}
	return string(out)
}

// fail tells what is wrong at a place of the block.
func (b *block) fail(at int, code string) *Error {
	e := &Error{Line: b.line, Column: 1, Code: code, Detail: printable(plain(b.text[at:min(len(b.text), at+400)]))}
	for _, c := range b.text[:at] {
		switch {
		case c == '\n' || c == skipped:
			e.Line, e.Column = e.Line+1, 1
		case c < ' ' && c != '\t':
			e.Column += 2
		default:
			e.Column++
		}
	}
	return e
}
