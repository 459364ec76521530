package gift

import (
	"fmt"
	"strings"
)

// Parse reads a file. Where single questions are wrong, it gives the others and, as the
// error, Errors with one for each that it left out; where the file as a whole makes no sense,
// it gives no file.
func Parse(raw []byte) (*File, []Note, error) {
	s, notes, wrong := text(raw)
	if wrong != nil {
		return nil, nil, Errors{wrong}
	}
	blocks, more, ok := split(s)
	if !ok {
		return nil, nil, Errors{{1, 1, "big", fmt.Sprintf("> %d", MaxItems)}}
	}
	notes = append(notes, more...)
	f, errs, all := &File{}, Errors(nil), 0
	for i := 0; i < len(blocks); i++ {
		item, err := blocks[i].item()
		if err == nil {
			if item.Question != nil {
				all += len(item.Question.Answers)
			}
			if all > MaxAll {
				return nil, nil, Errors{{item.Line, 1, "big", fmt.Sprintf("> %d", MaxAll)}}
			}
			f.Items = append(f.Items, item)
			continue
		}
		if err.Code == "open" {
			if end := closing(blocks, i+1); end > 0 {
				err.Code, i = "blank", end
			}
		}
		if errs = append(errs, err); len(errs) == MaxErrors {
			return nil, notes, append(errs, &Error{err.Line, err.Column, "many", fmt.Sprintf("> %d", MaxErrors)})
		}
	}
	switch {
	case len(errs) > 0 && len(f.Items) == 0:
		return nil, notes, errs
	case len(errs) > 0:
		return f, notes, errs
	case len(f.Items) == 0:
		return nil, notes, Errors{{1, 1, "nothing", printable(s)}}
	}
	return f, notes, nil
}

// closing finds the block with the brace that a block before i lacks; 0: another question
// comes first.
func closing(blocks []block, i int) int {
	for ; i < len(blocks); i++ {
		t := strings.TrimLeft(blocks[i].text, blanks)
		at := strings.IndexAny(t, "{}")
		switch {
		case blocks[i].category, strings.HasPrefix(t, "::"), at >= 0 && t[at] == '{':
			return 0
		case at >= 0:
			return i
		}
	}
	return 0
}

// item reads a block.
func (b *block) item() (Item, *Error) {
	it := Item{Line: b.line, Comments: b.comments}
	t := cut{s: b.text}.trim()
	switch {
	case b.line == 0:
		return it, nil
	case strings.HasSuffix(t.s, `\`) && strings.Trim(b.text[t.at+len(t.s):], "\n\x0e") == "":
		return it, b.fail(t.at+len(t.s)-1, "escape")
	case b.category:
		if it.Category = strings.Trim(plain(t.s), blanks); it.Category == "" {
			return it, b.fail(0, "category")
		}
		return it, nil
	}
	q, err := b.question(t)
	it.Question = q
	return it, err
}

func (b *block) question(t cut) (*Question, *Error) {
	q := &Question{}
	if strings.HasPrefix(t.s, "::") {
		end := strings.Index(t.s[2:], "::")
		if end < 0 {
			return nil, b.fail(t.at, "title")
		}
		q.Title = oneLine(plain(t.s[2 : 2+end]))
		t = t.from(2 + end + 2).left()
	}
	open, end := strings.IndexByte(t.s, '{'), strings.IndexByte(t.s, '}')
	switch {
	case open < 0 && end < 0:
		q.Kind, q.Text = Description, words(t, false)
		if q.Text.S == "" {
			return nil, b.fail(t.at, "empty-text")
		}
		return q, nil
	case open < 0, end >= 0 && end < open:
		return nil, b.fail(t.at+end, "close")
	case end < 0:
		return nil, b.fail(t.at+open, "open")
	}
	in, after := t.from(open+1).to(end-open-1), t.from(end+1)
	if at := strings.IndexByte(in.s, '{'); at >= 0 {
		return nil, b.fail(in.at+at, "nested")
	}
	if at := strings.IndexAny(after.s, "{}"); at >= 0 {
		return nil, b.fail(after.at+at, "second")
	}
	if q.After = strings.TrimRight(plain(after.s), blanks); strings.Trim(q.After, blanks) == "" {
		q.After = ""
	}
	q.Gap = q.After != ""
	q.Text = words(t.to(open), q.Gap)
	if q.Text.S == "" && !q.Gap {
		return nil, b.fail(t.at, "empty-text")
	}
	if err := b.answers(q, in.trim()); err != nil {
		return nil, err
	}
	return q, nil
}

// words reads a text with its format. open: it goes on behind a gap.
func words(c cut, open bool) Text {
	c = c.trimmed(open)
	var t Text
	for _, f := range formats {
		if rest, ok := strings.CutPrefix(c.s, "["+string(f)+"]"); ok {
			t.Format, c.s = f, rest
			break
		}
	}
	t.S = strings.TrimLeft(plain(c.s), blanks)
	if !open {
		t.S = strings.TrimRight(t.S, blanks)
	}
	if t.S == "" && !open {
		return Text{}
	}
	return t
}

func (c cut) trimmed(open bool) cut {
	if open {
		return c.left()
	}
	return c.trim()
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
