package paper_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/mattn/go-runewidth"

	"custode/internal/paper"
)

// hostile is what a name of a file or a shop can bring in: HTML, Markdown, commands of a
// terminal, marks that turn the direction of writing, line ends.
const hostile = "<script>alert(1)</script>\n# [x](http://evil.example)\u202Egnp.exe\u202C\x1b[31m\x00 | `a` *b* \u200b&amp;\xff\n1. one\n- two\n=="

func doc(s string) paper.Doc {
	return paper.Doc{
		Lang: "en", Title: s, Above: paper.Say(s), Note: s, Mark: s, Foot: s, Author: s, Page: "Page %d of %d",
		Blocks: []paper.Block{
			{Kind: paper.Heading, Text: paper.Say(s)},
			{Kind: paper.Heading, Text: paper.Say(s), Under: true},
			{Kind: paper.Para, Text: paper.Text{{S: s}, {S: s, Gap: true}}},
			{Kind: paper.List, Items: []paper.Text{paper.Say(s), paper.Say(s)}},
			{Kind: paper.Fields, Rows: []paper.Row{{Label: s, Value: paper.Say(s), Source: s}, {Label: s, Items: []string{s, s}}}},
			{Kind: paper.Table, Head: []string{s, s}, Cells: [][]string{{s, s}, {s, s}}, Widths: []int{1, 2}},
			{Kind: paper.Sign, Items: []paper.Text{paper.Say(s)}},
		},
	}
}

func html(t *testing.T, d paper.Doc, size paper.Size) string {
	t.Helper()
	var b bytes.Buffer
	if err := paper.HTML(&b, d, size); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestHostileTexts(t *testing.T) {
	d := doc(hostile)
	for name, got := range map[string]string{"text": paper.Plain(d, 80), "markdown": paper.Markdown(d), "html": html(t, d, paper.A4)} {
		for _, bad := range []string{"\x1b", "\x00", "\u202e", "\u202c", "\u200b", "\xff"} {
			if strings.Contains(got, bad) {
				t.Errorf("%s lets %q through", name, bad)
			}
		}
	}
	if got := html(t, d, paper.A4); strings.Contains(got, "<script") || strings.Contains(got, "<a ") || !strings.Contains(got, "&lt;script&gt;") {
		t.Errorf("html: a script or a link, or the text is gone")
	}
	for line := range strings.SplitSeq(paper.Markdown(d), "\n") {
		for _, bad := range []string{"<script", "](http", "http://", "`a`", " *b*"} {
			if strings.Contains(line, bad) && !strings.Contains(line, `\`+strings.TrimSpace(bad)) {
				t.Errorf("markdown: %q in %q", bad, line)
			}
		}
		if strings.HasPrefix(line, "1. ") || strings.HasPrefix(line, "==") || strings.HasPrefix(line, "# [") {
			t.Errorf("markdown: a line begins a list or a heading: %q", line)
		}
	}
}

func TestPlainKeepsToTheWidth(t *testing.T) {
	long := strings.Repeat("x", 300) + " " + strings.Repeat("è", 100) + " 漢字漢字漢字"
	for _, width := range []int{30, 40, 80} {
		for _, s := range []string{hostile, long, "", "one"} {
			for line := range strings.SplitSeq(paper.Plain(doc(s), width), "\n") {
				if runewidth.StringWidth(line) > width {
					t.Errorf("%d columns: %q", width, line)
				}
			}
		}
	}
	if got := paper.Plain(doc(long), 40); strings.Count(got, "x") < 300*10 {
		t.Errorf("a broken word lost letters")
	}
}

func TestPlain(t *testing.T) {
	d := paper.Doc{Title: "Note", Blocks: []paper.Block{
		{Kind: paper.Heading, Text: paper.Say("What")},
		{Kind: paper.Para, Text: paper.Text{{S: "It is "}, {S: "[UNKNOWN: what?]", Gap: true}, {S: "."}}},
		{Kind: paper.Fields, Rows: []paper.Row{{Label: "Who", Value: paper.Say("Anna"), Source: "event 3"}, {Label: "Kinds", Items: []string{"a", "b"}}}},
	}}
	want := "NOTE\n====\n\nWhat\n----\n\nIt is [UNKNOWN: what?].\n\nWho: Anna (event 3)\nKinds:\n  - a\n  - b\n"
	if got := paper.Plain(d, 80); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if got := html(t, d, paper.Letter); !strings.Contains(got, "<mark>[UNKNOWN: what?]</mark>") || !strings.Contains(got, "size: Letter") || !strings.HasPrefix(got, paper.Mark) {
		t.Errorf("html: %s", got)
	}
	if got := paper.Markdown(d); !strings.Contains(got, `**\[UNKNOWN: what?\]**.`) || !strings.Contains(got, "- **Who:** Anna (event 3)\n- **Kinds:**\n  - a\n  - b") {
		t.Errorf("markdown: %s", got)
	}
}

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"a\r\nb\rc\u2028d": "a\nb\nc\nd",
		"e\u0301":          "é", // one letter, as a font has it
		"a\tb\u00a0c":      "a b c",
		"\ufeffx\u2066y":   "xy",
	} {
		if got := paper.Clean(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
	if got := paper.Line(" a\n\n b "); got != "a b" {
		t.Errorf("%q", got)
	}
}

// Whatever is written: no line is too wide, no character acts, HTML has only our own tags.
func FuzzDraw(f *testing.F) {
	f.Add(hostile)
	f.Add("a\u0301\u200d \U0001F468\u200d\U0001F469 ﷽ 漢字")
	f.Fuzz(func(t *testing.T, s string) {
		d := doc(s)
		for line := range strings.SplitSeq(paper.Plain(d, 40), "\n") {
			if runewidth.StringWidth(line) > 40 {
				t.Errorf("too wide: %q", line)
			}
		}
		var page, empty bytes.Buffer
		if err := paper.HTML(&page, d, paper.A4); err != nil {
			t.Fatal(err)
		}
		if err := paper.HTML(&empty, doc("x"), paper.A4); err != nil {
			t.Fatal(err)
		}
		got := strings.ReplaceAll(page.String(), "<br>", "")
		if paper.Line(s) != "" && strings.Count(got, "<") != strings.Count(empty.String(), "<") {
			t.Errorf("%d tags, not %d", strings.Count(got, "<"), strings.Count(empty.String(), "<"))
		}
		for _, out := range []string{page.String(), paper.Markdown(d), paper.Plain(d, 40)} {
			for _, r := range out {
				if r != '\n' && unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
					t.Errorf("%U", r)
				}
			}
		}
	})
}
